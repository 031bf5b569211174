//! The protection of the first administrator: only they hand it over, to another administrator.

use domain::{
    audit::{Event, Person},
    guard::Refusal,
    users::UserId,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::entity;
use crate::{
    Context, Failure, Result,
    auth::sign_in::standing,
    context::{OwnAct, person},
    groups, setup,
};

/// Gives the actor's protection to the administrator with this username.
///
/// # Errors
/// A field error for an unknown username; `Refused`; those of the gate, and `ProofNeeded`.
pub async fn hand_over_protection(cx: &Context, username: &str) -> Result<()> {
    let change = cx.own_change_proven(OwnAct::HandOverProtection).await?;
    let actor = change.actor()?.clone();
    if setup::first_administrator(change.db()).await? != Some(actor.id) {
        return Err(Refusal::NotYoursToHandOver.into());
    }
    let key = username.trim().to_ascii_lowercase();
    let row = entity::Entity::find().filter(entity::Column::UsernameKey.eq(key)).one(change.db()).await?;
    let row = row.ok_or_else(|| Failure::field("username", domain::Problem::UnknownUser))?;
    let to = UserId(row.id);
    let administrator = groups::of(change.db(), to).await?.iter().any(groups::is_administrators);
    if to == actor.id || !administrator || !standing(&row, change.now()).may_sign_in() {
        return Err(Refusal::NotAnAdministrator { name: row.display_name }.into());
    }
    setup::set_first_administrator(&change, to).await?;
    let to = Person { id: to, name: row.display_name };
    change.commit(Event::ProtectionHandedOver { from: person(&actor), to }).await
}
