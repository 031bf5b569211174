//! The row of a session and the record behind its cookie: their fields are named and written here.

use std::collections::HashMap;

use domain::{
    Error, Millis,
    sessions::{Method, SessionId},
    users::UserId,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Loaded, entity};
use crate::{
    Context, Failure, Result,
    context::{Change, Upkeep},
    random,
};

/// Where a record has its [`NewSession`].
pub const SESSION: &str = "seat";
/// Where the record of a loaded session has what was [`Loaded`].
pub const LOADED: &str = "loaded";
const OPENED: &str = "opened";
const RENEWED: &str = "renewed";

/// What a record holds, by name.
pub type Fields = HashMap<String, Value>;

/// The record of a session that a sign-in has written, for the cookie with this id.
///
/// # Errors
/// `Unexpected` where it cannot be written as JSON.
pub fn opened(session: &NewSession, id: String) -> Result<Fields> {
    Ok([(SESSION.to_owned(), json(session)?), (OPENED.to_owned(), id.into())].into())
}

/// The record of an old session that gets a new cookie.
///
/// # Errors
/// `Unexpected` where it cannot be written as JSON.
pub fn renewed(session: &NewSession) -> Result<Fields> {
    Ok([(SESSION.to_owned(), json(session)?), (RENEWED.to_owned(), true.into())].into())
}

/// The record of a session that was loaded.
///
/// # Errors
/// `Unexpected` where it cannot be written as JSON.
pub fn loaded(loaded: &Loaded) -> Result<Fields> {
    Ok([(SESSION.to_owned(), json(&loaded.session)?), (LOADED.to_owned(), json(loaded)?)].into())
}

fn json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Failure::Unexpected(format!("a session's record: {error}")))
}

/// What a record that gets a cookie is about.
pub enum NewRecord {
    /// A sign-in has written it for the cookie with this id.
    Opened { id: String },
    /// It gets a new cookie.
    Renewed(NewSession),
}

/// Takes what a record is about out of it; what it holds of its session stays.
///
/// # Errors
/// `Unexpected` where no sign-in made it.
pub fn take_new(fields: &mut Fields) -> Result<NewRecord> {
    let unexpected = |what: &str| Failure::Unexpected(what.to_owned());
    let session = fields.get(SESSION).cloned().ok_or_else(|| unexpected("a session without a person"))?;
    let session: NewSession = serde_json::from_value(session).map_err(|error| unexpected(&error.to_string()))?;
    if let Some(opened) = fields.remove(OPENED) {
        let id = opened.as_str().ok_or_else(|| unexpected("a session without its cookie"))?;
        return Ok(NewRecord::Opened { id: id.to_owned() });
    }
    match fields.remove(RENEWED) {
        Some(_) => Ok(NewRecord::Renewed(session)),
        None => Err(unexpected("a session that nobody signed in to")),
    }
}

/// What a session is made of, before and after it has a cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSession {
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

impl NewSession {
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

/// Within a change: writes a session under the hash of its cookie's value, for `sign_in::insert_session` alone.
/// Where its person may not have so many, the oldest end: says how many.
pub(crate) async fn insert(change: &Change, token_hash: [u8; 32], browser: Uuid, session: &NewSession) -> Result<u32> {
    let row = entity::ActiveModel {
        token_hash: Set(token_hash.to_vec()),
        id: Set(session.id.0),
        user_id: Set(session.user.0),
        epoch: Set(session.epoch),
        method: Set(session.method.code().into()),
        address: Set(session.address.clone()),
        browser: Set(session.browser.clone()),
        created_at: Set(session.created_at),
        last_seen_at: Set(change.now()),
        proof_at: Set(session.proof_at),
        must_enrol: Set(i64::from(session.must_enrol)),
        browser_id: Set(Some(browser)),
        expires_at: Set(session.created_at + change.context().installation().limits().absolute),
    };
    entity::Entity::insert(row).exec_without_returning(change.db()).await?;
    let own = entity::Entity::find().filter(entity::Column::UserId.eq(session.user.0)).select_only();
    let too_many = own
        .column(entity::Column::Id)
        .filter(entity::Column::Id.ne(session.id.0))
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
pub async fn attach(cx: &Context, token_hash: [u8; 32], session: &NewSession) -> Result<()> {
    let books = cx.upkeep(Upkeep::SessionStore);
    let attached = entity::Entity::update_many()
        .col_expr(entity::Column::TokenHash, Expr::value(token_hash.to_vec()))
        .col_expr(entity::Column::ProofAt, Expr::value(session.proof_at))
        .filter(entity::Column::Id.eq(session.id.0))
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
