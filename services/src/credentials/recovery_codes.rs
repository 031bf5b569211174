//! Recovery codes (T10): ten, each for once, kept as keyed hashes.

use domain::{audit::Event, factors::RECOVERY_CODES, text, users::UserId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};

use self::entity as recovery;
use super::{devices, own_change, own_event};
use crate::{
    Context, Result,
    context::{Change, OwnAct, StandingChange, done},
    random,
    users::entity as user,
};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        /// Keyed.
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: Vec<u8>,
        pub created_at: i64,
        pub used_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Makes new recovery codes; the old ones are dead.
///
/// # Errors
/// Those of the gate.
pub async fn make_recovery_codes(cx: &Context) -> Result<Vec<String>> {
    own_change(cx, OwnAct::MakeRecoveryCodes, async |change: &StandingChange, user: user::Model| {
        let codes = make(change, UserId(user.id)).await?;
        // New ones may be made because what was remembered with is lost.
        devices::forget(change, UserId(user.id)).await?;
        let event = own_event(change, |user| Event::RecoveryCodesMade { user })?;
        Ok(done(codes, event))
    })
    .await
}

/// A code as it is hashed: people type hyphens, blanks and capitals as they like.
fn plain(typed: &str) -> String {
    text::code(typed, 64)
}

/// Within a change: a new set; the old one is dead.
async fn make(change: &Change, user: UserId) -> Result<Vec<String>> {
    delete_all(change, user).await?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| random::recovery_code()).collect();
    let rows = codes.iter().map(|code| recovery::ActiveModel {
        user_id: Set(user.0),
        hash: Set(change.context().recovery_hash(user, &plain(code))),
        created_at: Set(change.now()),
        used_at: Set(None),
    });
    recovery::Entity::insert_many(rows).exec_without_returning(change.db()).await?;
    Ok(codes)
}

/// Within a change: a set for a user who has none left, or nothing.
pub(super) async fn make_first(change: &Change, user: UserId) -> Result<Option<Vec<String>>> {
    let (left, _) = counted(change.db(), user).await?;
    if left > 0 { Ok(None) } else { make(change, user).await.map(Some) }
}

/// How many are left, and how many there were.
pub(crate) async fn counted(db: &impl ConnectionTrait, user: UserId) -> Result<(u32, u32)> {
    let own = || recovery::Entity::find().filter(recovery::Column::UserId.eq(user.0));
    let of = own().count(db).await?;
    let left = own().filter(recovery::Column::UsedAt.is_null()).count(db).await?;
    Ok((left as u32, of as u32))
}

/// The hash under which a code is kept that was not used yet.
pub(crate) async fn find(
    cx: &Context,
    db: &impl ConnectionTrait,
    user: UserId,
    typed: &str,
) -> Result<Option<Vec<u8>>> {
    let hash = cx.recovery_hash(user, &plain(typed));
    let row = recovery::Entity::find_by_id((user.0, hash.clone())).one(db).await?;
    Ok(row.filter(|row| row.used_at.is_none()).map(|_| hash))
}

/// Within a change: uses a code up. Of two at once, one does.
pub(crate) async fn consume(change: &Change, user: UserId, hash: Vec<u8>) -> Result<bool> {
    let used = recovery::Entity::update_many()
        .col_expr(recovery::Column::UsedAt, Expr::value(change.now()))
        .filter(recovery::Column::UserId.eq(user.0))
        .filter(recovery::Column::Hash.eq(hash))
        .filter(recovery::Column::UsedAt.is_null())
        .exec(change.db())
        .await?;
    Ok(used.rows_affected == 1)
}

/// Within a change: takes all codes of a user away, those that were used too.
pub(super) async fn delete_all(change: &Change, user: UserId) -> Result<()> {
    recovery::Entity::delete_many().filter(recovery::Column::UserId.eq(user.0)).exec(change.db()).await?;
    Ok(())
}

/// Within a change: takes the codes of a user away that were not used. Says how many.
pub(super) async fn delete_unused(change: &Change, user: UserId) -> Result<u64> {
    let unused = recovery::Entity::delete_many()
        .filter(recovery::Column::UserId.eq(user.0))
        .filter(recovery::Column::UsedAt.is_null())
        .exec(change.db())
        .await?;
    Ok(unused.rows_affected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t10_a_code_carries_at_least_64_bits() {
        let code = random::recovery_code();
        assert_eq!(plain(&code).len(), 15);
        assert!(15.0 * f64::log2(31.0) >= 64.0);
        assert_ne!(code, random::recovery_code());
    }

    #[test]
    fn hyphens_blanks_and_capitals_do_not_matter() {
        assert_eq!(plain(" ABcde-fgh23 45678 "), "abcdefgh2345678");
    }
}
