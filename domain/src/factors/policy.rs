//! The rules about second factors.

use serde::{Deserialize, Serialize};

use super::Factors;
use crate::{DAY, Millis, groups::GroupId};

/// Who has to have a second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    #[default]
    Nobody,
    Everyone,
    /// Whoever is in one of these.
    Groups(Vec<GroupId>),
}

impl Required {
    /// Whether it is about somebody in these groups.
    pub fn concerns(&self, groups: &[GroupId]) -> bool {
        match self {
            Self::Nobody => false,
            Self::Everyone => true,
            Self::Groups(named) => named.iter().any(|group| groups.contains(group)),
        }
    }
}

/// The rules about second factors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorPolicy {
    pub required: Required,
    /// Nobody is held to it before.
    pub from: Option<Millis>,
    /// The kinds that count: an authenticator app, a passkey, or either.
    pub allowed: Factors,
    /// For how many days a browser may be remembered; 0 for never.
    pub remember_days: u32,
}

impl Default for SecondFactorPolicy {
    fn default() -> Self {
        let allowed = Factors::APP.and(Factors::PASSKEY);
        Self { required: Required::Nobody, from: None, allowed, remember_days: 30 }
    }
}

impl SecondFactorPolicy {
    pub const REMEMBER_DAYS: (u32, u32) = (0, 365);

    /// Whether somebody in these groups has to have a second factor now. `themselves`: an
    /// administrator asked it of them, which no date puts off.
    pub fn requires(&self, groups: &[GroupId], themselves: bool, now: Millis) -> bool {
        let begun = self.from.is_none_or(|from| from <= now);
        themselves || begun && self.required.concerns(groups)
    }

    /// When a browser that is remembered now is forgotten; nothing where none is.
    pub fn remembered_until(&self, now: Millis) -> Option<Millis> {
        (self.remember_days > 0).then(|| now + i64::from(self.remember_days) * DAY)
    }
}
