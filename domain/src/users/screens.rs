//! What screens show of users.

use serde::{Deserialize, Serialize};

use super::{Refusals, Status, UserId};
use crate::{
    Millis, Permission, PermissionSet,
    audit::Activity,
    factors::Factors,
    fields::{FieldId, ShownValue},
    groups::GroupTag,
    listing::Marks,
};

/// A user in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    pub id: UserId,
    pub username: String,
    pub display_name: String,
    pub email: Option<String>,
    pub groups: Vec<GroupTag>,
    pub status: Status,
    pub last_sign_in_at: Option<Millis>,
    pub created_at: Millis,
    pub expires_at: Option<Millis>,
    /// Live sessions.
    pub sessions: u32,
    /// When somebody in the bin is erased.
    pub erase_at: Option<Millis>,
    /// Values of the custom fields that the viewer shows as columns.
    pub fields: Vec<ShownValue>,
    pub refusals: Refusals,
    pub factors: Factors,
    /// Seconds until the brakes on guessing let a new browser try again.
    pub locked_for: Option<u32>,
    /// Where the words of the search stand.
    pub found: Found,
}

/// What a search found in one user's row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub username: Marks,
    pub display_name: Marks,
    pub email: Marks,
    /// For the custom fields that are shown.
    pub fields: Vec<(FieldId, Marks)>,
}

impl Found {
    pub fn field(&self, id: FieldId) -> Marks {
        self.fields.iter().find(|(field, _)| *field == id).map(|(_, marks)| marks.clone()).unwrap_or_default()
    }
}

/// What an act ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub sessions: u32,
}

/// A user's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub username: String,
    pub display_name: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub groups: Vec<GroupTag>,
    pub status: Status,
    /// Whether the next sign-in asks for a new password.
    pub must_change_password: bool,
    pub sessions: u32,
    pub last_sign_in_at: Option<Millis>,
    pub created_at: Millis,
    /// Who created this user; nothing for the first administrator.
    pub created_by: Option<String>,
    pub expires_at: Option<Millis>,
    /// Goes up with every change: an edit is of the version it was opened with.
    pub version: i64,
    pub disabled_at: Option<Millis>,
    pub deleted_at: Option<Millis>,
    /// When somebody in the bin is erased.
    pub erase_at: Option<Millis>,
    /// Every custom field, in order; without a value where it is empty.
    pub fields: Vec<ShownValue>,
    /// Whether the protection of the first administrator is theirs.
    pub first_administrator: bool,
    pub refusals: Refusals,
    pub factors: Factors,
    /// Seconds until the brakes on guessing let a new browser try again.
    pub locked_for: Option<u32>,
}

/// Whoever looks at the console: what its frame needs to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub id: UserId,
    pub username: String,
    pub display_name: String,
    pub permissions: PermissionSet,
    pub administrator: bool,
    /// The installation's name.
    pub installation: String,
    /// How long before the idle end to warn, in milliseconds.
    pub idle_warning: Millis,
    /// How long the session lives from now if nothing more happens, in milliseconds.
    pub session_left: Millis,
    /// What they can prove themselves with.
    pub factors: Factors,
    /// What happened to how they sign in and was not dismissed in this browser, newest first.
    pub notices: Vec<Activity>,
}

impl Viewer {
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }
}

/// A person's own profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub id: UserId,
    pub username: String,
    pub display_name: String,
    pub email: Option<String>,
    pub groups: Vec<String>,
    pub created_at: Millis,
    pub password_changed_at: Option<Millis>,
    /// Whether the protection of the first administrator is theirs to hand over.
    pub first_administrator: bool,
}
