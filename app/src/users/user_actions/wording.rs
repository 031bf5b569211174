//! What the dialogs and toasts say: before an act in numbers, and after it.

use domain::{audit::plural, text::isolated};

use crate::users::actions::{Act, Subject};

/// What is known of somebody before something is done to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Live sessions; nothing where that could not be found out.
    pub sessions: Option<u32>,
    /// Until when they can be restored, as a date.
    pub kept_until: Option<String>,
    /// The one who asks is the one it is done to.
    pub yourself: bool,
}

/// The question: title, the sentence under it, and the button.
pub struct Wording {
    pub title: String,
    pub about: String,
    pub verb: String,
    pub danger: bool,
}

pub fn wording(act: Act, subject: &Subject) -> Wording {
    let (name, short) = (isolated(&subject.name), subject.short_name());
    let (title, about, verb) = match act {
        Act::Disable => (
            format!("Disable {name}?"),
            format!(
                "{short} cannot sign in until somebody enables the account again. Nothing is lost, and the old \
                 password works then."
            ),
            format!("Disable {short}"),
        ),
        Act::Delete => (
            format!("Delete {name}?"),
            format!(
                "{short} moves to the bin and cannot sign in any more. Nothing is lost as long as the bin keeps them."
            ),
            format!("Delete {short}"),
        ),
        Act::EndSessions => (
            format!("End the sessions of {name}?"),
            format!("{short} is signed out everywhere and can sign in again."),
            format!("End sessions of {short}"),
        ),
        Act::ResetPassword => (
            format!("A new password for {name}?"),
            "Keydesk makes up a one-time password and shows it to you once. The next sign-in asks for one of \
             their own."
                .into(),
            format!("Give {short} a new password"),
        ),
        Act::Erase => (format!("Erase {name} for good?"), "This cannot be undone.".into(), format!("Erase {short}")),
        Act::Enable | Act::Restore | Act::Edit => {
            let verb = format!("{} {short}", act.label());
            (verb.clone(), String::new(), verb)
        }
    };
    Wording { title, about, verb, danger: matches!(act, Act::Disable | Act::Delete | Act::Erase) }
}

/// Icon and sentence of each consequence.
pub fn effects(act: Act, subject: &Subject, known: &Known) -> Vec<(String, String)> {
    let mut lines: Vec<(&str, String)> = vec![];
    if matches!(act, Act::Disable | Act::Delete | Act::EndSessions | Act::ResetPassword) {
        lines.push(("screen", ends(known.sessions)));
        if known.yourself {
            lines.push(("alert", "You are signed out here as well".into()));
        }
    }
    match act {
        Act::Delete => lines.push(("bin", kept(known.kept_until.as_deref()))),
        Act::ResetPassword => lines.push(("password", "The old password stops working".into())),
        Act::Erase => lines.extend([
            ("user", "Names, e-mail, custom fields and groups are removed".to_owned()),
            ("log", "The audit log keeps what happened, without the name".into()),
            ("stop", format!("Nobody can ever have the username {} again", subject.username)),
        ]),
        _ => {}
    }
    lines.into_iter().map(|(icon, words)| (icon.to_owned(), words)).collect()
}

pub fn ends(sessions: Option<u32>) -> String {
    match sessions {
        None => "Ends every session now".into(),
        Some(0) => "Ends no session: not signed in anywhere".into(),
        Some(n) => format!("Ends {} now", plural(n, "session")),
    }
}

fn kept(until: Option<&str>) -> String {
    match until {
        Some(date) => format!("Stays in the bin until {date}; can be restored until then"),
        None => "Stays in the bin for some time; can be restored until then".into(),
    }
}

/// What the toast says once it is done.
pub fn said(act: Act, subject: &Subject, sessions: u32) -> String {
    let short = subject.short_name();
    let what = match act {
        Act::Edit => format!("{short} saved"),
        Act::ResetPassword => format!("{short} has a new password"),
        Act::EndSessions if sessions == 0 => return format!("{short} was not signed in anywhere"),
        Act::EndSessions => return format!("{} of {short} ended", plural(sessions, "session")),
        Act::Disable => format!("{short} disabled"),
        Act::Enable => format!("{short} enabled"),
        Act::Delete => format!("{short} moved to the bin"),
        Act::Restore => format!("{short} restored"),
        Act::Erase => format!("{short} erased for good"),
    };
    match sessions {
        0 => what,
        n => format!("{what}. {} ended", plural(n, "session")),
    }
}

/// What undoes an act, where something does.
pub fn taken_back_by(act: Act) -> Option<Act> {
    match act {
        Act::Disable => Some(Act::Enable),
        Act::Enable => Some(Act::Disable),
        Act::Delete => Some(Act::Restore),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::users::{Refusals, Status, UserId};

    fn ingrid() -> Subject {
        Subject {
            id: UserId::nil(),
            name: "Ingrid Sólveigardóttir".into(),
            username: "ingrid".into(),
            status: Status::Active,
            refusals: Refusals::default(),
        }
    }

    #[test]
    fn consequences_are_told_in_numbers() {
        let known = Known { sessions: Some(2), kept_until: Some("21 Dec 2026".into()), yourself: false };
        let told: Vec<_> = effects(Act::Delete, &ingrid(), &known).into_iter().map(|(_, words)| words).collect();
        assert_eq!(told, ["Ends 2 sessions now", "Stays in the bin until 21 Dec 2026; can be restored until then"]);
    }

    #[test]
    fn the_button_repeats_verb_and_name() {
        assert_eq!(wording(Act::Delete, &ingrid()).verb, "Delete Ingrid");
        assert_eq!(wording(Act::Delete, &ingrid()).title, "Delete Ingrid Sólveigardóttir?");
    }

    #[test]
    fn what_happened_is_told_with_what_it_ended() {
        assert_eq!(said(Act::Disable, &ingrid(), 2), "Ingrid disabled. 2 sessions ended");
        assert_eq!(said(Act::Disable, &ingrid(), 0), "Ingrid disabled");
        assert_eq!(said(Act::EndSessions, &ingrid(), 1), "1 session of Ingrid ended");
    }
}
