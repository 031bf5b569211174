//! Everything that proves a person, on one page.

use domain::{
    Error,
    factors::{FactorList, Factors, PasskeyId, PasskeyRow},
    users::UserId,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::providers;
use crate::{
    Context, Result,
    auth::{
        entity::{app, device, passkey as rows, password},
        gate, passkey, recovery, throttle,
    },
    context::OwnAct,
    users::entity as user,
};

/// One's own factors.
///
/// # Errors
/// Those of the gate.
pub async fn list_own(cx: &Context) -> Result<FactorList> {
    let own = cx.own_account_for(OwnAct::AddFactor)?;
    let row = user::Entity::find_by_id(own.id().0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    of(cx, own.db(), &row).await
}

pub(super) async fn of(cx: &Context, db: &impl ConnectionTrait, row: &user::Model) -> Result<FactorList> {
    let id = UserId(row.id);
    let password = password::Entity::find_by_id(row.id).one(db).await?;
    let app = app::Entity::find_by_id(row.id).one(db).await?;
    let (recovery_left, recovery_of) = recovery::counted(db, id).await?;
    let remembered = device::Entity::find()
        .filter(device::Column::UserId.eq(row.id))
        .filter(device::Column::RememberedUntil.gt(cx.now()))
        .all(db)
        .await?;
    let asked = gate::ask(cx, db, row).await?;
    let remembered = remembered.iter().filter(|device| asked.remembers(device, cx.now())).count();
    Ok(FactorList {
        factors: Factors::of(row.factors),
        password_changed_at: password.as_ref().map(|password| password.changed_at),
        must_change_password: password.is_some_and(|password| password.must_change_at.is_some()),
        app_since: app.as_ref().map(|app| app.created_at),
        app_used_at: app.and_then(|app| app.last_used_at),
        passkeys: passkey::of(db, row.id).await?.into_iter().map(|row| shown(cx, row)).collect(),
        recovery_left,
        recovery_of,
        remembered: remembered as u32,
        required: asked.held.required,
        required_of_them: row.second_factor_required != 0,
        allowed: asked.held.allowed,
        locked_for: throttle::held_up(cx, db, &[row.id]).await?.remove(&row.id),
    })
}

fn shown(cx: &Context, row: rows::Model) -> PasskeyRow {
    PasskeyRow {
        works: passkey::works(cx, &row),
        id: PasskeyId(row.id),
        provider: providers::name(row.aaguid).map(ToOwned::to_owned),
        name: row.name,
        synced: row.synced != 0,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        suspect_at: row.suspect_at,
    }
}
