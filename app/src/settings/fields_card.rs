//! The custom fields in their order: adding, changing, moving and deleting them.

use domain::{
    Permission,
    fields::{FIELDS_MOST, Field, FieldId},
};
use leptos::prelude::*;

use super::{
    field_action::{AddExampleFields, DeleteField, FieldAction, MoveField},
    field_dialog::FieldDialog,
    field_line::FieldLine,
    server_fns::list_fields,
};
use crate::{
    action::{forget_with_page, use_actions},
    api::Answer,
    layout::{Problem, lacks},
    ui::{Button, Card, Empty, Kind, Loading},
};

type Fields = Resource<Answer<Vec<Field>>>;

#[component]
pub fn FieldsCard() -> impl IntoView {
    let fields = Resource::new(|| (), |()| list_fields());
    // A new one without a field, an existing one with it.
    let editing = RwSignal::new(None::<Option<Field>>);
    // Whose line the keyboard goes back to, and to which of its buttons.
    let back_to = RwSignal::new(None::<(FieldId, bool)>);
    let actions = use_actions();
    forget_with_page();
    let deleted = Callback::new(move |()| fields.refetch());
    // The keyboard follows what was moved.
    let moved = Callback::new(move |(id, up, done)| {
        if done {
            back_to.set(Some((id, up)));
        }
        fields.refetch();
    });
    let act = Callback::new(move |action| match action {
        FieldAction::Edit(field) => editing.set(Some(Some(field))),
        FieldAction::Delete(field) => actions.ask(DeleteField { field, on_settled: deleted }),
        FieldAction::Move { id, up } => actions.ask(MoveField { id, up, on_settled: moved }),
    });
    let lines = move || {
        Suspend::new(async move {
            match fields.await {
                Ok(list) if list.is_empty() => view! { <NoFields fields /> }.into_any(),
                Ok(list) => {
                    let count = list.len();
                    let line = |(at, field)| view! { <FieldLine field at count back_to act /> };
                    list.into_iter().enumerate().map(line).collect_view().into_any()
                }
                Err(error) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    let add = move || view! { <AddButton fields on_add=move |()| editing.set(Some(None)) /> };
    let place = move || {
        let (id, _) = back_to.get()?;
        let list = fields.get()?.ok()?;
        let at = list.iter().position(|field| field.id == id)?;
        Some(format!("{} is number {} of {}", list[at].name, at + 1, list.len()))
    };
    view! {
        <Card title="Custom fields" layout="lines" actions=add>
            <p class="line soft">
                "What you want to know about users beyond their names. Each field is asked for when somebody is created or edited, and can be a column of the users table."
            </p>
            <Transition fallback=|| view! { <Loading /> }>{lines}</Transition>
            <p class="hush" aria-live="polite"><Transition>{place}</Transition></p>
        </Card>
        <FieldDialog editing on_saved=move |()| fields.refetch() />
    }
    .into_any()
}

#[component]
fn AddButton(fields: Fields, #[prop(into)] on_add: Callback<()>) -> impl IntoView {
    let barred = lacks(Permission::EditSettings);
    let full = move || fields.get().and_then(Result::ok).is_some_and(|list| list.len() >= FIELDS_MOST as usize);
    // Only the browser looks: a page that waits for its fields waits in one place.
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let reason = move || {
        barred.get().or_else(|| (awake.get() && full()).then(|| format!("There can be at most {FIELDS_MOST} fields.")))
    };
    view! {
        <Button class="small" icon="plus" disabled_reason=reason on_click=move |_| on_add.run(())>"Add field"</Button>
    }
}

#[component]
fn NoFields(fields: Fields) -> impl IntoView {
    let actions = use_actions();
    let barred = lacks(Permission::EditSettings);
    let add = AddExampleFields { on_added: Callback::new(move |()| fields.refetch()) };
    let busy = actions.is_running(AddExampleFields::KEY.to_owned());
    let action = move || {
        view! {
            <Button
                kind=Kind::Primary
                icon="plus"
                busy
                disabled_reason=barred
                on_click=move |_| actions.ask(add)
            >
                "Add company, origin and location"
            </Button>
        }
    };
    view! {
        <Empty
            icon="building"
            title="No custom fields yet"
            text="Begin with the three that most organisations keep, or add one of your own."
            slim=true
            action
        />
    }
    .into_any()
}
