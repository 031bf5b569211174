//! Moments, days, and the zone that leads from one to the other; in English words, the same
//! on the server and in the browser. Knows no clock and no zone database; a person's own zone
//! is the browser's matter.
//!
//! A moment is [`Millis`] and belongs to no day by itself: only a [`TimeZone`] says which
//! [`Date`] it lies in.

use crate::{DAY, HOUR, MINUTE, Millis, SECOND};

mod date;
mod zone;

pub use date::Date;
pub use zone::{OffsetChange, TimeZone};

/// A moment taken apart, in UTC. `month` and `day` count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utc {
    pub year: i64,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Proleptic Gregorian calendar, by counting from 1 March 0000 in eras of 400 years.
pub fn utc(ms: Millis) -> Utc {
    let day_ms = ms.rem_euclid(DAY);
    let days = ms.div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    Utc {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month: month as u8,
        day: (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u8,
        hour: (day_ms / HOUR) as u8,
        minute: (day_ms % HOUR / MINUTE) as u8,
        second: (day_ms % MINUTE / SECOND) as u8,
    }
}

/// Midnight UTC at the beginning of a day of the calendar; nothing for a day that does not exist.
pub fn midnight(year: i64, month: u8, day: u8) -> Option<Millis> {
    // Hinnant's days_from_civil: the inverse of what `utc` does.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let ms = (era * 146_097 + day_of_era - 719_468) * DAY;
    let back = utc(ms);
    ((back.year, back.month, back.day) == (year, month, day)).then_some(ms)
}

/// `2024-03-14T09:26:53Z`, for machines (RFC 3339, whole seconds).
pub fn rfc3339(ms: Millis) -> String {
    let t = utc(ms);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.year, t.month, t.day, t.hour, t.minute, t.second)
}

/// The three letters of a month counted from 1.
pub fn month_name(month: u8) -> &'static str {
    MONTHS[(month.clamp(1, 12) - 1) as usize]
}

/// `2 minutes ago`, `Yesterday`, `in 3 days`: how far `ms` is from `now`, in one unit. Days are
/// those of the calendar in the zone: what was 30 hours ago may have been the day before yesterday.
pub fn relative(zone: &TimeZone, now: Millis, ms: Millis) -> String {
    let distance = (now - ms).abs();
    let past = ms <= now;
    if distance < MINUTE {
        return if past { "Just now" } else { "In a moment" }.into();
    }
    let days = zone.date_of(ms).since(zone.date_of(now)).abs();
    let (count, unit) = if distance < HOUR {
        (distance / MINUTE, "minute")
    } else if distance < DAY || days == 0 {
        (distance / HOUR, "hour")
    } else if days == 1 {
        return if past { "Yesterday" } else { "Tomorrow" }.into();
    } else if distance < 100 * DAY {
        (days, "day")
    } else if distance < 365 * DAY {
        (distance / (30 * DAY), "month")
    } else {
        (distance / (365 * DAY), "year")
    };
    let plural = if count == 1 { "" } else { "s" };
    if past { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PI_DAY: Millis = 1_710_408_413_000; // 2024-03-14T09:26:53Z

    #[test]
    fn a_moment_is_taken_apart() {
        assert_eq!(rfc3339(PI_DAY), "2024-03-14T09:26:53Z");
    }

    #[test]
    fn leap_days_and_year_ends_are_right() {
        assert_eq!(rfc3339(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(4_107_542_399_999), "2100-02-28T23:59:59Z");
        assert_eq!(rfc3339(4_107_542_400_000), "2100-03-01T00:00:00Z");
        assert_eq!(rfc3339(1_735_689_599_999), "2024-12-31T23:59:59Z");
    }

    #[test]
    fn moments_before_the_epoch_count_backwards() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn the_past_is_told_in_one_unit() {
        let ago = |ms| relative(&TimeZone::default(), PI_DAY, PI_DAY - ms);
        assert_eq!(ago(0), "Just now");
        assert_eq!(ago(59 * SECOND), "Just now");
        assert_eq!(ago(MINUTE), "1 minute ago");
        assert_eq!(ago(2 * MINUTE), "2 minutes ago");
        assert_eq!(ago(23 * HOUR), "23 hours ago");
        assert_eq!(ago(DAY), "Yesterday");
        assert_eq!(ago(3 * DAY), "3 days ago");
        assert_eq!(ago(97 * DAY), "97 days ago");
        assert_eq!(ago(130 * DAY), "4 months ago");
        assert_eq!(ago(800 * DAY), "2 years ago");
    }

    #[test]
    fn the_future_is_told_too() {
        let from_now = |ms| relative(&TimeZone::default(), PI_DAY, PI_DAY + ms);
        assert_eq!(from_now(30 * SECOND), "In a moment");
        assert_eq!(from_now(DAY), "Tomorrow");
        assert_eq!(from_now(5 * DAY), "in 5 days");
    }

    #[test]
    fn yesterday_is_the_day_before_in_the_zone() {
        let tokyo = TimeZone::new("Asia/Tokyo", 540, vec![]);
        // 09:26 UTC is 18:26 in Tokyo: 33 hours before, it was 00:26 UTC of the day before and 09:26 in Tokyo.
        for (hours, utc, in_tokyo) in [
            (33, "Yesterday", "Yesterday"),
            (34, "2 days ago", "Yesterday"),
            (42, "2 days ago", "Yesterday"),
            (43, "2 days ago", "2 days ago"),
        ] {
            let ago = |zone: &TimeZone| relative(zone, PI_DAY, PI_DAY - hours * HOUR);
            assert_eq!((&*ago(&TimeZone::default()), &*ago(&tokyo)), (utc, in_tokyo), "{hours} hours");
        }
    }
}
