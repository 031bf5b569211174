//! Other people's sessions, for whoever looks after users.

use domain::{
    Error, Permission,
    audit::Event,
    guard,
    sessions::{SessionId, SessionRow},
    users::{Ended, UserId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{entity, own::live, remove};
use crate::{
    Context, Result,
    context::{Change, done, unchanged},
    users::{entity as user, target},
};

/// Where a user is signed in, the last used first.
///
/// # Errors
/// `NotFound`; those of the gate.
pub async fn list_for_user(cx: &Context, id: UserId) -> Result<Vec<SessionRow>> {
    let access = cx.read(Permission::ViewSessions).await?;
    let user = user::Entity::find_by_id(id.0).one(access.db()).await?.ok_or(Error::NotFound)?;
    live(cx, access.db(), &user).await
}

/// How many sessions of a user live.
///
/// # Errors
/// `NotFound`; those of the gate.
pub async fn count_for_user(cx: &Context, id: UserId) -> Result<u32> {
    let access = cx.read(Permission::ViewUsers).await?;
    let user = user::Entity::find_by_id(id.0).one(access.db()).await?.ok_or(Error::NotFound)?;
    count_live(cx, access.db(), &user).await
}

pub(crate) async fn count_live(cx: &Context, db: &impl ConnectionTrait, user: &user::Model) -> Result<u32> {
    let (now, idle) = (cx.now(), cx.installation().limits().idle);
    let count = entity::Entity::find()
        .filter(entity::Column::UserId.eq(user.id))
        .filter(entity::Column::Epoch.eq(user.security_epoch))
        .filter(entity::Column::ExpiresAt.gt(now))
        .filter(entity::Column::LastSeenAt.gt(now - idle))
        .count(db)
        .await?;
    Ok(count as u32)
}

/// Ends one session of a user, or all of them.
///
/// # Errors
/// `NotFound`; `Refused` for somebody who outranks the actor; those of the gate.
pub async fn end_for_user(cx: &Context, id: UserId, only: Option<SessionId>) -> Result<Ended> {
    cx.change(Permission::EndSessions, async |change: &Change| {
        let user = target::find(change, id).await?;
        change.guard(|actor| guard::may_touch(actor, &user.target))?;
        let sessions = remove(change, id, only).await?;
        match (sessions, only) {
            // Nothing to write down: for one session that is an error, for all of them it is not.
            (0, Some(_)) => Err(Error::NotFound.into()),
            (0, None) => Ok(unchanged(Ended::default())),
            _ => Ok(done(Ended { sessions }, Event::SessionsEnded { user: user.person(), count: sessions })),
        }
    })
    .await
}
