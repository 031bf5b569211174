//! The log as a list: what is shown of an event, and what a list of them is restricted to.

use serde::{Deserialize, Serialize};

use super::{Event, Person, Sentence};
use crate::{Error, Millis, Problem, Result, text, time::Date, users::UserId};

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

impl LogListing {
    /// Reads the parameters of a URL; a known one that makes no sense is an error that names it.
    ///
    /// # Errors
    /// A field error.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self> {
        let mut listing = Self::default();
        for (name, value) in pairs {
            let (name, value) = (name.as_ref(), value.as_ref());
            // A form sends its empty fields too.
            if value.is_empty() {
                continue;
            }
            let unreadable = || Error::field(name, Problem::Unreadable);
            let day = || Date::parse(value).ok_or_else(|| Error::field(name, Problem::NoSuchDay));
            let filter = &mut listing.filter;
            match name {
                "person" => filter.person = Some(UserId::parse(value).ok_or_else(unreadable)?),
                "actor" => filter.actor = Some(UserId::parse(value).ok_or_else(unreadable)?),
                "kind" => {
                    let known = Event::KINDS.iter().any(|(kind, _)| *kind == value);
                    filter.kind = Some(known.then(|| value.to_owned()).ok_or_else(unreadable)?);
                }
                "from" => filter.from = Some(day()?),
                "to" => filter.to = Some(day()?),
                "result" => {
                    filter.failed = Some(match value {
                        "failed" => true,
                        "done" => false,
                        _ => return Err(unreadable()),
                    });
                }
                "before" => listing.before = Some(value.parse().map_err(|_| unreadable())?),
                _ => {}
            }
        }
        Ok(listing)
    }

    /// The query string, with its question mark, or nothing for the whole log.
    pub fn query(&self) -> String {
        let filter = &self.filter;
        let pairs = [
            ("person", filter.person.map(|id| id.to_string())),
            ("actor", filter.actor.map(|id| id.to_string())),
            ("kind", filter.kind.clone()),
            ("from", filter.from.map(|day| day.to_string())),
            ("to", filter.to.map(|day| day.to_string())),
            ("result", filter.failed.map(|failed| if failed { "failed" } else { "done" }.to_owned())),
            ("before", self.before.map(|number| number.to_string())),
        ];
        text::query(pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
