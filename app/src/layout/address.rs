//! Keeps the browser's address what the page is.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsValue;

/// Longer than a navigation takes to write its own address.
const SETTLED: Duration = Duration::from_millis(300);

/// After going forward, leptos_router 0.8 still takes the page before for the one it is on: a link
/// there changes the page and leaves the address (`path_stack` in its `location/history.rs`).
/// leptos_router 0.9: see whether this is still needed.
#[component]
pub fn TrueAddress() -> impl IntoView {
    let place = use_location();
    Effect::new(move |_| {
        let wanted = (place.pathname.get(), place.search.get());
        let settle = move || {
            write(&wanted.0, &wanted.1);
        };
        let waiting = set_timeout_with_handle(settle, SETTLED);
        on_cleanup(move || {
            if let Ok(waiting) = waiting {
                waiting.clear();
            }
        });
    });
}

/// Writes the address into the bar, unless it is there.
fn write(path: &str, search: &str) -> Option<()> {
    let shown = window().location();
    if shown.pathname().ok()? == path && shown.search().ok()?.trim_start_matches('?') == search {
        return None;
    }
    let address = if search.is_empty() { path.to_owned() } else { format!("{path}?{search}") };
    window().history().ok()?.push_state_with_url(&JsValue::NULL, "", Some(&address)).ok()
}
