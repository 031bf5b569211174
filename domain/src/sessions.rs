//! Sessions: signed-in browsers, and when they end.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{HOUR, MINUTE, Millis};

crate::users::id_type! {
    /// Which session. Public: it names a session but opens nothing.
    SessionId
}

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLimits {
    /// Without any activity (OWASP ASVS 5.0.0, 7.3.1).
    pub idle: Millis,
    /// Whatever the activity (7.3.2).
    pub absolute: Millis,
    /// Of one person at a time; one more ends their oldest (7.1.2).
    pub per_person: u32,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { idle: 2 * HOUR, absolute: 12 * HOUR, per_person: 20 }
    }
}

/// How long before the idle end a person is warned.
pub const IDLE_WARNING: Millis = 2 * MINUTE;

impl SessionLimits {
    /// When a session ends if nothing more happens. Never later than the account.
    pub fn end(&self, created: Millis, last_seen: Millis, account_end: Option<Millis>) -> Millis {
        let end = (created + self.absolute).min(last_seen + self.idle);
        account_end.map_or(end, |account| end.min(account))
    }
}

/// How somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    Setup,
    Password,
    Passkey,
    PasswordAndApp,
    PasswordAndPasskey,
    PasswordAndRecoveryCode,
    /// The second factor was given in this browser before.
    PasswordOnRememberedDevice,
    /// Where passkeys do not count.
    PasskeyAndApp,
    PasskeyAndRecoveryCode,
}

impl Method {
    /// Every way to a session.
    pub const ALL: [Self; 9] = [
        Self::Setup,
        Self::Password,
        Self::Passkey,
        Self::PasswordAndApp,
        Self::PasswordAndPasskey,
        Self::PasswordAndRecoveryCode,
        Self::PasswordOnRememberedDevice,
        Self::PasskeyAndApp,
        Self::PasskeyAndRecoveryCode,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::PasswordAndApp => "password_and_app",
            Self::PasswordAndPasskey => "password_and_passkey",
            Self::PasswordAndRecoveryCode => "password_and_recovery_code",
            Self::PasswordOnRememberedDevice => "password_on_remembered_device",
            Self::PasskeyAndApp => "passkey_and_app",
            Self::PasskeyAndRecoveryCode => "passkey_and_recovery_code",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Setup => "Setup code",
            Self::Password => "Password",
            Self::Passkey => "Passkey",
            Self::PasswordAndApp => "Password and authenticator app",
            Self::PasswordAndPasskey => "Password and passkey",
            Self::PasswordAndRecoveryCode => "Password and recovery code",
            Self::PasswordOnRememberedDevice => "Password, remembered device",
            Self::PasskeyAndApp => "Passkey and authenticator app",
            Self::PasskeyAndRecoveryCode => "Passkey and recovery code",
        }
    }
}

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    pub id: SessionId,
    /// The one that asks.
    pub current: bool,
    /// In words, such as `Firefox on Windows`.
    pub browser: String,
    pub address: String,
    pub method: Method,
    pub created_at: Millis,
    pub last_seen_at: Millis,
    pub ends_at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: SessionLimits = SessionLimits { idle: 10, absolute: 100, per_person: 1 };

    #[test]
    fn a_session_ends_when_idle() {
        assert_eq!(LIMITS.end(0, 5, None), 15);
    }

    #[test]
    fn activity_never_carries_a_session_past_its_absolute_end() {
        assert_eq!(LIMITS.end(0, 99, None), 100);
    }

    #[test]
    fn no_session_outlives_its_account() {
        assert_eq!(LIMITS.end(0, 5, Some(12)), 12);
    }
}
