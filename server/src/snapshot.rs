//! A snapshot of the database before its schema is changed (T29): on SQLite a copy that is a whole
//! database itself, on PostgreSQL a backup file. Those of the last two upgrades are kept.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use services::{
    backup,
    database::{Database, Location},
    files::{self, NewFile},
    master_key::MasterKey,
};

use crate::{config::Config, start};

/// Upgrades whose snapshots are kept.
const KEPT: usize = 2;
/// Room that is left for everything else, in bytes.
const SPARE: u64 = 1 << 20;

/// The folder of the snapshots.
pub fn folder(config: &Config) -> PathBuf {
    config.data_dir.join("snapshots")
}

/// Takes one, at this step of the schema. One of the same upgrade, which did not get to its end, is replaced.
///
/// # Errors
/// A sentence for the operator; then there is none, and nothing else has changed.
pub async fn take(config: &Config, database: &Database, key: &MasterKey, step: &str) -> Result<PathBuf, String> {
    let folder = folder(config);
    start::own_folder(&folder).map_err(|error| cannot(&folder, &error))?;
    let needed = needed(database).await?;
    let free = files::free_space(&folder).map_err(|error| cannot(&folder, &error))?;
    refuse_without_room(&folder, free, needed)?;
    let path = folder.join(name(step, matches!(config.storage.database, Location::Postgres(_))));
    tracing::info!("taking a snapshot before the database is upgraded");
    let file = NewFile::replacing(&path).map_err(|error| cannot(&path, &error))?;
    let file = match config.storage.database {
        Location::Sqlite(_) => copy(database, file).await?,
        Location::Postgres(_) => {
            let installation = start::installation(config, database.clone(), key);
            let taken = backup::take(&installation.operator(), file, |_, _| {}).await;
            taken.map_err(|failure| cannot(&path, &failure))?.1
        }
    };
    let size = file.keep().map_err(|error| cannot(&path, &error))?;
    let path = start::absolute(&path);
    tracing::info!("took the snapshot {} ({:.1} MB)", path.display(), size as f64 / 1e6);
    Ok(path)
}

/// Such as `before-0.5.0-at-000010.db`: for which version, and the last step that is in it.
fn name(step: &str, postgres: bool) -> String {
    let number = step.split('_').nth(1).unwrap_or(step);
    let kind = if postgres { "backup" } else { "db" };
    format!("before-{}-at-{number}.{kind}", env!("CARGO_PKG_VERSION"))
}

/// Everything that is committed, without what free pages hold.
async fn copy(database: &Database, file: NewFile) -> Result<NewFile, String> {
    let path = start::absolute(file.partial());
    let text = path.to_str().ok_or_else(|| format!("The path {} is not UTF-8.", path.display()))?;
    let sql = format!("VACUUM INTO '{}'", text.replace('\'', "''"));
    database.writer().execute_unprepared(&sql).await.map_err(|error| cannot(&path, &error))?;
    Ok(file)
}

/// Bytes that a snapshot may take. A backup file is compressed and holds no index.
async fn needed(database: &Database) -> Result<u64, String> {
    let db = database.writer();
    let sql = if database.is_postgres() {
        "SELECT (pg_database_size(current_database()) / 2)::bigint AS bytes"
    } else {
        "SELECT c.page_count * s.page_size AS bytes FROM pragma_page_count c, pragma_page_size s"
    };
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    let bytes = row.and_then(|row| row.map(|row| row.try_get::<i64>("", "bytes")).transpose());
    let bytes = bytes.map_err(|error| format!("Cannot ask the database for its size: {error}."))?;
    Ok(bytes.unwrap_or_default().max(0) as u64 + SPARE)
}

fn refuse_without_room(folder: &Path, free: Option<u64>, needed: u64) -> Result<(), String> {
    match free {
        Some(free) if free < needed => Err(format!(
            "The snapshot before the upgrade may take {:.1} MB in {}, and {:.1} MB are free there. Make room, or \
             upgrade with --no-snapshot once you have a backup of your own. Nothing was changed.",
            needed as f64 / 1e6,
            start::absolute(folder).display(),
            free as f64 / 1e6
        )),
        _ => Ok(()),
    }
}

fn cannot(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!(
        "The snapshot {} before the upgrade cannot be taken: {error}. The database was not changed. Mend that, or \
         upgrade with --no-snapshot once you have a backup of your own.",
        start::absolute(path).display()
    )
}

/// Every snapshot with the time when it was taken, the latest first.
pub fn list(config: &Config) -> Vec<(PathBuf, SystemTime)> {
    let own = |name: &str| {
        let kind = name.strip_suffix(".db").or_else(|| name.strip_suffix(".backup"));
        kind.and_then(|name| name.strip_prefix("before-")).is_some_and(|name| name.contains("-at-"))
    };
    let entries = std::fs::read_dir(folder(config)).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<_> = entries
        .filter(|entry| entry.file_name().to_str().is_some_and(own))
        .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?.modified().ok()?)))
        .collect();
    found.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    found
}

/// Removes those of earlier upgrades, after this one. Where that fails it is only told.
pub fn prune(config: &Config) {
    for (path, _) in list(config).into_iter().skip(KEPT) {
        match std::fs::remove_file(&path) {
            Ok(()) => tracing::info!("removed the older snapshot {}", path.display()),
            Err(error) => tracing::warn!("the older snapshot {} cannot be removed: {error}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t29_a_snapshot_is_named_after_the_upgrade_and_the_step() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(name("m20261121_000010_create_factors", false), format!("before-{version}-at-000010.db"));
        assert_eq!(name("m20261121_000010_create_factors", true), format!("before-{version}-at-000010.backup"));
    }

    #[test]
    fn t29_without_room_nothing_is_begun() {
        let refused = |free| refuse_without_room(Path::new("/srv/kd/snapshots"), free, 20_000_000);
        let told = refused(Some(19_999_999)).unwrap_err();
        for word in ["20.0 MB", "/srv/kd/snapshots", "--no-snapshot"] {
            assert!(told.contains(word), "{told}");
        }
        assert_eq!(refused(Some(20_000_000)), Ok(()));
        // A file system that does not say how much it has left is tried.
        assert_eq!(refused(None), Ok(()));
    }
}
