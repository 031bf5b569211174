//! The head of a page: what it is called, and the one thing to do on it.

use crate::ui::Words;
use crate::ui::{Avatar, Breadcrumbs};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::ON_SERVER;

/// A page with its title bar. `search` and `actions` stand at the end of the bar, the main action last.
#[component]
pub fn Page(
    #[prop(into)] title: Signal<String>,
    /// A few soft words beside the title: "about 12,400".
    #[prop(optional, into)]
    about: ViewFnOnce,
    #[prop(optional, into)] search: ViewFnOnce,
    #[prop(optional, into)] actions: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    let (about, search, actions) = (about.run(), search.run(), actions.run());
    view! {
        <WindowTitle title />
        <header class="bar">
            <h1>{move || title.get()}</h1>
            <span class="about">{about}</span>
            <span class="grow"></span>
            {search}
            <div class="actions">{actions}</div>
        </header>
        {children()}
    }
    .into_any()
}

/// The window's title, with the product's name behind it.
#[component]
pub fn WindowTitle(#[prop(into)] title: Signal<String>) -> impl IntoView {
    // The server writes it last, when the page's signals may be gone.
    let first = title.get_untracked();
    let text = move || format!("{} \u{b7} Keydesk", title.try_get().unwrap_or_else(|| first.clone()));
    // leptos_meta 0.8 puts it into the server's page as it is, and names are whatever people
    // type. leptos 0.9: see whether it escapes by itself.
    let plain = move || if ON_SERVER { text().replace('&', "&amp;").replace('<', "&lt;") } else { text() };
    view! { <Title text=plain /> }
}

/// The head of one record's page: the way up, picture, name, what is known at a glance, actions.
#[component]
pub fn RecordHead(
    #[prop(into)] title: Signal<String>,
    /// Address and name of each page above.
    above: Vec<(String, String)>,
    /// Shows a big avatar in this colour.
    #[prop(optional)]
    hue: Option<u8>,
    #[prop(optional)] robot: bool,
    #[prop(optional, into)] picture: Words,
    /// The line under the name: words and tags.
    #[prop(optional, into)]
    sub: ViewFnOnce,
    #[prop(optional, into)] actions: ViewFnOnce,
) -> impl IntoView {
    let (sub, actions) = (sub.run(), actions.run());
    let avatar = hue.map(|hue| move || view! { <Avatar name=title.get() hue big=true robot picture /> });
    view! {
        <WindowTitle title />
        <header class="head">
            <Breadcrumbs above here=title />
            <div class="title">
                {avatar}
                <div>
                    <h1>{move || title.get()}</h1>
                    <div class="sub">{sub}</div>
                </div>
                <div class="actions">{actions}</div>
            </div>
        </header>
    }
    .into_any()
}
