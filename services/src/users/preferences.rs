//! How one person likes the users table: theirs alone, and nothing that a log would hold.

use domain::listing::TableView;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use super::entity::preference;
use crate::{Context, Failure, Result, context::Upkeep};

const USERS_TABLE: &str = "users-table";

/// The columns and the density that the actor chose last.
///
/// # Errors
/// Those of the gate.
pub async fn table_view(cx: &Context) -> Result<TableView> {
    let own = cx.own_account()?;
    let row = preference::Entity::find_by_id((own.id().0, USERS_TABLE.to_owned())).one(own.db()).await?;
    // One that a later version wrote makes no sense here: then the default does.
    let view = row.and_then(|row| serde_json::from_str(&row.value).ok());
    Ok(view.filter(|view: &TableView| view.check().is_ok()).unwrap_or_default())
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
