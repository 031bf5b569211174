//! The catalogue of permissions: everything that one may be allowed to do.

use serde::{Deserialize, Serialize};

macro_rules! catalogue {
    ($($name:ident = $code:literal, $label:literal, $help:literal;)*) => {
        /// One thing one may do, written `area:verb`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission { $(#[doc = $help] #[serde(rename = $code)] $name,)* }

        impl Permission {
            pub const ALL: &'static [Permission] = &[$(Permission::$name,)*];

            /// The stable name, such as `users:view`.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it is called on a screen.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// What it lets a person do, in one sentence.
            pub fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }
    };
}

catalogue! {
    ViewUsers = "users:view", "View users", "See the list of users and their pages.";
    CreateUsers = "users:create", "Create users", "Create users and hand out their first password.";
    EditUsers = "users:edit", "Edit users", "Change names, e-mail addresses, custom fields and account expiry.";
    ResetCredentials = "users:credentials", "Reset credentials", "Give users a new password, reset their second factors, and release them from waiting.";
    DisableUsers = "users:disable", "Disable users", "Disable and enable users.";
    DeleteUsers = "users:delete", "Delete users", "Move users to the bin and restore them.";
    EraseUsers = "users:erase", "Erase users", "Erase users from the bin for good.";
    ViewSessions = "sessions:view", "View sessions", "See where users are signed in.";
    EndSessions = "sessions:end", "End sessions", "Sign users out.";
    ViewGroups = "groups:view", "View groups", "See the groups and what each of them allows.";
    AssignGroups = "groups:assign", "Assign groups", "Put users into groups, as far as one's own rights go.";
    ViewAudit = "audit:view", "View the audit log", "See who did what and when.";
    ViewSettings = "settings:view", "View settings", "See the settings of this installation.";
    EditSettings = "settings:edit", "Edit settings", "Change the settings and the custom fields.";
}

impl Permission {
    /// The part before the colon, such as `users`.
    pub fn area(self) -> &'static str {
        self.code().split(':').next().unwrap_or_default()
    }

    /// Whether it only lets one look.
    pub fn only_reads(self) -> bool {
        self.code().ends_with(":view")
    }
}

/// A set of permissions. Rights of several groups add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionSet(u64);

impl PermissionSet {
    pub const NONE: Self = Self(0);

    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    pub fn has(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    #[must_use]
    pub fn with(self, permission: Permission) -> Self {
        Self(self.0 | 1 << permission as u32)
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every permission of `other` is in here too.
    pub fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// What `other` has that this set lacks.
    pub fn lacking(self, other: Self) -> impl Iterator<Item = Permission> {
        Self(other.0 & !self.0).iter()
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.has(*p))
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_set() -> impl Strategy<Value = PermissionSet> {
        proptest::sample::subsequence(Permission::ALL, 0..=Permission::ALL.len())
            .prop_map(|list| list.into_iter().collect())
    }

    #[test]
    fn codes_are_unique_and_read_area_colon_verb() {
        let mut codes: Vec<_> = Permission::ALL.iter().map(|p| p.code()).collect();
        assert!(codes.iter().all(|c| c.split(':').filter(|part| !part.is_empty()).count() == 2));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Permission::ALL.len());
    }

    proptest! {
        #[test]
        fn rights_of_two_groups_add_up_and_nothing_else(a in any_set(), b in any_set()) {
            for p in Permission::ALL {
                prop_assert_eq!(a.and(b).has(*p), a.has(*p) || b.has(*p));
            }
        }

        #[test]
        fn a_set_covers_another_when_nothing_is_lacking(a in any_set(), b in any_set()) {
            prop_assert_eq!(a.covers(b), a.lacking(b).next().is_none());
            prop_assert!(a.and(b).covers(a));
        }
    }
}
