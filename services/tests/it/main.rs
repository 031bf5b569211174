//! The use cases, as people meet them, on SQLite and on PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test that cannot go on should stop, and its own connection goes past the gate"
)]

#[macro_use]
mod support;

mod account;
mod audit;
mod authenticator;
mod backup;
mod bin;
mod bypass;
mod codes;
mod database;
mod edit;
mod factors_of_users;
mod fields;
mod filters;
mod first_run;
mod gate;
mod groups;
mod guards;
mod life;
mod list;
mod log;
mod made_up;
mod members;
mod notices;
mod passkeys;
mod preferences;
mod search;
mod second_factor;
mod security_settings;
mod sessions;
mod sign_in;
mod throttle;
mod time_zone;
mod users;
