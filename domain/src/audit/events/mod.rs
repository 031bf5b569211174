//! Audit events.

use serde::{Deserialize, Serialize};

use crate::{Millis, Permission, sessions::Method, users::UserId};

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
    InstallationSetUp {
        administrator: Person,
    },
    UserCreated {
        user: Person,
        username: String,
        email: Option<String>,
        groups: Vec<String>,
        one_time_password: bool,
    },
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
    SignedOut {
        user: Person,
    },
    ProofGiven {
        user: Person,
    },
    ProofFailed {
        user: Person,
        times: u32,
    },
    PasswordChanged {
        user: Person,
        sessions_ended: u32,
        was_due: bool,
    },
    PasswordChangeFailed {
        user: Person,
        times: u32,
    },
    ProfileUpdated {
        user: Person,
        before: String,
        after: String,
    },
    SessionsEnded {
        user: Person,
        count: u32,
    },
    Refused {
        user: Person,
        permission: Permission,
        times: u32,
    },
    CastSeeded {
        users: u32,
    },
    UsersSeeded {
        users: u32,
    },
    UserUpdated {
        user: Person,
        changes: Vec<FieldChange>,
    },
    PasswordReset {
        user: Person,
        one_time: bool,
        sessions_ended: u32,
    },
    GroupsChanged {
        user: Person,
        added: Vec<String>,
        removed: Vec<String>,
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
    ProtectionHandedOver {
        from: Person,
        to: Person,
    },
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
    SettingsChanged {
        changes: Vec<FieldChange>,
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
    PasswordRemoved {
        user: Person,
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
    BrakesReleased {
        user: Person,
    },
    DevicesForgotten {
        user: Person,
        count: u32,
    },
    /// A log of so many events counts from here on, though the operator's machine had noted
    /// another head: after that many events, or one that is lost.
    HeadAccepted {
        noted: Option<i64>,
        events: i64,
    },
    /// `authenticated` unless nobody can say who wrote the file.
    BackupRestored {
        taken_at: Millis,
        authenticated: bool,
        erased_again: u32,
    },
    /// By the operator, after a restore brought back what was used up or removed.
    FactorsVoided {
        user: Person,
        passkeys: u32,
        recovery_codes: u32,
        sessions_ended: u32,
    },
    /// Whom the events before this one are about, from a version whose chain did not cover
    /// it: a SHA-256, as hexadecimal digits, over all of these rows.
    LogSealed {
        subjects: u64,
        sha256: String,
    },
    /// So many wrong codes in a row were given by somebody who has the password, or sits in a session.
    CodesGuessed {
        user: Person,
        count: u32,
    },
    /// In one browser: somebody has seen what happened to how they sign in.
    NoticesDismissed {
        user: Person,
        count: u32,
    },
    /// A sign-in more than somebody may have at a time ended the oldest.
    SessionsOverLimit {
        user: Person,
        count: u32,
        most: u32,
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

impl Event {
    /// The version of the payload's shape, stored with each event.
    pub const VERSION: i32 = 1;

    /// The people that the event is about.
    pub fn subjects(&self) -> Vec<UserId> {
        match self {
            Self::InstallationSetUp { administrator } => vec![administrator.id],
            Self::UserCreated { user, .. }
            | Self::SignedIn { user, .. }
            | Self::SignedOut { user }
            | Self::ProofGiven { user }
            | Self::ProofFailed { user, .. }
            | Self::PasswordChanged { user, .. }
            | Self::PasswordChangeFailed { user, .. }
            | Self::ProfileUpdated { user, .. }
            | Self::SessionsEnded { user, .. }
            | Self::UserUpdated { user, .. }
            | Self::PasswordReset { user, .. }
            | Self::GroupsChanged { user, .. }
            | Self::UserDisabled { user, .. }
            | Self::UserEnabled { user }
            | Self::UserDeleted { user, .. }
            | Self::UserRestored { user }
            | Self::AppAdded { user, .. }
            | Self::AppRemoved { user }
            | Self::PasskeyAdded { user, .. }
            | Self::PasskeyRenamed { user, .. }
            | Self::PasskeyRemoved { user, .. }
            | Self::PasskeySuspect { user, .. }
            | Self::RecoveryCodesMade { user }
            | Self::RecoveryCodeUsed { user, .. }
            | Self::PasswordRemoved { user }
            | Self::SecondFactorsReset { user, .. }
            | Self::SecondFactorAsked { user, .. }
            | Self::BrakesReleased { user }
            | Self::DevicesForgotten { user, .. }
            | Self::FactorsVoided { user, .. }
            | Self::CodesGuessed { user, .. }
            | Self::NoticesDismissed { user, .. }
            | Self::SessionsOverLimit { user, .. }
            | Self::Refused { user, .. } => vec![user.id],
            Self::UserErased { user } => vec![*user],
            Self::ProtectionHandedOver { from, to } => vec![from.id, to.id],
            // Somebody unknown is nobody: one row like for anybody else, so that the work is the same.
            Self::SignInFailed { user, .. } => {
                vec![user.as_ref().map_or(UserId::nil(), |user| user.id)]
            }
            Self::CastSeeded { .. }
            | Self::UsersSeeded { .. }
            | Self::FieldCreated { .. }
            | Self::FieldUpdated { .. }
            | Self::FieldDeleted { .. }
            | Self::SettingsChanged { .. }
            | Self::BackupRestored { .. }
            | Self::HeadAccepted { .. }
            | Self::LogSealed { .. } => vec![],
        }
    }

    /// Whether it records an attempt that did not succeed.
    pub fn failed(&self) -> bool {
        matches!(
            self,
            Self::SignInFailed { .. }
                | Self::ProofFailed { .. }
                | Self::PasskeySuspect { .. }
                | Self::CodesGuessed { .. }
                | Self::PasswordChangeFailed { .. }
                | Self::Refused { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn person(number: u128, name: &str) -> Person {
        Person { id: UserId(Uuid::from_u128(number)), name: name.into() }
    }

    #[test]
    fn a_creation_names_who_whom_and_where() {
        let event = Event::UserCreated {
            user: person(2, "Ingrid"),
            username: "ingrid".into(),
            email: None,
            groups: vec!["Auditors".into()],
            one_time_password: true,
        };
        let sentence = event.sentence(Some(&person(1, "Grace")));
        assert_eq!(sentence.plain(), "Grace created Ingrid in Auditors");
        assert_eq!(event.subjects(), [UserId(Uuid::from_u128(2))]);
    }

    #[test]
    fn whoever_acts_on_themselves_is_named_once() {
        let grace = person(1, "Grace");
        let event = Event::SessionsEnded { user: grace.clone(), count: 1 };
        assert_eq!(event.sentence(Some(&grace)).plain(), "Grace ended 1 session");
        let ana = person(2, "Ana");
        assert_eq!(event.sentence(Some(&ana)).plain(), "Ana ended 1 session of Grace");
    }

    #[test]
    fn a_failed_sign_in_as_nobody_is_told_as_such() {
        let event = Event::SignInFailed { user: None, reason: SignInFailure::UnknownName, times: 3 };
        let told = event.sentence(None).plain();
        assert_eq!(told, "A sign-in as somebody failed 3 times: the username is unknown");
        assert!(event.failed());
    }

    #[test]
    fn every_kind_can_be_chosen_under_a_name() {
        let source = include_str!("../kinds.rs");
        let arms = source.split("pub fn kind(&self)").nth(1).unwrap().split("Every kind with").next().unwrap();
        let told = arms.matches("=> \"").count();
        assert_eq!(told, Event::KINDS.len(), "a kind is missing from KINDS");
        for (kind, _) in Event::KINDS {
            assert!(arms.contains(&format!("\"{kind}\"")), "{kind}");
        }
    }

    #[test]
    fn an_edit_tells_what_was_and_what_is() {
        let ana = person(2, "Ana");
        let changes = vec![
            FieldChange::between("Display name", Some("Anna"), Some("Ana")).unwrap(),
            FieldChange::between("E-mail", None, Some("ana@b.example")).unwrap(),
        ];
        let event = Event::UserUpdated { user: ana, changes };
        let grace = person(1, "Grace");
        assert_eq!(event.sentence(Some(&grace)).plain(), "Grace edited Ana: display name and e-mail");
        assert_eq!(event.details(&crate::time::TimeZone::default()).len(), 2);
    }

    #[test]
    fn an_erasure_names_nobody() {
        let event = Event::UserErased { user: UserId(Uuid::from_u128(2)) };
        assert_eq!(event.sentence(Some(&person(1, "Grace"))).plain(), "Grace erased a user");
        assert_eq!(event.sentence(None).plain(), "Keydesk erased a user");
    }
}
