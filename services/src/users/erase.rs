//! Erasing for good: the person goes, the log keeps that something happened, and the
//! username is never given again.

use domain::{
    Error, Permission,
    audit::Event,
    guard::{self, Refusal},
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};

use super::{
    entity::{self, retired},
    target,
};
use crate::{Context, Result, audit, auth::throttle, context::Change, settings};

/// Erased by one run of the job at most: each is a transaction of its own.
const AT_ONCE: u64 = 100;

/// Erases somebody in the bin. `name` is their username, typed by whoever asks.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn erase(cx: &Context, id: UserId, name: &str) -> Result<()> {
    let change = cx.change_standing(Permission::EraseUsers).await?;
    let erased = async {
        let (row, target) = target::find(&change, id).await?;
        change.guard(|actor| guard::may_change_standing(actor, &target))?;
        if row.deleted_at.is_none() {
            return Err(Refusal::NotInBin.into());
        }
        if domain::text::trimmed(name) != row.username {
            return Err(Refusal::NameDiffers.into());
        }
        remove(change, row).await
    };
    let erased = erased.await;
    cx.recording(erased).await
}

/// Erases those whose time in the bin is over. Says how many.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn erase_due(cx: &Context) -> Result<u64> {
    let access = cx.process_read()?;
    let kept = i64::from(settings::current(access.db()).await?.bin_days) * domain::DAY;
    let due = entity::Entity::find()
        .filter(entity::Column::DeletedAt.lte(cx.now() - kept))
        .order_by_asc(entity::Column::DeletedAt)
        .limit(AT_ONCE)
        .all(access.db())
        .await?;
    let mut erased = 0;
    for row in due {
        let change = cx.process_change().await?;
        // Restored, or erased by another node, since the list was read.
        let (row, _) = match target::find(&change, UserId(row.id)).await {
            Ok(found) => found,
            Err(crate::Failure::Told(Error::NotFound)) => continue,
            Err(failure) => return Err(failure),
        };
        if row.deleted_at.is_some_and(|at| at <= cx.now() - kept) {
            remove(change, row).await?;
            erased += 1;
        }
    }
    Ok(erased)
}

async fn remove(change: Change, row: entity::Model) -> Result<()> {
    let hash = change.context().retired(&row.username_key);
    let retired = retired::ActiveModel { hash: Set(hash), retired_at: Set(change.now()) };
    retired::Entity::insert(retired)
        .on_conflict(OnConflict::column(retired::Column::Hash).do_nothing().to_owned())
        .exec_without_returning(change.db())
        .await?;
    throttle::release(&change, row.id).await?;
    entity::Entity::delete_by_id(row.id).exec(change.db()).await?;
    audit::forget(&change, UserId(row.id)).await?;
    change.commit(Event::UserErased { user: UserId(row.id) }).await
}
