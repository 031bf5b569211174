//! The form for a new user, and what it leads to.

use serde::{Deserialize, Serialize};

use super::changes::optional_day;
use super::{DisplayName, Email, UserId, Username};
use crate::{Error, Problem, Result, fields::FieldValue, groups::GroupId, problem::Fields, time::Date};

/// How a new user gets a first password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FirstPassword {
    /// Keydesk makes one up, shows it once, and it must be changed at the first sign-in.
    Random,
    /// The creator types one; it must be changed at the first sign-in as well.
    Typed(String),
}

/// The form for a new user, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUserForm {
    pub username: String,
    pub display_name: String,
    pub email: String,
    pub password: FirstPassword,
    pub groups: Vec<GroupId>,
    /// Custom fields, as typed; those left out are empty.
    #[serde(default)]
    pub fields: Vec<FieldValue>,
    /// The last day of the account, year-month-day, or nothing.
    #[serde(default)]
    pub expires_on: String,
    /// The name of the zone whose day that is; nothing for the one that holds.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// A second factor is required of them, whatever the policy.
    #[serde(default)]
    pub second_factor_required: bool,
}

/// A new user whose every value has been parsed.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub username: Username,
    pub display_name: DisplayName,
    pub email: Option<Email>,
    pub password: FirstPassword,
    pub groups: Vec<GroupId>,
    pub fields: Vec<FieldValue>,
    pub expires_on: Option<Date>,
    pub time_zone: Option<String>,
    pub second_factor_required: bool,
}

/// The names that every form about a person asks for.
#[derive(Clone, Debug)]
pub struct Names {
    pub username: Username,
    pub display_name: DisplayName,
    pub email: Option<Email>,
}

impl Names {
    /// Parses all three, so that a person sees every problem at once.
    pub fn parse(username: &str, display_name: &str, email: &str) -> Result<Self> {
        let mut fields = Fields::default();
        let username = fields.parse("username", Username::parse(username));
        let display_name = fields.parse("display_name", DisplayName::parse(display_name));
        let email = fields.parse("email", Email::optional(email));
        fields.finish()?;
        match (username, display_name, email) {
            (Some(username), Some(display_name), Some(email)) => Ok(Self { username, display_name, email }),
            _ => Err(Error::field("username", Problem::Unreadable)),
        }
    }
}

impl NewUserForm {
    pub fn parse(self) -> Result<NewUser> {
        let mut fields = Fields::default();
        let expires_on = fields.parse("expires_on", optional_day(&self.expires_on));
        let names = Names::parse(&self.username, &self.display_name, &self.email);
        let Names { username, display_name, email } = fields.beside(names)?;
        Ok(NewUser {
            username,
            display_name,
            email,
            password: self.password,
            groups: self.groups,
            fields: self.fields,
            expires_on: expires_on.flatten(),
            time_zone: self.time_zone,
            second_factor_required: self.second_factor_required,
        })
    }
}

/// What creating a user leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedUser {
    pub id: UserId,
    pub display_name: String,
    pub username: String,
    /// Shown once; nobody can read it again.
    pub one_time_password: Option<String>,
}
