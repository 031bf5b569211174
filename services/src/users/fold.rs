//! Texts as they are searched, compared and sorted: one function for what is stored and for what
//! is asked for.

use std::ops::Range;

use domain::text::{digit, is_unseen};
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class, char::is_combining_mark};

/// The text in its plainest letters: full case folding, without accents and points, with digits
/// as ASCII's, and letters that Unicode does not take apart written as people type them.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    folded(text).into_iter().map(|(letter, _)| letter).collect()
}

/// The folded letters, each with where it comes from: bytes of a letter and the marks on it.
pub(crate) fn folded(text: &str) -> Vec<(char, Range<usize>)> {
    let mut out = Vec::with_capacity(text.len());
    let mut plain = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        let mut end = start + first.len_utf8();
        while let Some((at, next)) = chars.next_if(|(_, next)| goes_with_the_one_before(*next)) {
            end = at + next.len_utf8();
        }
        plain.clear();
        fold_letter(&text[start..end], &mut plain);
        out.extend(plain.chars().map(|letter| (letter, start..end)));
    }
    out
}

/// Marks, what cannot be seen, the later parts of a Korean syllable, and the half-width marks of
/// Japanese.
fn goes_with_the_one_before(c: char) -> bool {
    !c.is_ascii()
        && (is_combining_mark(c) || is_unseen(c) || matches!(c, '\u{1161}'..='\u{11ff}' | '\u{ff9e}' | '\u{ff9f}'))
}

fn fold_letter(letter: &str, out: &mut String) {
    if let [ascii] = letter.as_bytes() {
        return out.push(ascii.to_ascii_lowercase().into());
    }
    let seen = letter.chars().filter(|c| !is_unseen(*c)).map(typed);
    for c in seen.nfkc().filter(|c| !is_unseen(*c)) {
        // Taken apart, Japanese and Korean letters would be others.
        if matches!(c, '\u{3041}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}') {
            out.push(c);
            continue;
        }
        for c in std::iter::once(c).nfd().filter(|c| !is_accent(*c)) {
            if let Some(value) = digit(c) {
                out.push(char::from(b'0' + value));
            } else if c.is_whitespace() {
                out.push(' ');
            } else {
                // Lower, upper and lower again is full case folding: of ẞ, ß and ss, of ς and σ.
                let upper = c.to_lowercase().flat_map(char::to_uppercase);
                upper.flat_map(char::to_lowercase).for_each(|c| spell(c, out));
            }
        }
    }
}

/// Quotes and hyphens as keyboards have them.
fn typed(c: char) -> char {
    match c {
        '\u{2018}'..='\u{201b}' | '\u{2b9}'..='\u{2bd}' | '\u{b4}' | '\u{2032}' | '\u{a78c}' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' => '-',
        c => c,
    }
}

/// A mark that makes no other letter of it: accents, the points of Hebrew and Arabic, the dots of
/// Hindi, tones. Vowel signs, and what joins or silences letters, are part of a word.
fn is_accent(c: char) -> bool {
    let above_or_below = matches!(canonical_combining_class(c), 1 | 7 | 10..=36 | 107 | 122 | 200..);
    above_or_below || matches!(c, '\u{488}' | '\u{489}' | '\u{20dd}'..='\u{20e4}')
}

/// Letters that Unicode does not take apart, and those that one script writes in several ways.
fn spell(c: char, out: &mut String) {
    let plain = match c {
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ⱥ' => "a",
        'ɓ' | 'ƀ' => "b",
        'ƈ' | 'ȼ' => "c",
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'ə' | 'ɛ' | 'ǝ' | 'ɇ' => "e",
        'ƒ' => "f",
        'ɠ' | 'ɣ' | 'ǥ' => "g",
        'ħ' => "h",
        'ı' | 'ɨ' | 'ɩ' => "i",
        'ȷ' | 'ɉ' => "j",
        'ƙ' | 'ĸ' => "k",
        'ł' | 'ƚ' => "l",
        'ŋ' | 'ɲ' => "n",
        'ø' | 'ɔ' | 'ɵ' => "o",
        'ƥ' => "p",
        'ɍ' | 'ɽ' => "r",
        'ŧ' | 'ƭ' | 'ⱦ' => "t",
        'ʉ' => "u",
        'ʋ' => "v",
        'ƴ' | 'ɏ' => "y",
        'ƶ' => "z",
        'ґ' => "г",
        // Marks of transliteration, and the stretching of Arabic lines.
        'ʾ' | 'ʿ' | '\u{640}' => "",
        // Letters at the end of Hebrew words.
        'ך' => "כ",
        'ם' => "מ",
        'ן' => "נ",
        'ף' => "פ",
        'ץ' => "צ",
        // Alef, yeh, kaf and heh as Arabic, Persian, Urdu and Kurdish write them.
        '\u{671}' | '\u{672}' | '\u{673}' => "\u{627}",
        '\u{649}' | '\u{6cc}' | '\u{6d0}' | '\u{6d2}' => "\u{64a}",
        '\u{6a9}' => "\u{643}",
        '\u{629}' | '\u{6be}' | '\u{6c1}' | '\u{6c3}' | '\u{6d5}' => "\u{647}",
        '\u{6ba}' => "\u{646}",
        c => return out.push(typed(c)),
    };
    out.push_str(plain);
}

/// As version 0.4.0 folded: what it stored is found by this until it was folded anew.
pub(crate) fn former_fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Scripts that put no blanks between words: in these, a word may begin anywhere.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{3105}'..='\u{312f}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

/// Whether a word begins with `c` after `before`, in folded text.
pub(crate) fn begins_word(before: Option<char>, c: char) -> bool {
    if c == ' ' {
        return false;
    }
    match before {
        None | Some(' ') => true,
        Some(before) => {
            is_unspaced(c) || c.is_alphanumeric() && !before.is_alphanumeric() && !is_combining_mark(before)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_their_accents_and_capitals() {
        for (typed, names) in [
            ("tomas herrera", &["Tomás HERRERA", "toma\u{301}s herrera", "ＴＯＭＡＳ　Herrera"][..]),
            ("ingrid solveigardottir", &["Ingrid Sólveigardóttir"]),
            ("strauss", &["Strauß", "STRAUSS", "STRAUẞ", "Strauss"]),
            ("lukasz", &["Łukasz", "ŁUKASZ"]),
            ("duc", &["Đức", "ĐỨC"]),
            ("isik", &["Işık", "IŞIK", "ışık", "İŞİK", "isik"]),
            ("soren aero", &["Søren Ærø"]),
            ("thora", &["Þóra"]),
            ("γιωργοσ", &["Γιώργος", "ΓΙΩΡΓΟΣ", "γιωργος"]),
            ("κωνσταντινοσ", &["Κωνσταντίνος", "ΚΩΝΣΤΑΝΤΙΝΟΣ"]),
            ("احمد", &["أحمد", "احمد", "أَحْمَد", "اَحـــمد"]),
            ("فاطمه", &["فاطمة", "فاطمه"]),
            ("علي", &["علي", "على", "علی"]),
            ("علي رضا", &["علی رضا"]),
            ("عليرضا", &["علی\u{200c}رضا"]),
            ("o'brien", &["O’Brien", "O'Brien", "OʼBrien"]),
            ("anne-marie", &["Anne‑Marie", "Anne–Marie"]),
            ("שלומ", &["שלום", "שָׁלוֹם"]),
            ("がく", &["がく", "か\u{3099}く"]),
            ("ガク", &["ガク", "ｶﾞｸ"]),
            ("김민수", &["김민수", "\u{1100}\u{1175}\u{11b7}민수"]),
            ("राम", &["राम"]),
            ("7", &["7", "７", "٧", "७"]),
            ("zebra", &["ze\u{ad}bra", "ZE\u{200b}BRA"]),
            ("александр йога", &["Александр Йога"]),
        ] {
            for name in names {
                assert_eq!(fold(name), fold(typed), "{name}");
            }
            if typed.is_ascii() {
                assert_eq!(fold(typed), typed);
            }
        }
        assert_ne!(fold("राम"), fold("रोम"), "vowels are part of a word");
        assert_ne!(fold("かく"), fold("がく"));
    }

    #[test]
    fn every_folded_letter_knows_where_it_comes_from() {
        let from = |text: &'static str| folded(text).into_iter().map(move |(letter, at)| (letter, &text[at]));
        assert_eq!(from("Straß").skip(4).collect::<Vec<_>>(), [('s', "ß"), ('s', "ß")]);
        assert_eq!(from("a\u{301}b").collect::<Vec<_>>(), [('a', "a\u{301}"), ('b', "b")]);
    }

    #[test]
    fn folding_twice_changes_nothing() {
        let twice = |c: &char| fold(&fold(&c.to_string())) != fold(&c.to_string());
        let others: String = ('\u{0}'..='\u{1ffff}').filter(twice).collect();
        assert_eq!(others.escape_unicode().to_string(), "");
    }
}
