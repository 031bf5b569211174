//! Many rows at once: for sample data, and for restoring a backup.

use sea_orm::ConnectionTrait;

use crate::{Context, context::Upkeep};

mod deferred_indexes;
mod rows;

pub(crate) use deferred_indexes::DeferredIndexes;
pub(crate) use rows::Rows;

/// After the commit: what SQLite has written beside its file goes into it, and the room is given back.
/// Where that fails, what was committed is there all the same.
pub(crate) async fn checkpoint(cx: &Context) {
    if cx.is_postgres() {
        return;
    }
    let books = cx.upkeep(Upkeep::Checkpoint);
    if let Err(cause) = books.db().execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await {
        tracing::warn!(%cause, "the write-ahead log could not be emptied after many rows");
    }
}
