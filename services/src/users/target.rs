//! Somebody that an act is about, read within the change and as the rules look at them.

use domain::{Error, audit::Person, guard::Target, users::UserId};
use sea_orm::{EntityTrait, QuerySelect, sea_query::LockType};

use super::entity;
use crate::{Result, context::Change, groups, setup};

/// Within a change: the user's row, held until the change ends, and what the rules look at.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn find(change: &Change, id: UserId) -> Result<(entity::Model, Target)> {
    let row = entity::Entity::find_by_id(id.0).lock(LockType::Update).one(change.db()).await?;
    let row = row.ok_or(Error::NotFound)?;
    let groups = groups::of(change.db(), id).await?;
    let target = Target {
        id,
        name: row.display_name.clone(),
        permissions: groups::allowed(&groups),
        first_administrator: setup::first_administrator(change.db()).await? == Some(id),
    };
    Ok((row, target))
}

/// The target as events name them.
pub(crate) fn person(target: &Target) -> Person {
    Person { id: target.id, name: target.name.clone() }
}
