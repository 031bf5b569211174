//! The gate after every first factor (T8): who goes on to a session, who is asked for a
//! second factor, and whose session begins with setting one up. Nothing else opens one.

use domain::{
    Error, Millis,
    audit::Event,
    factors::{self, Factors, Held, Next, Remembered, Required, SecondFactorPolicy, Shown},
    groups::GroupId,
    sessions::Method,
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, Func, OnConflict},
};
use uuid::Uuid;

use super::{
    entity::device,
    passkey::{self, Proven},
    sign_in::named,
    waiting,
};
use crate::{
    Context, Failure, Result,
    context::{Change, Done, Purpose, done_all},
    groups, random,
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

/// A browser, by the hashes of device cookies. What it brought may be anything, also what somebody
/// else put there or read: it is looked up and never written. What a sign-in grants is granted to a
/// value that was drawn for it (T8, T13).
#[derive(Clone, Copy, Debug)]
pub struct Device {
    brought: Option<[u8; 32]>,
    drawn: [u8; 32],
}

impl Device {
    /// `drawn` is a new value, which the browser gets where its sign-in is let in.
    pub fn new(brought: Option<[u8; 32]>, drawn: [u8; 32]) -> Self {
        Self { brought, drawn }
    }

    /// What may be in the database.
    pub(super) fn brought(self) -> Option<[u8; 32]> {
        self.brought
    }

    /// Within a change: what was granted in this browser, also to others, goes over to its new value,
    /// and the old one opens nothing any more. To each of them it stays the same browser: wrong guesses
    /// go on to count against it whoever signs in there in between (T7).
    async fn renew(self, change: &Change) -> Result<[u8; 32]> {
        if let Some(brought) = self.brought {
            let browser = [Expr::col(device::Column::BrowserId), Expr::value(unnamed_browser(&brought))];
            device::Entity::update_many()
                .col_expr(device::Column::TokenHash, Expr::value(self.drawn.to_vec()))
                .col_expr(device::Column::BrowserId, Func::coalesce(browser).into())
                .filter(device::Column::TokenHash.eq(brought.to_vec()))
                .exec(change.db())
                .await?;
        }
        Ok(self.drawn)
    }
}

/// The name of a browser that was known before browsers had names: from its value then, until it gets
/// another one.
pub(super) fn unnamed_browser(token_hash: &[u8; 32]) -> Uuid {
    let mut name = [0; 16];
    name.copy_from_slice(&token_hash[..16]);
    Uuid::from_bytes(name)
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
pub(crate) struct Asked {
    pub held: Held,
    pub policy: SecondFactorPolicy,
}

impl Asked {
    /// Whether this browser is not asked for a second factor.
    pub fn remembers(&self, row: &device::Model, now: Millis) -> bool {
        let device::Model { remembered_at: Some(since), remembered_until: Some(until), remembered_by, .. } = *row
        else {
            return false;
        };
        let remembered = Remembered { since, until, by: Factors::of(remembered_by.unwrap_or_default()) };
        self.policy.remembers(remembered, self.held.asked(), now)
    }
}

pub(crate) async fn ask(cx: &Context, db: &impl ConnectionTrait, user: &user::Model) -> Result<Asked> {
    let policy = settings::security(db).await?.second_factor;
    let groups: Vec<_> = match policy.required {
        Required::Groups(_) => {
            let groups = groups::of(db, UserId(user.id)).await?;
            groups.into_iter().map(|group| GroupId(group.id)).collect()
        }
        // Most installations, on every sign-in.
        Required::Nobody | Required::Everyone => vec![],
    };
    let factors = Factors::of(user.factors);
    let required = policy.requires(&groups, user.second_factor_required != 0, cx.now());
    // Where passkeys work is asked only where something hangs on it.
    let only_passkeys =
        factors.has(Factors::PASSKEY) && !(factors.has(Factors::APP) && policy.allowed.has(Factors::APP));
    let matters = only_passkeys && (required || factors.has(Factors::APP));
    let stranded = matters && passkey::usable(cx, db, user.id).await?.is_empty();
    let working = if stranded { factors.without(Factors::PASSKEY) } else { factors };
    Ok(Asked { held: Held { factors, working, required, allowed: policy.allowed }, policy })
}

/// Whether this person has to set a second factor up before anything else.
pub(crate) async fn must_enrol(cx: &Context, db: &impl ConnectionTrait, user: &user::Model) -> Result<bool> {
    Ok(ask(cx, db, user).await?.held.must_enrol())
}

pub(super) async fn after_password(cx: &Context, user: &user::Model, cookies: Cookies) -> Result<SignedIn> {
    let access = cx.public_read(Purpose::SignIn);
    let asked = ask(cx, access.db(), user).await?;
    let remembered = is_remembered(cx, access.db(), user, &asked, cookies.device).await?;
    match factors::after(Shown::Password, asked.held, remembered) {
        Next::SecondFactor(factors) => {
            Ok(SignedIn::SecondFactor { token: waiting::wait(cx, user, None).await?, factors })
        }
        Next::Session { must_enrol } => {
            let skipped = remembered && !asked.held.asked().is_empty();
            let method = if skipped { Method::PasswordOnRememberedDevice } else { Method::Password };
            let entry = Entry::new(method, must_enrol, cookies);
            let seated =
                cx.public_change(Purpose::SignIn, async |change: &Change| seat(change, user, entry, vec![]).await);
            seated.await.map(SignedIn::Session)
        }
    }
}

pub(super) async fn after_passkey(
    cx: &Context,
    user: &user::Model,
    proven: &Proven,
    cookies: Cookies,
) -> Result<SignedIn> {
    let asked = ask(cx, cx.public_read(Purpose::SignIn).db(), user).await?;
    match factors::after(Shown::Passkey, asked.held, false) {
        Next::SecondFactor(factors) => {
            Ok(SignedIn::SecondFactor { token: waiting::wait(cx, user, Some(proven)).await?, factors })
        }
        Next::Session { must_enrol } => {
            let entry = Entry::new(Method::Passkey, must_enrol, cookies);
            let seated = cx.public_change(Purpose::SignIn, async |change: &Change| {
                proven.write(change).await.map_err(|_| Failure::from(Error::NotRecognised))?;
                seat(change, user, entry, vec![]).await
            });
            seated.await.map(SignedIn::Session)
        }
    }
}

async fn is_remembered(
    cx: &Context,
    db: &impl ConnectionTrait,
    user: &user::Model,
    asked: &Asked,
    device: Device,
) -> Result<bool> {
    let Some(token_hash) = device.brought().filter(|_| asked.policy.remember_days > 0) else { return Ok(false) };
    let row = device::Entity::find_by_id((token_hash.to_vec(), user.id)).one(db).await?;
    Ok(row.is_some_and(|row| asked.remembers(&row, cx.now())))
}

/// How somebody comes in.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub method: Method,
    /// A second factor has to be set up before anything else.
    pub must_enrol: bool,
    pub cookies: Cookies,
    /// From now on this browser is not asked for a second factor.
    pub remember: Option<Remembered>,
}

impl Entry {
    pub fn new(method: Method, must_enrol: bool, cookies: Cookies) -> Self {
        Self { method, must_enrol, cookies, remember: None }
    }
}

/// The only place where a sign-in ends well: the session, the browser that is known from now
/// on and the events are written together or not at all.
pub(super) async fn seat(change: &Change, user: &user::Model, entry: Entry, more: Vec<Event>) -> Result<Done<Seat>> {
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
    let over_limit = open(change, &seat, entry).await?;
    let mut events = vec![Event::SignedIn { user: named(user), method }];
    events.extend(over_limit.map(|(count, most)| Event::SessionsOverLimit { user: named(user), count, most }));
    events.extend(more);
    Ok(done_all(seat, events))
}

/// Writes a session and remembers that its person signed in on this browser. Says how many of
/// their oldest ended with it, and how many they may have, where it was one too many.
pub(crate) async fn open(change: &Change, seat: &Seat, entry: Entry) -> Result<Option<(u32, u32)>> {
    let Entry { cookies, remember, .. } = entry;
    let token_hash = cookies.device.renew(change).await?.to_vec();
    let known = device::Entity::find_by_id((token_hash.clone(), seat.user.0)).one(change.db()).await?;
    let browser = known.and_then(|known| known.browser_id).unwrap_or_else(|| random::id(change.now()));
    let ended = sessions::insert(change, cookies.session, browser, seat).await?;
    let row = device::ActiveModel {
        token_hash: Set(token_hash),
        browser_id: Set(Some(browser)),
        user_id: Set(seat.user.0),
        seen_at: Set(change.now()),
        remembered_until: Set(remember.map(|remember| remember.until)),
        remembered_at: Set(remember.map(|remember| remember.since)),
        remembered_by: Set(remember.map(|remember| remember.by.number())),
    };
    // A browser that is remembered stays so.
    let more = [device::Column::RememberedUntil, device::Column::RememberedAt, device::Column::RememberedBy];
    let updated = [device::Column::SeenAt, device::Column::BrowserId]
        .into_iter()
        .chain(more.into_iter().filter(|_| remember.is_some()));
    device::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([device::Column::TokenHash, device::Column::UserId]).update_columns(updated).to_owned(),
        )
        .exec_without_returning(change.db())
        .await?;
    Ok((ended > 0).then(|| (ended, change.context().installation().limits().per_person)))
}
