//! The custom fields in their order: adding, changing, moving and deleting them.

use domain::{
    Permission,
    fields::{FIELDS_MOST, Field, FieldId},
};
use leptos::prelude::*;

use super::{
    field_delete::FieldDelete,
    field_dialog::FieldDialog,
    field_line::FieldLine,
    server_fns::{add_example_fields, list_fields, move_field},
};
use crate::{
    api::{Answer, ApiError},
    layout::{Problem, lacks, use_prover},
    ui::{Button, Card, Empty, Kind, Loading, Press, Toaster},
};

type Fields = Resource<Answer<Vec<Field>>>;

/// What can be asked for from a line.
#[derive(Clone, Debug)]
pub enum Wish {
    Edit(Field),
    Delete(Field),
    Move { id: FieldId, up: bool },
}

#[component]
pub fn FieldsCard() -> impl IntoView {
    let fields = Resource::new(|| (), |()| list_fields());
    // A new one without a field, an existing one with it.
    let editing = RwSignal::new(None::<Option<Field>>);
    let deleting = RwSignal::new(None::<Field>);
    // Whose line the keyboard goes back to, and to which of its buttons.
    let back_to = RwSignal::new(None::<(FieldId, bool)>);
    let moving = moving(fields, back_to);
    let prover = use_prover();
    on_cleanup(move || prover.forget());
    let wish = Callback::new(move |wish| match wish {
        Wish::Edit(field) => editing.set(Some(Some(field))),
        Wish::Delete(field) => deleting.set(Some(field)),
        Wish::Move { id, up } => moving.run((id, up)),
    });
    let lines = move || {
        Suspend::new(async move {
            match fields.await {
                Ok(list) if list.is_empty() => view! { <NoFields fields /> }.into_any(),
                Ok(list) => {
                    let count = list.len();
                    let line = |(at, field)| view! { <FieldLine field at count back_to wish /> };
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
        <FieldDelete deleting on_deleted=move |()| fields.refetch() />
    }
    .into_any()
}

/// Moves a field by one place, and then the keyboard after it.
fn moving(fields: Fields, back_to: RwSignal<Option<(FieldId, bool)>>) -> Callback<(FieldId, bool)> {
    let toaster = expect_context::<Toaster>();
    let prover = use_prover();
    let act = Action::new(|(id, up): &(FieldId, bool)| {
        let (id, up) = (*id, *up);
        async move { ((id, up), move_field(id, up).await) }
    });
    Effect::new(move |_| match act.value().get() {
        Some((moved, Ok(()))) => {
            back_to.set(Some(moved));
            fields.refetch();
        }
        Some((moved, Err(error))) if !prover.asked_by(&error, move || act.press(moved)) => {
            let ApiError(error) = error;
            toaster.bad(error.sentence());
            fields.refetch();
        }
        Some(_) | None => {}
    });
    Callback::new(move |moved| {
        act.press(moved);
    })
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
    let toaster = expect_context::<Toaster>();
    let prover = use_prover();
    let barred = lacks(Permission::EditSettings);
    let add = Action::new(|(): &()| add_example_fields());
    Effect::new(move |_| match add.value().get() {
        Some(Ok(_)) => {
            toaster.good("Company, origin and location added");
            fields.refetch();
        }
        Some(Err(error)) if !prover.asked_by(&error, move || add.press(())) => {
            let ApiError(error) = error;
            toaster.bad(error.sentence());
        }
        Some(Err(_)) | None => {}
    });
    let action = move || {
        view! {
            <Button
                kind=Kind::Primary
                icon="plus"
                busy=add.pending()
                disabled_reason=barred
                on_click=move |_| add.press(())
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
