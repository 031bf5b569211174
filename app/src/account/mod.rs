//! One's own account: profile, security, sessions.

mod end_sessions;
mod idle;
mod layout;
mod notices;
mod passkey_signals;
mod profile_page;
mod protection;
mod security;
pub mod server_fns;
mod sessions_page;

pub use idle::IdleWatch;
pub use layout::{AccountLayout, entries};
pub use notices::Notices;
pub use passkey_signals::tell_names;
pub use profile_page::ProfilePage;
pub use security::SecurityPage;
pub use sessions_page::SessionsPage;
