//! What a form about a person holds while it is filled in, for a new one and for an existing one.

use domain::{
    Error,
    fields::{self, Field, FieldId, FieldValue},
    groups::GroupId,
    time::TimeZone,
    users::{FirstPassword, NewPassword, NewUserForm, UserChanges},
};
use leptos::prelude::*;

use crate::ui::use_time_zone;

#[derive(Clone, Copy)]
pub struct Draft {
    pub username: RwSignal<String>,
    pub display_name: RwSignal<String>,
    pub email: RwSignal<String>,
    pub expires_on: RwSignal<String>,
    /// Which password: `keep`, `random` or `typed`.
    pub kind: RwSignal<String>,
    pub password: RwSignal<String>,
    pub groups: RwSignal<Vec<GroupId>>,
    pub fields: RwSignal<Vec<FieldValue>>,
    /// A second factor is required of them; asked of somebody new only.
    pub second_factor: RwSignal<bool>,
    pub error: RwSignal<Option<Error>>,
    /// Whose days are typed.
    zone: RwSignal<TimeZone>,
}

impl Draft {
    pub fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            username: text(),
            display_name: text(),
            email: text(),
            expires_on: text(),
            kind: text(),
            password: text(),
            groups: RwSignal::new(vec![]),
            fields: RwSignal::new(vec![]),
            second_factor: RwSignal::new(false),
            error: RwSignal::new(None),
            zone: use_time_zone(),
        }
    }

    /// An empty form; `kind` is the password's safe choice.
    pub fn clear(self, kind: &str) {
        for text in [self.username, self.password] {
            text.set(String::new());
        }
        self.fill(&UserChanges::default());
        self.kind.set(kind.into());
        self.second_factor.set(false);
        self.error.set(None);
    }

    /// Shows these values; a password that was typed stays.
    pub fn fill(self, form: &UserChanges) {
        self.display_name.set(form.display_name.clone());
        self.email.set(form.email.clone());
        self.expires_on.set(form.expires_on.clone());
        self.groups.set(form.groups.clone());
        self.fields.set(form.fields.clone());
    }

    pub fn new_user(self) -> NewUserForm {
        NewUserForm {
            username: self.username.get_untracked(),
            display_name: self.display_name.get_untracked(),
            email: self.email.get_untracked(),
            password: if self.is("typed") {
                FirstPassword::Typed(self.password.get_untracked())
            } else {
                FirstPassword::Random
            },
            groups: self.groups.get_untracked(),
            fields: self.fields.get_untracked(),
            expires_on: self.expires_on.get_untracked(),
            time_zone: Some(self.zone.with_untracked(|zone| zone.name().to_owned())),
            second_factor_required: self.second_factor.get_untracked(),
        }
    }

    /// The edit of the version that was opened.
    pub fn changes(self, opened: &UserChanges) -> UserChanges {
        UserChanges {
            id: opened.id,
            version: opened.version,
            display_name: self.display_name.get_untracked(),
            email: self.email.get_untracked(),
            expires_on: self.expires_on.get_untracked(),
            time_zone: opened.time_zone.clone(),
            groups: self.groups.get_untracked(),
            fields: self.fields.get_untracked(),
            password: if self.is("typed") {
                NewPassword::Typed(self.password.get_untracked())
            } else if self.is("random") {
                NewPassword::Random
            } else {
                NewPassword::Keep
            },
        }
    }

    fn is(self, kind: &str) -> bool {
        self.kind.with_untracked(|chosen| chosen == kind)
    }

    /// The value of a custom field, as typed.
    pub fn field(self, id: FieldId) -> String {
        self.fields
            .with(|values| values.iter().find(|it| it.field == id).map(|it| it.value.clone()).unwrap_or_default())
    }

    pub fn set_field(self, field: FieldId, value: String) {
        self.fields.update(|values| match values.iter_mut().find(|it| it.field == field) {
            Some(held) => held.value = value,
            None => values.push(FieldValue { field, value }),
        });
    }

    pub fn set_group(self, id: GroupId, member: bool) {
        self.groups.update(|groups| {
            groups.retain(|group| *group != id);
            if member {
                groups.push(id);
            }
        });
    }

    /// What is wrong with this field.
    pub fn about(self, field: impl Into<String>) -> Signal<Option<String>> {
        let field = field.into();
        Signal::derive(move || self.error.with(|e| e.as_ref().and_then(|e| e.about(&field))))
    }

    /// Every problem with the field it belongs to; an empty name is about the whole form.
    pub fn problems(self) -> Signal<Vec<(String, String)>> {
        Signal::derive(move || match self.error.get() {
            None => vec![],
            Some(Error::Invalid(fields)) => fields
                .into_iter()
                // A field that is gone has no input that one could be sent to.
                .map(|e| (if e.field == "custom_fields" { String::new() } else { e.field }, e.problem.sentence()))
                .collect(),
            Some(other) => vec![(String::new(), other.sentence())],
        })
    }

    /// Shows why the server said no. Says whether the server has other custom fields than these.
    pub fn refuse(self, error: Error, defined: Option<Vec<Field>>) -> bool {
        let defined = defined.unwrap_or_default();
        let unknown =
            |name: &str| name.starts_with("custom_") && !defined.iter().any(|field| field.form_name() == name);
        let other = matches!(&error, Error::Invalid(problems) if problems.iter().any(|it| unknown(&it.field)));
        self.error.set(Some(error));
        other
    }

    /// Checks what the browser can check, `parsed` and the custom fields: every problem at once.
    /// Without their definitions the server alone looks at those.
    pub fn accepts<T>(self, parsed: domain::Result<T>, defined: Option<Vec<Field>>) -> bool {
        let custom = defined.and_then(|defined| {
            // A field that is gone is not asked about any more.
            self.fields.update(|values| values.retain(|value| defined.iter().any(|field| field.id == value.field)));
            self.fields.with_untracked(|values| fields::parse_all(&defined, values)).err()
        });
        let error = match (parsed.err(), custom) {
            (Some(Error::Invalid(mut problems)), Some(Error::Invalid(more))) => {
                problems.extend(more);
                Some(Error::Invalid(problems))
            }
            (one, other) => one.or(other),
        };
        let good = error.is_none();
        self.error.set(error);
        good
    }
}
