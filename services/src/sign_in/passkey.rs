//! Signing in with a passkey.

use domain::{Error, audit::SignInFailure, factors::Challenge};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    first_factor::{FirstFactor, SignedIn, proceed},
    password::{as_stored, record_failure},
    session::BrowserCookies,
};
use crate::{
    Context, Result,
    context::Purpose,
    credentials::passkey::{self, AllowedCredentials, NotVerified},
    throttle::{Buckets, Decision},
    users::entity as user,
};

/// A challenge for a passkey: one of the named person's, or any that the browser knows.
/// `binder` is what only this browser has.
///
/// A person is named by their username alone. An e-mail address asks for any passkey, whether anybody
/// has that address or not: the same ids for two names would say that both are of one person, who
/// therefore exists (T6).
///
/// # Errors
/// When the database cannot be read; `Malformed` where passkeys do not work.
pub async fn start_passkey(cx: &Context, binder: &[u8], login: &str) -> Result<Challenge> {
    let login = as_stored(login);
    // No username holds an @, and every address does.
    if login.is_empty() || login.contains('@') {
        return passkey::start_authentication(cx, binder, AllowedCredentials::Any);
    }
    let access = cx.public_read(Purpose::SignIn);
    let user = user::Entity::find().filter(user::Column::UsernameKey.eq(&*login)).one(access.db()).await?;
    let ids = passkey::usable_ids(cx, access.db(), user.as_ref().map_or(Uuid::nil(), |user| user.id)).await?;
    passkey::start_authentication(cx, binder, AllowedCredentials::Named(&login, user.map(|user| (user.id, ids))))
}

/// Signs in the owner of the passkey.
///
/// # Errors
/// `NotRecognised` whatever the reason; a field error `TooLate`; `TooMany` for a source that keeps failing.
pub async fn with_passkey(
    cx: &Context,
    binder: &[u8],
    ticket: &str,
    answer: &str,
    cookies: BrowserCookies,
) -> Result<SignedIn> {
    let buckets = Buckets::new(cx, None, "passkey", None);
    if let Decision::SourceWaits(retry_after) = buckets.decision(cx).await? {
        return Err(Error::TooMany { retry_after }.into());
    }
    let (reason, user) = match passkey::finish_authentication(cx, binder, ticket, answer).await? {
        Ok(verified) => {
            let access = cx.public_read(Purpose::SignIn);
            let user = user::Entity::find_by_id(verified.user().0).one(access.db()).await?;
            match user {
                Some(user) if user.status(cx.now()).may_sign_in() => {
                    return proceed(cx, &user, FirstFactor::Passkey(&verified), cookies).await;
                }
                user => (SignInFailure::NotActive, user),
            }
        }
        Err(NotVerified::Refused) => (SignInFailure::WrongPasskey, None),
        Err(NotVerified::Suspect(suspect)) => (SignInFailure::WrongPasskey, passkey::mark_suspect(cx, suspect).await?),
    };
    buckets.failed(cx).await?;
    record_failure(cx, "passkey", reason, user.as_ref().map(user::Model::person)).await;
    Err(Error::NotRecognised.into())
}
