//! Randomness from the operating system, and what is made of it.

use uuid::Uuid;

/// `N` random bytes.
///
/// # Panics
/// When the operating system has no randomness to give; nothing safe can be done then.
#[allow(clippy::disallowed_methods, clippy::expect_used, reason = "the one place that draws")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    getrandom::fill(&mut out).expect("the operating system gives random bytes");
    out
}

/// A new identifier: UUID version 7 (RFC 9562, section 5.7), ordered by `now`.
pub fn id(now: domain::Millis) -> Uuid {
    // Within one millisecond the order is random: version 7 asks for no more.
    uuid::Builder::from_unix_timestamp_millis(now.max(0) as u64, &bytes()).into_uuid()
}

/// A short name for a log entry, such as `k3f9-2mxq`.
pub fn reference() -> String {
    format!("{}-{}", letters(4), letters(4))
}

/// A secret for links: 26 characters that carry 128 bits or more.
pub fn code() -> String {
    letters(26)
}

/// A password for signing in once: 20 characters, 98 bits, in groups that can be read aloud.
pub fn one_time_password() -> String {
    [letters(5), letters(5), letters(5), letters(5)].join("-")
}

/// A one-time password as it was made, however it was typed; nothing where what was typed has
/// another shape.
pub fn as_one_time_password(typed: &str) -> Option<String> {
    let letters = domain::text::code(typed, 20);
    if letters.len() != 20 || !letters.bytes().all(|letter| ALPHABET.contains(&letter)) {
        return None;
    }
    let groups: Vec<&str> = [0, 5, 10, 15].into_iter().filter_map(|at| letters.get(at..at + 5)).collect();
    Some(groups.join("-"))
}

/// A recovery code: 15 characters, 74 bits, in groups.
pub fn recovery_code() -> String {
    [letters(5), letters(5), letters(5)].join("-")
}

/// The value of a cookie or a link that names something secret: 256 bits in hexadecimal digits.
pub fn token() -> String {
    bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Letters and digits that nobody confuses: 31 of them, so each carries 4.95 bits.
const ALPHABET: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";

fn letters(count: usize) -> String {
    let mut out = String::with_capacity(count);
    while out.len() < count {
        for byte in bytes::<32>() {
            // 248 is the largest multiple of 31 in a byte: the rest would favour some letters.
            if byte < 248 && out.len() < count {
                out.push(ALPHABET[usize::from(byte % 31)] as char);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_carries_at_least_128_bits() {
        assert!(26.0 * f64::log2(31.0) >= 128.0);
        assert_eq!(code().len(), 26);
        assert_ne!(code(), code());
    }

    #[test]
    fn a_one_time_password_is_recognised_however_it_is_typed() {
        let made = one_time_password();
        let bare = made.replace('-', "");
        for typed in [&made, &bare, &made.to_uppercase(), &bare.replace('a', "ａ"), &format!(" {made}\u{200b}")] {
            assert_eq!(as_one_time_password(typed).as_ref(), Some(&made), "{typed}");
        }
        for other in ["", &made[1..], &format!("{made}2"), "correct horse battery staple", &made.replace('-', "+")] {
            assert_eq!(as_one_time_password(other), None, "{other}");
        }
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        assert!(id(1_000) < id(2_000));
        assert_eq!(id(1_000).get_version_num(), 7);
    }
}
