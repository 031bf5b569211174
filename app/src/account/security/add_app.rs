//! Setting up an authenticator app: a secret to scan, and a code of it to prove that it works.

use domain::{
    Error,
    factors::{AppSetup, Factors},
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::state::{EndsOthers, use_own};
use crate::{
    account::server_fns::{add_app, begin_app},
    api::ApiError,
    reauthentication::use_reauthentication,
    ui::{Button, Dialog, Kind, Loading, Note, Press, TextField, Toaster, copy},
};

#[component]
pub(super) fn AddApp() -> impl IntoView {
    let own = use_own();
    let open = own.adding_app;
    let reauthentication = use_reauthentication();
    let toaster = expect_context::<Toaster>();
    let setup = RwSignal::new(None::<AppSetup>);
    let code = RwSignal::new(String::new());
    let error = RwSignal::new(None::<Error>);
    let begin = Action::new(|(): &()| begin_app());
    Effect::new(move |_| {
        setup.set(None);
        code.set(String::new());
        error.set(None);
        if open.get() {
            begin.request(());
        }
    });
    Effect::new(move |_| match begin.value().get() {
        Some(Ok(begun)) => setup.set(Some(begun)),
        Some(Err(failure)) if !reauthentication.handles(&failure, move || begin.request(())) => {
            error.set(Some(failure.0));
        }
        Some(Err(ApiError(_))) | None => {}
    });
    let add = Action::new(|(ticket, code): &(String, String)| add_app(ticket.clone(), code.clone()));
    let go = move || {
        let ticket = setup.with_untracked(|setup| setup.as_ref().map(|setup| setup.ticket.clone()));
        if let Some(ticket) = ticket {
            add.press((ticket, code.get_untracked()));
        }
    };
    Effect::new(move |_| match add.value().get() {
        Some(Ok(codes)) => {
            let replaced = own.list.with_untracked(|list| list.app_since.is_some());
            open.set(false);
            own.factors_changed();
            own.codes.set(codes);
            toaster.good(if replaced { "Authenticator app replaced" } else { "Authenticator app set up" });
        }
        Some(Err(failure)) if !reauthentication.handles(&failure, go) => error.set(Some(failure.0)),
        Some(Err(ApiError(_))) | None => {}
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        error.set(None);
        go();
    };
    let about = Signal::derive(move || error.with(|e| e.as_ref().and_then(|e| e.about("code"))));
    let whole = move || {
        let other = error.get().filter(|error| !matches!(error, Error::Invalid(_)));
        other.map(|error| view! { <Note tone="bad">{error.sentence()}</Note> })
    };
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <button
                type="submit"
                form="add-app"
                class=Kind::Primary.class("")
                aria-disabled=move || (add.pending().get() || setup.with(Option::is_none)).then_some("true")
            >
                "Verify"
            </button>
        }
    };
    let title = Signal::derive(move || {
        let replaces = own.list.with(|list| list.app_since.is_some());
        if replaces { "Replace the authenticator app" } else { "Set up an authenticator app" }.to_owned()
    });
    let kept = move || {
        own.list.with(|list| list.app_since.is_some()).then(|| {
            view! { <p class="soft">"The app that you have goes on to count until the new one is verified."</p> }
        })
    };
    let secret = move || match setup.get() {
        None => view! { <Loading /> }.into_any(),
        Some(setup) => view! { <Secret setup /> }.into_any(),
    };
    view! {
        <Dialog open title actions>
            <div role="alert">{whole}</div>
            {kept}
            <EndsOthers kind=Factors::APP />
            {secret}
            <form id="add-app" method="post" class="form" on:submit=send novalidate>
                <TextField
                    label="Code that the app shows"
                    name="app_code"
                    id="app-code"
                    value=code
                    error=about
                    inputmode="numeric"
                    autocomplete="one-time-code"
                    maxlength=24
                    required=true
                    autofocus=true
                />
            </form>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Secret(setup: AppSetup) -> impl IntoView {
    let copied = RwSignal::new(false);
    let plain: String = setup.secret.split_whitespace().collect();
    view! {
        <p class="soft">"Scan this with an authenticator app, or type the secret into it."</p>
        <div class="app-secret">
            // Made by us from characters of our own.
            <div class="qr" role="img" aria-label="QR code for an authenticator app" inner_html=setup.picture></div>
            <div class="secret">
                <code class="value" aria-label="Secret" role="group">{setup.secret}</code>
                <div class="row wrap">
                    <Button
                        class="small"
                        icon="copy"
                        on_click=move |_| {
                            copied.set(copy(&plain));
                        }
                    >
                        {move || if copied.get() { "Copied" } else { "Copy the secret" }}
                    </Button>
                    <a class="link" href=setup.link rel="external">"Open in an app here"</a>
                </div>
            </div>
        </div>
    }
}
