//! Writing a new user down: one way for the first run, for administrators and for the cast.

use domain::users::{Names, UserId};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{entity, fold, search_key};
use crate::{
    Failure, Result,
    auth::{entity::password, normal_form},
    context::Change,
    random,
};

/// A hashed password, and whether it is only for the first sign-in.
pub(crate) struct Credential {
    pub hash: String,
    pub must_change: bool,
}

/// Within a change: inserts a user.
///
/// # Errors
/// Field errors `username` and `email` where they are taken; the constraints decide,
/// so two at once cannot both succeed.
pub(crate) async fn insert(
    change: &Change,
    names: &Names,
    credential: Option<Credential>,
    created_by: Option<UserId>,
) -> Result<UserId> {
    let now = change.now();
    let id = UserId(random::id(now));
    let email = names.email.as_ref();
    let (username, display_name) = (names.username.as_str(), names.display_name.as_str());
    let row = entity::ActiveModel {
        id: Set(id.0),
        username: Set(username.into()),
        username_key: Set(names.username.key()),
        display_name: Set(display_name.into()),
        display_name_key: Set(fold(display_name)),
        email: Set(email.map(|email| email.as_str().into())),
        email_key: Set(email.map(|email| normal_form(&email.key()))),
        search_key: Set(search_key(username, display_name, email.map(|email| email.as_str()))),
        created_at: Set(now),
        created_by: Set(created_by.map(|creator| creator.0)),
        updated_at: Set(now),
        version: Set(1),
        security_epoch: Set(super::FIRST_EPOCH),
        ..Default::default()
    };
    entity::Entity::insert(row).exec_without_returning(change.db()).await.map_err(|error| {
        Failure::unique(
            error,
            &[
                ("users_username_unique", "users.username_key", "username"),
                ("users_email_unique", "users.email_key", "email"),
            ],
        )
    })?;
    if let Some(Credential { hash, must_change }) = credential {
        let row = password::ActiveModel {
            user_id: Set(id.0),
            hash: Set(hash),
            changed_at: Set(now),
            must_change_at: Set(must_change.then_some(now)),
        };
        password::Entity::insert(row).exec_without_returning(change.db()).await?;
    }
    Ok(id)
}
