//! Sign-ins whose password was right and whose second factor is still to come.

use domain::{
    Error, Problem,
    audit::{Event, SignInFailure},
    factors::{self, Challenge, Factors, Next, PENDING_LASTS, Shown},
    sessions::Method,
    users::UserId,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};

use super::{
    app_code::app_code,
    entity::pending,
    gate::{Cookies, Entry, ask, seat},
    passkey::{self, NotProven, Proven, Whose},
    recovery,
    sign_in::{known_browser, named, record_failure, standing},
    throttle::Buckets,
};
use crate::{
    Context, Failure, Result,
    context::{Change, Purpose, Upkeep},
    random,
    sessions::Seat,
    users::entity as user,
};

/// A second factor.
pub enum Second<'a> {
    App(&'a str),
    RecoveryCode(&'a str),
    Passkey { ticket: &'a str, answer: &'a str },
}

/// Writes down that somebody has given their password, or a passkey where those do not count, and is
/// asked for more.
pub(super) async fn wait(cx: &Context, user: &user::Model, passkey: Option<&Proven>) -> Result<String> {
    let token = random::token();
    let now = cx.now();
    if let Some(proven) = passkey {
        proven.keep(cx).await.map_err(|_| Failure::from(Error::NotRecognised))?;
    }
    let row = pending::ActiveModel {
        token_hash: Set(hash_of(&token).to_vec()),
        user_id: Set(user.id),
        epoch: Set(user.security_epoch),
        created_at: Set(now),
        expires_at: Set(now + PENDING_LASTS),
        passkey_first: Set(i64::from(passkey.is_some())),
    };
    pending::Entity::insert(row).exec_without_returning(cx.upkeep(Upkeep::PendingSignIn).db()).await?;
    Ok(token)
}

fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// A sign-in that waits for its second factor.
pub struct Pending {
    pub user: UserId,
    pub username: String,
    /// What is asked for.
    pub factors: Factors,
    /// Recovery codes left.
    pub recovery_left: u32,
    /// For how many days this browser may be remembered; 0 for not.
    pub remember_days: u32,
    row: pending::Model,
    person: user::Model,
}

/// The sign-in that this token names; nothing once it is over, for whatever reason.
///
/// # Errors
/// When the database cannot be read.
pub async fn pending(cx: &Context, token: &str) -> Result<Option<Pending>> {
    let access = cx.public_read(Purpose::SignIn);
    let row = pending::Entity::find_by_id(hash_of(token).to_vec()).one(access.db()).await?;
    let Some(row) = row.filter(|row| row.expires_at > cx.now()) else { return Ok(None) };
    let person = user::Entity::find_by_id(row.user_id).one(access.db()).await?;
    let person = person.filter(|person| person.security_epoch == row.epoch && standing(person, cx.now()).may_sign_in());
    let Some(person) = person else { return Ok(None) };
    let asked = ask(cx, access.db(), &person).await?;
    let user = UserId(person.id);
    let (recovery_left, _) = recovery::counted(access.db(), user).await?;
    Ok(Some(Pending {
        user,
        username: person.username.clone(),
        factors: asked.held.asked(),
        recovery_left,
        // What is remembered stands beside a password.
        remember_days: if row.passkey_first != 0 { 0 } else { asked.policy.remember_days },
        row,
        person,
    }))
}

/// Asks for an answer by one of the passkeys of whoever waits.
///
/// # Errors
/// `SignedOut` where nobody waits any more; `Malformed` where none of theirs works here.
pub async fn ask_pending_passkey(cx: &Context, token: &str) -> Result<Challenge> {
    let waiting = pending(cx, token).await?.ok_or(Error::SignedOut)?;
    if !waiting.factors.has(Factors::PASSKEY) {
        return Err(Error::Malformed("passkeys do not count here".into()).into());
    }
    let rows = passkey::usable(cx, cx.public_read(Purpose::SignIn).db(), waiting.user.0).await?;
    if rows.is_empty() {
        return Err(Error::Malformed("no passkey works at this address".into()).into());
    }
    passkey::ask(cx, &hash_of(token), Whose::Person(waiting.user.0, rows))
}

/// What a second factor leaves to be written with the session.
enum Proved {
    App,
    RecoveryCode(Vec<u8>),
    Passkey(Box<Proven>),
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

/// Checks the second factor of a sign-in that waits, and opens its session's seat. With
/// `remember`, this browser is not asked again for a while.
///
/// # Errors
/// `SignedOut` where nobody waits any more; a field error `code` or `passkey`; `TooMany`.
pub async fn give_second(
    cx: &Context,
    token: &str,
    second: Second<'_>,
    cookies: Cookies,
    remember: bool,
) -> Result<Seat> {
    let waiting = pending(cx, token).await?.ok_or(Error::SignedOut)?;
    let browser = known_browser(cx, waiting.user.0, cookies.device).await?;
    let buckets = Buckets::second(cx, waiting.user.0, browser);
    let charged = buckets.charge(cx).await?;
    let reason = match second {
        Second::Passkey { .. } => SignInFailure::WrongPasskey,
        _ => SignInFailure::WrongCode,
    };
    let proved = match prove(cx, &waiting, token, second).await {
        Err(failure @ Failure::Told(_)) => {
            record_failure(cx, &waiting.username, reason, Some(named(&waiting.person))).await;
            charged.was_wrong(cx, named(&waiting.person)).await;
            return Err(failure);
        }
        proved => proved?,
    };
    let (method, kind) = proved.told(waiting.row.passkey_first != 0);
    let asked = ask(cx, cx.public_read(Purpose::SignIn).db(), &waiting.person).await?;
    let next = factors::after(Shown::Both, asked.held, false);
    let must_enrol = next == Next::Session { must_enrol: true };
    let remember = if remember && waiting.remember_days > 0 { asked.policy.remember(cx.now(), kind) } else { None };
    let entry = Entry { remember, ..Entry::new(method, must_enrol, cookies) };
    let seated = cx.public_change(Purpose::SignIn, async |change: &Change| {
        let gone = pending::Entity::delete_by_id(waiting.row.token_hash.clone()).exec(change.db()).await?;
        if gone.rows_affected == 0 {
            return Err(Error::SignedOut.into());
        }
        let mut more = vec![];
        match proved {
            Proved::App => {}
            Proved::Passkey(proven) => proven.write(change).await?,
            Proved::RecoveryCode(hash) => {
                if !recovery::consume(change, waiting.user, hash).await? {
                    return Err(Failure::field("code", Problem::RecoveryCodeWrong));
                }
                let (left, _) = recovery::counted(change.db(), waiting.user).await?;
                more.push(Event::RecoveryCodeUsed { user: named(&waiting.person), left });
            }
        }
        seat(change, &waiting.person, entry, more).await
    });
    let seat = seated.await?;
    buckets.succeeded(cx).await?;
    Ok(seat)
}

async fn prove(cx: &Context, waiting: &Pending, token: &str, second: Second<'_>) -> Result<Proved> {
    match second {
        // What does not count where something does: not asked for, and not taken (T8).
        Second::App(_) if !waiting.factors.has(Factors::APP) => Err(Failure::field("code", Problem::KindNotAsked)),
        Second::Passkey { .. } if !waiting.factors.has(Factors::PASSKEY) => {
            Err(Failure::field("passkey", Problem::KindNotAsked))
        }
        Second::App(code) => app_code(cx, waiting.user, code).await.map(|()| Proved::App),
        Second::RecoveryCode(code) => {
            let access = cx.public_read(Purpose::SignIn);
            let hash = recovery::find(cx, access.db(), waiting.user, code).await?;
            hash.map(Proved::RecoveryCode).ok_or_else(|| Failure::field("code", Problem::RecoveryCodeWrong))
        }
        Second::Passkey { ticket, answer } => match passkey::answered(cx, &hash_of(token), ticket, answer).await? {
            Ok(proven) if proven.user() == waiting.user => Ok(Proved::Passkey(Box::new(proven))),
            Err(NotProven::Suspect(row)) => {
                passkey::suspect(cx, row).await?;
                Err(Failure::field("passkey", Problem::PasskeyRefused))
            }
            _ => Err(Failure::field("passkey", Problem::PasskeyRefused)),
        },
    }
}

/// Removes sign-ins that waited too long.
pub(crate) async fn forget_waiting(cx: &Context) -> Result<()> {
    let books = cx.upkeep(Upkeep::PendingSignIn);
    pending::Entity::delete_many().filter(pending::Column::ExpiresAt.lte(cx.now())).exec(books.db()).await?;
    Ok(())
}
