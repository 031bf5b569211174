//! A user's page: where they are signed in, and ending it.

use domain::{
    Error,
    sessions::SessionRow,
    users::{User, UserId},
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    actions::{Act, Subject, UserActions, use_user_actions},
    server_fns::{end_sessions, list_sessions},
    user_head::use_shown,
};
use crate::{
    api::ApiError,
    layout::{Problem, Prover, SessionLine, use_prover},
    ui::{Busy, Button, Card, Empty, Loading, Toaster},
};

#[component]
pub fn SessionsPage() -> impl IntoView {
    let shown = use_shown();
    let changed = use_user_actions().changed();
    let rows = Resource::new(move || (shown.id.get().unwrap_or_default(), changed.get()), |(id, _)| list_sessions(id));
    let view = move || {
        Suspend::new(async move {
            match (shown.user.await, rows.await) {
                (Ok(user), Ok(rows)) => view! { <Sessions user rows /> }.into_any(),
                // The head says it already.
                (Err(_), _) | (_, Err(ApiError(Error::NotFound))) => ().into_any(),
                (_, Err(error)) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <Loading /> }>{view}</Transition> }
}

#[component]
fn Sessions(user: User, rows: Vec<SessionRow>) -> impl IntoView {
    let subject = Subject::from(&user);
    if rows.is_empty() {
        return view! {
            <Empty icon="screen" title="Not signed in anywhere" text="Every browser they are signed in with appears here." />
        }
        .into_any();
    }
    let actions = use_user_actions();
    let why = Act::EndSessions.refused(&subject);
    let lines = rows.into_iter().map(|row| view! { <Session user=user.id row why=why.clone() /> }).collect_view();
    let all = move || {
        let subject = subject.clone();
        view! {
            <Button
                class="small"
                icon="log-out"
                disabled_reason=why
                on_click=move |_| actions.ask(Act::EndSessions, subject.clone())
            >
                "End all"
            </Button>
        }
    };
    view! {
        <div class="body">
            <Card title="Signed in with" layout="lines" actions=all>{lines}</Card>
        </div>
    }
    .into_any()
}

#[component]
fn Session(user: UserId, row: SessionRow, #[prop(optional_no_strip)] why: Option<String>) -> impl IntoView {
    let end = Ending::here();
    let (id, which) = (row.id, format!(" {}", row.browser));
    view! {
        <SessionLine row>
            <Button class="small" disabled_reason=why busy=end.busy on_click=move |_| end.run(user, id)>
                "End"
                <span class="hush">{which}</span>
            </Button>
        </SessionLine>
    }
}

/// Ending one session.
#[derive(Clone, Copy)]
struct Ending {
    busy: Busy,
    actions: UserActions,
    toaster: Toaster,
    prover: Prover,
}

impl Ending {
    fn here() -> Self {
        Self { busy: Busy::default(), actions: use_user_actions(), toaster: expect_context(), prover: use_prover() }
    }

    fn run(self, user: UserId, id: domain::sessions::SessionId) {
        if !self.busy.begin() {
            return;
        }
        spawn_local(async move {
            let ended = end_sessions(user, Some(id)).await;
            self.busy.end();
            match ended {
                Ok(_) => {
                    self.actions.tell();
                    self.toaster.good("Session ended");
                }
                Err(error) if self.prover.asked_by(&error, move || self.run(user, id)) => {}
                Err(ApiError(Error::NotFound)) => {
                    self.actions.tell();
                    self.toaster.bad("This session had ended already");
                }
                Err(ApiError(error)) => self.toaster.bad(error.sentence()),
            }
        });
    }
}
