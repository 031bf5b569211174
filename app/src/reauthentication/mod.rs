//! Recent proof, in place: a factor is asked for once more, and what was asked for goes on, so that nothing
//! typed is lost.

mod dialog;

use domain::Error;
use leptos::prelude::*;

use crate::{
    api::ApiError,
    sign_in_dialog::{SignInPrompt, use_sign_in_prompt},
};
pub use dialog::ReauthenticationDialog;

/// Opens the dialog and remembers what to do afterwards.
#[derive(Clone, Copy)]
pub struct Reauthentication {
    open: RwSignal<bool>,
    then: StoredValue<Option<Callback<()>>>,
    sign_in: SignInPrompt,
}

impl Reauthentication {
    /// Where the error asks for proof, or for signing in again: asks for it, then calls `again`.
    /// Says whether it did.
    pub fn handles(&self, error: &ApiError, again: impl Fn() + Send + Sync + 'static) -> bool {
        if error.0 != Error::ProofNeeded {
            return self.sign_in.handles(error, again);
        }
        self.then.set_value(Some(Callback::new(move |()| again())));
        self.open.set(true);
        true
    }

    /// Whether the question is open: its answer brings a new cookie.
    pub fn is_open(&self) -> bool {
        self.open.get()
    }

    /// For pages that go away: what they wanted to do afterwards goes with them.
    pub fn forget(&self) {
        self.then.try_set_value(None);
        self.open.try_set(false);
        self.sign_in.forget();
    }

    fn take_next(&self) -> Option<Callback<()>> {
        self.then.try_update_value(Option::take).flatten()
    }
}

/// Call once above all pages, after [`crate::sign_in_dialog::provide_sign_in_prompt`].
pub fn provide_reauthentication() {
    let sign_in = use_sign_in_prompt();
    provide_context(Reauthentication { open: RwSignal::new(false), then: StoredValue::new(None), sign_in });
}

pub fn use_reauthentication() -> Reauthentication {
    expect_context()
}
