//! `keydesk doctor`

use std::path::Path;

use services::{
    Installation,
    audit::{self, Witness},
    credentials,
    database::Location,
    master_key::MasterKey,
    settings, setup,
};

use crate::{config::Config, files, snapshot, start};

/// A year in which this version cannot run: before it was written.
const TOO_EARLY: domain::Millis = 1_760_000_000_000;

pub async fn doctor(config: &Config) -> Result<(), String> {
    println!("Settings");
    for (key, value) in config.effective() {
        println!("  {key:<26} {value}");
    }
    println!("\nChecks");
    let mut failed = 0;
    let mut check = |what: &str, result: Result<String, String>| match result {
        Ok(found) => println!("  ok    {what}: {found}"),
        Err(problem) => {
            failed += 1;
            println!("  FAIL  {what}: {problem}");
        }
    };
    for told in &config.remarks.mended {
        println!("  note  {told}");
    }
    check("variables", variables(config));
    check("origin", origin(config));
    check("proxies", proxies(config));
    check("connections", files::places(config.clients.connections).map(|places| format!("{places} at once")));
    check("data folder", folder(config));
    check("master key", key(config));
    for (path, _) in snapshot::list(config) {
        check("snapshot", Ok(start::absolute(&path).display().to_string()));
    }
    if let Some(path) = start::missing(config) {
        check("database", Ok(format!("{} will be made", start::absolute(path).display())));
        return finish(failed);
    }
    match start::open_as_is(config).await {
        Ok(installation) => {
            check("database", Ok(format!("{} is up to date", config.storage.database.masked())));
            let state = setup::is_set_up(&installation.system()).await;
            check(
                "first run",
                match state {
                    Ok(true) => Ok("done".into()),
                    Ok(false) => Ok("waiting: keydesk serve prints the link".into()),
                    Err(failure) => Err(failure.to_string()),
                },
            );
            check("audit head", audit_head(&installation).await);
            check("passkeys", passkeys(&installation).await);
            check("passwords", passwords(&installation).await);
            let now = installation.now();
            check(
                "clock",
                if now > TOO_EARLY {
                    Ok("plausible".into())
                } else {
                    Err("it is years behind: set the system's time".into())
                },
            );
        }
        Err(problem) => check("database", Err(problem)),
    }
    finish(failed)
}

fn finish(failed: u32) -> Result<(), String> {
    if failed == 0 { Ok(()) } else { Err(format!("{failed} checks failed.")) }
}

/// A setting that is misspelt would hold its default, and nobody would know why.
fn variables(config: &Config) -> Result<String, String> {
    match config.remarks.unknown.as_slice() {
        [] => Ok("all that begin with KEYDESK_ are known".into()),
        unknown => Err(format!("{}. Remove them, or look above for the right names", unknown.join(". "))),
    }
}

/// We never do TLS ourselves: behind a proxy that is not trusted, everybody has one address. Where
/// browsers come to a public name and only this machine can connect, there is a proxy on it.
fn proxies(config: &Config) -> Result<String, String> {
    if config.listening.origin.is_https() && config.clients.trusted_proxies.is_empty() {
        return Err("TLS is done by a proxy, and none is trusted: all people share its address in the log and in \
                    the brakes on guessing. Set KEYDESK_TRUSTED_PROXIES to its network"
            .into());
    }
    let listen = config.listening.address.ip().to_canonical();
    if config.listening.origin.is_public()
        && listen.is_loopback()
        && !config.clients.trusted_proxies.iter().any(|network| network.contains(&listen))
    {
        return Err(format!(
            "people come to {}, and only this machine can connect to {listen}, so a proxy on it stands between and is \
             not trusted: all people share its address. Set KEYDESK_TRUSTED_PROXIES={listen}",
            config.listening.origin
        ));
    }
    Ok(format!("{} networks are trusted", config.clients.trusted_proxies.len()))
}

/// Whether the log goes on from what this machine noted, and whether the note will last.
async fn audit_head(installation: &Installation) -> Result<String, String> {
    let witness = audit::witness(&installation.operator()).await.map_err(|error| error.to_string())?;
    let Some(outside) = installation.outside() else { return Ok("not kept".into()) };
    let path = outside.path();
    let fleeting = path.parent().and_then(fleeting).map_or_else(String::new, |what| {
        format!(
            ". The folder is on {what} and may be gone after a restart: then nobody notices when the log is cut back. \
             Choose one that stays with KEYDESK_DATA_DIR"
        )
    });
    match (witness.alarm(), witness) {
        (Some(alarm), _) => Err(alarm),
        (None, Witness::Agrees(seq)) => Ok(format!("event {seq} is noted in {}{fleeting}", path.display())),
        (None, _) => Ok(format!("none is noted in {} yet; keydesk serve does it{fleeting}", path.display())),
    }
}

/// The kind of file system, where it does not outlive the machine or its container.
#[cfg(target_os = "linux")]
fn fleeting(folder: &Path) -> Option<&'static str> {
    // From the kernel's magic.h.
    match rustix::fs::statfs(folder).ok()?.f_type {
        0x0102_1994 => Some("tmpfs"),
        0x8584_58f6 => Some("ramfs"),
        0x794c_7630 => Some("overlayfs, as a container's own files are,"),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
fn fleeting(_: &Path) -> Option<&'static str> {
    None
}

/// Passkeys are for one domain: under another, those that there are open nothing.
async fn passkeys(installation: &Installation) -> Result<String, String> {
    let stranded = settings::stranded_passkeys(&installation.system()).await.map_err(|error| error.to_string())?;
    match (stranded, installation.passkeys()) {
        (Some(stranded), _) => Err(stranded.sentence()),
        (None, Some(party)) => Ok(format!("for {}", party.id())),
        (None, None) => Ok("none: the address has no name".into()),
    }
}

/// Hashes that came from elsewhere and that no password can match.
async fn passwords(installation: &Installation) -> Result<String, String> {
    let found = credentials::unverifiable_passwords(&installation.system()).await.map_err(|error| error.to_string())?;
    let people: u64 = found.values().sum();
    if people == 0 {
        return Ok("every one can be verified".into());
    }
    let kinds: Vec<_> = found.iter().map(|(why, count)| format!("{why}: {count}")).collect();
    let whose = if people == 1 { "1 person has" } else { &format!("{people} people have") };
    Err(format!(
        "{whose} a password that Keydesk cannot verify ({}), so that it never lets them in. Give each of them a new \
         password",
        kinds.join(", ")
    ))
}

fn origin(config: &Config) -> Result<String, String> {
    if config.listening.origin.insecure() {
        return Err("passwords and cookies travel unencrypted; use https".into());
    }
    Ok(config.listening.origin.to_string())
}

fn key(config: &Config) -> Result<String, String> {
    let path = start::absolute(&config.storage.master_key_file);
    let shown = path.display();
    match MasterKey::check_mode(&path) {
        Err(exposed) => Err(format!("{shown}: {exposed}")),
        Ok(()) if path.exists() => Ok(format!("{shown} is for its owner only")),
        Ok(()) => Ok(format!("{shown} will be made")),
    }
}

#[cfg(unix)]
fn folder(config: &Config) -> Result<String, String> {
    use std::os::unix::fs::PermissionsExt;
    let path = start::absolute(&config.data_dir);
    match std::fs::metadata(&path) {
        Ok(meta) => judge_folder(&path, meta.permissions().mode(), services::files::keeps_modes),
        Err(_) if matches!(config.storage.database, Location::Postgres(_)) => Ok("not used".into()),
        Err(_) => Ok(format!("{} will be created", path.display())),
    }
}

/// A folder of this mode; `kept` says whether its file system keeps modes, so that another one can be given.
#[cfg(unix)]
fn judge_folder(path: &Path, mode: u32, kept: impl FnOnce(&Path) -> bool) -> Result<String, String> {
    let shown = path.display();
    if mode & 0o077 == 0 {
        return Ok(format!("{shown} is for its owner only"));
    }
    let remedy = if kept(path) {
        format!("run chmod 700 {shown}")
    } else {
        "its file system keeps no modes, as FAT does: mount it with umask=077, or choose another folder with \
         KEYDESK_DATA_DIR"
            .into()
    };
    Err(format!("others on this machine can read {shown}; {remedy}"))
}

#[cfg(not(unix))]
fn folder(config: &Config) -> Result<String, String> {
    Ok(config.data_dir.display().to_string())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_others_may_read_is_told_what_helps_on_its_file_system() {
        let judged = |mode, kept| judge_folder(Path::new("/srv/kd"), mode, |_| kept);
        assert!(judged(0o40700, true).is_ok() && judged(0o40700, false).is_ok());
        for mode in [0o40755, 0o40701, 0o40770] {
            let told = judged(mode, true).unwrap_err();
            assert!(told.contains("chmod 700 /srv/kd") && !told.contains("umask"), "{told}");
            let told = judged(mode, false).unwrap_err();
            assert!(told.contains("umask=077") && told.contains("KEYDESK_DATA_DIR"), "{told}");
            assert!(!told.contains("chmod"), "{told}");
        }
    }
}
