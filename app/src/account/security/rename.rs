//! Giving a passkey another name.

use leptos::{ev::SubmitEvent, prelude::*};

use super::state::use_own;
use crate::{
    account::server_fns::rename_passkey,
    api::ApiError,
    reauthentication::use_reauthentication,
    ui::{Button, Dialog, Kind, Press, TextField, Toaster},
};

#[component]
pub(super) fn Rename() -> impl IntoView {
    let own = use_own();
    let reauthentication = use_reauthentication();
    let toaster = expect_context::<Toaster>();
    let open = RwSignal::new(false);
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if let Some(row) = own.renaming.get() {
            name.set(row.name);
            error.set(None);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            own.renaming.set(None);
        }
    });
    let rename = Action::new(move |name: &String| {
        let (id, name) = (own.renaming.get_untracked().map(|row| row.id), name.clone());
        async move {
            match id {
                Some(id) => rename_passkey(id, name).await,
                None => Ok(()),
            }
        }
    });
    let go = move || {
        rename.press(name.get_untracked());
    };
    Effect::new(move |_| match rename.value().get() {
        Some(Ok(())) => {
            open.set(false);
            own.changed();
            toaster.good("Passkey renamed");
        }
        Some(Err(failure)) if !reauthentication.handles(&failure, go) => error.set(Some(failure.0.sentence())),
        Some(Err(ApiError(_))) | None => {}
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        error.set(None);
        go();
    };
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <button
                type="submit"
                form="rename-passkey"
                class=Kind::Primary.class("")
                aria-disabled=move || rename.pending().get().then_some("true")
            >
                "Rename"
            </button>
        }
    };
    view! {
        <Dialog open title="Rename the passkey" actions>
            <form id="rename-passkey" method="post" class="form" on:submit=send novalidate>
                <TextField
                    label="Name"
                    name="passkey_name"
                    id="rename-passkey-name"
                    value=name
                    error=error
                    maxlength=60
                    required=true
                    autofocus=true
                />
            </form>
        </Dialog>
    }
    .into_any()
}
