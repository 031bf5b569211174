//! One's own password: changing it, setting one, going without.

use domain::{Error, audit::plural, factors::Factors};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{actions::OwnFactorAction, state::use_own, strength::StrengthMeter};
use crate::{
    account::server_fns::change_own_password,
    api::ApiError,
    layout::use_viewer,
    reauthentication::use_reauthentication,
    ui::{Button, Card, Checkbox, FormErrors, Kind, PasswordField, Press, Time, TimeStyle, Toaster},
};

#[component]
pub(super) fn PasswordCard() -> impl IntoView {
    let own = use_own();
    let has = own.has(Factors::PASSWORD);
    let changed = move || {
        let at = own.list.with(|list| list.password_changed_at);
        at.map(|ms| view! { <span class="softer">"Changed "<Time ms style=TimeStyle::Within /></span> })
    };
    view! {
        <Card title="Password" actions=move || view! { {changed} }>
            {move || view! { <PasswordForm has=has.get() /> }}
        </Card>
    }
}

/// `has`: whether there is one already, which is then asked for.
#[component]
fn PasswordForm(has: bool) -> impl IntoView {
    let own = use_own();
    let reauthentication = use_reauthentication();
    let toaster = expect_context::<Toaster>();
    let username = use_viewer().with_untracked(|viewer| viewer.username.clone());
    let current = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let end_others = RwSignal::new(true);
    let error = RwSignal::new(None::<Error>);
    let change = Action::new(|(current, new, end_others): &(String, String, bool)| {
        change_own_password(current.clone(), new.clone(), *end_others)
    });
    let go = move || {
        change.press((current.get_untracked(), new.get_untracked(), end_others.get_untracked()));
    };
    Effect::new(move |_| match change.value().get() {
        Some(Ok(ended)) => {
            current.set(String::new());
            new.set(String::new());
            // Whoever changes a password is asked about the others in the form.
            if has {
                own.changed()
            } else {
                own.factors_changed()
            }
            toaster.good(match ended {
                _ if !has => "Password set".to_owned(),
                0 => "Password changed".to_owned(),
                n => format!("Password changed, {} ended", plural(n, "other session")),
            });
        }
        Some(Err(failure)) if !reauthentication.handles(&failure, go) => error.set(Some(failure.0)),
        Some(Err(ApiError(_))) | None => {}
    });
    let paused = Signal::derive(move || change.pending().get() || reauthentication.is_open());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        error.set(None);
        go();
    };
    let about =
        move |field: &'static str| Signal::derive(move || error.with(|e| e.as_ref().and_then(|e| e.about(field))));
    let problems = move || match error.get() {
        None => vec![],
        Some(Error::Invalid(fields)) => fields.into_iter().map(|e| (e.field, e.problem.sentence())).collect(),
        Some(other) => vec![(String::new(), other.sentence())],
    };
    let asks_current = has.then(|| {
        view! {
            <PasswordField
                label="Current password"
                name="current"
                value=current
                autocomplete="current-password"
                error=about("current")
                required=true
            />
        }
    });
    let elsewhere = has.then(|| {
        view! {
            <Checkbox
                checked=end_others
                on_change=move |yes| end_others.set(yes)
                label="Sign me out everywhere else"
            />
        }
    });
    // Whoever has no passkey needs no way to what cannot be.
    let without = move || {
        let can = has && own.list.with(|list| list.working().has(Factors::PASSKEY));
        can.then(|| {
            view! {
                <Button kind=Kind::Quiet class="bad" on_click=move |_| own.ask(OwnFactorAction::RemovePassword)>
                    "Remove password"
                </Button>
            }
        })
    };
    view! {
        <form method="post" class="form" on:submit=send novalidate>
            {(!has).then(|| view! {
                <p class="soft">
                    "You have none: passkeys let you in. A password is another way in, for a browser without passkeys."
                </p>
            })}
            <FormErrors errors=Signal::derive(problems) />
            // Password managers look for it; nobody else needs to see it.
            <input type="text" name="username" autocomplete="username" value=username readonly hidden />
            {asks_current}
            <div class="stack tight">
                <PasswordField
                    label="New password"
                    name="new"
                    value=new
                    autocomplete="new-password"
                    error=about("new")
                    help="Several unrelated words are easy to keep and hard to guess."
                    required=true
                />
                <StrengthMeter value=new paused />
            </div>
            {elsewhere}
            <div class="row wrap">
                <Button kind=if has { Kind::Primary } else { Kind::Plain } submit=true busy=change.pending()>
                    {if has { "Change password" } else { "Set a password" }}
                </Button>
                {without}
            </div>
        </form>
    }
    .into_any()
}
