//! Rules that hold whatever the permissions say.

use serde::{Deserialize, Serialize};

use crate::{Actor, Permission, PermissionSet};

/// Why a rule says no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The installation has its first administrator already.
    AlreadySetUp,
    /// The actor would hand out a right that they do not hold themselves.
    GrantsMore { group: String, missing: Permission },
}

impl Refusal {
    pub fn sentence(&self) -> String {
        match self {
            Self::AlreadySetUp => "Keydesk is set up already. Sign in, or ask an administrator for an account.".into(),
            Self::GrantsMore { group, missing } => format!(
                "You cannot put anybody into {group}: it allows “{}”, and you do not hold that yourself.",
                missing.label()
            ),
        }
    }
}

/// Nobody grants a permission that they do not hold.
pub fn may_grant(actor: &Actor, group: &str, grants: PermissionSet) -> Result<(), Refusal> {
    match actor.permissions.lacking(grants).next() {
        None => Ok(()),
        Some(missing) => Err(Refusal::GrantsMore { group: group.into(), missing }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{groups::Builtin, sessions::SessionId, users::UserId};

    fn member_of(group: Builtin) -> Actor {
        Actor {
            id: UserId::nil(),
            username: "tomas".into(),
            display_name: "Tomás".into(),
            permissions: group.permissions(),
            obligation: None,
            session: SessionId::nil(),
            proof_at: 0,
        }
    }

    #[test]
    fn nobody_grants_a_permission_that_they_do_not_hold() {
        let manager = member_of(Builtin::UserManagers);
        let grants = Builtin::Administrators.permissions();
        assert!(may_grant(&manager, "Administrators", grants).is_err());
        assert!(may_grant(&manager, "User managers", manager.permissions).is_ok());
    }

    #[test]
    fn an_administrator_grants_every_built_in_group() {
        let administrator = member_of(Builtin::Administrators);
        for group in Builtin::ALL {
            assert_eq!(may_grant(&administrator, group.name(), group.permissions()), Ok(()));
        }
    }
}
