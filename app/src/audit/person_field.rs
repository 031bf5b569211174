//! A field that finds people while one types and sends whoever was chosen. Before the page is
//! awake it only keeps who was chosen already; links in the events lead to the same.

use domain::{Error, Problem, users::UserId};
use leptos::{ev, prelude::*};

use crate::{
    ui::{Avatar, Control},
    users::people::find_people,
};

/// Who is chosen, and what stands in the field.
#[derive(Clone, Copy)]
pub struct Chosen {
    id: RwSignal<Option<UserId>>,
    words: RwSignal<String>,
}

impl Chosen {
    pub fn new() -> Self {
        Self { id: RwSignal::new(None), words: RwSignal::new(String::new()) }
    }

    pub fn fill(self, id: Option<UserId>, name: Option<String>) {
        self.id.set(id);
        let name = name.unwrap_or_else(|| "Somebody who was erased".into());
        self.words.set(id.map(|_| name).unwrap_or_default());
    }

    /// Whoever was chosen; words that nobody was chosen for are a mistake.
    pub fn read(self, name: &str) -> Result<Option<UserId>, Error> {
        let id = self.id.get_untracked();
        if id.is_none() && !self.words.with_untracked(|words| words.trim().is_empty()) {
            return Err(Error::field(name, Problem::NotAChoice));
        }
        Ok(id)
    }
}

#[component]
pub fn PersonField(
    label: &'static str,
    name: &'static str,
    chosen: Chosen,
    error: Signal<Option<String>>,
    /// Without, the field is only kept.
    shown: bool,
) -> impl IntoView {
    let Chosen { id, words } = chosen;
    let sent = move || id.get().map(|id| id.to_string());
    let kept = view! { <input type="hidden" name=name value=move || sent().unwrap_or_default() /> };
    if !shown {
        return kept.into_any();
    }
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let wanted = move || if id.with(Option::is_none) { words.get() } else { String::new() };
    let people = find_people(Signal::derive(wanted)).rows;
    let at = RwSignal::new(0_usize);
    let closed = RwSignal::new(false);
    let open = move || !closed.get() && people.with(|people| !people.is_empty());
    let choose = move |index: usize| {
        if let Some(row) = people.with_untracked(|people| people.get(index).cloned()) {
            id.set(Some(row.id));
            words.set(row.display_name);
        }
    };
    let typed = move |text: String| {
        id.set(None);
        at.set(0);
        closed.set(false);
        words.set(text);
    };
    let keys = move |event: ev::KeyboardEvent| {
        if !untrack(open) {
            return;
        }
        let count = people.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => choose(at.get_untracked()),
            "Escape" => closed.set(true),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let field = format!("f-{name}");
    let list = format!("{field}-found");
    let option = move |index: usize| format!("f-{name}-{index}");
    let current = move || open().then(|| option(at.get()));
    let described = {
        let field = field.clone();
        move || error.get().map(|_| format!("{field}-error"))
    };
    let lines = move || {
        let line = |(index, row): (usize, domain::users::UserRow)| {
            let hue = row.id.hue();
            view! {
                <div
                    id=option(index)
                    class="item"
                    role="option"
                    aria-selected=move || if at.get() == index { "true" } else { "false" }
                    // Before the field loses the keyboard.
                    on:mousedown=move |event| {
                        event.prevent_default();
                        choose(index);
                    }
                >
                    <Avatar name=row.display_name.clone() hue />
                    <span>{row.display_name}<span class="why">{row.username}</span></span>
                </div>
            }
        };
        people.get().into_iter().enumerate().map(line).collect_view()
    };
    let found = list.clone();
    view! {
        <Control id=field.clone() label error>
            <div class="field suggests">
                {kept}
                <input
                    id=field
                    type="text"
                    role="combobox"
                    placeholder="Anybody"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="100"
                    aria-autocomplete="list"
                    aria-expanded=move || if open() { "true" } else { "false" }
                    aria-controls=list
                    aria-activedescendant=current
                    aria-invalid=move || error.get().is_some().then_some("true")
                    aria-describedby=described
                    disabled=move || !awake.get()
                    prop:value=move || words.get()
                    on:input=move |event| typed(event_target_value(&event))
                    on:keydown=keys
                    on:blur=move |_| closed.set(true)
                />
                <div id=found class="suggestions" role="listbox" aria-label="Found" hidden=move || !open()>{lines}</div>
            </div>
        </Control>
    }
    .into_any()
}
