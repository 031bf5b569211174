//! Custom fields: what an installation wants to know about its users beyond their names.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Problem, Result, edits::Edit, problem::Fields, text, time::Date};

crate::users::id_type! {
    /// Which custom field.
    FieldId
}

/// Fields that an installation can have.
pub const FIELDS_MOST: u32 = 20;
/// Choices that a field can have.
pub const CHOICES_MOST: u32 = 100;

/// What a field holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FieldKind {
    #[default]
    Text,
    Choice,
    Date,
}

impl FieldKind {
    pub const ALL: [Self; 3] = [Self::Text, Self::Choice, Self::Date];
    /// Characters that a text can have.
    pub const TEXT_MOST: u32 = 200;

    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Choice => "choice",
            Self::Date => "date",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Choice => "One of several choices",
            Self::Date => "Date",
        }
    }
}

/// A field that an administrator has defined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub id: FieldId,
    pub name: String,
    pub kind: FieldKind,
    pub required: bool,
    /// What a choice is made from; empty for other kinds.
    pub choices: Vec<String>,
}

/// The name of a custom field in a form and in errors: `custom_company`. Without white
/// space, since it becomes an element's id.
pub fn form_name(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().collect();
    format!("custom_{}", words.join("_").to_lowercase())
}

impl Field {
    pub fn form_name(&self) -> String {
        form_name(&self.name)
    }

    /// What somebody typed as this field's value; nothing where an optional field is empty.
    ///
    /// # Errors
    /// `Missing`, `TooLong`, `Character`, `NoSuchDay`, `NotAChoice`.
    pub fn parse(&self, input: &str) -> Result<Option<String>, Problem> {
        if self.kind == FieldKind::Choice && self.choices.iter().any(|choice| choice == input) {
            // As it was defined, however long ago.
            return Ok(Some(input.to_owned()));
        }
        let value = text::line(input, 0, FieldKind::TEXT_MOST)?;
        if value.is_empty() {
            return if self.required { Err(Problem::Missing) } else { Ok(None) };
        }
        match self.kind {
            FieldKind::Text => Ok(Some(value)),
            FieldKind::Date => {
                let day = text::plain_digits(&value);
                Date::parse(&day).map(|_| Some(day)).ok_or(Problem::NoSuchDay)
            }
            FieldKind::Choice if self.choices.contains(&value) => Ok(Some(value)),
            FieldKind::Choice => Err(Problem::NotAChoice),
        }
    }
}

/// Parses a value for each field; what a form leaves out is empty.
///
/// # Errors
/// Every field's problem at once; `UnknownField` for values of fields that are gone.
pub fn parse_all(fields: &[Field], values: &[FieldValue]) -> Result<Vec<(FieldId, Option<String>)>> {
    let mut problems = Fields::default();
    if values.iter().any(|value| !fields.iter().any(|field| field.id == value.field)) {
        return Err(crate::Error::field("custom_fields", Problem::UnknownField));
    }
    let mut parsed = vec![];
    for field in fields {
        let typed = values.iter().find(|value| value.field == field.id).map_or("", |value| value.value.as_str());
        if let Some(value) = problems.parse(&field.form_name(), field.parse(typed)) {
            parsed.push((field.id, value));
        }
    }
    problems.finish()?;
    Ok(parsed)
}

/// A value as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    pub field: FieldId,
    pub value: String,
}

/// A value to show beside its field's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownValue {
    pub field: FieldId,
    pub name: String,
    pub value: Option<String>,
}

/// The form for a field, as typed. The kind of an existing field stays what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldForm {
    /// The field that the form was opened with, or nothing for a new one. Where it is another by now,
    /// nothing is written.
    pub seen: Option<Field>,
    pub name: String,
    pub kind: FieldKind,
    pub required: bool,
    /// A choice on each line.
    pub choices: String,
}

/// A field whose every part has been parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewField {
    pub name: String,
    pub kind: FieldKind,
    pub required: bool,
    pub choices: Vec<String>,
}

impl FieldForm {
    pub const NAME_MOST: u32 = 40;

    /// The form as it is opened.
    pub fn of(field: &Field) -> Self {
        Self {
            seen: Some(field.clone()),
            name: field.name.clone(),
            kind: field.kind,
            required: field.required,
            choices: field.choices.join("\n"),
        }
    }

    /// # Errors
    /// Every field's problem at once.
    pub fn parse(&self) -> Result<NewField> {
        let mut problems = Fields::default();
        let name = problems.parse("name", text::line(&self.name, 1, Self::NAME_MOST));
        let choices = problems.parse("choices", self.parse_choices());
        problems.finish()?;
        let (name, choices) = (name.unwrap_or_default(), choices.unwrap_or_default());
        Ok(NewField { name, kind: self.kind, required: self.required, choices })
    }

    fn parse_choices(&self) -> Result<Vec<String>, Problem> {
        if self.kind != FieldKind::Choice {
            return Ok(vec![]);
        }
        let mut choices = vec![];
        for line in self.choices.lines().filter(|line| !text::trimmed(line).is_empty()) {
            let choice = text::line(line, 1, FieldKind::TEXT_MOST)?;
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        match choices.len() {
            0..2 => Err(Problem::TooFewChoices),
            many if many > CHOICES_MOST as usize => Err(Problem::TooMany { most: CHOICES_MOST }),
            _ => Ok(choices),
        }
    }
}

impl Edit for FieldForm {
    fn values(&self) -> Vec<(String, String)> {
        let required = if self.required { "yes" } else { "no" };
        [("name", text::trimmed(&self.name)), ("required", required), ("choices", text::trimmed(&self.choices))]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    fn take(&mut self, name: &str, from: &Self) {
        match name {
            "name" => self.name.clone_from(&from.name),
            "required" => self.required = from.required,
            "choices" => self.choices.clone_from(&from.choices),
            _ => {}
        }
    }

    fn opened_with(self, other: &Self) -> Self {
        Self { seen: other.seen.clone(), ..self }
    }
}

/// The fields that the manuals this product learned from have, one click away.
pub fn example_set() -> [FieldForm; 3] {
    let text = |name: &str, required| FieldForm { name: name.into(), required, ..FieldForm::default() };
    [text("Company", false), text("Origin", true), text("Location", false)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edits::{Merged, merge};

    fn field(kind: FieldKind, required: bool) -> Field {
        Field {
            id: FieldId::nil(),
            name: "Cost centre".into(),
            kind,
            required,
            choices: vec!["North".into(), "South".into()],
        }
    }

    #[test]
    fn a_required_field_cannot_be_empty_and_another_can() {
        assert_eq!(field(FieldKind::Text, true).parse("  "), Err(Problem::Missing));
        assert_eq!(field(FieldKind::Text, false).parse("  "), Ok(None));
    }

    #[test]
    fn each_kind_takes_only_its_own_values() {
        assert_eq!(field(FieldKind::Choice, false).parse("South"), Ok(Some("South".into())));
        assert_eq!(field(FieldKind::Choice, false).parse("south"), Err(Problem::NotAChoice));
        assert_eq!(field(FieldKind::Date, false).parse("2026-02-30"), Err(Problem::NoSuchDay));
        assert_eq!(field(FieldKind::Date, false).parse("2026-02-28"), Ok(Some("2026-02-28".into())));
        let hidden = field(FieldKind::Text, false).parse("a\u{202e}b");
        assert!(matches!(hidden, Err(Problem::Character(_))));
    }

    #[test]
    fn problems_name_the_field_in_words() {
        let error = parse_all(&[field(FieldKind::Text, true)], &[]).unwrap_err();
        assert!(error.about("custom_cost_centre").is_some());
    }

    #[test]
    fn a_choice_needs_at_least_two() {
        let form = FieldForm {
            name: "Site".into(),
            kind: FieldKind::Choice,
            choices: "One\n\nOne\n".into(),
            ..FieldForm::default()
        };
        assert_eq!(form.parse().unwrap_err().about("choices"), Some(Problem::TooFewChoices.sentence()));
    }

    #[test]
    fn what_somebody_else_made_of_a_field_meanwhile_is_brought_into_its_form() {
        let before = field(FieldKind::Choice, false);
        let now = Field { choices: vec!["North".into(), "South".into(), "West".into()], ..before.clone() };
        let mine = FieldForm { name: "Centre".into(), ..FieldForm::of(&before) };
        let Merged { form, taken, conflicts } = merge(&FieldForm::of(&before), &mine, &FieldForm::of(&now));
        assert_eq!((taken, conflicts), (vec!["choices".to_owned()], vec![]));
        assert_eq!(form, FieldForm { name: "Centre".into(), ..FieldForm::of(&now) });
    }

    #[test]
    fn the_example_set_is_what_the_manuals_have() {
        let fields: Vec<_> = example_set().iter().map(|form| form.parse().unwrap()).collect();
        let told: Vec<_> = fields.iter().map(|field| (field.name.as_str(), field.required)).collect();
        assert_eq!(told, [("Company", false), ("Origin", true), ("Location", false)]);
    }
}
