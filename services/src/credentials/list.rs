//! Everything that proves a person, on one page.

use domain::{
    Error, Permission,
    factors::{FactorList, Factors},
    users::UserId,
};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::{SecondFactorRequirement, devices, passkey, password, recovery_codes, totp};
use crate::{Context, Result, context::OwnAct, throttle, users::entity as user};

/// One's own factors.
///
/// # Errors
/// Those of the gate.
pub async fn list_own(cx: &Context) -> Result<FactorList> {
    let own = cx.own_account_for(OwnAct::AddFactor)?;
    let row = user::Entity::find_by_id(own.id().0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    find(cx, own.db(), &row).await
}

/// What proves a user.
///
/// # Errors
/// `NotFound`; those of the gate.
pub async fn list_for_user(cx: &Context, id: UserId) -> Result<FactorList> {
    let access = cx.read(Permission::ViewUsers).await?;
    let row = user::Entity::find_by_id(id.0).one(access.db()).await?.ok_or(Error::NotFound)?;
    find(cx, access.db(), &row).await
}

async fn find(cx: &Context, db: &impl ConnectionTrait, row: &user::Model) -> Result<FactorList> {
    let id = UserId(row.id);
    let password = password::find(db, id).await?;
    let app = totp::find(db, id).await?;
    let (recovery_left, recovery_of) = recovery_codes::counted(db, id).await?;
    let remembered = devices::list_remembered(db, id, cx.now()).await?;
    let requirement = SecondFactorRequirement::of(cx, db, row).await?;
    let remembered = remembered.into_iter().filter(|browser| requirement.is_waived_by(*browser, cx.now())).count();
    Ok(FactorList {
        factors: Factors::of(row.factors),
        password_changed_at: password.as_ref().map(|password| password.changed_at),
        must_change_password: password.is_some_and(|password| password.must_change),
        app_since: app.as_ref().map(|app| app.created_at),
        app_used_at: app.and_then(|app| app.last_used_at),
        passkeys: passkey::list_rows(cx, db, id).await?,
        recovery_left,
        recovery_of,
        remembered: remembered as u32,
        required: requirement.held.required,
        required_of_them: row.second_factor_required != 0,
        allowed: requirement.held.allowed,
        locked_for: throttle::locked_until(cx, db, &[row.id]).await?.remove(&row.id),
    })
}
