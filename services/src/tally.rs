//! Counts attempts that repeat, so that a flood of them does not become a flood of events.

use std::{collections::HashMap, sync::Mutex};

use domain::{MINUTE, Millis};

/// Keys remembered at most; beyond it, old ones are dropped first.
const MOST: usize = 10_000;

#[derive(Default)]
pub(crate) struct Tally(Mutex<HashMap<String, Counted>>);

struct Counted {
    since: Millis,
    unwritten: u32,
}

impl Tally {
    /// How many attempts an event written now stands for, or nothing when one was
    /// written for this key less than a minute ago.
    pub fn count(&self, key: String, now: Millis) -> Option<u32> {
        let mut counted = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if counted.len() >= MOST {
            counted.retain(|_, entry| now - entry.since < MINUTE);
        }
        if counted.len() >= MOST {
            // Under such a flood only totals matter: everything new shares one key.
            return Self::add(&mut counted, "others".into(), now);
        }
        Self::add(&mut counted, key, now)
    }

    fn add(counted: &mut HashMap<String, Counted>, key: String, now: Millis) -> Option<u32> {
        let entry = counted.entry(key).or_insert(Counted { since: now - MINUTE, unwritten: 0 });
        entry.unwritten += 1;
        if now - entry.since < MINUTE {
            return None;
        }
        let times = std::mem::take(&mut entry.unwritten);
        entry.since = now;
        Some(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_attempt_is_written_and_the_next_ones_are_counted() {
        let tally = Tally::default();
        let count = |at| tally.count("x".into(), at);
        assert_eq!(count(0), Some(1));
        assert_eq!(count(1), None);
        assert_eq!(count(MINUTE - 1), None);
        assert_eq!(count(MINUTE), Some(3));
    }

    #[test]
    fn a_flood_of_different_attempts_stays_bounded() {
        let tally = Tally::default();
        let written = (0..50_000).filter(|n| tally.count(n.to_string(), 0).is_some()).count();
        assert!(written <= MOST + 1);
    }
}
