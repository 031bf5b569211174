//! Password hashes that another product made: verified as they are, and replaced by ours at
//! the first sign-in that they let through.
//!
//! bcrypt (`$2a$`, `$2b$`, `$2x$`, `$2y$`), scrypt, PBKDF2 and argon2 in PHC string format, and PBKDF2 as
//! Django writes it (`pbkdf2_sha256$rounds$salt$hash`).

use argon2::{
    Argon2, Params,
    password_hash::{PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

/// Costs beyond which a hash is refused rather than worked on: one row must not stop a node.
const BCRYPT_COST: u32 = 16;
const PBKDF2_ROUNDS: u32 = 10_000_000;
const SCRYPT_BYTES: u64 = 256 << 20;
const ARGON2_KIB: u32 = 256 << 10;
/// Bytes of the longest hash that is compared.
const OUTPUT: usize = 128;

/// Whether the password belongs to the hash.
pub(super) fn verify(password: &[u8], hash: &str) -> bool {
    if hash.starts_with("$2") {
        return bcrypt_cost(hash).is_some_and(|cost| cost <= BCRYPT_COST)
            && bcrypt::verify(password, hash).unwrap_or(false);
    }
    if let Some(django) = hash.strip_prefix("pbkdf2_") {
        return verify_django(password, django).unwrap_or(false);
    }
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    match parsed.algorithm.as_str() {
        "argon2i" | "argon2d" | "argon2id" => {
            Params::try_from(&parsed).is_ok_and(|params| params.m_cost() <= ARGON2_KIB)
                && Argon2::default().verify_password(password, &parsed).is_ok()
        }
        "scrypt" => verify_scrypt(password, &parsed).unwrap_or(false),
        kind => verify_pbkdf2(password, kind, &parsed).unwrap_or(false),
    }
}

/// `$2b$12$...`: the number between the second and the third sign.
fn bcrypt_cost(hash: &str) -> Option<u32> {
    hash.split('$').nth(2)?.parse().ok()
}

fn number(parsed: &PasswordHash, name: &str) -> Option<u32> {
    parsed.params.get_decimal(name)
}

fn verify_scrypt(password: &[u8], parsed: &PasswordHash) -> Option<bool> {
    let (log_n, r, p) = (number(parsed, "ln")?, number(parsed, "r")?, number(parsed, "p")?);
    let log_n = u8::try_from(log_n).ok().filter(|log_n| *log_n < 32)?;
    if (128 * u64::from(r)) << log_n > SCRYPT_BYTES || p > 16 {
        return None;
    }
    let params = scrypt::Params::new(log_n, r, p).ok()?;
    same(parsed.salt.as_ref()?.as_ref(), parsed.hash.as_ref()?.as_bytes(), |salt, out| {
        scrypt::scrypt(password, salt, &params, out).is_ok()
    })
}

fn verify_pbkdf2(password: &[u8], kind: &str, parsed: &PasswordHash) -> Option<bool> {
    let rounds = number(parsed, "i")?;
    same(parsed.salt.as_ref()?.as_ref(), parsed.hash.as_ref()?.as_bytes(), |salt, out| {
        derive(kind.strip_prefix("pbkdf2-").unwrap_or("sha1"), password, salt, rounds, out)
    })
}

fn verify_django(password: &[u8], text: &str) -> Option<bool> {
    let mut parts = text.split('$');
    let (kind, rounds, salt, hash) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hash = STANDARD.decode(hash).ok()?;
    let rounds = rounds.parse().ok()?;
    same(salt.as_bytes(), &hash, |salt, out| derive(kind, password, salt, rounds, out))
}

fn derive(kind: &str, password: &[u8], salt: &[u8], rounds: u32, out: &mut [u8]) -> bool {
    if !(1..=PBKDF2_ROUNDS).contains(&rounds) {
        return false;
    }
    match kind {
        "sha1" => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, rounds, out),
        "sha256" => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, rounds, out),
        "sha512" => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, rounds, out),
        _ => return false,
    }
    true
}

/// Derives as many bytes as there are and compares them.
fn same(salt: &[u8], expected: &[u8], derive: impl FnOnce(&[u8], &mut [u8]) -> bool) -> Option<bool> {
    let mut out = [0; OUTPUT];
    let out = out.get_mut(..expected.len()).filter(|out| out.len() >= 10)?;
    derive(salt, out).then(|| out.ct_eq(expected).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &[u8] = b"violet anchor paper thunder";

    /// Made by Python: hashlib, the bcrypt package 4.3, and Django's own encoding.
    const HASHES: [&str; 6] = [
        "$2b$06$6UcHgk/wW4x0TNor11JvmeCDmHcsqLv1G5A6P3740YRCbBAXInOhi",
        "$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$gj4070wSiKU1Lf6WlF7U+KTwKFTrQXx4G5LPEKe54VY",
        "$pbkdf2-sha256$i=10000,l=32$AAECAwQFBgcICQoLDA0ODw$iGq5QoRGaMfG5g4aHKqTVm9p+MO9/6W2csNcWYiVmVQ",
        "$pbkdf2-sha512$i=10000,l=64$AAECAwQFBgcICQoLDA0ODw$nkvNvFziFtiO/4GPndFlDkfDfbmH2vJMvyBUr3aq9Zzd4p5kxGZUOhQPZ/ax5m58scb6H5D3RMO2kiwtAG10Fg",
        "pbkdf2_sha256$10000$QwErTy123456$dA1uSV175ub7B9tLuELDpfHhDh9e/5EYYkaqmfEkHGw=",
        "$argon2i$v=19$m=1024,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$eN7ZoDv87dzo4oCt+Yq7UDJhl65yiw+Y0zf2FkNbWvM",
    ];

    #[test]
    fn t4_hashes_of_other_products_are_verified() {
        for hash in HASHES {
            assert!(verify(PASSWORD, hash), "{hash}");
            assert!(!verify(b"violet anchor paper thundeR", hash), "{hash}");
            assert!(!verify(b"", hash), "{hash}");
        }
    }

    #[test]
    fn a_hash_that_would_take_for_ever_or_says_nothing_is_no_hash() {
        for bad in [
            "",
            "plain",
            "$2b$31$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
            "pbkdf2_sha256$4000000000$salt$c2hvcnQ=",
            "pbkdf2_sha256$1$salt$",
            "pbkdf2_md5$1$salt$c2hvcnRzaG9ydA==",
            "$scrypt$ln=30,r=8,p=1$aaaaaaaaaaaaaaaaaaaaaa$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "$argon2id$v=19$m=4000000,t=1,p=1$aaaaaaaaaaaaaaaaaaaaaa$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert!(!verify(PASSWORD, bad), "{bad}");
        }
    }
}
