//! Signing in with a password, and signing out.
//!
//! Unknown, wrong, disabled and locked-out attempts take the same steps in the same
//! order: one look-up, one hash, one look at the brakes, one note, one answer (T6).

use domain::{
    Error, Millis,
    audit::{Event, Person, SignInFailure},
    factors::Challenge,
    users::{Standing, Status, UserId},
};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use super::{
    argon::hashing_prefix,
    entity::{device, password},
    gate::{self, Cookies, Device, SignedIn, unnamed_browser},
    normal_form,
    passkey::{self, NotProven, Whose},
    throttle::{Buckets, Verdict},
};
use crate::{
    Context, Failure, Result,
    context::{Change, OwnAct, Purpose, Upkeep, done, person},
    sessions,
    users::{entity as user, query::by_login},
};

/// What somebody typed, and the cookies of their browser.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub login: &'a str,
    pub password: &'a str,
    pub cookies: Cookies,
}

/// Asks the password and hands over to the gate after it.
///
/// # Errors
/// `NotRecognised` whatever the reason; `TooMany` for a source that keeps failing;
/// `Busy` when too many sign in at once; `Abandoned` when the client hung up before the hash.
pub async fn sign_in(cx: &Context, attempt: Attempt<'_>) -> Result<SignedIn> {
    // First of all: a flood is turned away before it costs the database anything.
    let place = cx.hashing_place()?;
    let login = as_stored(attempt.login);
    let found = find(cx, &login).await?;
    let user_id = found.as_ref().map_or(Uuid::nil(), |(user, _)| user.id);
    let browser = known_browser(cx, user_id, attempt.cookies.device).await?;
    let account = found.as_ref().map_or_else(|| login.clone(), |(user, _)| user.id.to_string());
    let user = found.as_ref().map(|(user, _)| user.id);
    let buckets = Buckets::new(cx, user, &account, browser);
    if let Some(retry_after) = buckets.source_waits(cx) {
        return Err(Error::TooMany { retry_after }.into());
    }
    let hash = found.as_ref().and_then(|(_, password)| password.as_ref()).map(|p| p.hash.as_str());
    let typed = within_bounds(attempt.password);
    let handed_out = found.as_ref().is_some_and(|(_, password)| handed_out(password.as_ref()));
    let right = match place.verify(typed.unwrap_or_default(), hash, handed_out).await {
        Err(Failure::Abandoned) => {
            buckets.abandoned(cx).await?;
            let user = found.as_ref().map(|(user, _)| named(user));
            record_failure(cx, &login, SignInFailure::HungUp, user).await;
            return Err(Failure::Abandoned);
        }
        verified => verified?,
    };
    // Only now: many at once would all have found the brakes free before.
    let verdict = buckets.verdict(cx).await?;
    if let Verdict::SourceWaits(retry_after) = verdict {
        return Err(Error::TooMany { retry_after }.into());
    }

    let (reason, user) = match &found {
        None => (SignInFailure::UnknownName, None),
        Some((user, _)) if !matches!(verdict, Verdict::Free { .. }) => (SignInFailure::Throttled, Some(user)),
        Some((user, _)) if !right || typed.is_none() => (SignInFailure::WrongPassword, Some(user)),
        Some((user, _)) if !standing(user, cx.now()).may_sign_in() => (SignInFailure::NotActive, Some(user)),
        Some((user, _)) => {
            if let (Some(hash), Some(typed), false) = (hash, typed, handed_out) {
                rehash(cx, user.id, hash, &normal_form(typed)).await;
            }
            if verdict != (Verdict::Free { failed_before: false }) {
                buckets.succeeded(cx).await?;
            }
            return gate::after_password(cx, user, attempt.cookies).await;
        }
    };
    buckets.failed(cx).await?;
    record_failure(cx, &login, reason, user.map(named)).await;
    Err(Error::NotRecognised.into())
}

/// Asks for an answer by a passkey: one of the named person's, or any that the browser knows.
/// `binder` is what only this browser has.
///
/// A person is named by their username alone. An e-mail address asks for any passkey, whether anybody
/// has that address or not: the same ids for two names would say that both are of one person, who
/// therefore exists (T6).
///
/// # Errors
/// When the database cannot be read; `Malformed` where passkeys do not work.
pub async fn ask_passkey(cx: &Context, binder: &[u8], login: &str) -> Result<Challenge> {
    let login = as_stored(login);
    // No username holds an @, and every address does.
    if login.is_empty() || login.contains('@') {
        return passkey::ask(cx, binder, Whose::Anybody);
    }
    let access = cx.public_read(Purpose::SignIn);
    let user = user::Entity::find().filter(user::Column::UsernameKey.eq(&*login)).one(access.db()).await?;
    let rows = passkey::usable(cx, access.db(), user.as_ref().map_or(Uuid::nil(), |user| user.id)).await?;
    passkey::ask(cx, binder, Whose::Named(&login, user.map(|user| (user.id, rows))))
}

/// Signs in whoever the passkey belongs to.
///
/// # Errors
/// `NotRecognised` whatever the reason; a field error `TooLate`; `TooMany` for a source that keeps failing.
pub async fn sign_in_with_passkey(
    cx: &Context,
    binder: &[u8],
    ticket: &str,
    answer: &str,
    cookies: Cookies,
) -> Result<SignedIn> {
    let buckets = Buckets::new(cx, None, "passkey", None);
    if let Verdict::SourceWaits(retry_after) = buckets.verdict(cx).await? {
        return Err(Error::TooMany { retry_after }.into());
    }
    let (reason, user) = match passkey::answered(cx, binder, ticket, answer).await? {
        Ok(proven) => {
            let access = cx.public_read(Purpose::SignIn);
            let user = user::Entity::find_by_id(proven.user().0).one(access.db()).await?;
            match user {
                Some(user) if standing(&user, cx.now()).may_sign_in() => {
                    return gate::after_passkey(cx, &user, &proven, cookies).await;
                }
                user => (SignInFailure::NotActive, user),
            }
        }
        Err(NotProven::Refused) => (SignInFailure::WrongPasskey, None),
        Err(NotProven::Suspect(row)) => (SignInFailure::WrongPasskey, passkey::suspect(cx, row).await?),
    };
    buckets.failed(cx).await?;
    record_failure(cx, "passkey", reason, user.as_ref().map(named)).await;
    Err(Error::NotRecognised.into())
}

/// What was typed in the form in which usernames and e-mail addresses are unique. No
/// name holds the null character, which PostgreSQL refuses in a text.
fn as_stored(login: &str) -> String {
    let start: String = domain::text::trimmed(login).chars().take(254).collect();
    normal_form(&start.to_lowercase()).replace('\0', "\u{fffd}")
}

async fn find(cx: &Context, login: &str) -> Result<Option<(user::Model, Option<password::Model>)>> {
    let access = cx.public_read(Purpose::SignIn);
    let password = user::Entity::belongs_to(password::Entity).from(user::Column::Id).to(password::Column::UserId);
    let query = by_login(login).join(JoinType::LeftJoin, password.into()).select_also(password::Entity);
    Ok(query.one(access.db()).await?)
}

/// The browser, if this person signed in there before: by what it stays through all values of its
/// cookie, since anybody who signs in there gets it a new one.
pub(super) async fn known_browser(cx: &Context, user: Uuid, device: Device) -> Result<Option<Uuid>> {
    let Some(token_hash) = device.brought() else { return Ok(None) };
    let access = cx.public_read(Purpose::SignIn);
    let known = device::Entity::find_by_id((token_hash.to_vec(), user)).one(access.db()).await?;
    Ok(known.map(|known| known.browser_id.unwrap_or_else(|| unnamed_browser(&token_hash))))
}

/// Nothing where it is longer than any password can be: not worth a megabyte of hashing.
fn within_bounds(password: &str) -> Option<&str> {
    (password.len() <= domain::passwords::MOST as usize * 8).then_some(password)
}

/// Whether the password was given by somebody else, and is good for choosing another.
pub(crate) fn handed_out(password: Option<&password::Model>) -> bool {
    password.is_some_and(|password| password.must_change_at.is_some())
}

pub(crate) fn standing(user: &user::Model, now: Millis) -> Status {
    Status::of(
        Standing {
            deleted_at: user.deleted_at,
            disabled_at: user.disabled_at,
            expires_at: user.expires_at,
            has_credential: user.has_credential > 0,
        },
        now,
    )
}

pub(super) fn named(user: &user::Model) -> Person {
    Person { id: UserId(user.id), name: user.display_name.clone() }
}

pub(super) async fn record_failure(cx: &Context, login: &str, reason: SignInFailure, user: Option<Person>) {
    // Without the reason: known and unknown names are written down equally often.
    let key = format!("sign-in|{login}|{}", cx.origin().address);
    cx.record_attempt(key, |times| Event::SignInFailed { user, reason, times }).await;
}

/// Brings an older hash up to the present parameters. Failing to do so harms nobody.
async fn rehash(cx: &Context, user: Uuid, old: &str, typed: &str) {
    if old.starts_with(&hashing_prefix()) {
        return;
    }
    let upgraded = async {
        let hash = cx.hash(typed).await?;
        password::Entity::update_many()
            .col_expr(password::Column::Hash, Expr::value(hash))
            .filter(password::Column::UserId.eq(user))
            .filter(password::Column::Hash.eq(old))
            .exec(cx.upkeep(Upkeep::RehashPassword).db())
            .await?;
        Ok::<_, Failure>(())
    };
    if let Err(cause) = upgraded.await {
        tracing::warn!(%cause, "an older password hash could not be upgraded");
    }
}

/// Ends the session that asks.
///
/// # Errors
/// `SignedOut` when it has ended already.
pub async fn sign_out(cx: &Context) -> Result<()> {
    cx.own_change(OwnAct::SignOut, async |change: &Change| {
        let actor = change.actor()?;
        sessions::remove(change, actor.id, Some(actor.session)).await?;
        Ok(done((), Event::SignedOut { user: person(actor) }))
    })
    .await
}
