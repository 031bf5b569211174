//! The rules about what proves people, while they are typed.

use domain::{
    Error, Problem,
    groups::GroupId,
    settings::{Security, SecurityForm},
    time::TimeZone,
};
use leptos::prelude::*;

/// The names of the fields as a person would say them: they stand over the form where
/// something is wrong. First that of the rules, then that of the form.
const NAMES: [(&str, &str); 7] = [
    ("required", REQUIRED),
    ("from", FROM),
    ("allowed", ALLOWED),
    ("remember_days", REMEMBER_DAYS),
    ("least", LEAST),
    ("least_with_second_factor", LEAST_BESIDE),
    ("words", WORDS),
];
pub const REQUIRED: &str = "who_needs_one";
pub const FROM: &str = "from_which_day";
pub const ALLOWED: &str = "kinds_that_count";
pub const REMEMBER_DAYS: &str = "days_a_device_is_remembered";
pub const LEAST: &str = "shortest_password";
pub const LEAST_BESIDE: &str = "shortest_beside_a_second_factor";
pub const WORDS: &str = "words_not_for_passwords";

#[derive(Clone, Copy)]
pub struct Draft {
    pub required: RwSignal<String>,
    pub groups: RwSignal<Vec<GroupId>>,
    pub from: RwSignal<String>,
    pub allow_app: RwSignal<bool>,
    pub allow_passkey: RwSignal<bool>,
    pub remember_days: RwSignal<String>,
    pub least: RwSignal<String>,
    pub least_beside: RwSignal<String>,
    pub words: RwSignal<String>,
    pub error: RwSignal<Option<Error>>,
    /// Whose days are typed.
    zone: RwSignal<TimeZone>,
}

impl Draft {
    pub fn of(security: &Security, zone: RwSignal<TimeZone>) -> Self {
        let form = zone.with_untracked(|zone| SecurityForm::of(security, zone));
        Self {
            required: RwSignal::new(form.required),
            groups: RwSignal::new(form.groups),
            from: RwSignal::new(form.from),
            allow_app: RwSignal::new(form.allow_app),
            allow_passkey: RwSignal::new(form.allow_passkey),
            remember_days: RwSignal::new(form.remember_days),
            least: RwSignal::new(form.least),
            least_beside: RwSignal::new(form.least_with_second_factor),
            words: RwSignal::new(form.words),
            error: RwSignal::new(None),
            zone,
        }
    }

    pub fn form(self) -> SecurityForm {
        SecurityForm {
            required: self.required.get_untracked(),
            groups: self.groups.get_untracked(),
            from: self.from.get_untracked(),
            time_zone: Some(self.zone.with_untracked(|zone| zone.name().to_owned())),
            allow_app: self.allow_app.get_untracked(),
            allow_passkey: self.allow_passkey.get_untracked(),
            remember_days: self.remember_days.get_untracked(),
            least: self.least.get_untracked(),
            least_with_second_factor: self.least_beside.get_untracked(),
            words: self.words.get_untracked(),
        }
    }

    /// What is wrong with the field of this name.
    pub fn about(self, name: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.problems().into_iter().find(|(own, _)| own == name).map(|(_, words)| words))
    }

    /// Every problem with the field it belongs to; an empty name is about the whole form.
    pub fn problems(self) -> Vec<(String, String)> {
        match self.error.get() {
            None => vec![],
            Some(Error::Invalid(fields)) => fields
                .into_iter()
                .map(|error| {
                    let name = NAMES.iter().find(|(rule, _)| *rule == error.field).map_or("", |(_, name)| name);
                    (name.to_owned(), in_words(name, &error.problem))
                })
                .collect(),
            Some(other) => vec![(String::new(), other.sentence())],
        }
    }
}

/// What is missing here is chosen, not typed.
fn in_words(name: &str, problem: &Problem) -> String {
    match (name, problem) {
        (REQUIRED, Problem::Missing) => "Choose at least one group.".into(),
        (ALLOWED, Problem::Missing) => "Choose at least one kind.".into(),
        (_, other) => other.sentence(),
    }
}
