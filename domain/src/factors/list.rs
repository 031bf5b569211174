//! What somebody has, and how well it protects them.

use serde::{Deserialize, Serialize};

use super::{Factors, PasskeyId};
use crate::Millis;

/// A passkey as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyRow {
    pub id: PasskeyId,
    pub name: String,
    /// Who keeps it, such as `iCloud Keychain`; nothing where that is not known.
    pub provider: Option<String>,
    /// Kept on several devices, or bound to one.
    pub synced: bool,
    /// Whether it is for the domain at which Keydesk is now.
    pub works: bool,
    pub created_at: Millis,
    pub last_used_at: Option<Millis>,
    /// When its counter went back: it may have been copied.
    pub suspect_at: Option<Millis>,
}

/// Everything that proves a person, for their own page and the administrator's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorList {
    pub factors: Factors,
    pub password_changed_at: Option<Millis>,
    /// Whether the next sign-in asks for a new password.
    pub must_change_password: bool,
    pub app_since: Option<Millis>,
    pub app_used_at: Option<Millis>,
    pub passkeys: Vec<PasskeyRow>,
    /// Recovery codes left, and how many there were.
    pub recovery_left: u32,
    pub recovery_of: u32,
    /// Browsers that are not asked for a second factor.
    pub remembered: u32,
    /// Whether a second factor is required of them, and whether an administrator asked it of them alone.
    pub required: bool,
    pub required_of_them: bool,
    pub allowed: Factors,
    /// Seconds until the brakes on guessing let a new browser try again.
    pub locked_for: Option<u32>,
}

/// How well somebody is protected, and what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    WellProtected,
    AddSecondFactor,
    AddAnotherPasskey,
    NewRecoveryCodes,
    /// A passkey's counter went back.
    CheckPasskey,
}

impl FactorList {
    /// The factors that can be shown at this address.
    pub fn working(&self) -> Factors {
        let passkey = self.passkeys.iter().any(|passkey| passkey.works);
        if passkey { self.factors } else { self.factors.without(Factors::PASSKEY) }
    }

    pub fn verdict(&self) -> Verdict {
        let passkeys = self.passkeys.iter().filter(|passkey| passkey.works).count();
        if self.passkeys.iter().any(|passkey| passkey.suspect_at.is_some()) {
            Verdict::CheckPasskey
        } else if self.working().second().is_empty() {
            Verdict::AddSecondFactor
        } else if self.recovery_left < 3 && self.factors.has(Factors::PASSWORD) {
            Verdict::NewRecoveryCodes
        } else if passkeys == 1 && !self.factors.has(Factors::PASSWORD) {
            Verdict::AddAnotherPasskey
        } else {
            Verdict::WellProtected
        }
    }
}
