//! What happened to how one signs in: on top of every page until it is dismissed.

use domain::audit::{Activity, NOTICES_AT_ONCE};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::server_fns::{list_notices, see_notices};
use crate::{
    api::ApiError,
    audit::Happened,
    layout::use_viewer,
    reauthentication::use_reauthentication,
    ui::{Button, Icon, Note, Press, Time, TimeStyle, Toaster},
};

/// So many lines stand open; the others unfold.
const OPEN: usize = 3;

/// Everything that its owner has not dismissed in this browser. The page brings it along; on the
/// way to another page it is asked for anew.
#[component]
pub fn Notices() -> impl IntoView {
    let viewer = use_viewer();
    let toaster = expect_context::<Toaster>();
    let reauthentication = use_reauthentication();
    let path = use_location().pathname;
    let look = Action::new(|(): &()| list_notices());
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            look.request(());
        }
        now
    });
    let see = Action::new(|number: &i64| {
        let number = *number;
        async move { (number, see_notices(number).await) }
    });
    let show = move |notices: Vec<Activity>| {
        if viewer.with_untracked(|viewer| viewer.notices != notices) {
            viewer.update(|viewer| viewer.notices = notices);
        }
    };
    Effect::new(move |_| {
        // A page that cannot ask says so itself.
        if let Some(Ok(notices)) = look.value().get() {
            show(notices);
        }
    });
    Effect::new(move |_| match see.value().get() {
        Some((seen, Ok(()))) => {
            let left = viewer.with_untracked(|viewer| viewer.notices.clone());
            let full = left.len() >= NOTICES_AT_ONCE;
            show(left.into_iter().filter(|notice| notice.number > seen).collect());
            // The next ones.
            if full {
                look.request(());
            }
        }
        // The news stay, and whoever dismissed them is told why.
        Some((number, Err(error))) if !reauthentication.handles(&error, move || see.press(number)) => {
            let ApiError(error) = error;
            toaster.bad(error.sentence());
        }
        Some(_) | None => {}
    });
    let notices = Memo::new(move |_| viewer.with(|viewer| viewer.notices.clone()));
    let shown = move || {
        let mut notices = notices.get();
        let newest = notices.first().map(|notice| notice.number)?;
        let more = notices.split_off(notices.len().min(OPEN));
        let lines =
            |notices: Vec<Activity>| notices.into_iter().map(|notice| view! { <Notice notice /> }).collect_view();
        let unfolds = (!more.is_empty()).then(|| {
            let words = format!("{} more", more.len());
            view! { <details><summary>{words}</summary><ul>{lines(more)}</ul></details> }
        });
        Some(view! {
            <section class="notices" aria-label="News about your sign-in">
                <Note tone="warn">
                    <p class="title">"News about your sign-in"</p>
                    <ul>{lines(notices)}</ul>
                    {unfolds}
                    <p class="soft">
                        "If that was not you, "<a href="/account/security">"change your password"</a>
                        " and talk to an administrator."
                    </p>
                    <Button class="small" busy=see.pending() on_click=move |_| see.press(newest)>
                        "I have seen this"
                    </Button>
                </Note>
            </section>
        })
    };
    view! { {shown} }
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
