//! The second factor of a sign-in that waits for it.

use domain::{
    Error, Problem,
    audit::{Event, SignInFailure},
    factors::{self, Challenge, Factors, Next, Shown},
    sessions::Method,
};

use super::{
    password::record_failure,
    pending::{Pending, find_pending},
    session::{BrowserCookies, SignInDetails, start_session},
};
use crate::{
    Context, Failure, Result,
    context::{Change, Purpose},
    credentials::{
        SecondFactorRequirement, devices,
        passkey::{self, AllowedCredentials, NotVerified, VerifiedPasskey},
        recovery_codes, totp,
    },
    sessions::NewSession,
    throttle::Buckets,
};

/// A second factor.
pub enum SecondFactor<'a> {
    App(&'a str),
    RecoveryCode(&'a str),
    Passkey { ticket: &'a str, answer: &'a str },
}

/// A challenge for one of the passkeys of the user whose sign-in this token names.
///
/// # Errors
/// `SignedOut` where nobody waits any more; those of [`Pending::start_passkey`].
pub async fn start_pending_passkey(cx: &Context, token: &str) -> Result<Challenge> {
    find_pending(cx, token).await?.ok_or(Error::SignedOut)?.start_passkey(cx).await
}

impl Pending {
    /// A challenge for one of the passkeys of the user who waits.
    ///
    /// # Errors
    /// `Malformed` where passkeys do not count, or none of the user's works here.
    pub async fn start_passkey(&self, cx: &Context) -> Result<Challenge> {
        if !self.factors.has(Factors::PASSKEY) {
            return Err(Error::Malformed("passkeys do not count here".into()).into());
        }
        let ids = passkey::usable_ids(cx, cx.public_read(Purpose::SignIn).db(), self.user.0).await?;
        if ids.is_empty() {
            return Err(Error::Malformed("no passkey works at this address".into()).into());
        }
        passkey::start_authentication(cx, &self.token_hash, AllowedCredentials::OfUser(self.user.0, ids))
    }
}

/// What a second factor leaves to be written with the session.
enum Proved {
    App,
    RecoveryCode(Vec<u8>),
    Passkey(Box<VerifiedPasskey>),
}

impl Proved {
    /// How the session began, and the kind of factor that closed it: none for a recovery code.
    fn told(&self, passkey_first: bool) -> (Method, Factors) {
        match self {
            Self::App if passkey_first => (Method::PasskeyAndApp, Factors::APP),
            Self::App => (Method::PasswordAndApp, Factors::APP),
            Self::RecoveryCode(_) if passkey_first => (Method::PasskeyAndRecoveryCode, Factors::NONE),
            Self::RecoveryCode(_) => (Method::PasswordAndRecoveryCode, Factors::NONE),
            Self::Passkey(_) => (Method::PasswordAndPasskey, Factors::PASSKEY),
        }
    }
}

/// Checks the second factor of a sign-in that waits, and starts its session. With
/// `remember`, this browser is not asked again for a while.
///
/// # Errors
/// `SignedOut` where nobody waits any more; a field error `code` or `passkey`; `TooMany`.
pub async fn with_second_factor(
    cx: &Context,
    token: &str,
    second: SecondFactor<'_>,
    cookies: BrowserCookies,
    remember: bool,
) -> Result<NewSession> {
    let waiting = find_pending(cx, token).await?.ok_or(Error::SignedOut)?;
    let browser = devices::known_browser(cx, waiting.user.0, cookies.device).await?;
    let buckets = Buckets::second(cx, waiting.user.0, browser);
    let reserved = buckets.reserve(cx).await?;
    let reason = match second {
        SecondFactor::Passkey { .. } => SignInFailure::WrongPasskey,
        _ => SignInFailure::WrongCode,
    };
    let proved = match prove(cx, &waiting, second).await {
        Err(failure @ Failure::Told(_)) => {
            record_failure(cx, &waiting.username, reason, Some(waiting.person.person())).await;
            reserved.was_wrong(cx, waiting.person.person()).await;
            return Err(failure);
        }
        proved => proved?,
    };
    let (method, kind) = proved.told(waiting.passkey_first);
    let SecondFactorRequirement { held, policy } = &waiting.requirement;
    let next = factors::after(Shown::Both, *held, false);
    let must_enrol = next == Next::Session { must_enrol: true };
    let remember = if remember && waiting.remember_days > 0 { policy.remember(cx.now(), kind) } else { None };
    let details = SignInDetails { remember, ..SignInDetails::new(method, must_enrol, cookies) };
    let started = cx.public_change(Purpose::SignIn, async |change: &Change| {
        waiting.end(change).await?;
        let mut more = vec![];
        match proved {
            Proved::App => {}
            Proved::Passkey(verified) => verified.write(change).await?,
            Proved::RecoveryCode(hash) => {
                if !recovery_codes::consume(change, waiting.user, hash).await? {
                    return Err(Failure::field("code", Problem::RecoveryCodeWrong));
                }
                let (left, _) = recovery_codes::counted(change.db(), waiting.user).await?;
                more.push(Event::RecoveryCodeUsed { user: waiting.person.person(), left });
            }
        }
        start_session(change, &waiting.person, details, more).await
    });
    let session = started.await?;
    buckets.succeeded(cx).await?;
    Ok(session)
}

async fn prove(cx: &Context, waiting: &Pending, second: SecondFactor<'_>) -> Result<Proved> {
    match second {
        // What does not count where something does: not asked for, and not taken (T8).
        SecondFactor::App(_) if !waiting.factors.has(Factors::APP) => {
            Err(Failure::field("code", Problem::KindNotAsked))
        }
        SecondFactor::Passkey { .. } if !waiting.factors.has(Factors::PASSKEY) => {
            Err(Failure::field("passkey", Problem::KindNotAsked))
        }
        SecondFactor::App(code) => totp::verify(cx, waiting.user, code).await.map(|()| Proved::App),
        SecondFactor::RecoveryCode(code) => {
            let access = cx.public_read(Purpose::SignIn);
            let hash = recovery_codes::find(cx, access.db(), waiting.user, code).await?;
            hash.map(Proved::RecoveryCode).ok_or_else(|| Failure::field("code", Problem::RecoveryCodeWrong))
        }
        SecondFactor::Passkey { ticket, answer } => {
            match passkey::finish_authentication(cx, &waiting.token_hash, ticket, answer).await? {
                Ok(verified) if verified.user() == waiting.user => Ok(Proved::Passkey(Box::new(verified))),
                Err(NotVerified::Suspect(suspect)) => {
                    passkey::mark_suspect(cx, suspect).await?;
                    Err(Failure::field("passkey", Problem::PasskeyRefused))
                }
                _ => Err(Failure::field("passkey", Problem::PasskeyRefused)),
            }
        }
    }
}
