//! The rows of failures: counted, kept for a while, and let go.

use std::collections::HashMap;

use domain::{MINUTE, Millis};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{super::entity::failures, Buckets, brake::Brake, seconds};
use crate::{
    Context, Result,
    context::{Bookkeeping, Change, Upkeep},
};

/// How far another node's clock may be ahead of ours.
const AHEAD: Millis = 5 * MINUTE;

/// Counts one more failure in a bucket, and says how many there are now.
pub(super) async fn note(
    books: &Bookkeeping<'_>,
    bucket: &[u8],
    user: Option<Uuid>,
    now: Millis,
    brake: Brake,
) -> Result<i64> {
    let first = failures::ActiveModel {
        bucket: Set(bucket.to_vec()),
        failures: Set(1),
        last_failure_at: Set(now),
        blocked_until: Set(0),
        kept_until: Set(now + brake.memory),
        user_id: Set(user),
    };
    let column = |column: failures::Column| Expr::col((failures::Entity, column));
    let counted =
        Expr::case(column(failures::Column::KeptUntil).lt(now), 1).finally(column(failures::Column::Failures).add(1));
    let kept = now + brake.memory;
    let kept =
        Expr::case(column(failures::Column::KeptUntil).gt(kept), column(failures::Column::KeptUntil)).finally(kept);
    let row = failures::Entity::insert(first)
        .on_conflict(
            OnConflict::column(failures::Column::Bucket)
                .value(failures::Column::Failures, counted)
                .value(failures::Column::LastFailureAt, now)
                .value(failures::Column::KeptUntil, kept)
                .to_owned(),
        )
        .exec_with_returning(books.db())
        .await?;
    Ok(row.failures)
}

/// Within a change: the password is another, so that whoever guessed codes behind the old one is
/// out, and its owner need not wait for them.
pub(crate) async fn new_password(change: &Change, user: Uuid) -> Result<()> {
    let Buckets { pair, .. } = Buckets::second(change.context(), user, None);
    failures::Entity::delete_by_id(pair.to_vec()).exec(change.db()).await?;
    Ok(())
}

/// Forgets what no brake remembers.
pub(crate) async fn forget_old(cx: &Context) -> Result<()> {
    let books = cx.upkeep(Upkeep::Throttle);
    failures::Entity::delete_many()
        .filter(
            Condition::any()
                .add(failures::Column::KeptUntil.lt(cx.now()))
                // Noted in a future from which the clock was set back: they would hold people up until then.
                .add(failures::Column::LastFailureAt.gt(cx.now() + AHEAD)),
        )
        .exec(books.db())
        .await?;
    Ok(())
}

/// Seconds until each of these people is let go, for those who are held up.
pub(crate) async fn held_up(cx: &Context, db: &impl ConnectionTrait, users: &[Uuid]) -> Result<HashMap<Uuid, u32>> {
    let now = cx.now();
    let rows = failures::Entity::find()
        .filter(failures::Column::UserId.is_in(users.iter().copied()))
        .filter(failures::Column::BlockedUntil.gt(now))
        .all(db)
        .await?;
    let mut waits = HashMap::new();
    for row in rows {
        let Some(user) = row.user_id else { continue };
        let wait = seconds(row.blocked_until - now);
        let longest = waits.entry(user).or_insert(wait);
        *longest = Ord::max(wait, *longest);
    }
    Ok(waits)
}

/// Within a change: lets somebody go at once. Says whether there was anything to let go.
pub(crate) async fn release(change: &Change, user: Uuid) -> Result<bool> {
    let gone = failures::Entity::delete_many().filter(failures::Column::UserId.eq(user)).exec(change.db()).await?;
    Ok(gone.rows_affected > 0)
}
