//! The zone in whose days an installation lives. A pure value: the server fills it from a
//! zone database and the browser gets it with the page, so that both say the same day.

use serde::{Deserialize, Serialize};

use super::{Date, Utc, midnight, utc};
use crate::{DAY, HOUR, MINUTE, Millis, Problem};

/// A time zone: a name, and how far its clocks are ahead of UTC at each moment.
///
/// Clocks before the first change are as before it. The last 28 years before
/// [`TimeZone::END`] are taken for the zone's rule: a later year is like the one of them
/// that begins on the same weekday and is as long, since rules speak of weekdays ("the last
/// Sunday of October").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeZone {
    name: String,
    /// Minutes ahead of UTC before the first change.
    first: i16,
    changes: Vec<OffsetChange>,
}

/// From this minute on (counted from 1970-01-01T00:00Z), so many minutes ahead of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffsetChange(pub i32, pub i16);

impl OffsetChange {
    fn at(self) -> Millis {
        i64::from(self.0) * MINUTE
    }
}

/// No clock is further from UTC.
const FURTHEST: Millis = 26 * HOUR;

impl Default for TimeZone {
    fn default() -> Self {
        Self { name: "UTC".into(), first: 0, changes: vec![] }
    }
}

impl TimeZone {
    /// The years whose changes a zone knows: from the first of January of one to that of the other, in UTC.
    pub const YEARS: (i64, i64) = (2000, 2056);

    /// `changes` are those within [`Self::YEARS`], in order.
    pub fn new(name: &str, first: i16, changes: Vec<OffsetChange>) -> Self {
        Self { name: name.into(), first, changes }
    }

    /// Its name in the IANA database, such as `Asia/Tokyo`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The day in which this moment lies: that whose beginning is the last before it.
    pub fn date_of(&self, ms: Millis) -> Date {
        let mut date = Date::of_wall(self.wall(ms));
        // Clocks that are put back over midnight show the day before once more.
        while self.start_of(date.following()) <= ms {
            date = date.following();
        }
        date
    }

    /// The first moment of a day: midnight, or where clocks leave midnight out, the moment
    /// after that. A day that is left out as a whole begins with the next one.
    pub fn start_of(&self, date: Date) -> Millis {
        let wall = date.wall();
        let later = beyond(wall);
        self.first_at(wall - later) + later
    }

    /// The last moment of a day.
    pub fn end_of(&self, date: Date) -> Millis {
        self.start_of(date.following()) - 1
    }

    /// Whether a day typed beside this name, if any, means the same day here.
    ///
    /// # Errors
    /// `TimeZoneChanged`.
    pub fn ensure_shown(&self, name: Option<&str>) -> Result<(), Problem> {
        if name.is_none_or(|name| name == self.name) { Ok(()) } else { Err(Problem::TimeZoneChanged) }
    }

    /// `14 Mar 2024, 18:26 Asia/Tokyo`.
    pub fn exact(&self, ms: Millis) -> String {
        let Utc { hour, minute, .. } = utc(self.wall(ms));
        format!("{}, {hour:02}:{minute:02} {}", Date::of_wall(self.wall(ms)).short(), self.name)
    }

    /// `2024-03-14 (Asia/Tokyo)`: a day that is written down, where it has to mean the same after
    /// the zone was changed.
    pub fn record(&self, ms: Millis) -> String {
        format!("{} ({})", self.date_of(ms), self.name)
    }

    /// The moment that a typed day stands for, where `kept` stands there already: a form
    /// knows only days, and a moment that lies in the day it shows is not moved by saving.
    pub fn keeping(
        &self,
        kept: Option<Millis>,
        typed: Option<Date>,
        moment: fn(&Self, Date) -> Millis,
    ) -> Option<Millis> {
        let date = typed?;
        kept.filter(|kept| self.date_of(*kept) == date).or_else(|| Some(moment(self, date)))
    }

    /// What clocks in the zone show, as milliseconds.
    fn wall(&self, ms: Millis) -> i64 {
        let known = ms - beyond(ms);
        let at = self.changes.partition_point(|change| change.at() <= known);
        ms + self.offset(at)
    }

    /// How far ahead of UTC clocks are after so many changes.
    fn offset(&self, changes: usize) -> Millis {
        let minutes = changes.checked_sub(1).and_then(|at| self.changes.get(at)).map_or(self.first, |change| change.1);
        i64::from(minutes) * MINUTE
    }

    /// The first moment at which clocks show this or later.
    fn first_at(&self, wall: i64) -> Millis {
        let mut changes = self.changes.partition_point(|change| change.at() <= wall - FURTHEST);
        let mut since = Millis::MIN;
        loop {
            let shown = since.max(wall - self.offset(changes));
            match self.changes.get(changes) {
                Some(next) if next.at() <= shown => since = next.at(),
                _ => return shown,
            }
            changes += 1;
        }
    }
}

/// How much later this is than the year that stands for its own, in milliseconds: nothing
/// within the years that are known.
fn beyond(ms: Millis) -> Millis {
    let (_, end) = TimeZone::YEARS;
    let year = utc(ms).year;
    if year < end {
        return 0;
    }
    let begins = |year| midnight(year, 1, 1).unwrap_or_default();
    let like = |year| (begins(year).div_euclid(DAY).rem_euclid(7), begins(year + 1) - begins(year));
    // Each of the fourteen kinds of years is among any 28 that follow one another without a century.
    let known = (end - 28..end).find(|known| like(*known) == like(year));
    known.map_or(0, |known| begins(year) - begins(known))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::rfc3339;

    fn zone(name: &str, first: i16, changes: &[(i32, i16)]) -> TimeZone {
        TimeZone::new(name, first, changes.iter().map(|(at, offset)| OffsetChange(*at, *offset)).collect())
    }

    fn tokyo() -> TimeZone {
        zone("Asia/Tokyo", 540, &[])
    }

    fn berlin() -> TimeZone {
        zone("Europe/Berlin", 60, &[(29_579_100, 120), (29_881_500, 60)])
    }

    /// The first and the last moment of a day, and its length in hours.
    fn day(zone: &TimeZone, day: &str) -> (String, String, i64) {
        let date = Date::parse(day).unwrap();
        let (start, end) = (zone.start_of(date), zone.end_of(date));
        (rfc3339(start), rfc3339(end), (end + 1 - start) / HOUR)
    }

    fn at(text: &str) -> Millis {
        let (date, time) = text.split_once('T').unwrap();
        let (hour, minute) = time.split_once(':').unwrap();
        let midnight = TimeZone::default().start_of(Date::parse(date).unwrap());
        midnight + hour.parse::<i64>().unwrap() * HOUR + minute.parse::<i64>().unwrap() * MINUTE
    }

    fn date(zone: &TimeZone, moment: &str) -> String {
        zone.date_of(at(moment)).to_string()
    }

    #[test]
    fn half_past_eleven_at_night_in_utc_is_the_next_day_in_tokyo() {
        assert_eq!(date(&TimeZone::default(), "2026-02-27T23:30"), "2026-02-27");
        assert_eq!(date(&tokyo(), "2026-02-27T23:30"), "2026-02-28");
        assert_eq!(tokyo().exact(at("2026-02-27T23:30")), "28 Feb 2026, 08:30 Asia/Tokyo");
        assert_eq!(day(&tokyo(), "2026-02-28"), ("2026-02-27T15:00:00Z".into(), "2026-02-28T14:59:59Z".into(), 24));
    }

    #[test]
    fn a_day_has_23_hours_when_clocks_are_put_forward_and_25_when_they_are_put_back() {
        let berlin = berlin();
        assert_eq!(day(&berlin, "2026-03-28").2, 24);
        assert_eq!(day(&berlin, "2026-03-29"), ("2026-03-28T23:00:00Z".into(), "2026-03-29T21:59:59Z".into(), 23));
        assert_eq!(day(&berlin, "2026-10-25"), ("2026-10-24T22:00:00Z".into(), "2026-10-25T22:59:59Z".into(), 25));
        for (moment, expected) in [
            ("2026-03-28T22:59", "2026-03-28"),
            ("2026-03-28T23:00", "2026-03-29"),
            ("2026-03-29T21:59", "2026-03-29"),
            ("2026-03-29T22:00", "2026-03-30"),
            ("2026-10-25T22:59", "2026-10-25"),
            ("2026-10-25T23:00", "2026-10-26"),
        ] {
            assert_eq!(date(&berlin, moment), expected, "{moment}");
        }
    }

    #[test]
    fn a_day_whose_midnight_is_left_out_begins_at_one() {
        let santiago = zone("America/Santiago", -180, &[(29_589_300, -240), (29_811_120, -180)]);
        assert_eq!(day(&santiago, "2026-09-06"), ("2026-09-06T04:00:00Z".into(), "2026-09-07T02:59:59Z".into(), 23));
        assert_eq!(date(&santiago, "2026-09-06T03:59"), "2026-09-05");
        assert_eq!(santiago.exact(at("2026-09-06T04:00")), "6 Sep 2026, 01:00 America/Santiago");
        let cairo = zone("Africa/Cairo", 120, &[(29_616_360, 180), (29_888_460, 120)]);
        assert_eq!(day(&cairo, "2026-04-24"), ("2026-04-23T22:00:00Z".into(), "2026-04-24T20:59:59Z".into(), 23));
        let beirut = zone("Asia/Beirut", 120, &[(29_578_920, 180), (29_881_260, 120)]);
        assert_eq!(day(&beirut, "2026-03-29"), ("2026-03-28T22:00:00Z".into(), "2026-03-29T20:59:59Z".into(), 23));
    }

    #[test]
    fn a_day_whose_last_hour_comes_twice_ends_after_the_second() {
        // At midnight clocks go back to eleven.
        let santiago = zone("America/Santiago", -180, &[(29_589_300, -240)]);
        assert_eq!(day(&santiago, "2026-04-04"), ("2026-04-04T03:00:00Z".into(), "2026-04-05T03:59:59Z".into(), 25));
        assert_eq!(date(&santiago, "2026-04-05T03:59"), "2026-04-04");
        assert_eq!(date(&santiago, "2026-04-05T04:00"), "2026-04-05");
    }

    #[test]
    fn a_day_whose_first_hour_comes_twice_begins_with_the_first() {
        // At one clocks go back to midnight.
        let havana = zone("America/Havana", -240, &[(29_891_820, -300)]);
        assert_eq!(day(&havana, "2026-11-01"), ("2026-11-01T04:00:00Z".into(), "2026-11-02T04:59:59Z".into(), 25));
    }

    #[test]
    fn a_moment_belongs_to_one_day_also_where_clocks_go_back_over_midnight() {
        // At one past midnight clocks go back to one past eleven.
        let newfoundland = zone("America/St_Johns", -150, &[(21_484_951, -210)]);
        assert_eq!(date(&newfoundland, "2010-11-07T02:29"), "2010-11-06");
        assert_eq!(date(&newfoundland, "2010-11-07T02:30"), "2010-11-07", "the first minute of that day");
        assert_eq!(date(&newfoundland, "2010-11-07T02:31"), "2010-11-07", "clocks show 23:01, the day has begun");
    }

    #[test]
    fn a_day_that_was_left_out_is_empty() {
        let apia = zone("Pacific/Apia", -600, &[(22_087_320, 840)]);
        assert_eq!(day(&apia, "2011-12-29").2, 24);
        assert_eq!(day(&apia, "2011-12-30").2, 0);
        assert_eq!(day(&apia, "2011-12-31"), ("2011-12-30T10:00:00Z".into(), "2011-12-31T09:59:59Z".into(), 24));
        assert_eq!(date(&apia, "2011-12-30T09:59"), "2011-12-29");
        assert_eq!(date(&apia, "2011-12-30T10:00"), "2011-12-31");
    }

    #[test]
    fn a_moment_in_the_typed_day_is_kept_and_any_other_day_is_new() {
        let end = TimeZone::default().end_of(Date::parse("2026-02-28").unwrap());
        let keeping = |typed| tokyo().keeping(Some(end), Date::parse(typed), TimeZone::end_of);
        assert_eq!(keeping("2026-03-01"), Some(end), "the day that Tokyo shows for it");
        assert_eq!(keeping("2026-02-28").map(rfc3339).as_deref(), Some("2026-02-28T14:59:59Z"));
        assert_eq!(keeping(""), None);
        let new = tokyo().keeping(None, Date::parse("2026-03-01"), TimeZone::start_of);
        assert_eq!(new.map(rfc3339).as_deref(), Some("2026-02-28T15:00:00Z"));
    }

    /// Central Europe's rule over all the years that a zone knows.
    fn by_rule() -> TimeZone {
        let (first, end) = TimeZone::YEARS;
        let last_sunday = |year, month| {
            let days = midnight(year, month, 31).unwrap() / DAY;
            ((days - (days + 4).rem_euclid(7)) * DAY + HOUR) / MINUTE
        };
        let changes = (first..end)
            .flat_map(|year| [(last_sunday(year, 3) as i32, 120), (last_sunday(year, 10) as i32, 60)])
            .collect::<Vec<_>>();
        zone("Europe/Berlin", 60, &changes)
    }

    #[test]
    fn later_years_follow_the_rule_of_the_last_ones() {
        let berlin = by_rule();
        assert_eq!(day(&berlin, "2026-03-29"), day(&self::berlin(), "2026-03-29"), "the rule is as it should be");
        for (short, long) in [
            ("2055-03-28", "2055-10-31"),
            ("2056-03-26", "2056-10-29"),
            ("2100-03-28", "2100-10-31"),
            ("2400-03-26", "2400-10-29"),
            ("9999-03-28", "9999-10-31"),
        ] {
            assert_eq!((day(&berlin, short).2, day(&berlin, long).2), (23, 25), "{short} {long}");
        }
    }

    #[test]
    fn a_zone_survives_its_way_to_the_browser() {
        let text = serde_json::to_string(&berlin()).unwrap();
        assert_eq!(text, r#"{"name":"Europe/Berlin","first":60,"changes":[[29579100,120],[29881500,60]]}"#);
        assert_eq!(serde_json::from_str::<TimeZone>(&text).unwrap(), berlin());
    }

    prop_compose! {
        /// Offsets as odd as they come, changing as often as they like.
        fn any_zone()(
            first in -720_i16..=840,
            changes in prop::collection::vec((1_i32..350_000, -720_i16..=840), 0..40),
        ) -> TimeZone {
            let mut at = 16_000_000;
            let changes = changes.into_iter().map(|(later, offset)| { at += later; OffsetChange(at, offset) });
            TimeZone::new("Odd/Zone", first, changes.collect())
        }
    }

    proptest! {
        #[test]
        fn days_follow_one_another_and_each_moment_lies_within_its_own(
            zone in any_zone(), ms in 900_000_000_000_i64..5_000_000_000_000, later in 0_i64..40 * DAY,
        ) {
            let date = zone.date_of(ms);
            prop_assert!(zone.start_of(date) <= ms && ms <= zone.end_of(date));
            prop_assert!(zone.date_of(ms + later) >= date);
        }

        #[test]
        fn so_they_do_in_every_later_year(ms in 2_600_000_000_000_i64..250_000_000_000_000) {
            let zone = by_rule();
            let date = zone.date_of(ms);
            prop_assert!(zone.start_of(date) <= ms && ms <= zone.end_of(date));
            prop_assert!((23 * HOUR..=25 * HOUR).contains(&(zone.end_of(date) + 1 - zone.start_of(date))));
        }
    }
}
