//! Users: the table, creating them, and each one's page.

pub mod actions;
mod activity_page;
mod create_dialog;
mod create_form;
mod list_page;
mod overview_page;
pub mod server_fns;
mod table;
mod user_head;

pub use activity_page::ActivityPage;
pub use list_page::UsersPage;
pub use overview_page::OverviewPage;

use crate::layout::NavEntry;

/// The way in the sidebar.
pub fn nav_entry() -> NavEntry {
    NavEntry::new("/users", "Users", "users")
}
