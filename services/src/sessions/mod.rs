//! Sessions: opened by a sign-in, looked up on every request, ended by people, by time,
//! and by whatever changes their person's epoch.

use std::{collections::HashMap, sync::Mutex};

use domain::{
    Error, Millis,
    audit::Event,
    sessions::{Method, SessionId, SessionRow},
    users::UserId,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde::{Deserialize, Serialize};

use crate::{
    Context, Result,
    auth::{entity::device, normal_form},
    context::{Change, Own, OwnAct, Purpose, Upkeep, person},
    random,
    users::entity as user,
};

pub mod entity;
mod load;

pub use load::{Loaded, load};

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
        }
    }
}

/// Writes a session under the hash of its cookie's value.
///
/// # Errors
/// When the database refuses.
pub async fn insert(cx: &Context, token_hash: [u8; 32], seat: &Seat) -> Result<()> {
    let row = entity::ActiveModel {
        token_hash: Set(token_hash.to_vec()),
        id: Set(seat.id.0),
        user_id: Set(seat.user.0),
        epoch: Set(seat.epoch),
        method: Set(seat.method.code().into()),
        address: Set(seat.address.clone()),
        browser: Set(seat.browser.clone()),
        created_at: Set(seat.created_at),
        last_seen_at: Set(cx.now()),
        proof_at: Set(seat.proof_at),
        expires_at: Set(seat.created_at + cx.installation().limits().absolute),
    };
    let books = cx.upkeep(Upkeep::SessionStore);
    entity::Entity::insert(row).exec_without_returning(books.db()).await?;
    Ok(())
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

/// Activity not yet written down: the request path only notes it here.
#[derive(Default)]
pub(crate) struct Seen(Mutex<HashMap<SessionId, Millis>>);

impl Seen {
    fn note(&self, id: SessionId, at: Millis) {
        let mut seen = self.lock();
        let latest = seen.entry(id).or_insert(at);
        *latest = at.max(*latest);
    }

    fn of(&self, id: SessionId) -> Option<Millis> {
        self.lock().get(&id).copied()
    }

    fn take(&self) -> HashMap<SessionId, Millis> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SessionId, Millis>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
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

/// One's own sessions, the last used first.
///
/// # Errors
/// Those of the gate.
pub async fn list_own(cx: &Context) -> Result<Vec<SessionRow>> {
    let own = cx.own_account()?;
    let (now, limits) = (cx.now(), cx.installation().limits());
    let user = own_user(&own).await?;
    let rows = entity::Entity::find()
        .filter(entity::Column::UserId.eq(own.id().0))
        .filter(entity::Column::Epoch.eq(user.security_epoch))
        .order_by_desc(entity::Column::LastSeenAt)
        .all(own.db())
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let id = SessionId(row.id);
            let last_seen_at = row.last_seen_at.max(cx.inner().seen.of(id).unwrap_or_default());
            let ends_at = limits.end(row.created_at, last_seen_at, user.expires_at);
            (ends_at > now).then(|| SessionRow {
                id,
                current: id == own.actor().session,
                browser: row.browser,
                address: row.address,
                method: Method::from_code(&row.method).unwrap_or(Method::Password),
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
    let change = cx.own_change(OwnAct::EndSessions).await?;
    let actor = change.actor()?.clone();
    if remove(&change, actor.id, Some(id)).await? == 0 {
        return Err(Error::NotFound.into());
    }
    change.commit(Event::SessionsEnded { user: person(&actor), count: 1 }).await
}

/// Ends one's own sessions but the one that asks; says how many those were.
///
/// # Errors
/// Those of the gate.
pub async fn end_own_others(cx: &Context) -> Result<u32> {
    let change = cx.own_change(OwnAct::EndSessions).await?;
    let actor = change.actor()?.clone();
    let count = remove_others(&change, actor.id, actor.session).await?;
    if count > 0 {
        change.commit(Event::SessionsEnded { user: person(&actor), count }).await?;
    }
    Ok(count)
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

/// Checks the password once more and returns the time of this proof; the caller gives
/// the session a new cookie with it (ASVS 5.0.0, 7.2.4).
///
/// # Errors
/// A field error where it is wrong; `TooMany` after several.
pub async fn give_proof(cx: &Context, password: &str) -> Result<Millis> {
    let own = cx.own_account()?;
    let actor = own.actor().clone();
    let right = crate::account::verify_own_password(cx, &own, &normal_form(password)).await?;
    if !right {
        cx.record_attempt(format!("proof|{}", actor.id), |times| Event::ProofFailed { user: person(&actor), times })
            .await;
        return Err(crate::Failure::field("password", domain::Problem::PasswordWrong));
    }
    let change = cx.own_change(OwnAct::GiveProof).await?;
    let now = change.now();
    change.commit(Event::ProofGiven { user: person(&actor) }).await?;
    Ok(now)
}

/// Within a change: removes one session of a person, or all of them.
pub(crate) async fn remove(change: &Change, user: UserId, only: Option<SessionId>) -> Result<u32> {
    let mut dead = entity::Entity::delete_many().filter(entity::Column::UserId.eq(user.0));
    if let Some(id) = only {
        dead = dead.filter(entity::Column::Id.eq(id.0));
    }
    Ok(dead.exec(change.db()).await?.rows_affected as u32)
}

/// Within a change: removes a person's sessions but one.
pub(crate) async fn remove_others(change: &Change, user: UserId, keep: SessionId) -> Result<u32> {
    let dead =
        entity::Entity::delete_many().filter(entity::Column::UserId.eq(user.0)).filter(entity::Column::Id.ne(keep.0));
    Ok(dead.exec(change.db()).await?.rows_affected as u32)
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

/// For `load`, which has no permission yet.
fn strangers_read(cx: &Context) -> crate::context::Access {
    cx.public_read(Purpose::Authenticate)
}
