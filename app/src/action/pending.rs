//! Doing it: the call, the proof it may ask for, what is said of it, and how it is taken back.

use domain::{Error, text::isolated, users::UserId};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Given,
    wording::{said, taken_back_by},
};
use crate::{
    api::{Answer, ApiError},
    layout::{Prover, use_prover},
    ui::Toaster,
    users::{
        actions::{Act, Subject, UserActions, use_user_actions},
        server_fns::{delete_user, disable_user, enable_user, end_sessions, erase_user, reset_password, restore_user},
    },
};

/// What came of an act.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub sessions: u32,
    pub one_time_password: Option<String>,
}

/// The dialog that an act was confirmed in.
#[derive(Clone, Copy)]
pub struct Place {
    pub open: RwSignal<bool>,
    pub busy: RwSignal<bool>,
    pub error: RwSignal<Option<String>>,
}

/// An act on somebody, with all that it needs once the page that asked for it is gone.
#[derive(Clone)]
pub struct Deed {
    act: Act,
    subject: Subject,
    /// The username as typed, for an erasure.
    typed: String,
    place: Option<Place>,
    given: RwSignal<Option<Given>>,
    actions: UserActions,
    toaster: Toaster,
    prover: Prover,
}

impl Deed {
    /// Where contexts can be had: not in a handler of an event.
    pub fn new(act: Act, subject: Subject, given: RwSignal<Option<Given>>) -> Self {
        Self {
            act,
            subject,
            typed: String::new(),
            place: None,
            given,
            actions: use_user_actions(),
            toaster: expect_context(),
            prover: use_prover(),
        }
    }

    #[must_use]
    pub fn confirmed_in(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }

    #[must_use]
    pub fn typing(self, typed: String) -> Self {
        Self { typed, ..self }
    }

    /// Begins it, unless it runs already. What is said of it is said even where nobody waits for it any more.
    pub fn run(self) {
        if !self.actions.begin(self.act, self.subject.id) {
            return;
        }
        if let Some(place) = self.place {
            place.busy.set(true);
            place.error.set(None);
        }
        spawn_local(async move {
            let result = carry_out(self.act, self.subject.id, self.typed.clone()).await;
            self.actions.end(self.act, self.subject.id);
            if let Some(place) = self.place {
                place.busy.try_set(false);
            }
            match result {
                Ok(outcome) => self.done(outcome),
                Err(error) => self.failed(error),
            }
        });
    }

    fn close(&self) {
        if let Some(place) = self.place {
            place.open.try_set(false);
        }
    }

    fn done(self, outcome: Outcome) {
        self.close();
        self.actions.tell();
        let text = said(self.act, &self.subject, outcome.sessions);
        if let Some(password) = outcome.one_time_password {
            let Subject { name, username, .. } = self.subject;
            self.given.try_set(Some(Given { name, username, password, done: text }));
            return;
        }
        match taken_back_by(self.act) {
            None => self.toaster.good(text),
            Some(back) => {
                let toaster = self.toaster;
                let undo = Self { act: back, place: None, ..self };
                toaster.good_with(text, "Undo", move |()| undo.clone().run());
            }
        }
    }

    fn failed(self, error: ApiError) {
        let again = self.clone();
        if self.prover.asked_by(&error, move || again.clone().run()) {
            return;
        }
        let ApiError(error) = error;
        if error == Error::NotFound {
            self.close();
            self.actions.tell();
            self.toaster.bad(format!("{} is not there any more", isolated(&self.subject.name)));
            return;
        }
        match self.place {
            Some(place) if place.open.try_get_untracked() == Some(true) => {
                place.error.try_set(Some(error.sentence()));
            }
            _ => self.toaster.bad(error.sentence()),
        }
    }
}

async fn carry_out(act: Act, id: UserId, typed: String) -> Answer<Outcome> {
    let of = |sessions: u32| Outcome { sessions, one_time_password: None };
    match act {
        Act::Disable => disable_user(id).await.map(|ended| of(ended.sessions)),
        Act::Delete => delete_user(id).await.map(|ended| of(ended.sessions)),
        Act::EndSessions => end_sessions(id, None).await.map(|ended| of(ended.sessions)),
        Act::ResetPassword => reset_password(id)
            .await
            .map(|given| Outcome { sessions: given.sessions_ended, one_time_password: given.one_time_password }),
        Act::Enable => enable_user(id).await.map(|()| of(0)),
        Act::Restore => restore_user(id).await.map(|()| of(0)),
        Act::Erase => erase_user(id, typed).await.map(|()| of(0)),
        // Edited in a form of its own.
        Act::Edit => Ok(of(0)),
    }
}
