//! One argon2id hash after the other in memory that its thread keeps: 19 MiB that are not
//! asked of the operating system, cleared and given back for every sign-in.

use std::mem::MaybeUninit;

use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash::phc::PasswordHash};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use subtle::ConstantTimeEq;

/// argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet;
/// RFC 9106 gives the algorithm).
///
/// # Panics
/// Never: the figures are within the algorithm's bounds.
#[allow(clippy::expect_used, reason = "constants within the bounds")]
pub fn hashing_parameters() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("constants within the bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What every hash of today begins with, in PHC string format.
pub(in crate::credentials) fn hashing_prefix() -> String {
    let argon2 = hashing_parameters();
    let params = argon2.params();
    format!("$argon2id$v=19$m={},t={},p={}$", params.m_cost(), params.t_cost(), params.p_cost())
}

/// Bytes of a hash.
pub(super) const OUTPUT: usize = 32;

/// The memory of one thread; taken when the first hash needs it.
#[derive(Default)]
pub(super) struct Memory {
    blocks: Vec<Block>,
    runs: u64,
}

impl Memory {
    /// How often it was filled to the end: what a hash costs.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// The hash of a password in PHC string format.
    pub fn hash(&mut self, password: &[u8], salt: [u8; 16]) -> Result<String, argon2::Error> {
        let out = self.run(password, &salt)?;
        let text = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
        Ok(format!("{}{}${}", hashing_prefix(), text(&salt), text(&out)))
    }

    /// Whether the password belongs to the hash, which is one of today's; nothing where it only
    /// begins like one, and then nothing was worked out.
    pub fn verify(&mut self, password: &[u8], hash: &str) -> Option<bool> {
        let parsed = PasswordHash::new(hash).ok()?;
        let (salt, expected) = (parsed.salt?, parsed.hash?);
        let out = self.run(password, salt.as_ref()).ok()?;
        Some(out.ct_eq(expected.as_bytes()).into())
    }

    fn run(&mut self, password: &[u8], salt: &[u8]) -> Result<[u8; OUTPUT], argon2::Error> {
        let argon2 = hashing_parameters();
        if self.blocks.is_empty() {
            let count = argon2.params().block_count();
            self.blocks.reserve_exact(count);
            // Before anything touches it.
            prefer_huge_pages(self.blocks.spare_capacity_mut());
            self.blocks.resize(count, Block::default());
        }
        let mut out = [0; OUTPUT];
        argon2.hash_password_into_with_memory(password, salt, &mut out, &mut self.blocks[..])?;
        self.runs += 1;
        Ok(out)
    }
}

/// Asks for memory in pages of 2 MiB: argon2 jumps about in it, and the processor keeps count of
/// few pages. Hashing gets 5 % faster where the kernel agrees (BENCHMARKS.md).
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "the one place: no library offers this advice for memory that is there")]
fn prefer_huge_pages(blocks: &mut [MaybeUninit<Block>]) {
    use rustix::mm::{Advice, madvise};

    let page = rustix::param::page_size();
    let start = blocks.as_mut_ptr().cast::<u8>();
    let length = size_of_val(blocks);
    let skipped = start.align_offset(page);
    if skipped >= length {
        return;
    }
    // SAFETY: the range begins on a page and is mapped, since the slice is. The kernel takes whole
    // pages, so that the last may hold something else as well: the advice changes how memory is
    // backed, never what it holds.
    let advised = unsafe { madvise(start.add(skipped).cast(), length - skipped, Advice::LinuxHugepage) };
    if let Err(cause) = advised {
        tracing::debug!(%cause, "hashing does without huge pages");
    }
}

#[cfg(not(target_os = "linux"))]
fn prefer_huge_pages(_: &mut [MaybeUninit<Block>]) {}

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordHasher;

    use super::*;

    #[test]
    fn hashes_are_those_of_the_library() {
        let mut memory = Memory::default();
        let own = memory.hash(b"a long enough phrase", [7; 16]).unwrap();
        let theirs = hashing_parameters().hash_password_with_salt(b"a long enough phrase", &[7; 16]).unwrap();
        assert_eq!(own, theirs.to_string());
        // Again in the same memory, which nothing has cleared.
        assert_eq!(memory.hash(b"a long enough phrase", [7; 16]).unwrap(), own);
        assert_eq!(memory.verify(b"a long enough phrase", &own), Some(true));
        assert_eq!(memory.verify(b"a long enough phrasE", &own), Some(false));
        assert_eq!(memory.runs(), 4);
    }

    #[test]
    fn what_only_begins_like_a_hash_of_today_is_none() {
        let mut memory = Memory::default();
        // Nothing, no hash, a salt that is too short, what is no base64.
        for rest in ["", "c29tZXNhbHRzb21lc2FsdA", "c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "!$!"] {
            assert_eq!(memory.verify(b"a long enough phrase", &format!("{}{rest}", hashing_prefix())), None, "{rest}");
        }
        assert_eq!(memory.runs(), 0);
    }
}
