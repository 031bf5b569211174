//! Other people's factors, for whoever looks after users. Nobody learns one that lasts (T12).

use domain::{
    Error, Permission,
    audit::Event,
    factors::{FactorList, PasskeyId},
    guard::{self, Refusal},
    users::{Ended, UserId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{Browsers, list, own::forget_devices, recount};
use crate::{
    Context, Result,
    auth::{
        entity::{app, passkey, recovery},
        gate, throttle,
    },
    context::{Done, StandingChange, done, unchanged},
    sessions,
    users::{entity as user, target::Subject},
};

/// What proves a user.
///
/// # Errors
/// `NotFound`; those of the gate.
pub async fn list_of(cx: &Context, id: UserId) -> Result<FactorList> {
    let access = cx.read(Permission::ViewUsers).await?;
    let row = user::Entity::find_by_id(id.0).one(access.db()).await?.ok_or(Error::NotFound)?;
    list::of(cx, access.db(), &row).await
}

/// Makes a change to somebody else's factors, under its rules.
async fn change_factors<T>(
    cx: &Context,
    id: UserId,
    body: impl AsyncFnOnce(&StandingChange, Subject) -> Result<Done<T>>,
) -> Result<T> {
    cx.change_user(Permission::ResetCredentials, guard::may_reset_factors, id, body).await
}

/// Takes a user's second factors away: app, recovery codes, remembered browsers, and their
/// passkeys with `passkeys`. Their sessions end; what is left lets them sign in.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn reset(cx: &Context, id: UserId, passkeys: bool) -> Result<Ended> {
    change_factors(cx, id, async |change: &StandingChange, user: Subject| {
        app::Entity::delete_by_id(id.0).exec(change.db()).await?;
        recovery::Entity::delete_many().filter(recovery::Column::UserId.eq(id.0)).exec(change.db()).await?;
        let gone = if passkeys {
            passkey::Entity::delete_many()
                .filter(passkey::Column::UserId.eq(id.0))
                .exec(change.db())
                .await?
                .rows_affected
        } else {
            0
        };
        if !recount(change, id, Browsers::AskedAgain).await?.can_sign_in() {
            return Err(Refusal::LastWayIn.into());
        }
        let sessions = sessions::end_all(change, id).await?;
        let event = Event::SecondFactorsReset { user: user.person(), passkeys: gone as u32, sessions_ended: sessions };
        Ok(done(Ended { sessions }, event))
    })
    .await
}

/// Takes one passkey of a user away. Their sessions end: whoever has it may be in one.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn remove_passkey_of(cx: &Context, id: UserId, which: PasskeyId) -> Result<Ended> {
    change_factors(cx, id, async |change: &StandingChange, user: Subject| {
        let row =
            passkey::Entity::find_by_id(which.0).filter(passkey::Column::UserId.eq(id.0)).one(change.db()).await?;
        let name = row.ok_or(Error::NotFound)?.name;
        passkey::Entity::delete_by_id(which.0).exec(change.db()).await?;
        if !recount(change, id, Browsers::AskedAgain).await?.can_sign_in() {
            return Err(Refusal::LastWayIn.into());
        }
        let sessions = sessions::end_all(change, id).await?;
        Ok(done(Ended { sessions }, Event::PasskeyRemoved { user: user.person(), name }))
    })
    .await
}

/// Asks a second factor of a user at their next sign-in, whatever the policy; or no longer.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn ask_second_factor(cx: &Context, id: UserId, required: bool) -> Result<()> {
    change_factors(cx, id, async |change: &StandingChange, user: Subject| {
        let row = user.row.clone();
        if (row.second_factor_required != 0) == required {
            return Ok(unchanged(()));
        }
        user::Entity::update_many()
            .col_expr(user::Column::SecondFactorRequired, Expr::value(i64::from(required)))
            .filter(user::Column::Id.eq(id.0))
            .exec(change.db())
            .await?;
        let row = user::Model { second_factor_required: i64::from(required), ..row };
        // A rule for everybody or their groups goes on to hold those who have not set one up.
        if !gate::ask(cx, change.db(), &row).await?.held.required {
            sessions::no_longer_required(change, id).await?;
        }
        Ok(done((), Event::SecondFactorAsked { user: user.person(), required }))
    })
    .await
}

/// Lets somebody try again at once who has to wait after wrong tries.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn release(cx: &Context, id: UserId) -> Result<()> {
    change_factors(cx, id, async |change: &StandingChange, user: Subject| {
        if !throttle::release(change, id.0).await? {
            return Ok(unchanged(()));
        }
        Ok(done((), Event::BrakesReleased { user: user.person() }))
    })
    .await
}

/// Asks every browser of a user for a second factor again; says how many those were.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn forget_devices_of(cx: &Context, id: UserId) -> Result<u32> {
    change_factors(cx, id, async |change: &StandingChange, user: Subject| {
        let count = forget_devices(change, id).await?;
        Ok(if count > 0 {
            done(count, Event::DevicesForgotten { user: user.person(), count })
        } else {
            unchanged(count)
        })
    })
    .await
}
