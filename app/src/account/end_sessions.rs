//! Ending one's own sessions: one of them, or all but this one.

use domain::{audit::plural, sessions::SessionId};
use leptos::prelude::*;

use super::server_fns::{end_own_other_sessions, end_own_session};
use crate::{
    action::{ActionSpec, Impact, Input, Outcome, Task, Wording, effect},
    api::Answer,
};

#[derive(Clone, Copy)]
pub struct EndSession {
    pub id: SessionId,
    /// Told whether it was done.
    pub on_settled: Callback<bool>,
}

impl ActionSpec for EndSession {
    fn key(&self) -> String {
        format!("end own session {}", self.id)
    }

    fn wording(&self) -> Option<Wording> {
        None
    }

    fn run(&self, _: Input) -> Task<Answer<Outcome>> {
        let id = self.id;
        Box::pin(async move { end_own_session(id).await.map(|()| Outcome::Done("Session ended".into())) })
    }

    fn settled(&self, done: bool) {
        self.on_settled.try_run(done);
    }
}

/// Ends all but this one.
#[derive(Clone, Copy)]
pub struct EndOthers {
    /// How many there are, to be asked about first. Without, the page has told it already.
    pub asks_about: Option<u32>,
    pub on_settled: Callback<bool>,
}

impl EndOthers {
    pub const KEY: &str = "end own other sessions";
}

impl ActionSpec for EndOthers {
    fn key(&self) -> String {
        Self::KEY.to_owned()
    }

    fn wording(&self) -> Option<Wording> {
        self.asks_about.map(|_| Wording {
            title: "End all other sessions?".into(),
            about: "You stay signed in here.".into(),
            verb: "End them".into(),
            ..Wording::default()
        })
    }

    fn impact(&self, _: Input) -> Impact {
        let ends = self.asks_about.map(|others| effect("screen", format!("Ends {} now", plural(others, "session"))));
        ends.into_iter().collect::<Vec<_>>().into()
    }

    fn run(&self, _: Input) -> Task<Answer<Outcome>> {
        let what = if self.asks_about.is_some() { "session" } else { "other session" };
        Box::pin(async move {
            let count = end_own_other_sessions().await?;
            Ok(Outcome::Done(format!("{} ended", plural(count, what))))
        })
    }

    fn settled(&self, done: bool) {
        self.on_settled.try_run(done);
    }
}
