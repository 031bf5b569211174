//! Proving who somebody is: passwords, codes and passkeys, the gate after them, and brakes on guessing.

pub(crate) mod app_code;
mod argon;
mod breaches;
pub mod entity;
mod estimate;
mod foreign;
pub(crate) mod gate;
mod hasher;
mod judging;
pub(crate) mod passkey;
mod policy;
mod pool;
pub(crate) mod recovery;
mod sealed;
pub mod sign_in;
pub(crate) mod throttle;
pub(crate) mod totp;
mod waiting;

pub use argon::hashing_parameters;
pub use breaches::Breaches;
pub use foreign::{Unverifiable, unverifiable_passwords};
pub use gate::{Cookies, Device, SignedIn};
pub use hasher::Hasher;
pub(crate) use judging::{Turns, judge};
pub(crate) use passkey::forget_answered;
pub use passkey::{RelyingParty, unknown_passkey};
pub use policy::{Rules, normal_form};
pub use pool::{Counts, Held, Place};
pub use sealed::{Sealer, Unsealed};
pub use sign_in::{Attempt, ask_passkey, sign_in, sign_in_with_passkey, sign_out};
pub(crate) use throttle::{Secret, WaitingSources, forget_old as forget_old_failures, throttled};
pub(crate) use waiting::forget_waiting;
pub use waiting::{Pending, Second, ask_pending_passkey, give_second, pending};
