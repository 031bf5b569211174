//! A new passkey: its name first, so that nothing is left over on a device when somebody
//! thinks better of it.

use domain::{Error, factors::Factors};
use leptos::{ev::SubmitEvent, prelude::*};

use super::state::{EndsOthers, use_own};
use crate::{
    account::{
        passkey_signals::{tell_accepted, tell_names},
        server_fns::{add_passkey, begin_passkey},
    },
    api::ApiError,
    reauthentication::use_reauthentication,
    ui::{Button, Dialog, Kind, Note, Press, TextField, Toaster, new_passkey},
};

/// What the browser made and the server has not taken yet.
#[derive(Clone)]
struct Made {
    ticket: String,
    answer: String,
}

#[derive(Clone)]
enum Done {
    Added(Option<Vec<String>>),
    /// The server wants something else first, or another name. Proof is asked for before the
    /// browser makes anything.
    Waits(ApiError, Option<Made>),
    Failed(String),
}

async fn make(made: Option<Made>, name: String) -> Done {
    let made = match made {
        Some(made) => made,
        None => match begin_passkey().await {
            Err(error) if waits(&error.0) => return Done::Waits(error, None),
            Err(ApiError(error)) => return Done::Failed(error.sentence()),
            Ok(question) => match new_passkey(&question.options).await {
                Ok(answer) => Made { ticket: question.ticket, answer },
                Err(words) => return Done::Failed(words),
            },
        },
    };
    match add_passkey(made.ticket.clone(), made.answer.clone(), name).await {
        Ok(codes) => Done::Added(codes),
        Err(error) if waits(&error.0) => Done::Waits(error, Some(made)),
        Err(ApiError(error)) => {
            // Not that this one is unknown: it may have been stored, and the answer got lost.
            tell_accepted();
            Done::Failed(error.sentence())
        }
    }
}

fn waits(error: &Error) -> bool {
    matches!(error, Error::ProofNeeded | Error::SignedOut | Error::Busy { .. }) || error.about("name").is_some()
}

#[component]
pub(super) fn AddPasskey() -> impl IntoView {
    let own = use_own();
    let open = own.adding_passkey;
    let reauthentication = use_reauthentication();
    let toaster = expect_context::<Toaster>();
    let name = RwSignal::new(String::new());
    let about_name = RwSignal::new(None::<String>);
    let failed = RwSignal::new(None::<String>);
    let made = StoredValue::new(None::<Made>);
    Effect::new(move |_| {
        open.track();
        name.set(String::new());
        about_name.set(None);
        failed.set(None);
        if made.try_update_value(Option::take).flatten().is_some() {
            tell_accepted();
        }
    });
    let add = Action::new_unsync(move |name: &String| make(made.get_value(), name.clone()));
    let go = move || {
        add.press(name.get_untracked());
    };
    Effect::new(move |_| match add.value().get() {
        Some(Done::Added(codes)) => {
            made.set_value(None);
            open.set(false);
            own.factors_changed();
            own.codes.set(codes);
            // Older ones may go by an older name.
            tell_names();
            toaster.good("Passkey added");
        }
        Some(Done::Waits(failure, kept)) => {
            made.set_value(kept);
            if !reauthentication.handles(&failure, go) {
                match failure.0.about("name") {
                    Some(words) => about_name.set(Some(words)),
                    None => failed.set(Some(failure.0.sentence())),
                }
            }
        }
        Some(Done::Failed(words)) => {
            made.set_value(None);
            failed.set(Some(words));
        }
        None => {}
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        about_name.set(None);
        failed.set(None);
        go();
    };
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <button
                type="submit"
                form="add-passkey"
                class=Kind::Primary.class("")
                aria-disabled=move || add.pending().get().then_some("true")
            >
                "Create passkey"
            </button>
        }
    };
    let told = move || failed.get().map(|words| view! { <Note tone="bad">{words}</Note> });
    view! {
        <Dialog
            open
            title="Add a passkey"
            about="Your device, a security key or a password manager keeps it, and asks for a finger, a face or a PIN."
            actions
        >
            <div role="alert">{told}</div>
            <EndsOthers kind=Factors::PASSKEY />
            <form id="add-passkey" method="post" class="form" on:submit=send novalidate>
                <TextField
                    label="Name"
                    name="new_passkey_name"
                    id="new-passkey-name"
                    value=name
                    error=about_name
                    help="To tell it from others, such as Work laptop. Left empty, it is named after what keeps it."
                    maxlength=60
                    optional=true
                    autofocus=true
                />
            </form>
        </Dialog>
    }
    .into_any()
}
