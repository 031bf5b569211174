//! Password hashes that another product made: verified as they are, and replaced by ours at
//! the first sign-in that they let through.
//!
//! argon2, scrypt, PBKDF2 and bcrypt as PHC and modular crypt strings, as passlib, Django,
//! werkzeug, Nextcloud, LDAP and Dovecot write them, and SHA-crypt (`$5$`, `$6$`). What cannot
//! be verified is named by `keydesk doctor`.

use argon2::{
    Argon2,
    password_hash::{Error, PasswordVerifier},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha_crypt::ShaCrypt;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

mod affected;
mod form;
mod unverifiable;

pub use affected::unverifiable_passwords;
use form::{Before, Digest, Form};
pub use unverifiable::Unverifiable;

/// Whether the password belongs to the hash; nothing where that cannot be worked out.
pub(super) fn verify(password: &[u8], hash: &str) -> Option<bool> {
    form::parse(hash).ok()?.matches(password)
}

/// Why no password can match this hash, where that is so.
fn unverifiable(hash: &str) -> Option<Unverifiable> {
    form::parse(hash).err()
}

impl Form<'_> {
    fn matches(&self, password: &[u8]) -> Option<bool> {
        match self {
            Self::Argon2(parsed) => told(Argon2::default().verify_password(password, &**parsed)),
            Self::Bcrypt { before, hash } => bcrypt::verify(&*before.apply(password), hash).ok(),
            Self::ShaCrypt(hash) => told(ShaCrypt::default().verify_password(password, *hash)),
            Self::Scrypt { params, salt, expected } => {
                same(expected, |out| scrypt::scrypt(password, salt, params, out).is_ok())
            }
            Self::Pbkdf2 { digest, rounds, salt, expected } => same(expected, |out| {
                match digest {
                    Digest::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, *rounds, out),
                    Digest::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, *rounds, out),
                    Digest::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, *rounds, out),
                }
                true
            }),
        }
    }
}

/// A library's answer. Whatever else is wrong is wrong with the hash.
fn told(verified: Result<(), Error>) -> Option<bool> {
    match verified {
        Ok(()) => Some(true),
        Err(Error::PasswordInvalid) => Some(false),
        Err(_) => None,
    }
}

impl Before {
    fn apply(&self, password: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Nothing => password.to_vec(),
            Self::Hexadecimal => {
                Sha256::digest(password).iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
            }
            Self::Base64 => STANDARD.encode(Sha256::digest(password)).into_bytes(),
            Self::Keyed(salt) => match Hmac::<Sha256>::new_from_slice(salt.as_bytes()) {
                Ok(mac) => STANDARD.encode(mac.chain_update(password).finalize().into_bytes()).into_bytes(),
                // HMAC takes keys of any length.
                Err(_) => vec![],
            },
        })
    }
}

/// Derives as many bytes as there are and compares them.
fn same(expected: &[u8], derive: impl FnOnce(&mut [u8]) -> bool) -> Option<bool> {
    let mut out = Zeroizing::new(vec![0; expected.len()]);
    derive(&mut out).then(|| out.ct_eq(expected).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &[u8] = b"violet anchor paper thunder";

    /// Each line names what made it, a tab, and the hash of [`PASSWORD`].
    const VECTORS: &str = include_str!("vectors.txt");

    fn vectors() -> impl Iterator<Item = (&'static str, &'static str)> {
        VECTORS.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once('\t').unwrap())
    }

    #[test]
    fn t4_hashes_of_other_products_are_verified() {
        assert!(vectors().count() > 30);
        for (made_by, hash) in vectors() {
            assert_eq!(verify(PASSWORD, hash), Some(true), "{made_by}: {hash}");
            assert_eq!(verify(b"violet anchor paper thundeR", hash), Some(false), "{made_by}: {hash}");
            assert_eq!(unverifiable(hash), None, "{made_by}: {hash}");
        }
    }

    #[test]
    fn t4_what_cannot_be_verified_is_named() {
        for (hash, named) in [
            ("$1$pJQBOpmW$kO7dvPJjhoe4Lr7x3lPax.", "MD5-crypt ($1$)"),
            ("$apr1$aNMahcER$6fc/BwSe2.kS005Y06nHX/", "Apache's MD5-crypt ($apr1$)"),
            ("{SSHA}UXPfU88l8TM9IyyhgZgVJ6LclpD7f8+Z", "{SSHA}"),
            ("$P$5m9G9m7yInjxKtAZQPX49biaNeBTSV/", "phpass ($P$)"),
            ("md5$YY7JfJFo9n8XPrXvfbwm0P$b789adb26d137bf660ee01e0274aa9e2", "Django's MD5 (md5$)"),
            ("$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7", "yescrypt ($y$)"),
            ("pbkdf2_sha256$4000000000$salt$c2hvcnRzaG9ydHNob3J0", "more work than one sign-in may cost"),
            ("$6$rounds=900000000$saltsalt$x", "more work than one sign-in may cost"),
            ("hunter2", "an unknown form"),
        ] {
            assert_eq!(unverifiable(hash).map(|why| why.to_string()).as_deref(), Some(named), "{hash}");
            assert_eq!(verify(PASSWORD, hash), None, "{hash}");
        }
    }

    #[test]
    fn t4_no_hash_holds_a_thread_without_end_or_takes_all_memory() {
        let rest = "c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for (costs, too_much) in [
            ("argon2id$v=19$m=64,t=3,p=1", false),
            ("argon2id$v=19$m=64,t=4294967295,p=1", true),
            ("argon2id$v=19$m=64,t=100000,p=1", true),
            ("argon2i$v=19$m=262144,t=5,p=1", true),
            // Each lane has to have 8 KiB.
            ("argon2d$v=19$m=134217720,t=1,p=16777215", true),
            ("scrypt$ln=4,r=8,p=1", false),
            ("scrypt$ln=15,r=8,p=100", true),
            ("scrypt$ln=18,r=8,p=16", true),
            ("scrypt$ln=31,r=67108864,p=1", true),
        ] {
            let hash = format!("${costs}${rest}");
            assert_eq!(unverifiable(&hash), too_much.then_some(Unverifiable::TooCostly), "{costs}");
            assert_eq!(verify(PASSWORD, &hash), (!too_much).then_some(false), "{costs}");
        }
    }

    #[test]
    fn a_hash_that_would_take_for_ever_or_says_nothing_is_no_hash() {
        for bad in [
            "",
            "plain",
            "violet anchor paper thunder",
            "{}",
            "{CRYPT}",
            "{CRYPT}violet anchor paper thunder",
            "3|",
            "3|violet anchor paper thunder",
            "$2b$31$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
            "$bcrypt-sha256$v=2,t=2b,r=31$MnNQ4Z.F9W4S9.RSwmXGH.$UujNq5Hjfr9ya6Z97/2NoGnEeGrqKJu",
            "$bcrypt-sha256$v=2,t=6,r=4$MnNQ4Z.F9W4S9.RSwmXGH.$UujNq5Hjfr9ya6Z97/2NoGnEeGrqKJu",
            "$bcrypt-sha256$v=2",
            "pbkdf2_sha256$4000000000$salt$c2hvcnQ=",
            "pbkdf2_sha256$0$salt$c2hvcnRzaG9ydHNob3J0",
            "pbkdf2_sha256$1$salt$",
            "pbkdf2_md5$1$salt$c2hvcnRzaG9ydA==",
            "pbkdf2:md5:1$salt$00112233445566778899",
            "pbkdf2:sha256$salt$00112233445566778899",
            "scrypt:1000:8:1$salt$00112233445566778899",
            "scrypt:1073741824:8:1$salt$00112233445566778899",
            "scrypt$1024$salt$8$999$c2hvcnRzaG9ydHNob3J0",
            "$scrypt$ln=30,r=8,p=1$aaaaaaaaaaaaaaaaaaaaaa$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "$argon2id$v=19$m=4000000,t=1,p=1$aaaaaaaaaaaaaaaaaaaaaa$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "argon2$violet anchor paper thunder",
            "$6$",
            "$6$rounds=x$salt$hash",
            "$pbkdf2-sha256$1000$$",
        ] {
            assert_eq!(verify(PASSWORD, bad), None, "{bad}");
            assert!(unverifiable(bad).is_some(), "{bad}");
        }
    }
}
