//! Passkeys (WebAuthn Level 3): challenges, answers, and what is kept of a credential.
//!
//! The state of every challenge is handed out sealed and brought back with its answer, so that nothing is
//! written down for a page that is only looked at. What was answered is written down: a
//! challenge counts once (T11).

mod acts;
mod authentication;
mod decoy_credentials;
mod entity;
mod providers;
mod registration;
mod relying_party;
mod state;
mod stored;
mod unknown;

pub use acts::{add_passkey, begin_passkey, kept_passkeys, remove_passkey, remove_passkey_for_user, rename_passkey};
pub(crate) use authentication::{
    AllowedCredentials, NotVerified, VerifiedPasskey, finish_authentication, mark_suspect, start_authentication,
};
pub use relying_party::RelyingParty;
pub(crate) use state::cleanup;
pub(crate) use stored::{any_for_domain, usable_ids};
pub(super) use stored::{any_usable, delete_all, list_rows};
pub use unknown::unknown_passkey;
