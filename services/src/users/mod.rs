//! Users: finding, creating, changing, stopping, restoring and erasing them.

use domain::users::UserId;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    Context, Result,
    context::{Change, Purpose},
};

mod create;
mod edit;
pub mod entity;
mod erase;
mod find;
mod fold;
pub(crate) mod insert;
mod list;
mod preferences;
mod protection;
pub(crate) mod query;
mod rebuild;
mod refusals;
mod search_key;
mod standing;
pub(crate) mod stats;
pub(crate) mod target;

pub use create::{check_username, create};
pub use edit::update;
pub use erase::erase;
pub(crate) use erase::{erase_again, erase_due, erased_and_back};
pub use find::find;
pub(crate) use fold::fold;
pub use list::{Bounds, explain, list, list_within};
pub use preferences::{keep_table_view, table_view};
pub use protection::hand_over_protection;
pub(crate) use rebuild::{Rebuilt, rebuild_some};
pub use rebuild::{count_former, rebuild_search};
pub(crate) use search_key::search_key;
pub use standing::{delete, disable, enable, restore};
pub(crate) use stats::recount;

/// The security epoch that a new user begins with.
pub(crate) const FIRST_EPOCH: i64 = 1;

/// Within a change: what is on somebody's screen is no longer what is there.
pub(crate) async fn touch(change: &Change, id: UserId) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Version, Expr::col(entity::Column::Version).add(1))
        .col_expr(entity::Column::UpdatedAt, Expr::value(change.now()))
        .filter(entity::Column::Id.eq(id.0))
        .exec(change.db())
        .await?;
    Ok(())
}

/// Whether there is anybody yet: for the command line.
///
/// # Errors
/// When the database cannot be read.
pub async fn anybody(cx: &Context) -> Result<bool> {
    let access = cx.public_read(Purpose::FirstRun);
    Ok(entity::Entity::find().one(access.db()).await?.is_some())
}

#[cfg(test)]
mod tests {
    use unicode_normalization::char::is_combining_mark;

    /// `domain` has only short ranges of marks, since it goes to the browser too.
    #[test]
    fn the_ranges_of_marks_are_those_of_unicode() {
        // Beyond stand ideographs, and what nobody sees.
        let all = || (0..0x2_0000).filter_map(char::from_u32).filter(|c| !domain::text::is_unseen(*c));
        let missing: String = all().filter(|c| is_combining_mark(*c) && !domain::text::is_mark(*c)).collect();
        assert_eq!(missing.escape_unicode().to_string(), "", "marks");
        let wrong = |c: &char| domain::text::is_mark(*c) && !is_combining_mark(*c) && c.is_alphanumeric();
        assert_eq!(all().filter(wrong).collect::<String>().escape_unicode().to_string(), "", "no marks");
    }
}
