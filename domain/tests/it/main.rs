//! What this crate promises to databases and to other programs.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on should stop, and its files are written when the environment says so"
)]

#[macro_use]
extern crate testing;

mod pages;
mod pins;
