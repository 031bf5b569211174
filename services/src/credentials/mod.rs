//! What people prove themselves with: passwords, passkeys, authenticator apps, recovery codes and remembered
//! browsers. Their own acts and an administrator's stand side by side, and each table is private to its module.

use domain::{
    Error, Obligation, Permission,
    audit::Event,
    factors::Factors,
    guard::{self, Refusal},
    users::UserId,
};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};

use crate::{
    Context, Result,
    context::{Change, Done, OwnAct, StandingChange, person},
    sessions,
    users::{
        entity as user,
        target::{self, Subject},
    },
};

pub(crate) mod devices;
mod hashing;
mod list;
pub(crate) mod passkey;
pub(crate) mod password;
pub(crate) mod recovery_codes;
mod second_factor;
pub(crate) mod totp;
mod void;

pub use devices::{Device, forget_devices_for_user, forget_own_devices};
pub use hashing::{Counts, Hasher, Held, Place, Unverifiable, hashing_parameters, unverifiable_passwords};
pub use list::{list_for_user, list_own};
pub use passkey::{
    RelyingParty, add_passkey, begin_passkey, kept_passkeys, remove_passkey, remove_passkey_for_user, rename_passkey,
    unknown_passkey,
};
pub use password::{
    Breaches, PasswordRules, change_password, min_password_length, normal_form, password_strength, remove_password,
    reset_password,
};
pub(crate) use password::{Turns, judge};
pub use recovery_codes::make_recovery_codes;
pub(crate) use second_factor::SecondFactorRequirement;
pub use second_factor::{require_second_factor, reset_second_factors};
pub use totp::{add_totp, begin_totp, continue_totp, remove_totp};
pub use void::{Holder, holders, void};

/// What a change to a user's factors is to the browsers that are not asked for a second one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Browsers {
    /// Something was added beside what there was: they stay.
    Stay,
    /// What they were remembered for was replaced or taken away: each is asked again.
    AskedAgain,
}

/// Within a change: notes on the user's row which factors there are now.
pub(crate) async fn refresh_factor_flags(change: &StandingChange, id: UserId, browsers: Browsers) -> Result<Factors> {
    let text = "UPDATE users SET \
        factors = (SELECT count(*) FROM passwords WHERE user_id = users.id) \
            + 2 * (CASE WHEN EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id) THEN 1 ELSE 0 END) \
            + 4 * (SELECT count(*) FROM authenticator_apps WHERE user_id = users.id), \
        has_credential = (CASE WHEN EXISTS (SELECT 1 FROM passwords WHERE user_id = users.id) \
            OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id) THEN 1 ELSE 0 END) \
        WHERE id = $1";
    let db = change.db();
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), text, [id.0.into()])).await?;
    // After the user's row is held, in the order in which a sign-in takes them.
    if browsers == Browsers::AskedAgain {
        devices::forget(change, id).await?;
    }
    let row = user::Entity::find_by_id(id.0).one(db).await?.ok_or(Error::NotFound)?;
    Ok(Factors::of(row.factors))
}

/// Within a change to one's own factors, by `before` as they were: what was added counts. Where it
/// is the first that protects its owner, only the session that acts goes on, and an owner
/// who had to add it is free in that one. The event says how many others ended.
async fn added(change: &StandingChange, before: &user::Model, browsers: Browsers) -> Result<Option<Event>> {
    let factors = refresh_factor_flags(change, UserId(before.id), browsers).await?;
    let row = user::Model { factors: factors.number(), ..before.clone() };
    let held = SecondFactorRequirement::of(change.context(), change.db(), &row).await?.held;
    let owed = change.actor()?.obligation == Some(Obligation::SecondFactor);
    let enrolled = owed && !held.must_enrol();
    if !enrolled && !domain::factors::enrols(Factors::of(before.factors), factors, held.allowed) {
        return Ok(None);
    }
    let count = sessions::keep_acting(change, enrolled).await?;
    let event = own_event(change, |user| Event::SessionsEnded { user, count })?;
    Ok((count > 0).then_some(event))
}

/// The factors of a person that can be shown at this address.
pub(crate) async fn usable_factors(cx: &Context, db: &impl ConnectionTrait, row: &user::Model) -> Result<Factors> {
    let factors = Factors::of(row.factors);
    let stranded = factors.has(Factors::PASSKEY) && !passkey::any_usable(cx, db, row.id).await?;
    Ok(if stranded { factors.without(Factors::PASSKEY) } else { factors })
}

/// Within a change to one's own factors, after something was taken away: what is left and
/// works here lets its owner sign in, and is what is required of them.
async fn ensure_can_sign_in(change: &StandingChange, id: UserId) -> Result<()> {
    refresh_factor_flags(change, id, Browsers::AskedAgain).await?;
    let mut row = user::Entity::find_by_id(id.0).one(change.db()).await?.ok_or(Error::SignedOut)?;
    let left = usable_factors(change.context(), change.db(), &row).await?;
    if !left.can_sign_in() {
        return Err(Refusal::LastWayIn.into());
    }
    row.factors = left.number();
    let requirement = SecondFactorRequirement::of(change.context(), change.db(), &row).await?;
    if requirement.held.must_enrol() {
        return Err(Refusal::OnlySecondFactor.into());
    }
    Ok(())
}

/// Makes a change to one's own factors, with their owner's row held until its end.
async fn own_change<T>(
    cx: &Context,
    act: OwnAct,
    body: impl AsyncFnOnce(&StandingChange, user::Model) -> Result<Done<T>>,
) -> Result<T> {
    cx.own_change_of_factors(act, async |change: &StandingChange| {
        let row = target::own_row(change).await?;
        body(change, row).await
    })
    .await
}

/// Makes a change to another user's credentials, under its rules.
async fn change_for_user<T>(
    cx: &Context,
    id: UserId,
    body: impl AsyncFnOnce(&StandingChange, Subject) -> Result<Done<T>>,
) -> Result<T> {
    cx.change_user(Permission::ResetCredentials, guard::may_reset_factors, id, body).await
}

/// An event about the one who acts.
fn own_event(change: &Change, event: impl FnOnce(domain::audit::Person) -> Event) -> Result<Event> {
    Ok(event(person(change.actor()?)))
}
