//! One's own sessions: seeing them, ending them, and proving oneself once more in one.

use domain::{
    Error, Millis,
    audit::Event,
    sessions::{SessionId, SessionRow},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{entity, method_of, remove, remove_others};
use crate::{
    Context, Result,
    context::{Change, Own, OwnAct, done, person, unchanged},
    users::entity as user,
};

/// One's own sessions, the last used first.
///
/// # Errors
/// Those of the gate.
pub async fn list_own(cx: &Context) -> Result<Vec<SessionRow>> {
    let own = cx.own_account()?;
    let user = own_user(&own).await?;
    live(cx, own.db(), &user).await
}

/// The sessions of this person that live, the last used first.
pub(super) async fn live(cx: &Context, db: &impl ConnectionTrait, user: &user::Model) -> Result<Vec<SessionRow>> {
    let (now, limits) = (cx.now(), cx.installation().limits());
    let asking = cx.actor().ok().map(|actor| actor.session);
    let rows = entity::Entity::find()
        .filter(entity::Column::UserId.eq(user.id))
        .filter(entity::Column::Epoch.eq(user.security_epoch))
        .order_by_desc(entity::Column::LastSeenAt)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let id = SessionId(row.id);
            let last_seen_at = row.last_seen_at.max(cx.inner().seen.of(id).unwrap_or_default());
            let ends_at = limits.end(row.created_at, last_seen_at, user.expires_at);
            (ends_at > now).then(|| SessionRow {
                id,
                current: asking == Some(id),
                browser: row.browser,
                address: row.address,
                method: method_of(row.id, &row.method),
                created_at: row.created_at,
                last_seen_at,
                ends_at,
            })
        })
        .collect())
}

/// Ends one of one's own sessions.
///
/// # Errors
/// `NotFound` for anybody else's, as for one that never was.
pub async fn end_own(cx: &Context, id: SessionId) -> Result<()> {
    cx.own_change(OwnAct::EndSessions, async |change: &Change| {
        let actor = change.actor()?;
        if remove(change, actor.id, Some(id)).await? == 0 {
            return Err(Error::NotFound.into());
        }
        Ok(done((), Event::SessionsEnded { user: person(actor), count: 1 }))
    })
    .await
}

/// Ends one's own sessions but the one that asks; says how many those were.
///
/// # Errors
/// Those of the gate.
pub async fn end_own_others(cx: &Context) -> Result<u32> {
    cx.own_change(OwnAct::EndSessions, async |change: &Change| {
        let actor = change.actor()?;
        let count = remove_others(change, actor.id, actor.session).await?;
        Ok(match count {
            0 => unchanged(0),
            _ => done(count, Event::SessionsEnded { user: person(actor), count }),
        })
    })
    .await
}

/// Milliseconds until the session that asks ends if nothing more happens.
///
/// # Errors
/// Those of the gate.
pub async fn time_left(cx: &Context) -> Result<Millis> {
    let own = cx.own_account()?;
    let row = entity::Entity::find()
        .filter(entity::Column::Id.eq(own.actor().session.0))
        .one(own.db())
        .await?
        .ok_or(Error::SignedOut)?;
    let seen = cx.inner().seen.of(SessionId(row.id)).unwrap_or_default();
    let (limits, account_end) = (cx.installation().limits(), own_user(&own).await?.expires_at);
    Ok(limits.end(row.created_at, row.last_seen_at.max(seen), account_end) - cx.now())
}

async fn own_user(own: &Own) -> Result<user::Model> {
    let user = user::Entity::find_by_id(own.id().0).one(own.db()).await?;
    user.ok_or_else(|| Error::SignedOut.into())
}
