//! What deleting leaves behind on SQLite: nothing is to be found in its files of somebody who
//! was erased. PostgreSQL keeps its files to itself; its own vacuuming does this there.

use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use crate::{Context, Failure, Result, context::Upkeep, database, users};

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

/// What `user_version` of the file says once the search has nothing left of what it only noted to be gone.
const FORGOTTEN: i64 = 1;
/// Pages of the search's index that are merged at a time: whoever wants to write waits for so many.
const MERGED_AT_ONCE: i64 = 500;

#[derive(FromQueryResult)]
struct Search {
    name: String,
}

fn query(sql: impl Into<String>) -> Statement {
    Statement::from_string(DbBackend::Sqlite, sql)
}

async fn searches(cx: &Context) -> Result<Vec<Search>> {
    Ok(Search::find_by_statement(query(SEARCHES)).all(cx.upkeep(Upkeep::Checkpoint).db()).await?)
}

/// Has the search forget at once what is deleted, instead of noting that it is gone. Not while it is
/// built anew after an upgrade: that deletes every word once, and takes ten times as long so.
///
/// # Errors
/// When the database refuses; `SignedOut` for requests.
pub(crate) async fn prepare(cx: &Context) -> Result<()> {
    if cx.is_postgres() || users::count_former(cx).await? > 0 {
        return Ok(());
    }
    let books = cx.upkeep(Upkeep::Checkpoint);
    let db = books.db();
    for Search { name } in searches(cx).await? {
        let done = query(format!("SELECT v FROM \"{name}_config\" WHERE k = 'secure-delete' AND v = 1"));
        if db.query_one_raw(done).await?.is_none() {
            db.execute_unprepared(&format!("INSERT INTO \"{name}\" (\"{name}\", rank) VALUES ('secure-delete', 1)"))
                .await?;
        }
    }
    Ok(())
}

/// Once in the life of a file, after the search was built anew: takes what was deleted before the search
/// forgot at once out of its index, where it stands until the part that holds it is merged with the others.
/// May be left at any moment, and begins again then.
///
/// # Errors
/// When the database refuses; `SignedOut` for requests.
pub(crate) async fn forget_former(cx: &Context) -> Result<()> {
    if cx.is_postgres() {
        return Ok(());
    }
    prepare(cx).await?;
    let books = cx.upkeep(Upkeep::Checkpoint);
    let version = books.db().query_one_raw(query("PRAGMA user_version")).await?;
    let version = version.map_or(Ok(0), |row| row.try_get::<i64>("", "user_version"))?;
    if version >= FORGOTTEN || users::count_former(cx).await? > 0 {
        return Ok(());
    }
    for Search { name } in searches(cx).await? {
        // A negative number begins to make one part of all; others go on with it (sqlite.org/fts5.html, 6.8).
        let mut pages = -MERGED_AT_ONCE;
        while merge(cx, &name, pages).await? {
            pages = MERGED_AT_ONCE;
            // Others who wait for the writer come first.
            tokio::task::yield_now().await;
        }
    }
    books.db().execute_unprepared(&format!("PRAGMA user_version = {FORGOTTEN}")).await?;
    wipe_soon(cx).await;
    Ok(())
}

/// Merges so many pages of a search's index. Says whether there were any.
async fn merge(cx: &Context, name: &str, pages: i64) -> Result<bool> {
    let options = TransactionOptions {
        isolation_level: None,
        access_mode: None,
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
    };
    let tx = cx.upkeep(Upkeep::Checkpoint).db().begin_with_options(options).await?;
    let before = count_changes(&tx).await?;
    tx.execute_unprepared(&format!("INSERT INTO \"{name}\" (\"{name}\", rank) VALUES ('merge', {pages})")).await?;
    let after = count_changes(&tx).await?;
    tx.commit().await?;
    // The command itself counts as one.
    Ok(after - before >= 2)
}

/// Rows that were changed on this connection so far, those included that an index is made of.
async fn count_changes(tx: &DatabaseTransaction) -> Result<i64> {
    let row = tx.query_one_raw(query("SELECT total_changes() AS changes")).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get::<i64>("", "changes"))?)
}

/// After an erasure: empties the write-ahead log into the file, unless somebody is reading just
/// now; then [`wipe`] does it later. So it does where this fails: what was erased is erased, and a failure
/// here is none of whoever erased it.
pub(crate) async fn wipe_soon(cx: &Context) {
    if let Err(cause) = wipe_now(cx).await {
        tracing::warn!(%cause, "the write-ahead log could not be emptied of what was erased, and will be later");
    }
}

/// As [`wipe`], whether or not something was erased.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn wipe_now(cx: &Context) -> Result<()> {
    cx.inner().traces.0.store(true, Ordering::Relaxed);
    wipe(cx).await
}

/// Empties the write-ahead log into the file where it may hold what was erased. Waits for nobody.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn wipe(cx: &Context) -> Result<()> {
    if cx.is_postgres() || !cx.inner().traces.0.swap(false, Ordering::Relaxed) {
        return Ok(());
    }
    // In a task of its own, which goes on to its end where whoever waits for it leaves.
    let own = cx.clone();
    let wiped = tokio::spawn(async move {
        let emptied = database::empty_log(own.upkeep(Upkeep::Checkpoint).db()).await;
        if !matches!(emptied, Ok(true)) {
            own.inner().traces.0.store(true, Ordering::Relaxed);
        }
        emptied
    });
    match wiped.await {
        Ok(emptied) => Ok(emptied.map(drop)?),
        Err(error) => {
            cx.inner().traces.0.store(true, Ordering::Relaxed);
            Err(Failure::Unexpected(format!("emptying the write-ahead log: {error}")))
        }
    }
}
