//! After a change of what lets one in: offers to end the sessions that it did not end
//! (OWASP ASVS 5.0, 7.4.3).

use domain::audit::plural;
use leptos::prelude::*;

use super::state::use_own;
use crate::{
    account::{end_sessions::EndOthers, server_fns::list_own_sessions},
    action::use_actions,
    api::ApiError,
    ui::{Button, Note, Press},
};

#[component]
pub(super) fn OtherSessions() -> impl IntoView {
    let own = use_own();
    let actions = use_actions();
    let others = RwSignal::new(0);
    let count = Action::new(|(): &()| async {
        let sessions = list_own_sessions().await?;
        Ok::<_, ApiError>(sessions.iter().filter(|session| !session.current).count() as u32)
    });
    let ended = Callback::new(move |done| {
        if done {
            others.set(0);
        }
    });
    let end = move |_| actions.ask(EndOthers { asks_about: None, on_settled: ended });
    let busy = actions.is_running(EndOthers::KEY.to_owned());
    Effect::new(move |_| {
        if own.changes.get() > 0 {
            count.request(());
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(found)) = count.value().get() {
            others.set(found);
        }
    });
    let shown = move || {
        (others.get() > 0).then(|| {
            view! {
                <Note>
                    <div class="row wrap">
                        <div class="said">
                            <h2>"You are still signed in elsewhere"</h2>
                            <p class="soft">
                                {format!("{} began before this change.", plural(others.get(), "other session"))}
                            </p>
                        </div>
                        <Button on_click=move |_| others.set(0)>"Keep"</Button>
                        <Button busy on_click=end>
                            {if others.get() == 1 { "End it" } else { "End them" }}
                        </Button>
                    </div>
                </Note>
            }
        })
    };
    view! { <div role="status">{shown}</div> }.into_any()
}
