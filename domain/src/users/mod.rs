//! Users: who can sign in, how their names are written, and what state they are in.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Millis, Problem, Result, text};

mod actions;
mod changes;
mod columns;
mod filters;
mod forms;
mod listing;
mod screens;

pub use actions::{Refusals, UserAction};
pub use changes::{Changed, Edited, NewPassword, PasswordGiven, UserChanges, end_of_account};
pub use columns::{Column, TableView};
pub use filters::{FactorFilter, UserFilters};
pub use forms::{CreatedUser, FirstPassword, Names, NewUser, NewUserForm};
pub use listing::{UserListing, UserSort};
pub use screens::{Ended, Found, Profile, User, UserRow, Viewer};

/// Declares an identifier: a UUID that cannot be mistaken for another kind's.
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            pub const fn nil() -> Self {
                Self(Uuid::nil())
            }

            /// Reads the hyphenated or the plain form; anything else names nothing.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }

            /// A number from 0 to 11 that stays with this id, for colours.
            pub fn hue(self) -> u8 {
                (self.0.as_bytes().iter().map(|b| u16::from(*b)).sum::<u16>() % 12) as u8
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}
pub(crate) use id_type;

id_type! {
    /// Which user.
    UserId
}

/// A username: 3 to 50 of `a`-`z`, `A`-`Z`, digits, `.`, `_`, `-`; begins and ends
/// with a letter or a digit. Never an `@`, so that it cannot pass for an e-mail
/// address. Unique without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Username(String);

impl Username {
    pub const LEAST: u32 = 3;
    pub const MOST: u32 = 50;

    pub fn parse(input: &str) -> Result<Self, Problem> {
        let name = text::line(input, Self::LEAST, Self::MOST)?;
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
            return Err(Problem::UsernameAlphabet);
        }
        let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
        if !edge(name.bytes().next()) || !edge(name.bytes().next_back()) {
            return Err(Problem::UsernameEdge);
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes it unique: the same in lower case.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// A name as the person writes it: 1 to 100 characters of any script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisplayName(String);

impl DisplayName {
    pub const MOST: u32 = 100;

    pub fn parse(input: &str) -> Result<Self, Problem> {
        text::line(input, 1, Self::MOST).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address: one `@`, something on both sides, no spaces, at most 254
/// characters (RFC 5321, section 4.5.3.1.3). Whether it works is for a message to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email(String);

impl Email {
    pub const MOST: u32 = 254;

    pub fn parse(input: &str) -> Result<Self, Problem> {
        let address = text::line(input, 1, Self::MOST)?;
        let shape = address.rsplit_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && local.len() <= 64
                && !local.contains('@')
                && host.len() >= 3
                && host.contains('.')
                && host.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        });
        let plain = !address.chars().any(|c| c.is_whitespace() || "<>()[]\\,;:\"".contains(c));
        if shape && plain { Ok(Self(address)) } else { Err(Problem::EmailShape) }
    }

    /// The address, or nothing when the field was left empty.
    pub fn optional(input: &str) -> Result<Option<Self>, Problem> {
        if text::trimmed(input).is_empty() { Ok(None) } else { Self::parse(input).map(Some) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes it unique: the same in lower case.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// What state a user is in. `Invited` is somebody without any credential yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Status {
    InBin,
    Disabled,
    Expired,
    Invited,
    Active,
}

/// What a status is made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    pub deleted_at: Option<Millis>,
    pub disabled_at: Option<Millis>,
    pub expires_at: Option<Millis>,
    pub has_credential: bool,
}

impl Status {
    /// The first that applies, in the order of the variants.
    pub fn of(standing: Standing, now: Millis) -> Self {
        if standing.deleted_at.is_some() {
            Self::InBin
        } else if standing.disabled_at.is_some() {
            Self::Disabled
        } else if standing.expires_at.is_some_and(|end| end <= now) {
            Self::Expired
        } else if !standing.has_credential {
            Self::Invited
        } else {
            Self::Active
        }
    }

    pub const ALL: [Self; 5] = [Self::Active, Self::Invited, Self::Disabled, Self::Expired, Self::InBin];

    /// The word in an address.
    pub fn code(self) -> &'static str {
        match self {
            Self::InBin => "bin",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Invited => "invited",
            Self::Active => "active",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::InBin => "In the bin",
            Self::Disabled => "Disabled",
            Self::Expired => "Expired",
            Self::Invited => "Invited",
            Self::Active => "Active",
        }
    }

    /// Only active people sign in.
    pub fn may_sign_in(self) -> bool {
        self == Self::Active
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn a_username_is_three_to_fifty_of_a_documented_alphabet() {
        assert!(Username::parse("ana").is_ok());
        assert!(Username::parse("j.o_e-7").is_ok());
        assert_eq!(Username::parse("an"), Err(Problem::TooShort { least: 3 }));
        assert!(Username::parse(&"a".repeat(50)).is_ok());
        assert_eq!(Username::parse(&"a".repeat(51)), Err(Problem::TooLong { most: 50 }));
        assert_eq!(Username::parse("ana@x"), Err(Problem::UsernameAlphabet));
        assert_eq!(Username::parse("anа"), Err(Problem::UsernameAlphabet), "a Cyrillic letter");
        assert_eq!(Username::parse("<b>a</b>"), Err(Problem::UsernameAlphabet));
        assert_eq!(Username::parse(".ana"), Err(Problem::UsernameEdge));
        assert_eq!(Username::parse(""), Err(Problem::Missing));
    }

    #[test]
    fn usernames_are_the_same_without_regard_to_case() {
        let key = |name| Username::parse(name).map(|n| n.key());
        assert_eq!(key("Ana.Moreira"), key("ANA.moreira"));
    }

    #[test]
    fn an_email_needs_something_on_both_sides_of_one_at() {
        for good in ["a@b.example", "t.herrera+x@mail.northwind.example", "jürgen@müller.example"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in ["a", "a@", "@b.c", "a@b", "a@b..c", "a b@c.de", "a@b@c.de", "a@-b.de", "<a@b.de>", "a@b.de,c@d.ef"]
        {
            assert_eq!(Email::parse(bad), Err(Problem::EmailShape), "{bad}");
        }
        assert_eq!(Email::optional("  "), Ok(None));
    }

    #[test]
    fn all_problems_of_a_form_are_told_at_once() {
        let Err(Error::Invalid(problems)) = Names::parse("x", " ", "nowhere") else { panic!("accepted") };
        let fields: Vec<_> = problems.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(fields, ["username", "display_name", "email"]);
    }

    #[test]
    fn a_status_is_the_first_that_applies() {
        let active = Standing { has_credential: true, ..Standing::default() };
        let of = |standing| Status::of(standing, 100);
        assert_eq!(of(active), Status::Active);
        assert_eq!(of(Standing::default()), Status::Invited);
        assert_eq!(of(Standing { expires_at: Some(100), ..active }), Status::Expired);
        assert_eq!(of(Standing { expires_at: Some(101), ..active }), Status::Active);
        let disabled = Standing { disabled_at: Some(1), expires_at: Some(2), ..active };
        assert_eq!(of(disabled), Status::Disabled);
        assert_eq!(of(Standing { deleted_at: Some(1), ..disabled }), Status::InBin);
    }

    #[test]
    fn only_active_people_sign_in() {
        use Status::{Active, Disabled, Expired, InBin, Invited};
        assert!(Active.may_sign_in());
        assert!(![InBin, Disabled, Expired, Invited].iter().any(|s| s.may_sign_in()));
    }
}
