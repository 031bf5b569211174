//! What can be done to a user: with which permission, in which state of theirs, and under which rule. Pages,
//! interfaces and bulk actions offer what stands here; the use cases ask the same rules once more.

use serde::{Deserialize, Serialize};

use super::Status;
use crate::{
    Actor, Error, Permission, PermissionSet, Result,
    guard::{Refusal, Rule, Target},
};

/// What can be done to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserAction {
    /// Which rules hold depends on what is changed: the form asks [`Refusals`] by field.
    Edit,
    ChangeGroups,
    ResetPassword,
    ResetFactors,
    RemovePasskey,
    /// To require a second factor, or no longer.
    RequireSecondFactor,
    ForgetDevices,
    /// To let them try again at once after too many wrong tries.
    ReleaseThrottle,
    EndSessions,
    Disable,
    Enable,
    /// Into the bin.
    Delete,
    /// Out of the bin.
    Restore,
    /// For good.
    Erase,
}

const OUT_OF_BIN: &[Status] = &[Status::Active, Status::Invited, Status::Disabled, Status::Expired];
const ENABLED: &[Status] = &[Status::Active, Status::Invited, Status::Expired];
const DISABLED: &[Status] = &[Status::Disabled];
const IN_BIN: &[Status] = &[Status::InBin];

impl UserAction {
    pub const ALL: [Self; 14] = [
        Self::Edit,
        Self::ChangeGroups,
        Self::ResetPassword,
        Self::ResetFactors,
        Self::RemovePasskey,
        Self::RequireSecondFactor,
        Self::ForgetDevices,
        Self::ReleaseThrottle,
        Self::EndSessions,
        Self::Disable,
        Self::Enable,
        Self::Delete,
        Self::Restore,
        Self::Erase,
    ];

    fn terms(self) -> (Permission, &'static [Status], Option<Rule>) {
        use Permission::{
            AssignGroups, DeleteUsers, DisableUsers, EditUsers, EndSessions, EraseUsers, ResetCredentials,
        };
        use Rule::{Factors, Password, Standing, Touch};
        match self {
            Self::Edit => (EditUsers, OUT_OF_BIN, None),
            Self::ChangeGroups => (AssignGroups, OUT_OF_BIN, Some(Standing)),
            Self::ResetPassword => (ResetCredentials, OUT_OF_BIN, Some(Password)),
            Self::ResetFactors => (ResetCredentials, OUT_OF_BIN, Some(Factors)),
            Self::RemovePasskey => (ResetCredentials, OUT_OF_BIN, Some(Factors)),
            Self::RequireSecondFactor => (ResetCredentials, OUT_OF_BIN, Some(Factors)),
            Self::ForgetDevices => (ResetCredentials, OUT_OF_BIN, Some(Factors)),
            Self::ReleaseThrottle => (ResetCredentials, OUT_OF_BIN, Some(Factors)),
            Self::EndSessions => (EndSessions, OUT_OF_BIN, Some(Touch)),
            Self::Disable => (DisableUsers, ENABLED, Some(Standing)),
            Self::Enable => (DisableUsers, DISABLED, Some(Standing)),
            Self::Delete => (DeleteUsers, OUT_OF_BIN, Some(Standing)),
            Self::Restore => (DeleteUsers, IN_BIN, Some(Standing)),
            Self::Erase => (EraseUsers, IN_BIN, Some(Standing)),
        }
    }

    pub fn permission(self) -> Permission {
        self.terms().0
    }

    /// Whether it makes sense for a user in this state.
    pub fn fits(self, status: Status) -> bool {
        self.terms().1.contains(&status)
    }

    /// What the act is held against whatever the permissions; nothing where that depends on what is changed.
    pub fn rule(self) -> Option<Rule> {
        self.terms().2
    }

    /// Whether a person with these permissions may do it to the user whom the refusals are about, in any state.
    ///
    /// # Errors
    /// `Forbidden` before `Refused`.
    pub fn check(self, permissions: PermissionSet, refusals: &Refusals) -> Result<()> {
        if !permissions.has(self.permission()) {
            return Err(Error::Forbidden(self.permission()));
        }
        match self.rule().and_then(|rule| refusals.by(rule)) {
            Some(refusal) => Err(Error::Refused(refusal.clone())),
            None => Ok(()),
        }
    }
}

/// What the rules forbid the viewer to do to a user, whatever their permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusals {
    /// Disable, delete, groups, account expiry.
    pub standing: Option<Refusal>,
    /// E-mail and sessions.
    pub touch: Option<Refusal>,
    pub password: Option<Refusal>,
    /// Second factors.
    pub factors: Option<Refusal>,
}

impl Refusals {
    pub fn of(actor: &Actor, target: &Target) -> Self {
        let asked = |rule: Rule| rule.ask(actor, target).err();
        Self {
            standing: asked(Rule::Standing),
            touch: asked(Rule::Touch),
            password: asked(Rule::Password),
            factors: asked(Rule::Factors),
        }
    }

    /// Why this rule says no, or nothing where it lets them.
    pub fn by(&self, rule: Rule) -> Option<&Refusal> {
        match rule {
            Rule::Touch => self.touch.as_ref(),
            Rule::Password => self.password.as_ref(),
            Rule::Factors => self.factors.as_ref(),
            Rule::Standing => self.standing.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{groups::Builtin, guard::tests::member_of, users::UserId};

    fn target(number: u128, permissions: PermissionSet) -> Target {
        let id = UserId(Uuid::from_u128(number));
        Target { id, name: "Grace".into(), permissions, first_administrator: false }
    }

    /// What this actor may do to this target, in any state.
    fn open(actor: &Actor, target: &Target) -> Vec<UserAction> {
        let refusals = Refusals::of(actor, target);
        UserAction::ALL.into_iter().filter(|action| action.check(actor.permissions, &refusals).is_ok()).collect()
    }

    fn fitting(status: Status) -> Vec<UserAction> {
        UserAction::ALL.into_iter().filter(|action| action.fits(status)).collect()
    }

    #[test]
    fn nobody_in_the_bin_is_offered_anything_but_the_ways_out_of_it() {
        assert_eq!(fitting(Status::InBin), [UserAction::Restore, UserAction::Erase]);
    }

    #[test]
    fn what_takes_the_other_back_fits_when_the_other_does_not() {
        let pairs = [(UserAction::Disable, UserAction::Enable), (UserAction::Delete, UserAction::Restore)];
        for status in Status::ALL {
            for (act, back) in pairs {
                assert!(!(act.fits(status) && back.fits(status)), "{act:?}, {status:?}");
            }
        }
        assert!(UserAction::Disable.fits(Status::Expired) && !UserAction::Enable.fits(Status::Expired));
        assert!(UserAction::Enable.fits(Status::Disabled) && UserAction::Delete.fits(Status::Disabled));
    }

    #[test]
    fn t21_an_administrator_does_to_themselves_only_what_takes_nothing_from_their_standing() {
        let administrator = member_of(Builtin::Administrators);
        let own = target(0, administrator.permissions);
        assert_eq!(open(&administrator, &own), [UserAction::Edit, UserAction::EndSessions]);
        let refusals = Refusals::of(&administrator, &own);
        let refused = |action: UserAction| action.check(administrator.permissions, &refusals);
        assert_eq!(refused(UserAction::Disable), Err(Error::Refused(Refusal::OnYourself)));
        assert_eq!(refused(UserAction::ResetPassword), Err(Error::Refused(Refusal::OwnPassword)));
        assert_eq!(refused(UserAction::ResetFactors), Err(Error::Refused(Refusal::OwnFactors)));
    }

    #[test]
    fn t21_the_protection_of_the_first_administrator_is_of_their_standing_alone() {
        let administrator = member_of(Builtin::Administrators);
        let first = Target { first_administrator: true, ..target(9, administrator.permissions) };
        for action in UserAction::ALL {
            let protected = action.rule() == Some(Rule::Standing);
            assert_eq!(open(&administrator, &first).contains(&action), !protected, "{action:?}");
        }
    }

    #[test]
    fn t21_nobody_who_outranks_the_actor_is_touched() {
        let manager = member_of(Builtin::UserManagers);
        assert_eq!(open(&manager, &target(9, PermissionSet::all())), [UserAction::Edit]);
    }

    #[test]
    fn a_missing_permission_is_named_before_the_rule() {
        let auditor = member_of(Builtin::Auditors);
        let refusals = Refusals::of(&auditor, &target(0, PermissionSet::all()));
        for action in UserAction::ALL {
            assert_eq!(action.check(auditor.permissions, &refusals), Err(Error::Forbidden(action.permission())));
        }
    }

    #[test]
    fn a_user_manager_does_everything_to_users_but_erase_them() {
        let manager = member_of(Builtin::UserManagers);
        let open = open(&manager, &target(9, PermissionSet::NONE));
        let lacking: Vec<_> = UserAction::ALL.into_iter().filter(|action| !open.contains(action)).collect();
        assert_eq!(lacking, [UserAction::Erase]);
    }
}
