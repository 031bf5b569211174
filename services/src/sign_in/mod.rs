//! Signing in: the ways from a proof to a session. Each first factor ends in `first_factor`, and each session
//! begins in `session::start_session`.

mod first_factor;
mod passkey;
mod password;
mod pending;
mod reauthentication;
mod second_factor;
mod session;

pub use first_factor::SignedIn;
pub use passkey::{start_passkey, with_passkey};
pub use password::{Attempt, with_password};
pub(crate) use pending::cleanup;
pub use pending::{Pending, find_pending};
pub use reauthentication::{reauthenticate, start_reauthentication};
pub use second_factor::{SecondFactor, start_pending_passkey, with_second_factor};
pub use session::{BrowserCookies, sign_out};
pub(crate) use session::{SignInDetails, insert_session};
