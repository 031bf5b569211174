//! What every text that a person types has to satisfy.

use crate::Problem;

mod codes;
mod unseen;

pub use codes::{code, digit, number, plain_digits};
pub use unseen::{is_mark, is_unseen, trimmed};

/// A text to be shown to others: without blanks and pasted marks at its edges, its other blanks
/// plain ones, with something in it that can be seen and nothing that cannot.
///
/// `least` and `most` count characters (Unicode scalar values), as a person would.
///
/// # Errors
/// `Missing`, `TooShort`, `TooLong`; `Character` for what hides, reorders or is nothing that
/// anybody sees, unless its script needs it there; `TooManyMarks` on one letter.
pub fn line(input: &str, least: u32, most: u32) -> Result<String, Problem> {
    let text = measured(input, least, most)?;
    let mut kept = String::with_capacity(text.len());
    let (mut before, mut marks) = (None, 0);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if is_deceptive(c) && !unseen::is_needed(c, before, chars.peek().copied()) {
            return Err(Problem::Character(name_of(c)));
        }
        marks = match c {
            c if is_unseen(c) => marks,
            c if is_mark(c) => marks + 1,
            _ => 0,
        };
        if marks > unseen::MARKS_MOST {
            return Err(Problem::TooManyMarks { most: unseen::MARKS_MOST as u32 });
        }
        if before.is_none() && marks > 0 {
            return Err(Problem::Character(format!("the mark U+{:04X} that stands on no letter", u32::from(c))));
        }
        // The wide blank between names in Chinese and Japanese stays as wide.
        kept.push(if c.is_whitespace() && c != '\u{3000}' { ' ' } else { c });
        before = Some(c);
    }
    Ok(kept)
}

/// A text to look for. What cannot be seen in it is not looked for, so it may be there.
///
/// # Errors
/// `Missing`, `TooShort`, `TooLong`; `Character` for control characters.
pub fn sought(input: &str, least: u32, most: u32) -> Result<String, Problem> {
    let text = measured(input, least, most)?;
    match text.chars().find(|c| c.is_control()) {
        Some(bad) => Err(Problem::Character(name_of(bad))),
        None => Ok(text.to_owned()),
    }
}

/// The text without its edges, if it has so many characters.
fn measured(input: &str, least: u32, most: u32) -> Result<&str, Problem> {
    let text = trimmed(input);
    if text.is_empty() && least > 0 {
        return Err(Problem::Missing);
    }
    // Before the count: a megabyte of text need not be walked.
    if text.len() > most as usize * 4 {
        return Err(Problem::TooLong { most });
    }
    match text.chars().count() as u32 {
        n if n < least => Err(Problem::TooShort { least }),
        n if n > most => Err(Problem::TooLong { most }),
        _ => Ok(text),
    }
}

/// Characters that end a line, that reorder or hide the text around them, or that nobody sees
/// (Unicode Technical Report 36, section 2.6; Bidi_Control in UAX 9).
fn is_deceptive(c: char) -> bool {
    c.is_control() || is_unseen(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

fn name_of(c: char) -> String {
    match c {
        '\t' => "the tab".into(),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => "the line break".into(),
        '\0' => "the null character".into(),
        _ => format!("the invisible character U+{:04X}", u32::from(c)),
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
    fn names_that_nobody_can_see_are_refused() {
        let named = |c: &str| Err(Problem::Character(format!("the invisible character {c}")));
        let mark = || Err(Problem::Character("the mark U+0301 that stands on no letter".into()));
        for (text, found) in [
            ("\u{3164}", Err(Problem::Missing)),
            ("\u{2800}\u{2800} \u{ad}\u{200b}", Err(Problem::Missing)),
            ("Ana\u{3164}Moreira", named("U+3164")),
            ("Ana\u{ad}Moreira", named("U+00AD")),
            ("Ana\u{2800}Moreira", named("U+2800")),
            ("Ana\u{e0041}\u{e0042}", named("U+E0041")),
            ("\u{e0041}", named("U+E0041")),
            ("Ana\u{200d}Moreira", named("U+200D")),
            ("Ana\u{200c}Moreira", named("U+200C")),
            ("Ana\u{fe0f}", named("U+FE0F")),
            ("Ana\u{202e}Moreira", named("U+202E")),
            ("A\u{ffff}B", named("U+FFFF")),
            ("Ana\u{2028}Moreira", Err(Problem::Character("the line break".into()))),
            ("\u{301}Ana", mark()),
            ("\u{301}\u{302}", mark()),
            ("\u{1e130}", Err(Problem::Character("the mark U+1E130 that stands on no letter".into()))),
        ] {
            assert_eq!(line(text, 1, 100), found, "{text:?}");
        }
    }

    #[test]
    fn a_letter_bears_so_many_marks() {
        let zalgo = |marks| format!("Z{}algo", "\u{301}".repeat(marks));
        let many = Err(Problem::TooManyMarks { most: 8 });
        assert!(line(&zalgo(8), 1, 200).is_ok());
        assert_eq!(line(&zalgo(99), 1, 200), many);
        assert_eq!(line(&format!("ก{}", "\u{e47}".repeat(20)), 1, 200), many, "Thai");
        for mark in ["\u{10d24}", "\u{11366}", "\u{1d242}", "\u{1e136}", "\u{1e2ec}", "\u{1e8d0}"] {
            assert_eq!(line(&format!("a{}", mark.repeat(99)), 1, 200), many, "{mark:?}");
        }
        let joined = format!("ب{}\u{200c}{}ب", "\u{64e}".repeat(6), "\u{64e}".repeat(6));
        assert_eq!(line(&joined, 1, 200), many, "a joiner begins no letter");
    }

    #[test]
    fn names_as_their_scripts_write_them_are_accepted() {
        for name in [
            "علی\u{200c}رضا",
            "می\u{200c}نا",
            "ක්\u{200d}රිස්ටි",
            "क्\u{200d}ष",
            "র\u{200d}্যাম",
            "കൃഷ്ണന്\u{200d}",
            "👨\u{200d}👩\u{200d}👧",
            "🏳\u{fe0f}\u{200d}🌈 Ana",
            "👩🏽\u{200d}💻",
            "Ana ❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "葛\u{e0100}城",
            "山田\u{3000}太郎",
            "ᠮᠣᠩᠭᠣ\u{180b}ᠯ",
            "Nguyễn Thị Đức",
            "Zo\u{308}e",
            "שָׁלוֹם",
            "مُحَمَّد",
            "김민수",
            "ཧྐྵྨླྺྼྻྂ",
            "-",
            "O’Brien",
        ] {
            assert_eq!(line(name, 1, 100).as_deref(), Ok(name), "{name:?}");
        }
    }

    #[test]
    fn what_pasting_brings_along_is_no_part_of_a_text() {
        for text in
            ["Ana\u{200e}", "\u{200f}Ana\u{200b}", "\u{202a}Ana\u{202c}", "\u{feff}Ana \u{200e} ", "Ana\u{2069}\u{ad}"]
        {
            assert_eq!(line(text, 1, 100).as_deref(), Ok("Ana"), "{text:?}");
        }
        assert_eq!(line("علی\u{200c}", 1, 100).as_deref(), Ok("علی"), "a joiner that joins nothing");
        assert_eq!(line("Ana\u{a0}Moreira\u{2003}x", 1, 100).as_deref(), Ok("Ana Moreira x"));
    }

    #[test]
    fn what_is_looked_for_may_hold_what_nobody_sees() {
        assert_eq!(sought(" Ana\u{ad}Maria\u{200e}", 0, 100).as_deref(), Ok("Ana\u{ad}Maria"));
        assert_eq!(sought("a\u{0}b", 0, 9), Err(Problem::Character("the null character".into())));
        assert_eq!(sought("a\nb", 0, 9), Err(Problem::Character("the line break".into())));
        assert_eq!(sought(&"x".repeat(10), 0, 9), Err(Problem::TooLong { most: 9 }));
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
