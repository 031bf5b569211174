//! Recovery codes (T10): ten, each for once, kept as keyed hashes.

use domain::{factors::RECOVERY_CODES, text, users::UserId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};

use super::entity::recovery;
use crate::{Context, Result, context::Change, random};

/// A code as it is hashed: people type hyphens, blanks and capitals as they like.
fn plain(typed: &str) -> String {
    text::code(typed, 64)
}

/// Within a change: a new set; the old one is dead.
pub(crate) async fn make(change: &Change, user: UserId) -> Result<Vec<String>> {
    recovery::Entity::delete_many().filter(recovery::Column::UserId.eq(user.0)).exec(change.db()).await?;
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

/// Within a change: a set for somebody who has none, or none.
pub(crate) async fn make_first(change: &Change, user: UserId) -> Result<Option<Vec<String>>> {
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
