//! The dialog that asks for a factor once more.

use domain::{Error, factors::Proof};
use leptos::prelude::*;

use super::{Reauthentication, use_reauthentication};
use crate::{
    account::server_fns::{ask_proof, prove},
    api::ApiError,
    factor_form::{FactorButton, FactorChoice, FactorFields, FactorForm},
    layout::use_viewer,
    ui::{Button, Dialog, Press, passkey_answer},
};

/// Why the proof was not given: what the server said, or the browser.
#[derive(Clone)]
enum Failed {
    Server(Error),
    Browser(String),
}

impl From<ApiError> for Failed {
    fn from(ApiError(error): ApiError) -> Self {
        Self::Server(error)
    }
}

async fn reauthenticate(choice: FactorChoice, typed: String) -> Result<(), Failed> {
    let proof = match choice {
        FactorChoice::App => Proof::App(typed),
        FactorChoice::Passkey => {
            let question = ask_proof().await?;
            let answer = passkey_answer(&question.options).await.map_err(Failed::Browser)?;
            Proof::Passkey { ticket: question.ticket, answer }
        }
        FactorChoice::Password | FactorChoice::RecoveryCode => Proof::Password(typed),
    };
    Ok(prove(proof).await?)
}

/// Once per document.
#[component]
pub fn ReauthenticationDialog() -> impl IntoView {
    let reauthentication = use_reauthentication();
    let Reauthentication { open, sign_in, .. } = reauthentication;
    let viewer = use_viewer();
    let form = FactorForm::new();
    let check = Action::new_unsync(|(choice, typed): &(FactorChoice, String)| reauthenticate(*choice, typed.clone()));
    Effect::new(move |was_open: Option<bool>| {
        let now_open = open.get();
        if was_open != Some(now_open) {
            let factors = viewer.with_untracked(|viewer| viewer.factors);
            form.begin(if now_open { FactorChoice::here(factors) } else { vec![] });
        }
        now_open
    });
    Effect::new(move |_| match check.value().get() {
        Some(Ok(())) => {
            open.set(false);
            if let Some(next) = reauthentication.take_next() {
                next.run(());
            }
        }
        // Signing in again is proof.
        Some(Err(Failed::Server(Error::SignedOut))) => {
            open.set(false);
            if let Some(next) = reauthentication.take_next() {
                sign_in.then(next);
            }
        }
        Some(Err(Failed::Server(failure))) => form.error.set(Some(failure.sentence())),
        Some(Err(Failed::Browser(words))) => form.error.set(Some(words)),
        None => {}
    });
    let send = move |()| {
        // Each proof gives the session a new cookie: two at once would trip each other up.
        if !check.pending().get_untracked() {
            form.error.set(None);
            check.press((form.choice.get_untracked(), form.typed.get_untracked()));
        }
    };
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <FactorButton id="proof" form verb="Confirm" busy=check.pending() />
        }
    };
    view! {
        <Dialog
            open
            title="Confirm that it is you"
            about="This is a sensitive change, and you last proved that it is you more than five minutes ago."
            actions
        >
            <FactorFields id="proof" form on_send=send />
        </Dialog>
    }
}
