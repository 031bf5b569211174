//! What a password must satisfy. NIST SP 800-63B-4, section 3.1.1.2, and OWASP ASVS
//! 5.0.0, 6.2: length counts, composition does not, and nothing expires by the calendar.

use crate::Problem;

/// At least this many characters where the password is the only factor.
pub const LEAST: u32 = 15;
/// Accepted up to this many, and verified whole (ASVS 6.2.9).
pub const MOST: u32 = 128;

/// Checks the length of a password that is already in Unicode form NFC: `least` characters or more.
pub fn length(password: &str, least: u32) -> Result<(), Problem> {
    if password.is_empty() {
        return Err(Problem::Missing);
    }
    // A character is at most four bytes: a megabyte need not be walked.
    if password.len() > MOST as usize * 4 {
        return Err(Problem::TooLong { most: MOST });
    }
    match password.chars().count() as u32 {
        n if n < least => Err(Problem::TooShort { least }),
        n if n > MOST => Err(Problem::TooLong { most: MOST }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t1_fifteen_characters_are_enough_and_fourteen_are_not() {
        assert_eq!(length(&"x".repeat(14), LEAST), Err(Problem::TooShort { least: 15 }));
        assert_eq!(length(&"x".repeat(15), LEAST), Ok(()));
    }

    #[test]
    fn t1_length_counts_characters() {
        assert_eq!(length(&"ß".repeat(14), LEAST), Err(Problem::TooShort { least: 15 }));
        assert_eq!(length(&"🔑".repeat(128), LEAST), Ok(()));
        assert_eq!(length(&"x".repeat(129), LEAST), Err(Problem::TooLong { most: 128 }));
    }

    #[test]
    fn t1_no_kind_of_character_is_asked_for_and_none_refused() {
        assert_eq!(length("only lower case words", LEAST), Ok(()));
        assert_eq!(length("\t<script>'--; \u{202e}", LEAST), Ok(()));
    }
}
