//! The frame around one's own account.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::{IdleWatch, Notices};
use crate::layout::{AccountFrame, NavEntry, me, use_viewer};

/// The ways within one's own account.
pub fn entries() -> Vec<NavEntry> {
    let viewer = use_viewer();
    let news =
        move || viewer.with(|viewer| (!viewer.notices.is_empty()).then(|| format!("{} new", viewer.notices.len())));
    vec![
        NavEntry { exact: true, ..NavEntry::new("/account", "Profile", "user") },
        NavEntry { count: news.into(), ..NavEntry::new("/account/security", "Security", "lock") },
        NavEntry::new("/account/sessions", "Sessions", "screen"),
    ]
}

#[component]
pub fn AccountLayout() -> impl IntoView {
    let viewer = use_viewer().get_untracked();
    let console = !viewer.permissions.is_empty();
    view! {
        <AccountFrame installation=viewer.installation entries=entries() me=me() console>
            <Notices />
            <Outlet />
        </AccountFrame>
        <IdleWatch />
    }
}
