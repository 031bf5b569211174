//! From settings to an open installation: data folder, master key, database, schema.

use std::path::Path;

use services::{
    Installation, Options,
    clock::Clock,
    database::{Database, Location},
    master_key::MasterKey,
    setup,
};

use crate::{config::Config, schema};

/// Opens everything, creating what an empty machine lacks.
///
/// # Errors
/// A sentence for the operator.
pub async fn open(config: &Config) -> Result<Installation, String> {
    prepare_data_dir(&config.data_dir)?;
    let key_file = &config.master_key_file;
    // A key that is there is read before the database is touched.
    let kept = key_file.exists().then(|| MasterKey::open(key_file)).transpose()?;
    let database = connect(&config.database).await?;
    let applied = schema::migrate(&database).await?;
    if applied > 0 {
        tracing::info!(steps = applied, "the database was brought up to date");
    }
    let master_key = match kept {
        Some(key) => key,
        // A new key would fit nothing that this database holds.
        None if schema::is_in_use(&database).await && !key_file.exists() => {
            return Err(lost_key(key_file));
        }
        None => MasterKey::open(key_file)?,
    };
    let installation = installation(config, database, &master_key);
    setup::prepare(&installation.system(), &master_key).await.map_err(|error| error.to_string())?;
    Ok(installation)
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
    let key_file = &config.master_key_file;
    let kept = key_file.exists().then(|| MasterKey::open(key_file)).transpose()?;
    if let Some(path) = missing(config) {
        return Err(format!("There is no database {} yet; keydesk serve makes it.", path.display()));
    }
    let database = connect(&config.database).await?;
    look(&database).await?;
    let master_key = kept.ok_or_else(|| lost_key(key_file))?;
    let installation = installation(config, database, &master_key);
    setup::check_key(&installation.system(), &master_key).await.map_err(|error| error.to_string())?;
    Ok(installation)
}

/// The SQLite file, where there is none yet.
pub fn missing(config: &Config) -> Option<&Path> {
    match &config.database {
        Location::Sqlite(path) if !path.exists() => Some(path),
        _ => None,
    }
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
        name: config.name.clone(),
        passkeys: config.passkeys.clone(),
        time_zone: config.time_zone.clone(),
        breaches: config.breaches.clone(),
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
        let mut folder = std::fs::DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(path).map_err(told)?;
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
