//! Rules that hold whatever the permissions say.

use serde::{Deserialize, Serialize};

use crate::{Actor, Permission, PermissionSet, users::UserId};

/// Why a rule says no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The installation has its first administrator already.
    AlreadySetUp,
    /// The actor would hand out a right that they do not hold themselves.
    GrantsMore {
        group: String,
        missing: Permission,
    },
    /// Nobody disables, deletes or demotes themselves.
    OnYourself,
    /// One's own password is changed where the current one is asked for.
    OwnPassword,
    /// The first administrator is protected until they hand that over themselves.
    FirstAdministrator {
        name: String,
    },
    /// The other holds a right that the actor does not.
    Outranks {
        name: String,
        missing: Permission,
    },
    /// Nobody would be left to administer Keydesk.
    LastAdministrator,
    /// What only somebody in the bin can have done to them.
    NotInBin,
    /// Somebody in the bin is restored first.
    InBin {
        name: String,
    },
    /// The name typed to confirm an erasure is not this user's.
    NameDiffers,
    /// Protection is handed over by the first administrator only, to another administrator.
    NotYoursToHandOver,
    NotAnAdministrator {
        name: String,
    },
    /// Nothing would be left to sign in with.
    LastWayIn,
    /// A second factor is required, and this is the only one.
    OnlySecondFactor,
    /// One's own factors are changed under My account.
    OwnFactors,
}

/// Somebody that an act is about, as far as the rules look at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub id: UserId,
    pub name: String,
    pub permissions: PermissionSet,
    /// Whether the protection of the first administrator is theirs.
    pub first_administrator: bool,
}

impl Refusal {
    pub fn sentence(&self) -> String {
        match self {
            Self::AlreadySetUp => "Keydesk is set up already. Sign in, or ask an administrator for an account.".into(),
            Self::GrantsMore { group, missing } => format!(
                "You cannot put anybody into {group}: it allows “{}”, and you do not hold that yourself.",
                missing.label()
            ),
            Self::OnYourself => "You cannot do this to yourself. Ask another administrator.".into(),
            Self::OwnPassword => {
                "Change your own password under My account, where the current one is asked for.".into()
            }
            Self::FirstAdministrator { name } => format!(
                "{name} is the first administrator and protected. Only they can hand that protection over, \
                 on their own profile."
            ),
            Self::Outranks { name, missing } => {
                format!("{name} may do more than you: “{}”. Ask somebody who may do that too.", missing.label())
            }
            Self::LastAdministrator => "Nobody would be left to administer Keydesk. At least one administrator must \
                 stay who is active, has a password or a passkey, and whose account does not end."
                .into(),
            Self::NotInBin => "Only users in the bin can be restored or erased.".into(),
            Self::InBin { name } => format!("{name} is in the bin. Restore them first."),
            Self::NameDiffers => "This is not the username. Type it exactly as it is shown.".into(),
            Self::NotYoursToHandOver => "Only the first administrator can hand this protection over.".into(),
            Self::LastWayIn => {
                "Nothing would be left to sign in with. Add a passkey or a password first, then remove this.".into()
            }
            Self::OnlySecondFactor => {
                "A second factor is required, and this is the only one. Add another first, then remove this.".into()
            }
            Self::OwnFactors => "Change your own factors under My account, Security.".into(),
            Self::NotAnAdministrator { name } => {
                format!("{name} is not an active administrator whose account has no end. Choose somebody who is.")
            }
        }
    }
}

/// The rules of what is done to a user, by what the act is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// E-mail and sessions: [`may_touch`].
    Touch,
    /// [`may_reset_password`].
    Password,
    /// [`may_reset_factors`].
    Factors,
    /// What they are and may do: [`may_change_standing`].
    Standing,
}

impl Rule {
    /// # Errors
    /// The refusal where the rule says no.
    pub fn ask(self, actor: &Actor, target: &Target) -> Result<(), Refusal> {
        match self {
            Self::Touch => may_touch(actor, target),
            Self::Password => may_reset_password(actor, target),
            Self::Factors => may_reset_factors(actor, target),
            Self::Standing => may_change_standing(actor, target),
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

/// A permission of `theirs` that `own` lacks: whoever holds one outranks.
pub fn outranks(theirs: PermissionSet, own: PermissionSet) -> Option<Permission> {
    own.lacking(theirs).next()
}

/// Whether the actor may touch somebody's credentials, e-mail or sessions.
pub fn may_touch(actor: &Actor, target: &Target) -> Result<(), Refusal> {
    match outranks(target.permissions, actor.permissions) {
        None => Ok(()),
        Some(missing) => Err(Refusal::Outranks { name: target.name.clone(), missing }),
    }
}

/// Whether the actor may give somebody a new password.
pub fn may_reset_password(actor: &Actor, target: &Target) -> Result<(), Refusal> {
    if actor.id == target.id {
        return Err(Refusal::OwnPassword);
    }
    may_touch(actor, target)
}

/// Whether the actor may reset what proves somebody.
pub fn may_reset_factors(actor: &Actor, target: &Target) -> Result<(), Refusal> {
    if actor.id == target.id {
        return Err(Refusal::OwnFactors);
    }
    may_touch(actor, target)
}

/// Whether the actor may change what somebody is: disable, delete, groups, account expiry.
pub fn may_change_standing(actor: &Actor, target: &Target) -> Result<(), Refusal> {
    if actor.id == target.id {
        return Err(Refusal::OnYourself);
    }
    if target.first_administrator {
        return Err(Refusal::FirstAdministrator { name: target.name.clone() });
    }
    may_touch(actor, target)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{groups::Builtin, sessions::SessionId, users::UserId};

    pub fn member_of(group: Builtin) -> Actor {
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

    fn somebody(number: u128, group: Option<Builtin>) -> Target {
        Target {
            id: UserId(uuid::Uuid::from_u128(number)),
            name: "Grace".into(),
            permissions: group.map_or(PermissionSet::NONE, Builtin::permissions),
            first_administrator: false,
        }
    }

    #[test]
    fn t21_nobody_disables_deletes_or_demotes_themselves() {
        let administrator = member_of(Builtin::Administrators);
        let own = Target { id: administrator.id, ..somebody(0, Some(Builtin::Administrators)) };
        assert_eq!(may_change_standing(&administrator, &own), Err(Refusal::OnYourself));
        assert_eq!(may_reset_password(&administrator, &own), Err(Refusal::OwnPassword));
    }

    #[test]
    fn t21_the_first_administrator_is_protected_from_everybody() {
        let administrator = member_of(Builtin::Administrators);
        let first = Target { first_administrator: true, ..somebody(9, Some(Builtin::Administrators)) };
        let refused = may_change_standing(&administrator, &first);
        assert_eq!(refused, Err(Refusal::FirstAdministrator { name: "Grace".into() }));
        assert_eq!(may_reset_password(&administrator, &first), Ok(()), "forgetting a password happens to them too");
    }

    #[test]
    fn t21_nobody_touches_whoever_outranks_them() {
        let manager = member_of(Builtin::UserManagers);
        let administrator = somebody(9, Some(Builtin::Administrators));
        for refused in [
            may_touch(&manager, &administrator),
            may_change_standing(&manager, &administrator),
            may_reset_password(&manager, &administrator),
        ] {
            assert!(matches!(refused, Err(Refusal::Outranks { .. })), "{refused:?}");
        }
        assert_eq!(may_change_standing(&manager, &somebody(9, None)), Ok(()));
        assert_eq!(may_change_standing(&manager, &somebody(9, Some(Builtin::UserManagers))), Ok(()));
    }

    #[test]
    fn an_administrator_grants_every_built_in_group() {
        let administrator = member_of(Builtin::Administrators);
        for group in Builtin::ALL {
            assert_eq!(may_grant(&administrator, group.name(), group.permissions()), Ok(()));
        }
    }
}
