//! What every text that a person types has to satisfy.

use crate::Problem;

/// Trims, then refuses nothing, too much, and characters that hide or reorder others.
///
/// `least` and `most` count characters (Unicode scalar values), as a person would.
pub fn line(input: &str, least: u32, most: u32) -> Result<String, Problem> {
    let text = input.trim();
    if text.is_empty() && least > 0 {
        return Err(Problem::Missing);
    }
    // Before the count: a megabyte of text need not be walked.
    if text.len() > most as usize * 4 {
        return Err(Problem::TooLong { most });
    }
    if let Some(bad) = text.chars().find(|c| is_deceptive(*c)) {
        return Err(Problem::Character(name_of(bad)));
    }
    match text.chars().count() as u32 {
        n if n < least => Err(Problem::TooShort { least }),
        n if n > most => Err(Problem::TooLong { most }),
        _ => Ok(text.to_owned()),
    }
}

/// Control characters, and those that reorder or hide the text around them
/// (Unicode Technical Report 36, section 2.6; Bidi_Control in UAX 9).
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

fn name_of(c: char) -> String {
    match c {
        '\t' => "the tab".into(),
        '\n' | '\r' => "the line break".into(),
        '\0' => "the null character".into(),
        _ => format!("the invisible character U+{:04X}", c as u32),
    }
}

/// Appends a value for use inside a query string: all but the unreserved characters are
/// percent-encoded (RFC 3986, section 2.3).
pub fn percent_encode(value: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.extend(['%', HEX[usize::from(byte >> 4)] as char, HEX[usize::from(byte & 15)] as char]);
        }
    }
}

/// A query string of these pairs, with its question mark, or nothing where there are none.
pub fn query(pairs: impl IntoIterator<Item = (String, String)>) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        out.push(if out.is_empty() { '?' } else { '&' });
        percent_encode(&name, &mut out);
        out.push('=');
        percent_encode(&value, &mut out);
    }
    out
}

/// Where to sign in and then go on to `wanted`, a path of this console.
pub fn sign_in_address(wanted: &str) -> String {
    let mut address = String::from("/sign-in");
    if wanted != "/" {
        address.push_str("?next=");
        percent_encode(wanted, &mut address);
    }
    address
}

/// The same after a session has ended, so that the page says so.
pub fn session_ended_address(wanted: &str) -> String {
    let mut address = sign_in_address(wanted);
    address.push_str(if address.contains('?') { "&ended=true" } else { "?ended=true" });
    address
}

/// Up to two letters that stand for a name in an avatar.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

/// A name inside a sentence. One with letters that are written from right to left is kept from
/// reordering what stands around it (First Strong Isolate, UAX 9).
pub fn isolated(name: &str) -> String {
    let right_to_left = |c| {
        matches!(c,
            '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    if name.contains(right_to_left) { format!("\u{2068}{name}\u{2069}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_written_from_right_to_left_is_kept_apart_in_a_sentence() {
        assert_eq!(isolated("Ana Moreira"), "Ana Moreira");
        assert_eq!(isolated("王秀英"), "王秀英");
        for name in ["דוד 12", "فاطمة", "Ana (שלום)"] {
            assert_eq!(isolated(name), format!("\u{2068}{name}\u{2069}"));
        }
    }

    #[test]
    fn surrounding_space_is_not_part_of_a_text() {
        assert_eq!(line("  Ana Moreira ", 1, 100).as_deref(), Ok("Ana Moreira"));
    }

    #[test]
    fn blank_is_missing() {
        assert_eq!(line(" \u{3000} ", 1, 100), Err(Problem::Missing));
        assert_eq!(line("", 0, 100).as_deref(), Ok(""));
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(line(&"é".repeat(10), 1, 10).is_ok());
        assert_eq!(line(&"é".repeat(11), 1, 10), Err(Problem::TooLong { most: 10 }));
        assert_eq!(line(&"x".repeat(1_000_000), 1, 10), Err(Problem::TooLong { most: 10 }));
    }

    #[test]
    fn characters_that_hide_or_reorder_are_named() {
        assert_eq!(line("a\u{0}b", 1, 9), Err(Problem::Character("the null character".into())));
        let reorder = Problem::Character("the invisible character U+202E".into());
        assert_eq!(line("abc\u{202e}txt", 1, 9), Err(reorder));
    }

    #[test]
    fn the_page_wanted_before_signing_in_survives() {
        assert_eq!(sign_in_address("/users?q=a b"), "/sign-in?next=%2Fusers%3Fq%3Da%20b");
        assert_eq!(sign_in_address("/"), "/sign-in");
        assert_eq!(session_ended_address("/users"), "/sign-in?next=%2Fusers&ended=true");
        assert_eq!(session_ended_address("/"), "/sign-in?ended=true");
    }

    #[test]
    fn html_and_sql_are_only_text() {
        let text = "<b>Robert'); DROP TABLE users;--</b>";
        assert_eq!(line(text, 1, 100).as_deref(), Ok(text));
    }

    #[test]
    fn initials_are_the_first_and_the_last_word() {
        assert_eq!(initials("Ingrid Sólveigardóttir"), "IS");
        assert_eq!(initials("Maëlle Le Goff"), "MG");
        assert_eq!(initials("grace"), "G");
        assert_eq!(initials("--"), "");
    }
}
