//! The protection of the first administrator: only they hand it over, to another administrator.

use domain::{
    Problem,
    audit::{Event, Person},
    guard::Refusal,
    users::{UserId, Username},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::entity;
use crate::{
    Context, Failure, Result,
    context::{OwnAct, StandingChange, done, person},
    groups, setup,
};

/// Gives the actor's protection to the administrator with this username.
///
/// # Errors
/// A field error for an unknown username; `Refused`; those of the gate, and `ProofNeeded`.
pub async fn hand_over_protection(cx: &Context, username: &str) -> Result<()> {
    cx.own_change_proven(OwnAct::HandOverProtection, async |change: &StandingChange| {
        let actor = change.actor()?.clone();
        if setup::first_administrator(change.db()).await? != Some(actor.id) {
            return Err(Refusal::NotYoursToHandOver.into());
        }
        let unknown = || Failure::field("username", Problem::UnknownUser);
        let username = Username::parse(username).map_err(|_| unknown())?;
        let found = entity::Entity::find().filter(entity::Column::UsernameKey.eq(username.key()));
        let row = found.one(change.db()).await?.ok_or_else(unknown)?;
        let to = UserId(row.id);
        let administrator = groups::of(change.db(), to).await?.iter().any(groups::is_administrators);
        // Nobody could extend the account of somebody protected once it has ended.
        let stays = row.status(change.now()).may_sign_in() && row.expires_at.is_none();
        if to == actor.id || !administrator || !stays {
            return Err(Refusal::NotAnAdministrator { name: row.display_name }.into());
        }
        setup::set_first_administrator(change, to).await?;
        let to = Person { id: to, name: row.display_name };
        Ok(done((), Event::ProtectionHandedOver { from: person(&actor), to }))
    })
    .await
}
