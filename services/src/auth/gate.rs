//! The gate after every first factor (T8): who goes on to a session, who is asked for a
//! second factor, and whose session begins with setting one up. Nothing else opens one.

use domain::{
    Error, Millis,
    audit::{Event, SignInFailure},
    factors::{self, Factors, Next, PENDING_LASTS, Shown},
    groups::GroupId,
    sessions::Method,
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use sha2::{Digest, Sha256};

use super::{
    entity::{app, device, pending},
    passkey::{self, NotProven, Proven, Whose},
    recovery,
    sign_in::{named, record_failure, standing},
    throttle::Buckets,
    totp::{self, Checked},
};
use crate::{
    Context, Failure, Result,
    context::{Change, Purpose, Upkeep},
    groups, random,
    sessions::Seat,
    settings,
    users::entity as user,
};

/// How a first factor ended.
#[derive(Debug)]
pub enum SignedIn {
    Session(Seat),
    /// One of these is asked for, or a recovery code. The token names the sign-in that waits.
    SecondFactor {
        token: String,
        factors: Factors,
    },
}

impl SignedIn {
    /// The session's seat, where nothing more is asked.
    pub fn seat(self) -> Option<Seat> {
        match self {
            Self::Session(seat) => Some(seat),
            Self::SecondFactor { .. } => None,
        }
    }
}

/// A second factor.
pub enum Second<'a> {
    App(&'a str),
    RecoveryCode(&'a str),
    Passkey { ticket: &'a str, answer: &'a str },
}

/// What the gate asks about somebody.
struct Asked {
    factors: Factors,
    required: bool,
    allowed: Factors,
    remember_days: u32,
    /// When a browser that is remembered now is forgotten.
    remembered_until: Option<Millis>,
}

async fn ask(db: &impl ConnectionTrait, user: &user::Model, now: Millis) -> Result<Asked> {
    let policy = settings::security(db).await?.second_factor;
    let groups: Vec<_> = groups::of(db, UserId(user.id)).await?.into_iter().map(|group| GroupId(group.id)).collect();
    Ok(Asked {
        factors: Factors::of(user.factors),
        required: policy.requires(&groups, user.second_factor_required != 0, now),
        allowed: policy.allowed,
        remember_days: policy.remember_days,
        remembered_until: policy.remembered_until(now),
    })
}

/// Whether this person has to set a second factor up before anything else.
pub(crate) async fn must_enrol(db: &impl ConnectionTrait, user: &user::Model, now: Millis) -> Result<bool> {
    let Asked { factors, required, allowed, .. } = ask(db, user, now).await?;
    Ok(factors::after(Shown::Both, factors, false, required, allowed) == Next::Session { must_enrol: true })
}

/// Whether a second factor is required of this person, and which kinds count.
pub(crate) async fn requirement(db: &impl ConnectionTrait, user: &user::Model, now: Millis) -> Result<(bool, Factors)> {
    let Asked { required, allowed, .. } = ask(db, user, now).await?;
    Ok((required, allowed))
}

pub(super) async fn after_password(cx: &Context, user: &user::Model, device: Option<[u8; 32]>) -> Result<SignedIn> {
    let access = cx.public_read(Purpose::SignIn);
    let asked = ask(access.db(), user, cx.now()).await?;
    let remembered = asked.remember_days > 0 && is_remembered(cx, access.db(), user, device).await?;
    match factors::after(Shown::Password, asked.factors, remembered, asked.required, asked.allowed) {
        Next::SecondFactor(factors) => Ok(SignedIn::SecondFactor { token: wait(cx, user).await?, factors }),
        Next::Session { must_enrol } => {
            let skipped = remembered && !asked.factors.second().is_empty();
            let method = if skipped { Method::PasswordOnRememberedDevice } else { Method::Password };
            let change = cx.public(Purpose::SignIn).await?;
            seat(cx, change, user, method, must_enrol, vec![]).await.map(SignedIn::Session)
        }
    }
}

pub(super) async fn after_passkey(cx: &Context, user: &user::Model, proven: &Proven) -> Result<SignedIn> {
    let asked = ask(cx.public_read(Purpose::SignIn).db(), user, cx.now()).await?;
    let next = factors::after(Shown::Passkey, asked.factors, false, asked.required, asked.allowed);
    let change = cx.public(Purpose::SignIn).await?;
    proven.write(&change).await.map_err(|_| Failure::from(Error::NotRecognised))?;
    let must_enrol = next == Next::Session { must_enrol: true };
    seat(cx, change, user, Method::Passkey, must_enrol, vec![]).await.map(SignedIn::Session)
}

async fn is_remembered(
    cx: &Context,
    db: &impl ConnectionTrait,
    user: &user::Model,
    device: Option<[u8; 32]>,
) -> Result<bool> {
    let Some(token_hash) = device else { return Ok(false) };
    let row = device::Entity::find_by_id((token_hash.to_vec(), user.id)).one(db).await?;
    Ok(row.and_then(|row| row.remembered_until).is_some_and(|until| until > cx.now()))
}

/// Writes down that somebody has given their password and is asked for more.
async fn wait(cx: &Context, user: &user::Model) -> Result<String> {
    let token = random::token();
    let now = cx.now();
    let row = pending::ActiveModel {
        token_hash: Set(hash_of(&token).to_vec()),
        user_id: Set(user.id),
        epoch: Set(user.security_epoch),
        created_at: Set(now),
        expires_at: Set(now + PENDING_LASTS),
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
    let asked = ask(access.db(), &person, cx.now()).await?;
    let user = UserId(person.id);
    let (recovery_left, _) = recovery::counted(access.db(), user).await?;
    Ok(Some(Pending {
        user,
        username: person.username.clone(),
        factors: asked.factors.second(),
        recovery_left,
        remember_days: asked.remember_days,
        row,
        person,
    }))
}

/// Asks for an answer by one of the passkeys of whoever waits.
///
/// # Errors
/// `SignedOut` where nobody waits any more.
pub async fn ask_pending_passkey(cx: &Context, token: &str) -> Result<domain::factors::Challenge> {
    let waiting = pending(cx, token).await?.ok_or(Error::SignedOut)?;
    let rows = passkey::of(cx.public_read(Purpose::SignIn).db(), waiting.user.0).await?;
    passkey::ask(cx, &hash_of(token), Whose::Person(waiting.user.0, rows))
}

/// What a second factor leaves to be written with the session.
enum Proved {
    App,
    RecoveryCode(Vec<u8>),
    Passkey(Box<Proven>),
}

/// Checks the second factor of a sign-in that waits, and opens its session's seat. With
/// `remember`, the browser with this device cookie is not asked again for a while.
///
/// # Errors
/// `SignedOut` where nobody waits any more; a field error `code` or `passkey`; `TooMany`.
pub async fn give_second(
    cx: &Context,
    token: &str,
    second: Second<'_>,
    device: Option<[u8; 32]>,
    remember: bool,
) -> Result<Seat> {
    let waiting = pending(cx, token).await?.ok_or(Error::SignedOut)?;
    let known = super::sign_in::known_device(cx, waiting.user.0, device).await?;
    let buckets = Buckets::second(cx, waiting.user.0, known.as_ref().map(<[u8; 32]>::as_slice));
    buckets.charge(cx).await?;
    let reason = match second {
        Second::Passkey { .. } => SignInFailure::WrongPasskey,
        _ => SignInFailure::WrongCode,
    };
    let proved = match prove(cx, &waiting, token, second).await {
        Err(failure @ Failure::Told(_)) => {
            record_failure(cx, &waiting.username, reason, Some(named(&waiting.person))).await;
            return Err(failure);
        }
        proved => proved?,
    };
    let method = match proved {
        Proved::App => Method::PasswordAndApp,
        Proved::RecoveryCode(_) => Method::PasswordAndRecoveryCode,
        Proved::Passkey(_) => Method::PasswordAndPasskey,
    };
    let asked = ask(cx.public_read(Purpose::SignIn).db(), &waiting.person, cx.now()).await?;
    let next = factors::after(Shown::Both, asked.factors, false, asked.required, asked.allowed);
    let change = cx.public(Purpose::SignIn).await?;
    let gone = pending::Entity::delete_by_id(waiting.row.token_hash.clone()).exec(change.db()).await?;
    if gone.rows_affected == 0 {
        return Err(Error::SignedOut.into());
    }
    let mut more = vec![];
    match proved {
        Proved::App => {}
        Proved::Passkey(proven) => proven.write(&change).await?,
        Proved::RecoveryCode(hash) => {
            if !recovery::consume(&change, waiting.user, hash).await? {
                return Err(Failure::field("code", domain::Problem::RecoveryCodeWrong));
            }
            let (left, _) = recovery::counted(change.db(), waiting.user).await?;
            more.push(Event::RecoveryCodeUsed { user: named(&waiting.person), left });
        }
    }
    if let (true, Some(until), Some(device)) = (remember, asked.remembered_until, device) {
        remember_until(&change, waiting.user, device, until).await?;
    }
    let must_enrol = next == Next::Session { must_enrol: true };
    let seat = seat(cx, change, &waiting.person, method, must_enrol, more).await?;
    buckets.succeeded(cx).await?;
    Ok(seat)
}

async fn prove(cx: &Context, waiting: &Pending, token: &str, second: Second<'_>) -> Result<Proved> {
    match second {
        Second::App(code) => app_code(cx, waiting.user, code).await.map(|()| Proved::App),
        Second::RecoveryCode(code) => {
            let access = cx.public_read(Purpose::SignIn);
            let hash = recovery::find(cx, access.db(), waiting.user, code).await?;
            hash.map(Proved::RecoveryCode).ok_or_else(|| Failure::field("code", domain::Problem::RecoveryCodeWrong))
        }
        Second::Passkey { ticket, answer } => match passkey::answered(cx, &hash_of(token), ticket, answer).await? {
            Ok(proven) if proven.user() == waiting.user => Ok(Proved::Passkey(Box::new(proven))),
            Err(NotProven::Suspect(row)) => {
                passkey::suspect(cx, row).await?;
                Err(Failure::field("passkey", domain::Problem::PasskeyRefused))
            }
            _ => Err(Failure::field("passkey", domain::Problem::PasskeyRefused)),
        },
    }
}

/// Whether this is a code of the person's authenticator app that counts now; it then counts
/// no more, also where two arrive at once (T9).
///
/// # Errors
/// A field error `code` that says why not.
pub(crate) async fn app_code(cx: &Context, user: UserId, typed: &str) -> Result<()> {
    let wrong = |problem| Err(Failure::field("code", problem));
    let access = cx.public_read(Purpose::SignIn);
    let Some(row) = app::Entity::find_by_id(user.0).one(access.db()).await? else {
        return wrong(domain::Problem::CodeWrong);
    };
    let secret = cx.unseal(&[b"totp", user.0.as_bytes()], &row.secret);
    let secret = secret.ok_or_else(|| Failure::Unexpected("an authenticator app's secret cannot be read".into()))?;
    let checked = totp::check(&totp::totp(&secret, "", "x")?, typed, cx.now(), row.last_step, row.burnt_step);
    let books = cx.upkeep(Upkeep::UsedCode);
    match checked {
        Checked::Right(step) => {
            let used = app::Entity::update_many()
                .col_expr(app::Column::LastStep, Expr::value(step))
                .col_expr(app::Column::LastUsedAt, Expr::value(cx.now()))
                .filter(app::Column::UserId.eq(user.0))
                .filter(app::Column::LastStep.lt(step))
                .exec(books.db())
                .await?;
            if used.rows_affected == 1 { Ok(()) } else { wrong(domain::Problem::CodeUsed) }
        }
        Checked::Used => wrong(domain::Problem::CodeUsed),
        Checked::ClockOff { step, seconds, ahead } => {
            // Whoever guessed it learned when it would count: it never will.
            app::Entity::update_many()
                .col_expr(app::Column::BurntStep, Expr::value(step))
                .filter(app::Column::UserId.eq(user.0))
                .exec(books.db())
                .await?;
            wrong(domain::Problem::ClockOff { seconds, ahead })
        }
        Checked::Wrong => wrong(domain::Problem::CodeWrong),
    }
}

async fn remember_until(change: &Change, user: UserId, device: [u8; 32], until: Millis) -> Result<()> {
    let row = device::ActiveModel {
        token_hash: Set(device.to_vec()),
        user_id: Set(user.0),
        seen_at: Set(change.now()),
        remembered_until: Set(Some(until)),
    };
    device::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([device::Column::TokenHash, device::Column::UserId])
                .update_columns([device::Column::SeenAt, device::Column::RememberedUntil])
                .to_owned(),
        )
        .exec_without_returning(change.db())
        .await?;
    Ok(())
}

/// The only place where a sign-in ends well.
async fn seat(
    cx: &Context,
    change: Change,
    user: &user::Model,
    method: Method,
    must_enrol: bool,
    more: Vec<Event>,
) -> Result<Seat> {
    let updated = user::Entity::update_many()
        .col_expr(user::Column::LastSignInAt, Expr::value(change.now()))
        .filter(user::Column::Id.eq(user.id))
        .filter(user::Column::SecurityEpoch.eq(user.security_epoch))
        .exec(change.db())
        .await?;
    if updated.rows_affected == 0 {
        // Disabled or reset since the factor was looked up.
        return Err(Error::NotRecognised.into());
    }
    let mut seat = Seat::new(cx, UserId(user.id), user.security_epoch, method);
    seat.must_enrol = must_enrol;
    let mut events = vec![Event::SignedIn { user: named(user), method }];
    events.extend(more);
    change.commit_all(events).await?;
    Ok(seat)
}

/// Removes sign-ins that waited too long.
pub(crate) async fn forget_waiting(cx: &Context) -> Result<()> {
    let books = cx.upkeep(Upkeep::PendingSignIn);
    pending::Entity::delete_many().filter(pending::Column::ExpiresAt.lte(cx.now())).exec(books.db()).await?;
    Ok(())
}
