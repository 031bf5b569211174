//! What somebody is: disabled or enabled, in the bin or out of it. Whoever stops being
//! active loses their sessions in the same transaction (T15).

use domain::{
    Error, Millis, Permission,
    audit::Event,
    guard::may_change_standing,
    users::{Ended, UserId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    entity::{self, stats},
    target::Subject,
};
use crate::{
    Context, Result,
    context::{Change, StandingChange, done, unchanged},
    credentials::devices,
    sessions, settings,
};

/// Disables a user and ends their sessions. A disabled user stays as they are.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn disable(cx: &Context, id: UserId) -> Result<Ended> {
    cx.change_user(Permission::DisableUsers, may_change_standing, id, async |change: &StandingChange, user: Subject| {
        if user.row.disabled_at.is_some() {
            return Ok(unchanged(Ended::default()));
        }
        let ended = stop(change, id, entity::Column::DisabledAt, change.now()).await?;
        Ok(done(ended, Event::UserDisabled { user: user.person(), sessions_ended: ended.sessions }))
    })
    .await
}

/// Enables a user again. Their sessions do not come back.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn enable(cx: &Context, id: UserId) -> Result<()> {
    cx.change_user(Permission::DisableUsers, may_change_standing, id, async |change: &StandingChange, user: Subject| {
        if user.row.disabled_at.is_none() {
            return Ok(unchanged(()));
        }
        start(change, id, entity::Column::DisabledAt).await?;
        Ok(done((), Event::UserEnabled { user: user.person() }))
    })
    .await
}

/// Moves a user to the bin and ends their sessions.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn delete(cx: &Context, id: UserId) -> Result<Ended> {
    let body = async |change: &StandingChange, user: Subject| {
        if user.row.deleted_at.is_some() {
            return Ok(unchanged(Ended::default()));
        }
        let now = change.now();
        let ended = stop(change, id, entity::Column::DeletedAt, now).await?;
        let erase_at = settings::current(change.db()).await?.erase_at(now);
        Ok(done(ended, Event::UserDeleted { user: user.person(), sessions_ended: ended.sessions, erase_at }))
    };
    cx.change_user_in_bin_too(Permission::DeleteUsers, may_change_standing, id, body).await
}

/// Brings a user back from the bin, as they were.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn restore(cx: &Context, id: UserId) -> Result<()> {
    let body = async |change: &StandingChange, user: Subject| {
        if user.row.deleted_at.is_none() {
            return Ok(unchanged(()));
        }
        start(change, id, entity::Column::DeletedAt).await?;
        // The job takes the row away from those in the bin.
        let counted = stats::ActiveModel { user_id: Set(id.0), sessions: Set(0) };
        stats::Entity::insert(counted).on_conflict_do_nothing().exec_without_returning(change.db()).await?;
        Ok(done((), Event::UserRestored { user: user.person() }))
    };
    cx.change_user_in_bin_too(Permission::DeleteUsers, may_change_standing, id, body).await
}

/// Sets the time in `column` and ends what goes on.
async fn stop(change: &StandingChange, id: UserId, column: entity::Column, now: Millis) -> Result<Ended> {
    entity::Entity::update_many()
        .col_expr(column, Expr::value(now))
        .filter(entity::Column::Id.eq(id.0))
        .exec(change.db())
        .await?;
    end_what_goes_on(change, id).await
}

/// Within a change: whoever is not active any more comes back as a stranger. Their sessions end, a
/// sign-in under way dies with them, and every browser is asked for a second factor again.
pub(super) async fn end_what_goes_on(change: &Change, id: UserId) -> Result<Ended> {
    // First the user's row, in the order in which a sign-in takes them.
    let sessions = sessions::end_all(change, id).await?;
    devices::forget(change, id).await?;
    Ok(Ended { sessions })
}

async fn start(change: &Change, id: UserId, column: entity::Column) -> Result<()> {
    let updated = entity::Entity::update_many()
        .col_expr(column, Expr::value(Option::<i64>::None))
        .filter(entity::Column::Id.eq(id.0))
        .exec(change.db())
        .await?;
    if updated.rows_affected == 0 { Err(Error::NotFound.into()) } else { Ok(()) }
}
