//! Signing in with a password.
//!
//! Unknown, wrong, disabled and locked-out attempts take the same steps in the same
//! order: one look-up, one hash, one look at the throttle, one note, one answer (T6).

use domain::{
    Error,
    audit::{Event, Person, SignInFailure},
};
use uuid::Uuid;

use super::{
    first_factor::{FirstFactor, SignedIn, proceed},
    session::BrowserCookies,
};
use crate::{
    Context, Failure, Result,
    context::Purpose,
    credentials::{
        devices, normal_form,
        password::{self, StoredPassword},
    },
    throttle::{Buckets, Decision},
    users::{entity as user, query::by_login},
};

/// What was typed, and the cookies of the browser.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub login: &'a str,
    pub password: &'a str,
    pub cookies: BrowserCookies,
}

/// Compares a password, and goes on from there where it is right.
///
/// # Errors
/// `NotRecognised` whatever the reason; `TooMany` for a source that keeps failing;
/// `Busy` when too many sign in at once; `Abandoned` when the client hung up before the hash.
pub async fn with_password(cx: &Context, attempt: Attempt<'_>) -> Result<SignedIn> {
    // First of all: a flood is turned away before it costs the database anything.
    let place = cx.hashing_place()?;
    let login = as_stored(attempt.login);
    let found = find(cx, &login).await?;
    let user_id = found.as_ref().map_or(Uuid::nil(), |(user, _)| user.id);
    let browser = devices::known_browser(cx, user_id, attempt.cookies.device).await?;
    let account = found.as_ref().map_or_else(|| login.clone(), |(user, _)| user.id.to_string());
    let user = found.as_ref().map(|(user, _)| user.id);
    let buckets = Buckets::new(cx, user, &account, browser);
    if let Some(retry_after) = buckets.source_waits(cx) {
        return Err(Error::TooMany { retry_after }.into());
    }
    let hash = found.as_ref().and_then(|(_, password)| password.as_ref()).map(|p| p.hash.as_str());
    let typed = password::within_bounds(attempt.password);
    let handed_out =
        found.as_ref().is_some_and(|(_, password)| password.as_ref().is_some_and(|password| password.must_change));
    let right = match place.verify(typed.unwrap_or_default(), hash, handed_out).await {
        Err(Failure::Abandoned) => {
            buckets.abandoned(cx).await?;
            let user = found.as_ref().map(|(user, _)| user.person());
            record_failure(cx, &login, SignInFailure::HungUp, user).await;
            return Err(Failure::Abandoned);
        }
        verified => verified?,
    };
    // Only now: many at once would all have found nothing in their way before.
    let decision = buckets.decision(cx).await?;
    if let Decision::SourceWaits(retry_after) = decision {
        return Err(Error::TooMany { retry_after }.into());
    }

    let (reason, user) = match &found {
        None => (SignInFailure::UnknownName, None),
        Some((user, _)) if !matches!(decision, Decision::Free { .. }) => (SignInFailure::Throttled, Some(user)),
        Some((user, _)) if !right || typed.is_none() => (SignInFailure::WrongPassword, Some(user)),
        Some((user, _)) if !user.status(cx.now()).may_sign_in() => (SignInFailure::NotActive, Some(user)),
        Some((user, _)) => {
            if let (Some(hash), Some(typed), false) = (hash, typed, handed_out) {
                password::upgrade_hash(cx, user.id, hash, &normal_form(typed)).await;
            }
            if decision != (Decision::Free { failed_before: false }) {
                buckets.succeeded(cx).await?;
            }
            return proceed(cx, user, FirstFactor::Password, attempt.cookies).await;
        }
    };
    buckets.failed(cx).await?;
    record_failure(cx, &login, reason, user.map(user::Model::person)).await;
    Err(Error::NotRecognised.into())
}

/// What was typed in the form in which usernames and e-mail addresses are unique. No
/// name holds the null character, which PostgreSQL refuses in a text.
pub(super) fn as_stored(login: &str) -> String {
    let start: String = domain::text::trimmed(login).chars().take(254).collect();
    normal_form(&start.to_lowercase()).replace('\0', "\u{fffd}")
}

async fn find(cx: &Context, login: &str) -> Result<Option<(user::Model, Option<StoredPassword>)>> {
    password::find_with_user(cx.public_read(Purpose::SignIn).db(), by_login(login)).await
}

pub(super) async fn record_failure(cx: &Context, login: &str, reason: SignInFailure, user: Option<Person>) {
    // Without the reason: known and unknown names are written down equally often.
    let key = format!("sign-in|{login}|{}", cx.origin().address);
    cx.record_attempt(key, |times| Event::SignInFailed { user, reason, times }).await;
}
