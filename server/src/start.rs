//! From settings to an open installation: data folder, master key, database, schema.

use std::path::{Path, PathBuf};

use services::{
    Installation, Options,
    audit::Outside,
    clock::Clock,
    database::{Database, Location},
    master_key::MasterKey,
    setup,
};

use crate::{config::Config, schema, snapshot};

/// Opens everything, creating what an empty machine lacks.
///
/// # Errors
/// A sentence for the operator.
pub async fn open(config: &Config) -> Result<Installation, String> {
    let key_file = &config.storage.master_key_file;
    refuse_exposed(key_file)?;
    prepare_data_dir(&config.data_dir)?;
    // A key that is there is read before the database is touched.
    let kept = key_file.exists().then(|| MasterKey::open(key_file)).transpose()?;
    let database = connect(&config.storage.database).await?;
    let kept = match kept {
        // A new key would fit nothing that this database holds.
        None if schema::is_in_use(&database).await => Some(existing_key(key_file)?),
        kept => kept,
    };
    let applied = upgrade(config, &database).await?;
    if applied > 0 {
        tracing::info!(steps = applied, "the database was brought up to date");
    }
    let master_key = match kept {
        Some(key) => key,
        None if schema::is_in_use(&database).await => existing_key(key_file)?,
        None => {
            let key = MasterKey::open(key_file)?;
            tracing::info!(
                "a new master key is in {}; keep a copy apart from the database",
                absolute(key_file).display()
            );
            key
        }
    };
    let installation = installation(config, database, &master_key);
    setup::prepare(&installation.system(), &master_key).await.map_err(|error| error.to_string())?;
    Ok(installation)
}

/// Whoever reads the key reads second factors and forges the log, for as long as it is used: nobody
/// is served with one that others may read. What an operator needs on a bad day (restore, backup,
/// verify, doctor) goes on. Where the file system keeps no modes it is only told, at every start:
/// there no command mends it.
fn refuse_exposed(key_file: &Path) -> Result<(), String> {
    match MasterKey::check_mode(key_file) {
        Ok(()) => Ok(()),
        Err(exposed) if exposed.kept => Err(format!("The master key {}: {exposed}.", key_file.display())),
        Err(exposed) => {
            tracing::warn!("the master key {}: {exposed}", key_file.display());
            Ok(())
        }
    }
}

/// Brings the schema up to date, after a snapshot of what there is (T29). Says how many steps that were.
///
/// # Errors
/// A sentence for the operator; where it is about the snapshot or the key, nothing was changed.
pub async fn upgrade(config: &Config, database: &Database) -> Result<usize, String> {
    // Of two processes at once, the second one finds in its turn that nothing is left to do: it takes no
    // snapshot of what is new already.
    let _turn = match schema::pending(database).await? {
        0 => None,
        _ => schema::turn(&config.storage.database).await?,
    };
    let applied = schema::upgrade(database, async |step| {
        if config.storage.no_snapshot {
            tracing::warn!("the database is upgraded without a snapshot, as you asked for");
            return Ok(());
        }
        let key = existing_key(&config.storage.master_key_file)?;
        if schema::master_key(database).await.is_some_and(|id| id != key.id()) {
            return Err(setup::OTHER_KEY.to_owned());
        }
        snapshot::take(config, database, &key, step).await.map(drop)
    })
    .await?;
    if applied > 0 && !config.storage.no_snapshot {
        snapshot::prune(config);
    }
    Ok(applied)
}

/// Opens what is there and changes nothing: for looking at a database that may be in use.
///
/// # Errors
/// A sentence for the operator, also where there is nothing yet or the schema is older.
pub async fn open_as_is(config: &Config) -> Result<Installation, String> {
    open_after(config, async |database| match schema::pending(database).await? {
        0 => Ok(()),
        pending => Err(format!(
            "The database is older than this Keydesk by {pending} steps; keydesk migrate brings it up to date."
        )),
    })
    .await
}

/// As [`open_as_is`], whatever its schema: for a backup before an upgrade.
///
/// # Errors
/// A sentence for the operator.
pub async fn open_at_any_step(config: &Config) -> Result<Installation, String> {
    open_after(config, async |_| Ok(())).await
}

async fn open_after(
    config: &Config,
    look: impl AsyncFnOnce(&Database) -> Result<(), String>,
) -> Result<Installation, String> {
    let key_file = &config.storage.master_key_file;
    let kept = key_file.exists().then(|| MasterKey::open(key_file)).transpose()?;
    if let Some(path) = missing(config) {
        return Err(format!("There is no database {} yet; keydesk serve makes it.", path.display()));
    }
    let database = connect(&config.storage.database).await?;
    look(&database).await?;
    let master_key = match kept {
        Some(key) => key,
        None if schema::is_in_use(&database).await => return Err(lost_key(key_file)),
        None => return Err("Nothing is in this database yet; keydesk serve makes a first run of it.".into()),
    };
    let installation = installation(config, database, &master_key);
    setup::check_key(&installation.system(), &master_key).await.map_err(|error| error.to_string())?;
    Ok(installation)
}

/// The SQLite file, where there is none yet.
pub fn missing(config: &Config) -> Option<&Path> {
    match &config.storage.database {
        Location::Sqlite(path) if !path.exists() => Some(path),
        _ => None,
    }
}

/// A path as it can be found again from any folder.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Where the database is, in words.
pub fn place(location: &Location) -> String {
    match location {
        Location::Sqlite(path) => absolute(path).display().to_string(),
        Location::Postgres(_) => location.masked(),
    }
}

/// A key that is there: none is made.
fn existing_key(path: &Path) -> Result<MasterKey, String> {
    if path.exists() { MasterKey::open(path) } else { Err(lost_key(path)) }
}

fn lost_key(path: &Path) -> String {
    format!(
        "The master key {} is missing, and this database was made with one. Put it back from your backup, or say \
         where it is with KEYDESK_MASTER_KEY_FILE.",
        path.display()
    )
}

/// One running Keydesk over an open database.
pub fn installation(config: &Config, database: Database, master_key: &MasterKey) -> Installation {
    Installation::new(Options {
        database,
        clock: Clock::System,
        master_key: master_key.clone(),
        limits: config.sessions,
        name: config.organisation.name.clone(),
        passkeys: config.passkeys.clone(),
        time_zone: config.organisation.time_zone.clone(),
        breaches: config.passwords.breaches.clone(),
        outside: Some(Outside::in_folder(&config.data_dir, &config.storage.database)),
    })
}

/// Opens the database alone.
///
/// # Errors
/// A sentence for the operator that does not repeat the URL's password.
pub async fn connect(location: &Location) -> Result<Database, String> {
    if let Location::Sqlite(path) = location {
        own_file(path);
    }
    Database::open(location).await.map_err(|error| {
        let masked = location.masked();
        let hint = match location {
            Location::Sqlite(_) => "Check that the folder exists and can be written to.",
            Location::Postgres(_) => "Check that the server runs, and that KEYDESK_DATABASE_URL names the right host, user, password and database.",
        };
        let error = location.without_secrets(&error.to_string());
        format!("Cannot open the database {masked}: {error}. {hint}")
    })
}

/// Makes a new database file readable for its owner only; what SQLite puts beside it
/// follows. Where that fails, opening it says why.
fn own_file(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

/// The folder for the database and the key: made where it is missing, for the owner only.
///
/// # Errors
/// A sentence for the operator.
pub fn prepare_data_dir(path: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| {
        format!(
            "Cannot use the data folder {}: {error}. Give this user the right to write there, or choose another with KEYDESK_DATA_DIR.",
            path.display()
        )
    };
    if !path.exists() {
        own_folder(path).map_err(told)?;
        // Where data was expected, this says why there is none.
        tracing::info!("there was no data folder {}: it is made, and empty", absolute(path).display());
    }
    // A folder that cannot be written to would fail later, and less clearly.
    let probe = path.join(".keydesk-write-check");
    let tried = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
    match tried {
        // Another process that starts just now has tidied up.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && path.is_dir() => Ok(()),
        tried => tried.map_err(told),
    }
}

/// Makes a folder for its owner only, unless it is there.
///
/// # Errors
/// Those of the file system.
pub fn own_folder(path: &Path) -> std::io::Result<()> {
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(path)
}
