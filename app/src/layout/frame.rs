//! The console's frame: where one can go on the left (below, on a narrow
//! screen), oneself at its end, and the page beside it.

use super::theme::ThemeChoices;
use crate::ui::{Avatar, Icon, Menu, MenuLink, MenuRule, Words};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A way in the sidebar. Give only what the person may see.
#[derive(Clone, Debug, Default)]
pub struct NavEntry {
    pub href: String,
    pub label: String,
    pub icon: &'static str,
    /// Already in words: "12.4k".
    pub count: Words,
    /// Its page has no pages below: those that begin with its address are others.
    pub exact: bool,
}

impl NavEntry {
    pub fn new(href: impl Into<String>, label: impl Into<String>, icon: &'static str) -> Self {
        Self { href: href.into(), label: label.into(), icon, count: Words::default(), exact: false }
    }
}

/// Who is signed in.
#[derive(Clone, Debug, Default)]
pub struct Me {
    pub name: String,
    /// A word under the name, such as the group: "Administrator".
    pub about: String,
    pub hue: u8,
    pub picture: Option<String>,
}

/// Whether `path` is `href` or below it; the first page only itself.
fn is_current(path: &str, href: &str) -> bool {
    path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

#[component]
pub(super) fn NavLink(entry: NavEntry) -> impl IntoView {
    let path = use_location().pathname;
    let NavEntry { href, label, icon, count, exact } = entry;
    let (own, title) = (href.clone(), label.clone());
    let current = move || path.with(|path| if exact { *path == own } else { is_current(path, &own) }).then_some("page");
    view! {
        <li>
            <a class="nav" href=href aria-current=current title=title>
                <Icon name=icon />
                <span class="words">{label}</span>
                {move || count.get().map(|count| view! { <span class="n">{count}</span> })}
            </a>
        </li>
    }
    .into_any()
}

/// The first stop of the keyboard: past the navigation.
#[component]
pub(super) fn SkipLink() -> impl IntoView {
    // The router takes links over and would move the page, but not the keyboard.
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        crate::ui::focus("main");
    };
    view! { <a class="skip" href="#main" on:click=skip>"Skip to the page"</a> }
}

/// The installation's name, unless nobody has given it one of its own.
pub(super) fn other_name(installation: String) -> Option<String> {
    Some(installation).filter(|name| name != "Keydesk")
}

/// Ends every "Sign out" in the page: a form, so that it works without scripts.
#[component]
pub(super) fn SignOutForm() -> impl IntoView {
    view! { <form id="sign-out" method="post" action="/sign-out" hidden></form> }
}

#[component]
pub(super) fn OwnItems() -> impl IntoView {
    view! {
        <MenuLink href="/account" label="My account" icon="user" />
        <MenuRule />
        <ThemeChoices />
        <MenuRule />
        <button type="submit" form="sign-out" role="menuitem" tabindex="-1" class="item">
            <Icon name="log-out" />
            <span>"Sign out"</span>
        </button>
    }
    .into_any()
}

#[component]
pub fn Frame(
    /// The installation's name, under the product's.
    #[prop(into)]
    installation: String,
    entries: Vec<NavEntry>,
    /// Below the line: settings.
    #[prop(optional)]
    rest: Vec<NavEntry>,
    /// Above the entries: the way to find anything.
    #[prop(optional, into)]
    search: ViewFnOnce,
    #[prop(into)] me: Signal<Me>,
    children: Children,
) -> impl IntoView {
    let path = use_location().pathname;
    // A new page begins at its beginning for the keyboard and the screen reader too.
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            crate::ui::focus("main");
        }
        now
    });
    let all: Vec<_> = entries.iter().chain(&rest).cloned().collect();
    let links = |list: Vec<NavEntry>| list.into_iter().map(|entry| view! { <NavLink entry /> }).collect_view();
    let more = all.into_iter().map(|e| view! { <MenuLink href=e.href label=e.label icon=e.icon /> }).collect_view();
    let has_rest = !rest.is_empty();
    let own_button = move || {
        move || {
            let Me { name, about, hue, picture } = me.get();
            view! {
                <Avatar name=name.clone() hue picture />
                <span class="words"><b class="clip">{name}</b><small>{about}</small></span>
                <Icon name="sort" />
            }
        }
    };
    let more_button = || view! { <Icon name="menu" /> <span class="words">"More"</span> };
    view! {
        <SkipLink />
        <div class="frame">
            <nav class="side" aria-label="Console">
                <a class="brand" href="/">
                    <Icon name="key" />
                    <span>"Keydesk"{other_name(installation).map(|name| view! { <small>{name}</small> })}</span>
                </a>
                {search.run()}
                <ul>{links(entries)}</ul>
                {has_rest.then(|| view! { <hr /> })}
                {has_rest.then(|| view! { <ul class="rest">{links(rest)}</ul> })}
                <div class="grow"></div>
                <Menu id="own-menu" label="You" class="nav me" above=true trigger=own_button>
                    <OwnItems />
                </Menu>
                <Menu id="more-menu" label="More" class="nav only-narrow" above=true to_left=true trigger=more_button>
                    {more}
                    <MenuRule />
                    <OwnItems />
                </Menu>
                <SignOutForm />
            </nav>
            <main class="main" id="main" tabindex="-1">{children()}</main>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::is_current;

    #[test]
    fn an_entry_is_current_on_its_own_page_and_below() {
        assert!(is_current("/users", "/users"));
        assert!(is_current("/users/42/keys", "/users"));
        assert!(!is_current("/users-old", "/users"));
        assert!(is_current("/", "/"));
        assert!(!is_current("/users", "/"));
    }
}
