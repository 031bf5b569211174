//! What can be done about what proves a user: when, in which words, and what is said then.

use domain::{
    audit::plural,
    factors::{FactorList, Factors, PasskeyRow},
    text::isolated,
    users::{User, UserAction},
};

use crate::{
    action::{EffectList, Wording, effect},
    users::actions::{Subject, ends, refused, short_name},
};

/// The user whom it is about, with what proves them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorHolder {
    pub subject: Subject,
    pub sessions: u32,
    pub list: FactorList,
}

impl FactorHolder {
    pub fn of(user: &User, list: FactorList) -> Self {
        Self { subject: Subject::from(user), sessions: user.sessions, list }
    }

    pub fn short_name(&self) -> String {
        short_name(&self.subject.name)
    }

    /// Why the viewer can change nothing here, or nothing where they can.
    pub fn barred(&self) -> Option<String> {
        let action = UserAction::ResetFactors;
        refused(action, &self.subject.refusals)
            .or_else(|| (!action.fits(self.subject.status)).then(|| "Restore them first.".to_owned()))
    }

    fn has_password(&self) -> bool {
        self.list.factors.has(Factors::PASSWORD)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactorAction {
    /// App, recovery codes and remembered devices; the passkeys where that is chosen.
    Reset,
    Remove(PasskeyRow),
    /// A second factor is required of them, or no longer.
    Require(bool),
    Forget,
    Release,
}

impl FactorAction {
    /// What stands in the way whatever the viewer may do.
    pub fn idle(&self, holder: &FactorHolder) -> Option<String> {
        let list = &holder.list;
        match self {
            Self::Reset if list.factors.second().is_empty() && list.recovery_of == 0 && list.remembered == 0 => {
                Some("They have no second factor.".into())
            }
            Self::Remove(_) if list.passkeys.len() == 1 && !holder.has_password() => Some(LAST_WAY_IN.into()),
            Self::Forget if list.remembered == 0 => Some("No device is remembered.".into()),
            _ => None,
        }
    }

    /// Why the passkeys cannot go with the rest.
    pub fn keeps_passkeys(holder: &FactorHolder) -> Option<&'static str> {
        (!holder.has_password()).then_some(LAST_WAY_IN)
    }

    fn icon(&self) -> &'static str {
        match self {
            Self::Reset => "restore",
            Self::Remove(_) => "bin",
            Self::Require(_) => "lock",
            Self::Forget => "screen",
            Self::Release => "unlock",
        }
    }

    /// What is asked before it. A release takes nothing from anybody.
    pub fn wording(&self, holder: &FactorHolder) -> Option<Wording> {
        let (name, short) = (isolated(&holder.subject.name), holder.short_name());
        let (title, about, verb) = match self {
            Self::Reset => (
                format!("Reset the second factors of {name}?"),
                "For somebody who has lost what they sign in with. Make sure that it is they who ask.".to_owned(),
                format!("Reset those of {short}"),
            ),
            Self::Remove(passkey) => (
                format!("Remove the passkey {}?", isolated(&passkey.name)),
                format!("{short} cannot sign in with it any more. It stays in their device, where it opens nothing."),
                "Remove passkey".to_owned(),
            ),
            Self::Require(true) => (
                format!("Require a second factor of {name}?"),
                "Whatever the policy says about everybody else.".to_owned(),
                format!("Require it of {short}"),
            ),
            Self::Require(false) => (
                format!("No longer require a second factor of {name}?"),
                "Whatever they have set up goes on to be asked for. The policy holds for them as for everybody."
                    .to_owned(),
                "No longer require it".to_owned(),
            ),
            Self::Forget => (
                format!("Forget the remembered devices of {name}?"),
                "They stay signed in where they are.".to_owned(),
                "Forget them".to_owned(),
            ),
            Self::Release => return None,
        };
        Some(Wording { title, about, verb, icon: self.icon(), danger: matches!(self, Self::Reset | Self::Remove(_)) })
    }

    /// `passkeys`: they go too.
    pub fn effects(&self, holder: &FactorHolder, passkeys: bool) -> EffectList {
        let list = &holder.list;
        let short = holder.short_name();
        let mut lines = vec![];
        if matches!(self, Self::Reset | Self::Remove(_)) {
            lines.push(effect("screen", ends(Some(holder.sessions))));
        }
        match self {
            Self::Reset => {
                if list.app_since.is_some() {
                    lines.push(effect("phone", "Their authenticator app gives no code that counts any more"));
                }
                if list.recovery_left > 0 {
                    lines.push(effect("key", format!("{} stop working", plural(list.recovery_left, "recovery code"))));
                }
                if list.remembered > 0 {
                    lines.push(effect("monitor", format!("{} forgotten", are(list.remembered, "remembered device"))));
                }
                let count = list.passkeys.len() as u32;
                if count > 0 {
                    let fate = if passkeys { are(count, "passkey") + " removed" } else { stay(count, "passkey") };
                    lines.push(effect("finger", fate));
                }
                let left = count > 0 && !passkeys;
                if list.required && !left {
                    lines.push(effect("lock", format!("{short} has to set up a new one at the next sign-in")));
                } else if !left {
                    lines.push(effect(
                        "password",
                        format!("Until {short} sets up another, the password alone is enough"),
                    ));
                }
            }
            Self::Require(true) if list.factors.second().is_empty() => {
                lines.push(effect(
                    "lock",
                    format!("{short} has to set one up at the next sign-in, before anything else"),
                ));
            }
            Self::Require(true) => {
                lines.push(effect("check", format!("{short} has one already: nothing changes at the next sign-in")))
            }
            Self::Forget => {
                let what = plural(list.remembered, "device");
                lines.push(effect("lock", format!("{what}: asked for a second factor at the next sign-in")));
            }
            Self::Remove(_) | Self::Require(false) | Self::Release => {}
        }
        lines
    }

    /// What the toast says once it is done; `count` are the sessions that ended, or the devices.
    pub fn success_message(&self, holder: &FactorHolder, count: u32) -> String {
        let short = holder.short_name();
        let what = match self {
            Self::Reset => "Second factors reset".to_owned(),
            Self::Remove(passkey) => format!("{} removed", isolated(&passkey.name)),
            Self::Require(true) => format!("A second factor is required of {short}"),
            Self::Require(false) => format!("A second factor is no longer required of {short} alone"),
            Self::Forget => return format!("{} forgotten", plural(count, "device")),
            Self::Release => format!("{short} can try again at once"),
        };
        if count == 0 { what } else { format!("{what}, {} ended", plural(count, "session")) }
    }
}

const LAST_WAY_IN: &str = "Nothing would be left to sign in with. Give them a new password first.";

fn are(count: u32, noun: &str) -> String {
    format!("{} {}", plural(count, noun), if count == 1 { "is" } else { "are" })
}

fn stay(count: u32, noun: &str) -> String {
    format!("{} {}", plural(count, noun), if count == 1 { "stays" } else { "stay" })
}

#[cfg(test)]
mod tests {
    use domain::users::{Refusals, Status, UserId};

    use super::*;

    fn ingrid(list: FactorList) -> FactorHolder {
        let subject = Subject {
            id: UserId::nil(),
            name: "Ingrid S\u{f3}lveigard\u{f3}ttir".into(),
            username: "ingrid".into(),
            status: Status::Active,
            refusals: Refusals::default(),
        };
        FactorHolder { subject, sessions: 2, list }
    }

    fn passkey() -> PasskeyRow {
        PasskeyRow {
            works: true,
            id: domain::factors::PasskeyId::nil(),
            name: "Laptop".into(),
            provider: None,
            synced: false,
            created_at: 1,
            last_used_at: None,
            suspect_at: None,
        }
    }

    fn told(action: &FactorAction, holder: &FactorHolder, passkeys: bool) -> Vec<String> {
        action.effects(holder, passkeys).into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn a_reset_tells_everything_that_goes_and_what_stays() {
        let list = FactorList {
            factors: Factors::PASSWORD.and(Factors::APP).and(Factors::PASSKEY),
            app_since: Some(1),
            recovery_left: 8,
            remembered: 1,
            passkeys: vec![passkey()],
            ..FactorList::default()
        };
        let holder = ingrid(list);
        let reset = FactorAction::Reset;
        assert_eq!(
            told(&reset, &holder, false),
            [
                "Ends 2 sessions now",
                "Their authenticator app gives no code that counts any more",
                "8 recovery codes stop working",
                "1 remembered device is forgotten",
                "1 passkey stays",
            ]
        );
        let all = told(&reset, &holder, true);
        assert_eq!(all[4..], ["1 passkey is removed", "Until Ingrid sets up another, the password alone is enough"]);
        assert_eq!(reset.success_message(&holder, 2), "Second factors reset, 2 sessions ended");
        assert_eq!(reset.success_message(&holder, 0), "Second factors reset");
        assert_eq!(reset.idle(&holder), None);
    }

    #[test]
    fn the_last_way_in_is_not_offered_for_removal() {
        let passkeys = vec![passkey()];
        let holder = ingrid(FactorList { factors: Factors::PASSKEY, passkeys, ..FactorList::default() });
        assert_eq!(FactorAction::Remove(passkey()).idle(&holder).as_deref(), Some(LAST_WAY_IN));
        assert!(FactorAction::keeps_passkeys(&holder).is_some());
    }

    #[test]
    fn where_there_is_nothing_there_is_nothing_to_reset() {
        let holder = ingrid(FactorList { factors: Factors::PASSWORD, ..FactorList::default() });
        assert!(FactorAction::Reset.idle(&holder).is_some() && FactorAction::Forget.idle(&holder).is_some());
        assert_eq!(told(&FactorAction::Require(true), &holder, false).len(), 1);
    }
}
