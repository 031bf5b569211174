//! The rules about what proves people, while they are typed.

use domain::{
    Error, Problem,
    edits::{Merged, merge},
    groups::{GroupId, GroupRow},
    settings::{Security, SecurityForm},
    time::{Date, TimeZone},
};
use leptos::prelude::*;

use crate::ui::Meanwhile;

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
    /// The rules that the form was opened with, or saved last.
    pub seen: RwSignal<Security>,
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
            seen: RwSignal::new(form.seen),
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
            seen: self.seen.get_untracked(),
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

    /// Shows these values, as an edit of what they were opened with.
    fn fill(self, form: SecurityForm) {
        self.seen.set(form.seen);
        self.required.set(form.required);
        self.groups.set(form.groups);
        self.from.set(form.from);
        self.allow_app.set(form.allow_app);
        self.allow_passkey.set(form.allow_passkey);
        self.remember_days.set(form.remember_days);
        self.least.set(form.least);
        self.least_beside.set(form.least_with_second_factor);
        self.words.set(form.words);
    }

    /// Brings what was typed together with the rules of now.
    pub fn bring_together(self, now: &Security, groups: &[GroupRow]) -> Meanwhile {
        let of = |security: &Security| self.zone.with_untracked(|zone| SecurityForm::of(security, zone));
        let opened = of(&self.seen.get_untracked());
        let Merged { form, taken, conflicts } = merge(&opened, &self.form(), &of(now));
        self.fill(form);
        Meanwhile::of(&taken, conflicts, label, |name, raw| value(name, raw, groups))
    }

    /// Puts what was chosen into the form.
    pub fn choose(self, name: &str, raw: &str) {
        match name {
            "required" => {
                let mut words = raw.split(' ');
                self.required.set(words.next().unwrap_or_default().to_owned());
                self.groups.set(words.filter_map(GroupId::parse).collect());
            }
            "from" => self.from.set(raw.to_owned()),
            "allowed" => {
                self.allow_passkey.set(raw.contains("passkey"));
                self.allow_app.set(raw.contains("app"));
            }
            "remember_days" => self.remember_days.set(raw.to_owned()),
            "least" => self.least.set(raw.to_owned()),
            "least_with_second_factor" => self.least_beside.set(raw.to_owned()),
            "words" => self.words.set(raw.to_owned()),
            _ => {}
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

/// A rule as its field is called.
fn label(name: &str) -> String {
    let label = match name {
        "required" => "Who must have a second factor",
        "from" => "From which day",
        "allowed" => "Kinds that count",
        "remember_days" => "Days a device may be remembered",
        "least" => "Shortest password",
        "least_with_second_factor" => "Shortest password beside a required second factor",
        _ => "Words not for passwords",
    };
    label.to_owned()
}

/// What a rule holds.
fn value(name: &str, raw: &str, groups: &[GroupRow]) -> String {
    let group = |id: &str| {
        let id = GroupId::parse(id);
        let found = groups.iter().find(|group| Some(group.id) == id);
        found.map_or("a group you may not see", |group| group.name.as_str())
    };
    match (name, raw) {
        ("required", "nobody") => "Nobody".into(),
        ("required", "everyone") => "Everyone".into(),
        ("required", "groups") => "No group".into(),
        ("required", groups) => groups.split(' ').skip(1).map(group).collect::<Vec<_>>().join(", "),
        ("from", "") => "At once".into(),
        ("from", day) => Date::parse(day).map_or_else(|| day.to_owned(), Date::short),
        ("allowed", "passkey") => "Passkey".into(),
        ("allowed", "app") => "Authenticator app".into(),
        ("allowed", "passkey app") => "Passkey, authenticator app".into(),
        (_, "") => "None".into(),
        ("words", words) => words.lines().collect::<Vec<_>>().join(", "),
        (_, typed) => typed.to_owned(),
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

#[cfg(test)]
mod tests {
    use domain::listing::Count;

    use super::*;

    #[test]
    fn rules_read_as_their_form_has_them() {
        let auditors = GroupRow {
            id: GroupId::nil(),
            name: "Auditors".into(),
            description: String::new(),
            builtin: None,
            permissions: domain::PermissionSet::NONE,
            members: Count::Exactly(1),
        };
        let value = |name: &str, raw: &str| value(name, raw, std::slice::from_ref(&auditors));
        assert_eq!(value("required", "everyone"), "Everyone");
        assert_eq!(value("required", &format!("groups {}", GroupId::nil())), "Auditors");
        assert_eq!(value("required", "groups nonsense"), "a group you may not see");
        assert_eq!((value("from", ""), value("from", "2027-01-31")), ("At once".into(), "31 Jan 2027".into()));
        assert_eq!(value("allowed", "passkey app"), "Passkey, authenticator app");
        assert_eq!((value("allowed", "app"), value("allowed", "")), ("Authenticator app".into(), "None".into()));
        assert_eq!((value("words", "Fjord\nKeydesk"), value("least", "16")), ("Fjord, Keydesk".into(), "16".into()));
    }
}
