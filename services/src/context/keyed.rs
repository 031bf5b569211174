//! What is made with keys that only this installation has. The keys themselves stay here.

use domain::users::UserId;
use uuid::Uuid;

use super::Context;
use crate::{Result, encryption::Unsealed, master_key};

impl Context {
    /// The name of a throttle bucket, unreadable without the master key.
    pub(crate) fn bucket(&self, parts: &[&[u8]]) -> [u8; 32] {
        master_key::mac(&self.inner().throttle_key, parts)
    }

    /// What is kept of a username that is never given again.
    pub(crate) fn retired(&self, username_key: &str) -> Vec<u8> {
        master_key::mac(&self.inner().retired_key, &[username_key.as_bytes()]).to_vec()
    }

    /// What the list of erasures says of somebody, as hexadecimal digits.
    pub(crate) fn erased(&self, user: Uuid) -> String {
        let mac = master_key::mac(&self.inner().erasures_key, &[user.as_bytes()]);
        mac.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Encrypts something, bound to what it is about.
    pub(crate) fn seal(&self, about: &[&[u8]], plain: &[u8]) -> Result<Vec<u8>> {
        self.inner().sealer.seal(about, plain)
    }

    /// Nothing where it was not sealed here, for this.
    pub(crate) fn unseal(&self, about: &[&[u8]], sealed: &[u8]) -> Option<Unsealed> {
        self.inner().sealer.unseal(about, sealed)
    }

    /// What is stored of somebody's recovery code.
    pub(crate) fn recovery_hash(&self, user: UserId, code: &str) -> Vec<u8> {
        master_key::mac(&self.inner().recovery_key, &[user.0.as_bytes(), code.as_bytes()]).to_vec()
    }
}
