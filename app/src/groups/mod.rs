//! Groups: what each of them allows.

mod list_page;
pub mod server_fns;

pub use list_page::GroupsPage;

use crate::layout::NavEntry;

/// The way in the sidebar.
pub fn nav_entry() -> NavEntry {
    NavEntry::new("/groups", "Groups", "group")
}
