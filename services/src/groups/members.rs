//! Who is in a group: changed on a user's page and in the edit form, under the same rules.

use domain::{
    Permission,
    audit::Event,
    groups::GroupId,
    guard::{self, Refusal, Target},
    users::UserId,
};

use super::{add, entity::group, grantable, of, remove};
use crate::{
    Context, Result,
    context::Change,
    users::{remaining, target},
};

/// Makes these the groups that a user is in.
///
/// # Errors
/// A field error for an unknown group; `NotFound`, `Refused`; those of the gate.
pub async fn assign(cx: &Context, user: UserId, groups: &[GroupId]) -> Result<()> {
    let change = cx.change_standing(Permission::AssignGroups).await?;
    let assigned = async {
        let (row, target) = target::find(&change, user).await?;
        if row.deleted_at.is_some() {
            return Err(Refusal::InBin { name: row.display_name }.into());
        }
        let Some(event) = change_members(&change, &target, groups).await? else { return Ok(()) };
        remaining::administrator(&change).await?;
        change.commit(event).await
    };
    let assigned = assigned.await;
    cx.recording(assigned).await
}

/// Within a change: brings a user's groups to what is wanted, or says that nothing differs.
/// The caller asks whether an administrator remains.
pub(crate) async fn change_members(change: &Change, target: &Target, wanted: &[GroupId]) -> Result<Option<Event>> {
    let before = of(change.db(), target.id).await?;
    let added: Vec<GroupId> =
        wanted.iter().copied().filter(|id| !before.iter().any(|group| group.id == id.0)).collect();
    let removed: Vec<&group::Model> = before.iter().filter(|group| !wanted.contains(&GroupId(group.id))).collect();
    if added.is_empty() && removed.is_empty() {
        return Ok(None);
    }
    change.also(Permission::AssignGroups)?;
    change.guard(|actor| guard::may_change_standing(actor, target))?;
    let added = grantable(change, &added).await?;
    add(change, target.id, &added).await?;
    let gone: Vec<_> = removed.iter().map(|group| group.id).collect();
    remove(change, target.id, &gone).await?;
    crate::users::touch(change, target.id).await?;
    Ok(Some(Event::GroupsChanged {
        user: target::person(target),
        added: added.into_iter().map(|group| group.name).collect(),
        removed: removed.into_iter().map(|group| group.name.clone()).collect(),
    }))
}
