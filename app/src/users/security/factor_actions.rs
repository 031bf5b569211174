//! Asks before something is done about what proves somebody, does it, and says what came of it.

use domain::{Error, text::isolated};
use leptos::{prelude::*, task::spawn_local};

use super::acts::{FactorAct, Whose};
use crate::{
    api::{Answer, ApiError},
    layout::{Prover, use_prover},
    ui::{Busy, Checkbox, Confirm, Note, Toaster},
    users::{
        actions::{UserActions, use_user_actions},
        server_fns::{ask_second_factor, forget_devices, release_user, remove_passkey, reset_factors},
    },
};

/// What is asked for, on this page.
#[derive(Clone, Copy)]
pub struct Asking {
    asked: RwSignal<Option<(FactorAct, Whose)>>,
    place: Place,
    actions: UserActions,
    toaster: Toaster,
    prover: Prover,
}

/// The dialog, while it is open.
#[derive(Clone, Copy)]
struct Place {
    open: RwSignal<bool>,
    busy: Busy,
    error: RwSignal<Option<String>>,
    passkeys: RwSignal<bool>,
}

impl Asking {
    /// Where contexts can be had: not in a handler of an event.
    pub fn new() -> Self {
        let place = Place {
            open: RwSignal::new(false),
            busy: Busy::default(),
            error: RwSignal::new(None),
            passkeys: RwSignal::new(false),
        };
        Self {
            asked: RwSignal::new(None),
            place,
            actions: use_user_actions(),
            toaster: expect_context(),
            prover: use_prover(),
        }
    }

    /// Opens the question; what takes nothing from anybody is done at once.
    pub fn ask(self, act: FactorAct, whose: Whose) {
        self.place.error.set(None);
        self.place.passkeys.set(false);
        if act == FactorAct::Release {
            self.run(act, whose);
        } else {
            self.asked.set(Some((act, whose)));
            self.place.open.set(true);
        }
    }

    fn run(self, act: FactorAct, whose: Whose) {
        if !self.place.busy.begin() {
            return;
        }
        self.place.error.set(None);
        let passkeys = self.place.passkeys.get_untracked();
        spawn_local(async move {
            let done = carry_out(&act, &whose, passkeys).await;
            self.place.busy.end();
            match done {
                Ok(count) => {
                    self.place.open.try_set(false);
                    self.actions.tell();
                    self.toaster.good(act.said(&whose, count));
                }
                Err(error) => self.failed(act, whose, &error),
            }
        });
    }

    fn failed(self, act: FactorAct, whose: Whose, error: &ApiError) {
        let again = (act.clone(), whose.clone());
        if self.prover.asked_by(error, move || self.run(again.0.clone(), again.1.clone())) {
            return;
        }
        let ApiError(error) = error;
        if *error == Error::NotFound {
            self.place.open.try_set(false);
            self.actions.tell();
            let gone = if let FactorAct::Remove(passkey) = &act { &passkey.name } else { &whose.subject.name };
            self.toaster.bad(format!("{} is not there any more", isolated(gone)));
        } else if self.place.open.try_get_untracked() == Some(true) {
            self.place.error.try_set(Some(error.sentence()));
        } else {
            self.toaster.bad(error.sentence());
        }
    }
}

/// Answers with the number of sessions that ended, or of devices.
async fn carry_out(act: &FactorAct, whose: &Whose, passkeys: bool) -> Answer<u32> {
    let id = whose.subject.id;
    match act {
        FactorAct::Reset => reset_factors(id, passkeys).await.map(|ended| ended.sessions),
        FactorAct::Remove(passkey) => remove_passkey(id, passkey.id).await.map(|ended| ended.sessions),
        FactorAct::Ask(required) => ask_second_factor(id, *required).await.map(|()| 0),
        FactorAct::Forget => forget_devices(id).await,
        FactorAct::Release => release_user(id).await.map(|()| 0),
    }
}

/// Once on the page, beside what is loaded anew.
#[component]
pub fn Questions(asking: Asking) -> impl IntoView {
    move || asking.asked.get().map(|(act, whose)| view! { <Question act whose asking /> })
}

#[component]
fn Question(act: FactorAct, whose: Whose, asking: Asking) -> impl IntoView {
    let place = asking.place;
    let words = act.wording(&whose);
    let about = StoredValue::new((act.clone(), whose.clone()));
    let choice = (act == FactorAct::Reset && !whose.list.passkeys.is_empty())
        .then(|| FactorAct::keeps_passkeys(&whose).unwrap_or_default());
    let effects = move || about.with_value(|(act, whose)| act.effects(whose, place.passkeys.get()));
    let confirm = move |()| {
        let (act, whose) = about.get_value();
        asking.run(act, whose);
    };
    view! {
        <Confirm
            open=place.open
            title=words.title
            about=words.about
            verb=words.verb
            icon=act.icon()
            danger=words.danger
            effects=Signal::derive(effects)
            busy=place.busy
            on_confirm=confirm
        >
            <div role="alert">
                {move || place.error.get().map(|error| view! { <Note tone="bad">{error}</Note> })}
            </div>
            {choice
                .map(|kept| {
                    view! {
                        <Checkbox
                            checked=place.passkeys
                            on_change=move |yes| place.passkeys.set(yes)
                            label="Remove their passkeys too"
                            help=kept
                            disabled=!kept.is_empty()
                        />
                    }
                })}
        </Confirm>
    }
    .into_any()
}
