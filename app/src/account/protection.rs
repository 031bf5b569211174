//! The first administrator's protection, and handing it over to another administrator.

use domain::Error;
use leptos::{ev::SubmitEvent, prelude::*};

use super::server_fns::hand_over_protection;
use crate::{
    api::ApiError,
    layout::use_prover,
    ui::{Button, Card, Confirm, FormErrors, Press, TextField, Toaster},
};

#[component]
pub fn Protection(
    /// Told when the protection is somebody else's.
    #[prop(into)]
    on_gone: Callback<()>,
) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let prover = use_prover();
    on_cleanup(move || prover.forget());
    let open = RwSignal::new(false);
    let username = RwSignal::new(String::new());
    let error = RwSignal::new(None::<Error>);
    let hand_over = Action::new(|username: &String| hand_over_protection(username.clone()));
    let name = move || domain::text::trimmed(&username.get()).to_owned();
    let go = move || {
        hand_over.press(untrack(name));
    };
    Effect::new(move |_| match hand_over.value().get() {
        Some(Ok(())) => {
            open.set(false);
            toaster.good(format!("{} is protected now", untrack(name)));
            on_gone.run(());
        }
        Some(Err(failure)) if !prover.asked_by(&failure, go) => {
            open.set(false);
            error.set(Some(failure.0));
        }
        Some(Err(ApiError(_))) | None => {}
    });
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        let missing = untrack(name).is_empty();
        error.set(missing.then(|| Error::field("username", domain::Problem::Missing)));
        open.set(!missing);
    };
    let about = move || error.with(|e| e.as_ref().and_then(|e| e.about("username")));
    let problems = move || match error.get() {
        None => vec![],
        Some(Error::Invalid(fields)) => fields.into_iter().map(|e| (e.field, e.problem.sentence())).collect(),
        Some(other) => vec![(String::new(), other.sentence())],
    };
    let effects = move || {
        vec![
            ("unlock".to_owned(), "Other administrators can then disable, delete or demote you".to_owned()),
            ("lock".to_owned(), format!("Only {} can hand the protection on", name())),
        ]
    };
    view! {
        <Card title="First administrator">
            <form method="post" class="form" on:submit=ask novalidate>
                <p class="soft">
                    "Nobody else can disable or delete you, change your groups or give your account an end. Before you \
                     leave, hand this protection to another administrator."
                </p>
                <FormErrors errors=Signal::derive(problems) />
                <TextField
                    label="Username of another administrator"
                    name="username"
                    value=username
                    error=Signal::derive(about)
                    required=true
                />
                <div class="row">
                    <Button submit=true>"Hand over"</Button>
                </div>
            </form>
        </Card>
        <Confirm
            open
            title=Signal::derive(move || format!("Hand the protection to {}?", name()))
            about="You stay an administrator. Only they can give the protection back."
            verb=Signal::derive(move || format!("Hand over to {}", name()))
            effects=Signal::derive(effects)
            busy=hand_over.pending()
            on_confirm=move |()| go()
        />
    }
    .into_any()
}
