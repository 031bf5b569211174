//! Many rows at once: for making people up, and for restoring a backup.

use sea_orm::ConnectionTrait;

use crate::{Context, Result, context::Upkeep};

mod aside;
mod rows;

pub(crate) use aside::PutAside;
pub(crate) use rows::Rows;

/// After the commit: what SQLite has written beside its file goes into it, and the room is given back.
pub(crate) async fn checkpoint(cx: &Context) -> Result<()> {
    if !cx.is_postgres() {
        cx.upkeep(Upkeep::Checkpoint).db().execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    }
    Ok(())
}
