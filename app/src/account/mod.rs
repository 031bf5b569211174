//! One's own account: profile, security, sessions.

mod idle;
mod keepers;
mod layout;
mod notices;
mod profile_page;
mod protection;
mod security;
pub mod server_fns;
mod sessions_page;

pub use idle::IdleWatch;
pub use keepers::tell_names;
pub use layout::{AccountLayout, entries};
pub use notices::Notices;
pub use profile_page::ProfilePage;
pub use security::SecurityPage;
pub use sessions_page::SessionsPage;
