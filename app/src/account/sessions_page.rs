//! Where one is signed in, and ending it.

use domain::{audit::plural, sessions::SessionRow};
use leptos::prelude::*;

use super::server_fns::{end_own_other_sessions, end_own_session, list_own_sessions};
use crate::{
    api::ApiError,
    layout::{Page, Problem, SessionLine},
    ui::{Button, Card, Confirm, Loading, Press, Toaster},
};

#[component]
pub fn SessionsPage() -> impl IntoView {
    let sessions = Resource::new(|| (), |()| list_own_sessions());
    let shown = move || {
        Suspend::new(async move {
            match sessions.await {
                Ok(rows) => {
                    let others = rows.iter().filter(|row| !row.current).count() as u32;
                    let lines = rows
                        .into_iter()
                        .map(move |row| view! { <Session row on_ended=move |()| sessions.refetch() /> });
                    view! {
                        <Card layout="lines">{lines.collect_view()}</Card>
                        <EndOthers others on_ended=move |()| sessions.refetch() />
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
fn Session(row: SessionRow, #[prop(into)] on_ended: Callback<()>) -> impl IntoView {
    let (id, which) = (row.id, format!(" {}", row.browser));
    let toaster = expect_context::<Toaster>();
    let end = Action::new(move |(): &()| end_own_session(id));
    Effect::new(move |_| {
        if let Some(ended) = end.value().get() {
            on_ended.run(());
            match ended {
                Ok(()) => toaster.good("Session ended"),
                Err(ApiError(error)) => toaster.bad(error.sentence()),
            }
        }
    });
    view! {
        <SessionLine row>
            <Button class="small" busy=end.pending() on_click=move |_| end.press(())>
                "End"<span class="hush">{which}</span>
            </Button>
        </SessionLine>
    }
}

#[component]
fn EndOthers(others: u32, #[prop(into)] on_ended: Callback<()>) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let open = RwSignal::new(false);
    let end = Action::new(|(): &()| end_own_other_sessions());
    Effect::new(move |_| {
        if let Some(ended) = end.value().get() {
            open.set(false);
            on_ended.run(());
            match ended {
                Ok(count) => toaster.good(format!("{} ended", plural(count, "session"))),
                Err(ApiError(error)) => toaster.bad(error.sentence()),
            }
        }
    });
    (others > 0).then(|| {
        view! {
            <div class="row">
                <Button icon="log-out" on_click=move |_| open.set(true)>"End all others"</Button>
            </div>
            <Confirm
                open
                title="End all other sessions?"
                verb="End them"
                effects=vec![("screen".to_owned(), format!("Ends {} now", plural(others, "session")))]
                about="You stay signed in here."
                busy=end.pending()
                on_confirm=move |()| end.press(())
            />
        }
    })
}
