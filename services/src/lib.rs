//! What Keydesk does: use cases over entities, behind one gate. No HTTP, no HTML,
//! no environment variables.

pub mod account;
pub mod audit;
pub mod backup;
mod bulk_load;
pub mod clock;
pub mod context;
pub mod credentials;
pub mod database;
pub mod encryption;
pub mod failure;
pub mod fields;
pub mod files;
pub mod groups;
pub mod health;
pub mod jobs;
mod location;
pub mod master_key;
mod random;
pub mod seed;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod sign_in;
mod stored;
mod tally;
pub mod throttle;
pub mod time_zones;
mod traces;
mod trouble;
pub mod users;

pub use context::{
    Change, ClientGuard, Context, Disconnect, Done, Installation, Options, Origin, StandingChange, done, done_all,
    unchanged,
};
pub use failure::{Failure, Result};
