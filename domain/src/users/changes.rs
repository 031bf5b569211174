//! Editing a user: the form, and its values for when somebody else saved meanwhile.

use serde::{Deserialize, Serialize};

use super::{DisplayName, Email, User, UserId};
use crate::{
    Millis, Problem, Result,
    edits::Edit,
    fields::FieldValue,
    groups::GroupId,
    problem::Fields,
    text,
    time::{Date, TimeZone},
};

/// What happens to the password when an administrator saves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NewPassword {
    /// An empty field keeps the old one.
    #[default]
    Keep,
    /// Made up, shown once, and changed at the next sign-in.
    Random,
    /// Typed by the administrator; changed at the next sign-in as well.
    Typed(String),
}

/// The form for an existing user, as typed. Groups are changed where they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserChanges {
    pub id: UserId,
    /// The version that was on the screen.
    pub version: i64,
    pub display_name: String,
    pub email: String,
    /// The last day of the account, year-month-day, or nothing.
    pub expires_on: String,
    /// The name of the zone whose day that is; nothing for the one that holds.
    #[serde(default)]
    pub time_zone: Option<String>,
    pub groups: Vec<GroupId>,
    pub fields: Vec<FieldValue>,
    pub password: NewPassword,
}

/// Changes whose every value but the custom fields has been parsed.
#[derive(Clone, Debug)]
pub struct Changed {
    pub display_name: DisplayName,
    pub email: Option<Email>,
    /// The last day of the account.
    pub expires_on: Option<Date>,
}

/// A day as typed: nothing where the field is empty.
///
/// # Errors
/// `NoSuchDay`.
pub(crate) fn optional_day(typed: &str) -> Result<Option<Date>, Problem> {
    match text::trimmed(typed) {
        "" => Ok(None),
        day => Date::parse(&text::plain_digits(day)).map(Some).ok_or(Problem::NoSuchDay),
    }
}

/// The end of an account whose last day was typed: the end of that day. `kept` is the end that it
/// has; where that lies in the typed day already it stays as it is.
pub fn end_of_account(zone: &TimeZone, last_day: Option<Date>, kept: Option<Millis>) -> Option<Millis> {
    zone.keeping(kept, last_day, TimeZone::end_of)
}

impl UserChanges {
    /// The form as it is opened where days are those of the zone.
    pub fn of(user: &User, zone: &TimeZone) -> Self {
        Self {
            id: user.id,
            version: user.version,
            display_name: user.display_name.clone(),
            email: user.email.clone().unwrap_or_default(),
            expires_on: user.expires_at.map(|end| zone.date_of(end).to_string()).unwrap_or_default(),
            time_zone: Some(zone.name().to_owned()),
            groups: user.groups.iter().map(|group| group.id).collect(),
            fields: user
                .fields
                .iter()
                .map(|shown| FieldValue { field: shown.field, value: shown.value.clone().unwrap_or_default() })
                .collect(),
            password: NewPassword::Keep,
        }
    }

    /// # Errors
    /// Every field's problem at once.
    pub fn parse(&self) -> Result<Changed> {
        let mut fields = Fields::default();
        let display_name = fields.parse("display_name", DisplayName::parse(&self.display_name));
        let email = fields.parse("email", Email::optional(&self.email));
        let expires_on = fields.parse("expires_on", optional_day(&self.expires_on));
        fields.finish()?;
        match (display_name, email, expires_on) {
            (Some(display_name), Some(email), Some(expires_on)) => Ok(Changed { display_name, email, expires_on }),
            _ => Err(crate::Error::field("display_name", Problem::Unreadable)),
        }
    }
}

impl Edit for UserChanges {
    fn values(&self) -> Vec<(String, String)> {
        let mut groups: Vec<_> = self.groups.iter().map(ToString::to_string).collect();
        groups.sort_unstable();
        let mut values = vec![
            ("display_name".to_owned(), text::trimmed(&self.display_name).to_owned()),
            ("email".to_owned(), text::trimmed(&self.email).to_owned()),
            ("expires_on".to_owned(), text::trimmed(&self.expires_on).to_owned()),
            ("groups".to_owned(), groups.join(" ")),
        ];
        values
            .extend(self.fields.iter().map(|field| (field.field.to_string(), text::trimmed(&field.value).to_owned())));
        values
    }

    fn take(&mut self, name: &str, from: &Self) {
        match name {
            "display_name" => self.display_name.clone_from(&from.display_name),
            "email" => self.email.clone_from(&from.email),
            "expires_on" => self.expires_on.clone_from(&from.expires_on),
            "groups" => self.groups.clone_from(&from.groups),
            id => {
                let value = from.fields.iter().find(|field| field.field.to_string() == id).cloned();
                self.fields.retain(|field| field.field.to_string() != id);
                self.fields.extend(value);
            }
        }
    }

    fn opened_with(self, other: &Self) -> Self {
        Self { version: other.version, ..self }
    }
}

/// What saving a user leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    pub password: Option<PasswordGiven>,
}

/// A password that an administrator gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordGiven {
    /// Shown once, where it was made up.
    pub one_time_password: Option<String>,
    pub sessions_ended: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        edits::{Conflict, Merged, merge},
        time,
    };

    fn form(version: i64, name: &str, email: &str) -> UserChanges {
        UserChanges { version, display_name: name.into(), email: email.into(), ..UserChanges::default() }
    }

    #[test]
    fn edits_of_different_fields_are_brought_together() {
        let Merged { form: merged, taken, conflicts } =
            merge(&form(1, "Ana", "a@b.example"), &form(1, "Ana M", "a@b.example"), &form(2, "Ana", "new@b.example"));
        assert!(conflicts.is_empty());
        assert_eq!((merged.version, &*merged.display_name, &*merged.email), (2, "Ana M", "new@b.example"));
        assert_eq!(taken, ["email"]);
    }

    #[test]
    fn a_field_that_both_changed_is_for_a_person_to_choose() {
        let Merged { form: merged, conflicts, .. } =
            merge(&form(1, "Ana", ""), &form(1, "Anna", ""), &form(2, "Anne", ""));
        assert_eq!(merged.display_name, "Anna", "nothing that was typed is lost");
        let expected = Conflict { field: "display_name".into(), theirs: "Anne".into(), mine: "Anna".into() };
        assert_eq!(conflicts, [expected]);
    }

    #[test]
    fn the_same_change_twice_is_no_conflict() {
        let merged = merge(&form(1, "Ana", ""), &form(1, "Anne", ""), &form(2, "Anne", ""));
        assert!(merged.conflicts.is_empty() && merged.taken.is_empty());
    }

    #[test]
    fn a_day_is_typed_or_left_out() {
        assert_eq!(optional_day(" "), Ok(None));
        assert_eq!(optional_day("2026-02-30"), Err(Problem::NoSuchDay));
    }

    #[test]
    fn an_account_ends_with_its_last_day() {
        let (utc, tokyo) = (TimeZone::default(), TimeZone::new("Asia/Tokyo", 540, vec![]));
        let day = Date::parse("2026-02-28");
        for (zone, expected) in [(&utc, "2026-02-28T23:59:59Z"), (&tokyo, "2026-02-28T14:59:59Z")] {
            let end = end_of_account(zone, day, None).unwrap();
            assert_eq!(time::rfc3339(end), expected);
            assert_eq!(Some(zone.date_of(end)), day, "and is shown as that day again");
        }
    }

    #[test]
    fn another_zone_moves_no_end() {
        let tokyo = TimeZone::new("Asia/Tokyo", 540, vec![]);
        let end = TimeZone::default().end_of(Date::parse("2026-02-28").unwrap());
        let saved = |day| end_of_account(&tokyo, Date::parse(day), Some(end));
        assert_eq!(saved("2026-03-01"), Some(end), "the day that the form was opened with");
        assert_ne!(saved("2026-02-28"), Some(end), "another day is another end");
    }
}
