//! Keydesk over HTTP and on the command line: a started server, and clients that behave
//! as browsers do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test that cannot go on should stop, and its own connection goes past the gate"
)]

#[macro_use]
extern crate testing;

mod access;
mod assets;
mod away;
mod bad_input;
mod busy;
mod client;
mod command_line;
mod connections;
mod cookies;
mod dependencies;
mod endurance;
mod first_run;
mod floods;
mod hang_ups;
mod headers;
mod hostile;
mod machine;
mod new_password;
mod notices;
mod page;
mod pages;
mod pins;
mod promises;
mod same_origin;
mod sessions;
mod sign_in;
mod sign_in_here;
mod snapshot;
mod soak;
mod stopping;
mod support;
mod time_zone;
mod upgrade;
