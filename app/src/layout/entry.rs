//! The document of pages that the server alone renders: no hydration, no
//! WebAssembly. Its forms are plain HTML and work without any script.

use super::theme::Theme;
use crate::ui::{Assets, Icon};
use domain::users::UserId;
use leptos::prelude::*;

/// Addresses of what the document loads, as the server serves them.
#[derive(Clone, Debug, Default)]
pub struct EntryAssets {
    pub style: String,
    pub icons: String,
    pub favicon: String,
    pub font: String,
    /// The small scripts.
    pub scripts: Vec<String>,
}

/// Whom a page before the console is for: it is shown again only while that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// It says nothing about anybody, such as an error.
    #[default]
    Everybody,
    /// Whoever is not signed in.
    Strangers,
    /// Whoever's session it belongs to.
    User(UserId),
}

impl Audience {
    /// What the page's head says to `session.js`.
    fn meta(self) -> Option<String> {
        match self {
            Self::Everybody => None,
            Self::Strangers => Some(String::new()),
            Self::User(id) => Some(id.to_string()),
        }
    }
}

/// A whole page: document, name of the house, card. `wide` for forms with more than two fields.
pub fn entry_document(
    assets: EntryAssets,
    audience: Audience,
    theme: Theme,
    installation_name: String,
    title: String,
    wide: bool,
    children: impl IntoView + 'static,
) -> impl IntoView {
    let EntryAssets { icons, style, favicon, font, scripts } = assets;
    let sprite = icons.clone();
    let user = audience.meta().map(|user| view! { <meta name="keydesk-user" content=user /> });
    let scripts: Vec<_> = scripts.into_iter().map(|src| view! { <script src=src defer></script> }).collect();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.name()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="robots" content="noindex" />
                <title>{format!("{title} \u{b7} {installation_name}")}</title>
                <link rel="preload" href=font r#as="font" type="font/woff2" crossorigin="anonymous" />
                <link rel="stylesheet" href=style />
                <link rel="icon" href=favicon type="image/svg+xml" />
                <meta name="keydesk-icons" content=icons />
                {user}
                {scripts}
            </head>
            <body>
                <main class="entry" class:wide=wide>
                    <div class="inner">
                        <div class="house">
                            <svg class="i" aria-hidden="true"><use_ href=format!("{sprite}#key")></use_></svg>
                            <span>{installation_name}</span>
                        </div>
                        <section class="panel">
                            <h1>{title}</h1>
                            {children.into_any()}
                        </section>
                        <p class="below">"Kept by Keydesk"</p>
                    </div>
                </main>
            </body>
        </html>
    }
    .into_any()
}

/// Makes [`Icon`] work in views made before [`entry_document`] is called.
pub fn provide_entry_icons(assets: &EntryAssets) {
    provide_context(Assets { icons: assets.icons.clone() });
}

/// A labelled field of a plain form. The password kind gets a button that shows it, where scripts run.
#[component]
pub fn EntryField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off", into)] autocomplete: &'static str,
    /// What was typed before. Never fill in a password.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] help: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] autofocus: bool,
    #[prop(default = true)] required: bool,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] maxlength: Option<u32>,
    /// Large spaced digits, for one-time codes.
    #[prop(optional)]
    code: bool,
    /// Something small at the far end of the label's line, such as a link.
    #[prop(optional, into)]
    aside: ViewFnOnce,
) -> impl IntoView {
    let id = format!("f-{name}");
    let described = match (error.is_some(), help.is_empty()) {
        (true, false) => Some(format!("{id}-error {id}-help")),
        (true, true) => Some(format!("{id}-error")),
        (false, false) => Some(format!("{id}-help")),
        (false, true) => None,
    };
    let show = (kind == "password").then(|| {
        view! {
            <span class="slot">
                <button type="button" class="btn quiet small" data-show=id.clone() aria-pressed="false" hidden>
                    "Show"
                </button>
            </span>
        }
    });
    view! {
        <div class="control big-fields">
            <div class="head">
                <label for=id.clone()>{label}</label>
                <span class="aside">{aside.run()}</span>
            </div>
            <div class="field" class:code=code>
                <input
                    id=id.clone()
                    name=name
                    type=kind
                    value=value
                    autocomplete=autocomplete
                    autofocus=autofocus
                    required=required
                    inputmode=inputmode
                    maxlength=maxlength
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=error.is_some().then_some("true")
                    aria-describedby=described
                />
                {show}
            </div>
            {(!help.is_empty()).then(|| view! { <p class="help" id=format!("{id}-help")>{help}</p> })}
            {error
                .map(|error| {
                    view! { <p class="error" id=format!("{id}-error")><Icon name="alert" /> <span>{error}</span></p> }
                })}
        </div>
    }
    .into_any()
}

/// What went wrong, or what is to be known, above the form. `tone`: `good`, `warn`, `bad`.
#[component]
pub fn EntryAlert(#[prop(default = "bad")] tone: &'static str, children: Children) -> impl IntoView {
    let icon = if tone == "good" { "check" } else { "alert" };
    view! {
        <div class=format!("note {tone}") role=if tone == "bad" { "alert" } else { "status" }>
            <Icon name=icon />
            <p>{children()}</p>
        </div>
    }
    .into_any()
}
