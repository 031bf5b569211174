//! Whoever acts: the signed-in person and what they may do now.

use serde::{Deserialize, Serialize};

use crate::{MINUTE, Millis, Permission, PermissionSet, sessions::SessionId, users::UserId};

/// How long a factor counts as recent proof (NIST SP 800-63B-4 leaves the figure to the service).
pub const RECENT_PROOF: Millis = 5 * MINUTE;

/// Something that a person must do before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Obligation {
    NewPassword,
    /// Setting up a second factor.
    SecondFactor,
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub id: UserId,
    pub username: String,
    pub display_name: String,
    pub permissions: PermissionSet,
    pub obligation: Option<Obligation>,
    pub session: SessionId,
    /// When this session last saw a factor.
    pub proof_at: Millis,
}

impl Actor {
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    /// Whether a factor was given recently enough for a dangerous act.
    pub fn has_recent_proof(&self, now: Millis) -> bool {
        (self.proof_at..self.proof_at + RECENT_PROOF).contains(&now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(proof_at: Millis) -> Actor {
        Actor {
            id: UserId::nil(),
            username: "ana".into(),
            display_name: "Ana".into(),
            permissions: PermissionSet::NONE,
            obligation: None,
            session: SessionId::nil(),
            proof_at,
        }
    }

    #[test]
    fn proof_is_recent_for_five_minutes() {
        assert!(actor(1_000).has_recent_proof(1_000));
        assert!(actor(1_000).has_recent_proof(1_000 + RECENT_PROOF - 1));
        assert!(!actor(1_000).has_recent_proof(1_000 + RECENT_PROOF));
    }

    #[test]
    fn proof_from_the_future_is_no_proof() {
        assert!(!actor(2_000).has_recent_proof(1_000));
    }
}
