//! Search or jump: Ctrl or Cmd with K opens one field that finds pages, people, and what can be
//! done to them. Everything in it can be reached without it, too.

mod choices;
mod dialog;
mod field;
mod list;
mod state;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use self::{
    choices::{Choice, pages},
    dialog::PaletteDialog,
    field::Field,
    list::List,
    state::State,
};
use crate::{
    layout::{NavEntry, jump_key},
    ui::Icon,
    users::actions::{Subject, use_user_actions},
};

/// Whether the palette is open; in context below [`provide_palette`].
#[derive(Clone, Copy)]
struct PaletteOpen(RwSignal<bool>);

/// Call once above the console's frame.
pub fn provide_palette() {
    provide_context(PaletteOpen(RwSignal::new(false)));
}

/// Once inside the console's frame.
#[component]
pub fn Palette(
    /// The pages of the console and of one's own account.
    entries: Vec<NavEntry>,
    own: Vec<NavEntry>,
    #[prop(into)] on_create: Callback<()>,
) -> impl IntoView {
    let PaletteOpen(open) = expect_context();
    let state = State::new(pages(entries, own));
    let actions = use_user_actions();
    let navigate = StoredValue::new(use_navigate());
    let go = move |address: &str| navigate.with_value(|navigate| navigate(address, Default::default()));
    let choose = Callback::new(move |choice: Choice| {
        if choice.refused().is_some() {
            return;
        }
        open.set(false);
        match choice {
            Choice::Go { href, .. } => go(&href),
            Choice::Person(row) => go(&format!("/users/{}", row.id)),
            Choice::CreateUser => on_create.run(()),
            Choice::Do(act, row) => actions.ask(act, Subject::from(&*row)),
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            state.clear();
        }
    });
    view! {
        <PaletteDialog open>
            <Field state choose />
            <List state choose />
        </PaletteDialog>
    }
    .into_any()
}

/// The visible way to the palette, for whoever does not know the keys.
#[component]
pub fn PaletteButton() -> impl IntoView {
    let Some(PaletteOpen(open)) = use_context() else { return ().into_any() };
    let key = jump_key();
    view! {
        <button
            type="button"
            class="nav jump"
            title="Search or jump"
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+K Meta+K"
            on:click=move |_| open.set(true)
        >
            <Icon name="search" />
            <span class="words">"Search"<span class="longer">" or jump"</span></span>
            <kbd aria-hidden="true">{move || key.get()}</kbd>
        </button>
    }
    .into_any()
}
