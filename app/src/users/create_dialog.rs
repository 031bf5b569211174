//! Creating a user: the dialog around the form.

use domain::{text::isolated, users::NewUserForm};
use leptos::prelude::*;

use super::{create_form::Form, draft::Draft, field_inputs::Offered, server_fns::create_user};
use crate::{
    action::{OneTimePassword, use_actions},
    api::ApiError,
    reauthentication::use_reauthentication,
    ui::{Button, Dialog, Kind, Press, Toaster},
};

/// The password that a new user gets unless somebody types one.
const SAFE: &str = "random";

#[component]
pub fn CreateDialog(open: RwSignal<bool>, #[prop(into)] on_created: Callback<()>) -> impl IntoView {
    let draft = Draft::new();
    let offered = Offered::while_open(open, true);
    let actions = use_actions();
    let toaster = expect_context::<Toaster>();
    let reauthentication = use_reauthentication();
    // Each time it opens afresh: no password waits in a form that somebody left.
    Effect::new(move |_| {
        if !open.get() {
            draft.clear(SAFE);
        }
    });
    let create = Action::new(|form: &NewUserForm| create_user(form.clone()));
    on_cleanup(move || reauthentication.forget());
    let submit = move || {
        // The browser knows the same rules: no need to ask the server about a blank name.
        let accepted = || draft.accepts(draft.new_user().parse(), untrack(|| offered.defined()));
        if !create.pending().get_untracked() && accepted() {
            create.press(draft.new_user());
        }
    };
    Effect::new(move |_| match create.value().get() {
        Some(Ok(user)) => {
            open.set(false);
            draft.clear(SAFE);
            on_created.run(());
            let done = format!("{} can sign in now", isolated(&user.display_name));
            match user.one_time_password {
                Some(password) => {
                    actions.show_once(OneTimePassword {
                        name: user.display_name,
                        username: user.username,
                        password,
                        done,
                    });
                }
                None => toaster.good(done),
            }
        }
        Some(Err(error)) if !reauthentication.handles(&error, submit) => {
            let ApiError(error) = error;
            if draft.refuse(error, untrack(|| offered.defined())) {
                offered.fields.refetch();
            }
        }
        Some(Err(_)) | None => {}
    });
    let pending = create.pending();
    let buttons = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <Button kind=Kind::Primary busy=pending on_click=move |_| submit()>"Create user"</Button>
        }
    };
    view! {
        <Dialog open title="Create user" wide=true actions=buttons>
            <Form draft offered submit sending=pending />
        </Dialog>
    }
}
