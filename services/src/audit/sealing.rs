//! Logs of 0.4.0 and before: whom their events are about is covered once, by an event.

use domain::audit::Event;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    chain::{Subjects, old_link},
    entity::event,
    held, hold_head, sealed_kind, subjects_between,
};
use crate::{
    Context, Result,
    context::{Change, chain_key, done, unchanged},
};

/// Events looked at a time.
const AT_ONCE: i64 = 10_000;

/// Covers what the chain of an older version left open, where that was not done yet. At
/// every start; of several nodes one does it.
///
/// # Errors
/// When the database refuses.
pub async fn seal_older(cx: &Context) -> Result<()> {
    let access = cx.process_read()?;
    if !is_open(cx, access.db()).await? {
        return Ok(());
    }
    // What is in the log is only ever added to, so most of it is read while others commit.
    let mut subjects = Subjects::default();
    let read = held(&access).await?.0;
    add(&mut subjects, access.db(), 1, read).await?;
    cx.process_change(async |change: &Change| {
        if cx.is_postgres() {
            // Another node may be sealing, and this one does not start without it.
            change.db().execute_unprepared("SET LOCAL lock_timeout = 0").await?;
        }
        let seq = hold_head(change.db()).await?.seq;
        if !is_open(cx, change.db()).await? {
            return Ok(unchanged(()));
        }
        add(&mut subjects, change.db(), read + 1, seq).await?;
        let event = Event::LogSealed { subjects: subjects.count, sha256: subjects.sha256() };
        tracing::info!(events = seq, "whom the older events of the audit log are about is sealed now");
        Ok(done((), event))
    })
    .await
}

/// Adds whom the events of these numbers are about.
async fn add(subjects: &mut Subjects, db: &impl ConnectionTrait, first: i64, last: i64) -> Result<()> {
    for first in (first..=last).step_by(AT_ONCE as usize) {
        let some = subjects_between(db, first, last.min(first + AT_ONCE - 1)).await?;
        some.into_iter().for_each(|(seq, ids)| ids.into_iter().for_each(|id| subjects.add(seq, id)));
    }
    Ok(())
}

/// Whether an older version began this log, and nobody has sealed it.
async fn is_open(cx: &Context, db: &impl ConnectionTrait) -> Result<bool> {
    let Some(first) = event::Entity::find().order_by(event::Column::Seq, Order::Asc).limit(1).one(db).await? else {
        return Ok(false);
    };
    if first.mac != old_link(chain_key(cx), &[0; 32], &first) {
        return Ok(false);
    }
    Ok(event::Entity::find().filter(event::Column::Kind.eq(sealed_kind())).count(db).await? == 0)
}
