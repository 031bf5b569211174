//! What deleting leaves behind on SQLite: nothing is to be found in its files of somebody who
//! was erased. PostgreSQL keeps its files to itself; its own vacuuming does this there.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use crate::{Context, Result, context::Upkeep};

/// Whether the write-ahead log may hold what was erased. So it may after a start: the process
/// before may have been killed.
pub(crate) struct Traces(AtomicBool);

impl Default for Traces {
    fn default() -> Self {
        Self(AtomicBool::new(true))
    }
}

/// Every index of words there is, and whether it writes over what it forgets.
const SEARCHES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%' \
                        AND sql NOT LIKE '%fts5vocab%'";

#[derive(FromQueryResult)]
struct Search {
    name: String,
}

/// Has the search forget at once what is deleted, instead of noting that it is gone.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn prepare(cx: &Context) -> Result<()> {
    if cx.is_postgres() {
        return Ok(());
    }
    let books = cx.upkeep(Upkeep::Checkpoint);
    let db = books.db();
    let query = |sql: String| Statement::from_string(DbBackend::Sqlite, sql);
    for Search { name } in Search::find_by_statement(query(SEARCHES.into())).all(db).await? {
        let done = query(format!("SELECT v FROM \"{name}_config\" WHERE k = 'secure-delete' AND v = 1"));
        if db.query_one_raw(done).await?.is_none() {
            db.execute_unprepared(&format!("INSERT INTO \"{name}\" (\"{name}\", rank) VALUES ('secure-delete', 1)"))
                .await?;
        }
    }
    Ok(())
}

/// After an erasure: empties the write-ahead log into the file, unless somebody is reading just
/// now; then [`wipe`] does it later.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn wipe_soon(cx: &Context) -> Result<()> {
    cx.inner().traces.0.store(true, Ordering::Relaxed);
    wipe(cx).await
}

/// Empties the write-ahead log into the file where it may hold what was erased. Waits for nobody.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn wipe(cx: &Context) -> Result<()> {
    let due = &cx.inner().traces.0;
    if cx.is_postgres() || !due.swap(false, Ordering::Relaxed) {
        return Ok(());
    }
    // One text, so that no other statement comes in between on this connection.
    let sql = "PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;";
    let done = cx.upkeep(Upkeep::Checkpoint).db().query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await;
    let emptied = done.as_ref().is_ok_and(|rows| rows.iter().any(|row| row.try_get::<i64>("", "busy") == Ok(0)));
    if !emptied {
        due.store(true, Ordering::Relaxed);
    }
    done?;
    Ok(())
}
