//! Other people's sessions, for whoever looks after users.

use domain::{
    Error, Permission,
    audit::Event,
    guard,
    sessions::{SessionId, SessionRow},
    users::{Ended, UserId},
};
use sea_orm::EntityTrait;

use super::{own::live, remove};
use crate::{
    Context, Result,
    users::{entity as user, target},
};

/// Where a user is signed in, the last used first.
///
/// # Errors
/// `NotFound`; those of the gate.
pub async fn list_of(cx: &Context, id: UserId) -> Result<Vec<SessionRow>> {
    let access = cx.read(Permission::ViewSessions).await?;
    let user = user::Entity::find_by_id(id.0).one(access.db()).await?.ok_or(Error::NotFound)?;
    live(cx, access.db(), &user).await
}

/// Ends one session of a user, or all of them.
///
/// # Errors
/// `NotFound`; `Refused` for somebody who outranks the actor; those of the gate.
pub async fn end_of(cx: &Context, id: UserId, only: Option<SessionId>) -> Result<Ended> {
    let change = cx.change(Permission::EndSessions).await?;
    let ended = async {
        let (_, target) = target::find(&change, id).await?;
        change.guard(|actor| guard::may_touch(actor, &target))?;
        let sessions = remove(&change, id, only).await?;
        if sessions == 0 {
            // Nothing to write down: for one session that is an error, for all of them it is not.
            return if only.is_some() { Err(Error::NotFound.into()) } else { Ok(Ended::default()) };
        }
        change.commit(Event::SessionsEnded { user: target::person(&target), count: sessions }).await?;
        Ok(Ended { sessions })
    };
    let ended = ended.await;
    cx.recording(ended).await
}
