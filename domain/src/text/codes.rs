//! Codes as people type and paste them.

use super::{is_unseen, trimmed};

/// What a digit of any script counts: 7 for `7`, `７`, `٧` and `७`.
pub fn digit(c: char) -> Option<u8> {
    // Where the ten digits of each script begin.
    const ZEROS: [u32; 22] = [
        0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
        0xf20, 0x1040, 0x17e0, 0x1810, 0xff10, 0x1e950,
    ];
    let c = u32::from(c);
    ZEROS.iter().find_map(|zero| c.checked_sub(*zero).filter(|value| *value < 10)).map(|value| value as u8)
}

/// The text with every digit as one of ASCII, full-width signs of days and numbers too.
pub fn plain_digits(text: &str) -> String {
    let sign = |c| if c == '\u{ff0d}' || c == '\u{2212}' { '-' } else { c };
    text.chars().map(|c| digit(c).map_or(sign(c), |value| char::from(b'0' + value))).collect()
}

/// The whole number that somebody typed.
pub fn number(typed: &str) -> Option<u32> {
    plain_digits(trimmed(typed)).parse().ok()
}

/// A code that a machine made, as it was before somebody copied it: small letters and digits of
/// ASCII, without what people and pages put between and around them. What cannot be part of
/// such a code stays, so that it is not one. No longer than `most` characters, and one more where
/// there were more.
pub fn code(typed: &str, most: usize) -> String {
    typed.chars().filter(|c| !is_between(*c)).take(most + 1).map(plain).collect()
}

fn plain(c: char) -> char {
    if let Some(value) = digit(c) {
        return char::from(b'0' + value);
    }
    match c {
        // Full-width letters stand in ASCII's order.
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c).to_ascii_lowercase()
        }
        c => c.to_ascii_lowercase(),
    }
}

/// Blanks, hyphens, dots and quotes of all kinds, and what nobody sees.
#[rustfmt::skip]
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || is_unseen(c)
        || matches!(c, '-' | '_' | '.' | ',' | ':' | ';' | '/' | '|' | '\'' | '"' | '`' | '\u{ab}' | '\u{b7}' | '\u{bb}'
            | '\u{58a}' | '\u{5be}' | '\u{60c}' | '\u{66b}' | '\u{66c}' | '\u{2010}'..='\u{2027}' | '\u{2043}' | '\u{2212}'
            | '\u{3001}' | '\u{3002}' | '\u{30fb}' | '\u{30fc}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0c}'..='\u{ff0f}'
            | '\u{ff1a}' | '\u{ff61}' | '\u{ff65}' | '\u{ff70}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_and_around_a_code_is_no_part_of_it() {
        for typed in [
            "123456",
            " 123 456 ",
            "123-456",
            "123.456",
            "123–456",
            "１２３４５６",
            "١٢٣٤٥٦",
            "۱۲۳۴۵۶",
            "१२३४५६",
            "123456\u{200b}",
            "\u{202a}123\u{a0}456\u{202c}",
            "“123456”",
            "123ー456",
            "123_456",
            "123,456.",
        ] {
            assert_eq!(code(typed, 6), "123456", "{typed:?}");
        }
        assert_eq!(code("ABcde-fgh23 ４５ＡＢz", 64), "abcdefgh2345abz");
    }

    #[test]
    fn a_number_is_read_in_any_script() {
        for typed in ["30", " 30 ", "３０", "٣٠\u{200f}"] {
            assert_eq!(number(typed), Some(30), "{typed:?}");
        }
        for typed in ["", "-1", "4294967296", "3 0", "1e3", "0x10", "٣.٠"] {
            assert_eq!(number(typed), None, "{typed:?}");
        }
        assert_eq!(plain_digits("２０２７－０３－３１"), "2027-03-31");
    }

    #[test]
    fn what_is_no_code_does_not_become_one() {
        for typed in ["12345", "1234567", "12345a", "+123456", "123456🔑", "¹²³⁴⁵⁶", "一二三四五六", "123456$"]
        {
            assert_ne!(code(typed, 6), "123456", "{typed:?}");
        }
        assert_eq!(code(&"7".repeat(1_000_000), 6).len(), 7, "no longer than is needed to see that it is too long");
    }
}
