//! Where one is signed in, and ending it.

use domain::sessions::SessionRow;
use leptos::prelude::*;

use super::{
    end_sessions::{EndOthers, EndSession},
    server_fns::list_own_sessions,
};
use crate::{
    action::{ActionSpec, forget_with_page, use_actions},
    layout::{Page, Problem, SessionLine},
    ui::{Button, Card, Loading},
};

#[component]
pub fn SessionsPage() -> impl IntoView {
    let actions = use_actions();
    forget_with_page();
    let sessions = Resource::new(|| (), |()| list_own_sessions());
    let on_settled = Callback::new(move |_: bool| sessions.refetch());
    let shown = move || {
        Suspend::new(async move {
            match sessions.await {
                Ok(rows) => {
                    let others = rows.iter().filter(|row| !row.current).count() as u32;
                    let lines = rows.into_iter().map(move |row| view! { <Session row on_settled /> });
                    let end = move |_| actions.ask(EndOthers { asks_about: Some(others), on_settled });
                    let end_others = (others > 0).then(|| {
                        view! {
                            <div class="row">
                                <Button icon="log-out" on_click=end>"End all others"</Button>
                            </div>
                        }
                    });
                    view! {
                        <Card layout="lines">{lines.collect_view()}</Card>
                        {end_others}
                    }
                    .into_any()
                }
                Err(error) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! {
        <Page title="Sessions">
            <p class="soft">
                "Every browser in which you are signed in. End those that you do not know or no longer use. \
                 Where there are too many, a new sign-in ends the oldest."
            </p>
            <Transition fallback=|| view! { <Loading /> }>{shown}</Transition>
        </Page>
    }
}

#[component]
fn Session(row: SessionRow, on_settled: Callback<bool>) -> impl IntoView {
    let actions = use_actions();
    let which = format!(" {}", row.browser);
    let end = EndSession { id: row.id, on_settled };
    let busy = actions.is_running(end.key());
    view! {
        <SessionLine row>
            <Button class="small" busy on_click=move |_| actions.ask(end)>
                "End"<span class="hush">{which}</span>
            </Button>
        </SessionLine>
    }
}
