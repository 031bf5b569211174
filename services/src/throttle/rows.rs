//! The rows of failures: counted, kept for a while, and let go.

use std::collections::HashMap;

use domain::{MINUTE, Millis, users::UserId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{Buckets, entity as failures, limit::Limit, seconds};
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
    limit: Limit,
) -> Result<i64> {
    let first = failures::ActiveModel {
        bucket: Set(bucket.to_vec()),
        failures: Set(1),
        last_failure_at: Set(now),
        blocked_until: Set(0),
        kept_until: Set(now + limit.memory),
        user_id: Set(user),
    };
    let column = |column: failures::Column| Expr::col((failures::Entity, column));
    let counted =
        Expr::case(column(failures::Column::KeptUntil).lt(now), 1).finally(column(failures::Column::Failures).add(1));
    let kept = now + limit.memory;
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

/// Within a change: the password is another, so that a guesser of codes behind the old one is
/// out, and its owner need not wait for them.
pub(crate) async fn forget_codes(change: &Change, user: UserId) -> Result<()> {
    let Buckets { pair, .. } = Buckets::second(change.context(), user.0, None);
    failures::Entity::delete_by_id(pair.to_vec()).exec(change.db()).await?;
    Ok(())
}

/// Forgets what no limit remembers.
pub(crate) async fn cleanup(cx: &Context) -> Result<()> {
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

/// Seconds until each of these users may try again, for those who have to wait.
pub(crate) async fn locked_until(
    cx: &Context,
    db: &impl ConnectionTrait,
    users: &[Uuid],
) -> Result<HashMap<Uuid, u32>> {
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

/// Within a change: forgets a user's failures. Says whether there were any.
pub(crate) async fn forget_user(change: &Change, user: UserId) -> Result<bool> {
    let gone = failures::Entity::delete_many().filter(failures::Column::UserId.eq(user.0)).exec(change.db()).await?;
    Ok(gone.rows_affected > 0)
}
