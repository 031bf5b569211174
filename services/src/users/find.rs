//! One user's page: what is known of them.

use domain::{
    Error, Permission,
    factors::Factors,
    fields::ShownValue,
    users::{User, UserId},
};
use sea_orm::EntityTrait;

use super::{entity, refusals};
use crate::{Context, Result, credentials::password, fields, groups, sessions, settings, setup, throttle};

/// One user's page.
///
/// # Errors
/// `NotFound`; those of the gate.
pub async fn find(cx: &Context, id: UserId) -> Result<User> {
    let access = cx.read(Permission::ViewUsers).await?;
    let row = entity::Entity::find_by_id(id.0).one(access.db()).await?.ok_or(Error::NotFound)?;
    let password = password::find(access.db(), id).await?;
    let creator = match row.created_by {
        Some(creator) => entity::Entity::find_by_id(creator).one(access.db()).await?,
        None => None,
    };
    let now = cx.now();
    let sessions = sessions::count_live(cx, access.db(), &row).await?;
    let groups = groups::tags_of(access.db(), &[id.0]).await?.remove(&id.0).unwrap_or_default();
    let first = setup::first_administrator(access.db()).await?;
    let refusals =
        cx.actor().map(|actor| refusals::of(actor, id, &row.display_name, &groups, first)).unwrap_or_default();
    let mut values = fields::of(access.db(), id).await?;
    let fields = fields::shown(access.db()).await?;
    let erase_at = match row.deleted_at {
        Some(at) => Some(settings::current(access.db()).await?.erase_at(at)),
        None => None,
    };
    Ok(User {
        id,
        version: row.version,
        disabled_at: row.disabled_at,
        deleted_at: row.deleted_at,
        erase_at,
        fields: fields
            .into_iter()
            .map(|field| ShownValue { value: values.remove(&field.id), field: field.id, name: field.name })
            .collect(),
        first_administrator: first == Some(id),
        refusals,
        factors: Factors::of(row.factors),
        locked_for: throttle::locked_until(cx, access.db(), &[id.0]).await?.remove(&id.0),
        status: row.status(now),
        must_change_password: password.is_some_and(|password| password.must_change),
        groups,
        sessions,
        username: row.username,
        display_name: row.display_name,
        email_verified: row.email_verified_at.is_some(),
        email: row.email,
        last_sign_in_at: row.last_sign_in_at,
        created_at: row.created_at,
        created_by: creator.map(|creator| creator.display_name),
        expires_at: row.expires_at,
    })
}
