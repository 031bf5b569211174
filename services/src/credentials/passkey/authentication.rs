//! Challenges for a passkey, and what their answers verify.

use domain::{Millis, audit::Event, factors::Challenge, users::UserId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;
use webauthn_rs::prelude::{AuthenticationResult, Passkey, PublicKeyCredential, WebauthnError};
use webauthn_rs_proto::AllowCredentials;

use super::{
    decoy_credentials,
    entity::{handle, passkey},
    state::{Ceremony, ChallengeState, answer_once, open_state, refused, relying_party, seal_state, unexpected},
    stored::works,
};
use crate::{
    Context, Result,
    context::{Change, Purpose, Upkeep, done, unchanged},
    users::entity as user,
};

/// A passkey that has verified its user.
pub(crate) struct VerifiedPasskey {
    row: passkey::Model,
    updated: String,
    synced: bool,
    number: [u8; 16],
}

/// The credentials that may answer a challenge, by their ids.
pub(crate) enum AllowedCredentials<'a> {
    /// Any that the browser knows by itself.
    Any,
    /// Those of the user with this username; where there is no such user, or none of theirs works here, decoys
    /// that are always the same (T6).
    Named(&'a str, Option<(Uuid, Vec<Vec<u8>>)>),
    OfUser(Uuid, Vec<Vec<u8>>),
}

/// A challenge for a passkey, bound to what only this browser has.
///
/// # Errors
/// `Malformed` where passkeys do not work.
pub(crate) fn start_authentication(cx: &Context, binder: &[u8], allowed: AllowedCredentials<'_>) -> Result<Challenge> {
    let party = relying_party(cx)?;
    let (mut options, state) = party.webauthn.start_discoverable_authentication().map_err(unexpected)?;
    let (user, ids) = match allowed {
        AllowedCredentials::Any => (None, vec![]),
        AllowedCredentials::OfUser(user, ids) => (Some(user), ids),
        AllowedCredentials::Named(_, Some((user, ids))) if !ids.is_empty() => (Some(user), ids),
        AllowedCredentials::Named(name, found) => {
            let user = found.map_or(Uuid::nil(), |(user, _)| user);
            (Some(user), decoy_credentials::ids(&cx.inner().nobodys_key, name))
        }
    };
    options.public_key.allow_credentials =
        ids.into_iter().map(|id| AllowCredentials { type_: "public-key".into(), id, transports: None }).collect();
    Ok(Challenge {
        options: serde_json::to_string(&options.public_key).map_err(unexpected)?,
        ticket: seal_state(cx, binder, user, Ceremony::Authentication(state))?,
    })
}

/// A passkey whose counter went back.
pub(crate) struct SuspectPasskey(passkey::Model);

/// Why an answer verifies nobody.
pub(crate) enum NotVerified {
    Refused,
    /// The counter of this passkey went back.
    Suspect(SuspectPasskey),
}

/// Checks the answer to [`start_authentication`]: whose passkey it is, or why it verifies nobody.
///
/// # Errors
/// `TooLate` for a challenge of more than five minutes ago.
pub(crate) async fn finish_authentication(
    cx: &Context,
    binder: &[u8],
    ticket: &str,
    answer: &str,
) -> Result<std::result::Result<VerifiedPasskey, NotVerified>> {
    let ChallengeState { number, user, state: Ceremony::Authentication(state), .. } = open_state(cx, binder, ticket)?
    else {
        return Ok(Err(NotVerified::Refused));
    };
    let party = relying_party(cx)?;
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else {
        return Ok(Err(NotVerified::Refused));
    };
    let access = cx.public_read(Purpose::SignIn);
    let id = answer.get_credential_id().to_vec();
    let row = passkey::Entity::find().filter(passkey::Column::CredentialId.eq(id)).one(access.db()).await?;
    let allowed = |row: &passkey::Model| works(cx, row) && user.is_none_or(|user| row.user_id == user);
    let Some(row) = row.filter(allowed) else {
        return Ok(Err(NotVerified::Refused));
    };
    // Where the authenticator names its person, it has to be this one.
    if let Some(named) = answer.get_user_unique_id() {
        let own = handle::Entity::find_by_id(row.user_id).one(access.db()).await?;
        if own.is_none_or(|own| own.handle.as_bytes() != named) {
            return Ok(Err(NotVerified::Refused));
        }
    }
    let mut passkey: Passkey = serde_json::from_str(&row.passkey).map_err(unexpected)?;
    let result = match party.webauthn.finish_discoverable_authentication_v2(&answer, state, &passkey) {
        Ok(result) => result,
        Err(WebauthnError::CredentialPossibleCompromise) => return Ok(Err(NotVerified::Suspect(SuspectPasskey(row)))),
        Err(_) => return Ok(Err(NotVerified::Refused)),
    };
    let synced = AuthenticationResult::backup_state(&result);
    passkey.update_credential(&result);
    let updated = serde_json::to_string(&passkey).map_err(unexpected)?;
    Ok(Ok(VerifiedPasskey { row, updated, synced, number }))
}

impl VerifiedPasskey {
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

/// Notes that a passkey's counter went back, and says whose it is.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn mark_suspect(cx: &Context, SuspectPasskey(row): SuspectPasskey) -> Result<Option<user::Model>> {
    cx.public_change(Purpose::SignIn, async |change: &Change| {
        let user = user::Entity::find_by_id(row.user_id).one(change.db()).await?;
        let Some(user) = user else { return Ok(unchanged(None)) };
        passkey::Entity::update_many()
            .col_expr(passkey::Column::SuspectAt, Expr::value(change.now()))
            .filter(passkey::Column::Id.eq(row.id))
            .exec(change.db())
            .await?;
        let event = Event::PasskeySuspect { user: user.person(), name: row.name };
        Ok(done(Some(user), event))
    })
    .await
}
