//! Sign-ins whose first factor was right and whose second one is still to come.

use domain::{
    Error,
    factors::{Factors, PENDING_LASTS},
    users::UserId,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};

use self::entity as pending;
use crate::{
    Context, Failure, Result,
    context::{Change, Purpose, Upkeep},
    credentials::{SecondFactorRequirement, passkey::VerifiedPasskey, recovery_codes},
    random,
    users::entity as user,
};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "pending_sign_ins")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        pub user_id: Uuid,
        pub epoch: i64,
        pub created_at: i64,
        pub expires_at: i64,
        /// It began with a passkey of a kind that does not count, and not with a password.
        pub passkey_first: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Writes down that a password was right, or a passkey where those do not count, and that more is asked for. The
/// token that it returns names this sign-in.
pub(super) async fn begin(cx: &Context, user: &user::Model, passkey: Option<&VerifiedPasskey>) -> Result<String> {
    let token = random::token();
    let now = cx.now();
    if let Some(verified) = passkey {
        verified.keep(cx).await.map_err(|_| Failure::from(Error::NotRecognised))?;
    }
    let row = pending::ActiveModel {
        token_hash: Set(hash_of(&token).to_vec()),
        user_id: Set(user.id),
        epoch: Set(user.security_epoch),
        created_at: Set(now),
        expires_at: Set(now + PENDING_LASTS),
        passkey_first: Set(i64::from(passkey.is_some())),
    };
    pending::Entity::insert(row).exec_without_returning(cx.upkeep(Upkeep::PendingSignIn).db()).await?;
    Ok(token)
}

fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// A sign-in that waits for its second factor.
pub struct Pending {
    pub user: UserId,
    pub username: String,
    /// What is asked for.
    pub factors: Factors,
    /// Recovery codes left.
    pub recovery_left: u32,
    /// For how many days this browser may be remembered; 0 for not.
    pub remember_days: u32,
    /// It began with a passkey, and not with a password.
    pub(super) passkey_first: bool,
    /// Asked once for each step.
    pub(super) requirement: SecondFactorRequirement,
    pub(super) person: user::Model,
    /// Binds challenges to this sign-in.
    pub(super) token_hash: Vec<u8>,
}

/// The sign-in that this token names; nothing once it is over, for whatever reason.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_pending(cx: &Context, token: &str) -> Result<Option<Pending>> {
    let access = cx.public_read(Purpose::SignIn);
    let row = pending::Entity::find_by_id(hash_of(token).to_vec()).one(access.db()).await?;
    let Some(row) = row.filter(|row| row.expires_at > cx.now()) else { return Ok(None) };
    let person = user::Entity::find_by_id(row.user_id).one(access.db()).await?;
    let person = person.filter(|person| person.security_epoch == row.epoch && person.status(cx.now()).may_sign_in());
    let Some(person) = person else { return Ok(None) };
    let requirement = SecondFactorRequirement::of(cx, access.db(), &person).await?;
    let user = UserId(person.id);
    let (recovery_left, _) = recovery_codes::counted(access.db(), user).await?;
    let passkey_first = row.passkey_first != 0;
    Ok(Some(Pending {
        user,
        username: person.username.clone(),
        factors: requirement.held.asked(),
        recovery_left,
        // What is remembered stands beside a password.
        remember_days: if passkey_first { 0 } else { requirement.policy.remember_days },
        passkey_first,
        requirement,
        person,
        token_hash: row.token_hash,
    }))
}

impl Pending {
    /// Within a change: it waits no more.
    ///
    /// # Errors
    /// `SignedOut` where it did not wait any more.
    pub(super) async fn end(&self, change: &Change) -> Result<()> {
        let gone = pending::Entity::delete_by_id(self.token_hash.clone()).exec(change.db()).await?;
        if gone.rows_affected == 0 { Err(Error::SignedOut.into()) } else { Ok(()) }
    }
}

/// Removes sign-ins that waited too long.
pub(crate) async fn cleanup(cx: &Context) -> Result<()> {
    let books = cx.upkeep(Upkeep::PendingSignIn);
    pending::Entity::delete_many().filter(pending::Column::ExpiresAt.lte(cx.now())).exec(books.db()).await?;
    Ok(())
}
