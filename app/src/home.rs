//! The console as a whole: its frame, where `/` leads, and addresses that lead nowhere.

use domain::Permission;
use leptos::prelude::*;
use leptos_router::components::{Outlet, Redirect};

use crate::{
    account::IdleWatch,
    groups,
    layout::{AccountFrame, Frame, NavEntry, Shortcuts, WindowTitle, me, use_viewer},
    ui::{Empty, Kind, LinkButton},
    users,
};

/// Every feature's way in the sidebar, and the permission that shows it.
const ENTRIES: [(Permission, fn() -> NavEntry); 2] =
    [(Permission::ViewUsers, users::nav_entry), (Permission::ViewGroups, groups::nav_entry)];

fn entries() -> Vec<NavEntry> {
    let viewer = use_viewer().get_untracked();
    ENTRIES.iter().filter(|(needs, _)| viewer.may(*needs)).map(|(_, entry)| entry()).collect()
}

/// Around every page of the console. Whoever has no right in it gets their account's frame.
#[component]
pub fn ConsoleLayout() -> impl IntoView {
    users::actions::provide_user_actions();
    let viewer = use_viewer().get_untracked();
    let entries = entries();
    let framed = if entries.is_empty() {
        view! {
            <AccountFrame installation=viewer.installation entries=crate::account::entries() me=me()>
                <Outlet />
            </AccountFrame>
        }
        .into_any()
    } else {
        view! {
            <Frame installation=viewer.installation entries me=me()>
                <Outlet />
            </Frame>
        }
        .into_any()
    };
    view! {
        {framed}
        <Shortcuts />
        <IdleWatch />
    }
}

/// `/` leads to the first page that one may see.
#[component]
pub fn Home() -> impl IntoView {
    let first = entries().into_iter().next().map_or_else(|| "/account".to_owned(), |e| e.href);
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
