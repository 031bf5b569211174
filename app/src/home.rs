//! The console as a whole: its frame, where `/` leads, and addresses that lead nowhere.

use domain::Permission;
use leptos::prelude::*;
use leptos_router::components::{Outlet, Redirect};

use crate::{
    account::{self, IdleWatch},
    action::forget_with_page,
    audit, groups,
    layout::{AccountFrame, Frame, NavEntry, Shortcuts, WindowTitle, me, provide_page_keys, use_viewer},
    palette::{Palette, PaletteButton, provide_palette},
    settings,
    ui::{Empty, Kind, LinkButton},
    users,
};

/// Every feature's way in the sidebar, and the permission that shows it.
const ENTRIES: &[Way] = &[
    (Permission::ViewUsers, users::nav_entry),
    (Permission::ViewGroups, groups::nav_entry),
    (Permission::ViewAudit, audit::nav_entry),
];

/// The same, below the line.
const REST: &[Way] = &[(Permission::ViewSettings, settings::nav_entry)];

type Way = (Permission, fn() -> NavEntry);

fn open_to_viewer(ways: &[Way]) -> Vec<NavEntry> {
    let viewer = use_viewer().get_untracked();
    ways.iter().filter(|(needs, _)| viewer.may(*needs)).map(|(_, entry)| entry()).collect()
}

/// Around every page of the console. Whoever has no right in it gets their account's frame.
#[component]
pub fn ConsoleLayout() -> impl IntoView {
    users::actions::provide_user_actions();
    forget_with_page();
    users::provide_liking();
    provide_page_keys();
    let viewer = use_viewer().get_untracked();
    let (entries, rest) = (open_to_viewer(ENTRIES), open_to_viewer(REST));
    let all: Vec<_> = entries.iter().chain(&rest).cloned().collect();
    let framed = if all.is_empty() {
        view! {
            <AccountFrame installation=viewer.installation entries=account::entries() me=me()>
                <account::Notices />
                <Outlet />
            </AccountFrame>
        }
        .into_any()
    } else {
        provide_palette();
        let creating = RwSignal::new(false);
        let changed = users::actions::use_user_actions();
        view! {
            <Frame installation=viewer.installation entries rest search=|| view! { <PaletteButton /> } me=me()>
                <account::Notices />
                <Outlet />
            </Frame>
            <Palette entries=all own=account::entries() on_create=move |()| creating.set(true) />
            <users::CreateDialog open=creating on_created=move |()| changed.tell() />
        }
        .into_any()
    };
    view! {
        {framed}
        <users::EditDialog />
        <Shortcuts />
        <IdleWatch />
    }
}

/// `/` leads to the first page that one may see.
#[component]
pub fn Home() -> impl IntoView {
    let first = open_to_viewer(ENTRIES).into_iter().chain(open_to_viewer(REST)).next();
    let first = first.map_or_else(|| "/account".to_owned(), |entry| entry.href);
    view! { <Redirect path=first /> }
}

/// An address that no page has.
#[component]
pub fn NotFound() -> impl IntoView {
    let _: crate::api::Answer<()> = crate::api::refused(domain::Error::NotFound);
    view! {
        <WindowTitle title="Not found" />
        <main class="main">
            <Empty
                icon="search"
                title="Not found"
                alone=true
                text="There is no page at this address."
                action=|| view! { <LinkButton href="/" kind=Kind::Primary>"To the console"</LinkButton> }
            />
        </main>
    }
}
