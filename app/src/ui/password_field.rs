//! A password, hidden until its owner wants to see it.

use super::Words;
use super::{Icon, TextField};
use leptos::prelude::*;

#[component]
pub fn PasswordField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    /// `new-password` where one is chosen, `current-password` where one is asked for.
    autocomplete: &'static str,
    #[prop(optional, into)] id: String,
    #[prop(optional, into)] help: Words,
    #[prop(optional, into)] error: Words,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    #[prop(optional, into)] aside: ViewFnOnce,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let typed = move |text: String| {
        if let Some(on_input) = on_input {
            on_input.run(text);
        }
    };
    let toggle = move || {
        view! {
            <button
                type="button"
                class="btn quiet icon"
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                aria-label="Show password"
                title="Show password"
                on:click=move |_| shown.update(|s| *s = !*s)
            >
                {move || if shown.get() { view! { <Icon name="eye-off" /> } } else { view! { <Icon name="eye" /> } }}
            </button>
        }
    };
    view! {
        <TextField
            label
            name
            value
            id
            help
            error
            kind=move || if shown.get() { "text" } else { "password" }
            autocomplete
            required
            optional
            autofocus
            on_input=typed
            trailing=toggle
            aside
        />
    }
    .into_any()
}
