//! Recent proof, in place: asks for a factor once more and then goes on with what was asked
//! for, so that nothing typed is lost.

use domain::{Error, factors::Proof};
use leptos::prelude::*;

use super::{
    sign_in_here::{SignInHere, use_sign_in_here},
    use_viewer,
    ways::{Asked, AskedButton, AskedForm, Way},
};
use crate::{
    account::server_fns::{ask_proof, prove},
    api::ApiError,
    ui::{Button, Dialog, Press, passkey_answer},
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

    /// Whether the question is open: its answer brings a new cookie.
    pub fn is_asking(&self) -> bool {
        self.open.get()
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

async fn give(way: Way, typed: String) -> Result<(), Failed> {
    let proof = match way {
        Way::App => Proof::App(typed),
        Way::Passkey => {
            let question = ask_proof().await?;
            let answer = passkey_answer(&question.options).await.map_err(Failed::Browser)?;
            Proof::Passkey { ticket: question.ticket, answer }
        }
        Way::Password | Way::RecoveryCode => Proof::Password(typed),
    };
    Ok(prove(proof).await?)
}

/// Once per document.
#[component]
pub fn ProofDialog() -> impl IntoView {
    let Prover { open, then, sign_in } = use_prover();
    let viewer = use_viewer();
    let asked = Asked::new();
    let check = Action::new_unsync(|(way, typed): &(Way, String)| give(*way, typed.clone()));
    Effect::new(move |was_open: Option<bool>| {
        let now_open = open.get();
        if was_open != Some(now_open) {
            let factors = viewer.with_untracked(|viewer| viewer.factors);
            asked.begin(if now_open { Way::here(factors) } else { vec![] });
        }
        now_open
    });
    Effect::new(move |_| match check.value().get() {
        Some(Ok(())) => {
            open.set(false);
            if let Some(then) = then.try_update_value(Option::take).flatten() {
                then.run(());
            }
        }
        // Whoever signs in again has given proof.
        Some(Err(Failed::Server(Error::SignedOut))) => {
            open.set(false);
            if let Some(then) = then.try_update_value(Option::take).flatten() {
                sign_in.then(then);
            }
        }
        Some(Err(Failed::Server(failure))) => asked.error.set(Some(failure.sentence())),
        Some(Err(Failed::Browser(words))) => asked.error.set(Some(words)),
        None => {}
    });
    let send = move |()| {
        // Each proof gives the session a new cookie: two at once would trip each other up.
        if !check.pending().get_untracked() {
            asked.error.set(None);
            check.press((asked.way.get_untracked(), asked.typed.get_untracked()));
        }
    };
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <AskedButton id="proof" asked verb="Confirm" busy=check.pending() />
        }
    };
    view! {
        <Dialog
            open
            title="Confirm that it is you"
            about="This is a sensitive change, and you last proved that it is you more than five minutes ago."
            actions
        >
            <AskedForm id="proof" asked on_send=send />
        </Dialog>
    }
}
