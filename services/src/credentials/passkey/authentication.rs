//! Passkeys (WebAuthn Level 3): questions, answers, and what is kept of a credential.
//!
//! Every question is handed out sealed and brought back with its answer, so that nothing is
//! written down for a page that is only looked at. What was answered is written down: a
//! question counts once (T11).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    Error, Millis, Problem,
    audit::Event,
    factors::{CHALLENGE_LASTS, Challenge},
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, WebauthnError,
};
use webauthn_rs_proto::AllowCredentials;

use super::entity::{answered, handle, passkey};
use crate::{
    Context, Failure, Result,
    context::{Change, Purpose, Upkeep, done, unchanged},
    random,
    users::entity as user,
};

mod nobody;
mod party;
mod registration;
mod unknown;

pub use party::RelyingParty;
pub(crate) use registration::{ask_to_register, registered};
pub use unknown::unknown_passkey;

/// A question that was asked.
#[derive(Serialize, Deserialize)]
struct Asked {
    number: [u8; 16],
    at: Millis,
    /// Only this person's passkeys answer it; anybody's where nobody is named.
    user: Option<Uuid>,
    state: State,
}

#[derive(Serialize, Deserialize)]
enum State {
    Registration(PasskeyRegistration),
    Authentication(DiscoverableAuthentication),
}

/// A credential that has proved its person.
pub(crate) struct Proven {
    pub row: passkey::Model,
    pub updated: String,
    pub synced: bool,
    number: [u8; 16],
}

fn refused() -> Failure {
    Failure::field("passkey", Problem::PasskeyRefused)
}

fn unexpected(error: impl std::fmt::Display) -> Failure {
    Failure::Unexpected(format!("passkeys: {error}"))
}

fn relying_party(cx: &Context) -> Result<&RelyingParty> {
    let party = cx.inner().passkeys.as_ref();
    party.ok_or_else(|| Error::Malformed("passkeys do not work at this address".into()).into())
}

fn handed_out(cx: &Context, binder: &[u8], user: Option<Uuid>, state: State) -> Result<String> {
    let asked = Asked { number: random::bytes(), at: cx.now(), user, state };
    let text = serde_json::to_vec(&asked).map_err(unexpected)?;
    Ok(URL_SAFE_NO_PAD.encode(cx.seal(&[b"challenge", binder], &text)?))
}

fn brought_back(cx: &Context, binder: &[u8], ticket: &str) -> Result<Asked> {
    let sealed = URL_SAFE_NO_PAD.decode(ticket).map_err(|_| refused())?;
    let text = cx.unseal(&[b"challenge", binder], &sealed).ok_or_else(refused)?.plain;
    let asked: Asked = serde_json::from_slice(&text).map_err(unexpected)?;
    let age = cx.now() - asked.at;
    if (0..CHALLENGE_LASTS).contains(&age) { Ok(asked) } else { Err(Failure::field("passkey", Problem::TooLate)) }
}

/// Within a change: notes that a question was answered.
///
/// # Errors
/// A field error where it was answered before.
async fn answer_once(db: &impl ConnectionTrait, number: [u8; 16], now: Millis) -> Result<()> {
    let row = answered::ActiveModel { hash: Set(number.to_vec()), expires_at: Set(now + CHALLENGE_LASTS) };
    let written = answered::Entity::insert(row)
        .on_conflict(OnConflict::column(answered::Column::Hash).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    if written == 0 { Err(refused()) } else { Ok(()) }
}

/// Forgets questions that are too old to be answered again.
pub(crate) async fn forget_answered(cx: &Context) -> Result<()> {
    let books = cx.upkeep(Upkeep::AnsweredChallenge);
    answered::Entity::delete_many().filter(answered::Column::ExpiresAt.lte(cx.now())).exec(books.db()).await?;
    Ok(())
}

/// Whose passkeys may answer.
pub(crate) enum Whose<'a> {
    /// Anybody's that the browser knows by itself.
    Anybody,
    /// Those of the person with this username; where there is none, or they have none here, somebody's
    /// who does not exist, always the same (T6).
    Named(&'a str, Option<(Uuid, Vec<passkey::Model>)>),
    Person(Uuid, Vec<passkey::Model>),
}

/// Asks for an answer by a passkey.
pub(crate) fn ask(cx: &Context, binder: &[u8], whose: Whose<'_>) -> Result<Challenge> {
    let party = relying_party(cx)?;
    let (mut options, state) = party.webauthn.start_discoverable_authentication().map_err(unexpected)?;
    let (user, ids) = match whose {
        Whose::Anybody => (None, vec![]),
        Whose::Person(user, rows) => (Some(user), ids(rows)),
        Whose::Named(_, Some((user, rows))) if !rows.is_empty() => (Some(user), ids(rows)),
        Whose::Named(name, found) => {
            let user = found.map_or(Uuid::nil(), |(user, _)| user);
            (Some(user), nobody::ids(&cx.inner().nobodys_key, name))
        }
    };
    options.public_key.allow_credentials =
        ids.into_iter().map(|id| AllowCredentials { type_: "public-key".into(), id, transports: None }).collect();
    Ok(Challenge {
        options: serde_json::to_string(&options.public_key).map_err(unexpected)?,
        ticket: handed_out(cx, binder, user, State::Authentication(state))?,
    })
}

fn ids(rows: Vec<passkey::Model>) -> Vec<Vec<u8>> {
    rows.into_iter().map(|row| row.credential_id).collect()
}

/// Why an answer proves nobody.
pub(crate) enum NotProven {
    Refused,
    /// The counter of this passkey went back.
    Suspect(passkey::Model),
}

/// Checks the answer to [`ask`]: whose credential it is, or why it proves nobody.
///
/// # Errors
/// `TooLate` for a question of more than five minutes ago.
pub(crate) async fn answered(
    cx: &Context,
    binder: &[u8],
    ticket: &str,
    answer: &str,
) -> Result<std::result::Result<Proven, NotProven>> {
    let Asked { number, user, state: State::Authentication(state), .. } = brought_back(cx, binder, ticket)? else {
        return Ok(Err(NotProven::Refused));
    };
    let party = relying_party(cx)?;
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else {
        return Ok(Err(NotProven::Refused));
    };
    let access = cx.public_read(Purpose::SignIn);
    let id = answer.get_credential_id().to_vec();
    let row = passkey::Entity::find().filter(passkey::Column::CredentialId.eq(id)).one(access.db()).await?;
    let asked = |row: &passkey::Model| works(cx, row) && user.is_none_or(|user| row.user_id == user);
    let Some(row) = row.filter(asked) else {
        return Ok(Err(NotProven::Refused));
    };
    // Where the authenticator names its person, it has to be this one.
    if let Some(named) = answer.get_user_unique_id() {
        let own = handle::Entity::find_by_id(row.user_id).one(access.db()).await?;
        if own.is_none_or(|own| own.handle.as_bytes() != named) {
            return Ok(Err(NotProven::Refused));
        }
    }
    let mut passkey: Passkey = serde_json::from_str(&row.passkey).map_err(unexpected)?;
    let result = match party.webauthn.finish_discoverable_authentication_v2(&answer, state, &passkey) {
        Ok(result) => result,
        Err(WebauthnError::CredentialPossibleCompromise) => return Ok(Err(NotProven::Suspect(row))),
        Err(_) => return Ok(Err(NotProven::Refused)),
    };
    let synced = AuthenticationResult::backup_state(&result);
    passkey.update_credential(&result);
    let updated = serde_json::to_string(&passkey).map_err(unexpected)?;
    Ok(Ok(Proven { row, updated, synced, number }))
}

impl Proven {
    pub fn user(&self) -> UserId {
        UserId(self.row.user_id)
    }

    /// Within a change: notes the answer and the credential's new state. The passkey must
    /// still be there.
    pub async fn write(&self, change: &Change) -> Result<()> {
        self.note(change.db(), change.now()).await
    }

    /// As [`Self::write`], where more is asked before anything changes.
    pub async fn keep(&self, cx: &Context) -> Result<()> {
        self.note(cx.upkeep(Upkeep::UsedPasskey).db(), cx.now()).await
    }

    async fn note(&self, db: &impl ConnectionTrait, now: Millis) -> Result<()> {
        answer_once(db, self.number, now).await?;
        let written = passkey::Entity::update_many()
            .col_expr(passkey::Column::Passkey, Expr::value(self.updated.clone()))
            .col_expr(passkey::Column::Synced, Expr::value(i64::from(self.synced)))
            .col_expr(passkey::Column::LastUsedAt, Expr::value(now))
            .filter(passkey::Column::Id.eq(self.row.id))
            // Of two answers at once by a copied passkey, the later finds another state.
            .filter(passkey::Column::Passkey.eq(self.row.passkey.clone()))
            .exec(db)
            .await?;
        if written.rows_affected == 0 { Err(refused()) } else { Ok(()) }
    }
}

/// Somebody's passkeys, the oldest first.
pub(crate) async fn of(db: &impl ConnectionTrait, user: Uuid) -> Result<Vec<passkey::Model>> {
    let own = passkey::Entity::find().filter(passkey::Column::UserId.eq(user));
    Ok(own.order_by_asc(passkey::Column::CreatedAt).order_by_asc(passkey::Column::Id).all(db).await?)
}

/// Those of somebody's passkeys that work at this address.
pub(crate) async fn usable(cx: &Context, db: &impl ConnectionTrait, user: Uuid) -> Result<Vec<passkey::Model>> {
    let all = of(db, user).await?;
    Ok(all.into_iter().filter(|row| works(cx, row)).collect())
}

/// Whether a passkey works at this address: its domain is ours.
pub(crate) fn works(cx: &Context, row: &passkey::Model) -> bool {
    cx.installation().passkeys().is_some_and(|party| party.id() == row.rp_id)
}

/// Notes that a passkey's counter went back, and says whose it is.
pub(crate) async fn suspect(cx: &Context, row: passkey::Model) -> Result<Option<user::Model>> {
    cx.public_change(Purpose::SignIn, async |change: &Change| {
        let user = user::Entity::find_by_id(row.user_id).one(change.db()).await?;
        let Some(user) = user else { return Ok(unchanged(None)) };
        passkey::Entity::update_many()
            .col_expr(passkey::Column::SuspectAt, Expr::value(change.now()))
            .filter(passkey::Column::Id.eq(row.id))
            .exec(change.db())
            .await?;
        let event = Event::PasskeySuspect { user: crate::auth::sign_in::named(&user), name: row.name };
        Ok(done(Some(user), event))
    })
    .await
}
