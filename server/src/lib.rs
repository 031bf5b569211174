//! The process: configuration in, a running Keydesk out. Owns no business rule.

pub mod cli;
pub mod config;
mod files;
pub mod http;
mod log;
pub mod schema;
mod snapshot;
pub mod start;
pub mod stop;
pub mod worker;
