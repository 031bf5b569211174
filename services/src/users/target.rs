//! A user that a change is about, read within the change and as the rules look at them.

use domain::{
    Actor, Error, Permission,
    audit::Person,
    guard::{Refusal, Target},
    users::UserId,
};
use sea_orm::{EntityTrait, QuerySelect, sea_query::LockType};

use super::entity;
use crate::{
    Context, Result,
    context::{Change, Done, StandingChange},
    groups, setup,
};

/// A user that a change is about.
pub(crate) struct Subject {
    /// Held until the change ends.
    pub row: entity::Model,
    /// What the rules look at.
    pub target: Target,
}

impl Subject {
    pub fn id(&self) -> UserId {
        self.target.id
    }

    /// As events name them.
    pub fn person(&self) -> Person {
        person(&self.target)
    }

    fn not_in_bin(&self) -> Result<()> {
        match self.row.deleted_at {
            Some(_) => Err(Refusal::InBin { name: self.row.display_name.clone() }.into()),
            None => Ok(()),
        }
    }
}

/// What the actor has to be allowed about a user, whatever it is that is done to them.
pub(crate) type Rule = fn(&Actor, &Target) -> Result<(), Refusal>;

/// For what asks its rules by itself, since they depend on what differs.
pub(crate) const NO_RULE: Rule = |_, _| Ok(());

impl Context {
    /// Makes a change to a user who is not in the bin and whom the rule lets the actor change.
    ///
    /// # Errors
    /// Those of [`Self::change_standing`]; `NotFound`, `InBin`, those of the rule.
    pub(crate) async fn change_user<T>(
        &self,
        permission: Permission,
        rule: Rule,
        id: UserId,
        body: impl AsyncFnOnce(&StandingChange, Subject) -> Result<Done<T>>,
    ) -> Result<T> {
        self.change_user_in_bin_too(permission, rule, id, async |change: &StandingChange, user: Subject| {
            user.not_in_bin()?;
            body(change, user).await
        })
        .await
    }

    /// As [`Self::change_user`], also where they are in the bin.
    pub(crate) async fn change_user_in_bin_too<T>(
        &self,
        permission: Permission,
        rule: Rule,
        id: UserId,
        body: impl AsyncFnOnce(&StandingChange, Subject) -> Result<Done<T>>,
    ) -> Result<T> {
        self.change_standing(permission, async |change: &StandingChange| {
            let user = find(change, id).await?;
            change.guard(|actor| rule(actor, &user.target))?;
            body(change, user).await
        })
        .await
    }
}

/// Within a change: a user, whose row is held until the change ends.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn find(change: &Change, id: UserId) -> Result<Subject> {
    let row = entity::Entity::find_by_id(id.0).lock(LockType::Update).one(change.db()).await?;
    let row = row.ok_or(Error::NotFound)?;
    let groups = groups::of(change.db(), id).await?;
    let target = Target {
        id,
        name: row.display_name.clone(),
        permissions: groups::allowed(&groups),
        first_administrator: setup::first_administrator(change.db()).await? == Some(id),
    };
    Ok(Subject { row, target })
}

/// Within a change: the row of the one who acts, held until the change ends.
///
/// # Errors
/// `SignedOut`.
pub(crate) async fn own_row(change: &Change) -> Result<entity::Model> {
    let id = change.actor()?.id;
    let row = entity::Entity::find_by_id(id.0).lock(LockType::Update).one(change.db()).await?;
    row.ok_or_else(|| Error::SignedOut.into())
}

/// The target as events name them.
pub(crate) fn person(target: &Target) -> Person {
    Person { id: target.id, name: target.name.clone() }
}
