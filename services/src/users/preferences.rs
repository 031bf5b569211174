//! How one person likes the users table: theirs alone, and nothing that a log would hold.

use domain::users::TableView;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use super::entity::preference;
use crate::{
    Context, Failure, Result,
    context::Upkeep,
    stored::{self, Unreadable},
};

const USERS_TABLE: &str = "users-table";

/// The columns and the density that the actor chose last.
///
/// # Errors
/// Those of the gate.
pub async fn table_view(cx: &Context) -> Result<TableView> {
    let own = cx.own_account()?;
    let row = preference::Entity::find_by_id((own.id().0, USERS_TABLE.to_owned())).one(own.db()).await?;
    let Some(row) = row else { return Ok(TableView::default()) };
    let place = format!("preferences.value of {USERS_TABLE} for {}", own.id());
    let view = stored::json::<TableView>(&place, &row.value).and_then(|view| match view.check() {
        Ok(()) => Ok(view),
        Err(_) => Err(Unreadable::new(&place, "a list of too many columns")),
    });
    // One that a later version wrote makes no sense here: the usual view loses nothing but a habit.
    Ok(view.inspect_err(Unreadable::log).unwrap_or_default())
}

/// Keeps the actor's choice.
///
/// # Errors
/// A field error for more columns than there can be; those of the gate.
pub async fn keep_table_view(cx: &Context, view: &TableView) -> Result<()> {
    let own = cx.own_account()?;
    view.check()?;
    let value = serde_json::to_string(view)
        .map_err(|error| Failure::Unexpected(format!("a preference cannot be written: {error}")))?;
    let row = preference::ActiveModel { user_id: Set(own.id().0), name: Set(USERS_TABLE.into()), value: Set(value) };
    preference::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([preference::Column::UserId, preference::Column::Name])
                .update_column(preference::Column::Value)
                .to_owned(),
        )
        .exec_without_returning(cx.upkeep(Upkeep::Preferences).db())
        .await?;
    Ok(())
}
