//! Frames around pages: the console's, one's own account's, and the plain
//! document of the pages before signing in. Knows addresses, not features.

mod account_frame;
mod address;
mod entry;
mod frame;
mod idle;
mod page;
mod palette;
mod people;
mod problem;
mod prover;
mod session_line;
mod shortcuts;
mod sign_in_here;
mod theme;
mod viewer;
mod ways;

pub use account_frame::AccountFrame;
pub use address::TrueAddress;
pub use entry::{Audience, EntryAlert, EntryAssets, EntryField, entry_document, provide_entry_icons};
pub use frame::{Frame, Me, NavEntry};
pub use idle::IdleWarning;
pub use page::{Page, RecordHead, WindowTitle};
pub use palette::{Palette, PaletteButton, provide_palette};
pub use people::{FoundPeople, find_people};
pub use problem::Problem;
pub use prover::{ProofDialog, Prover, provide_prover, use_prover};
pub use session_line::SessionLine;
pub use shortcuts::{PageKeys, Shortcuts, list_keys, provide_page_keys};
pub use sign_in_here::{SignInDialog, SignInHere, provide_sign_in_here, use_sign_in_here};
pub use theme::{THEME_COOKIE, Theme, ThemeChoices};
pub use viewer::{Can, lacks, me, provide_viewer, use_viewer};
