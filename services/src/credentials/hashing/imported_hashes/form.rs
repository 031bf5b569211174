//! What a stored hash says of itself: how other products write the same few functions.

use argon2::{Params, password_hash::phc::PasswordHash};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};

use super::unverifiable::{OTHER_WRAPPINGS, OTHERS, Unverifiable};

/// Costs beyond which a hash is refused rather than worked on: one row must not stop a node.
const BCRYPT_COST: u32 = 16;
const PBKDF2_ROUNDS: u32 = 10_000_000;
const SHA_CRYPT_ROUNDS: u32 = 5_000_000;
const SCRYPT_BYTES: u128 = 256 << 20;
/// Over all times that they are filled.
const SCRYPT_BYTES_IN_ALL: u128 = 1 << 30;
const SCRYPT_LANES: u32 = 16;
const ARGON2_KIB: u32 = 256 << 10;
/// Over all passes. Lanes share the memory, and cost nothing of their own.
const ARGON2_KIB_IN_ALL: u64 = 1 << 20;
const ARGON2_PASSES: u32 = 1_000;
/// Bytes of the shortest and of the longest hash that is compared.
const OUTPUT: std::ops::RangeInclusive<usize> = 10..=128;

/// A hash that can be verified.
pub(super) enum Form<'a> {
    Argon2(Box<PasswordHash>),
    Bcrypt { before: Before, hash: String },
    Scrypt { params: scrypt::Params, salt: Vec<u8>, expected: Vec<u8> },
    Pbkdf2 { digest: Digest, rounds: u32, salt: Vec<u8>, expected: Vec<u8> },
    ShaCrypt(&'a str),
}

/// What a password goes through before bcrypt, which looks at 72 bytes only.
pub(super) enum Before {
    Nothing,
    /// Django: SHA-256 in hexadecimal digits.
    Hexadecimal,
    /// passlib, its first version: SHA-256 in base64.
    Base64,
    /// passlib: HMAC-SHA-256 under the salt as it is written, in base64.
    Keyed(String),
}

#[derive(Clone, Copy)]
pub(super) enum Digest {
    Sha1,
    Sha256,
    Sha512,
}

impl Digest {
    fn named(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }
}

type Parsed<'a> = Result<Form<'a>, Unverifiable>;

/// Words in braces before a hash that is written as elsewhere (LDAP, Dovecot, Spring).
const WRAPPINGS: [&str; 14] = [
    "crypt",
    "bcrypt",
    "blf-crypt",
    "sha256-crypt",
    "sha512-crypt",
    "argon2",
    "argon2i",
    "argon2id",
    "argon2d",
    "pbkdf2",
    "pbkdf2-sha1",
    "pbkdf2-sha256",
    "pbkdf2-sha512",
    "scrypt",
];

pub(super) fn parse(hash: &str) -> Parsed<'_> {
    let unknown = Err(Unverifiable::Unknown);
    if let Some((word, rest)) = hash.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        let word = word.to_ascii_lowercase();
        if let Some((_, kind)) = OTHER_WRAPPINGS.iter().find(|(other, _)| *other == word) {
            return Err(Unverifiable::Kind(kind));
        }
        return match WRAPPINGS.contains(&&*word) {
            true if word.starts_with("pbkdf2") => passlib_pbkdf2(word.strip_prefix("pbkdf2-").unwrap_or("sha1"), rest),
            true => bare(rest),
            false => unknown,
        };
    }
    // Nextcloud: the version of its hasher.
    match hash.split_once('|') {
        Some(("1" | "2" | "3", rest)) => bare(rest),
        Some(_) => unknown,
        None => bare(hash),
    }
}

/// Without what stands around it.
fn bare(hash: &str) -> Parsed<'_> {
    let unknown = Err(Unverifiable::Unknown);
    if let Some((_, kind)) = OTHERS.iter().find(|(prefix, _)| hash.starts_with(prefix)) {
        return Err(Unverifiable::Kind(kind));
    }
    let (first, rest) = hash.split_once(['$', ':']).unwrap_or((hash, ""));
    match first {
        "" => modular(hash),
        // Django writes its own word before what others write alone.
        "argon2" => modular(hash.strip_prefix("argon2").unwrap_or_default()),
        "bcrypt" => bcrypt(Before::Nothing, rest),
        "bcrypt_sha256" => bcrypt(Before::Hexadecimal, rest),
        "scrypt" if hash.starts_with("scrypt:") => werkzeug_scrypt(rest),
        "scrypt" => django_scrypt(rest),
        "pbkdf2" => werkzeug_pbkdf2(rest),
        _ => match first.strip_prefix("pbkdf2_") {
            Some(digest) => django_pbkdf2(digest, rest),
            None => unknown,
        },
    }
}

/// `$kind$...`: the modular crypt format, and PHC strings.
fn modular(hash: &str) -> Parsed<'_> {
    let mut parts = hash.split('$').skip(1);
    let (kind, next) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match kind {
        "2" | "2a" | "2b" | "2x" | "2y" => bcrypt(Before::Nothing, hash),
        "5" | "6" => sha_crypt(hash, next),
        "bcrypt-sha256" => passlib_bcrypt(next, parts.next(), parts.next()).unwrap_or(Err(Unverifiable::Unknown)),
        "pbkdf2" | "pbkdf2-sha1" | "pbkdf2-sha256" | "pbkdf2-sha512" if next.bytes().all(|b| b.is_ascii_digit()) => {
            let rest = hash.get(kind.len() + 2..).unwrap_or_default();
            passlib_pbkdf2(kind.strip_prefix("pbkdf2-").unwrap_or("sha1"), rest)
        }
        _ => phc(hash),
    }
}

fn phc(hash: &str) -> Parsed<'_> {
    let Ok(parsed) = PasswordHash::new(hash) else { return Err(Unverifiable::Unknown) };
    let number = |name: &str| parsed.params.get_decimal(name);
    let (Some(salt), Some(expected)) = (&parsed.salt, &parsed.hash) else { return Err(Unverifiable::Unknown) };
    let (salt, expected) = (salt.as_ref().to_vec(), expected.as_bytes().to_vec());
    let found = match parsed.algorithm.as_str() {
        "argon2i" | "argon2d" | "argon2id" => match Params::try_from(&parsed) {
            Ok(params) if too_costly(&params) => return Err(Unverifiable::TooCostly),
            Ok(_) => return Ok(Form::Argon2(Box::new(parsed))),
            Err(_) => None,
        },
        "scrypt" => number("ln").zip(number("r")).zip(number("p")).map(|((ln, r), p)| scrypt(ln, r, p, salt, expected)),
        kind => {
            let digest = kind.strip_prefix("pbkdf2-").or((kind == "pbkdf2").then_some("sha1"));
            digest.zip(number("i")).map(|(digest, rounds)| pbkdf2(digest, rounds, salt, Some(expected)))
        }
    };
    found.unwrap_or(Err(Unverifiable::Unknown))
}

fn too_costly(params: &Params) -> bool {
    let (kib, passes) = (params.m_cost(), params.t_cost());
    kib > ARGON2_KIB || passes > ARGON2_PASSES || u64::from(kib) * u64::from(passes) > ARGON2_KIB_IN_ALL
}

fn bcrypt(before: Before, hash: &str) -> Parsed<'_> {
    // `$2b$12$` and 53 characters.
    let mut parts = hash.split('$').skip(1);
    let version = parts.next().is_some_and(|version| ["2", "2a", "2b", "2x", "2y"].contains(&version));
    let cost: Option<u32> = parts.next().and_then(|cost| cost.parse().ok());
    match (version, cost, parts.next().map(str::len)) {
        (true, Some(cost), _) if cost > BCRYPT_COST => Err(Unverifiable::TooCostly),
        (true, Some(4..), Some(53)) => Ok(Form::Bcrypt { before, hash: hash.to_owned() }),
        _ => Err(Unverifiable::Unknown),
    }
}

/// `v=2,t=2b,r=12$salt$hash`, before `2b,12$salt$hash`.
fn passlib_bcrypt<'a>(params: &str, salt: Option<&str>, hash: Option<&str>) -> Option<Parsed<'a>> {
    let (salt, hash) = (salt?, hash?);
    let mut parts = params.split(',');
    let (before, kind, cost) = match parts.next()? {
        "v=2" => (Before::Keyed(salt.to_owned()), parts.next()?.strip_prefix("t=")?, parts.next()?.strip_prefix("r=")?),
        kind => (Before::Base64, kind, parts.next()?),
    };
    let cost: u32 = cost.parse().ok()?;
    let whole = format!("${kind}${cost:02}${salt}{hash}");
    Some(match bcrypt(before, &whole) {
        Ok(Form::Bcrypt { before, hash }) => Ok(Form::Bcrypt { before, hash }),
        Ok(_) => return None,
        Err(why) => Err(why),
    })
}

/// `$6$salt$hash`, perhaps with `rounds=5000$` before the salt.
fn sha_crypt<'a>(hash: &'a str, params: &str) -> Parsed<'a> {
    match params.strip_prefix("rounds=").map(str::parse::<u32>) {
        Some(Err(_)) => Err(Unverifiable::Unknown),
        Some(Ok(rounds)) if rounds > SHA_CRYPT_ROUNDS => Err(Unverifiable::TooCostly),
        _ if hash.split('$').count() >= 4 => Ok(Form::ShaCrypt(hash)),
        _ => Err(Unverifiable::Unknown),
    }
}

/// `rounds$salt$hash` in passlib's base64, which has a dot in place of the plus sign.
fn passlib_pbkdf2<'a>(digest: &str, rest: &str) -> Parsed<'a> {
    let decode = |text: &str| STANDARD_NO_PAD.decode(text.replace('.', "+")).ok();
    let mut parts = rest.split('$');
    let (rounds, salt) = (parts.next().and_then(|n| n.parse().ok()), parts.next().and_then(decode));
    match (rounds, salt) {
        (Some(rounds), Some(salt)) => pbkdf2(digest, rounds, salt, parts.next().and_then(decode)),
        _ => Err(Unverifiable::Unknown),
    }
}

/// `rounds$salt$hash`; the salt is taken as it is written.
fn django_pbkdf2<'a>(digest: &str, rest: &str) -> Parsed<'a> {
    let mut parts = rest.split('$');
    match (parts.next().and_then(|n| n.parse().ok()), parts.next()) {
        (Some(rounds), Some(salt)) => {
            pbkdf2(digest, rounds, salt.into(), parts.next().and_then(|hash| STANDARD.decode(hash).ok()))
        }
        _ => Err(Unverifiable::Unknown),
    }
}

/// `sha256:rounds$salt$hash`, the hash in hexadecimal digits.
fn werkzeug_pbkdf2<'a>(rest: &str) -> Parsed<'a> {
    let mut parts = rest.split('$');
    let method = parts.next().and_then(|method| method.split_once(':'));
    match (method.and_then(|(digest, n)| Some((digest, n.parse().ok()?))), parts.next()) {
        (Some((digest, rounds)), Some(salt)) => pbkdf2(digest, rounds, salt.into(), parts.next().and_then(hexadecimal)),
        _ => Err(Unverifiable::Unknown),
    }
}

fn pbkdf2<'a>(digest: &str, rounds: u32, salt: Vec<u8>, expected: Option<Vec<u8>>) -> Parsed<'a> {
    match (Digest::named(digest), expected) {
        (Some(_), _) if rounds > PBKDF2_ROUNDS => Err(Unverifiable::TooCostly),
        (Some(digest), Some(expected)) if rounds > 0 && OUTPUT.contains(&expected.len()) => {
            Ok(Form::Pbkdf2 { digest, rounds, salt, expected })
        }
        _ => Err(Unverifiable::Unknown),
    }
}

/// `N$salt$r$p$hash`: the salt is in the middle.
fn django_scrypt<'a>(rest: &str) -> Parsed<'a> {
    let parts: Vec<&str> = rest.split('$').collect();
    let [n, salt, r, p, hash] = parts[..] else { return Err(Unverifiable::Unknown) };
    scrypt_of(n, r, p, salt, STANDARD.decode(hash).ok())
}

/// `N:r:p$salt$hash`, the hash in hexadecimal digits.
fn werkzeug_scrypt<'a>(rest: &str) -> Parsed<'a> {
    let parts: Vec<&str> = rest.split('$').collect();
    let [costs, salt, hash] = parts[..] else { return Err(Unverifiable::Unknown) };
    let costs: Vec<&str> = costs.split(':').collect();
    let [n, r, p] = costs[..] else { return Err(Unverifiable::Unknown) };
    scrypt_of(n, r, p, salt, hexadecimal(hash))
}

fn scrypt_of<'a>(n: &str, r: &str, p: &str, salt: &str, expected: Option<Vec<u8>>) -> Parsed<'a> {
    let number = |text: &str| text.parse::<u32>().ok();
    let log_n = number(n).filter(|n| n.is_power_of_two()).map(u32::ilog2);
    match (log_n, number(r), number(p), expected) {
        (Some(log_n), Some(r), Some(p), Some(expected)) => scrypt(log_n, r, p, salt.into(), expected),
        _ => Err(Unverifiable::Unknown),
    }
}

fn scrypt<'a>(log_n: u32, r: u32, p: u32, salt: Vec<u8>, expected: Vec<u8>) -> Parsed<'a> {
    let bytes = (128 * u128::from(r)) << Ord::min(log_n, 32);
    if log_n >= 32 || p > SCRYPT_LANES || bytes > SCRYPT_BYTES || bytes * u128::from(p) > SCRYPT_BYTES_IN_ALL {
        return Err(Unverifiable::TooCostly);
    }
    match scrypt::Params::new(log_n as u8, r, p) {
        Ok(params) if OUTPUT.contains(&expected.len()) => Ok(Form::Scrypt { params, salt, expected }),
        _ => Err(Unverifiable::Unknown),
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.len().is_multiple_of(2).then(|| text.as_bytes().chunks(2))?;
    digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok()).collect()
}
