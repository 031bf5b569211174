//! What the gate opens for without a permission: closed lists.

use domain::Obligation;

/// What strangers may do: the complete list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Finding out whose session a cookie belongs to.
    Authenticate,
    FirstRun,
    SignIn,
}

/// What people may do with their own account, whatever their permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnAct {
    ChangePassword,
    UpdateProfile,
    EndSessions,
    SignOut,
    GiveProof,
    HandOverProtection,
    AddFactor,
    RemoveFactor,
    MakeRecoveryCodes,
    ForgetDevices,
    ReadNotices,
}

impl OwnAct {
    /// Whether it is allowed while something else must be done first.
    pub(super) fn fulfils(self, obligation: Obligation) -> bool {
        match obligation {
            Obligation::NewPassword => {
                matches!(self, Self::ChangePassword | Self::SignOut)
            }
            Obligation::SecondFactor => {
                matches!(self, Self::AddFactor | Self::SignOut)
            }
        }
    }
}

/// Writes that carry no event: bookkeeping that nobody would look for in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upkeep {
    Installation,
    SetupCode,
    SessionStore,
    LastSeen,
    DeadSessions,
    Throttle,
    RehashPassword,
    Preferences,
    PendingSignIn,
    UsedCode,
    UsedPasskey,
    AnsweredChallenge,
    /// Values of custom fields that were deleted, removed a few at a time.
    DeletedFields,
    UserStats,
    /// Notices that are no longer told.
    Notices,
    /// What users are searched, sorted and filtered by, folded anew after an upgrade.
    SearchKeys,
    /// SQLite's write-ahead log goes into the file: after many rows at once, so that nobody's
    /// next change has to wait for that, and after an erasure, so that nothing is left there.
    Checkpoint,
}
