//! Encryption of what has to be read back: XChaCha20-Poly1305 (RFC 8439 with the longer nonce
//! of draft-irtf-cfrg-xchacha), so that nonces can be drawn at random.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use crate::{
    Failure, Result,
    master_key::{self, MasterKey, Use},
    random,
};

/// The version that is written: one key encrypts, another one binds.
const VERSION: u8 = 2;
/// Until 0.4.0 one key did both. Such texts are read and not written any more.
const ONE_KEY: u8 = 1;
const NONCE: usize = 24;

/// The keys that secrets are kept under.
pub struct SecretBox {
    keys: Keys,
    /// What opens texts of [`ONE_KEY`].
    former: Keys,
    /// Stands before every text, so that keys can be replaced one day.
    key_id: [u8; 8],
}

struct Keys {
    encrypting: [u8; 32],
    binding: [u8; 32],
}

/// A text that was opened.
pub struct Unsealed {
    pub plain: Zeroizing<Vec<u8>>,
    /// Whether it is of a version that is not written any more: what is kept is to be sealed anew.
    pub outdated: bool,
}

impl SecretBox {
    pub fn new(master_key: &MasterKey) -> Self {
        let mut key_id = [0; 8];
        key_id.copy_from_slice(&master_key.id().as_bytes()[..8]);
        let former = master_key.derive(Use::SecretsUntil04);
        Self {
            keys: Keys {
                encrypting: master_key.derive(Use::SecretsEncrypted),
                binding: master_key.derive(Use::SecretsBound),
            },
            former: Keys { encrypting: former, binding: former },
            key_id,
        }
    }

    /// Encrypts `plain`, so that it can be read only for what it is about.
    ///
    /// # Errors
    /// `Unexpected` when the cipher refuses.
    pub fn seal(&self, about: &[&[u8]], plain: &[u8]) -> Result<Vec<u8>> {
        self.keys.seal(VERSION, self.key_id, about, plain)
    }

    /// Nothing where it was not sealed by this key for this.
    pub fn unseal(&self, about: &[&[u8]], sealed: &[u8]) -> Option<Unsealed> {
        let (version, rest) = sealed.split_first()?;
        let (key_id, rest) = rest.split_at_checked(8)?;
        let (nonce, text) = rest.split_at_checked(NONCE)?;
        let keys = match *version {
            VERSION => &self.keys,
            ONE_KEY => &self.former,
            _ => return None,
        };
        if key_id != self.key_id {
            return None;
        }
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let aad = master_key::mac(&keys.binding, about);
        let plain = keys.cipher().decrypt(&XNonce::from(nonce), Payload { msg: text, aad: &aad });
        Some(Unsealed { plain: Zeroizing::new(plain.ok()?), outdated: *version != VERSION })
    }
}

impl Keys {
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.encrypting.into())
    }

    fn seal(&self, version: u8, key_id: [u8; 8], about: &[&[u8]], plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = random::bytes::<NONCE>();
        let aad = master_key::mac(&self.binding, about);
        let payload = Payload { msg: plain, aad: &aad };
        let text = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let text = text.map_err(|_| Failure::Unexpected("a secret could not be encrypted".into()))?;
        let mut sealed = Vec::with_capacity(1 + 8 + NONCE + text.len());
        sealed.push(version);
        sealed.extend(key_id);
        sealed.extend(nonce);
        sealed.extend(text);
        Ok(sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret_box(key: u8) -> SecretBox {
        SecretBox::new(&MasterKey::new([key; 32]))
    }

    #[test]
    fn t9_a_secret_is_read_back_only_for_whom_it_was_sealed() {
        let sealed = secret_box(1).seal(&[b"totp", b"ana"], b"secret").unwrap();
        assert_eq!(secret_box(1).unseal(&[b"totp", b"ana"], &sealed).unwrap().plain.as_slice(), b"secret");
        assert!(secret_box(1).unseal(&[b"totp", b"grace"], &sealed).is_none());
        assert!(secret_box(1).unseal(&[b"totpa", b"na"], &sealed).is_none());
        assert!(secret_box(2).unseal(&[b"totp", b"ana"], &sealed).is_none());
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn a_tampered_or_cut_text_is_nothing() {
        let sealed = secret_box(1).seal(&[b"x"], b"secret").unwrap();
        for at in 0..sealed.len() {
            let mut tampered = sealed.clone();
            tampered[at] ^= 1;
            assert!(secret_box(1).unseal(&[b"x"], &tampered).is_none(), "byte {at}");
            assert!(secret_box(1).unseal(&[b"x"], &sealed[..at]).is_none(), "cut at {at}");
        }
    }

    #[test]
    fn t9_a_secret_of_0_4_0_is_read_and_known_as_one_to_be_sealed_anew() {
        let secret_box = secret_box(1);
        let old = secret_box.former.seal(ONE_KEY, secret_box.key_id, &[b"totp", b"ana"], b"secret").unwrap();
        let opened = secret_box.unseal(&[b"totp", b"ana"], &old).unwrap();
        assert!(opened.outdated && opened.plain.as_slice() == b"secret");
        assert!(secret_box.unseal(&[b"totp", b"grace"], &old).is_none());
        let new = secret_box.seal(&[b"totp", b"ana"], b"secret").unwrap();
        assert!(!secret_box.unseal(&[b"totp", b"ana"], &new).unwrap().outdated);
        // Neither can be passed for the other.
        for (sealed, version) in [(old, VERSION), (new, ONE_KEY)] {
            assert!(secret_box.unseal(&[b"totp", b"ana"], &[&[version], &sealed[1..]].concat()).is_none());
        }
    }

    #[test]
    fn encrypting_and_binding_have_keys_of_their_own() {
        let Keys { encrypting, binding } = secret_box(1).keys;
        assert_ne!(encrypting, binding);
        assert!(![encrypting, binding].contains(&secret_box(1).former.encrypting));
    }
}
