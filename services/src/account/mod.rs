//! One's own account: the profile, the viewer and the notices. Everything starts from who is signed in.

use domain::{
    Error, PermissionSet,
    audit::Event,
    sessions::IDLE_WARNING,
    users::{DisplayName, Profile, Viewer},
};
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::{
    Context, Failure, Result,
    context::{Change, OwnAct, done, person, unchanged},
    credentials::{password, usable_factors},
    fields, groups, setup,
    users::{entity as user, fold, search_key, target},
};

mod entity;
mod notices;

pub(crate) use notices::{forget_notices, note as note_notices};
pub use notices::{notices, see_notices};

/// What the console's frame shows of whoever is signed in.
///
/// # Errors
/// Those of the gate.
pub async fn viewer(cx: &Context) -> Result<Viewer> {
    let own = cx.own_account()?;
    let actor = own.actor().clone();
    let row = user::Entity::find_by_id(actor.id.0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    let idle = cx.installation().limits().idle;
    Ok(Viewer {
        id: actor.id,
        username: actor.username,
        display_name: actor.display_name,
        permissions: actor.permissions,
        administrator: actor.permissions == PermissionSet::all(),
        installation: cx.installation().name().to_owned(),
        // A short limit leaves little time to warn.
        idle_warning: IDLE_WARNING.min(idle / 4),
        session_left: idle,
        factors: usable_factors(cx, own.db(), &row).await?,
        notices: notices::unseen(&own, cx.now()).await?,
    })
}

/// One's own profile.
///
/// # Errors
/// Those of the gate.
pub async fn profile(cx: &Context) -> Result<Profile> {
    let own = cx.own_account()?;
    let row = user::Entity::find_by_id(own.id().0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    let password = password::find(own.db(), own.id()).await?;
    let mut groups = groups::tags_of(own.db(), &[row.id]).await?;
    Ok(Profile {
        id: own.id(),
        username: row.username,
        display_name: row.display_name,
        email: row.email,
        groups: groups.remove(&row.id).unwrap_or_default().into_iter().map(|g| g.name).collect(),
        created_at: row.created_at,
        password_changed_at: password.map(|password| password.changed_at),
        first_administrator: setup::first_administrator(own.db()).await? == Some(own.id()),
    })
}

/// Changes one's own display name.
///
/// # Errors
/// A field error; those of the gate.
pub async fn update_profile(cx: &Context, display_name: &str) -> Result<()> {
    let after = DisplayName::parse(display_name).map_err(|problem| Failure::field("display_name", problem))?;
    cx.own_change(OwnAct::UpdateProfile, async |change: &Change| {
        let actor = change.actor()?.clone();
        let row = target::own_row(change).await?;
        if row.display_name == after.as_str() {
            return Ok(unchanged(()));
        }
        let before = row.display_name.clone();
        user::Entity::update(user::ActiveModel {
            id: Set(row.id),
            display_name: Set(after.as_str().into()),
            display_name_key: Set(fold(after.as_str())),
            search_key: Set(search_key(
                &row.username,
                after.as_str(),
                row.email.as_deref(),
                fields::of(change.db(), actor.id).await?.values().map(String::as_str),
            )),
            updated_at: Set(change.now()),
            version: Set(row.version + 1),
            ..Default::default()
        })
        .exec(change.db())
        .await?;
        let after = after.as_str().to_owned();
        Ok(done((), Event::ProfileUpdated { user: person(&actor), before, after }))
    })
    .await
}
