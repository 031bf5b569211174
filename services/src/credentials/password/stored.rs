//! The table of passwords: its only queries.

use domain::{Millis, users::UserId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    Result,
    context::{Change, StandingChange},
    users::entity as user,
};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "passwords")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        /// PHC string format.
        pub hash: String,
        pub changed_at: i64,
        pub must_change_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What is kept of a user's password.
pub(crate) struct StoredPassword {
    /// PHC string format, or that of another product.
    pub hash: String,
    pub changed_at: Millis,
    /// Whether it is good for choosing another only, since its owner did not choose it.
    pub must_change: bool,
}

impl From<entity::Model> for StoredPassword {
    fn from(row: entity::Model) -> Self {
        Self { hash: row.hash, changed_at: row.changed_at, must_change: row.must_change_at.is_some() }
    }
}

/// A user's password; nothing for one who has none.
pub(crate) async fn find(db: &impl ConnectionTrait, user: UserId) -> Result<Option<StoredPassword>> {
    Ok(entity::Entity::find_by_id(user.0).one(db).await?.map(Into::into))
}

/// The first of these users with their password, in one query.
pub(crate) async fn find_with_user(
    db: &impl ConnectionTrait,
    users: Select<user::Entity>,
) -> Result<Option<(user::Model, Option<StoredPassword>)>> {
    let password = user::Entity::belongs_to(entity::Entity).from(user::Column::Id).to(entity::Column::UserId);
    let query = users.join(JoinType::LeftJoin, password.into()).select_also(entity::Entity);
    Ok(query.one(db).await?.map(|(user, password)| (user, password.map(Into::into))))
}

/// Within a change: the password of a user who has none so far. With `must_change` it only opens the way to
/// another one.
///
/// # Errors
/// `Unexpected` where the user has one.
pub(crate) async fn insert(change: &Change, user: UserId, hash: String, must_change: bool) -> Result<()> {
    entity::Entity::insert(row(change, user, hash, must_change)).exec_without_returning(change.db()).await?;
    Ok(())
}

/// Within a change: as [`insert`], where the user has no password by now. Says whether that was so.
pub(super) async fn insert_if_none(change: &Change, user: UserId, hash: String) -> Result<bool> {
    if entity::Entity::find_by_id(user.0).one(change.db()).await?.is_some() {
        return Ok(false);
    }
    entity::Entity::insert(row(change, user, hash, false)).exec_without_returning(change.db()).await?;
    Ok(true)
}

/// Within a change: a password that must be changed, in place of any that there is.
pub(super) async fn put(change: &Change, user: UserId, hash: String) -> Result<()> {
    entity::Entity::insert(row(change, user, hash, true))
        .on_conflict(
            OnConflict::column(entity::Column::UserId)
                .update_columns([entity::Column::Hash, entity::Column::ChangedAt, entity::Column::MustChangeAt])
                .to_owned(),
        )
        .exec_without_returning(change.db())
        .await?;
    Ok(())
}

fn row(change: &Change, user: UserId, hash: String, must_change: bool) -> entity::ActiveModel {
    entity::ActiveModel {
        user_id: Set(user.0),
        hash: Set(hash),
        changed_at: Set(change.now()),
        must_change_at: Set(must_change.then(|| change.now())),
    }
}

/// Within a change: a new password in place of the one with this hash. Says whether that was still the one.
pub(super) async fn replace(change: &Change, user: UserId, old: String, new: String) -> Result<bool> {
    let updated = entity::Entity::update_many()
        .col_expr(entity::Column::Hash, Expr::value(new))
        .col_expr(entity::Column::ChangedAt, Expr::value(change.now()))
        .col_expr(entity::Column::MustChangeAt, Expr::value(Option::<i64>::None))
        .filter(entity::Column::UserId.eq(user.0))
        .filter(entity::Column::Hash.eq(old))
        .exec(change.db())
        .await?;
    Ok(updated.rows_affected > 0)
}

/// Another hash of the same password, unless it is another password by now.
pub(super) async fn rehash(db: &impl ConnectionTrait, user: Uuid, old: &str, new: String) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Hash, Expr::value(new))
        .filter(entity::Column::UserId.eq(user))
        .filter(entity::Column::Hash.eq(old))
        .exec(db)
        .await?;
    Ok(())
}

/// Within a change: takes the password away. Says whether there was one.
pub(super) async fn delete(change: &StandingChange, user: UserId) -> Result<bool> {
    let gone = entity::Entity::delete_by_id(user.0).exec(change.db()).await?;
    Ok(gone.rows_affected > 0)
}

/// Users and hashes that do not begin with this, after this user, by user.
pub(in crate::credentials) async fn list_unlike(
    db: &impl ConnectionTrait,
    prefix: &str,
    after: Uuid,
    limit: u64,
) -> Result<Vec<(Uuid, String)>> {
    let rows = entity::Entity::find()
        .select_only()
        .columns([entity::Column::UserId, entity::Column::Hash])
        .filter(entity::Column::Hash.not_like(format!("{prefix}%")))
        .filter(entity::Column::UserId.gt(after))
        .order_by_asc(entity::Column::UserId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows)
}
