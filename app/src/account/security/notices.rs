//! What others or Keydesk did to one's own factors: told on top of the page, and hinted at
//! from everywhere else.

use domain::audit::{Activity, plural};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::{
    account::server_fns::{list_notices, see_notices},
    audit::Happened,
    layout::use_viewer,
    ui::{Button, Icon, Note, Press, Time, TimeStyle, Toaster},
};

/// Everything that its owner has not said to have seen.
#[component]
pub(super) fn Notices() -> impl IntoView {
    let viewer = use_viewer();
    let notices = Resource::new(|| (), |()| list_notices());
    let see = Action::new(|number: &i64| see_notices(*number));
    Effect::new(move |_| {
        if let Some(Ok(())) = see.value().get() {
            viewer.update(|viewer| viewer.notices = 0);
            notices.refetch();
        }
    });
    let shown = move || {
        Suspend::new(async move {
            // The page below says what went wrong, if anything did.
            let notices = notices.await.unwrap_or_default();
            let newest = notices.first().map(|notice| notice.number)?;
            let lines = notices.into_iter().map(|notice| view! { <Notice notice /> }).collect_view();
            Some(view! {
                <section class="notices" aria-label="News about your sign-in">
                    <Note tone="warn">
                        <h2>"While you were not looking"</h2>
                        <ul>{lines}</ul>
                        <p class="soft">
                            "If you do not know why, talk to an administrator, and change your password."
                        </p>
                        <Button class="small" busy=see.pending() on_click=move |_| see.press(newest)>
                            "I have seen this"
                        </Button>
                    </Note>
                </section>
            })
        })
    };
    view! { <Transition>{shown}</Transition> }
}

#[component]
fn Notice(notice: Activity) -> impl IntoView {
    view! {
        <li>
            <Icon name=notice.icon />
            <span>
                <Happened sentence=notice.sentence />
                <span class="sub">
                    <Time ms=notice.at style=TimeStyle::Exact />
                    {(!notice.place.is_empty()).then(|| format!(" · {}", notice.place))}
                </span>
            </span>
        </li>
    }
}

/// Once inside the console's frame: says that there is something to see.
#[component]
pub fn Hint() -> impl IntoView {
    let viewer = use_viewer();
    let toaster = expect_context::<Toaster>();
    let navigate = use_navigate();
    Effect::new(move |_| {
        let count = viewer.with_untracked(|viewer| viewer.notices);
        if count > 0 {
            let navigate = navigate.clone();
            let words = format!("{} about your sign-in", plural(count, "new notice"));
            let look = move |()| navigate("/account/security", leptos_router::NavigateOptions::default());
            toaster.good_with(words, "Look", look);
        }
    });
}
