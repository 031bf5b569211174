//! The process: configuration in, a running Keydesk out. Owns no business rule.

pub mod cli;
pub mod config;
mod files;
pub mod http;
pub mod schema;
pub mod start;
pub mod stop;
pub mod worker;
