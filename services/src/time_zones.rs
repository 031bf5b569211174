//! The time zones of the IANA database, as it is bundled with the program: every node knows the
//! same ones, whatever its machine has.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use domain::time::{OffsetChange, TimeZone, midnight};
use jiff::{
    Timestamp,
    tz::{self, Offset, TimeZoneDatabase},
};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
/// Zones by their exact names.
static KNOWN: LazyLock<RwLock<HashMap<String, Arc<TimeZone>>>> = LazyLock::new(RwLock::default);

/// The names to choose from: each zone under its primary name, in alphabetical order.
pub fn names() -> Vec<String> {
    let all = DATABASE.available().map(|name| name.as_str().to_owned());
    // Abbreviations and fixed offsets are no places.
    let place = |name: &String| (name.contains('/') && !name.starts_with("Etc/")) || name == "UTC";
    let primary = |name: &String| DATABASE.get(name).is_ok_and(|zone| zone.is_primary());
    let mut names: Vec<_> = all.filter(|name| place(name) && primary(name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The zone of this name, whatever its case; blanks stand for the underscores of a name.
pub fn find(name: &str) -> Option<Arc<TimeZone>> {
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(name) {
        return Some(known.clone());
    }
    let found = DATABASE.get(&name.trim().replace(' ', "_")).ok()?;
    let name = found.iana_name()?.to_owned();
    let zone = Arc::new(read(&name, &found));
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(name, zone.clone());
    Some(zone)
}

/// What the pages need to know of a zone.
fn read(name: &str, zone: &tz::TimeZone) -> TimeZone {
    let begins = |year| Timestamp::from_millisecond(midnight(year, 1, 1).unwrap_or_default()).unwrap_or_default();
    let (from, to) = (begins(TimeZone::YEARS.0), begins(TimeZone::YEARS.1));
    // Offsets and changes are whole minutes since 1972.
    let minutes = |offset: Offset| (offset.seconds() / 60) as i16;
    let first = minutes(zone.to_offset(from));
    let mut offset = first;
    let mut changes = vec![];
    for change in zone.following(from).take_while(|change| change.timestamp() < to) {
        let is = minutes(change.offset());
        if is != offset {
            offset = is;
            changes.push(OffsetChange((change.timestamp().as_second() / 60) as i32, is));
        }
    }
    TimeZone::new(name, first, changes)
}

#[cfg(test)]
mod tests {
    use domain::{SECOND, time::Date};

    use super::*;

    /// What the database itself says: the day, hour and minute in a zone.
    fn told(zone: &tz::TimeZone, ms: i64) -> String {
        let at = zone.to_datetime(Timestamp::from_millisecond(ms).unwrap());
        format!("{:04}-{:02}-{:02}T{:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute())
    }

    fn ours(zone: &TimeZone, ms: i64) -> String {
        let exact = zone.exact(ms);
        let time = exact.split(", ").nth(1).and_then(|time| time.split(' ').next()).unwrap();
        format!("{}T{time}", zone.date_of(ms))
    }

    #[test]
    fn every_zone_says_what_the_database_says_from_the_year_2000_on() {
        let from = midnight(2000, 1, 1).unwrap();
        for name in names() {
            let (zone, theirs) = (find(&name).unwrap(), DATABASE.get(&name).unwrap());
            for change in &theirs.following(Timestamp::from_millisecond(from).unwrap()).take(200).collect::<Vec<_>>() {
                let at = change.timestamp().as_millisecond();
                if at >= midnight(2100, 1, 1).unwrap() {
                    break;
                }
                // Changes of these follow the moon and are foretold up to 2087.
                let moon = ["Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza", "Asia/Hebron"];
                if at >= midnight(2056, 1, 1).unwrap() && moon.contains(&&*name) {
                    break;
                }
                let before = told(&theirs, at - 1);
                for ms in [at - 1, at, at + 30 * 60 * SECOND] {
                    let (ours, theirs) = (ours(&zone, ms), told(&theirs, ms));
                    // A day does not begin twice where clocks go back over midnight.
                    let begun = ours[..10] > theirs[..10] && ours[..10] == before[..10] && ours[10..] == theirs[10..];
                    assert!(ours == theirs || begun, "{name} at {ms}: {ours}, and not {theirs}");
                }
            }
        }
    }

    #[test]
    fn days_without_a_midnight_begin_after_it() {
        let hours = |name: &str, day: &str| {
            let (zone, date) = (find(name).unwrap(), Date::parse(day).unwrap());
            let (start, end) = (zone.start_of(date), zone.end_of(date));
            (zone.exact(start), (end + 1 - start) / (60 * 60 * SECOND))
        };
        for (name, day, start, length) in [
            ("America/Santiago", "2026-09-06", "6 Sep 2026, 01:00 America/Santiago", 23),
            ("Africa/Cairo", "2026-04-24", "24 Apr 2026, 01:00 Africa/Cairo", 23),
            ("Asia/Beirut", "2026-03-29", "29 Mar 2026, 01:00 Asia/Beirut", 23),
            ("Europe/Lisbon", "2026-10-25", "25 Oct 2026, 00:00 Europe/Lisbon", 25),
            ("Pacific/Apia", "2011-12-30", "31 Dec 2011, 00:00 Pacific/Apia", 0),
            ("Asia/Tokyo", "2026-02-28", "28 Feb 2026, 00:00 Asia/Tokyo", 24),
        ] {
            assert_eq!(hours(name, day), (start.to_owned(), length), "{name} {day}");
        }
    }

    #[test]
    fn a_name_is_found_as_people_type_it_and_nothing_else_is() {
        for typed in ["America/New_York", "america/new_york", " America/New York "] {
            assert_eq!(find(typed).unwrap().name(), "America/New_York", "{typed}");
        }
        assert_eq!(find("utc").unwrap().name(), "UTC");
        assert_eq!(*find("UTC").unwrap(), TimeZone::default());
        for unknown in ["", "Mars/Olympus", "../etc/passwd", "Etc/Unknown", "Europe/", "+02:00"] {
            assert!(find(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn there_are_a_few_hundred_places_and_what_each_page_carries_of_one_is_small() {
        let names = names();
        assert!((350..600).contains(&names.len()), "{}", names.len());
        for place in ["UTC", "Europe/Lisbon", "Asia/Kolkata", "America/Argentina/Buenos_Aires"] {
            assert!(names.iter().any(|name| name == place), "{place}");
        }
        for name in names {
            let size = serde_json::to_string(&*find(&name).unwrap()).unwrap().len();
            assert!(size < 2_500, "{name}: {size}");
        }
    }
}
