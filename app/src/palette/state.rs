//! What the palette shows while it is open, and which line is chosen.

use domain::{Permission, users::UserRow};
use leptos::prelude::*;

use super::choices::{Choice, about, among};
use crate::{layout::use_viewer, users::people::find_people};

#[derive(Clone, Copy)]
pub struct State {
    pub words: RwSignal<String>,
    /// Whose actions are shown instead of everything.
    pub person: RwSignal<Option<UserRow>>,
    /// The line that Enter chooses.
    pub at: RwSignal<usize>,
    pub choices: Memo<Vec<Choice>>,
    /// How many of them are pages; people follow.
    pub pages: Memo<usize>,
    /// People are still being looked for.
    pub waiting: RwSignal<bool>,
}

impl State {
    pub fn new(pages: Vec<Choice>) -> Self {
        let words = RwSignal::new(String::new());
        let person = RwSignal::new(None::<UserRow>);
        let at = RwSignal::new(0);
        let may_view = use_viewer().with_untracked(|viewer| viewer.may(Permission::ViewUsers));
        let wanted = move || if may_view && person.with(Option::is_none) { words.get() } else { String::new() };
        let people = find_people(Signal::derive(wanted));
        let pages = StoredValue::new(pages);
        let shown = Memo::new(move |_| words.with(|words| pages.with_value(|pages| among(pages, words))));
        let choices = Memo::new(move |_| match person.get() {
            Some(row) => words.with(|words| about(&row, words)),
            None => {
                let people = people.rows.get().into_iter().map(|row| Choice::Person(Box::new(row)));
                shown.get().into_iter().chain(people).collect()
            }
        });
        let pages = Memo::new(move |_| if person.with(Option::is_none) { shown.with(Vec::len) } else { 0 });
        // Other words, another list: its first line.
        Effect::new(move |_| {
            words.track();
            person.track();
            at.set(0);
        });
        Self { words, person, at, choices, pages, waiting: people.waiting }
    }

    pub fn clear(self) {
        self.words.set(String::new());
        self.person.set(None);
    }

    pub fn chosen(self) -> Option<Choice> {
        self.choices.with_untracked(|all| all.get(self.at.get_untracked()).cloned())
    }

    /// One line on or back; after the last comes the first.
    pub fn step(self, back: bool) {
        let count = self.choices.with_untracked(Vec::len).max(1);
        self.at.update(|at| *at = (*at + if back { count - 1 } else { 1 }) % count);
    }

    /// Shows what can be done to somebody. Says whether it was somebody.
    pub fn enter(self, choice: Option<Choice>) -> bool {
        let Some(Choice::Person(row)) = choice else { return false };
        self.words.set(String::new());
        self.person.set(Some(*row));
        true
    }
}
