//! The use cases, as people meet them, on SQLite and on PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test that cannot go on should stop, and its own connection goes past the gate"
)]

#[macro_use]
extern crate testing;

mod account;
mod audit;
mod authenticator;
mod backup;
mod bad_input;
mod bin;
mod bypass;
mod came_back;
mod codes;
mod copied_codes;
mod database;
mod devices;
mod edit;
mod factors_of_users;
mod fields;
mod filters;
mod first_run;
mod gate;
mod groups;
mod guards;
mod guessing;
mod hang_ups;
mod life;
mod list;
mod log;
mod logged;
mod meeting;
mod members;
mod names;
mod notices;
mod outside;
mod passkeys;
mod pins;
mod pool;
mod preferences;
mod rebuild;
mod releases;
mod search;
mod second_factor;
mod security_settings;
mod seed;
mod sessions;
mod sign_in;
mod strength;
mod support;
mod tampering;
mod telling;
mod throttle;
mod time_zone;
mod traces;
mod two_sessions;
mod typed;
mod unreadable;
mod users;
