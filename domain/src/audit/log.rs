//! The log as a list: what is shown of an event, and what a list of them is restricted to.

use serde::{Deserialize, Serialize};

use super::{Event, Person, Sentence};
use crate::{
    Millis, Result,
    listing::{Filters, day, unreadable},
    text,
    time::Date,
    users::UserId,
};

/// An event in somebody's activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The event's place in the log; larger is newer.
    pub number: i64,
    pub sentence: Sentence,
    pub icon: String,
    pub failed: bool,
    pub at: Millis,
    /// `Firefox on Linux, 192.0.2.7`, or nothing for the system.
    pub place: String,
}

/// A value behind an event: a fact, or what was and what is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    pub name: String,
    /// Nothing for a fact; empty where there was no value.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// An event in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRow {
    pub number: i64,
    /// The stable kind, such as `user_created`.
    pub kind: String,
    /// Nothing where the details were erased with the person they were about.
    pub sentence: Option<Sentence>,
    pub icon: String,
    pub failed: bool,
    pub at: Millis,
    pub actor: Option<UserId>,
    /// `person`, `stranger`, `system` or `operator`.
    pub actor_kind: String,
    pub address: String,
    pub browser: String,
    pub subjects: Vec<UserId>,
    pub details: Vec<Detail>,
}

/// A page of the log, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    pub rows: Vec<LogRow>,
    /// The number of the last event where there are older ones.
    pub older: Option<i64>,
    /// Whether this is not the newest page.
    pub later: bool,
    /// Whoever acts in the rows or is what they are about, by the name they have now. Erased
    /// people are missing.
    pub people: Vec<Person>,
    /// Names of the people that the list is restricted to.
    pub person: Option<String>,
    pub actor: Option<String>,
}

/// What the log is restricted to. All of it holds at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogFilter {
    /// Events about this person.
    pub person: Option<UserId>,
    /// Events by this person.
    pub actor: Option<UserId>,
    /// One of [`Event::KINDS`].
    pub kind: Option<String>,
    /// From the beginning of this day, and to the end of that one, in the installation's zone.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Only what failed, or only what did not.
    pub failed: Option<bool>,
}

/// Everything that decides what the log shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogListing {
    pub filter: LogFilter,
    /// The number of the last event already shown.
    pub before: Option<i64>,
}

impl Filters for LogFilter {
    fn read(&mut self, name: &str, value: &str) -> Result<()> {
        let person = || UserId::parse(value).ok_or_else(|| unreadable(name));
        match name {
            "person" => self.person = Some(person()?),
            "actor" => self.actor = Some(person()?),
            "kind" => {
                self.kind = Some(value.to_owned());
                self.check()?;
            }
            "from" => self.from = Some(day(name, value)?),
            "to" => self.to = Some(day(name, value)?),
            "result" => {
                self.failed = Some(match value {
                    "failed" => true,
                    "done" => false,
                    _ => return Err(unreadable(name)),
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn pairs(&self) -> Vec<(String, String)> {
        let pairs = [
            ("person", self.person.map(|id| id.to_string())),
            ("actor", self.actor.map(|id| id.to_string())),
            ("kind", self.kind.clone()),
            ("from", self.from.map(|day| day.to_string())),
            ("to", self.to.map(|day| day.to_string())),
            ("result", self.failed.map(|failed| if failed { "failed" } else { "done" }.to_owned())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    fn check(&self) -> Result<()> {
        let known = |kind: &String| Event::KINDS.iter().any(|(known, _)| known == kind);
        if self.kind.as_ref().is_none_or(known) { Ok(()) } else { Err(unreadable("kind")) }
    }
}

impl LogListing {
    /// Reads the parameters of a URL. Parameters that it does not know are left alone.
    ///
    /// # Errors
    /// A field error that names a known parameter whose value makes no sense.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self> {
        let mut listing = Self::default();
        for (name, value) in pairs {
            match (name.as_ref(), value.as_ref()) {
                // A form sends its empty fields too: no restriction.
                (_, "") => {}
                ("before", value) => listing.before = Some(value.parse().map_err(|_| unreadable("before"))?),
                (name, value) => listing.filter.read(name, value)?,
            }
        }
        Ok(listing)
    }

    /// The query string, with its question mark, or nothing for the whole log.
    pub fn query(&self) -> String {
        let before = self.before.map(|number| ("before".to_owned(), number.to_string()));
        text::query(self.filter.pairs().into_iter().chain(before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    fn read(query: &str) -> Result<LogListing> {
        LogListing::from_pairs(query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('=')))
    }

    #[test]
    fn a_log_survives_its_address() {
        let query = "?kind=signed_in&from=2026-01-01&to=2026-01-31&result=failed&before=42";
        assert_eq!(read(query).unwrap().query(), query);
        assert_eq!(read("").unwrap().query(), "");
    }

    #[test]
    fn a_tampered_parameter_is_named() {
        for (query, field) in [
            ("person=x", "person"),
            ("actor=1", "actor"),
            ("kind=everything", "kind"),
            ("from=2026-02-30", "from"),
            ("to=tomorrow", "to"),
            ("result=maybe", "result"),
            ("before=last", "before"),
        ] {
            let Err(Error::Invalid(fields)) = read(query) else { panic!("{query} was accepted") };
            assert_eq!(fields[0].field, field, "{query}");
        }
    }
}
