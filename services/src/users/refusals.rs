//! What the rules forbid the viewer, said beside each user: a courtesy of the screen, from
//! the same rules that decide.

use domain::{
    Actor, PermissionSet,
    groups::GroupTag,
    guard::Target,
    users::{Refusals, UserId},
};

/// `first` is the protected first administrator.
pub(crate) fn of(actor: &Actor, id: UserId, name: &str, groups: &[GroupTag], first: Option<UserId>) -> Refusals {
    let target = Target {
        id,
        name: name.to_owned(),
        permissions: groups.iter().fold(PermissionSet::NONE, |all, group| all.and(group.permissions)),
        first_administrator: first == Some(id),
    };
    Refusals::of(actor, &target)
}
