//! Settings: what administrators decide for the whole installation, and the custom fields.

pub mod server_fns;
