//! What the dialogs and toasts say: before an action in numbers, and after it.

use domain::{audit::plural, text::isolated};

use super::{MenuAction, Subject};
use crate::action::{EffectList, Wording, effect};

/// What was looked up of a user before something is done to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookedUp {
    /// Live sessions; nothing where that could not be found out.
    pub sessions: Option<u32>,
    /// Until when they can be restored, as a date.
    pub kept_until: Option<String>,
    /// The viewer is the user it is done to.
    pub yourself: bool,
}

/// What is asked before it. What takes nothing away is not asked about, and editing has a form of its own.
pub fn wording(action: MenuAction, subject: &Subject) -> Option<Wording> {
    let (name, short) = (isolated(&subject.name), subject.short_name());
    let (title, about, verb) = match action {
        MenuAction::Disable => (
            format!("Disable {name}?"),
            format!(
                "{short} cannot sign in until somebody enables the account again. Nothing is lost, and the old \
                 password works then."
            ),
            format!("Disable {short}"),
        ),
        MenuAction::Delete => (
            format!("Delete {name}?"),
            format!(
                "{short} moves to the bin and cannot sign in any more. Nothing is lost as long as the bin keeps them."
            ),
            format!("Delete {short}"),
        ),
        MenuAction::EndSessions => (
            format!("End the sessions of {name}?"),
            format!("{short} is signed out everywhere and can sign in again."),
            format!("End sessions of {short}"),
        ),
        MenuAction::ResetPassword => (
            format!("A new password for {name}?"),
            "Keydesk makes up a one-time password and shows it to you once. The next sign-in asks for one of \
             their own."
                .into(),
            format!("Give {short} a new password"),
        ),
        MenuAction::Erase => {
            (format!("Erase {name} for good?"), "This cannot be undone.".into(), format!("Erase {short}"))
        }
        MenuAction::Enable | MenuAction::Restore | MenuAction::Edit => return None,
    };
    let danger = matches!(action, MenuAction::Disable | MenuAction::Delete | MenuAction::Erase);
    Some(Wording { title, about, verb, icon: action.icon(), danger })
}

pub fn effects(action: MenuAction, subject: &Subject, known: &LookedUp) -> EffectList {
    use MenuAction::{Delete, Disable, EndSessions, Erase, ResetPassword};
    let mut lines = vec![];
    if matches!(action, Disable | Delete | EndSessions | ResetPassword) {
        lines.push(effect("screen", ends(known.sessions)));
        if known.yourself {
            lines.push(effect("alert", "You are signed out here as well"));
        }
    }
    match action {
        Delete => lines.push(effect("bin", kept(known.kept_until.as_deref()))),
        ResetPassword => lines.push(effect("password", "The old password stops working")),
        Erase => lines.extend([
            effect("user", "Names, e-mail, custom fields and groups are removed"),
            effect("log", "The audit log keeps what happened, without the name"),
            effect("stop", format!("Nobody can ever have the username {} again", subject.username)),
        ]),
        _ => {}
    }
    lines
}

/// The consequence of ending so many sessions; nothing where their number is not known.
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
pub fn success_message(action: MenuAction, subject: &Subject, sessions: u32) -> String {
    let short = subject.short_name();
    let what = match action {
        MenuAction::Edit => format!("{short} saved"),
        MenuAction::ResetPassword => format!("{short} has a new password"),
        MenuAction::EndSessions if sessions == 0 => return format!("{short} was not signed in anywhere"),
        MenuAction::EndSessions => return format!("{} of {short} ended", plural(sessions, "session")),
        MenuAction::Disable => format!("{short} disabled"),
        MenuAction::Enable => format!("{short} enabled"),
        MenuAction::Delete => format!("{short} moved to the bin"),
        MenuAction::Restore => format!("{short} restored"),
        MenuAction::Erase => format!("{short} erased for good"),
    };
    match sessions {
        0 => what,
        n => format!("{what}. {} ended", plural(n, "session")),
    }
}

/// What undoes it, where something does.
pub fn undo_of(action: MenuAction) -> Option<MenuAction> {
    match action {
        MenuAction::Disable => Some(MenuAction::Enable),
        MenuAction::Enable => Some(MenuAction::Disable),
        MenuAction::Delete => Some(MenuAction::Restore),
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
        let known = LookedUp { sessions: Some(2), kept_until: Some("21 Dec 2026".into()), yourself: false };
        let told: Vec<_> = effects(MenuAction::Delete, &ingrid(), &known).into_iter().map(|(_, words)| words).collect();
        assert_eq!(told, ["Ends 2 sessions now", "Stays in the bin until 21 Dec 2026; can be restored until then"]);
    }

    #[test]
    fn the_button_repeats_verb_and_name() {
        let words = wording(MenuAction::Delete, &ingrid()).unwrap();
        assert_eq!((words.verb.as_str(), words.title.as_str()), ("Delete Ingrid", "Delete Ingrid Sólveigardóttir?"));
    }

    #[test]
    fn what_happened_is_told_with_what_it_ended() {
        assert_eq!(success_message(MenuAction::Disable, &ingrid(), 2), "Ingrid disabled. 2 sessions ended");
        assert_eq!(success_message(MenuAction::Disable, &ingrid(), 0), "Ingrid disabled");
        assert_eq!(success_message(MenuAction::EndSessions, &ingrid(), 1), "1 session of Ingrid ended");
    }
}
