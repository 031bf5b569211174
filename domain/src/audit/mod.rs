//! The audit log: every change and attempt, in the past tense.

mod events;
mod kinds;
mod log;
mod notices;
mod sentence;

pub use events::{Event, FieldChange, Person, SignInFailure};
pub use log::{Activity, Detail, LogFilter, LogListing, LogPage, LogRow};
pub use notices::{NOTICES_AT_ONCE, NOTICES_KEPT};
pub use sentence::{Piece, Sentence, plural};
