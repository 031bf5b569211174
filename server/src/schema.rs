//! Bringing the database's schema up to this version, or saying why that cannot be.

use migrations::Migrator;
use sea_orm_migration::{
    MigratorTrait,
    sea_orm::{ConnectionTrait, DbErr, Statement, TransactionTrait},
};
use services::{
    database::{Database, Location},
    files::Lock,
};

/// Any number that nothing else locks: "keydesk" in ASCII.
const LOCK: i64 = 0x006b_6579_6465_736b;

/// Applies what is missing; nodes that start together take turns. Says how many steps that were.
///
/// # Errors
/// A sentence for the operator.
pub async fn migrate(database: &Database) -> Result<usize, String> {
    upgrade(database, async |_| Ok(())).await
}

/// This process's turn at upgrading a SQLite file, until it is dropped. Nodes on PostgreSQL take theirs in
/// the database.
///
/// # Errors
/// A sentence for the operator.
pub async fn turn(location: &Location) -> Result<Option<Lock>, String> {
    let Location::Sqlite(path) = location else { return Ok(None) };
    // One name, whatever leads to the file.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    let mut beside = path.clone().into_os_string();
    beside.push(".upgrade");
    let waits = || tracing::info!("another process is upgrading this database; waiting for it");
    let taken = tokio::task::spawn_blocking(move || Lock::wait(beside.as_ref(), waits)).await;
    let told = |error: &dyn std::fmt::Display| {
        format!("{} cannot be upgraded: no file can be locked beside it: {error}.", path.display())
    };
    taken.map_err(|error| told(&error))?.map(Some).map_err(|error| told(&error))
}

/// As [`migrate`]; `before` is called in this node's turn with the last step that the database has,
/// where there is something to apply to an installation.
///
/// # Errors
/// A sentence for the operator; where `before` fails, its own, and nothing is applied.
pub async fn upgrade(
    database: &Database,
    before: impl AsyncFnOnce(&str) -> Result<(), String>,
) -> Result<usize, String> {
    let told = |error: DbErr| format!("The database cannot be brought up to date: {error}.");
    let db = database.writer();
    let turn = if database.is_postgres() {
        let turn = db.begin().await.map_err(told)?;
        // Another node may take its time over a step.
        turn.execute_unprepared("SET LOCAL lock_timeout = 0").await.map_err(told)?;
        let lock = format!("SELECT pg_advisory_xact_lock({LOCK})");
        turn.execute_unprepared(&lock).await.map_err(told)?;
        Some(turn)
    } else {
        None
    };
    let pending = pending(database).await?;
    if pending > 0
        && is_in_use(database).await
        && let Some(last) = applied(database).await.iter().max()
    {
        before(last).await?;
    }
    Migrator::up(db, None).await.map_err(told)?;
    if let Some(turn) = turn {
        turn.commit().await.map_err(told)?;
    }
    Ok(pending)
}

/// Refuses steps that only a newer version knows.
///
/// # Errors
/// A sentence for the operator.
pub fn refuse_unknown(steps: &[String]) -> Result<(), String> {
    let known = Migrator::migrations();
    match steps.iter().find(|step| known.iter().all(|own| own.name() != step.as_str())) {
        Some(step) => Err(format!(
            "This backup was written by a newer Keydesk (it has the step {step}, which this one does not know). \
             Restore it with that version."
        )),
        None => Ok(()),
    }
}

/// Brings an empty database to exactly these steps, the first of ours: a backup is loaded
/// into the schema that it was taken from.
///
/// # Errors
/// A sentence for the operator, also where the database is past them.
pub async fn migrate_to(database: &Database, steps: &[String]) -> Result<(), String> {
    let there = applied(database).await;
    if let Some(step) = there.iter().find(|step| !steps.contains(step)) {
        return Err(format!(
            "The backup is older than this database, which is empty but has the step {step} already. \
             Restore into a new database: remove this one, or name another."
        ));
    }
    let missing = (steps.len() - there.len()) as u32;
    if missing > 0 {
        let told = |error: DbErr| format!("The database cannot be brought to the backup's step: {error}.");
        Migrator::up(database.writer(), Some(missing)).await.map_err(told)?;
    }
    Ok(())
}

/// Whether an installation has been noted in the database.
pub async fn is_in_use(database: &Database) -> bool {
    master_key(database).await.is_some()
}

/// The id of the master key that the database was made with, at any step of the schema.
pub async fn master_key(database: &Database) -> Option<String> {
    let db = database.writer();
    let query = Statement::from_string(db.get_database_backend(), "SELECT master_key_id FROM installation");
    db.query_one_raw(query).await.ok()??.try_get("", "master_key_id").ok()
}

/// How many steps this version has and the database does not.
///
/// # Errors
/// A sentence for the operator, also where the database is of a newer version.
pub async fn pending(database: &Database) -> Result<usize, String> {
    if let Some(step) = unknown(database).await.first() {
        return Err(format!(
            "This database was written by a newer Keydesk (it has the step {step}, which this one does not know). \
             Start that version, or restore a backup from before the upgrade."
        ));
    }
    let applied = applied(database).await.len();
    Ok(Migrator::migrations().len().saturating_sub(applied))
}

/// Steps that the database has and this version does not know.
async fn unknown(database: &Database) -> Vec<String> {
    let known: Vec<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    applied(database).await.into_iter().filter(|version| !known.contains(version)).collect()
}

/// Steps that the database has; none where it is empty.
async fn applied(database: &Database) -> Vec<String> {
    let db = database.writer();
    let query = Statement::from_string(db.get_database_backend(), "SELECT version FROM seaql_migrations");
    let rows = db.query_all_raw(query).await.unwrap_or_default();
    rows.iter().filter_map(|row| row.try_get::<String>("", "version").ok()).collect()
}
