//! One custom field, with what can be done to it.

use domain::{
    Permission,
    fields::{Field, FieldId, FieldKind},
};
use leptos::{ev::MouseEvent, prelude::*};

use super::field_action::FieldAction;
use crate::{
    layout::lacks,
    ui::{Button, Icon, Kind, Tag, focus, is_second},
};

fn icon(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "log",
        FieldKind::Choice => "menu",
        FieldKind::Date => "calendar",
    }
}

/// "One of North, South and 3 more".
fn in_words(field: &Field) -> String {
    const SHOWN: usize = 4;
    if field.kind != FieldKind::Choice {
        return field.kind.label().to_owned();
    }
    let shown = field.choices.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match field.choices.len() {
        ..=SHOWN => format!("One of {shown}"),
        many => format!("One of {shown} and {} more", many - SHOWN),
    }
}

#[component]
pub fn FieldLine(
    field: Field,
    /// Its place among so many.
    at: usize,
    count: usize,
    back_to: RwSignal<Option<(FieldId, bool)>>,
    act: Callback<FieldAction>,
) -> impl IntoView {
    let barred = lacks(Permission::EditSettings);
    let (id, name) = (field.id, field.name.clone());
    // It was moved: the keyboard stays on the button that moved it.
    Effect::new(move |_| {
        if let Some((_, up)) = back_to.get_untracked().filter(|(moved, _)| *moved == id) {
            request_animation_frame(move || {
                focus(&move_id(id, up));
            });
        }
    });
    let (edit, delete) = (field.clone(), field.clone());
    let (delete_label, which) = (format!("Delete {name}"), format!(" {name}"));
    view! {
        <div class="line field-line">
            <Icon name=icon(field.kind) />
            <span>
                <b class="break">{field.name.clone()}</b>
                {field.required.then(|| view! { " " <Tag text="Required" /> })}
                <span class="sub">{in_words(&field)}</span>
            </span>
            <span class="grow"></span>
            <span class="row acts">
                <MoveButton id name=name.clone() up=true at_end=at == 0 act />
                <MoveButton id name up=false at_end=at + 1 == count act />
                <Button class="small" disabled_reason=barred on_click=move |_| act.run(FieldAction::Edit(edit.clone()))>
                    "Edit"<span class="hush">{which}</span>
                </Button>
                <Button
                    kind=Kind::Quiet
                    class="small bad"
                    icon="bin"
                    label=delete_label
                    disabled_reason=barred
                    on_click=move |_| act.run(FieldAction::Delete(delete.clone()))
                />
            </span>
        </div>
    }
    .into_any()
}

fn move_id(id: FieldId, up: bool) -> String {
    format!("{}-{id}", if up { "up" } else { "down" })
}

/// A button with an id, so that the keyboard can follow the field.
#[component]
fn MoveButton(id: FieldId, name: String, up: bool, at_end: bool, act: Callback<FieldAction>) -> impl IntoView {
    let barred = lacks(Permission::EditSettings);
    let label = format!("Move {name} {}", if up { "up" } else { "down" });
    let reason = move || {
        let end = if up { "It is the first." } else { "It is the last." };
        barred.get().or_else(|| at_end.then(|| end.to_owned()))
    };
    let click = move |click: MouseEvent| {
        // Another field stands there by then.
        if !is_second(&click) && untrack(reason).is_none() {
            act.run(FieldAction::Move { id, up });
        }
    };
    view! {
        <button
            type="button"
            id=move_id(id, up)
            class=Kind::Quiet.class("icon small")
            aria-label=label.clone()
            title=label
            aria-disabled=move || reason().is_some().then_some("true")
            aria-description=reason
            on:click=click
        >
            <Icon name=if up { "chevron-up" } else { "chevron-down" } />
            {move || reason().map(|why| view! { <span class="tip" aria-hidden="true">{why}</span> })}
        </button>
    }
    .into_any()
}
