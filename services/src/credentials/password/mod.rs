//! Passwords: which are accepted, how they are kept, and who gives one.

mod breaches;
mod estimate;
mod judging;
mod own;
mod policy;
mod reset;
mod stored;
mod verify;

pub use breaches::Breaches;
pub(crate) use judging::{Turns, judge};
pub use own::{change_password, min_password_length, password_strength, remove_password};
pub use policy::{PasswordRules, normal_form};
pub use reset::reset_password;
pub(crate) use reset::{Prepared, give, prepare};
pub(super) use stored::list_unlike;
pub(crate) use stored::{StoredPassword, find, find_with_user, insert};
pub(crate) use verify::{upgrade_hash, verify_own, within_bounds};
