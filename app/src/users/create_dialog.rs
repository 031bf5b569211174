//! Creating a user: the dialog around the form, and the one-time password it may end with.

use domain::users::{CreatedUser, NewUserForm};
use leptos::prelude::*;

use super::{
    create_form::{Draft, Form},
    server_fns::create_user,
};
use crate::{
    api::ApiError,
    layout::use_prover,
    ui::{Button, Dialog, Kind, SecretOnce, Toaster},
};

#[component]
pub fn CreateDialog(open: RwSignal<bool>, #[prop(into)] on_created: Callback<()>) -> impl IntoView {
    let draft = Draft::new();
    let created = RwSignal::new(None::<CreatedUser>);
    let secret_open = RwSignal::new(false);
    let toaster = expect_context::<Toaster>();
    let prover = use_prover();
    // Each time it opens afresh: no password waits in a form that somebody left.
    Effect::new(move |_| {
        if !open.get() {
            draft.clear();
        }
    });
    let create = Action::new(|form: &NewUserForm| create_user(form.clone()));
    on_cleanup(move || prover.forget());
    let submit = move || {
        if create.pending().get_untracked() {
            return;
        }
        draft.error.set(None);
        // The browser knows the same rules: no need to ask the server about a blank name.
        match draft.form().parse() {
            Ok(_) => drop(create.dispatch(draft.form())),
            Err(error) => draft.error.set(Some(error)),
        }
    };
    Effect::new(move |_| match create.value().get() {
        Some(Ok(user)) => {
            open.set(false);
            draft.clear();
            on_created.run(());
            if user.one_time_password.is_some() {
                secret_open.set(true);
            } else {
                toaster.good(format!("{} can sign in now", user.display_name));
            }
            created.set(Some(user));
        }
        Some(Err(error)) if !prover.asked_by(&error, submit) => {
            let ApiError(error) = error;
            draft.error.set(Some(error));
        }
        Some(Err(_)) | None => {}
    });
    let secret = move || created.with(|c| c.as_ref().and_then(|c| c.one_time_password.clone()));
    let about = move || {
        created.with(|created| {
            created.as_ref().map(|user| {
                format!(
                    "Give it to {} in person or over a channel you trust. It works with the username {} \
                     until the first sign-in, which asks for a new one.",
                    user.display_name, user.username
                )
            })
        })
    };
    let done = move |()| {
        if let Some(user) = created.try_update(Option::take).flatten() {
            toaster.good(format!("{} can sign in now", user.display_name));
        }
    };
    let pending = create.pending();
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <Button kind=Kind::Primary busy=pending on_click=move |_| submit()>"Create user"</Button>
        }
    };
    view! {
        <Dialog open title="Create user" wide=true actions>
            <Form draft open submit />
        </Dialog>
        <SecretOnce
            open=secret_open
            title="One-time password"
            about=Signal::derive(about)
            secret=Signal::derive(move || secret().unwrap_or_default())
            file_name="one-time-password.txt"
            on_done=done
        />
    }
}
