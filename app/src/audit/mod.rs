//! The audit log: who did what, when and from where.

mod event;
mod event_details;
mod filter_form;
mod page;
mod person_field;
mod sentence;
pub mod server_fns;
mod told;
mod tools;

pub use page::AuditPage;
pub use sentence::Happened;

use crate::layout::NavEntry;

/// The way in the sidebar.
pub fn nav_entry() -> NavEntry {
    NavEntry::new("/audit", "Audit log", "log")
}
