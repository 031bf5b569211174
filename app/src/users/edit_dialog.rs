//! The dialog around the form for an existing user.

use leptos::prelude::*;

use super::{actions::use_user_actions, edit_form::EditForm, editing::Editing, stale};
use crate::ui::{Button, Dialog, Kind, Loading, StaleNote};

/// Once around the console's pages.
#[component]
pub fn EditDialog() -> impl IntoView {
    let asked = use_user_actions().edited();
    let editing = Editing::new();
    let open = editing.open;
    Effect::new(move |_| {
        if let Some(subject) = asked.get() {
            editing.begin(subject);
        }
    });
    editing.follow();
    let title =
        move || asked.with(|subject| subject.as_ref().map(|it| format!("Edit {}", it.name))).unwrap_or_default();
    let about = move || {
        asked.with(|subject| subject.as_ref().map(|it| format!("Username {}. It cannot be changed.", it.username)))
    };
    let choose = move || editing.is_undecided().then(|| "Choose first what holds.".to_owned());
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <Button
                kind=Kind::Primary
                busy=Signal::derive(move || editing.busy.get() || !editing.is_ready())
                disabled_reason=choose
                on_click=move |_| editing.save()
            >
                "Save"
            </Button>
        }
    };
    let form = move || match editing.user.get().filter(|_| editing.is_ready()) {
        None => view! { <Loading /> }.into_any(),
        Some(user) => {
            let Editing { draft, offered, .. } = editing;
            view! { <EditForm draft offered user submit=move || editing.save() /> }.into_any()
        }
    };
    let note = move || {
        let draft = editing.draft;
        let choose = move |(field, raw): (String, String)| stale::choose(draft, &field, &raw);
        editing.meanwhile.get().map(|meanwhile| view! { <StaleNote id="stale" meanwhile on_choose=choose /> })
    };
    view! {
        <Dialog open title=Signal::derive(title) about wide=true actions>
            {note}
            {form}
        </Dialog>
    }
    .into_any()
}
