//! Frames around pages: the console's, one's own account's, and the plain
//! document of the pages before signing in. Knows addresses, not features.

mod account_frame;
mod entry;
mod frame;
mod idle;
mod page;
mod shortcuts;
mod theme;

pub use account_frame::AccountFrame;
pub use entry::{EntryAlert, EntryAssets, EntryField, entry_document, provide_entry_icons};
pub use frame::{Frame, Me, NavEntry};
pub use idle::IdleWarning;
pub use page::{Page, RecordHead};
pub use shortcuts::Shortcuts;
pub use theme::{THEME_COOKIE, Theme, ThemeChoices};
