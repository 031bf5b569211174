//! How long sessions last.

use domain::{MINUTE, sessions::SessionLimits};

use super::given::Given;

/// A year.
const MOST: i64 = 525_600;

pub(super) fn read(given: &Given) -> Result<SessionLimits, String> {
    let minutes = |key: &str| given.number(key, "minutes", 1..=MOST).map(|minutes| minutes * MINUTE);
    Ok(SessionLimits {
        idle: minutes("sessions.idle_minutes")?,
        absolute: minutes("sessions.absolute_minutes")?,
        per_person: given.number("sessions.per_person", "sessions", 1..=1_000)? as u32,
    })
}
