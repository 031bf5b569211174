//! What administrators decide for the whole installation.

use domain::{
    Permission,
    audit::{Event, FieldChange},
    settings::{Settings, SettingsForm},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};

use crate::{Context, Result};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const BIN_DAYS: &str = "bin_days";

/// The settings that hold.
///
/// # Errors
/// Those of the gate.
pub async fn find(cx: &Context) -> Result<Settings> {
    current(cx.read(Permission::ViewSettings).await?.db()).await
}

/// Saves the settings.
///
/// # Errors
/// Field errors; those of the gate.
pub async fn update(cx: &Context, form: &SettingsForm) -> Result<Settings> {
    cx.may_change(Permission::EditSettings).await?;
    let after = form.parse()?;
    let change = cx.change(Permission::EditSettings).await?;
    let before = current(change.db()).await?;
    let (was, is) = (before.bin_days.to_string(), after.bin_days.to_string());
    let Some(changed) = FieldChange::between("Days in the bin", Some(&was), Some(&is)) else {
        return Ok(after);
    };
    let row = entity::ActiveModel { name: Set(BIN_DAYS.into()), value: Set(is) };
    entity::Entity::insert(row)
        .on_conflict(OnConflict::column(entity::Column::Name).update_column(entity::Column::Value).to_owned())
        .exec_without_returning(change.db())
        .await?;
    change.commit(Event::SettingsChanged { changes: vec![changed] }).await?;
    Ok(after)
}

/// The settings that hold; the defaults where nothing was decided.
pub(crate) async fn current(db: &impl ConnectionTrait) -> Result<Settings> {
    let days = entity::Entity::find_by_id(BIN_DAYS).one(db).await?;
    let settings = days.and_then(|row| SettingsForm { bin_days: row.value }.parse().ok());
    Ok(settings.unwrap_or_default())
}
