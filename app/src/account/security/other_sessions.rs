//! After a change of what lets one in: offers to end the sessions that it did not end
//! (OWASP ASVS 5.0, 7.4.3).

use domain::audit::plural;
use leptos::prelude::*;

use super::own::use_own;
use crate::{
    account::server_fns::{end_own_other_sessions, list_own_sessions},
    api::ApiError,
    ui::{Button, Note, Press, Toaster},
};

#[component]
pub(super) fn Elsewhere() -> impl IntoView {
    let own = use_own();
    let toaster = expect_context::<Toaster>();
    let others = RwSignal::new(0);
    let count = Action::new(|(): &()| async {
        let sessions = list_own_sessions().await?;
        Ok::<_, ApiError>(sessions.iter().filter(|session| !session.current).count() as u32)
    });
    let end = Action::new(|(): &()| end_own_other_sessions());
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
    Effect::new(move |_| match end.value().get() {
        Some(Ok(ended)) => {
            others.set(0);
            toaster.good(format!("{} ended", plural(ended, "other session")));
        }
        Some(Err(ApiError(error))) => toaster.bad(error.sentence()),
        None => {}
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
                        <Button busy=end.pending() on_click=move |_| end.press(())>
                            {if others.get() == 1 { "End it" } else { "End them" }}
                        </Button>
                    </div>
                </Note>
            }
        })
    };
    view! { <div role="status">{shown}</div> }.into_any()
}
