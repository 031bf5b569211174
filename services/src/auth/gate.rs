//! The gate after every first factor (T8): who goes on to a session, who is asked for a
//! second factor, and whose session begins with setting one up. Nothing else opens one.

use domain::{
    Error, Millis,
    audit::Event,
    factors::{self, Factors, Next, Required, Shown},
    groups::GroupId,
    sessions::Method,
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use super::{entity::device, passkey::Proven, sign_in::named, waiting};
use crate::{
    Context, Failure, Result,
    context::{Change, Purpose},
    groups,
    sessions::{self, Seat},
    settings,
    users::entity as user,
};

/// The cookies of the browser that signs in, by their hashes: those it has, or gets when it
/// is let in.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    /// What will open its session.
    pub session: [u8; 32],
    /// What it is known by the next time.
    pub device: Device,
}

/// A browser, by the hash of its device cookie.
#[derive(Clone, Copy, Debug)]
pub enum Device {
    /// It brought the cookie: somebody may have signed in on it before.
    Known([u8; 32]),
    New([u8; 32]),
}

impl Device {
    fn token_hash(self) -> [u8; 32] {
        let (Self::Known(hash) | Self::New(hash)) = self;
        hash
    }

    /// What may be in the database.
    pub(super) fn known(self) -> Option<[u8; 32]> {
        if let Self::Known(hash) = self { Some(hash) } else { None }
    }
}

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

/// What the gate asks about somebody.
pub(super) struct Asked {
    pub factors: Factors,
    pub required: bool,
    pub allowed: Factors,
    pub remember_days: u32,
    /// When a browser that is remembered now is forgotten.
    pub remembered_until: Option<Millis>,
}

pub(super) async fn ask(db: &impl ConnectionTrait, user: &user::Model, now: Millis) -> Result<Asked> {
    let policy = settings::security(db).await?.second_factor;
    let groups: Vec<_> = match policy.required {
        Required::Groups(_) => {
            let groups = groups::of(db, UserId(user.id)).await?;
            groups.into_iter().map(|group| GroupId(group.id)).collect()
        }
        // Most installations, on every sign-in.
        Required::Nobody | Required::Everyone => vec![],
    };
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

pub(super) async fn after_password(cx: &Context, user: &user::Model, cookies: Cookies) -> Result<SignedIn> {
    let access = cx.public_read(Purpose::SignIn);
    let asked = ask(access.db(), user, cx.now()).await?;
    let remembered = asked.remember_days > 0 && is_remembered(cx, access.db(), user, cookies.device.known()).await?;
    match factors::after(Shown::Password, asked.factors, remembered, asked.required, asked.allowed) {
        Next::SecondFactor(factors) => Ok(SignedIn::SecondFactor { token: waiting::wait(cx, user).await?, factors }),
        Next::Session { must_enrol } => {
            let skipped = remembered && !asked.factors.second().is_empty();
            let method = if skipped { Method::PasswordOnRememberedDevice } else { Method::Password };
            let change = cx.public(Purpose::SignIn).await?;
            seat(change, user, Entry::new(method, must_enrol, cookies), vec![]).await.map(SignedIn::Session)
        }
    }
}

pub(super) async fn after_passkey(
    cx: &Context,
    user: &user::Model,
    proven: &Proven,
    cookies: Cookies,
) -> Result<SignedIn> {
    let asked = ask(cx.public_read(Purpose::SignIn).db(), user, cx.now()).await?;
    let next = factors::after(Shown::Passkey, asked.factors, false, asked.required, asked.allowed);
    let change = cx.public(Purpose::SignIn).await?;
    proven.write(&change).await.map_err(|_| Failure::from(Error::NotRecognised))?;
    let must_enrol = next == Next::Session { must_enrol: true };
    seat(change, user, Entry::new(Method::Passkey, must_enrol, cookies), vec![]).await.map(SignedIn::Session)
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

/// How somebody comes in.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub method: Method,
    /// A second factor has to be set up before anything else.
    pub must_enrol: bool,
    pub cookies: Cookies,
    /// Until then this browser is not asked for a second factor.
    pub remembered_until: Option<Millis>,
}

impl Entry {
    pub fn new(method: Method, must_enrol: bool, cookies: Cookies) -> Self {
        Self { method, must_enrol, cookies, remembered_until: None }
    }
}

/// The only place where a sign-in ends well: the session, the browser that is known from now
/// on and the events are written together or not at all.
pub(super) async fn seat(change: Change, user: &user::Model, entry: Entry, more: Vec<Event>) -> Result<Seat> {
    let Entry { method, must_enrol, .. } = entry;
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
    let seat = Seat { must_enrol, ..Seat::new(change.context(), UserId(user.id), user.security_epoch, method) };
    open(&change, &seat, entry).await?;
    let mut events = vec![Event::SignedIn { user: named(user), method }];
    events.extend(more);
    change.commit_all(events).await?;
    Ok(seat)
}

/// Writes a session and remembers that its person signed in on this browser.
pub(crate) async fn open(change: &Change, seat: &Seat, entry: Entry) -> Result<()> {
    let Entry { cookies, remembered_until, .. } = entry;
    sessions::insert(change, cookies.session, seat).await?;
    let row = device::ActiveModel {
        token_hash: Set(cookies.device.token_hash().to_vec()),
        user_id: Set(seat.user.0),
        seen_at: Set(change.now()),
        remembered_until: Set(remembered_until),
    };
    // A browser that is remembered stays so.
    let until = remembered_until.map(|_| device::Column::RememberedUntil);
    let updated = std::iter::once(device::Column::SeenAt).chain(until);
    device::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([device::Column::TokenHash, device::Column::UserId]).update_columns(updated).to_owned(),
        )
        .exec_without_returning(change.db())
        .await?;
    Ok(())
}
