//! After every first factor (T8): who goes on to a session, who is asked for a second factor, and whose
//! session begins with setting one up. No first factor opens a session by itself.

use domain::{
    Error,
    factors::{self, Factors, Next, Shown},
    sessions::Method,
    users::UserId,
};

use super::{
    pending,
    session::{BrowserCookies, SignInDetails, start_session},
};
use crate::{
    Context, Failure, Result,
    context::{Change, Purpose},
    credentials::{Device, SecondFactorRequirement, devices, passkey::VerifiedPasskey},
    sessions::NewSession,
    users::entity as user,
};

/// How a first factor ended.
#[derive(Debug)]
pub enum SignedIn {
    Session(NewSession),
    /// One of these is asked for, or a recovery code. The token names the sign-in that waits.
    SecondFactor {
        token: String,
        factors: Factors,
    },
}

impl SignedIn {
    /// The session, where nothing more is asked.
    pub fn session(self) -> Option<NewSession> {
        match self {
            Self::Session(session) => Some(session),
            Self::SecondFactor { .. } => None,
        }
    }
}

/// What was proved first.
#[derive(Clone, Copy)]
pub(super) enum FirstFactor<'a> {
    Password,
    Passkey(&'a VerifiedPasskey),
}

/// Goes on from a first factor of this user that was right.
///
/// # Errors
/// `NotRecognised` where the user was disabled or reset since, or the challenge was answered before.
pub(super) async fn proceed(
    cx: &Context,
    user: &user::Model,
    first: FirstFactor<'_>,
    cookies: BrowserCookies,
) -> Result<SignedIn> {
    let requirement = SecondFactorRequirement::of(cx, cx.public_read(Purpose::SignIn).db(), user).await?;
    let (shown, passkey) = match first {
        FirstFactor::Password => (Shown::Password, None),
        FirstFactor::Passkey(verified) => (Shown::Passkey, Some(verified)),
    };
    // What is remembered stands beside a password.
    let remembered = passkey.is_none() && is_remembered(cx, user, &requirement, cookies.device).await?;
    let must_enrol = match factors::after(shown, requirement.held, remembered) {
        Next::SecondFactor(factors) => {
            let token = pending::begin(cx, user, passkey).await?;
            return Ok(SignedIn::SecondFactor { token, factors });
        }
        Next::Session { must_enrol } => must_enrol,
    };
    let skipped = remembered && !requirement.held.asked().is_empty();
    let method = match first {
        FirstFactor::Passkey(_) => Method::Passkey,
        FirstFactor::Password if skipped => Method::PasswordOnRememberedDevice,
        FirstFactor::Password => Method::Password,
    };
    let details = SignInDetails::new(method, must_enrol, cookies);
    let started = cx.public_change(Purpose::SignIn, async |change: &Change| {
        if let Some(verified) = passkey {
            verified.write(change).await.map_err(|_| Failure::from(Error::NotRecognised))?;
        }
        start_session(change, user, details, vec![]).await
    });
    started.await.map(SignedIn::Session)
}

async fn is_remembered(
    cx: &Context,
    user: &user::Model,
    requirement: &SecondFactorRequirement,
    device: Device,
) -> Result<bool> {
    if requirement.policy.remember_days == 0 {
        return Ok(false);
    }
    let access = cx.public_read(Purpose::SignIn);
    let remembered = devices::find_remembered(access.db(), UserId(user.id), device).await?;
    Ok(remembered.is_some_and(|remembered| requirement.is_waived_by(remembered, cx.now())))
}
