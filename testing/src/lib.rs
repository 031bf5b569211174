//! What the tests of several crates share: reviewed text files, and databases of the test's own. No build of the product
//! has it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on should stop; tests are told by the environment what to write and where PostgreSQL is"
)]

#[cfg(feature = "databases")]
mod databases;
mod reviewed;

#[cfg(feature = "databases")]
pub use databases::{
    OnBoth, copy_database, create_database, create_database_of, drop_database, fixture, left_out, on_server, url_of,
};
pub use reviewed::Reviewed;
