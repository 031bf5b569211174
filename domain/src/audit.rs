//! Audit events: every change and attempt, in the past tense, with its sentence.

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
}

/// Why a sign-in failed. Known to the log, never to the person who tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInFailure {
    UnknownName,
    WrongPassword,
    NotActive,
    Throttled,
}

impl Event {
    /// The version of the payload's shape, stored with each event.
    pub const VERSION: i32 = 1;

    /// The stable name of the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::InstallationSetUp { .. } => "installation_set_up",
            Self::UserCreated { .. } => "user_created",
            Self::SignedIn { .. } => "signed_in",
            Self::SignInFailed { .. } => "sign_in_failed",
            Self::SignedOut { .. } => "signed_out",
            Self::ProofGiven { .. } => "proof_given",
            Self::ProofFailed { .. } => "proof_failed",
            Self::PasswordChanged { .. } => "password_changed",
            Self::PasswordChangeFailed { .. } => "password_change_failed",
            Self::ProfileUpdated { .. } => "profile_updated",
            Self::SessionsEnded { .. } => "sessions_ended",
            Self::Refused { .. } => "refused",
            Self::CastSeeded { .. } => "cast_seeded",
        }
    }

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
            | Self::Refused { user, .. } => vec![user.id],
            // Somebody unknown is nobody: one row like for anybody else, so that the work is the same.
            Self::SignInFailed { user, .. } => {
                vec![user.as_ref().map_or(UserId::nil(), |user| user.id)]
            }
            Self::CastSeeded { .. } => vec![],
        }
    }

    /// Whether it records an attempt that did not succeed.
    pub fn failed(&self) -> bool {
        matches!(
            self,
            Self::SignInFailed { .. }
                | Self::ProofFailed { .. }
                | Self::PasswordChangeFailed { .. }
                | Self::Refused { .. }
        )
    }

    /// The icon that stands for it.
    pub fn icon(&self) -> &'static str {
        match self {
            Self::InstallationSetUp { .. } | Self::UserCreated { .. } => "plus",
            Self::SignedIn { .. } => "screen",
            Self::SignedOut { .. } | Self::SessionsEnded { .. } => "log-out",
            Self::ProofGiven { .. } => "check",
            Self::PasswordChanged { .. } => "key",
            Self::ProfileUpdated { .. } => "users",
            Self::CastSeeded { .. } => "info",
            _ => "alert",
        }
    }

    /// What happened, as one sentence. `actor` is nobody for strangers and the system;
    /// whoever acts on themselves is not named twice.
    pub fn sentence(&self, actor: Option<&Person>) -> Sentence {
        let own = |user: &Person| actor.is_none_or(|actor| actor.id == user.id);
        match self {
            Self::InstallationSetUp { administrator } => {
                Sentence::new().strong(&administrator.name).text(" set up Keydesk and became its first administrator")
            }
            Self::UserCreated { user, groups, .. } => {
                let by = actor.map_or("Keydesk", |actor| actor.name.as_str());
                let sentence = Sentence::new().strong(by).text(" created ").strong(&user.name);
                if groups.is_empty() { sentence } else { sentence.text(" in ").strong(&groups.join(", ")) }
            }
            Self::SignedIn { user, method } => {
                let how = match method {
                    Method::Setup => " signed in by setting Keydesk up",
                    Method::Password => " signed in with a password",
                };
                Sentence::new().strong(&user.name).text(how)
            }
            Self::SignInFailed { user, reason, times } => {
                let why = match reason {
                    SignInFailure::UnknownName => "the username is unknown",
                    SignInFailure::WrongPassword => "the password was wrong",
                    SignInFailure::NotActive => "the user is not active",
                    SignInFailure::Throttled => "too many tries",
                };
                let who = user.as_ref().map_or("somebody", |user| user.name.as_str());
                Sentence::new().text("A sign-in as ").strong(who).text(&format!(
                    " failed{}: {why}",
                    if *times > 1 { format!(" {times} times") } else { String::new() }
                ))
            }
            Self::SignedOut { user } => Sentence::new().strong(&user.name).text(" signed out"),
            Self::ProofGiven { user } => Sentence::new().strong(&user.name).text(" confirmed that it is them"),
            Self::ProofFailed { user, times } => {
                let what = format!(" could not confirm that it is them{}", repeated(*times));
                Sentence::new().strong(&user.name).text(&what)
            }
            Self::PasswordChanged { user, sessions_ended, was_due } => {
                let what = if *was_due { " replaced the first password" } else { " changed the password" };
                let sentence = Sentence::new().strong(&user.name).text(what);
                match sessions_ended {
                    0 => sentence,
                    n => sentence.text(&format!("; {} ended", plural(*n, "session"))),
                }
            }
            Self::PasswordChangeFailed { user, times } => {
                let what = " could not change the password: the current one was wrong";
                Sentence::new().strong(&user.name).text(&format!("{what}{}", repeated(*times)))
            }
            Self::ProfileUpdated { before, after, .. } => {
                Sentence::new().strong(before).text(" changed the display name to ").strong(after)
            }
            Self::SessionsEnded { user, count } => {
                let what = plural(*count, "session");
                match actor {
                    Some(actor) if !own(user) => {
                        Sentence::new().strong(&actor.name).text(&format!(" ended {what} of ")).strong(&user.name)
                    }
                    _ => Sentence::new().strong(&user.name).text(&format!(" ended {what}")),
                }
            }
            Self::Refused { user, permission, times } => {
                Sentence::new().strong(&user.name).text(" was refused: “").text(permission.label()).text(&match times {
                    1 => "” is missing".to_owned(),
                    n => format!("” is missing{}", repeated(*n)),
                })
            }
            Self::CastSeeded { users } => Sentence::new().text(&format!("{users} example users were created")),
        }
    }
}

/// ` (3 times)`, or nothing for once.
fn repeated(times: u32) -> String {
    if times > 1 { format!(" ({times} times)") } else { String::new() }
}

/// `1 session`, `2 sessions`.
pub fn plural(count: u32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A sentence whose names stand out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence(pub Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    Text(String),
    Strong(String),
}

impl Sentence {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    #[must_use]
    pub fn strong(mut self, text: &str) -> Self {
        self.0.push(Piece::Strong(text.into()));
        self
    }

    pub fn plain(&self) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Strong(text) => text.as_str(),
            })
            .collect()
    }
}

/// An event in somebody's activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The event's place in the log; larger is newer.
    pub number: i64,
    pub sentence: Sentence,
    pub icon: String,
    pub failed: bool,
    pub at: Millis,
    /// `Firefox on Linux, 192.0.2.7`, or nothing for the system.
    pub place: String,
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
}
