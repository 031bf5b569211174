//! What administrators decide for the whole installation.

use serde::{Deserialize, Serialize};

use crate::{DAY, Error, Millis, Problem, Result};

/// The settings that hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Days that a deleted user can be restored; then they are erased.
    pub bin_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { bin_days: 30 }
    }
}

impl Settings {
    pub const BIN_DAYS: (u32, u32) = (1, 3_650);

    /// When somebody deleted at this moment is erased.
    pub fn erase_at(&self, deleted_at: Millis) -> Millis {
        deleted_at + i64::from(self.bin_days) * DAY
    }
}

/// The settings as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsForm {
    pub bin_days: String,
}

impl SettingsForm {
    /// # Errors
    /// A field error for a number out of bounds.
    pub fn parse(&self) -> Result<Settings> {
        let (least, most) = Settings::BIN_DAYS;
        let days = self.bin_days.trim().parse().ok().filter(|days| (least..=most).contains(days));
        let bin_days = days.ok_or_else(|| Error::field("bin_days", Problem::OutOfBounds { least, most }))?;
        Ok(Settings { bin_days })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bin_keeps_people_for_a_sensible_number_of_days() {
        let parse = |days: &str| SettingsForm { bin_days: days.into() }.parse();
        assert_eq!(parse(" 7 ").unwrap().bin_days, 7);
        for bad in ["", "0", "-1", "1.5", "4000", "a week"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
