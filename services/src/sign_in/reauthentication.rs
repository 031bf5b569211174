//! Proving oneself once more, with any factor that one has (T17).

use domain::{
    Millis, Problem,
    audit::Event,
    factors::{Challenge, Proof},
};

use crate::{
    Context, Failure, Result, account,
    auth::{
        Secret,
        app_code::app_code,
        passkey::{self, NotProven, Whose},
        throttled,
    },
    context::{Change, OwnAct, done, person},
};

/// Asks for an answer by one of one's own passkeys.
///
/// # Errors
/// `Malformed` where passkeys do not work; those of the gate.
pub async fn ask_proof(cx: &Context) -> Result<Challenge> {
    let own = cx.own_account_for(OwnAct::GiveProof)?;
    let rows = passkey::usable(cx, own.db(), own.id().0).await?;
    passkey::ask(cx, own.actor().session.0.as_bytes(), Whose::Person(own.id().0, rows))
}

/// Checks a factor once more and returns the time of this proof; the caller gives the
/// session a new cookie with it (ASVS 5.0.0, 7.2.4).
///
/// # Errors
/// A field error `password`, `code` or `passkey` where it is wrong; `TooMany` after several.
pub async fn give_proof(cx: &Context, proof: &Proof) -> Result<Millis> {
    let own = cx.own_account_for(OwnAct::GiveProof)?;
    let actor = own.actor().clone();
    let checked = match proof {
        Proof::Password(typed) => match account::verify_own_password(cx, &own, typed).await? {
            true => Ok(None),
            false => Err(Failure::field("password", Problem::PasswordWrong)),
        },
        Proof::App(code) => {
            let mut why = None;
            let right = throttled(cx, &actor, Secret::Code, async {
                match app_code(cx, actor.id, code).await {
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
            let answered = passkey::answered(cx, actor.session.0.as_bytes(), ticket, answer).await?;
            match answered {
                Ok(proven) if proven.user() == actor.id => Ok(Some(proven)),
                Err(NotProven::Suspect(row)) => {
                    passkey::suspect(cx, row).await?;
                    Err(Failure::field("passkey", Problem::PasskeyRefused))
                }
                _ => Err(Failure::field("passkey", Problem::PasskeyRefused)),
            }
        }
    };
    let proven = match checked {
        Ok(proven) => proven,
        Err(failure) => {
            let event = |times| Event::ProofFailed { user: person(&actor), times };
            cx.record_attempt(format!("proof|{}", actor.id), event).await;
            return Err(failure);
        }
    };
    cx.own_change(OwnAct::GiveProof, async |change: &Change| {
        if let Some(proven) = proven {
            proven.write(change).await?;
        }
        Ok(done(change.now(), Event::ProofGiven { user: person(&actor) }))
    })
    .await
}
