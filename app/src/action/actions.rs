//! Where pages ask for actions.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    ActionSpec, Input, OneTimePassword,
    pending::{DialogState, PendingAction},
};
use crate::{
    reauthentication::{Reauthentication, use_reauthentication},
    ui::Toaster,
};

/// Asks for actions; in context below [`provide_actions`], and there for as long as the document.
#[derive(Clone, Copy)]
pub struct Actions {
    asked: RwSignal<Option<Arc<dyn ActionSpec>>>,
    /// The dialog that was made last, with the key of its action.
    shown: StoredValue<Option<(String, DialogState)>>,
    /// The keys of those that run.
    running: RwSignal<Vec<String>>,
    pub(super) one_time_password: RwSignal<Option<OneTimePassword>>,
    pub(super) toaster: Toaster,
    pub(super) reauthentication: Reauthentication,
}

impl Actions {
    /// Opens the dialog for it; what asks nothing is run at once.
    pub fn ask(self, spec: impl ActionSpec) {
        if spec.wording().is_some() {
            self.asked.set(Some(Arc::new(spec)));
        } else {
            PendingAction::new(Arc::new(spec), self).run(Input::default());
        }
    }

    /// Shows a password once.
    pub fn show_once(self, password: OneTimePassword) {
        self.one_time_password.set(Some(password));
    }

    /// Whether an action with this key runs.
    pub fn is_running(self, key: String) -> Signal<bool> {
        Signal::derive(move || self.running.with(|running| running.contains(&key)))
    }

    /// For pages that go away: what they asked for is not asked any more. What runs goes on.
    pub fn forget(self) {
        self.asked.try_set(None);
        self.reauthentication.forget();
    }

    pub(super) fn asked(self) -> Option<Arc<dyn ActionSpec>> {
        self.asked.get()
    }

    pub(super) fn show(self, key: String, dialog: DialogState) {
        self.shown.set_value(Some((key, dialog)));
    }

    /// Closes the dialog of an action that is over: also one that asks for it once more, since the first was
    /// cancelled while it ran.
    pub(super) fn close(self, key: &str) {
        let shown =
            self.shown.with_value(|shown| shown.as_ref().filter(|(of, _)| of == key).map(|(_, dialog)| *dialog));
        if let Some(dialog) = shown {
            dialog.open.try_set(false);
        }
    }

    pub(super) fn has_one_time_password(self) -> bool {
        self.one_time_password.with(Option::is_some)
    }

    /// Whether it may begin: not while it runs, or a second press would do it twice. [`Self::end`] follows.
    #[must_use]
    pub(super) fn begin(self, key: &str) -> bool {
        let free = self.running.with_untracked(|running| running.iter().all(|one| one != key));
        if free {
            self.running.update(|running| running.push(key.to_owned()));
        }
        free
    }

    pub(super) fn end(self, key: &str) {
        self.running.update(|running| running.retain(|one| one != key));
    }
}

/// Call once above all pages, after [`crate::reauthentication::provide_reauthentication`].
pub fn provide_actions() {
    provide_context(Actions {
        asked: RwSignal::new(None),
        shown: StoredValue::new(None),
        running: RwSignal::new(vec![]),
        one_time_password: RwSignal::new(None),
        toaster: expect_context(),
        reauthentication: use_reauthentication(),
    });
}

/// Where contexts can be had: not in a handler of an event.
pub fn use_actions() -> Actions {
    expect_context()
}

/// What the calling page asks for goes away with it.
pub fn forget_with_page() {
    let actions = use_actions();
    on_cleanup(move || actions.forget());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        reauthentication::provide_reauthentication, sign_in_dialog::provide_sign_in_prompt, ui::provide_toaster,
    };

    #[test]
    fn what_runs_does_not_begin_again_and_another_does() {
        Owner::new().with(|| {
            provide_toaster();
            provide_sign_in_prompt();
            provide_reauthentication();
            provide_actions();
            let actions = use_actions();
            assert!(actions.begin("delete a") && !actions.begin("delete a") && actions.begin("delete b"));
            actions.end("delete a");
            assert!(actions.begin("delete a"));
        });
    }

    #[test]
    fn what_is_over_closes_also_the_dialog_that_asks_for_it_once_more() {
        Owner::new().with(|| {
            provide_toaster();
            provide_sign_in_prompt();
            provide_reauthentication();
            provide_actions();
            let (actions, again) = (use_actions(), DialogState::new());
            actions.show("make codes".into(), again);
            again.open.set(true);
            actions.close("delete a");
            assert!(again.open.get_untracked(), "of another action");
            actions.close("make codes");
            assert!(!again.open.get_untracked());
        });
    }
}
