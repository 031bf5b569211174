//! Erasing for good: the person goes, the log keeps that something happened, and the
//! username is never given again.

use domain::{
    Error, Permission,
    audit::Event,
    guard::{Refusal, may_change_standing},
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    entity::{self, retired},
    target::{self, Subject},
};
use crate::{
    Context, Failure, Result, audit,
    context::{Change, StandingChange, done, remaining, unchanged},
    settings, throttle, traces,
};

/// Erased by one run of the job at most: each is a transaction of its own.
const AT_ONCE: u64 = 100;

/// Erases somebody in the bin. `name` is their username, typed by whoever asks.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn erase(cx: &Context, id: UserId, name: &str) -> Result<()> {
    let body = async |change: &StandingChange, user: Subject| {
        if user.row.deleted_at.is_none() {
            return Err(Refusal::NotInBin.into());
        }
        if domain::text::trimmed(name) != user.row.username {
            return Err(Refusal::NameDiffers.into());
        }
        Ok(done((), remove(change, user.row).await?))
    };
    cx.change_user_in_bin_too(Permission::EraseUsers, may_change_standing, id, body).await?;
    traces::wipe_soon(cx).await;
    Ok(())
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
        let body = async |change: &Change| {
            // Restored, or erased by another node, since the list was read.
            let row = match target::find(change, UserId(row.id)).await {
                Ok(found) => found.row,
                Err(Failure::Told(Error::NotFound)) => return Ok(unchanged(0)),
                Err(failure) => return Err(failure),
            };
            if row.deleted_at.is_none_or(|at| at > cx.now() - kept) {
                return Ok(unchanged(0));
            }
            Ok(done(1, remove(change, row).await?))
        };
        erased += cx.process_change(body).await?;
    }
    if erased > 0 {
        traces::wipe_soon(cx).await;
    }
    Ok(erased)
}

/// Within a change: takes everything of a user away.
async fn remove(change: &Change, row: entity::Model) -> Result<Event> {
    let hash = change.context().retired(&row.username_key);
    let retired = retired::ActiveModel { hash: Set(hash), retired_at: Set(change.now()) };
    retired::Entity::insert(retired)
        .on_conflict(OnConflict::column(retired::Column::Hash).do_nothing().to_owned())
        .exec_without_returning(change.db())
        .await?;
    throttle::forget_user(change, UserId(row.id)).await?;
    entity::Entity::delete_by_id(row.id).exec(change.db()).await?;
    audit::forget(change.db(), UserId(row.id)).await?;
    Ok(Event::UserErased { user: UserId(row.id) })
}

/// Whoever is in the list of erasures outside of the database and came back with an earlier
/// state of it, with the key of their username.
pub(crate) async fn erased_and_back(cx: &Context, db: &impl ConnectionTrait) -> Result<Vec<(Uuid, String)>> {
    const AT_A_TIME: usize = 10_000;
    let Some(outside) = &cx.inner().outside else { return Ok(vec![]) };
    let list = outside.erased().await?;
    let mut found = vec![];
    let mut last = Uuid::nil();
    while !list.is_empty() {
        // Two columns only: the schema may be that of an older version.
        let sql = format!("SELECT id, username_key FROM users WHERE id > $1 ORDER BY id LIMIT {AT_A_TIME}");
        let page = Statement::from_sql_and_values(db.get_database_backend(), sql, [last.into()]);
        let page = db.query_all_raw(page).await?;
        for row in &page {
            last = row.try_get_by_index(0)?;
            if list.contains(&cx.erased(last)) {
                found.push((last, row.try_get_by_index(1)?));
            }
        }
        if page.len() < AT_A_TIME {
            break;
        }
    }
    Ok(found)
}

/// Erases again whoever was erased and came back, but for the only one who administers: without them
/// nobody ever would. Says how many those were, and the username of whoever was kept.
pub(crate) async fn erase_again(cx: &Context) -> Result<(u64, Option<String>)> {
    let (mut erased, mut kept) = (0, None);
    for (id, username_key) in erased_and_back(cx, cx.process_read()?.db()).await? {
        let body = async |change: &StandingChange| {
            if remaining::is_the_last(change.db(), id, true).await? {
                return Ok(unchanged(false));
            }
            let row = target::find(change, UserId(id)).await?.row;
            Ok(done(true, remove(change, row).await?))
        };
        if cx.process_change_standing(body).await? {
            erased += 1;
        } else {
            kept = Some(username_key);
        }
    }
    if erased > 0 {
        traces::wipe_soon(cx).await;
    }
    Ok((erased, kept))
}
