//! `?` lists the keys. Keys that are a single letter or sign can be switched off.

use crate::ui::{Checkbox, Dialog, single_keys_allowed, typing_in};
use leptos::{ev, prelude::*};

/// The key on a Macintosh and elsewhere. The server cannot know: a page finds out once it is awake.
pub fn jump_key() -> ReadSignal<&'static str> {
    let (key, set_key) = signal("Ctrl K");
    Effect::new(move |_| {
        let platform = window().navigator().platform().unwrap_or_default();
        if platform.starts_with("Mac") || platform.starts_with("iP") {
            set_key.set("\u{2318} K");
        }
    });
    key
}

/// The keys of the page that is shown: key and what it does.
#[derive(Clone, Copy)]
pub struct PageKeys(RwSignal<Vec<(String, String)>>);

/// Call once above the console's pages.
pub fn provide_page_keys() {
    provide_context(PageKeys(RwSignal::new(vec![])));
}

/// Lists these keys for as long as the calling page lives: key and what it does.
pub fn list_keys(keys: &[(&str, &str)]) {
    let Some(PageKeys(shown)) = use_context() else { return };
    let own: Vec<_> = keys.iter().map(|(key, what)| ((*key).to_owned(), (*what).to_owned())).collect();
    let told = own.clone();
    Effect::new(move |_| shown.set(told.clone()));
    // The next page may have listed its own already.
    on_cleanup(move || {
        shown.try_update(|shown| {
            if *shown == own {
                shown.clear();
            }
        });
    });
}

/// Once per document, inside a frame.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let more = use_context().map_or_else(|| RwSignal::new(vec![]), |PageKeys(shown)| shown);
    let jump = jump_key();
    let open = RwSignal::new(false);
    let allowed = RwSignal::new(true);
    Effect::new(move |_| {
        allowed.set(single_keys_allowed());
        let listening = window_event_listener(ev::keydown, move |event| {
            let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
            if event.key() == "?" && plain && single_keys_allowed() && !typing_in(&event) {
                event.prevent_default();
                open.set(true);
            }
        });
        on_cleanup(move || listening.remove());
    });
    let remember = move |on: bool| {
        allowed.set(on);
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item("keydesk-keys", if on { "on" } else { "off" });
        }
    };
    let keys = move || {
        // For every page; a page's own follow.
        let everywhere = [(jump.get(), "Search or jump"), ("/", "Search this page"), ("?", "Show these keys")];
        let everywhere = everywhere.map(|(key, what)| (key.to_owned(), what.to_owned()));
        let one = |(key, what)| view! { <dt>{what}</dt><dd><kbd>{key}</kbd></dd> };
        everywhere.into_iter().chain(more.get()).map(one).collect_view()
    };
    view! {
        <Dialog open title="Keys">
            <dl class="keys">{keys}</dl>
            <Checkbox
                checked=allowed
                on_change=remember
                label="Use single keys"
                help="Switch them off if they get in the way of speech input."
            />
        </Dialog>
    }
    .into_any()
}
