//! One of two or three, each explained in a sentence. The safe one comes first.

use leptos::prelude::*;

/// A choice: its value, its name, and what it means.
#[derive(Clone, Debug, Default)]
pub struct RadioCard {
    pub value: String,
    pub title: String,
    pub about: String,
    pub disabled: bool,
}

impl RadioCard {
    pub fn new(value: impl Into<String>, title: impl Into<String>, about: impl Into<String>) -> Self {
        Self { value: value.into(), title: title.into(), about: about.into(), disabled: false }
    }
}

#[component]
pub fn RadioCards(
    #[prop(into)] legend: String,
    #[prop(into)] name: String,
    value: RwSignal<String>,
    cards: Vec<RadioCard>,
    /// Keeps the legend for screen readers only.
    #[prop(optional)]
    hide_legend: bool,
) -> impl IntoView {
    let cards = cards
        .into_iter()
        .map(|card| {
            let key = card.value.clone();
            let picked = card.value.clone();
            let is_chosen = move || value.with(|v| *v == key);
            let at_first = untrack(&is_chosen);
            view! {
                <label class="opt">
                    <input
                        type="radio"
                        class="radio"
                        name=name.clone()
                        value=card.value
                        disabled=card.disabled
                        checked=at_first
                        prop:checked=is_chosen
                        on:change=move |_| value.set(picked.clone())
                    />
                    <span>
                        <b>{card.title}</b>
                        <span class="about">{card.about}</span>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="opts">
            <legend class:hush=hide_legend>{legend}</legend>
            {cards}
        </fieldset>
    }
    .into_any()
}
