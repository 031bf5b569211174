//! The browsers in which a user has signed in, and those that are not asked for a second factor.

use domain::{DAY, Millis, audit::Event, factors::Remembered, users::UserId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, Func, OnConflict},
};
use uuid::Uuid;

use self::entity as device;
use super::{change_for_user, own_event};
use crate::{
    Context, Result,
    context::{Change, OwnAct, Purpose, StandingChange, done, unchanged},
    random,
    users::target::Subject,
};

mod entity {
    use domain::factors::{Factors, Remembered};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "known_devices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub seen_at: i64,
        /// Until then this browser is not asked for a second factor, as was said then.
        pub remembered_until: Option<i64>,
        pub remembered_at: Option<i64>,
        /// The kind of factor that was given then, by its number.
        pub remembered_by: Option<i64>,
        /// The same through all values of its cookie.
        pub browser_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub fn remembered(&self) -> Option<Remembered> {
            let (since, until) = self.remembered_at.zip(self.remembered_until)?;
            Some(Remembered { since, until, by: Factors::of(self.remembered_by.unwrap_or_default()) })
        }
    }
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

    /// Within a change: what was granted in this browser, also to others, goes over to its new value,
    /// and the old one opens nothing any more. To each of them it stays the same browser: wrong guesses
    /// go on to count against it whoever signs in there in between (T7).
    pub(crate) async fn renew(self, change: &Change) -> Result<[u8; 32]> {
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
fn unnamed_browser(token_hash: &[u8; 32]) -> Uuid {
    let mut name = [0; 16];
    name.copy_from_slice(&token_hash[..16]);
    Uuid::from_bytes(name)
}

/// The browser, if this person signed in there before: by what it stays through all values of its
/// cookie, since anybody who signs in there gets it a new one.
pub(crate) async fn known_browser(cx: &Context, user: Uuid, device: Device) -> Result<Option<Uuid>> {
    let Some(token_hash) = device.brought else { return Ok(None) };
    let access = cx.public_read(Purpose::SignIn);
    let known = device::Entity::find_by_id((token_hash.to_vec(), user)).one(access.db()).await?;
    Ok(known.map(|known| known.browser_id.unwrap_or_else(|| unnamed_browser(&token_hash))))
}

/// What this browser is remembered for by this user.
pub(crate) async fn find_remembered(
    db: &impl ConnectionTrait,
    user: UserId,
    device: Device,
) -> Result<Option<Remembered>> {
    let Some(token_hash) = device.brought else { return Ok(None) };
    let row = device::Entity::find_by_id((token_hash.to_vec(), user.0)).one(db).await?;
    Ok(row.and_then(|row| row.remembered()))
}

/// What the browsers of a user are remembered for whose time is not over.
pub(super) async fn list_remembered(db: &impl ConnectionTrait, user: UserId, now: Millis) -> Result<Vec<Remembered>> {
    let rows = device::Entity::find()
        .filter(device::Column::UserId.eq(user.0))
        .filter(device::Column::RememberedUntil.gt(now))
        .all(db)
        .await?;
    Ok(rows.iter().filter_map(device::Model::remembered).collect())
}

/// Within a change: the name of the browser with this cookie, as this user knows it; a new one where it does not.
pub(crate) async fn name_browser(change: &Change, token_hash: [u8; 32], user: UserId) -> Result<Uuid> {
    let known = device::Entity::find_by_id((token_hash.to_vec(), user.0)).one(change.db()).await?;
    Ok(known.and_then(|known| known.browser_id).unwrap_or_else(|| random::id(change.now())))
}

/// Within a change: notes that a user signed in on this browser, and with `remember` that it is not asked for a
/// second factor again.
pub(crate) async fn note(
    change: &Change,
    token_hash: [u8; 32],
    browser: Uuid,
    user: UserId,
    remember: Option<Remembered>,
) -> Result<()> {
    let row = device::ActiveModel {
        token_hash: Set(token_hash.to_vec()),
        browser_id: Set(Some(browser)),
        user_id: Set(user.0),
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
    Ok(())
}

/// Asks every browser of one's own for a second factor again; says how many those were.
///
/// # Errors
/// Those of the gate.
pub async fn forget_own_devices(cx: &Context) -> Result<u32> {
    cx.own_change(OwnAct::ForgetDevices, async |change: &Change| {
        let count = forget(change, change.actor()?.id).await?;
        if count == 0 {
            return Ok(unchanged(0));
        }
        Ok(done(count, own_event(change, |user| Event::DevicesForgotten { user, count })?))
    })
    .await
}

/// Asks every browser of a user for a second factor again; says how many those were.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn forget_devices_for_user(cx: &Context, id: UserId) -> Result<u32> {
    change_for_user(cx, id, async |change: &StandingChange, user: Subject| {
        let count = forget(change, id).await?;
        Ok(if count > 0 {
            done(count, Event::DevicesForgotten { user: user.person(), count })
        } else {
            unchanged(count)
        })
    })
    .await
}

/// Within a change: no browser of this person is remembered any more.
pub(crate) async fn forget(change: &Change, user: UserId) -> Result<u32> {
    let forgotten = device::Entity::update_many()
        .col_expr(device::Column::RememberedUntil, Expr::value(Option::<i64>::None))
        .col_expr(device::Column::RememberedAt, Expr::value(Option::<i64>::None))
        .col_expr(device::Column::RememberedBy, Expr::value(Option::<i64>::None))
        .filter(device::Column::UserId.eq(user.0))
        .filter(device::Column::RememberedUntil.gt(change.now()))
        .exec(change.db())
        .await?;
    Ok(forgotten.rows_affected as u32)
}

/// Removes devices that were not used for a year.
pub(crate) async fn cleanup(db: &impl ConnectionTrait, now: Millis) -> Result<()> {
    device::Entity::delete_many().filter(device::Column::SeenAt.lt(now - 365 * DAY)).exec(db).await?;
    Ok(())
}
