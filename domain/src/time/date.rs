//! A day of the calendar. It is the same day everywhere; when it begins and ends is for a
//! [`super::TimeZone`] to say.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{Utc, midnight, month_name, utc};
use crate::DAY;

/// A day of the calendar in the years 1900 to 9999, without a time and without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(
    /// Days since 1970-01-01.
    i32,
);

impl Date {
    /// Reads `2024-03-14`; nothing for a day that does not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str, len: usize| {
            (part.len() == len && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i64>().ok()).flatten()
        };
        let mut parts = text.split('-');
        let (year, month, day) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
        if parts.next().is_some() || year < 1900 {
            return None;
        }
        Some(Self((midnight(year, month as u8, day as u8)? / DAY) as i32))
    }

    /// `14 Mar 2024`.
    pub fn short(self) -> String {
        let Utc { year, month, day, .. } = self.parts();
        format!("{day} {} {year}", month_name(month))
    }

    /// How many days later than the other.
    pub fn since(self, other: Self) -> i64 {
        i64::from(self.0) - i64::from(other.0)
    }

    pub(super) fn following(self) -> Self {
        Self(self.0 + 1)
    }

    /// The day in which these milliseconds of a clock on the wall lie.
    pub(super) fn of_wall(wall: i64) -> Self {
        Self(wall.div_euclid(DAY) as i32)
    }

    /// Its midnight on a clock on the wall.
    pub(super) fn wall(self) -> i64 {
        i64::from(self.0) * DAY
    }

    fn parts(self) -> Utc {
        utc(self.wall())
    }
}

/// `2024-03-14`, as date fields and addresses write it.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Utc { year, month, day, .. } = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("a day is written like 2027-03-31"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for bad in
            ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-4-3", "26-04-03", "2026-04-03x", "", "x"]
        {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_day_is_written_as_it_was_read() {
        for day in ["1900-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"] {
            assert_eq!(Date::parse(day).unwrap().to_string(), day);
        }
        assert_eq!(Date::parse("2024-03-14").unwrap().short(), "14 Mar 2024");
    }

    #[test]
    fn days_are_counted_over_the_ends_of_months_and_years() {
        let day = |text| Date::parse(text).unwrap();
        assert_eq!(day("2024-03-01").since(day("2024-02-28")), 2);
        assert_eq!(day("2025-12-31").since(day("2026-01-01")), -1);
    }
}
