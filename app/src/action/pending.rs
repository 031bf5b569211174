//! Running an action: the call, the proof that it may ask for, what is said of it, and how it is undone.

use std::sync::Arc;

use domain::Error;
use leptos::{prelude::*, task::spawn_local};

use super::{ActionSpec, Actions, Input, Outcome, Refused};
use crate::api::ApiError;

/// The dialog in which an action is confirmed.
#[derive(Clone, Copy)]
pub struct DialogState {
    pub open: RwSignal<bool>,
    pub error: RwSignal<Option<String>>,
}

impl DialogState {
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), error: RwSignal::new(None) }
    }
}

/// An action that is about to run. What is said of it is said also where its page and dialog are gone.
#[derive(Clone)]
pub struct PendingAction {
    spec: Arc<dyn ActionSpec>,
    dialog: Option<DialogState>,
    actions: Actions,
}

impl PendingAction {
    pub fn new(spec: Arc<dyn ActionSpec>, actions: Actions) -> Self {
        Self { spec, dialog: None, actions }
    }

    #[must_use]
    pub fn confirmed_in(self, dialog: DialogState) -> Self {
        Self { dialog: Some(dialog), ..self }
    }

    /// Begins it, unless it runs already.
    pub fn run(self, input: Input) {
        let key = self.spec.key();
        if !self.actions.begin(&key) {
            return;
        }
        if let Some(dialog) = self.dialog {
            dialog.error.try_set(None);
        }
        spawn_local(async move {
            let result = self.spec.run(input.clone()).await;
            self.actions.end(&key);
            match result {
                Ok(outcome) => self.done(outcome),
                Err(error) => self.failed(error, input),
            }
        });
    }

    fn done(self, outcome: Outcome) {
        self.close();
        self.spec.settled(true);
        let (message, undo) = match outcome {
            Outcome::Done(message) => (message, self.spec.undo_of()),
            Outcome::Unchanged(message) => (message, None),
            Outcome::OneTimePassword(password) => return self.actions.show_once(password),
            Outcome::Shown => return,
        };
        match undo {
            None => self.actions.toaster.good(message),
            Some(spec) => {
                let undo = Self::new(spec, self.actions);
                self.actions.toaster.good_with(message, "Undo", move |()| undo.clone().run(Input::default()));
            }
        }
    }

    fn failed(self, error: ApiError, input: Input) {
        let again = self.clone();
        if !self.actions.reauthentication.handles(&error, move || again.clone().run(input.clone())) {
            self.refuse(&error.0);
        }
    }

    /// Tells that it cannot be done.
    pub fn refuse(self, error: &Error) {
        match (self.spec.refused(error), self.dialog) {
            (Refused::StaysOpen, Some(dialog)) if dialog.open.try_get_untracked() == Some(true) => {
                dialog.error.try_set(Some(error.sentence()));
            }
            (Refused::StaysOpen, _) => self.actions.toaster.bad(error.sentence()),
            (Refused::Ends(message), _) => {
                self.close();
                self.spec.settled(false);
                self.actions.toaster.bad(message);
            }
            (Refused::Told, _) => self.close(),
        }
    }

    fn close(&self) {
        if let Some(dialog) = self.dialog {
            dialog.open.try_set(false);
        }
        self.actions.close(&self.spec.key());
    }
}
