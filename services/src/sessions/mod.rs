//! Sessions: opened by a sign-in, looked up on every request, ended by people, by time,
//! and by whatever changes their person's epoch.

use std::collections::HashMap;

use domain::{
    Error, Millis,
    sessions::{Method, SessionId},
    users::UserId,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Context, Result,
    context::{Change, Purpose, Upkeep},
    credentials::devices,
    stored::{self, Unreadable},
    users::entity as user,
};

mod entity;
mod for_users;
mod load;
mod own;
pub mod record;
mod seen;

pub(crate) use for_users::count_live;
pub use for_users::{count_for_user, end_for_user, list_for_user};
pub(crate) use load::permissions_of;
pub use load::{Loaded, load};
pub use own::{end_own, end_own_others, list_own, time_left};
pub(crate) use record::insert;
pub use record::{NewSession, attach, detach, forget};
pub(crate) use seen::Seen;

/// Notes that the session was used now.
pub fn touch(cx: &Context, id: SessionId) {
    cx.inner().seen.note(id, cx.now());
}

/// Writes down when sessions were last used.
///
/// # Errors
/// When the database refuses; then it is written the next time.
pub async fn write_seen(cx: &Context) -> Result<()> {
    let seen = cx.inner().seen.take();
    let written = write_all(cx, &seen).await;
    if written.is_err() {
        seen.into_iter().for_each(|(id, at)| cx.inner().seen.note(id, at));
    }
    written
}

async fn write_all(cx: &Context, seen: &HashMap<SessionId, Millis>) -> Result<()> {
    let books = cx.upkeep(Upkeep::LastSeen);
    for (&id, &at) in seen {
        entity::Entity::update_many()
            .col_expr(entity::Column::LastSeenAt, Expr::value(at))
            .filter(entity::Column::Id.eq(id.0))
            .filter(entity::Column::LastSeenAt.lt(at))
            .exec(books.db())
            .await?;
    }
    Ok(())
}

/// How long another node may take to write down that a session was used.
const WRITTEN_WITHIN: Millis = domain::MINUTE;

/// Removes sessions that nobody can use any more, and devices unused for a year.
///
/// # Errors
/// When the database refuses.
pub async fn remove_dead(cx: &Context) -> Result<u64> {
    write_seen(cx).await?;
    let now = cx.now();
    let books = cx.upkeep(Upkeep::DeadSessions);
    let unused = now - cx.installation().limits().idle - WRITTEN_WITHIN;
    let mut removed = 0;
    for dead in [entity::Column::ExpiresAt.lte(now), entity::Column::LastSeenAt.lte(unused)] {
        removed += entity::Entity::delete_many().filter(dead).exec(books.db()).await?.rows_affected;
    }
    devices::cleanup(books.db(), now).await?;
    Ok(removed)
}

/// Within a change: removes one session of a person, or all of them.
pub(crate) async fn remove(change: &Change, user: UserId, only: Option<SessionId>) -> Result<u32> {
    let mut dead = entity::Entity::delete_many().filter(entity::Column::UserId.eq(user.0));
    if let Some(id) = only {
        dead = dead.filter(entity::Column::Id.eq(id.0));
    }
    Ok(dead.exec(change.db()).await?.rows_affected as u32)
}

/// Within a change: ends every session of a person, those that are about to begin, and every
/// sign-in that waits (T15): the epoch is another. Their rows stay until their time is over: a sign-in
/// holds its own before it waits for its person's. Says how many sessions there were.
pub(crate) async fn end_all(change: &Change, user: UserId) -> Result<u32> {
    user::Entity::update_many()
        .col_expr(user::Column::SecurityEpoch, Expr::col(user::Column::SecurityEpoch).add(1))
        .filter(user::Column::Id.eq(user.0))
        .exec(change.db())
        .await?;
    remove(change, user, None).await
}

/// Within a change: removes a person's sessions but one.
pub(crate) async fn remove_others(change: &Change, user: UserId, keep: SessionId) -> Result<u32> {
    let dead =
        entity::Entity::delete_many().filter(entity::Column::UserId.eq(user.0)).filter(entity::Column::Id.ne(keep.0));
    Ok(dead.exec(change.db()).await?.rows_affected as u32)
}

/// Within a change to one's own factors: only the session that acts goes on (T8). Every other
/// one of its person ends, and so does every sign-in that waits or is about to open one: what
/// one session sets up opens no other. With `enrolled`, the acting one owes nothing more. Says
/// how many sessions that ended.
pub(crate) async fn keep_acting(change: &Change, enrolled: bool) -> Result<u32> {
    let actor = change.actor()?;
    let (user, session) = (actor.id, actor.session);
    let epoch = user::Entity::find_by_id(user.0).one(change.db()).await?.ok_or(Error::SignedOut)?.security_epoch + 1;
    user::Entity::update_many()
        .col_expr(user::Column::SecurityEpoch, Expr::value(epoch))
        .filter(user::Column::Id.eq(user.0))
        .exec(change.db())
        .await?;
    let ended = remove_others(change, user, session).await?;
    let mut acting = entity::Entity::update_many().col_expr(entity::Column::Epoch, Expr::value(epoch));
    if enrolled {
        acting = acting.col_expr(entity::Column::MustEnrol, Expr::value(0));
    }
    acting.filter(entity::Column::Id.eq(session.0)).exec(change.db()).await?;
    Ok(ended)
}

/// Within a change: nothing requires a second factor of this person any more, so that their
/// sessions need not begin with one.
pub(crate) async fn no_longer_required(change: &Change, user: UserId) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::MustEnrol, Expr::value(0))
        .filter(entity::Column::UserId.eq(user.0))
        .exec(change.db())
        .await?;
    Ok(())
}

/// Within a change: takes a person's live sessions along into a new epoch.
pub(crate) async fn carry_over(change: &Change, user: UserId, from: i64, to: i64) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Epoch, Expr::value(to))
        .filter(entity::Column::UserId.eq(user.0))
        .filter(entity::Column::Epoch.eq(from))
        .exec(change.db())
        .await?;
    Ok(())
}

/// The browser that a session is in.
pub(crate) async fn browser_of(db: &impl ConnectionTrait, id: SessionId) -> Result<Option<Uuid>> {
    let row = entity::Entity::find().filter(entity::Column::Id.eq(id.0)).one(db).await?;
    Ok(row.and_then(|row| row.browser_id))
}

/// How a session began, for looking at. One that this version does not know is shown as the plainest, and goes on.
fn method_of(id: Uuid, code: &str) -> Method {
    let known = stored::code(format_args!("sessions.method of {id}"), Method::from_code(code));
    known.inspect_err(Unreadable::log).unwrap_or(Method::Password)
}

/// For `load`, which has no permission yet.
fn strangers_read(cx: &Context) -> crate::context::Access {
    cx.public_read(Purpose::Authenticate)
}
