//! A password that Keydesk made up: shown once, to the person who asked for it.

use domain::text::isolated;
use leptos::prelude::*;

use super::use_actions;
use crate::ui::SecretOnce;

/// For which user it is, and what to say when it has been stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimePassword {
    pub name: String,
    pub username: String,
    pub password: String,
    pub done: String,
}

/// There while there is one; it is forgotten as soon as it is acknowledged.
#[component]
pub fn OneTimePasswordDialog() -> impl IntoView {
    let actions = use_actions();
    let given = actions.one_time_password;
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if given.with(Option::is_some) {
            open.set(true);
        }
    });
    let about = move || {
        given.with(|given| {
            given.as_ref().map(|OneTimePassword { name, username, .. }| {
                let name = isolated(name);
                format!(
                    "Give it to {name} in person or over a channel you trust. It works with the username {username} \
                     until the next sign-in, which asks for a new one."
                )
            })
        })
    };
    let secret = move || given.with(|given| given.as_ref().map(|it| it.password.clone())).unwrap_or_default();
    let done = move |()| {
        if let Some(given) = given.try_update(Option::take).flatten() {
            actions.toaster.good(given.done);
        }
    };
    view! {
        <SecretOnce
            open
            title="One-time password"
            about=Signal::derive(about)
            secret=Signal::derive(secret)
            file_name="one-time-password.txt"
            on_done=done
        />
    }
}
