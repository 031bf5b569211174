//! Asks for what is done about what proves a user: the call, and what came of it.

use domain::{Error, text::isolated};

use super::factor_action::{FactorAction, FactorHolder};
use crate::{
    action::{ActionSpec, Actions, DialogField, Impact, Input, Outcome, Refused, Task, Wording, use_actions},
    api::Answer,
    users::{
        actions::{UserActions, use_user_actions},
        server_fns::{ask_second_factor, forget_devices, release_user, remove_passkey, reset_factors},
    },
};

/// Where the page asks.
#[derive(Clone, Copy)]
pub struct FactorActions {
    actions: Actions,
    users: UserActions,
}

impl FactorActions {
    /// Where contexts can be had: not in a handler of an event.
    pub fn here() -> Self {
        Self { actions: use_actions(), users: use_user_actions() }
    }

    pub fn ask(self, action: FactorAction, holder: FactorHolder) {
        self.actions.ask(FactorActionSpec { action, holder, users: self.users });
    }
}

#[derive(Clone)]
struct FactorActionSpec {
    action: FactorAction,
    holder: FactorHolder,
    users: UserActions,
}

impl FactorActionSpec {
    async fn carry_out(self, passkeys: bool) -> Answer<Outcome> {
        let id = self.holder.subject.id;
        // The number of sessions that ended, or of devices.
        let count = match &self.action {
            FactorAction::Reset => reset_factors(id, passkeys).await?.sessions,
            FactorAction::Remove(passkey) => remove_passkey(id, passkey.id).await?.sessions,
            FactorAction::Require(required) => ask_second_factor(id, *required).await.map(|()| 0)?,
            FactorAction::Forget => forget_devices(id).await?,
            FactorAction::Release => release_user(id).await.map(|()| 0)?,
        };
        Ok(Outcome::Done(self.action.success_message(&self.holder, count)))
    }
}

impl ActionSpec for FactorActionSpec {
    /// One after the other.
    fn key(&self) -> String {
        format!("factors {}", self.holder.subject.id)
    }

    fn wording(&self) -> Option<Wording> {
        self.action.wording(&self.holder)
    }

    fn impact(&self, input: Input) -> Impact {
        self.action.effects(&self.holder, input.chosen).into()
    }

    fn field(&self) -> Option<DialogField> {
        let has_passkeys = !self.holder.list.passkeys.is_empty();
        (self.action == FactorAction::Reset && has_passkeys).then(|| DialogField::Choice {
            label: "Remove their passkeys too",
            kept: FactorAction::keeps_passkeys(&self.holder),
        })
    }

    fn run(&self, input: Input) -> Task<Answer<Outcome>> {
        Box::pin(self.clone().carry_out(input.chosen))
    }

    fn refused(&self, error: &Error) -> Refused {
        let gone = match &self.action {
            FactorAction::Remove(passkey) => &passkey.name,
            _ => &self.holder.subject.name,
        };
        match error {
            Error::NotFound => Refused::Ends(format!("{} is not there any more", isolated(gone))),
            _ => Refused::StaysOpen,
        }
    }

    fn settled(&self, _: bool) {
        self.users.tell();
    }
}
