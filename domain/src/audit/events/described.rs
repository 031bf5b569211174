//! What is said of an event, by the feature that it is of.

use super::{Event, Person, credentials, fields, groups, installation, log, sessions, settings, sign_in, users};
use crate::{
    audit::{Detail, FieldChange, Sentence},
    time::TimeZone,
    users::UserId,
};

/// How an event reads to its actor and to others.
type Telling<'a> = Box<dyn Fn(Option<&Person>) -> Sentence + 'a>;
/// What stands behind an event, with days of a zone.
type Details<'a> = Box<dyn Fn(&TimeZone) -> Vec<Detail> + 'a>;

/// Everything about an event but the fields that are stored of it.
pub(super) struct Described<'a> {
    kind: &'static str,
    icon: &'static str,
    subjects: Vec<UserId>,
    told: Option<&'a Person>,
    failed: bool,
    sentence: Telling<'a>,
    details: Details<'a>,
}

impl<'a> Described<'a> {
    /// An event about one person. The kind is the tag of the variant; the sentence gets the actor.
    pub fn about(
        user: &Person,
        kind: &'static str,
        icon: &'static str,
        sentence: impl Fn(Option<&Person>) -> Sentence + 'a,
    ) -> Self {
        Self::about_all(vec![user.id], kind, icon, sentence)
    }

    /// An event about no person.
    pub fn about_nobody(
        kind: &'static str,
        icon: &'static str,
        sentence: impl Fn(Option<&Person>) -> Sentence + 'a,
    ) -> Self {
        Self::about_all(vec![], kind, icon, sentence)
    }

    pub fn about_all(
        subjects: Vec<UserId>,
        kind: &'static str,
        icon: &'static str,
        sentence: impl Fn(Option<&Person>) -> Sentence + 'a,
    ) -> Self {
        let (sentence, details) = (Box::new(sentence), Box::new(|_: &TimeZone| vec![]));
        Self { kind, icon, subjects, told: None, failed: false, sentence, details }
    }

    /// It changed or endangers how this person signs in.
    pub fn told_to(self, user: &'a Person) -> Self {
        Self { told: Some(user), ..self }
    }

    /// It is an attempt that did not succeed.
    pub fn failed(self) -> Self {
        Self { failed: true, ..self }
    }

    /// The values behind the sentence, for when the event is opened; days are those of the zone.
    pub fn details(self, details: impl Fn(&TimeZone) -> Vec<Detail> + 'a) -> Self {
        Self { details: Box::new(details), ..self }
    }
}

/// A value behind an event.
pub(super) fn fact(name: &str, value: &str) -> Detail {
    Detail { name: name.into(), before: None, after: Some(value.into()) }
}

/// What was and what is, for each change.
pub(super) fn differences(changes: &[FieldChange]) -> Vec<Detail> {
    let detail = |change: &FieldChange| Detail {
        name: change.field.clone(),
        before: Some(change.before.clone().unwrap_or_default()),
        after: Some(change.after.clone().unwrap_or_default()),
    };
    changes.iter().map(detail).collect()
}

/// A feature, which describes its own events and no other.
type Feature = for<'a> fn(&'a Event) -> Option<Described<'a>>;

const FEATURES: &[Feature] = &[
    users::described,
    groups::described,
    sign_in::described,
    sessions::described,
    credentials::described,
    fields::described,
    settings::described,
    installation::described,
    log::described,
];

impl Event {
    /// The version of the payload's shape, stored with each event.
    pub const VERSION: i32 = 1;

    fn described(&self) -> Described<'_> {
        let described = FEATURES.iter().find_map(|described| described(self));
        described.unwrap_or_else(|| unreachable!("the test below asks each kind for its feature"))
    }

    /// The stable name of the kind.
    pub fn kind(&self) -> &'static str {
        self.described().kind
    }

    /// The icon that stands for it.
    pub fn icon(&self) -> &'static str {
        self.described().icon
    }

    /// The people that the event is about.
    pub fn subjects(&self) -> Vec<UserId> {
        self.described().subjects
    }

    /// The person whose way of signing in this changed or endangers. They are told of it on their next pages, beside
    /// the log that they may not read, whoever did it: a thief does it as the person.
    pub fn told(&self) -> Option<&Person> {
        self.described().told
    }

    /// Whether it records an attempt that did not succeed.
    pub fn failed(&self) -> bool {
        self.described().failed
    }

    /// What happened, as one sentence. `actor` is nobody for strangers and the system;
    /// an actor who acts on themselves is not named twice.
    pub fn sentence(&self, actor: Option<&Person>) -> Sentence {
        (self.described().sentence)(actor)
    }

    /// The values behind the sentence, for when the event is opened; days are those of the zone.
    pub fn details(&self, zone: &TimeZone) -> Vec<Detail> {
        (self.described().details)(zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At least one event of each kind: `tests/it/pins.rs` does not compile without.
    fn of_each_kind() -> Vec<Event> {
        let pins = include_str!("../../../tests/it/pins.txt").lines().filter_map(|line| line.split_once(": "));
        let events = pins.filter(|(_, text)| text.starts_with(r#"{"kind":"#));
        events.map(|(_, text)| serde_json::from_str(text).unwrap()).collect()
    }

    #[test]
    fn an_event_is_described_by_one_feature() {
        let events = of_each_kind();
        assert!(events.len() >= Event::KINDS.len());
        for event in events {
            let kinds: Vec<_> = FEATURES.iter().filter_map(|of| of(&event)).map(|described| described.kind).collect();
            assert_eq!(kinds.len(), 1, "{event:?}: {kinds:?}");
        }
    }

    #[test]
    fn every_kind_can_be_chosen_under_a_name() {
        let mut kinds: Vec<_> = of_each_kind().iter().map(Event::kind).collect();
        let mut named: Vec<_> = Event::KINDS.iter().map(|(kind, _)| *kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        named.sort_unstable();
        assert_eq!(kinds, named);
    }
}
