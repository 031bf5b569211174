//! Deleting a custom field: asks first, since its values go with it.

use domain::fields::{Field, FieldId};
use leptos::prelude::*;

use super::server_fns::delete_field;
use crate::{
    api::ApiError,
    layout::use_prover,
    ui::{Confirm, Press, Toaster},
};

#[component]
pub fn FieldDelete(deleting: RwSignal<Option<Field>>, #[prop(into)] on_deleted: Callback<()>) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let prover = use_prover();
    let open = RwSignal::new(false);
    // Kept while the dialog goes, so that its words do not vanish first.
    let name = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(field) = deleting.get() {
            name.set(field.name);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            deleting.set(None);
        }
    });
    let delete = Action::new(|id: &FieldId| delete_field(*id));
    let submit = move || {
        if let Some(field) = deleting.get_untracked() {
            delete.press(field.id);
        }
    };
    Effect::new(move |_| match delete.value().get() {
        Some(Ok(())) => {
            open.set(false);
            toaster.good(format!("{} deleted", name.get_untracked()));
            on_deleted.run(());
        }
        Some(Err(error)) if !prover.asked_by(&error, submit) => {
            let ApiError(error) = error;
            open.set(false);
            toaster.bad(error.sentence());
            on_deleted.run(());
        }
        Some(Err(_)) | None => {}
    });
    let effects = vec![
        ("users".to_owned(), "Its values disappear from every user".to_owned()),
        ("log".to_owned(), "What the audit log says of it stays".to_owned()),
    ];
    view! {
        <Confirm
            open
            title=Signal::derive(move || format!("Delete the field {}?", name.get()))
            verb=Signal::derive(move || format!("Delete {}", name.get()))
            about="This cannot be undone."
            effects=effects
            danger=true
            icon="bin"
            busy=delete.pending()
            on_confirm=move |()| submit()
        />
    }
    .into_any()
}
