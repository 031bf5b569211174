//! What is done to one's own factors after it was asked about: taken away, or made anew.

use domain::{
    audit::plural,
    factors::{FactorList, Factors, PasskeyRow},
};
use leptos::prelude::*;

use super::state::Own;
use crate::{
    account::{
        passkey_signals::tell_accepted,
        server_fns::{forget_own_devices, make_recovery_codes, remove_app, remove_own_passkey, remove_own_password},
    },
    action::{ActionSpec, EffectList, Impact, Input, Outcome, Task, Wording, effect},
    api::Answer,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OwnFactorAction {
    RemovePassword,
    RemovePasskey(PasskeyRow),
    RemoveApp,
    MakeCodes,
    ForgetDevices,
}

impl OwnFactorAction {
    fn title(&self) -> String {
        match self {
            Self::RemovePassword => "Remove your password?".into(),
            Self::RemovePasskey(row) => format!("Remove {}?", row.name),
            Self::RemoveApp => "Remove the authenticator app?".into(),
            Self::MakeCodes => "Make new recovery codes?".into(),
            Self::ForgetDevices => "Ask on all remembered devices again?".into(),
        }
    }

    fn verb(&self) -> String {
        match self {
            Self::RemovePassword => "Remove password".into(),
            Self::RemovePasskey(row) => format!("Remove {}", row.name),
            Self::RemoveApp => "Remove app".into(),
            Self::MakeCodes => "Make new codes".into(),
            Self::ForgetDevices => "Ask again".into(),
        }
    }

    fn removes(&self) -> bool {
        !matches!(self, Self::MakeCodes | Self::ForgetDevices)
    }

    fn changes_factors(&self) -> bool {
        !matches!(self, Self::ForgetDevices)
    }

    fn effects(&self, list: &FactorList) -> EffectList {
        let without = |which| list.working().without(which);
        let working = || list.passkeys.iter().filter(|passkey| passkey.works).count();
        let bare = effect("alert", "Your password alone lets you in, and whoever learns it");
        match self {
            Self::RemovePassword => {
                let passkeys = plural(working() as u32, "passkey");
                vec![
                    effect("finger", format!("You sign in with a passkey only; you have {passkeys}")),
                    effect("key", "Recovery codes do not help without a password"),
                ]
            }
            Self::RemovePasskey(row) if !row.works => {
                vec![effect("finger", "It does not let you in at this address; your device may keep offering it")]
            }
            Self::RemovePasskey(_) => {
                let mut all = vec![effect("finger", "It no longer lets you in; your device may keep offering it")];
                if working() == 1 && without(Factors::PASSKEY).second().is_empty() {
                    all.push(bare);
                }
                all
            }
            Self::RemoveApp => {
                let mut all = vec![effect("phone", "Its codes no longer count")];
                if without(Factors::APP).second().is_empty() {
                    all.push(bare);
                }
                all
            }
            Self::MakeCodes => match list.recovery_left {
                0 => vec![effect("key", "They are shown once")],
                left => vec![
                    effect("key", "They are shown once"),
                    effect("bin", format!("The {} you have stop working", plural(left, "code"))),
                ],
            },
            Self::ForgetDevices => {
                let devices = plural(list.remembered, "browser");
                vec![effect("screen", format!("The next sign-in on {devices} asks for a second factor"))]
            }
        }
    }
}

/// On the page that shows them.
#[derive(Clone)]
pub(super) struct OwnFactorActionSpec {
    pub action: OwnFactorAction,
    pub own: Own,
}

impl OwnFactorActionSpec {
    async fn carry_out(self) -> Answer<Outcome> {
        let done = match self.action {
            OwnFactorAction::RemovePassword => remove_own_password().await.map(|()| "Password removed".to_owned())?,
            OwnFactorAction::RemovePasskey(row) => {
                remove_own_passkey(row.id).await?;
                tell_accepted();
                format!("{} removed", row.name)
            }
            OwnFactorAction::RemoveApp => remove_app().await.map(|()| "Authenticator app removed".to_owned())?,
            OwnFactorAction::MakeCodes => {
                let codes = make_recovery_codes().await?;
                self.own.codes.try_set(Some(codes));
                return Ok(Outcome::Shown);
            }
            OwnFactorAction::ForgetDevices => format!("{} forgotten", plural(forget_own_devices().await?, "browser")),
        };
        Ok(Outcome::Done(done))
    }
}

impl ActionSpec for OwnFactorActionSpec {
    /// One after the other.
    fn key(&self) -> String {
        "own factors".to_owned()
    }

    fn wording(&self) -> Option<Wording> {
        let action = &self.action;
        Some(Wording { title: action.title(), verb: action.verb(), danger: action.removes(), ..Wording::default() })
    }

    fn impact(&self, _: Input) -> Impact {
        self.own.list.try_with(|list| self.action.effects(list)).unwrap_or_default().into()
    }

    fn run(&self, _: Input) -> Task<Answer<Outcome>> {
        Box::pin(self.clone().carry_out())
    }

    fn settled(&self, done: bool) {
        if self.own.is_gone() {
            return;
        }
        if done && self.action.changes_factors() {
            self.own.factors_changed();
        } else {
            self.own.changed();
        }
    }
}
