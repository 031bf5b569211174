//! Creating a user: the dialog around the form, and the one-time password it may end with.

use domain::{text::isolated, users::NewUserForm};
use leptos::prelude::*;

use super::{
    action_dialogs::{Given, GivenPassword},
    create_form::Form,
    draft::Draft,
    field_inputs::Offered,
    server_fns::create_user,
};
use crate::{
    api::ApiError,
    layout::use_prover,
    ui::{Button, Dialog, Kind, Press, Toaster},
};

/// The password that a new user gets unless somebody types one.
const SAFE: &str = "random";

#[component]
pub fn CreateDialog(open: RwSignal<bool>, #[prop(into)] on_created: Callback<()>) -> impl IntoView {
    let draft = Draft::new();
    let offered = Offered::while_open(open, true);
    let given = RwSignal::new(None::<Given>);
    let toaster = expect_context::<Toaster>();
    let prover = use_prover();
    // Each time it opens afresh: no password waits in a form that somebody left.
    Effect::new(move |_| {
        if !open.get() {
            draft.clear(SAFE);
        }
    });
    let create = Action::new(|form: &NewUserForm| create_user(form.clone()));
    on_cleanup(move || prover.forget());
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
                    given.set(Some(Given { name: user.display_name, username: user.username, password, done }));
                }
                None => toaster.good(done),
            }
        }
        Some(Err(error)) if !prover.asked_by(&error, submit) => {
            let ApiError(error) = error;
            if draft.refuse(error, untrack(|| offered.defined())) {
                offered.fields.refetch();
            }
        }
        Some(Err(_)) | None => {}
    });
    let pending = create.pending();
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <Button kind=Kind::Primary busy=pending on_click=move |_| submit()>"Create user"</Button>
        }
    };
    view! {
        <Dialog open title="Create user" wide=true actions>
            <Form draft offered submit sending=pending />
        </Dialog>
        <GivenPassword given />
    }
}
