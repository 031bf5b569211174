//! Sessions: opened by a sign-in, looked up on every request, ended by people, by time,
//! and by whatever changes their person's epoch.

use std::collections::HashMap;

use domain::{
    Error, Millis,
    sessions::{Method, SessionId},
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Context, Result,
    auth::entity::device,
    context::{Change, Purpose, Upkeep},
    random,
    stored::{self, Unreadable},
    users::entity as user,
};

pub mod entity;
mod load;
mod of_users;
mod own;
mod seen;

pub(crate) use load::permissions_of;
pub use load::{Loaded, load};
pub(crate) use of_users::count_live;
pub use of_users::{count_for_user, end_of, list_of};
pub use own::{end_own, end_own_others, list_own, time_left};
pub(crate) use seen::Seen;

/// The name under which a session keeps its [`Seat`].
pub const SEAT: &str = "seat";
/// The name under which a session says that it is an old one with a new cookie.
pub const RENEWED: &str = "renewed";
/// The name under which a loaded session keeps what was [`Loaded`].
pub const LOADED: &str = "loaded";

/// What a session is made of, before and after it has a cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub id: SessionId,
    pub user: UserId,
    /// The person's epoch when the credential was read: the session lives while it is the same.
    pub epoch: i64,
    pub method: Method,
    pub address: String,
    pub browser: String,
    pub created_at: Millis,
    pub proof_at: Millis,
    /// Nothing is open to this session before a second factor is set up.
    pub must_enrol: bool,
}

impl Seat {
    pub(crate) fn new(cx: &Context, user: UserId, epoch: i64, method: Method) -> Self {
        let now = cx.now();
        Self {
            id: SessionId(random::id(now)),
            user,
            epoch,
            method,
            address: cx.origin().address.clone(),
            browser: cx.origin().browser.clone(),
            created_at: now,
            proof_at: now,
            must_enrol: false,
        }
    }
}

/// Writes a session under the hash of its cookie's value. Only the gate after a first factor
/// and the first run do. Where its person may not have so many, the oldest end: says how many.
pub(crate) async fn insert(change: &Change, token_hash: [u8; 32], browser: Uuid, seat: &Seat) -> Result<u32> {
    let row = entity::ActiveModel {
        token_hash: Set(token_hash.to_vec()),
        id: Set(seat.id.0),
        user_id: Set(seat.user.0),
        epoch: Set(seat.epoch),
        method: Set(seat.method.code().into()),
        address: Set(seat.address.clone()),
        browser: Set(seat.browser.clone()),
        created_at: Set(seat.created_at),
        last_seen_at: Set(change.now()),
        proof_at: Set(seat.proof_at),
        must_enrol: Set(i64::from(seat.must_enrol)),
        browser_id: Set(Some(browser)),
        expires_at: Set(seat.created_at + change.context().installation().limits().absolute),
    };
    entity::Entity::insert(row).exec_without_returning(change.db()).await?;
    let own = entity::Entity::find().filter(entity::Column::UserId.eq(seat.user.0)).select_only();
    let too_many = own
        .column(entity::Column::Id)
        .filter(entity::Column::Id.ne(seat.id.0))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .offset(u64::from(Ord::max(change.context().installation().limits().per_person, 1)) - 1)
        // SQLite takes no offset alone.
        .limit(u64::from(u32::MAX));
    let too_many: Vec<Uuid> = too_many.into_tuple().all(change.db()).await?;
    if too_many.is_empty() {
        return Ok(0);
    }
    let ended = entity::Entity::delete_many().filter(entity::Column::Id.is_in(too_many)).exec(change.db()).await?;
    Ok(ended.rows_affected as u32)
}

/// Takes a session's cookie away: until [`attach`] gives it a new one, nothing opens it.
///
/// # Errors
/// When the database refuses.
pub async fn detach(cx: &Context, id: SessionId) -> Result<()> {
    let books = cx.upkeep(Upkeep::SessionStore);
    entity::Entity::update_many()
        .col_expr(entity::Column::TokenHash, Expr::value(random::bytes::<32>().to_vec()))
        .filter(entity::Column::Id.eq(id.0))
        .exec(books.db())
        .await?;
    Ok(())
}

/// Gives a detached session a new cookie and a new time of proof. One that was ended
/// meanwhile stays ended.
///
/// # Errors
/// `SignedOut` then.
pub async fn attach(cx: &Context, token_hash: [u8; 32], seat: &Seat) -> Result<()> {
    let books = cx.upkeep(Upkeep::SessionStore);
    let attached = entity::Entity::update_many()
        .col_expr(entity::Column::TokenHash, Expr::value(token_hash.to_vec()))
        .col_expr(entity::Column::ProofAt, Expr::value(seat.proof_at))
        .filter(entity::Column::Id.eq(seat.id.0))
        .exec(books.db())
        .await?;
    if attached.rows_affected == 0 { Err(Error::SignedOut.into()) } else { Ok(()) }
}

/// Removes a session by the hash of its cookie's value: for giving it a new one.
///
/// # Errors
/// When the database refuses.
pub async fn forget(cx: &Context, token_hash: [u8; 32]) -> Result<()> {
    let books = cx.upkeep(Upkeep::SessionStore);
    entity::Entity::delete_by_id(token_hash.to_vec()).exec(books.db()).await?;
    Ok(())
}

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
    device::Entity::delete_many().filter(device::Column::SeenAt.lt(now - 365 * domain::DAY)).exec(books.db()).await?;
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
