//! What happened, in one sentence, and the values behind it.

use serde::{Deserialize, Serialize};

use super::{Detail, Event, Person, SignInFailure};
use crate::{sessions::Method, time::TimeZone};

impl Event {
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
                    Method::Passkey => " signed in with a passkey",
                    Method::PasswordAndApp => " signed in with a password and an authenticator app",
                    Method::PasswordAndPasskey => " signed in with a password and a passkey",
                    Method::PasswordAndRecoveryCode => " signed in with a password and a recovery code",
                    Method::PasswordOnRememberedDevice => " signed in with a password on a remembered device",
                    Method::PasskeyAndApp => " signed in with a passkey and an authenticator app",
                    Method::PasskeyAndRecoveryCode => " signed in with a passkey and a recovery code",
                };
                Sentence::new().strong(&user.name).text(how)
            }
            Self::SignInFailed { user, reason, times } => {
                let why = match reason {
                    SignInFailure::UnknownName => "the username is unknown",
                    SignInFailure::WrongPassword => "the password was wrong",
                    SignInFailure::NotActive => "the user is not active",
                    SignInFailure::Throttled => "too many tries",
                    SignInFailure::WrongCode => "the code was wrong",
                    SignInFailure::WrongPasskey => "the passkey was not accepted",
                    SignInFailure::HungUp => "whoever tried hung up before the password was checked",
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
            Self::UserUpdated { user, changes } => {
                let what = in_words(changes.iter().map(|change| change.field.to_lowercase()));
                by(actor, " edited ").strong(&user.name).text(": ").text(&what)
            }
            Self::PasswordReset { user, one_time, sessions_ended } => {
                let how = if *one_time { " a one-time password" } else { " a new password" };
                let sentence = by(actor, " gave ").strong(&user.name).text(how);
                and_ended(sentence, *sessions_ended)
            }
            Self::GroupsChanged { user, added, removed } => {
                let mut sentence = Sentence::new().strong(name(actor));
                if !added.is_empty() {
                    sentence = sentence.text(" put ").strong(&user.name).text(" into ").strong(&added.join(", "));
                }
                if !removed.is_empty() {
                    let (verb, whom) = if added.is_empty() { (" took ", &*user.name) } else { (" and took ", "them") };
                    sentence = sentence.text(verb).strong(whom).text(" out of ").strong(&removed.join(", "));
                }
                sentence
            }
            Self::UserDisabled { user, sessions_ended } => {
                and_ended(by(actor, " disabled ").strong(&user.name), *sessions_ended)
            }
            Self::UserEnabled { user } => by(actor, " enabled ").strong(&user.name),
            Self::UserDeleted { user, sessions_ended, .. } => {
                and_ended(by(actor, " moved ").strong(&user.name).text(" to the bin"), *sessions_ended)
            }
            Self::UserRestored { user } => by(actor, " restored ").strong(&user.name),
            Self::UserErased { .. } => by(actor, " erased a user"),
            Self::ProtectionHandedOver { from, to } => Sentence::new()
                .strong(&from.name)
                .text(" handed the first administrator's protection to ")
                .strong(&to.name),
            Self::FieldCreated { field, .. } => by(actor, " added the custom field ").strong(field),
            Self::FieldUpdated { field, .. } => by(actor, " changed the custom field ").strong(field),
            Self::FieldDeleted { field } => by(actor, " deleted the custom field ").strong(field),
            Self::SettingsChanged { changes } => {
                let what = in_words(changes.iter().map(|change| change.field.to_lowercase()));
                by(actor, " changed the settings: ").text(&what)
            }
            Self::AppAdded { user, replaced } => {
                let what = if *replaced { " replaced the authenticator app" } else { " added an authenticator app" };
                Sentence::new().strong(&user.name).text(what)
            }
            Self::AppRemoved { user } => of(actor, " removed ", user, "the authenticator app"),
            Self::PasskeyAdded { user, name } => {
                Sentence::new().strong(&user.name).text(" added the passkey ").strong(name)
            }
            Self::PasskeyRenamed { user, before, after } => Sentence::new()
                .strong(&user.name)
                .text(" renamed the passkey ")
                .strong(before)
                .text(" to ")
                .strong(after),
            Self::PasskeyRemoved { user, name } => of(actor, " removed ", user, "the passkey ").strong(name),
            Self::PasskeySuspect { user, name } => Sentence::new()
                .text("A sign-in as ")
                .strong(&user.name)
                .text(" was refused: the passkey ")
                .strong(name)
                .text(" may have been copied"),
            Self::RecoveryCodesMade { user } => Sentence::new().strong(&user.name).text(" made new recovery codes"),
            Self::RecoveryCodeUsed { user, left } => {
                Sentence::new().strong(&user.name).text(&format!(" used a recovery code; {left} left"))
            }
            Self::PasswordRemoved { user } => Sentence::new().strong(&user.name).text(" removed their password"),
            Self::SecondFactorsReset { user, sessions_ended, .. } => {
                and_ended(by(actor, " reset the second factors of ").strong(&user.name), *sessions_ended)
            }
            Self::SecondFactorAsked { user, required: true } => {
                by(actor, " requires a second factor of ").strong(&user.name)
            }
            Self::SecondFactorAsked { user, required: false } => {
                by(actor, " no longer requires a second factor of ").strong(&user.name)
            }
            Self::BrakesReleased { user } => {
                by(actor, " released ").strong(&user.name).text(" from waiting after wrong tries")
            }
            Self::DevicesForgotten { user, count } => {
                let what = format!("{} forgotten: ", plural(*count, "remembered device"));
                Sentence::new().text(&what).strong(&user.name).text(", by ").strong(name(actor))
            }
            Self::FactorsVoided { user, passkeys, recovery_codes, sessions_ended } => {
                let what = format!(
                    "{} and {} voided: ",
                    plural(*passkeys, "passkey"),
                    plural(*recovery_codes, "recovery code")
                );
                and_ended(Sentence::new().text(&what).strong(&user.name), *sessions_ended)
            }
            Self::BackupRestored { authenticated, .. } => {
                let how = if *authenticated { "" } else { ", which was not authenticated" };
                Sentence::new().text(&format!("A backup was restored{how}"))
            }
            Self::HeadAccepted { noted, events } => {
                let noted =
                    noted.map_or_else(|| "what was noted is lost".into(), |noted| format!("{noted} were noted"));
                let what = format!("An audit log of {} was accepted, though {noted}", plural(*events as u32, "event"));
                Sentence::new().text(&what)
            }
            Self::LogSealed { .. } => {
                Sentence::new().text("Keydesk sealed whom the older events of this log are about")
            }
            Self::CodesGuessed { user, count } => {
                Sentence::new().text(&format!("{count} wrong codes in a row were given for ")).strong(&user.name)
            }
            Self::NoticesDismissed { user, count } => {
                let what = format!(" dismissed {} about their sign-in", plural(*count, "notice"));
                Sentence::new().strong(&user.name).text(&what)
            }
            Self::SessionsOverLimit { user, count, most } => {
                let ended = format!(" ended, as they may have {most} at a time");
                let what = format!(
                    "The oldest {} of ",
                    if *count == 1 { "session".into() } else { plural(*count, "session") }
                );
                Sentence::new().text(&what).strong(&user.name).text(&ended)
            }
            Self::UsersSeeded { users } => Sentence::new().text(&format!("{users} made-up users were created")),
            Self::CastSeeded { users } => Sentence::new().text(&format!("{users} example users were created")),
        }
    }
}

impl Event {
    /// The values behind the sentence, for whoever opens the event; days are those of the zone.
    pub fn details(&self, zone: &TimeZone) -> Vec<Detail> {
        let fact = |name: &str, value: &str| Detail { name: name.into(), before: None, after: Some(value.into()) };
        match self {
            Self::UserUpdated { changes, .. }
            | Self::FieldUpdated { changes, .. }
            | Self::SettingsChanged { changes } => changes
                .iter()
                .map(|change| Detail {
                    name: change.field.clone(),
                    before: Some(change.before.clone().unwrap_or_default()),
                    after: Some(change.after.clone().unwrap_or_default()),
                })
                .collect(),
            Self::ProfileUpdated { before, after, .. } => {
                vec![Detail { name: "Display name".into(), before: Some(before.clone()), after: Some(after.clone()) }]
            }
            Self::UserCreated { username, email, groups, one_time_password, .. } => {
                let password = if *one_time_password { "One-time password" } else { "Typed by the creator" };
                let mut facts = vec![fact("Username", username)];
                facts.extend(email.as_ref().map(|email| fact("E-mail", email)));
                facts.extend((!groups.is_empty()).then(|| fact("Groups", &groups.join(", "))));
                facts.push(fact("First password", password));
                facts
            }
            Self::GroupsChanged { added, removed, .. } => {
                let mut facts = vec![];
                facts.extend((!added.is_empty()).then(|| fact("Added", &added.join(", "))));
                facts.extend((!removed.is_empty()).then(|| fact("Removed", &removed.join(", "))));
                facts
            }
            Self::UserDeleted { erase_at, .. } => vec![fact("Erased on", &zone.date_of(*erase_at).short())],
            Self::Refused { permission, .. } => vec![fact("Missing permission", permission.code())],
            Self::BackupRestored { taken_at, erased_again, .. } => {
                let mut facts = vec![fact("Taken on", &zone.record(*taken_at))];
                facts.extend((*erased_again > 0).then(|| fact("Erased again", &plural(*erased_again, "user"))));
                facts
            }
            Self::FieldCreated { required, .. } => vec![fact("Required", if *required { "Yes" } else { "No" })],
            _ => vec![],
        }
    }
}

fn name(actor: Option<&Person>) -> &str {
    actor.map_or("Keydesk", |actor| actor.name.as_str())
}

/// "Grace disabled ", or "Keydesk disabled " where nobody did.
fn by(actor: Option<&Person>, verb: &str) -> Sentence {
    Sentence::new().strong(name(actor)).text(verb)
}

/// "Ana removed the passkey ", or "Grace removed, of Ana, the passkey " where somebody else did.
fn of(actor: Option<&Person>, verb: &str, user: &Person, what: &str) -> Sentence {
    match actor {
        Some(actor) if actor.id != user.id => {
            Sentence::new().strong(&actor.name).text(verb).text("from ").strong(&user.name).text(" ").text(what)
        }
        _ => Sentence::new().strong(&user.name).text(verb).text(what),
    }
}

fn and_ended(sentence: Sentence, sessions: u32) -> Sentence {
    match sessions {
        0 => sentence,
        n => sentence.text(&format!("; {} ended", plural(n, "session"))),
    }
}

/// "a", "a and b", "a, b and c".
fn in_words(words: impl Iterator<Item = String>) -> String {
    let words: Vec<_> = words.collect();
    match words.split_last() {
        None => "nothing".into(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
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
