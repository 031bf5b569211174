//! Search as a real form: works before the page wakes up, and `/` leads to it.

use super::Icon;
use super::browser::{on_window_key, single_keys_allowed, typing_in};
use super::control::keep_in_step;
use leptos::prelude::*;

#[component]
pub fn SearchField(
    value: RwSignal<String>,
    #[prop(into)] placeholder: String,
    /// The page the form leads to; `q` carries the words.
    #[prop(into)]
    action: String,
    /// What else the address says and must keep saying, such as sort and filters.
    #[prop(optional)]
    keep: Vec<(String, String)>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    /// Takes the place of the form's own request.
    #[prop(optional, into)]
    on_search: Option<Callback<String>>,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Input>::new();
    keep_in_step(
        value,
        move || node.get().map(|e| e.value()),
        move |text| {
            if let Some(e) = node.get_untracked() {
                e.set_value(text);
            }
        },
    );
    on_window_key(move |event| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        let wanted = event.key() == "/" && plain && single_keys_allowed() && !typing_in(&event);
        if let Some(e) = wanted.then(|| node.get_untracked()).flatten() {
            event.prevent_default();
            let _ = e.focus();
            e.select();
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        if let Some(on_search) = on_search {
            event.prevent_default();
            on_search.run(value.get_untracked());
        }
    };
    let typed = move |text: String| {
        value.set(text.clone());
        if let Some(on_input) = on_input {
            on_input.run(text);
        }
    };
    view! {
        <form role="search" method="get" action=action on:submit=submit class="field search">
            <Icon name="search" />
            <input
                node_ref=node
                type="search"
                name="q"
                value=value.get_untracked()
                placeholder=placeholder.clone()
                aria-label=placeholder
                autocomplete="off"
                spellcheck="false"
                on:input=move |event| typed(event_target_value(&event))
            />
            {keep
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                .collect_view()}
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
    .into_any()
}
