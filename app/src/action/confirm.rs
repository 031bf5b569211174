//! Asks before an action: what it will do is looked up first and told in numbers.

use std::{sync::Arc, time::Duration};

use domain::Error;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    ActionSpec, Actions, DialogField, Impact, Input,
    pending::{DialogState, PendingAction},
    use_actions,
};
use crate::ui::{Checkbox, Confirm, Note, TextField};

/// How long a click may seem to do nothing before a dialog opens without what it waits for.
pub const PATIENCE: Duration = Duration::from_millis(300);

#[component]
pub fn ConfirmAction(spec: Arc<dyn ActionSpec>) -> impl IntoView {
    let actions = use_actions();
    let dialog = DialogState::new();
    let (typed, chosen) = (RwSignal::new(String::new()), RwSignal::new(false));
    let input = move || Input { typed: typed.get(), chosen: chosen.get() };
    let words = spec.wording().unwrap_or_default();
    let field = spec.field();
    let running = actions.is_running(spec.key());
    actions.show(spec.key(), dialog);
    let impact = impact(&spec, dialog, actions, Signal::derive(input));
    let pending = PendingAction::new(spec, actions).confirmed_in(dialog);

    let expected = StoredValue::new(match &field {
        Some(DialogField::Typed { expected, missing, .. }) => Some((expected.clone(), *missing)),
        _ => None,
    });
    let missing = move || {
        let typed = typed.with(|typed| domain::text::trimmed(typed).to_owned());
        expected
            .with_value(|expected| {
                expected.as_ref().filter(|(name, _)| *name != typed).map(|(_, why)| (*why).to_owned())
            })
            .or_else(|| impact.get().and_then(|impact| impact.blocked))
    };
    let effects = move || impact.get().map(|impact| impact.effects).unwrap_or_default();
    let busy = move || running.get() || impact.with(Option::is_none);
    let confirm = Callback::new(move |()| pending.clone().run(untrack(input)));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if untrack(missing).is_none() && !untrack(busy) {
            confirm.run(());
        }
    };
    let asked = move || match field.clone()? {
        DialogField::Typed { label, id, help, .. } => Some(
            view! {
                <form method="post" on:submit=send>
                    <TextField label name="username" id=id value=typed help mono=true autofocus=true />
                </form>
            }
            .into_any(),
        ),
        DialogField::Choice { label, kept } => Some(
            view! {
                <Checkbox
                    checked=chosen
                    on_change=move |yes| chosen.set(yes)
                    label
                    help=kept.unwrap_or_default()
                    disabled=kept.is_some()
                />
            }
            .into_any(),
        ),
    };
    view! {
        <Confirm
            open=dialog.open
            title=words.title
            about=words.about
            verb=words.verb
            icon=words.icon
            danger=words.danger
            effects=Signal::derive(effects)
            busy=Signal::derive(busy)
            disabled_reason=missing
            on_confirm=confirm
        >
            <div role="alert">
                {move || dialog.error.get().map(|error| view! { <Note tone="bad">{error}</Note> })}
            </div>
            {asked()}
        </Confirm>
    }
    .into_any()
}

/// What it will do, and opens the dialog. Where that has to be looked up it is nothing until the answer is there, so
/// that nobody confirms before they know; the dialog opens with the answer, or without it where that takes long.
fn impact(
    spec: &Arc<dyn ActionSpec>,
    dialog: DialogState,
    actions: Actions,
    input: Signal<Input>,
) -> Signal<Option<Impact>> {
    let Some(looking) = spec.look_up() else {
        dialog.open.set(true);
        let spec = spec.clone();
        return Signal::derive(move || Some(spec.impact(input.get())));
    };
    let found = RwSignal::new(None);
    // It opens once: not again where it was closed meanwhile.
    let opened = StoredValue::new(false);
    let open = move || {
        if opened.try_update_value(|opened| !std::mem::replace(opened, true)) == Some(true) {
            dialog.open.set(true);
        }
    };
    set_timeout(open, PATIENCE);
    let pending = PendingAction::new(spec.clone(), actions).confirmed_in(dialog);
    spawn_local(async move {
        match looking.await {
            Some(impact) => {
                found.try_set(Some(impact));
                open();
            }
            // Nothing waits for the answer of a question that is not asked any more.
            None if found.is_disposed() => {}
            None => {
                opened.try_set_value(true);
                pending.refuse(&Error::NotFound);
            }
        }
    });
    found.into()
}
