//! Audit events. What is said of each stands in the file of its feature, in one piece.

use serde::{Deserialize, Serialize};

use crate::{Millis, Permission, sessions::Method, users::UserId};

mod credentials;
mod described;
mod fields;
mod groups;
mod installation;
mod log;
mod sessions;
mod settings;
mod sign_in;
mod users;

/// Somebody an event is about, with the name they had at the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub name: String,
}

/// What happened. The tag is the stable kind that is stored; fields are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    // What `users` describes.
    UserCreated {
        user: Person,
        username: String,
        email: Option<String>,
        groups: Vec<String>,
        one_time_password: bool,
    },
    UserUpdated {
        user: Person,
        changes: Vec<FieldChange>,
    },
    ProfileUpdated {
        user: Person,
        before: String,
        after: String,
    },
    UserDisabled {
        user: Person,
        sessions_ended: u32,
    },
    UserEnabled {
        user: Person,
    },
    UserDeleted {
        user: Person,
        sessions_ended: u32,
        erase_at: Millis,
    },
    UserRestored {
        user: Person,
    },
    /// Without the name: nothing of an erased person stays.
    UserErased {
        user: UserId,
    },

    // What `groups` describes.
    GroupsChanged {
        user: Person,
        added: Vec<String>,
        removed: Vec<String>,
    },
    ProtectionHandedOver {
        from: Person,
        to: Person,
    },
    Refused {
        user: Person,
        permission: Permission,
        times: u32,
    },

    // What `sign_in` describes.
    SignedIn {
        user: Person,
        method: Method,
    },
    /// `user` is missing when what was typed names nobody.
    SignInFailed {
        user: Option<Person>,
        reason: SignInFailure,
        times: u32,
    },
    ProofGiven {
        user: Person,
    },
    ProofFailed {
        user: Person,
        times: u32,
    },

    // What `sessions` describes.
    SignedOut {
        user: Person,
    },
    SessionsEnded {
        user: Person,
        count: u32,
    },
    /// A sign-in more than somebody may have at a time ended the oldest.
    SessionsOverLimit {
        user: Person,
        count: u32,
        most: u32,
    },

    // What `credentials` describes.
    PasswordChanged {
        user: Person,
        sessions_ended: u32,
        was_due: bool,
    },
    PasswordChangeFailed {
        user: Person,
        times: u32,
    },
    PasswordReset {
        user: Person,
        one_time: bool,
        sessions_ended: u32,
    },
    PasswordRemoved {
        user: Person,
    },
    AppAdded {
        user: Person,
        replaced: bool,
    },
    AppRemoved {
        user: Person,
    },
    PasskeyAdded {
        user: Person,
        name: String,
    },
    PasskeyRenamed {
        user: Person,
        before: String,
        after: String,
    },
    PasskeyRemoved {
        user: Person,
        name: String,
    },
    /// A passkey's counter went back: there may be a copy of it. The sign-in was refused.
    PasskeySuspect {
        user: Person,
        name: String,
    },
    RecoveryCodesMade {
        user: Person,
    },
    RecoveryCodeUsed {
        user: Person,
        left: u32,
    },
    SecondFactorsReset {
        user: Person,
        passkeys: u32,
        sessions_ended: u32,
    },
    SecondFactorAsked {
        user: Person,
        required: bool,
    },
    /// By the operator, after a restore brought back what was used up or removed.
    FactorsVoided {
        user: Person,
        passkeys: u32,
        recovery_codes: u32,
        sessions_ended: u32,
    },
    DevicesForgotten {
        user: Person,
        count: u32,
    },
    /// So many wrong codes in a row were given by somebody who has the password, or sits in a session.
    CodesGuessed {
        user: Person,
        count: u32,
    },
    BrakesReleased {
        user: Person,
    },
    /// In one browser: somebody has seen what happened to how they sign in.
    NoticesDismissed {
        user: Person,
        count: u32,
    },

    // What `fields` describes.
    FieldCreated {
        field: String,
        required: bool,
    },
    FieldUpdated {
        field: String,
        changes: Vec<FieldChange>,
    },
    FieldDeleted {
        field: String,
    },

    // What `settings` describes.
    SettingsChanged {
        changes: Vec<FieldChange>,
    },

    // What `installation` describes.
    InstallationSetUp {
        administrator: Person,
    },
    CastSeeded {
        users: u32,
    },
    UsersSeeded {
        users: u32,
    },
    /// `authenticated` unless nobody can say who wrote the file.
    BackupRestored {
        taken_at: Millis,
        authenticated: bool,
        erased_again: u32,
    },

    // What `log` describes.
    /// A log of so many events counts from here on, though the operator's machine had noted
    /// another head: after that many events, or one that is lost.
    HeadAccepted {
        noted: Option<i64>,
        events: i64,
    },
    /// Whom the events before this one are about, from a version whose chain did not cover
    /// it: a SHA-256, as hexadecimal digits, over all of these rows.
    LogSealed {
        subjects: u64,
        sha256: String,
    },
}

/// One value before and after; nothing where it was or is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// What it is called on a screen.
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl FieldChange {
    /// The change, or nothing where both are the same.
    pub fn between(field: &str, before: Option<&str>, after: Option<&str>) -> Option<Self> {
        let differs = before != after;
        let owned = |value: Option<&str>| value.map(ToOwned::to_owned);
        differs.then(|| Self { field: field.into(), before: owned(before), after: owned(after) })
    }
}

/// Why a sign-in failed. Known to the log, never to the person who tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInFailure {
    UnknownName,
    WrongPassword,
    NotActive,
    Throttled,
    /// The first factor was right, the code after it was not.
    WrongCode,
    WrongPasskey,
    /// Whoever tried hung up before the password was looked at.
    HungUp,
}
