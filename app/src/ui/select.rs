//! One of a few, in a native list.

use super::Icon;
use super::Words;
use super::control::{Control, described_by, field_id};
use leptos::prelude::*;

#[component]
pub fn Select(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    /// Value and words of each choice, in order.
    options: Vec<(String, String)>,
    #[prop(optional, into)] id: String,
    #[prop(optional, into)] help: Words,
    #[prop(optional, into)] error: Words,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let id = field_id(id, &name);
    let describe = described_by(&id, help, error);
    let chosen = move |choice: String| {
        value.set(choice.clone());
        if let Some(on_change) = on_change {
            on_change.run(choice);
        }
    };
    let options = options
        .into_iter()
        .map(|(key, words)| {
            let is_chosen = {
                let key = key.clone();
                move || value.with(|v| *v == key)
            };
            let at_first = untrack(&is_chosen);
            view! { <option value=key selected=at_first prop:selected=is_chosen>{words}</option> }
        })
        .collect_view();
    view! {
        <Control id=id.clone() label help error optional>
            <div class="field choose">
                <select
                    id=id
                    name=name
                    disabled=move || disabled.get()
                    aria-invalid=move || error.get().is_some().then_some("true")
                    aria-describedby=describe
                    on:change=move |event| chosen(event_target_value(&event))
                >
                    {options}
                </select>
                <Icon name="chevron-down" />
            </div>
        </Control>
    }
    .into_any()
}
