//! The values of custom fields: written with a user, read for a page of them.

use std::collections::HashMap;

use domain::{
    fields::{FieldId, ShownValue},
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use uuid::Uuid;

use super::entity::{field, value};
use crate::{Result, context::Change, users::fold};

/// Within a change: what is given becomes the user's value of each field; nothing takes it away.
pub(crate) async fn write(change: &Change, user: UserId, values: &[(FieldId, Option<String>)]) -> Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    value::Entity::delete_many()
        .filter(value::Column::UserId.eq(user.0))
        .filter(value::Column::FieldId.is_in(values.iter().map(|(id, _)| id.0)))
        .exec(change.db())
        .await?;
    let rows: Vec<_> = values
        .iter()
        .filter_map(|(field, value)| {
            let value = value.as_ref()?;
            Some(value::ActiveModel {
                user_id: Set(user.0),
                field_id: Set(field.0),
                value: Set(value.clone()),
                value_key: Set(fold(value)),
            })
        })
        .collect();
    if !rows.is_empty() {
        value::Entity::insert_many(rows).exec_without_returning(change.db()).await?;
    }
    Ok(())
}

/// One user's values by field. Those of deleted fields are out of sight at once.
pub(crate) async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<HashMap<FieldId, String>> {
    let rows = value::Entity::find()
        .filter(value::Column::UserId.eq(user.0))
        .filter(value::Column::FieldId.in_subquery(alive()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (FieldId(row.field_id), row.value)).collect())
}

/// The values of these fields for each of these users: for the columns of a table. The
/// names stay empty: whoever shows the columns knows them.
pub(crate) async fn of_all(
    db: &impl ConnectionTrait,
    users: &[Uuid],
    fields: &[FieldId],
) -> Result<HashMap<Uuid, Vec<ShownValue>>> {
    let mut shown = HashMap::<Uuid, Vec<ShownValue>>::new();
    if users.is_empty() || fields.is_empty() {
        return Ok(shown);
    }
    let rows = value::Entity::find()
        .filter(value::Column::UserId.is_in(users.iter().copied()))
        .filter(value::Column::FieldId.is_in(fields.iter().map(|field| field.0)))
        .filter(value::Column::FieldId.in_subquery(alive()))
        .all(db)
        .await?;
    for row in rows {
        let value = ShownValue { field: FieldId(row.field_id), name: String::new(), value: Some(row.value) };
        shown.entry(row.user_id).or_default().push(value);
    }
    Ok(shown)
}

/// The fields that are not deleted.
fn alive() -> SelectStatement {
    Query::select()
        .column(field::Column::Id)
        .from(field::Entity)
        .and_where(Expr::col(field::Column::DeletedAt).is_null())
        .to_owned()
}
