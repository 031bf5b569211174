//! Counts attempts that repeat, so that a flood of them does not become a flood of events.

use std::{collections::HashMap, sync::Mutex};

use domain::{MINUTE, Millis, audit::Event};

use crate::audit::By;

/// Keys remembered at most; beyond it, everything new shares one.
const MOST: usize = 10_000;

#[derive(Default)]
pub(crate) struct Tally(Mutex<HashMap<String, Counted>>);

struct Counted {
    since: Millis,
    unwritten: u32,
    /// What to write for those not written yet.
    last: Option<(By, Event)>,
}

impl Tally {
    /// The event to write now, or nothing when one was written for this key less than a
    /// minute ago: then it is counted, and [`Self::due`] gives it out later.
    pub fn count(&self, key: String, now: Millis, by: &By, event: impl FnOnce(u32) -> Event) -> Option<Event> {
        let mut counted = self.lock();
        let key = if counted.len() < MOST || counted.contains_key(&key) { key } else { "others".into() };
        let entry = counted.entry(key).or_insert(Counted { since: now - MINUTE, unwritten: 0, last: None });
        entry.unwritten += 1;
        let event = event(entry.unwritten);
        if now - entry.since < MINUTE {
            entry.last = Some((by.clone(), event));
            return None;
        }
        *entry = Counted { since: now, unwritten: 0, last: None };
        Some(event)
    }

    /// What was counted and not written, once its minute is over, or at once when `all`.
    pub fn due(&self, now: Millis, all: bool) -> Vec<(By, Event)> {
        let over = |entry: &Counted| all || now - entry.since >= MINUTE;
        let mut counted = self.lock();
        let due = counted.values_mut().filter(|entry| over(entry)).filter_map(|entry| entry.last.take()).collect();
        counted.retain(|_, entry| !over(entry));
        due
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Counted>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by() -> By {
        By { kind: "stranger", person: None, address: String::new(), browser: String::new() }
    }

    fn times(event: &Event) -> u32 {
        match event {
            Event::CastSeeded { users } => *users,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_attempt_is_written_and_the_next_ones_are_counted() {
        let tally = Tally::default();
        let count = |at| tally.count("x".into(), at, &by(), |users| Event::CastSeeded { users }).map(|e| times(&e));
        assert_eq!(count(0), Some(1));
        assert_eq!(count(1), None);
        assert_eq!(count(MINUTE - 1), None);
        assert_eq!(count(MINUTE), Some(3));
    }

    #[test]
    fn what_was_only_counted_is_written_once_the_minute_is_over() {
        let tally = Tally::default();
        for at in 0..5 {
            tally.count("x".into(), at, &by(), |users| Event::CastSeeded { users });
        }
        assert!(tally.due(MINUTE - 1, false).is_empty());
        let due = tally.due(MINUTE, false);
        assert_eq!(due.iter().map(|(_, event)| times(event)).collect::<Vec<_>>(), [4]);
        assert!(tally.due(MINUTE, true).is_empty(), "and only once");
    }

    #[test]
    fn a_flood_of_different_attempts_stays_bounded() {
        let tally = Tally::default();
        let attempt = |n: i32| tally.count(n.to_string(), 0, &by(), |users| Event::CastSeeded { users });
        assert!((0..50_000).filter_map(attempt).count() <= MOST + 1);
    }
}
