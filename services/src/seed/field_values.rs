//! What made-up people have in custom fields.

use domain::{
    DAY,
    audit::Event,
    fields::{Field, FieldForm, FieldKind, example_set},
    time::TimeZone,
};
use uuid::Uuid;

use super::people::Person;
use crate::{Result, context::Change, fields};

const COMPANIES: [&str; 12] = [
    "Northwind",
    "Contoso",
    "Fabrikam",
    "Żubr Logistyka",
    "Société Béton",
    "Müller & Söhne",
    "Κυψέλη ΑΕ",
    "ООО Заря",
    "山本製作所",
    "Adeyemi Brothers",
    "Estrela do Mar",
    "Kőbánya Kft",
];
const ORIGINS: [&str; 5] = ["Human resources", "Import 2023", "Partner portal", "Branch office", "Typed in by hand"];
const DEPARTMENTS: [&str; 8] = ["Production", "Sales", "Purchasing", "Logistics", "Finance", "IT", "Service", "Board"];

/// The custom fields that people are given values of: those there are, or the example set, a
/// choice and a date.
pub(super) async fn fields(change: &Change) -> Result<(Vec<Field>, Vec<Event>)> {
    let there = fields::all(change.db()).await?;
    if !there.is_empty() {
        return Ok((there, vec![]));
    }
    let department = FieldForm {
        name: "Department".into(),
        kind: FieldKind::Choice,
        choices: DEPARTMENTS.join("\n"),
        ..FieldForm::default()
    };
    let joined = FieldForm { name: "Joined".into(), kind: FieldKind::Date, ..FieldForm::default() };
    let mut events = vec![];
    for form in example_set().into_iter().chain([department, joined]) {
        events.push(fields::create(change, form.parse()?).await?.1);
    }
    Ok((fields::all(change.db()).await?, events))
}

/// A value for most fields that need none, and for every one that does.
pub(super) fn values(person: &mut Person, fields: &[Field]) -> Vec<(Uuid, String)> {
    let mut values = vec![];
    for field in fields {
        if field.required || person.rng.chance(820_000) {
            let value = value(person, field);
            // A field that somebody defined since may take none of ours.
            if let Ok(Some(value)) = field.parse(&value) {
                values.push((field.id.0, value));
            }
        }
    }
    values
}

fn value(person: &mut Person, field: &Field) -> String {
    let rng = &mut person.rng;
    match (field.kind, field.name.as_str()) {
        (FieldKind::Date, _) => TimeZone::default().date_of(person.created_at - rng.below(300 * DAY)).to_string(),
        (FieldKind::Choice, _) => rng.one_of(&field.choices).cloned().unwrap_or_default(),
        (FieldKind::Text, "Location") => person.city.clone(),
        (FieldKind::Text, "Origin") => rng.one_of(&ORIGINS).copied().unwrap_or_default().into(),
        (FieldKind::Text, _) => rng.one_of(&COMPANIES).copied().unwrap_or_default().into(),
    }
}
