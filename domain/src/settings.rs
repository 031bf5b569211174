//! What administrators decide for the whole installation.

use serde::{Deserialize, Serialize};

use crate::{
    DAY, Error, Millis, Problem, Result,
    error::Fields,
    factors::{Factors, Required, SecondFactorPolicy},
    groups::GroupId,
    time,
};

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

/// The rules about passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordPolicy {
    /// Characters at least where the password is the only factor.
    pub least: u32,
    /// Characters at least of people who have to have a second factor.
    pub least_with_second_factor: u32,
    /// Words of this organisation and its products, which are guessed first.
    pub words: Vec<String>,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { least: crate::passwords::LEAST, least_with_second_factor: 8, words: vec![] }
    }
}

impl PasswordPolicy {
    /// Never fewer than 6, whatever is decided (T1).
    pub const LEAST: (u32, u32) = (6, 64);
    /// Words, and characters of one.
    pub const WORDS: (u32, u32) = (100, 50);
}

/// The rules about what proves people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    pub second_factor: SecondFactorPolicy,
    pub passwords: PasswordPolicy,
}

/// Those rules as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityForm {
    /// `nobody`, `everyone` or `groups`.
    pub required: String,
    pub groups: Vec<GroupId>,
    /// A day, or nothing.
    pub from: String,
    pub allow_app: bool,
    pub allow_passkey: bool,
    pub remember_days: String,
    pub least: String,
    pub least_with_second_factor: String,
    /// A line each.
    pub words: String,
}

impl SecurityForm {
    pub fn of(security: &Security) -> Self {
        let Security { second_factor, passwords } = security;
        let (required, groups) = match &second_factor.required {
            Required::Nobody => ("nobody", vec![]),
            Required::Everyone => ("everyone", vec![]),
            Required::Groups(groups) => ("groups", groups.clone()),
        };
        Self {
            required: required.into(),
            groups,
            from: second_factor.from.map(time::day).unwrap_or_default(),
            allow_app: second_factor.allowed.has(Factors::APP),
            allow_passkey: second_factor.allowed.has(Factors::PASSKEY),
            remember_days: second_factor.remember_days.to_string(),
            least: passwords.least.to_string(),
            least_with_second_factor: passwords.least_with_second_factor.to_string(),
            words: passwords.words.join("\n"),
        }
    }

    /// # Errors
    /// Field errors.
    pub fn parse(&self) -> Result<Security> {
        let mut fields = Fields::default();
        let number = |text: &str, (least, most): (u32, u32)| {
            let number = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
            number.ok_or(Problem::OutOfBounds { least, most })
        };
        let required = match self.required.as_str() {
            "nobody" => Ok(Required::Nobody),
            "everyone" => Ok(Required::Everyone),
            "groups" if self.groups.is_empty() => Err(Problem::Missing),
            "groups" => Ok(Required::Groups(self.groups.clone())),
            _ => Err(Problem::Unreadable),
        };
        let required = fields.parse("required", required);
        let from = match self.from.trim() {
            "" => Ok(None),
            day => time::parse_day(day).map(Some).ok_or(Problem::NoSuchDay),
        };
        let from = fields.parse("from", from);
        let kinds = [(self.allow_app, Factors::APP), (self.allow_passkey, Factors::PASSKEY)];
        let allowed = kinds.iter().filter(|(on, _)| *on).fold(Factors::NONE, |all, (_, kind)| all.and(*kind));
        if allowed.is_empty() {
            fields.add("allowed", Problem::Missing);
        }
        let remember_days =
            fields.parse("remember_days", number(&self.remember_days, SecondFactorPolicy::REMEMBER_DAYS));
        let least = fields.parse("least", number(&self.least, PasswordPolicy::LEAST));
        let with_second = number(&self.least_with_second_factor, PasswordPolicy::LEAST);
        let with_second = fields.parse("least_with_second_factor", with_second);
        let words: Vec<String> =
            self.words.lines().map(str::trim).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect();
        let (most, longest) = PasswordPolicy::WORDS;
        if words.len() > most as usize {
            fields.add("words", Problem::TooMany { most });
        } else if words.iter().any(|word| word.chars().count() > longest as usize) {
            fields.add("words", Problem::TooLong { most: longest });
        }
        fields.finish()?;
        Ok(Security {
            second_factor: SecondFactorPolicy {
                required: required.unwrap_or_default(),
                from: from.flatten(),
                allowed,
                remember_days: remember_days.unwrap_or_default(),
            },
            passwords: PasswordPolicy {
                least: least.unwrap_or_default(),
                least_with_second_factor: with_second.unwrap_or_default(),
                words,
            },
        })
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
    fn the_rules_survive_their_form() {
        let security = Security {
            second_factor: SecondFactorPolicy {
                required: Required::Groups(vec![GroupId::nil()]),
                from: time::parse_day("2027-01-31"),
                allowed: Factors::PASSKEY,
                remember_days: 0,
            },
            passwords: PasswordPolicy { least: 12, least_with_second_factor: 6, words: vec!["Fjord".into()] },
        };
        assert_eq!(SecurityForm::of(&security).parse().unwrap(), security);
        assert_eq!(SecurityForm::of(&Security::default()).parse().unwrap(), Security::default());
    }

    #[test]
    fn rules_that_make_no_sense_are_named() {
        let form = SecurityForm::of(&Security::default());
        let bad = SecurityForm {
            required: "groups".into(),
            from: "2027-02-30".into(),
            allow_app: false,
            allow_passkey: false,
            remember_days: "-1".into(),
            least: "5".into(),
            least_with_second_factor: "65".into(),
            words: "x".repeat(51),
            ..form
        };
        let Err(Error::Invalid(errors)) = bad.parse() else { panic!("accepted") };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            ["required", "from", "allowed", "remember_days", "least", "least_with_second_factor", "words"]
        );
    }

    #[test]
    fn the_bin_keeps_people_for_a_sensible_number_of_days() {
        let parse = |days: &str| SettingsForm { bin_days: days.into() }.parse();
        assert_eq!(parse(" 7 ").unwrap().bin_days, 7);
        for bad in ["", "0", "-1", "1.5", "4000", "a week"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
