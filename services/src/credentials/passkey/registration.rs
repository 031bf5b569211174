//! New passkeys: a challenge, its answer checked, and the credential written down.

use domain::{Problem, factors::Challenge, users::UserId};
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;
use webauthn_rs::prelude::{Credential, RegisterPublicKeyCredential, WebauthnError};
use webauthn_rs_proto::ResidentKeyRequirement;

use super::{
    entity::passkey,
    state::{Ceremony, ChallengeState, answer_once, open_state, refused, relying_party, seal_state, unexpected},
};
use crate::{Context, Failure, Result, context::Change, random, users::entity as user};

/// A challenge for a new passkey of this user. `own` are those that there are.
///
/// # Errors
/// `Malformed` where passkeys do not work.
pub(super) fn start_registration(
    cx: &Context,
    binder: &[u8],
    person: &user::Model,
    handle: Uuid,
    own: &[passkey::Model],
) -> Result<Challenge> {
    let party = relying_party(cx)?;
    let known = own.iter().map(|row| row.credential_id.clone()).collect();
    let (mut options, state) = party
        .webauthn
        .start_passkey_registration(handle, &person.username, &person.display_name, Some(known))
        .map_err(unexpected)?;
    // Without it, nobody could sign in by a passkey alone.
    if let Some(selection) = &mut options.public_key.authenticator_selection {
        selection.resident_key = Some(ResidentKeyRequirement::Preferred);
    }
    Ok(Challenge {
        options: serde_json::to_string(&options.public_key).map_err(unexpected)?,
        ticket: seal_state(cx, binder, Some(person.id), Ceremony::Registration(state))?,
    })
}

/// What is kept of a new passkey.
pub(super) struct Registered {
    pub credential_id: Vec<u8>,
    pub rp_id: String,
    pub passkey: String,
    pub aaguid: Uuid,
    pub synced: bool,
    number: [u8; 16],
}

/// Checks the answer to [`start_registration`].
///
/// # Errors
/// A field error `passkey`.
pub(super) fn finish_registration(
    cx: &Context,
    binder: &[u8],
    person: UserId,
    ticket: &str,
    answer: &str,
) -> Result<Registered> {
    let ChallengeState { number, user, state: Ceremony::Registration(state), .. } = open_state(cx, binder, ticket)?
    else {
        return Err(refused());
    };
    if user != Some(person.0) {
        return Err(refused());
    }
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| refused())?;
    let party = relying_party(cx)?;
    let passkey = party.webauthn.finish_passkey_registration(&answer, &state).map_err(told)?;
    let text = serde_json::to_string(&passkey).map_err(unexpected)?;
    let aaguid = aaguid(answer.response.attestation_object.as_ref()).unwrap_or(Uuid::nil());
    let credential = Credential::from(passkey);
    Ok(Registered {
        credential_id: credential.cred_id,
        rp_id: party.id().to_owned(),
        passkey: text,
        aaguid,
        synced: credential.backup_state,
        number,
    })
}

impl Registered {
    /// Within a change: writes it down.
    ///
    /// # Errors
    /// A field error where the challenge was answered before, or the credential is known already.
    pub async fn write(self, change: &Change, person: UserId, name: &str) -> Result<()> {
        answer_once(change.db(), self.number, change.now()).await?;
        let now = change.now();
        let row = passkey::ActiveModel {
            id: Set(random::id(now)),
            user_id: Set(person.0),
            credential_id: Set(self.credential_id),
            rp_id: Set(self.rp_id),
            passkey: Set(self.passkey),
            name: Set(name.into()),
            aaguid: Set(self.aaguid),
            synced: Set(i64::from(self.synced)),
            created_at: Set(now),
            last_used_at: Set(None),
            suspect_at: Set(None),
        };
        let written = passkey::Entity::insert(row).exec_without_returning(change.db()).await;
        written.map(drop).map_err(|error| {
            let unique = [("passkeys_credential_unique", "passkeys.credential_id", "passkey")];
            match Failure::unique(error, &unique) {
                Failure::Told(_) => Failure::field("passkey", Problem::PasskeyKnown),
                other => other,
            }
        })
    }
}

fn told(error: WebauthnError) -> Failure {
    tracing::info!(cause = %error, "a passkey was not accepted");
    refused()
}

/// Which make of authenticator it is: 16 bytes of the attested credential data, which stand
/// behind 37 bytes of authenticator data (WebAuthn, sections 6.1 and 6.5.1). For a name on a
/// screen only: nobody vouches for it.
fn aaguid(attestation_object: &[u8]) -> Option<Uuid> {
    // A CBOR text of eight characters, then a byte string with its length.
    const KEY: &[u8] = b"\x68authData";
    let at = attestation_object.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let data = match attestation_object.get(at)? {
        0x58 => attestation_object.get(at + 2..)?,
        0x59 => attestation_object.get(at + 3..)?,
        _ => return None,
    };
    let attested = data.get(32)? & 0x40 != 0;
    let bytes = attested.then(|| data.get(37..53)).flatten()?;
    Uuid::from_slice(bytes).ok()
}
