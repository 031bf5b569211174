//! `?` lists the keys. Keys that are a single letter or sign can be switched off.

use crate::ui::{Checkbox, Dialog, single_keys_allowed, typing_in};
use leptos::{ev, prelude::*};

/// Key and what it does, for every page; a page's own follow.
const EVERYWHERE: [(&str, &str); 2] = [("/", "Search this page"), ("?", "Show these keys")];

/// Once per document, inside a frame.
#[component]
pub fn Shortcuts(
    /// What else there is: key and words.
    #[prop(optional, into)]
    more: Signal<Vec<(String, String)>>,
) -> impl IntoView {
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
        let own = EVERYWHERE.iter().map(|(key, what)| (key.to_string(), what.to_string()));
        own.chain(more.get()).map(|(key, what)| view! { <dt>{what}</dt><dd><kbd>{key}</kbd></dd> }).collect_view()
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
