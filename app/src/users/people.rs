//! Finds people while somebody types: a moment after the last key, and only the latest answer counts.

use std::time::Duration;

use domain::{
    listing::SEARCH_MOST,
    users::{UserListing, UserRow},
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::server_fns::list_users;
use crate::ui::Press;

/// How long typing rests before the server is asked.
const PAUSE: Duration = Duration::from_millis(150);
/// As many as one looks through.
const MOST: usize = 8;

/// The people that were found.
#[derive(Clone, Copy)]
pub struct FoundPeople {
    pub rows: RwSignal<Vec<UserRow>>,
    /// The rows are not yet those of the words.
    pub waiting: RwSignal<bool>,
}

/// Follows the words; empty ones find nobody.
pub fn find_people(words: Signal<String>) -> FoundPeople {
    let found = FoundPeople { rows: RwSignal::new(vec![]), waiting: RwSignal::new(false) };
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    };
    let ask = Action::new(|words: &String| {
        let words = words.clone();
        async move {
            let page = list_users(UserListing::default().searching(&words), vec![]).await;
            (words, page.map(|page| page.rows).unwrap_or_default())
        }
    });
    Effect::new(move |_| {
        let words: String = domain::text::trimmed(&words.get()).chars().take(SEARCH_MOST as usize).collect();
        stop();
        if words.is_empty() {
            found.rows.set(vec![]);
            found.waiting.set(false);
        } else {
            found.waiting.set(true);
            let later = set_timeout_with_handle(move || ask.request(words), PAUSE);
            timer.set_value(later.ok());
        }
    });
    Effect::new(move |_| {
        let Some((asked, mut rows)) = ask.value().get() else { return };
        let wanted: String = domain::text::trimmed(&words.get_untracked()).chars().take(SEARCH_MOST as usize).collect();
        if asked == wanted {
            rows.truncate(MOST);
            found.rows.set(rows);
            found.waiting.set(false);
        }
    });
    on_cleanup(stop);
    found
}
