//! Whose Keydesk it is: its name, and the zone of its days.

use std::sync::Arc;

use domain::{time::TimeZone, users::DisplayName};
use services::time_zones;

use super::{
    given::Given,
    setting::{Setting, setting},
};

pub(super) const SETTINGS: [Setting; 2] = [
    setting("name", "KEYDESK_NAME", "Name of your organisation [KEYDESK_NAME]").or("Keydesk"),
    setting(
        "time_zone",
        "KEYDESK_TIME_ZONE",
        "Zone whose days are shown and typed, such as Europe/Lisbon [KEYDESK_TIME_ZONE]",
    ),
];

#[derive(Clone, Debug)]
pub struct Organisation {
    pub name: String,
    /// Nothing where the settings page decides it.
    pub time_zone: Option<Arc<TimeZone>>,
}

pub(super) fn read(given: &Given) -> Result<Organisation, String> {
    let name = DisplayName::parse(given.text("name"))
        .map_err(|problem| format!("{}: {}", given.named("name"), problem.sentence()))?
        .as_str()
        .to_owned();
    let time_zone = match given.get("time_zone") {
        Some(named) => {
            let found = time_zones::find(&named.text);
            Some(found.ok_or_else(|| given.wrong("time_zone", "write the name of a zone, such as Europe/Lisbon."))?)
        }
        None => None,
    };
    Ok(Organisation { name, time_zone })
}

pub(super) fn effective(organisation: &Organisation) -> [String; SETTINGS.len()] {
    let Organisation { name, time_zone } = organisation;
    let time_zone = time_zone.as_ref().map_or("as the settings page says", |zone| zone.name());
    [name.clone(), time_zone.to_owned()]
}

#[cfg(test)]
mod tests {
    use crate::config::tests::refuses;

    #[test]
    fn what_cannot_be_used_is_named() {
        refuses(&[
            ("name", &"W".repeat(3_000), "at most 100 characters"),
            ("name", "a\nb", "a line break"),
            ("name", "", "is empty"),
            ("name", "\u{3164}", "KEYDESK_NAME"),
            ("name", "North\u{202e}wind", "KEYDESK_NAME"),
            ("name", &"N".repeat(3_000), "KEYDESK_NAME"),
            ("time_zone", "Mars/Olympus", "KEYDESK_TIME_ZONE"),
        ]);
    }
}
