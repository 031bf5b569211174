//! The state of a challenge, which the browser keeps sealed, and the challenges that were answered.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Error, Millis, Problem, factors::CHALLENGE_LASTS};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyRegistration};

use super::{RelyingParty, entity::answered};
use crate::{Context, Failure, Result, context::Upkeep, random};

/// The state of a challenge that was handed out.
#[derive(Serialize, Deserialize)]
pub(super) struct ChallengeState {
    pub number: [u8; 16],
    at: Millis,
    /// Only this user's passkeys answer it; any where there is none.
    pub user: Option<Uuid>,
    pub state: Ceremony,
}

#[derive(Serialize, Deserialize)]
pub(super) enum Ceremony {
    Registration(PasskeyRegistration),
    Authentication(DiscoverableAuthentication),
}

pub(super) fn refused() -> Failure {
    Failure::field("passkey", Problem::PasskeyRefused)
}

pub(super) fn unexpected(error: impl std::fmt::Display) -> Failure {
    Failure::Unexpected(format!("passkeys: {error}"))
}

pub(super) fn relying_party(cx: &Context) -> Result<&RelyingParty> {
    let party = cx.inner().passkeys.as_ref();
    party.ok_or_else(|| Error::Malformed("passkeys do not work at this address".into()).into())
}

/// Seals the state of a new challenge, bound to `binder`, as a ticket in base64url.
///
/// # Errors
/// `Unexpected`.
pub(super) fn seal_state(cx: &Context, binder: &[u8], user: Option<Uuid>, state: Ceremony) -> Result<String> {
    let challenge = ChallengeState { number: random::bytes(), at: cx.now(), user, state };
    let text = serde_json::to_vec(&challenge).map_err(unexpected)?;
    Ok(URL_SAFE_NO_PAD.encode(cx.seal(&[b"challenge", binder], &text)?))
}

/// Opens the state of a challenge that came back.
///
/// # Errors
/// A field error `passkey`: `TooLate` after five minutes, `PasskeyRefused` where it was not sealed here for this
/// binder.
pub(super) fn open_state(cx: &Context, binder: &[u8], ticket: &str) -> Result<ChallengeState> {
    let sealed = URL_SAFE_NO_PAD.decode(ticket).map_err(|_| refused())?;
    let text = cx.unseal(&[b"challenge", binder], &sealed).ok_or_else(refused)?.plain;
    let challenge: ChallengeState = serde_json::from_slice(&text).map_err(unexpected)?;
    let age = cx.now() - challenge.at;
    if (0..CHALLENGE_LASTS).contains(&age) { Ok(challenge) } else { Err(Failure::field("passkey", Problem::TooLate)) }
}

/// Within a change: notes that a challenge was answered.
///
/// # Errors
/// A field error where it was answered before.
pub(super) async fn answer_once(db: &impl ConnectionTrait, number: [u8; 16], now: Millis) -> Result<()> {
    let row = answered::ActiveModel { hash: Set(number.to_vec()), expires_at: Set(now + CHALLENGE_LASTS) };
    let written = answered::Entity::insert(row)
        .on_conflict(OnConflict::column(answered::Column::Hash).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    if written == 0 { Err(refused()) } else { Ok(()) }
}

/// Forgets challenges that are too old to be answered again.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn cleanup(cx: &Context) -> Result<()> {
    let books = cx.upkeep(Upkeep::AnsweredChallenge);
    answered::Entity::delete_many().filter(answered::Column::ExpiresAt.lte(cx.now())).exec(books.db()).await?;
    Ok(())
}
