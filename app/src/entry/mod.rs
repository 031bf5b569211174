//! Pages before the console: first run, sign-in, a new password, and a plain message.
//! Rendered by the server alone, without any WebAssembly; their forms post to the
//! server's own handlers, which answer with the same page, its errors, and what was typed.

use domain::{Error, factors::Challenge};
use leptos::prelude::*;

mod passkey;
mod second_factor;
mod set_up;

pub use second_factor::{SecondFactor, second_factor_page};
pub use set_up::{SetUp, recovery_codes_page, set_up_page};

use passkey::PasskeyForm;

use crate::layout::{Audience, EntryAlert, EntryAssets, EntryField, Theme, entry_document, provide_entry_icons};

/// What every entry page needs.
#[derive(Clone, Debug)]
pub struct Entry {
    pub assets: EntryAssets,
    pub audience: Audience,
    pub theme: Theme,
    pub installation: String,
}

impl Entry {
    fn render<V: IntoView + 'static>(self, title: &str, wide: bool, body: impl FnOnce() -> V + 'static) -> String {
        let Self { assets, audience, theme, installation } = self;
        let title = title.to_owned();
        Owner::new().with(|| {
            provide_entry_icons(&assets);
            let body = body();
            let page = entry_document(assets, audience, theme, installation, title, wide, body);
            // Nothing here reacts: one pass renders it.
            page.to_html()
        })
    }
}

/// What is wrong with the form as a whole, rather than with a field of it.
fn whole(error: Option<&Error>) -> Option<String> {
    error.filter(|error| !matches!(error, Error::Invalid(_))).map(Error::sentence)
}

/// What was typed at sign-in, and why it did not work.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// A question that any passkey known to the browser may answer; nothing where passkeys do not work.
    pub passkey: Option<Challenge>,
    /// The passkey that was refused because nobody here knows it: its keeper is told.
    pub unknown: Option<String>,
    pub username: String,
    /// Where to go afterwards: a path of ours.
    pub next: String,
    pub error: Option<Error>,
    /// Why somebody is asked, such as an ended session.
    pub notice: Option<&'static str>,
}

pub fn sign_in_page(entry: Entry, form: SignIn) -> String {
    entry.render("Sign in", false, move || {
        let SignIn { passkey, unknown, username, next, error, notice } = form;
        let with_passkey = passkey
            .map(|question| view! { <PasskeyForm action="/sign-in/passkey" question unknown next=next.clone() /> });
        let first = username.is_empty();
        view! {
            {notice.map(|notice| view! { <EntryAlert tone="warn">{notice}</EntryAlert> })}
            {error.map(|error| view! { <EntryAlert>{error.sentence()}</EntryAlert> })}
            <form method="post" action="/sign-in" class="form">
                <input type="hidden" name="next" value=next />
                <EntryField
                    label="Username"
                    name="username"
                    autocomplete="username webauthn"
                    value=username
                    autofocus=first
                />
                <EntryField
                    label="Password"
                    name="password"
                    kind="password"
                    autocomplete="current-password"
                    autofocus=!first
                />
                <button type="submit" class="btn primary full big">"Sign in"</button>
            </form>
            {with_passkey}
        }
    })
}

/// What was typed at the first run, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct FirstRun {
    /// The code's cookie is there: it need not be typed.
    pub has_code: bool,
    pub username: String,
    pub display_name: String,
    pub email: String,
    pub error: Option<Error>,
}

pub fn first_run_page(entry: Entry, form: FirstRun) -> String {
    entry.render("Create the first administrator", true, move || {
        let FirstRun { has_code, username, display_name, email, error } = form;
        let about = |field: &str| error.as_ref().and_then(|error| error.about(field));
        let whole = whole(error.as_ref());
        let ask_code = !has_code || about("code").is_some();
        view! {
            <p class="soft">
                "This is a new Keydesk. Whoever fills this in becomes its administrator and can invite everybody else."
            </p>
            {whole.map(|sentence| view! { <EntryAlert>{sentence}</EntryAlert> })}
            <form method="post" action="/first-run" class="form">
                {ask_code.then(|| view! {
                    <EntryField
                        label="Setup code"
                        name="code"
                        help="Keydesk printed it when it started."
                        error=about("code")
                        autofocus=true
                    />
                })}
                <EntryField
                    label="Username"
                    name="username"
                    autocomplete="username"
                    value=username
                    help="3 to 50 letters, digits, dots, hyphens, underscores."
                    error=about("username")
                    autofocus=!ask_code
                />
                <EntryField
                    label="Display name"
                    name="display_name"
                    autocomplete="name"
                    value=display_name
                    error=about("display_name")
                />
                <EntryField
                    label="E-mail (optional)"
                    name="email"
                    kind="email"
                    autocomplete="email"
                    value=email
                    error=about("email")
                    required=false
                />
                <div class="stack tight">
                    <EntryField
                        label="Password"
                        name="password"
                        kind="password"
                        autocomplete="new-password"
                        help="At least 15 characters. Several unrelated words are easy to keep and hard to guess."
                        error=about("password")
                    />
                    <Strength of="f-password" from="/first-run/strength" with="code username display_name email" />
                </div>
                <button type="submit" class="btn primary full big">"Create administrator"</button>
            </form>
        }
    })
}

/// The form for replacing a password that was only for the first sign-in.
pub fn new_password_page(entry: Entry, username: String, least: u32, error: Option<Error>) -> String {
    let help = format!("At least {least} characters. Several unrelated words are easy to keep and hard to guess.");
    entry.render("Choose a new password", false, move || {
        let about = |field: &str| error.as_ref().and_then(|error| error.about(field));
        let whole = whole(error.as_ref());
        view! {
            <p class="soft">"The password you signed in with works only once. Choose one that only you know."</p>
            {whole.map(|sentence| view! { <EntryAlert>{sentence}</EntryAlert> })}
            <form method="post" action="/new-password" class="form">
                // Password managers look for it.
                <input type="text" name="username" autocomplete="username" value=username readonly hidden />
                <EntryField
                    label="Password you signed in with"
                    name="current"
                    kind="password"
                    autocomplete="current-password"
                    error=about("current")
                    autofocus=true
                />
                <div class="stack tight">
                    <EntryField
                        label="New password"
                        name="new"
                        kind="password"
                        autocomplete="new-password"
                        help=help
                        error=about("new")
                    />
                    <Strength of="f-new" from="/fn/account/password_strength" />
                </div>
                <button type="submit" class="btn primary full big">"Save and go on"</button>
            </form>
            <form method="post" action="/sign-out" class="below-form">
                <button type="submit" class="btn quiet full">"Sign out"</button>
            </form>
        }
    })
}

/// Where the small script says how hard the password in a field is to guess, as the server finds.
#[component]
fn Strength(
    of: &'static str,
    from: &'static str,
    /// Fields that it depends on as well.
    #[prop(optional)]
    with: &'static str,
) -> impl IntoView {
    view! { <div role="status" data-strength=of data-from=from data-with=with></div> }
}

/// A message in place of a page, and one way on.
pub fn message_page(entry: Entry, title: &str, text: String, way: Option<(&'static str, &'static str)>) -> String {
    entry.render(title, false, move || {
        view! {
            <p class="soft">{text}</p>
            {way.map(|(href, words)| view! { <p class="form"><a class="btn primary full big" href=href>{words}</a></p> })}
        }
    })
}
