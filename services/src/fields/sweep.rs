//! Removes what deleted fields have left behind, a few people at a time: a field can have
//! a million values, and nobody waits for that.

use domain::users::UserId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use super::entity::{field, value};
use crate::{
    Context, Result,
    context::Upkeep,
    users::{entity as user, search_key},
};

/// People at a time, and times in one run.
const AT_ONCE: u64 = 200;
const TIMES: u32 = 25;

/// Removes values of deleted fields, and the fields once nothing is left of them.
///
/// # Errors
/// When the database refuses; the rest is done the next time.
pub(crate) async fn sweep(cx: &Context) -> Result<()> {
    let books = cx.upkeep(Upkeep::DeletedFields);
    let dead = field::Entity::find().filter(field::Column::DeletedAt.is_not_null()).all(books.db()).await?;
    for field in dead {
        for _ in 0..TIMES {
            let rows = value::Entity::find()
                .filter(value::Column::FieldId.eq(field.id))
                .limit(AT_ONCE)
                .all(books.db())
                .await?;
            if rows.is_empty() {
                field::Entity::delete_by_id(field.id).exec(books.db()).await?;
                break;
            }
            for row in rows {
                take(cx, field.id, row.user_id).await?;
            }
        }
    }
    Ok(())
}

/// Takes one value away, from the person and from what a search looks through.
async fn take(cx: &Context, field: Uuid, id: Uuid) -> Result<()> {
    let books = cx.upkeep(Upkeep::DeletedFields);
    if let Some(row) = user::Entity::find_by_id(id).one(books.db()).await? {
        let left = super::of(books.db(), UserId(id)).await?;
        let key = search_key(&row.username, &row.display_name, row.email.as_deref(), left.values().map(String::as_str));
        user::Entity::update_many()
            .col_expr(user::Column::SearchKey, Expr::value(key))
            .filter(user::Column::Id.eq(id))
            // An edit meanwhile has written a key of its own, without the dead field.
            .filter(user::Column::Version.eq(row.version))
            .exec(books.db())
            .await?;
    }
    value::Entity::delete_by_id((id, field)).exec(books.db()).await?;
    Ok(())
}
