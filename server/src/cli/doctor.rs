//! `keydesk doctor`

use services::{Installation, auth, database::Location, settings, setup};

use crate::{config::Config, start};

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
    check("origin", origin(config));
    check("proxies", proxies(config));
    check("data folder", folder(config));
    if let Some(path) = start::missing(config) {
        check("database", Ok(format!("{} will be made", path.display())));
        return finish(failed);
    }
    match start::open_as_is(config).await {
        Ok(installation) => {
            check("database", Ok(format!("{} is up to date", config.database.masked())));
            let state = setup::is_set_up(&installation.system()).await;
            check(
                "first run",
                match state {
                    Ok(true) => Ok("done".into()),
                    Ok(false) => Ok("waiting: keydesk serve prints the link".into()),
                    Err(failure) => Err(failure.to_string()),
                },
            );
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

/// We never do TLS ourselves: behind a proxy that is not trusted, everybody has one address.
fn proxies(config: &Config) -> Result<String, String> {
    if config.origin.is_https() && config.trusted_proxies.is_empty() {
        return Err("TLS is done by a proxy, and none is trusted: all people share its address in the log and in \
                    the brakes on guessing. Set KEYDESK_TRUSTED_PROXIES to its network"
            .into());
    }
    Ok(format!("{} networks are trusted", config.trusted_proxies.len()))
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
    let found = auth::unverifiable_passwords(&installation.system()).await.map_err(|error| error.to_string())?;
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
    if config.origin.insecure() {
        return Err("passwords and cookies travel unencrypted; use https".into());
    }
    Ok(config.origin.to_string())
}

#[cfg(unix)]
fn folder(config: &Config) -> Result<String, String> {
    use std::os::unix::fs::PermissionsExt;
    let path = &config.data_dir;
    let shown = path.display();
    match std::fs::metadata(path) {
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => {
            Err(format!("others on this machine can read {shown}; run chmod 700 {shown}"))
        }
        Ok(_) => Ok(format!("{shown} is for its owner only")),
        Err(_) if matches!(config.database, Location::Postgres(_)) => Ok("not used".into()),
        Err(_) => Ok(format!("{shown} will be created")),
    }
}

#[cfg(not(unix))]
fn folder(config: &Config) -> Result<String, String> {
    Ok(config.data_dir.display().to_string())
}
