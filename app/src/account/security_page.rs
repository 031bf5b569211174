//! One's own password.

use domain::{Error, audit::plural};
use leptos::{ev::SubmitEvent, prelude::*};

use super::server_fns::{change_own_password, own_profile};
use crate::{
    api::ApiError,
    layout::{Page, use_viewer},
    ui::{Button, Card, Checkbox, FormErrors, Kind, PasswordField, Time, TimeStyle, Toaster},
};

#[component]
pub fn SecurityPage() -> impl IntoView {
    view! {
        <Page title="Security">
            <Password />
        </Page>
    }
}

#[component]
fn Password() -> impl IntoView {
    let profile = Resource::new(|| (), |()| own_profile());
    let toaster = expect_context::<Toaster>();
    let username = use_viewer().with_untracked(|viewer| viewer.username.clone());
    let current = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let end_others = RwSignal::new(true);
    let error = RwSignal::new(None::<Error>);
    let change = Action::new(|(current, new, end_others): &(String, String, bool)| {
        change_own_password(current.clone(), new.clone(), *end_others)
    });
    Effect::new(move |_| match change.value().get() {
        Some(Ok(ended)) => {
            current.set(String::new());
            new.set(String::new());
            profile.refetch();
            toaster.good(match ended {
                0 => "Password changed".to_owned(),
                n => format!("Password changed, {} ended", plural(n, "other session")),
            });
        }
        Some(Err(ApiError(failure))) => error.set(Some(failure)),
        None => {}
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        error.set(None);
        change.dispatch((current.get_untracked(), new.get_untracked(), end_others.get_untracked()));
    };
    let about =
        move |field: &'static str| Signal::derive(move || error.with(|e| e.as_ref().and_then(|e| e.about(field))));
    let problems = move || match error.get() {
        None => vec![],
        Some(Error::Invalid(fields)) => fields.into_iter().map(|e| (e.field, e.problem.sentence())).collect(),
        Some(other) => vec![(String::new(), other.sentence())],
    };
    let changed = move || {
        Suspend::new(async move {
            let at = profile.await.ok().and_then(|profile| profile.password_changed_at);
            at.map(|ms| view! { <span class="softer">"Changed "<Time ms style=TimeStyle::Within /></span> })
        })
    };
    view! {
        <Card title="Password" actions=move || view! { <Transition>{changed}</Transition> }>
            <form method="post" class="form" on:submit=send novalidate>
                <FormErrors errors=Signal::derive(problems) />
                // Password managers look for it; nobody else needs to see it.
                <input type="text" name="username" autocomplete="username" value=username readonly hidden />
                <PasswordField
                    label="Current password"
                    name="current"
                    value=current
                    autocomplete="current-password"
                    error=about("current")
                    required=true
                />
                <PasswordField
                    label="New password"
                    name="new"
                    value=new
                    autocomplete="new-password"
                    error=about("new")
                    help="At least 15 characters. Several unrelated words are easy to keep and hard to guess."
                    required=true
                />
                <Checkbox
                    checked=end_others
                    on_change=move |yes| end_others.set(yes)
                    label="Sign me out everywhere else"
                />
                <div class="row">
                    <Button kind=Kind::Primary submit=true busy=change.pending()>"Change password"</Button>
                </div>
            </form>
        </Card>
    }
}
