//! Signing in again without leaving the page. Whatever asks the server for something after the
//! session has ended opens this dialog; nothing typed is lost, and what was asked for goes on.

use domain::{Error, factors::Step, text};
use leptos::{ev::SubmitEvent, prelude::*};

use super::use_viewer;
use crate::{
    account::server_fns::{own_profile, sign_in_here},
    api::{ApiError, when_signed_out},
    ui::{Avatar, Dialog, Kind, LinkButton, PasswordField},
};

#[derive(Clone, Copy)]
pub struct SignInHere {
    open: RwSignal<bool>,
    /// What was asked for in vain, to be asked again.
    waiting: StoredValue<Vec<Callback<()>>>,
    /// Parts of the page that could not be loaded.
    missing: StoredValue<u32>,
}

impl SignInHere {
    /// Where the error says that nobody is signed in: asks to, then calls `again`. Says whether it did.
    pub fn asked_by(&self, error: &ApiError, again: impl Fn() + Send + Sync + 'static) -> bool {
        let asked = error.0 == Error::SignedOut;
        if asked {
            self.then(Callback::new(move |()| again()));
        }
        asked
    }

    pub(super) fn then(&self, again: Callback<()>) {
        self.waiting.update_value(|waiting| waiting.push(again));
        self.open.set(true);
    }

    /// For pages that go away: what they wanted to do afterwards goes with them.
    pub fn forget(&self) {
        self.waiting.try_update_value(Vec::clear);
    }

    /// For as long as the caller's view lives, something is missing that signing in brings back.
    pub(super) fn misses_something(self) {
        Effect::new(move |_| self.missing.update_value(|count| *count += 1));
        on_cleanup(move || {
            self.missing.try_update_value(|count| *count = count.saturating_sub(1));
        });
    }

    /// The same person is back.
    fn go_on(&self) {
        let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        self.open.set(false);
        if waiting.is_empty() && self.missing.get_value() > 0 {
            reload();
        }
        untrack(|| waiting.into_iter().for_each(|again| again.run(())));
    }
}

fn reload() {
    let _ = window().location().reload();
}

/// Call once above all pages, before [`super::provide_prover`].
pub fn provide_sign_in_here() {
    let open = RwSignal::new(false);
    when_signed_out(Callback::new(move |()| open.set(true)));
    provide_context(SignInHere { open, waiting: StoredValue::new(vec![]), missing: StoredValue::new(0) });
}

pub fn use_sign_in_here() -> SignInHere {
    expect_context()
}

/// Once per document.
#[component]
pub fn SignInDialog() -> impl IntoView {
    let here = use_sign_in_here();
    let viewer = use_viewer();
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let sign_in = Action::new(|(username, password): &(String, String)| {
        let (username, password) = (username.clone(), password.clone());
        async move {
            sign_in_here(Step::Password { username, password }).await?;
            // Whoever has something to do first is told so here.
            own_profile().await
        }
    });
    Effect::new(move |was_open: Option<bool>| {
        let now_open = here.open.get();
        if was_open != Some(now_open) {
            password.set(String::new());
            error.set(None);
        }
        if was_open == Some(true) && !now_open {
            here.forget();
        }
        now_open
    });
    Effect::new(move |_| match sign_in.value().get() {
        Some(Ok(profile)) if profile.id == viewer.with_untracked(|viewer| viewer.id) => here.go_on(),
        Some(Ok(_)) => reload(),
        Some(Err(ApiError(Error::ObligationFirst(_)))) => drop(window().location().set_href("/new-password")),
        Some(Err(ApiError(failure))) => error.set(Some(failure.sentence())),
        None => {}
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if sign_in.pending().get_untracked() {
            return;
        }
        error.set(None);
        let username = viewer.with_untracked(|viewer| viewer.username.clone());
        sign_in.dispatch((username, password.get_untracked()));
    };
    let actions = move || {
        let place = window().location();
        let wanted = place.pathname().unwrap_or_default() + &place.search().unwrap_or_default();
        view! {
            <LinkButton href=text::sign_in_address(&wanted) kind=Kind::Quiet external=true>
                "Sign in as somebody else"
            </LinkButton>
            <button
                type="submit"
                form="sign-in-here"
                class=Kind::Primary.class("")
                aria-disabled=move || sign_in.pending().get().then_some("true")
            >
                "Sign in"
            </button>
        }
    };
    let who = move || {
        let (name, username, hue) =
            viewer.with(|viewer| (viewer.display_name.clone(), viewer.username.clone(), viewer.id.hue()));
        view! {
            <div class="who">
                <Avatar name=name.clone() hue />
                <div><b>{name}</b><span class="sub">{username}</span></div>
            </div>
        }
    };
    let username = move || viewer.with(|viewer| viewer.username.clone());
    view! {
        <Dialog
            open=here.open
            title="Sign in again"
            about="You are signed out. Your session was ended. What you typed is still here."
            actions
        >
            <form id="sign-in-here" method="post" class="form" on:submit=submit>
                {who}
                // Password managers look for it.
                <input type="text" name="username" autocomplete="username" value=username readonly hidden />
                <PasswordField
                    label="Password"
                    name="password"
                    id="sign-in-here-password"
                    value=password
                    autocomplete="current-password"
                    error=error
                    required=true
                    autofocus=true
                />
            </form>
        </Dialog>
    }
}
