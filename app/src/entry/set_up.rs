//! Setting up a second factor before anything else, for people who have to have one.

use domain::{
    Error,
    factors::{AppSetup, Challenge},
};
use leptos::prelude::*;

use super::{Entry, PasskeyForm, whole};
use crate::layout::{EntryAlert, EntryField};

/// What can be set up; nothing where that kind does not count.
#[derive(Clone, Debug, Default)]
pub struct SetUp {
    pub username: String,
    pub app: Option<AppSetup>,
    pub passkey: Option<Challenge>,
    pub error: Option<Error>,
}

pub fn set_up_page(entry: Entry, form: SetUp) -> String {
    entry.render("Set up a second factor", true, move || {
        let SetUp { username, app, passkey, error } = form;
        let about = |field: &str| error.as_ref().and_then(|error| error.about(field));
        let alert = whole(error.as_ref()).or_else(|| about("passkey"));
        let both = app.is_some() && passkey.is_some();
        let with_passkey = passkey.map(|question| {
            view! {
                <PasskeyForm action="/set-up/passkey" question kind="create" label="Create a passkey" divided=false />
            }
        });
        let with_app = app.map(|app| {
            view! {
                <h2>{if both { "Or use an authenticator app" } else { "Use an authenticator app" }}</h2>
                <ol class="steps">
                    <li>
                        <p>"Scan this with an authenticator app on your phone."</p>
                        // Made by us from characters of our own.
                        <div class="qr" role="img" aria-label="QR code for an authenticator app" inner_html=app.picture></div>
                        <details>
                            <summary>"It cannot be scanned"</summary>
                            <p class="soft">"Open the app by "<a href=app.link>"this link"</a>", or type this secret:"</p>
                            <p class="secret"><code>{app.secret}</code></p>
                        </details>
                    </li>
                    <li>
                        <form method="post" action="/set-up" class="form">
                            <input type="hidden" name="ticket" value=app.ticket />
                            <EntryField
                                label="Code that the app shows"
                                name="code"
                                autocomplete="one-time-code"
                                inputmode="numeric"
                                maxlength=24
                                code=true
                                error=about("code")
                                autofocus=true
                            />
                            <button type="submit" class="btn primary full big">"Verify and go on"</button>
                        </form>
                    </li>
                </ol>
            }
        });
        view! {
            <p class="soft">
                {format!("A password alone is not enough for {username}: a second factor is required.")}
            </p>
            {alert.map(|sentence| view! { <EntryAlert>{sentence}</EntryAlert> })}
            {with_passkey}
            {with_app}
            <form method="post" action="/sign-out" class="below-form">
                <button type="submit" class="btn quiet full">"Sign out"</button>
            </form>
        }
    })
}

/// The recovery codes, for once.
pub fn recovery_codes_page(entry: Entry, codes: Vec<String>) -> String {
    entry.render("Keep your recovery codes", true, move || {
        let text = codes.join("\n");
        let codes: Vec<_> = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect();
        view! {
            <p class="soft">
                "Each lets you in once when your second factor is lost. They are shown only now: print them, or keep \
                 them in a password manager."
            </p>
            <ul class="codes" id="codes">{codes}</ul>
            <div class="row" data-codes=text hidden>
                <button type="button" class="btn" data-copy>"Copy"</button>
                <button type="button" class="btn" data-download="keydesk-recovery-codes.txt">"Download"</button>
                <button type="button" class="btn" data-print>"Print"</button>
            </div>
            <form method="get" action="/" class="form">
                <label class="tick">
                    <input type="checkbox" class="check" required />
                    <span>"I have kept these codes"</span>
                </label>
                <button type="submit" class="btn primary full big">"Go on"</button>
            </form>
        }
    })
}
