//! Follows what is typed, a moment later, and replaces the address rather than adding to the
//! history.

use std::time::Duration;

use domain::listing::Filters;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{address, state::List};
use crate::ui::SearchField;

/// How long typing rests before the list follows.
const PAUSE: Duration = Duration::from_millis(180);

#[component]
pub fn Search(list: List) -> impl IntoView {
    let navigate = StoredValue::new(use_navigate());
    let words = RwSignal::new(untrack(|| list.current()).search);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    on_cleanup(move || {
        if let Some(waiting) = waiting.try_get_value().flatten() {
            waiting.clear();
        }
    });
    // Back and forward change the words as well, but not under somebody's hands.
    Effect::new(move |_| {
        let said = list.current().search;
        if domain::text::trimmed(&words.get_untracked()) != said && waiting.get_value().is_none() {
            words.set(said);
        }
    });
    let go = move |words: String| {
        waiting.set_value(None);
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        let address = address(&untrack(|| list.current()).searching(&words));
        navigate.with_value(|navigate| navigate(&address, options));
    };
    let typed = move |words: String| {
        if let Some(waiting) = waiting.get_value() {
            waiting.clear();
        }
        waiting.set_value(set_timeout_with_handle(move || go(words), PAUSE).ok());
    };
    view! {
        <SearchField
            value=words
            placeholder="Search name, username, e-mail"
            action="/users"
            keep=untrack(|| kept(list))
            on_input=typed
            on_search=go
        />
    }
}

/// What a search says beside its words before the page wakes up.
fn kept(list: List) -> Vec<(String, String)> {
    let listing = list.current();
    let mut pairs = listing.filters.pairs();
    pairs.extend(super::filter_form::sorting(&listing));
    pairs
}
