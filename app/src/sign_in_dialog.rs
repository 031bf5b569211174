//! Signing in again without leaving the page. Whatever asks the server for something after the
//! session has ended opens this dialog; nothing typed is lost, and what was asked for goes on.

use domain::{
    Error, Obligation,
    factors::{Factors, Step},
    text,
    users::Profile,
};
use leptos::prelude::*;

use crate::{
    account::server_fns::{own_profile, sign_in_here},
    api::{ApiError, when_signed_out},
    factor_form::{FactorButton, FactorChoice, FactorFields, FactorForm},
    layout::{MissingParts, provide_missing_parts, use_viewer},
    ui::{Avatar, Dialog, Kind, LinkButton, Press, passkey_answer_from},
};

#[derive(Clone, Copy)]
pub struct SignInPrompt {
    open: RwSignal<bool>,
    /// What was asked for in vain, to be asked again.
    waiting: StoredValue<Vec<Callback<()>>>,
    missing: MissingParts,
}

impl SignInPrompt {
    /// Where the error says that nobody is signed in: asks to, then calls `again`. Says whether it did.
    pub fn handles(&self, error: &ApiError, again: impl Fn() + Send + Sync + 'static) -> bool {
        let signed_out = error.0 == Error::SignedOut;
        if signed_out {
            self.then(Callback::new(move |()| again()));
        }
        signed_out
    }

    pub fn then(&self, again: Callback<()>) {
        self.waiting.update_value(|waiting| waiting.push(again));
        self.open.set(true);
    }

    /// For pages that go away: what they wanted to do afterwards goes with them.
    pub fn forget(&self) {
        self.waiting.try_update_value(Vec::clear);
    }

    /// The same person is back.
    fn go_on(&self) {
        let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        self.open.set(false);
        if waiting.is_empty() && self.missing.any() {
            reload();
        }
        untrack(|| waiting.into_iter().for_each(|again| again.run(())));
    }
}

fn reload() {
    let _ = window().location().reload();
}

/// Call once above all pages, before [`crate::reauthentication::provide_reauthentication`].
pub fn provide_sign_in_prompt() {
    let open = RwSignal::new(false);
    when_signed_out(Callback::new(move |()| open.set(true)));
    let missing = provide_missing_parts();
    provide_context(SignInPrompt { open, waiting: StoredValue::new(vec![]), missing });
}

pub fn use_sign_in_prompt() -> SignInPrompt {
    expect_context()
}

/// How a step ended.
#[derive(Clone)]
enum Done {
    /// Whoever it is now.
    In(Box<Profile>),
    /// The password was right and is not enough.
    MoreNeeded(Factors),
    /// Something comes first, on a page of its own.
    First(Obligation),
    /// The sign-in that waited for a second factor is over.
    TooLate,
    Failed(String),
}

/// `second`: the password was given already.
async fn give(username: String, second: bool, choice: FactorChoice, typed: String) -> Done {
    let step = match choice {
        FactorChoice::Password => Step::Password { username, password: typed },
        FactorChoice::App => Step::App(typed),
        FactorChoice::RecoveryCode => Step::RecoveryCode(typed),
        FactorChoice::Passkey => {
            let address = match second {
                true => "/second-factor/passkey/ask".to_owned(),
                // By name: also passkeys that the browser does not know by itself.
                false => format!("/sign-in/passkey/ask{}", text::query([("username".to_owned(), username)])),
            };
            match passkey_answer_from(&address).await {
                Ok((ticket, answer)) if second => Step::Passkey { ticket, answer },
                Ok((ticket, answer)) => Step::FirstPasskey { ticket, answer },
                Err(words) => return Done::Failed(words),
            }
        }
    };
    let done = match sign_in_here(step).await {
        // Whoever has something to do first is told so here.
        Ok(()) => own_profile().await,
        Err(error) => Err(error),
    };
    match done {
        Ok(profile) => Done::In(Box::new(profile)),
        Err(ApiError(Error::SecondFactorNeeded(factors))) => Done::MoreNeeded(factors),
        Err(ApiError(Error::ObligationFirst(obligation))) => Done::First(obligation),
        Err(ApiError(Error::SignedOut)) if second => Done::TooLate,
        Err(ApiError(failure)) => Done::Failed(failure.sentence()),
    }
}

/// Once per document.
#[component]
pub fn SignInDialog() -> impl IntoView {
    let here = use_sign_in_prompt();
    let viewer = use_viewer();
    let form = FactorForm::new();
    let second = RwSignal::new(false);
    let begin = move || {
        second.set(false);
        form.begin(FactorChoice::here(viewer.with_untracked(|viewer| viewer.factors).first()));
    };
    let sign_in = Action::new_unsync(move |(choice, typed): &(FactorChoice, String)| {
        let username = viewer.with_untracked(|viewer| viewer.username.clone());
        give(username, second.get_untracked(), *choice, typed.clone())
    });
    Effect::new(move |was_open: Option<bool>| {
        let now_open = here.open.get();
        if was_open != Some(now_open) {
            begin();
        }
        if was_open == Some(true) && !now_open {
            here.forget();
        }
        now_open
    });
    Effect::new(move |_| match sign_in.value().get() {
        Some(Done::In(profile)) if profile.id == viewer.with_untracked(|viewer| viewer.id) => here.go_on(),
        Some(Done::In(_)) => reload(),
        Some(Done::MoreNeeded(factors)) => {
            second.set(true);
            form.begin(FactorChoice::here(factors).into_iter().chain([FactorChoice::RecoveryCode]).collect());
        }
        Some(Done::First(Obligation::NewPassword)) => drop(window().location().set_href("/new-password")),
        Some(Done::First(Obligation::SecondFactor)) => drop(window().location().set_href("/set-up")),
        Some(Done::TooLate) => {
            begin();
            form.error.set(Some("This has waited too long. Begin again.".to_owned()));
        }
        Some(Done::Failed(words)) => form.error.set(Some(words)),
        None => {}
    });
    let send = move |()| {
        if !sign_in.pending().get_untracked() {
            form.error.set(None);
            sign_in.press((form.choice.get_untracked(), form.typed.get_untracked()));
        }
    };
    let elsewhere = || {
        let place = window().location();
        text::sign_in_address(&(place.pathname().unwrap_or_default() + &place.search().unwrap_or_default()))
    };
    let actions = move || {
        view! {
            <LinkButton href=elsewhere() kind=Kind::Quiet external=true>"Sign in as somebody else"</LinkButton>
            <FactorButton id="sign-in-here" form verb="Sign in" busy=sign_in.pending() />
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
    let about = move || match second.get() {
        false => "You are signed out. Your session was ended. What you typed is still here.",
        true => "One more thing is needed: your second factor. What you typed is still here.",
    };
    // `session.js` has found the session ended and covered the page, all but what is `over` it.
    Effect::new(move |_| {
        let told = window_event_listener_untyped("keydesk-session-ended", move |_| here.open.set(true));
        on_cleanup(move || told.remove());
    });
    view! {
        <div class="over">
            <Dialog open=here.open title="Sign in again" about actions>
                <FactorFields id="sign-in-here" form password_label="Password" on_send=send>
                    {who}
                    // Password managers look for it.
                    <input type="text" name="username" autocomplete="username" value=username readonly hidden />
                </FactorFields>
            </Dialog>
        </div>
    }
}
