//! The lines of the palette, of which one is chosen.

use domain::users::UserRow;
use leptos::{ev, html, prelude::*};

use super::{choices::Choice, field::FIELD, state::State};
use crate::ui::{Avatar, Icon, focus};

pub const LIST: &str = "palette-list";

pub fn option_id(index: usize) -> String {
    format!("palette-{index}")
}

#[component]
pub fn List(state: State, choose: Callback<Choice>) -> impl IntoView {
    let State { words, person, at, choices, pages, waiting } = state;
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        at.track();
        choices.track();
        if let Some(list) = node.get() {
            request_animation_frame(move || show_chosen(&list));
        }
    });
    let lines = move || {
        let all = choices.get();
        let (first, rest) = all.split_at(pages.get().min(all.len()));
        let title = match person.get() {
            Some(_) => "What to do",
            None => "People",
        };
        [("Jump to", first, 0), (title, rest, first.len())]
            .into_iter()
            .filter(|(_, choices, _)| !choices.is_empty())
            .map(|(title, choices, before)| {
                let lines = choices.iter().cloned().enumerate();
                let lines = lines.map(|(index, choice)| view! { <Line state choose choice index=before + index /> });
                view! {
                    <div role="group" aria-label=title>
                        <div class="title" aria-hidden="true">{title}</div>
                        {lines.collect_view()}
                    </div>
                }
            })
            .collect_view()
    };
    let nothing = move || {
        let empty = choices.with(Vec::is_empty);
        let text = if waiting.get() { "Looking…" } else { "Nothing found. Try another part of the name." };
        empty.then(|| view! { <p class="nothing">{text}</p> })
    };
    let told = move || {
        let typed = !words.with(String::is_empty);
        (typed && !waiting.get()).then(|| format!("{} found", choices.with(Vec::len)))
    };
    view! {
        <div id=LIST node_ref=node class="found" class:stale=move || waiting.get() role="listbox" aria-label="Found">
            {lines}
        </div>
        {nothing}
        <p class="hints" aria-hidden="true">
            <span><kbd>"↑"</kbd><kbd>"↓"</kbd>" move"</span>
            <span><kbd>"Enter"</kbd>" choose"</span>
            {move || {
                if person.with(Option::is_some) {
                    view! { <span><kbd>"Esc"</kbd>" back"</span> }.into_any()
                } else {
                    view! { <span><kbd>"Tab"</kbd>" what to do with a person"</span> }.into_any()
                }
            }}
        </p>
        <p class="hush" aria-live="polite">{told}</p>
    }
    .into_any()
}

#[component]
fn Line(state: State, choose: Callback<Choice>, choice: Choice, index: usize) -> impl IntoView {
    let State { at, .. } = state;
    let chosen = move || at.get() == index;
    let refused = choice.refused();
    let disabled = refused.is_some();
    let bad = choice.is_danger();
    let picture = match &choice {
        Choice::Person(row) => view! { <Avatar name=row.display_name.clone() hue=row.id.hue() /> }.into_any(),
        other => view! { <Icon name=other.icon() /> }.into_any(),
    };
    let sub = match &choice {
        Choice::Person(row) => Some(in_words(row)),
        _ => refused,
    };
    let label = choice.label().to_owned();
    // The pointer's way to what Tab does.
    let more = matches!(choice, Choice::Person(_)).then(|| {
        let choice = choice.clone();
        let enter = move |event: ev::MouseEvent| {
            event.stop_propagation();
            state.enter(Some(choice.clone()));
            focus(FIELD);
        };
        view! { <span class="more" title="What to do" aria-hidden="true" on:click=enter><Icon name="chevron-right" /></span> }
    });
    view! {
        <div
            id=option_id(index)
            class="item"
            class:bad=bad
            role="option"
            aria-selected=move || if chosen() { "true" } else { "false" }
            aria-disabled=disabled.then_some("true")
            on:mousemove=move |_| if at.get_untracked() != index { at.set(index) }
            on:click=move |_| choose.run(choice.clone())
        >
            {picture}
            <span class="words">{label}{sub.map(|sub| view! { <span class="why">{sub}</span> })}</span>
            {more}
        </div>
    }
    .into_any()
}

/// `ingrid · ingrid@northwind.example · Active`
fn in_words(row: &UserRow) -> String {
    let mut words = row.username.clone();
    for word in row.email.iter().map(String::as_str).chain([row.status.label()]) {
        words.push_str(" \u{b7} ");
        words.push_str(word);
    }
    words
}

/// Moves the list so far that the chosen line can be seen.
fn show_chosen(list: &web_sys::Element) {
    let Ok(Some(line)) = list.query_selector("[aria-selected=true]") else { return };
    let (frame, line) = (list.get_bounding_client_rect(), line.get_bounding_client_rect());
    let by = if line.top() < frame.top() {
        line.top() - frame.top()
    } else if line.bottom() > frame.bottom() {
        line.bottom() - frame.bottom()
    } else {
        return;
    };
    list.set_scroll_top(list.scroll_top() + by as i32);
}
