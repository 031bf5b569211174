//! What things are in Keydesk: parsed values, rows for screens, and every rule
//! as a function of values. No I/O, no clock, no framework; the same code runs
//! on the server and in the browser.

pub mod actor;
pub mod audit;
pub mod edits;
pub mod error;
pub mod factors;
pub mod fields;
pub mod groups;
pub mod guard;
pub mod listing;
pub mod passwords;
pub mod permission;
pub mod problem;
pub mod sessions;
pub mod settings;
pub mod text;
pub mod time;
pub mod users;

pub use actor::{Actor, Obligation};
pub use error::{Error, Result};
pub use permission::{Permission, PermissionSet};
pub use problem::{FieldError, Problem};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// A second, a minute, an hour and a day in [`Millis`].
pub const SECOND: Millis = 1_000;
pub const MINUTE: Millis = 60 * SECOND;
pub const HOUR: Millis = 60 * MINUTE;
pub const DAY: Millis = 24 * HOUR;
