//! What this crate promises to databases and to other programs.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[macro_use]
extern crate testing;

mod pages;
mod pins;
