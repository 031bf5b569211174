//! Live sessions of made-up people. Nobody has their cookies.

use domain::{HOUR, MINUTE, Millis};
use uuid::Uuid;

use super::{
    people::{World, id},
    rng::Rng,
};

/// Live sessions at most, whatever the number of people.
pub(super) const SESSIONS_MOST: i64 = 5_000;
const BROWSERS: [&str; 6] = [
    "Firefox on Windows",
    "Chrome on Windows",
    "Safari on macOS",
    "Chrome on Android",
    "Safari on iOS",
    "Firefox on Linux",
];

/// A live session.
pub(super) struct Session {
    pub token_hash: [u8; 32],
    pub id: Uuid,
    pub browser: &'static str,
    pub address: String,
    pub created_at: Millis,
    pub last_seen_at: Millis,
}

impl World {
    pub fn sessions_in_a_million(&self) -> i64 {
        (SESSIONS_MOST * 1_000_000 / self.users.max(1)).min(5_500)
    }

    pub fn session(&self, rng: &mut Rng, ids: &mut Rng) -> Session {
        // Nobody is younger than a day, so that nobody signed in before they were created.
        let created_at = self.now - rng.below((self.limits.absolute / 2).min(12 * HOUR));
        let idle = rng.below((self.limits.idle / 2).min(30 * MINUTE)).min(self.now - created_at);
        Session {
            token_hash: ids.bytes(),
            id: id(created_at, ids),
            browser: rng.one_of(&BROWSERS).copied().unwrap_or_default(),
            // Addresses for documentation (RFC 5737).
            address: format!("198.51.100.{}", 1 + rng.below(254)),
            created_at,
            last_seen_at: self.now - idle,
        }
    }
}
