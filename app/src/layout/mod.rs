//! Frames around pages: the console's, one's own account's, and the plain
//! document of the pages before signing in. Knows addresses, not features.

mod account_frame;
mod address;
mod entry;
mod frame;
mod idle;
mod page;
mod problem;
mod session_line;
mod shortcuts;
mod theme;
mod viewer;

pub use account_frame::AccountFrame;
pub use address::TrueAddress;
pub use entry::{Audience, EntryAlert, EntryAssets, EntryField, entry_document, provide_entry_icons};
pub use frame::{Frame, Me, NavEntry};
pub use idle::IdleWarning;
pub use page::{Page, RecordHead, WindowTitle};
pub use problem::{MissingParts, Problem, provide_missing_parts};
pub use session_line::SessionLine;
pub use shortcuts::{PageKeys, Shortcuts, jump_key, list_keys, provide_page_keys};
pub use theme::{THEME_COOKIE, Theme, ThemeChoices};
pub use viewer::{Can, lacks, me, provide_viewer, use_viewer};
