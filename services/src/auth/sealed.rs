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

const VERSION: u8 = 1;
const NONCE: usize = 24;

pub struct Sealer {
    key: [u8; 32],
    /// Stands before every text, so that keys can be replaced one day.
    key_id: [u8; 8],
}

impl Sealer {
    pub fn new(master_key: &MasterKey) -> Self {
        let mut key_id = [0; 8];
        key_id.copy_from_slice(&master_key.id().as_bytes()[..8]);
        Self { key: master_key.derive(Use::Secrets), key_id }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.key.into())
    }

    /// Encrypts `plain`, so that it can be read only for what it is about.
    pub fn seal(&self, about: &[&[u8]], plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = random::bytes::<NONCE>();
        let aad = master_key::mac(&self.key, about);
        let payload = Payload { msg: plain, aad: &aad };
        let text = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let text = text.map_err(|_| Failure::Unexpected("a secret could not be encrypted".into()))?;
        let mut sealed = Vec::with_capacity(1 + 8 + NONCE + text.len());
        sealed.push(VERSION);
        sealed.extend(self.key_id);
        sealed.extend(nonce);
        sealed.extend(text);
        Ok(sealed)
    }

    /// Nothing where it was not sealed by this key for this.
    pub fn unseal(&self, about: &[&[u8]], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (version, rest) = sealed.split_first()?;
        let (key_id, rest) = rest.split_at_checked(8)?;
        let (nonce, text) = rest.split_at_checked(NONCE)?;
        if *version != VERSION || key_id != self.key_id {
            return None;
        }
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let aad = master_key::mac(&self.key, about);
        let plain = self.cipher().decrypt(&XNonce::from(nonce), Payload { msg: text, aad: &aad });
        plain.ok().map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(key: u8) -> Sealer {
        Sealer::new(&MasterKey::new([key; 32]))
    }

    #[test]
    fn t9_a_secret_is_read_back_only_for_whom_it_was_sealed() {
        let sealed = sealer(1).seal(&[b"totp", b"ana"], b"secret").unwrap();
        assert_eq!(sealer(1).unseal(&[b"totp", b"ana"], &sealed).unwrap().as_slice(), b"secret");
        assert!(sealer(1).unseal(&[b"totp", b"grace"], &sealed).is_none());
        assert!(sealer(1).unseal(&[b"totpa", b"na"], &sealed).is_none());
        assert!(sealer(2).unseal(&[b"totp", b"ana"], &sealed).is_none());
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn a_tampered_or_cut_text_is_nothing() {
        let sealed = sealer(1).seal(&[b"x"], b"secret").unwrap();
        for at in 0..sealed.len() {
            let mut tampered = sealed.clone();
            tampered[at] ^= 1;
            assert!(sealer(1).unseal(&[b"x"], &tampered).is_none(), "byte {at}");
            assert!(sealer(1).unseal(&[b"x"], &sealed[..at]).is_none(), "cut at {at}");
        }
    }
}
