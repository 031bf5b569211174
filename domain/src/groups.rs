//! Groups: named sets of permissions.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Permission, PermissionSet};

crate::users::id_type! {
    /// Which group.
    GroupId
}

/// The groups that every installation has. What they allow is decided here, so
/// that a permission added in a later version reaches them by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Builtin {
    Administrators,
    Auditors,
    UserManagers,
}

impl Builtin {
    pub const ALL: [Self; 3] = [Self::Administrators, Self::Auditors, Self::UserManagers];

    /// The stable name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Administrators => "administrators",
            Self::Auditors => "auditors",
            Self::UserManagers => "user-managers",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Administrators => "Administrators",
            Self::Auditors => "Auditors",
            Self::UserManagers => "User managers",
        }
    }

    pub fn description(self) -> &'static str {
        match self {
            Self::Administrators => "May do everything, and always has at least one member.",
            Self::Auditors => "May see everything and change nothing.",
            Self::UserManagers => "Look after users and the groups they are in.",
        }
    }

    pub fn permissions(self) -> PermissionSet {
        use Permission::{
            AssignGroups, CreateUsers, DeleteUsers, DisableUsers, EditUsers, EndSessions, ResetCredentials, ViewGroups,
            ViewSessions, ViewUsers,
        };
        match self {
            Self::Administrators => PermissionSet::all(),
            Self::Auditors => Permission::ALL.iter().copied().filter(|p| p.only_reads()).collect(),
            Self::UserManagers => [
                ViewUsers,
                CreateUsers,
                EditUsers,
                ResetCredentials,
                DisableUsers,
                DeleteUsers,
                ViewSessions,
                EndSessions,
                ViewGroups,
                AssignGroups,
            ]
            .into_iter()
            .collect(),
        }
    }
}

/// A group as a name to show: in a table, on a user's page, in a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupTag {
    pub id: GroupId,
    pub name: String,
    pub administrators: bool,
    /// What it allows: for rules on the server, not for the screen.
    #[serde(skip)]
    pub permissions: PermissionSet,
}

/// A group in the list of groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    pub id: GroupId,
    pub name: String,
    pub description: String,
    pub builtin: Option<Builtin>,
    pub members: crate::listing::Count,
    pub permissions: PermissionSet,
}

/// A group that somebody can be put into, or the reason why the actor may not do so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupChoice {
    pub id: GroupId,
    pub name: String,
    pub description: String,
    pub refused: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrators_may_do_everything() {
        assert_eq!(Builtin::Administrators.permissions(), PermissionSet::all());
    }

    #[test]
    fn auditors_see_everything_and_change_nothing() {
        for permission in Permission::ALL {
            assert_eq!(
                Builtin::Auditors.permissions().has(*permission),
                permission.only_reads(),
                "{}",
                permission.code()
            );
        }
    }

    #[test]
    fn codes_lead_back_to_their_group() {
        for group in Builtin::ALL {
            assert_eq!(Builtin::from_code(group.code()), Some(group));
        }
        assert_eq!(Builtin::from_code("root"), None);
    }
}
