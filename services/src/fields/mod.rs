//! Custom fields: what an installation wants to know about its users beyond their names.

use domain::{
    Error, Permission, Problem,
    audit::{Event, FieldChange},
    fields::{FIELDS_MOST, Field, FieldForm, FieldId, FieldKind, NewField, example_set},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    Context, Failure, Result,
    context::{Change, Done, Held, done, done_all, unchanged},
    credentials::normal_form,
    random,
    stored::{self, Unreadable},
};

pub mod entity;
mod sweep;
mod values;

use entity::field;
pub(crate) use sweep::sweep;
pub(crate) use values::{of, of_all, write};

/// Every field in order.
///
/// # Errors
/// Those of the gate.
pub async fn list(cx: &Context) -> Result<Vec<Field>> {
    shown(cx.read(Permission::ViewUsers).await?.db()).await
}

/// Creates a field, or changes the one that the form was opened with.
///
/// # Errors
/// Field errors; `NotFound`; `Stale` when somebody else changed it since; those of the gate.
pub async fn save(cx: &Context, form: &FieldForm) -> Result<FieldId> {
    change_fields(cx, async |change: &Change| {
        let (id, event) = match &form.seen {
            None => create(change, form.parse()?).await?,
            Some(seen) => match update(change, seen, form).await? {
                Some(event) => (seen.id, event),
                None => return Ok(unchanged(seen.id)),
            },
        };
        Ok(done(id, event))
    })
    .await
}

/// Creates the example set: those of its fields whose names are free.
///
/// # Errors
/// Those of the gate.
pub async fn add_examples(cx: &Context) -> Result<u32> {
    change_fields(cx, async |change: &Change| {
        let there = all(change.db()).await?;
        let mut events = vec![];
        for form in example_set() {
            if !there.iter().any(|field| key(&field.name) == key(&form.name)) {
                events.push(create(change, form.parse()?).await?.1);
            }
        }
        Ok(done_all(events.len() as u32, events))
    })
    .await
}

/// Deletes a field. Its values are out of sight at once, and removed by a job.
///
/// # Errors
/// `NotFound`; those of the gate.
pub async fn delete(cx: &Context, id: FieldId) -> Result<()> {
    change_fields(cx, async |change: &Change| {
        let row = row(change, id).await?;
        field::Entity::update_many()
            .col_expr(field::Column::DeletedAt, Expr::value(change.now()))
            // The name is free again.
            .col_expr(field::Column::NameKey, Expr::value(format!("deleted {id}")))
            .filter(field::Column::Id.eq(id.0))
            .exec(change.db())
            .await?;
        Ok(done((), Event::FieldDeleted { field: row.name }))
    })
    .await
}

/// Moves a field one place up or down.
///
/// # Errors
/// `NotFound`; those of the gate.
pub async fn move_by_one(cx: &Context, id: FieldId, up: bool) -> Result<()> {
    change_fields(cx, async |change: &Change| {
        let rows = rows(change.db()).await?;
        let at = rows.iter().position(|row| row.id == id.0).ok_or(Error::NotFound)?;
        let Some(other) = (if up { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next < rows.len()) }) else {
            return Ok(unchanged(()));
        };
        for (row, place) in [(&rows[at], rows[other].place), (&rows[other], rows[at].place)] {
            field::Entity::update_many()
                .col_expr(field::Column::Place, Expr::value(place))
                .filter(field::Column::Id.eq(row.id))
                .exec(change.db())
                .await?;
        }
        let place = |index: usize| Some((index + 1).to_string());
        let moved = FieldChange { field: "Place".into(), before: place(at), after: place(other) };
        Ok(done((), Event::FieldUpdated { field: rows[at].name.clone(), changes: vec![moved] }))
    })
    .await
}

/// A change to which fields there are: nobody else makes one meanwhile, so that their
/// number and their order hold.
async fn change_fields<T>(cx: &Context, body: impl AsyncFnOnce(&Change) -> Result<Done<T>>) -> Result<T> {
    cx.change_holding(Permission::EditSettings, Held::Fields, body).await
}

/// Every field that is not deleted, in order: for what is written by their rules.
///
/// # Errors
/// `Unexpected` where the rules of one of them cannot be read.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Field>> {
    Ok(rows(db).await?.into_iter().map(read).collect::<Result<_, Unreadable>>()?)
}

/// The same for looking at. A field whose rules cannot be read is among them as a text, so that it can be
/// found and deleted.
pub(crate) async fn shown(db: &impl ConnectionTrait) -> Result<Vec<Field>> {
    let shown = |row: field::Model| {
        let (id, name, required) = (FieldId(row.id), row.name.clone(), row.required != 0);
        read(row).unwrap_or_else(|unreadable| {
            unreadable.log();
            Field { id, name, kind: FieldKind::Text, required, choices: vec![] }
        })
    };
    Ok(rows(db).await?.into_iter().map(shown).collect())
}

async fn rows(db: &impl ConnectionTrait) -> Result<Vec<field::Model>> {
    let found = field::Entity::find().filter(field::Column::DeletedAt.is_null()).order_by_asc(field::Column::Place);
    Ok(found.order_by_asc(field::Column::Id).all(db).await?)
}

async fn row(change: &Change, id: FieldId) -> Result<field::Model> {
    let row = field::Entity::find_by_id(id.0).filter(field::Column::DeletedAt.is_null()).one(change.db()).await?;
    row.ok_or_else(|| Error::NotFound.into())
}

fn read(row: field::Model) -> Result<Field, Unreadable> {
    let kind = stored::code(format_args!("custom_fields.kind of {}", row.id), FieldKind::from_code(&row.kind))?;
    let choices = stored::json(format_args!("custom_fields.choices of {}", row.id), &row.choices)?;
    Ok(Field { id: FieldId(row.id), name: row.name, kind, required: row.required != 0, choices })
}

fn as_json(choices: &[String]) -> String {
    serde_json::to_string(choices).unwrap_or_else(|_| "[]".into())
}

/// Within a change: creates a field.
pub(crate) async fn create(change: &Change, new: NewField) -> Result<(FieldId, Event)> {
    let there = rows(change.db()).await?;
    if there.len() >= FIELDS_MOST as usize {
        return Err(Failure::field("name", Problem::TooMany { most: FIELDS_MOST }));
    }
    let id = FieldId(random::id(change.now()));
    let row = field::ActiveModel {
        id: Set(id.0),
        name_key: Set(key(&new.name)),
        kind: Set(new.kind.code().into()),
        required: Set(i64::from(new.required)),
        choices: Set(as_json(&new.choices)),
        place: Set(there.last().map_or(1, |last| last.place + 1)),
        created_at: Set(change.now()),
        deleted_at: Set(None),
        name: Set(new.name.clone()),
    };
    field::Entity::insert(row).exec_without_returning(change.db()).await.map_err(taken)?;
    Ok((id, Event::FieldCreated { field: new.name, required: new.required }))
}

/// Nothing where nothing differs. The kind stays: values of another would make no sense.
async fn update(change: &Change, seen: &Field, form: &FieldForm) -> Result<Option<Event>> {
    let before = read(row(change, seen.id).await?)?;
    let new = FieldForm { kind: before.kind, ..form.clone() }.parse()?;
    let yes = |required: bool| Some(if required { "Yes" } else { "No" });
    let changes: Vec<_> = [
        FieldChange::between("Name", Some(&before.name), Some(&new.name)),
        FieldChange::between("Required", yes(before.required), yes(new.required)),
        FieldChange::between("Choices", Some(&before.choices.join(", ")), Some(&new.choices.join(", "))),
    ]
    .into_iter()
    .flatten()
    .collect();
    if changes.is_empty() {
        return Ok(None);
    }
    if before != *seen {
        return Err(Error::Stale.into());
    }
    field::Entity::update_many()
        .col_expr(field::Column::Name, Expr::value(new.name.clone()))
        .col_expr(field::Column::NameKey, Expr::value(key(&new.name)))
        .col_expr(field::Column::Required, Expr::value(i64::from(new.required)))
        .col_expr(field::Column::Choices, Expr::value(as_json(&new.choices)))
        .filter(field::Column::Id.eq(before.id.0))
        .exec(change.db())
        .await
        .map_err(taken)?;
    Ok(Some(Event::FieldUpdated { field: before.name, changes }))
}

/// What makes a name unique: without regard to case and to what nobody sees, however it was typed.
fn key(name: &str) -> String {
    let seen: String = name.chars().filter(|c| !domain::text::is_unseen(*c)).collect();
    normal_form(&seen.to_lowercase())
}

fn taken(error: sea_orm::DbErr) -> Failure {
    Failure::unique(error, &[("custom_fields_name_unique", "custom_fields.name_key", "name")])
}
