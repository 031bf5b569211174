//! Warns before idleness ends the session, and leaves when it has ended. Asking the
//! server how much time is left is no activity; other tabs' activity counts.

use std::time::Duration;

use domain::{Error, SECOND, text::session_ended_address};
use leptos::prelude::*;

use super::server_fns::{session_time_left, stay_signed_in};
use crate::{
    api::ApiError,
    layout::{IdleWarning, use_viewer},
    ui::{Press, browser_now},
};

/// Once inside each frame.
#[component]
pub fn IdleWatch() -> impl IntoView {
    let viewer = use_viewer();
    let (idle, warning) = viewer.with_untracked(|viewer| (viewer.session_left, viewer.idle_warning));
    let open = RwSignal::new(false);
    // When the session ends, by the browser's clock.
    let end = RwSignal::new(None::<i64>);
    let left = RwSignal::new(0_u32);
    let leave = || {
        let place = window().location();
        let part = |part: Result<String, _>| part.unwrap_or_default();
        let wanted = part(place.pathname()) + &part(place.search());
        let _ = place.set_href(&session_ended_address(&wanted));
    };
    let learn = move |answer: Result<i64, ApiError>| match answer {
        Ok(left) => {
            end.set(Some(browser_now() + left));
            open.set(left <= warning);
        }
        Err(ApiError(Error::SignedOut)) => leave(),
        // The network may be back at the next look.
        Err(_) => {}
    };
    let look = Action::new(move |(): &()| async move { learn(session_time_left().await) });
    let stay = Action::new(move |(): &()| async move { learn(stay_signed_in().await) });
    Effect::new(move |_| {
        if idle == 0 {
            return;
        }
        end.set(Some(browser_now() + idle));
        let tick = move || {
            let Some(ends_at) = end.get_untracked() else { return };
            let remaining = ends_at - browser_now();
            left.set((remaining.max(0) / SECOND) as u32);
            // Another tab may have been used meanwhile: only the server knows.
            let unsure = remaining <= warning && (!open.get_untracked() || remaining <= 0);
            if unsure && !look.pending().get_untracked() {
                look.request(());
            }
        };
        let ticking = set_interval_with_handle(tick, Duration::from_secs(1));
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
        });
    });
    view! { <IdleWarning open left on_stay=move |()| stay.press(()) busy=stay.pending() /> }
}
