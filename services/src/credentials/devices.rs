//! One's own recovery codes, remembered browsers, and going without a password.

use domain::{audit::Event, factors::Factors, guard::Refusal, users::UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{enough_left, own_change, own_event};
use crate::{
    Context, Result,
    auth::{
        entity::{device, password},
        recovery,
    },
    context::{Change, OwnAct, StandingChange, done, unchanged},
    users::entity as user,
};

/// Makes new recovery codes; the old ones are dead.
///
/// # Errors
/// Those of the gate.
pub async fn make_recovery_codes(cx: &Context) -> Result<Vec<String>> {
    own_change(cx, OwnAct::MakeRecoveryCodes, async |change: &StandingChange, user: user::Model| {
        let codes = recovery::make(change, UserId(user.id)).await?;
        // Whoever makes new ones may have lost what they were remembered with.
        forget_devices(change, UserId(user.id)).await?;
        let event = own_event(change, |user| Event::RecoveryCodesMade { user })?;
        Ok(done(codes, event))
    })
    .await
}

/// Asks every browser of one's own for a second factor again; says how many those were.
///
/// # Errors
/// Those of the gate.
pub async fn forget_own_devices(cx: &Context) -> Result<u32> {
    cx.own_change(OwnAct::ForgetDevices, async |change: &Change| {
        let count = forget_devices(change, change.actor()?.id).await?;
        if count == 0 {
            return Ok(unchanged(0));
        }
        Ok(done(count, own_event(change, |user| Event::DevicesForgotten { user, count })?))
    })
    .await
}

/// Within a change: no browser of this person is remembered any more.
pub(crate) async fn forget_devices(change: &Change, user: UserId) -> Result<u32> {
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

/// Takes one's own password away: from then on, passkeys are the way in.
///
/// # Errors
/// `Refused` without a passkey; those of the gate.
pub async fn remove_password(cx: &Context) -> Result<()> {
    own_change(cx, OwnAct::RemoveFactor, async |change: &StandingChange, user: user::Model| {
        if !Factors::of(user.factors).has(Factors::PASSKEY) {
            return Err(Refusal::LastWayIn.into());
        }
        let gone = password::Entity::delete_by_id(user.id).exec(change.db()).await?;
        if gone.rows_affected == 0 {
            return Ok(unchanged(()));
        }
        enough_left(change, UserId(user.id)).await?;
        let event = own_event(change, |user| Event::PasswordRemoved { user })?;
        Ok(done((), event))
    })
    .await
}
