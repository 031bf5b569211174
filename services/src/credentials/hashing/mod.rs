//! Password hashing: argon2id in a bounded pool off the runtime, and the hashes of other products.

mod argon;
mod hasher;
mod imported_hashes;
mod place;
mod pool;

pub use argon::hashing_parameters;
pub(super) use argon::hashing_prefix;
pub use hasher::Hasher;
pub use imported_hashes::{Unverifiable, unverifiable_passwords};
pub use place::Place;
pub use pool::{Counts, Held};
