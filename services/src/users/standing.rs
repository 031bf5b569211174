//! What somebody is: disabled or enabled, in the bin or out of it. Whoever stops being
//! active loses their sessions in the same transaction (T15).

use domain::{
    Error, Permission,
    audit::Event,
    guard::{self, Refusal, Target},
    users::{Ended, UserId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    entity::{self, stats},
    remaining, target,
};
use crate::{Context, Result, context::Change, factors, sessions, settings};

/// Disables a user and ends their sessions. Somebody disabled already stays as they are.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn disable(cx: &Context, id: UserId) -> Result<Ended> {
    let change = cx.change_standing(Permission::DisableUsers).await?;
    let disabled = async {
        let (row, target) = found(&change, id).await?;
        not_in_bin(&row)?;
        if row.disabled_at.is_some() {
            return Ok(Ended::default());
        }
        let now = change.now();
        let ended = stop(&change, id, entity::Column::DisabledAt, now).await?;
        let event = Event::UserDisabled { user: target::person(&target), sessions_ended: ended.sessions };
        change.commit(event).await?;
        Ok(ended)
    };
    let disabled = disabled.await;
    cx.recording(disabled).await
}

/// Enables a user again. Their sessions do not come back.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn enable(cx: &Context, id: UserId) -> Result<()> {
    let change = cx.change_standing(Permission::DisableUsers).await?;
    let enabled = async {
        let (row, target) = found(&change, id).await?;
        not_in_bin(&row)?;
        if row.disabled_at.is_none() {
            return Ok(());
        }
        start(&change, id, entity::Column::DisabledAt).await?;
        change.commit(Event::UserEnabled { user: target::person(&target) }).await
    };
    let enabled = enabled.await;
    cx.recording(enabled).await
}

/// Moves a user to the bin and ends their sessions.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn delete(cx: &Context, id: UserId) -> Result<Ended> {
    let change = cx.change_standing(Permission::DeleteUsers).await?;
    let deleted = async {
        let (row, target) = found(&change, id).await?;
        if row.deleted_at.is_some() {
            return Ok(Ended::default());
        }
        let now = change.now();
        let ended = stop(&change, id, entity::Column::DeletedAt, now).await?;
        let erase_at = settings::current(change.db()).await?.erase_at(now);
        let event = Event::UserDeleted { user: target::person(&target), sessions_ended: ended.sessions, erase_at };
        change.commit(event).await?;
        Ok(ended)
    };
    let deleted = deleted.await;
    cx.recording(deleted).await
}

/// Brings a user back from the bin, as they were.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn restore(cx: &Context, id: UserId) -> Result<()> {
    let change = cx.change_standing(Permission::DeleteUsers).await?;
    let restored = async {
        let (row, target) = found(&change, id).await?;
        if row.deleted_at.is_none() {
            return Ok(());
        }
        start(&change, id, entity::Column::DeletedAt).await?;
        // The job takes the row away from those in the bin.
        let counted = stats::ActiveModel { user_id: Set(id.0), sessions: Set(0) };
        stats::Entity::insert(counted).on_conflict_do_nothing().exec_without_returning(change.db()).await?;
        change.commit(Event::UserRestored { user: target::person(&target) }).await
    };
    let restored = restored.await;
    cx.recording(restored).await
}

/// Somebody whose standing the rules let the actor change.
async fn found(change: &Change, id: UserId) -> Result<(entity::Model, Target)> {
    let (row, target) = target::find(change, id).await?;
    change.guard(|actor| guard::may_change_standing(actor, &target))?;
    Ok((row, target))
}

fn not_in_bin(row: &entity::Model) -> Result<()> {
    match row.deleted_at {
        Some(_) => Err(Refusal::InBin { name: row.display_name.clone() }.into()),
        None => Ok(()),
    }
}

/// Sets the time in `column` and ends what goes on; all unless nobody would be left to
/// administer Keydesk.
async fn stop(change: &Change, id: UserId, column: entity::Column, now: domain::Millis) -> Result<Ended> {
    entity::Entity::update_many()
        .col_expr(column, Expr::value(now))
        .filter(entity::Column::Id.eq(id.0))
        .exec(change.db())
        .await?;
    let ended = end_what_goes_on(change, id).await?;
    remaining::administrator(change).await?;
    Ok(ended)
}

/// Within a change: whoever is not active any more comes back as a stranger. Their sessions end, a
/// sign-in under way dies with them, and every browser is asked for a second factor again.
pub(super) async fn end_what_goes_on(change: &Change, id: UserId) -> Result<Ended> {
    // First the user's row, in the order in which a sign-in takes them.
    let sessions = sessions::end_all(change, id).await?;
    factors::forget_devices(change, id).await?;
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
