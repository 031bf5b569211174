//! Reauthentication: a signed-in person proves themselves once more, with any factor that they have (T17).

use domain::{
    Millis, Problem,
    audit::Event,
    factors::{Challenge, Proof},
};

use crate::{
    Context, Failure, Result,
    context::{Change, OwnAct, done, person},
    credentials::{
        passkey::{self, AllowedCredentials, NotVerified},
        password, totp,
    },
    throttle::{Secret, throttled},
};

/// A challenge for one of one's own passkeys.
///
/// # Errors
/// `Malformed` where passkeys do not work; those of the gate.
pub async fn start_reauthentication(cx: &Context) -> Result<Challenge> {
    let own = cx.own_account_for(OwnAct::GiveProof)?;
    let ids = passkey::usable_ids(cx, own.db(), own.id().0).await?;
    passkey::start_authentication(cx, own.actor().session.0.as_bytes(), AllowedCredentials::OfUser(own.id().0, ids))
}

/// Checks a factor once more and returns the time of this proof; the caller gives the
/// session a new cookie with it (ASVS 5.0.0, 7.2.4).
///
/// # Errors
/// A field error `password`, `code` or `passkey` where it is wrong; `TooMany` after several.
pub async fn reauthenticate(cx: &Context, proof: &Proof) -> Result<Millis> {
    let own = cx.own_account_for(OwnAct::GiveProof)?;
    let actor = own.actor().clone();
    let checked = match proof {
        Proof::Password(typed) => match password::verify_own(cx, &own, typed).await? {
            true => Ok(None),
            false => Err(Failure::field("password", Problem::PasswordWrong)),
        },
        Proof::App(code) => {
            let mut why = None;
            let right = throttled(cx, &actor, Secret::Code, async {
                match totp::verify(cx, actor.id, code).await {
                    Ok(()) => Ok(true),
                    Err(told @ Failure::Told(_)) => {
                        why = Some(told);
                        Ok(false)
                    }
                    Err(other) => Err(other),
                }
            });
            let right = right.await?;
            if right { Ok(None) } else { Err(why.unwrap_or_else(|| Failure::field("code", Problem::CodeWrong))) }
        }
        Proof::Passkey { ticket, answer } => {
            let answered = passkey::finish_authentication(cx, actor.session.0.as_bytes(), ticket, answer).await?;
            match answered {
                Ok(verified) if verified.user() == actor.id => Ok(Some(verified)),
                Err(NotVerified::Suspect(suspect)) => {
                    passkey::mark_suspect(cx, suspect).await?;
                    Err(Failure::field("passkey", Problem::PasskeyRefused))
                }
                _ => Err(Failure::field("passkey", Problem::PasskeyRefused)),
            }
        }
    };
    let verified = match checked {
        Ok(verified) => verified,
        Err(failure) => {
            let event = |times| Event::ProofFailed { user: person(&actor), times };
            cx.record_attempt(format!("proof|{}", actor.id), event).await;
            return Err(failure);
        }
    };
    cx.own_change(OwnAct::GiveProof, async |change: &Change| {
        if let Some(verified) = verified {
            verified.write(change).await?;
        }
        Ok(done(change.now(), Event::ProofGiven { user: person(&actor) }))
    })
    .await
}
