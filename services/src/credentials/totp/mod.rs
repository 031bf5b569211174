//! Authenticator apps: time-based one-time passwords (RFC 6238). A user has one app at most.

use domain::{Millis, users::UserId};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::{Result, context::Change};

mod code;
mod entity;
mod own;
mod verify;

pub use own::{add_totp, begin_totp, continue_totp, remove_totp};
pub(crate) use verify::verify;

/// When a user's app was added, and last used.
pub(super) struct StoredTotp {
    pub created_at: Millis,
    pub last_used_at: Option<Millis>,
}

/// A user's app; nothing where there is none.
pub(super) async fn find(db: &impl ConnectionTrait, user: UserId) -> Result<Option<StoredTotp>> {
    let row = entity::Entity::find_by_id(user.0).one(db).await?;
    Ok(row.map(|row| StoredTotp { created_at: row.created_at, last_used_at: row.last_used_at }))
}

/// Within a change: takes a user's app away. Says whether there was one.
pub(super) async fn delete(change: &Change, user: UserId) -> Result<bool> {
    let gone = entity::Entity::delete_by_id(user.0).exec(change.db()).await?;
    Ok(gone.rows_affected > 0)
}
