//! Filters in words: each one's name, its value, and the log without it.

use domain::{
    audit::{Event, LogFilter},
    time::Date,
};

/// One filter that is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub name: &'static str,
    pub value: String,
    pub without: LogFilter,
}

/// Every filter that is on, in the order of the form. `person` and `actor` are the names of
/// those that the filter says, or nothing where they were erased.
pub fn told(filter: &LogFilter, person: Option<String>, actor: Option<String>) -> Vec<Told> {
    let name = |name: Option<String>| name.unwrap_or_else(|| "somebody who was erased".into());
    let kind = |kind: &String| {
        let words = Event::KINDS.iter().find(|(code, _)| code == kind).map_or("", |(_, words)| words);
        words.to_lowercase()
    };
    let all = [
        ("About", filter.person.map(|_| name(person)), LogFilter { person: None, ..filter.clone() }),
        ("By", filter.actor.map(|_| name(actor)), LogFilter { actor: None, ..filter.clone() }),
        ("Kind is", filter.kind.as_ref().map(kind), LogFilter { kind: None, ..filter.clone() }),
        ("Since", filter.from.map(Date::short), LogFilter { from: None, ..filter.clone() }),
        ("Until", filter.to.map(Date::short), LogFilter { to: None, ..filter.clone() }),
        (
            "Result is",
            filter.failed.map(|failed| if failed { "failed" } else { "done" }.to_owned()),
            LogFilter { failed: None, ..filter.clone() },
        ),
    ];
    all.into_iter().filter_map(|(name, value, without)| Some(Told { name, value: value?, without })).collect()
}

#[cfg(test)]
mod tests {
    use domain::audit::LogListing;

    use super::*;

    #[test]
    fn each_filter_is_told_and_can_be_taken_off_alone() {
        let pairs = [("kind", "sign_in_failed"), ("from", "2026-01-01"), ("to", "2026-01-31"), ("result", "failed")];
        let filter = LogListing::from_pairs(pairs).unwrap().filter;
        let told = told(&filter, None, None);
        let words: Vec<_> = told.iter().map(|told| format!("{} {}", told.name, told.value)).collect();
        assert_eq!(words, ["Kind is sign-in failed", "Since 1 Jan 2026", "Until 31 Jan 2026", "Result is failed"]);
        assert_eq!(told[0].without, LogFilter { kind: None, ..filter.clone() });
        assert_eq!(told[3].without.failed, None);
    }

    #[test]
    fn nothing_is_told_of_the_whole_log() {
        assert_eq!(told(&LogFilter::default(), None, None), []);
    }
}
