//! Users: the table, creating them, and each one's page.

mod access_page;
pub mod actions;
mod activity_page;
mod assigning;
mod create_dialog;
mod create_form;
mod draft;
mod edit_dialog;
mod edit_form;
mod editing;
mod field_inputs;
mod list;
mod overview_page;
pub mod people;
mod security;
pub mod server_fns;
mod sessions_page;
mod stale;
mod tags;
mod user_head;

pub use access_page::AccessPage;
pub use activity_page::ActivityPage;
pub use create_dialog::CreateDialog;
pub use edit_dialog::EditDialog;
pub use list::{UsersPage, provide_liking};
pub use overview_page::OverviewPage;
pub use security::SecurityPage;
pub use sessions_page::SessionsPage;
pub use user_head::UserLayout;

use crate::layout::NavEntry;

/// The way in the sidebar.
pub fn nav_entry() -> NavEntry {
    NavEntry::new("/users", "Users", "users")
}
