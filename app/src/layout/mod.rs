//! Frames around pages: the console's, one's own account's, and the plain
//! document of the pages before signing in. Knows addresses, not features.

mod account_frame;
mod entry;
mod frame;
mod idle;
mod page;
mod problem;
mod prover;
mod shortcuts;
mod theme;
mod viewer;

pub use account_frame::AccountFrame;
pub use entry::{EntryAlert, EntryAssets, EntryField, entry_document, provide_entry_icons};
pub use frame::{Frame, Me, NavEntry};
pub use idle::IdleWarning;
pub use page::{Page, RecordHead, WindowTitle};
pub use problem::Problem;
pub use prover::{ProofDialog, Prover, provide_prover, use_prover};
pub use shortcuts::Shortcuts;
pub use theme::{THEME_COOKIE, Theme, ThemeChoices};
pub use viewer::{Can, lacks, me, provide_viewer, use_viewer};
