//! What administrators decide for the whole installation.

use serde::{Deserialize, Serialize};

use crate::{
    DAY, Error, Millis, Problem, Result,
    edits::Edit,
    factors::{Factors, Required, SecondFactorPolicy},
    groups::GroupId,
    problem::Fields,
    text,
    time::{Date, TimeZone},
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

    /// The settings as they are written down.
    ///
    /// # Errors
    /// A field error for a number out of bounds.
    pub fn parse(bin_days: &str) -> Result<Self> {
        let (least, most) = Self::BIN_DAYS;
        let days = text::number(bin_days).filter(|days| (least..=most).contains(days));
        let bin_days = days.ok_or_else(|| Error::field("bin_days", Problem::OutOfBounds { least, most }))?;
        Ok(Self { bin_days })
    }

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

impl Security {
    /// Whether somebody may have to set a second factor up who did not have to before.
    pub fn asks_more_than(&self, before: &Self) -> bool {
        let (is, was) = (&self.second_factor, &before.second_factor);
        let wider = match (&is.required, &was.required) {
            (Required::Nobody, _) => return false,
            (_, Required::Everyone) => false,
            (Required::Groups(is), Required::Groups(was)) => is.iter().any(|group| !was.contains(group)),
            _ => true,
        };
        let sooner = is.from.unwrap_or(Millis::MIN) < was.from.unwrap_or(Millis::MIN);
        wider || sooner || !is.allowed.has(was.allowed)
    }
}

/// Those rules as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityForm {
    /// The rules that the form was opened with: where others hold by now, none of these is written.
    pub seen: Security,
    /// `nobody`, `everyone` or `groups`.
    pub required: String,
    pub groups: Vec<GroupId>,
    /// A day, or nothing.
    pub from: String,
    /// The name of the zone whose day that is; nothing for the one that holds.
    #[serde(default)]
    pub time_zone: Option<String>,
    pub allow_app: bool,
    pub allow_passkey: bool,
    pub remember_days: String,
    pub least: String,
    pub least_with_second_factor: String,
    /// A line each.
    pub words: String,
}

impl SecurityForm {
    /// The form as it is opened where days are those of the zone.
    pub fn of(security: &Security, zone: &TimeZone) -> Self {
        let Security { second_factor, passwords } = security;
        let (required, groups) = match &second_factor.required {
            Required::Nobody => ("nobody", vec![]),
            Required::Everyone => ("everyone", vec![]),
            Required::Groups(groups) => ("groups", groups.clone()),
        };
        Self {
            seen: security.clone(),
            required: required.into(),
            groups,
            from: second_factor.from.map(|from| zone.date_of(from).to_string()).unwrap_or_default(),
            time_zone: Some(zone.name().to_owned()),
            allow_app: second_factor.allowed.has(Factors::APP),
            allow_passkey: second_factor.allowed.has(Factors::PASSKEY),
            remember_days: second_factor.remember_days.to_string(),
            least: passwords.least.to_string(),
            least_with_second_factor: passwords.least_with_second_factor.to_string(),
            words: passwords.words.join("\n"),
        }
    }

    /// Days are those of the zone. `kept` is the beginning that the requirement has: where that lies
    /// in the typed day already it stays as it is.
    ///
    /// # Errors
    /// Field errors.
    pub fn parse(&self, zone: &TimeZone, kept: Option<Millis>) -> Result<Security> {
        let mut fields = Fields::default();
        let number = |typed: &str, (least, most): (u32, u32)| {
            let number = text::number(typed).filter(|number| (least..=most).contains(number));
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
        let from = match text::trimmed(&self.from) {
            "" => Ok(None),
            day => {
                let shown = zone.ensure_shown(self.time_zone.as_deref());
                shown.and_then(|()| Date::parse(&text::plain_digits(day)).map(Some).ok_or(Problem::NoSuchDay))
            }
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
        let words = fields.parse("words", self.parse_words());
        fields.finish()?;
        Ok(Security {
            second_factor: SecondFactorPolicy {
                required: required.unwrap_or_default(),
                from: zone.keeping(kept, from.flatten(), TimeZone::start_of),
                allowed,
                remember_days: remember_days.unwrap_or_default(),
            },
            passwords: PasswordPolicy {
                least: least.unwrap_or_default(),
                least_with_second_factor: with_second.unwrap_or_default(),
                words: words.unwrap_or_default(),
            },
        })
    }

    fn parse_words(&self) -> Result<Vec<String>, Problem> {
        let (most, longest) = PasswordPolicy::WORDS;
        let lines = self.words.lines().filter(|line| !text::trimmed(line).is_empty());
        let words =
            lines.take(most as usize + 1).map(|line| text::line(line, 1, longest)).collect::<Result<Vec<_>, _>>()?;
        if words.len() > most as usize { Err(Problem::TooMany { most }) } else { Ok(words) }
    }
}

/// Who needs one and which kinds count are two values each: one without the other says nothing.
impl Edit for SecurityForm {
    fn values(&self) -> Vec<(String, String)> {
        let mut groups: Vec<_> = self.groups.iter().map(ToString::to_string).collect();
        groups.sort_unstable();
        let groups = if self.required == "groups" { groups } else { vec![] };
        let required = [vec![self.required.clone()], groups].concat().join(" ");
        let kinds = [(self.allow_passkey, "passkey"), (self.allow_app, "app")];
        let allowed: Vec<_> = kinds.iter().filter(|(on, _)| *on).map(|(_, kind)| *kind).collect();
        let trimmed = |typed: &str| text::trimmed(typed).to_owned();
        [
            ("required", required),
            ("from", trimmed(&self.from)),
            ("allowed", allowed.join(" ")),
            ("remember_days", trimmed(&self.remember_days)),
            ("least", trimmed(&self.least)),
            ("least_with_second_factor", trimmed(&self.least_with_second_factor)),
            ("words", trimmed(&self.words)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn take(&mut self, name: &str, from: &Self) {
        match name {
            "required" => {
                self.required.clone_from(&from.required);
                self.groups.clone_from(&from.groups);
            }
            "from" => self.from.clone_from(&from.from),
            "allowed" => (self.allow_app, self.allow_passkey) = (from.allow_app, from.allow_passkey),
            "remember_days" => self.remember_days.clone_from(&from.remember_days),
            "least" => self.least.clone_from(&from.least),
            "least_with_second_factor" => self.least_with_second_factor.clone_from(&from.least_with_second_factor),
            "words" => self.words.clone_from(&from.words),
            _ => {}
        }
    }

    fn opened_with(self, other: &Self) -> Self {
        Self { seen: other.seen.clone(), time_zone: other.time_zone.clone(), ..self }
    }
}

/// The zone whose days are shown and typed everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeZoneSetting {
    pub name: String,
    /// Whether the configuration decides it, so that it cannot be changed here.
    pub configured: bool,
}

/// The settings as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsForm {
    /// The settings that the form was opened with: where others hold by now, none of these is written.
    pub seen: Settings,
    pub bin_days: String,
}

impl SettingsForm {
    /// # Errors
    /// A field error for a number out of bounds.
    pub fn parse(&self) -> Result<Settings> {
        Settings::parse(&self.bin_days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edits::{Conflict, Merged, merge};

    #[test]
    fn the_rules_survive_their_form() {
        let zone = TimeZone::new("Asia/Tokyo", 540, vec![]);
        let security = Security {
            second_factor: SecondFactorPolicy {
                required: Required::Groups(vec![GroupId::nil()]),
                from: Date::parse("2027-01-31").map(|day| zone.start_of(day)),
                allowed: Factors::PASSKEY,
                remember_days: 0,
            },
            passwords: PasswordPolicy { least: 12, least_with_second_factor: 6, words: vec!["Fjord".into()] },
        };
        for security in [security, Security::default()] {
            assert_eq!(SecurityForm::of(&security, &zone).parse(&zone, None).unwrap(), security);
        }
    }

    #[test]
    fn another_zone_moves_no_beginning() {
        let (utc, tokyo) = (TimeZone::default(), TimeZone::new("Asia/Tokyo", 540, vec![]));
        let from = Date::parse("2027-01-31").map(|day| utc.start_of(day));
        let second_factor = SecondFactorPolicy { from, ..SecondFactorPolicy::default() };
        let security = Security { second_factor, ..Security::default() };
        let form = SecurityForm::of(&security, &tokyo);
        assert_eq!(form.parse(&tokyo, from).unwrap(), security, "nothing was typed");
        let Err(Error::Invalid(errors)) = SecurityForm::of(&security, &utc).parse(&tokyo, from) else {
            panic!("a day of another zone was accepted")
        };
        assert_eq!((errors[0].field.as_str(), &errors[0].problem), ("from", &Problem::TimeZoneChanged));
    }

    #[test]
    fn rules_that_somebody_else_saved_meanwhile_are_brought_into_the_form() {
        let zone = TimeZone::default();
        let opened = SecurityForm::of(&Security::default(), &zone);
        let all = SecondFactorPolicy { required: Required::Everyone, ..SecondFactorPolicy::default() };
        let passwords = PasswordPolicy { least: 16, ..PasswordPolicy::default() };
        let theirs = SecurityForm::of(&Security { second_factor: all, passwords }, &zone);
        let mine = SecurityForm { words: "Fjord".into(), least: "12".into(), ..opened.clone() };
        let Merged { form, taken, conflicts } = merge(&opened, &mine, &theirs);
        assert_eq!((taken, &*form.required), (vec!["required".to_owned()], "everyone"), "nobody asked for less");
        assert_eq!((&*form.words, &*form.least), ("Fjord", "12"), "what was typed stays");
        assert_eq!(conflicts, [Conflict { field: "least".into(), theirs: "16".into(), mine: "12".into() }]);
        assert_eq!(form.seen, theirs.seen, "saved once more, it is an edit of what holds now");
    }

    #[test]
    fn groups_in_another_order_and_groups_of_no_matter_are_no_change() {
        let zone = TimeZone::default();
        let opened = SecurityForm::of(&Security::default(), &zone);
        let of = |required: &str, groups: &[u128]| {
            let groups = groups.iter().map(|number| GroupId(uuid::Uuid::from_u128(*number))).collect();
            SecurityForm { required: required.into(), groups, ..opened.clone() }
        };
        assert_eq!(of("groups", &[1, 2]).values(), of("groups", &[2, 1]).values());
        assert_ne!(of("groups", &[1, 2]).values(), of("groups", &[1]).values());
        assert_eq!(of("nobody", &[1]).values(), of("nobody", &[]).values());
    }

    #[test]
    fn rules_that_make_no_sense_are_named() {
        let zone = TimeZone::default();
        let form = SecurityForm::of(&Security::default(), &zone);
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
        let Err(Error::Invalid(errors)) = bad.parse(&zone, None) else { panic!("accepted") };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            ["required", "from", "allowed", "remember_days", "least", "least_with_second_factor", "words"]
        );
    }

    #[test]
    fn rules_ask_more_where_they_reach_further_or_sooner_or_fewer_kinds_count() {
        let of = |required, from, allowed| Security {
            second_factor: SecondFactorPolicy { required, from, allowed, remember_days: 30 },
            passwords: PasswordPolicy::default(),
        };
        let both = Factors::APP.and(Factors::PASSKEY);
        let group = |number| GroupId(uuid::Uuid::from_u128(number));
        let nobody = of(Required::Nobody, None, both);
        let one = of(Required::Groups(vec![group(1)]), None, both);
        let two = of(Required::Groups(vec![group(1), group(2)]), None, both);
        let all = of(Required::Everyone, Some(9), both);
        assert!(one.asks_more_than(&nobody) && two.asks_more_than(&one) && all.asks_more_than(&two));
        assert!(!nobody.asks_more_than(&all) && !one.asks_more_than(&two) && !all.asks_more_than(&all));
        assert!(of(Required::Everyone, None, both).asks_more_than(&all), "at once and not on that day");
        assert!(of(Required::Everyone, Some(9), Factors::APP).asks_more_than(&all), "passkeys do not count any more");
        assert!(!of(Required::Everyone, Some(10), both).asks_more_than(&all));
    }

    #[test]
    fn the_bin_keeps_people_for_a_sensible_number_of_days() {
        assert_eq!(Settings::parse(" 7 ").unwrap().bin_days, 7);
        for bad in ["", "0", "-1", "1.5", "4000", "a week"] {
            assert!(Settings::parse(bad).is_err(), "{bad}");
        }
    }
}
