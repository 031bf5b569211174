//! How long sessions last.

use domain::{MINUTE, sessions::SessionLimits};

use super::{
    given::Given,
    setting::{Setting, setting},
};

pub(super) const SETTINGS: [Setting; 3] = [
    setting(
        "sessions.idle_minutes",
        "KEYDESK_SESSIONS_IDLE_MINUTES",
        "Minutes without activity after which a session ends [KEYDESK_SESSIONS_IDLE_MINUTES, default: 120]",
    )
    .or("120"),
    setting(
        "sessions.absolute_minutes",
        "KEYDESK_SESSIONS_ABSOLUTE_MINUTES",
        "Minutes after which a session ends in any case [KEYDESK_SESSIONS_ABSOLUTE_MINUTES, default: 720]",
    )
    .or("720"),
    setting(
        "sessions.per_person",
        "KEYDESK_SESSIONS_PER_PERSON",
        "Sessions that one person may have at a time; one more ends the oldest [KEYDESK_SESSIONS_PER_PERSON, default: 20]",
    )
    .or("20"),
];

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

pub(super) fn effective(limits: &SessionLimits) -> [String; SETTINGS.len()] {
    [(limits.idle / MINUTE).to_string(), (limits.absolute / MINUTE).to_string(), limits.per_person.to_string()]
}

#[cfg(test)]
mod tests {
    use crate::config::tests::refuses;

    #[test]
    fn what_cannot_be_used_is_named() {
        refuses(&[
            ("sessions.idle_minutes", "0", "idle_minutes"),
            ("sessions.per_person", "0", "KEYDESK_SESSIONS_PER_PERSON"),
            ("sessions.per_person", "1001", "from 1 to 1000"),
        ]);
    }
}
