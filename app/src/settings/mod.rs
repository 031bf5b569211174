//! Settings: what administrators decide for the whole installation, and the custom fields.

mod bin_card;
mod field_action;
mod field_dialog;
mod field_line;
mod fields_card;
mod page;
mod passkeys_card;
mod security_card;
mod security_draft;
mod security_form;
pub mod server_fns;
mod time_zone_card;

pub use page::SettingsPage;

use crate::layout::NavEntry;

/// The way in the sidebar.
pub fn nav_entry() -> NavEntry {
    NavEntry::new("/settings", "Settings", "gear")
}
