//! Decoy credentials: what the challenge for a name's passkeys holds where there are none (T6).
//!
//! They have to look like those of a person. So they are drawn from what authenticators show: how
//! many a person has, how long an id is, and how it is made. No length that is shown for
//! people may be missing here, or a single id would be proof of a person; and no answer is
//! empty, which a person's never is. The same name gets the same ones for ever.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How many a person has, by how often, in hundredths.
const NUMBERS: [(usize, u64); 7] = [(1, 60), (2, 24), (3, 9), (4, 4), (5, 1), (6, 1), (7, 1)];

/// Bytes of an id, by how often, in thousandths.
const LENGTHS: [(Length, u64); 10] = [
    // Google Password Manager, Bitwarden, most other password managers, resident keys of YubiKeys.
    (Length::Exactly(16), 330),
    // Apple's keychain.
    (Length::Exactly(20), 280),
    // Windows Hello, Chrome's own authenticator, KeePassXC.
    (Length::Exactly(32), 200),
    // Security keys, by maker and firmware.
    (Length::Exactly(48), 50),
    (Length::Exactly(64), 60),
    (Length::Exactly(96), 10),
    (Length::Exactly(112), 10),
    (Length::Exactly(128), 10),
    // Older Android phones.
    (Length::Exactly(65), 30),
    // All others: some seal what they know of the credential into its id.
    (Length::From(17, 272), 20),
];

/// Of ids of 16 bytes, those that are random UUIDs, in hundredths.
const UUIDS: u64 = 30;

#[derive(Clone, Copy)]
enum Length {
    Exactly(usize),
    From(usize, usize),
}

/// The ids of the credentials that nobody with this name has.
pub(super) fn ids(key: &[u8; 32], name: &str) -> Vec<Vec<u8>> {
    let mut lot = Lot::new(key, name);
    (0..lot.drawn(&NUMBERS)).map(|_| id(&mut lot)).collect()
}

fn id(lot: &mut Lot<'_>) -> Vec<u8> {
    let length = match lot.drawn(&LENGTHS) {
        Length::Exactly(length) => length,
        Length::From(least, most) => least + lot.below((most - least + 1) as u64) as usize,
    };
    let uuid = length == 16 && lot.below(100) < UUIDS;
    let mut id: Vec<u8> = (0..length).map(|_| lot.byte()).collect();
    if let (true, Ok(bytes)) = (uuid, <[u8; 16]>::try_from(&*id)) {
        id = uuid::Builder::from_random_bytes(bytes).into_uuid().into_bytes().to_vec();
    }
    id
}

/// Bytes that only the key and the name decide about: HMAC-SHA-256 of the name and a counter.
struct Lot<'a> {
    key: &'a [u8; 32],
    name: &'a str,
    blocks: u64,
    block: Vec<u8>,
}

impl<'a> Lot<'a> {
    fn new(key: &'a [u8; 32], name: &'a str) -> Self {
        Self { key, name, blocks: 0, block: vec![] }
    }

    fn byte(&mut self) -> u8 {
        loop {
            if let Some(byte) = self.block.pop() {
                return byte;
            }
            // HMAC takes keys of any length.
            if let Ok(mac) = Hmac::<Sha256>::new_from_slice(self.key) {
                let mac = mac.chain_update(self.blocks.to_be_bytes()).chain_update(self.name);
                self.block = mac.finalize().into_bytes().to_vec();
                self.blocks += 1;
            }
        }
    }

    /// A number below this one.
    fn below(&mut self, end: u64) -> u64 {
        let number = (0..8).fold(0, |number, _| number << 8 | u64::from(self.byte()));
        // So much larger than any end that the remainder prefers nothing.
        number % end
    }

    fn drawn<T: Copy>(&mut self, of: &[(T, u64)]) -> T {
        let mut left = self.below(of.iter().map(|(_, weight)| weight).sum());
        for (one, weight) in of {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *one,
            }
        }
        of[0].0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t6_the_same_name_has_the_same_ones_and_another_has_others() {
        let key = [7; 32];
        assert_eq!(ids(&key, "ana"), ids(&key, "ana"));
        assert_ne!(ids(&key, "ana"), ids(&key, "anb"));
        assert_ne!(ids(&key, "ana"), ids(&[8; 32], "ana"));
    }

    #[test]
    fn t6_no_two_ids_are_alike_and_none_is_too_short_or_too_long() {
        let all: Vec<_> = (0..2_000).flat_map(|number| ids(&[7; 32], &format!("name{number}"))).collect();
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        // WebAuthn, section 4.
        assert!(all.iter().all(|id| (16..=1_023).contains(&id.len())));
    }
}
