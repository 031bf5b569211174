//! Recent proof, in place: asks for the password once more and then goes on with what
//! was asked for, so that nothing typed is lost.

use domain::{Error, factors::Proof};
use leptos::{ev::SubmitEvent, prelude::*};

use super::sign_in_here::{SignInHere, use_sign_in_here};
use crate::{
    account::server_fns::prove,
    api::ApiError,
    ui::{Button, Dialog, Kind, PasswordField},
};

/// Opens the dialog and remembers what to do afterwards.
#[derive(Clone, Copy)]
pub struct Prover {
    open: RwSignal<bool>,
    then: StoredValue<Option<Callback<()>>>,
    sign_in: SignInHere,
}

impl Prover {
    /// Where the error asks for proof, or for signing in again: asks for it, then calls `again`.
    /// Says whether it did.
    pub fn asked_by(&self, error: &ApiError, again: impl Fn() + Send + Sync + 'static) -> bool {
        if error.0 != Error::ProofNeeded {
            return self.sign_in.asked_by(error, again);
        }
        self.then.set_value(Some(Callback::new(move |()| again())));
        self.open.set(true);
        true
    }

    /// For pages that go away: what they wanted to do afterwards goes with them.
    pub fn forget(&self) {
        self.then.try_set_value(None);
        self.open.try_set(false);
        self.sign_in.forget();
    }
}

/// Call once above all pages.
pub fn provide_prover() {
    let sign_in = use_sign_in_here();
    provide_context(Prover { open: RwSignal::new(false), then: StoredValue::new(None), sign_in });
}

pub fn use_prover() -> Prover {
    expect_context()
}

/// Once per document.
#[component]
pub fn ProofDialog() -> impl IntoView {
    let Prover { open, then, sign_in } = use_prover();
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let check = Action::new(|password: &String| prove(Proof::Password(password.clone())));
    Effect::new(move |was_open: Option<bool>| {
        let now_open = open.get();
        if was_open != Some(now_open) {
            password.set(String::new());
            error.set(None);
        }
        now_open
    });
    Effect::new(move |_| match check.value().get() {
        Some(Ok(())) => {
            open.set(false);
            password.set(String::new());
            if let Some(then) = then.try_update_value(Option::take).flatten() {
                then.run(());
            }
        }
        // Whoever signs in again has given proof.
        Some(Err(ApiError(Error::SignedOut))) => {
            open.set(false);
            if let Some(then) = then.try_update_value(Option::take).flatten() {
                sign_in.then(then);
            }
        }
        Some(Err(ApiError(failure))) => error.set(Some(failure.sentence())),
        None => {}
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        // Each proof gives the session a new cookie: two at once would trip each other up.
        if check.pending().get_untracked() {
            return;
        }
        error.set(None);
        check.dispatch(password.get_untracked());
    };
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <button
                type="submit"
                form="proof"
                class=Kind::Primary.class("")
                aria-disabled=move || check.pending().get().then_some("true")
            >
                "Confirm"
            </button>
        }
    };
    view! {
        <Dialog
            open
            title="Confirm that it is you"
            about="This is a sensitive change. Your password is asked for again when it was given more than five minutes ago."
            actions
        >
            <form id="proof" method="post" on:submit=submit>
                <PasswordField
                    label="Your password"
                    name="password"
                    id="proof-password"
                    value=password
                    autocomplete="current-password"
                    error=error
                    required=true
                    autofocus=true
                />
            </form>
        </Dialog>
    }
}
