//! Proving who somebody is: passwords, what they must satisfy, and brakes on guessing.

mod argon;
pub mod entity;
mod hasher;
mod policy;
pub mod sign_in;
mod throttle;

pub use argon::hashing_parameters;
pub use hasher::Hasher;
pub use policy::{acceptable, normal_form};
pub use sign_in::{Attempt, remember_device, sign_in, sign_out};
pub(crate) use throttle::{forget_old as forget_old_failures, throttled};
