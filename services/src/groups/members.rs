//! Who is in a group: changed on a user's page and in the edit form, under the same rules.

use domain::{
    Permission,
    audit::Event,
    groups::GroupId,
    guard::{self, Target},
    users::UserId,
};

use super::{add, entity::group, grantable, of, remove};
use crate::{
    Context, Result,
    context::{StandingChange, done, unchanged},
    users::target::{self, NO_RULE, Subject},
};

/// Puts a user into groups and takes them out of others. Callers say what is to differ, not what there is
/// afterwards: whoever looks at an older page then gives nothing back that was taken away meanwhile. A group
/// that the user is in already, or is not in, is no change; of one on both sides they are out afterwards. Says
/// whether anything was changed.
///
/// # Errors
/// A field error for an unknown group to be put into; `NotFound`, `Refused`; those of the gate.
pub async fn assign(cx: &Context, user: UserId, into: &[GroupId], out_of: &[GroupId]) -> Result<bool> {
    cx.change_user(Permission::AssignGroups, NO_RULE, user, async |change: &StandingChange, user: Subject| {
        let before = of(change.db(), user.id()).await?;
        Ok(match move_between(change, &user.target, &before, into, out_of).await? {
            Some(event) => done(true, event),
            None => unchanged(false),
        })
    })
    .await
}

/// Within a change: brings a user's groups to what is wanted, or says that nothing differs. Only for a form
/// whose version was looked at: nothing is taken away unseen.
pub(crate) async fn change_members(
    change: &StandingChange,
    target: &Target,
    wanted: &[GroupId],
) -> Result<Option<Event>> {
    let before = of(change.db(), target.id).await?;
    let out_of: Vec<_> = before.iter().map(|group| GroupId(group.id)).filter(|id| !wanted.contains(id)).collect();
    move_between(change, target, &before, wanted, &out_of).await
}

async fn move_between(
    change: &StandingChange,
    target: &Target,
    before: &[group::Model],
    into: &[GroupId],
    out_of: &[GroupId],
) -> Result<Option<Event>> {
    let is_in = |id: &GroupId| before.iter().any(|group| group.id == id.0);
    let added: Vec<_> = into.iter().copied().filter(|id| !is_in(id) && !out_of.contains(id)).collect();
    let removed: Vec<_> = before.iter().filter(|group| out_of.contains(&GroupId(group.id))).collect();
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
