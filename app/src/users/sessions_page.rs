//! A user's page: where they are signed in, and ending it.

use domain::{
    Error,
    sessions::{SessionId, SessionRow},
    users::{User, UserId},
};
use leptos::prelude::*;

use super::{
    actions::{MenuAction, Subject, UserActions, use_user_actions},
    server_fns::{end_sessions, list_sessions},
    user_head::use_shown,
};
use crate::{
    action::{ActionSpec, Input, Outcome, Refused, Task, Wording, use_actions},
    api::{Answer, ApiError},
    layout::{Problem, SessionLine},
    ui::{Button, Card, Empty, Loading},
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
    let why = MenuAction::EndSessions.refused(&subject);
    let lines = rows.into_iter().map(|row| view! { <Session user=user.id row why=why.clone() /> }).collect_view();
    let all = move || {
        let subject = subject.clone();
        view! {
            <Button
                class="small"
                icon="log-out"
                disabled_reason=why
                on_click=move |_| actions.ask(MenuAction::EndSessions, subject.clone())
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
    let actions = use_actions();
    let which = format!(" {}", row.browser);
    let end = EndSession { user, id: row.id, users: use_user_actions() };
    let busy = actions.is_running(end.key());
    view! {
        <SessionLine row>
            <Button class="small" disabled_reason=why busy on_click=move |_| actions.ask(end)>
                "End"
                <span class="hush">{which}</span>
            </Button>
        </SessionLine>
    }
}

/// Ends one session.
#[derive(Clone, Copy)]
struct EndSession {
    user: UserId,
    id: SessionId,
    users: UserActions,
}

impl ActionSpec for EndSession {
    fn key(&self) -> String {
        format!("end session {}", self.id)
    }

    fn wording(&self) -> Option<Wording> {
        None
    }

    fn run(&self, _: Input) -> Task<Answer<Outcome>> {
        let Self { user, id, .. } = *self;
        Box::pin(async move { end_sessions(user, Some(id)).await.map(|_| Outcome::Done("Session ended".into())) })
    }

    fn refused(&self, error: &Error) -> Refused {
        match error {
            Error::NotFound => Refused::Ends("This session had ended already".into()),
            _ => Refused::StaysOpen,
        }
    }

    fn settled(&self, _: bool) {
        self.users.tell();
    }
}
