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

    fn remember_for(&self) -> Millis {
        i64::from(self.remember_days) * DAY
    }

    /// What is noted of a browser in which a factor of the kind `by` was given, and which is not to
    /// be asked for a while; nothing where none may be remembered, or after a recovery code.
    pub fn remember(&self, now: Millis, by: Factors) -> Option<Remembered> {
        let may = self.remember_days > 0 && !by.second().is_empty();
        may.then(|| Remembered { since: now, until: now + self.remember_for(), by })
    }

    /// Whether a browser is still remembered of somebody who is `asked` for these kinds: what was
    /// agreed to when it was, and what is allowed now, both hold.
    pub fn remembers(&self, remembered: Remembered, asked: Factors, now: Millis) -> bool {
        let Remembered { since, until, by } = remembered;
        now < until && now < since + self.remember_for() && !by.is_empty() && asked.has(by)
    }
}

/// A browser in which its person is not asked for a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    pub since: Millis,
    /// As was said then.
    pub until: Millis,
    /// The kind that was given.
    pub by: Factors,
}
