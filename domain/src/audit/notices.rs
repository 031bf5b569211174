//! Which events their owner is told of on their next pages, beside the log that they may not read.

use super::{Event, Person};
use crate::{DAY, Millis};

/// Notices are shown so long.
pub const NOTICES_KEPT: Millis = 30 * DAY;

/// So many are told at a time, the oldest first.
pub const NOTICES_AT_ONCE: usize = 20;

impl Event {
    /// Whose way of signing in this changed or endangers. They are told of it, whoever did it: a
    /// thief does it as the person.
    pub fn told(&self) -> Option<&Person> {
        match self {
            Self::PasswordChanged { user, .. }
            | Self::PasswordReset { user, .. }
            | Self::PasswordRemoved { user }
            | Self::AppAdded { user, .. }
            | Self::AppRemoved { user }
            | Self::PasskeyAdded { user, .. }
            | Self::PasskeyRemoved { user, .. }
            | Self::PasskeySuspect { user, .. }
            | Self::RecoveryCodesMade { user }
            | Self::RecoveryCodeUsed { user, .. }
            | Self::SecondFactorsReset { user, .. }
            | Self::SecondFactorAsked { user, .. }
            | Self::BrakesReleased { user }
            | Self::DevicesForgotten { user, .. }
            | Self::FactorsVoided { user, .. }
            | Self::CodesGuessed { user, .. } => Some(user),
            _ => None,
        }
    }
}
