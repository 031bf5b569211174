//! The question after the password.

use domain::{
    Error,
    factors::{Challenge, Factors},
};
use leptos::prelude::*;

use super::{Entry, PasskeyForm, whole};
use crate::layout::{EntryAlert, EntryField};

/// Who is asked for what.
#[derive(Clone, Debug, Default)]
pub struct SecondFactor {
    pub username: String,
    pub factors: Factors,
    pub recovery_left: u32,
    /// For how many days this browser may be remembered; 0 for not.
    pub remember_days: u32,
    /// Asks for a recovery code instead.
    pub recovery: bool,
    pub passkey: Option<Challenge>,
    pub next: String,
    pub remember: bool,
    pub error: Option<Error>,
}

/// This page again, asking for the other kind of code.
fn other(recovery: bool, next: &str) -> String {
    let pairs = [("with", if recovery { "recovery" } else { "" }), ("next", next)];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    format!("/second-factor{}", domain::text::query(pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))))
}

pub fn second_factor_page(entry: Entry, form: SecondFactor) -> String {
    entry.render("Confirm it is you", false, move || {
        let SecondFactor { username, factors, recovery_left, remember_days, recovery, next, error, .. } = form;
        let about = |field: &str| error.as_ref().and_then(|error| error.about(field));
        let alert = whole(error.as_ref()).or_else(|| about("passkey"));
        let has_app = factors.has(Factors::APP);
        let asks_code = recovery || has_app;
        // A recovery code stands for a factor that is lost: nothing is remembered of it.
        let remember = (remember_days > 0 && !recovery).then(|| {
            view! {
                <label class="tick">
                    <input type="checkbox" class="check" name="remember" value="yes" checked=form.remember />
                    <span>{format!("Do not ask on this device for {remember_days} days")}</span>
                </label>
            }
        });
        let code = if recovery {
            view! {
                <EntryField
                    label="Recovery code"
                    name="code"
                    help="Each works once. Capitals and hyphens do not matter."
                    error=about("code")
                    autofocus=true
                    maxlength=64
                />
            }
            .into_any()
        } else {
            view! {
                <EntryField
                    label="Code from your authenticator app"
                    name="code"
                    autocomplete="one-time-code"
                    inputmode="numeric"
                    maxlength=24
                    code=true
                    error=about("code")
                    autofocus=true
                />
            }
            .into_any()
        };
        let passkey = form.passkey.map(|question| {
            view! {
                <PasskeyForm action="/second-factor/passkey" question next=next.clone() label="Use a passkey" divided=asks_code />
            }
        });
        let elsewhere = if recovery && has_app {
            Some((other(false, &next), "Use the authenticator app".to_owned()))
        } else if !recovery && recovery_left > 0 {
            Some((other(true, &next), "Use a recovery code".to_owned()))
        } else {
            None
        };
        let nothing = !asks_code && passkey.is_some();
        let stranded = !asks_code && passkey.is_none();
        view! {
            <p class="soft">{format!("You are signing in as {username}. One more thing is needed.")}</p>
            {alert.map(|sentence| view! { <EntryAlert>{sentence}</EntryAlert> })}
            {asks_code.then(|| view! {
                <form method="post" action="/second-factor" class="form">
                    <input type="hidden" name="next" value=next />
                    <input type="hidden" name="with" value=if recovery { "recovery" } else { "app" } />
                    {code}
                    {remember}
                    <button type="submit" class="btn primary full big">"Confirm"</button>
                </form>
            })}
            {passkey}
            {nothing.then(|| view! {
                <noscript>
                    <p class="soft">"Your passkey needs a script, and this browser runs none."</p>
                </noscript>
            })}
            {stranded.then(|| view! {
                <p class="soft">"Your passkey is for another address of Keydesk. An administrator can help you in."</p>
            })}
            <p class="ways">
                {elsewhere.map(|(href, words)| view! { <a href=href>{words}</a> })}
                <a href="/sign-in?again=yes">"Sign in as somebody else"</a>
            </p>
        }
    })
}
