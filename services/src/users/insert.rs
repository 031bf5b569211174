//! Writing a new user down: one way for the first run, for administrators and for the cast.

use domain::{
    Millis, Problem,
    factors::Factors,
    fields::FieldId,
    users::{Names, UserId, Username},
};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{
    entity::{self, retired, stats},
    fold, search_key,
};
use crate::{
    Failure, Result,
    context::Change,
    credentials::{normal_form, password},
    fields, random,
};

/// A hashed password, and whether it is only for the first sign-in.
pub(crate) struct Credential {
    pub hash: String,
    pub must_change: bool,
}

/// What a new user has beyond their names.
#[derive(Default)]
pub(crate) struct More {
    pub credential: Option<Credential>,
    pub created_by: Option<UserId>,
    pub expires_at: Option<Millis>,
    /// A value for each custom field.
    pub fields: Vec<(FieldId, Option<String>)>,
    /// A second factor is required of them, whatever the policy.
    pub second_factor_required: bool,
}

/// Within a change: inserts a user.
///
/// # Errors
/// Field errors `username` and `email` where they are taken; the constraints decide,
/// so two at once cannot both succeed.
pub(crate) async fn insert(change: &Change, names: &Names, more: More) -> Result<UserId> {
    let More { credential, created_by, expires_at, fields, second_factor_required } = more;
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
        search_key: Set(search_key(
            username,
            display_name,
            email.map(|email| email.as_str()),
            fields.iter().filter_map(|(_, value)| value.as_deref()),
        )),
        created_at: Set(now),
        created_by: Set(created_by.map(|creator| creator.0)),
        updated_at: Set(now),
        version: Set(1),
        security_epoch: Set(super::FIRST_EPOCH),
        expires_at: Set(expires_at),
        has_credential: Set(i64::from(credential.is_some())),
        factors: Set(credential.as_ref().map_or(Factors::NONE, |_| Factors::PASSWORD).number()),
        second_factor_required: Set(i64::from(second_factor_required)),
        ..Default::default()
    };
    entity::Entity::insert(row).exec_without_returning(change.db()).await.map_err(taken)?;
    // After the row, which waits for whoever erases the name's owner at this moment.
    not_retired(change, &names.username).await?;
    let counted = stats::ActiveModel { user_id: Set(id.0), sessions: Set(0) };
    stats::Entity::insert(counted).exec_without_returning(change.db()).await?;
    fields::write(change, id, &fields).await?;
    if let Some(Credential { hash, must_change }) = credential {
        password::insert(change, id, hash, must_change).await?;
    }
    Ok(id)
}

/// A username of somebody who was erased names nobody else, ever: other products may key on it.
async fn not_retired(change: &Change, username: &Username) -> Result<()> {
    let hash = change.context().retired(&username.key());
    match retired::Entity::find_by_id(hash).one(change.db()).await? {
        Some(_) => Err(Failure::field("username", Problem::Retired)),
        None => Ok(()),
    }
}

/// The field whose value somebody else has.
pub(super) fn taken(error: sea_orm::DbErr) -> Failure {
    Failure::unique(
        error,
        &[
            ("users_username_unique", "users.username_key", "username"),
            ("users_email_unique", "users.email_key", "email"),
        ],
    )
}
