//! The palette's field. It keeps the keyboard: its arrows move the chosen line.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    choices::Choice,
    list::{LIST, option_id},
    state::State,
};
use crate::ui::Icon;

pub const FIELD: &str = "palette-field";

#[component]
pub fn Field(state: State, choose: Callback<Choice>) -> impl IntoView {
    let State { words, person, at, choices, waiting, .. } = state;
    // Enter may be quicker than the server.
    let pressed = StoredValue::new(false);
    let enter = move || match state.chosen() {
        Some(Choice::Person(_)) | None if waiting.get_untracked() => pressed.set_value(true),
        Some(choice) => choose.run(choice),
        None => {}
    };
    Effect::new(move |_| {
        if !waiting.get() && pressed.get_value() {
            pressed.set_value(false);
            enter();
        }
    });
    let keys = move |event: ev::KeyboardEvent| {
        let empty = words.with_untracked(String::is_empty);
        let inside = person.with_untracked(Option::is_some);
        let taken = match event.key().as_str() {
            "ArrowDown" => {
                state.step(false);
                true
            }
            "ArrowUp" => {
                state.step(true);
                true
            }
            "Enter" => {
                enter();
                true
            }
            "Tab" if !event.shift_key() => state.enter(state.chosen()),
            "ArrowRight" if at_the_end(&event) => state.enter(state.chosen()),
            "Escape" if inside => {
                state.clear();
                true
            }
            "ArrowLeft" | "Backspace" if inside && empty => {
                state.clear();
                true
            }
            _ => false,
        };
        if taken {
            event.prevent_default();
        }
    };
    let typed = move |text: String| {
        pressed.set_value(false);
        words.set(text);
    };
    let asks = move || match person.get() {
        Some(row) => format!("What to do with {}", row.display_name),
        None => "Search or jump".to_owned(),
    };
    let placeholder =
        move || if person.with(Option::is_some) { "Choose what to do" } else { "Find a page or a person" };
    let current = move || choices.with(|all| (at.get() < all.len()).then(|| option_id(at.get())));
    view! {
        <div class="ask">
            <Icon name="search" />
            {move || person.get().map(|row| view! { <span class="whom">{row.display_name}</span> })}
            <input
                id=FIELD
                type="text"
                role="combobox"
                aria-label=asks
                placeholder=placeholder
                aria-expanded="true"
                aria-controls=LIST
                aria-autocomplete="list"
                aria-activedescendant=current
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                autofocus=true
                maxlength="100"
                prop:value=move || words.get()
                on:input=move |event| typed(event_target_value(&event))
                on:keydown=keys
            />
            <kbd aria-hidden="true">"Esc"</kbd>
        </div>
    }
    .into_any()
}

/// Whether the field's cursor stands behind everything typed.
fn at_the_end(event: &ev::KeyboardEvent) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    field.is_some_and(|field| {
        let length = field.value().encode_utf16().count() as u32;
        field.selection_start().ok().flatten() == Some(length)
    })
}
