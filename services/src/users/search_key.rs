//! What a search looks through.

use super::fold::{begins_word, fold};

/// Stands before the one or two letters that a word begins with: these are found by the index
/// over three characters as longer words are. No folded text has it.
pub(crate) const START: char = '\u{1}';

/// Condition that a key was written by an earlier version: those of now begin with [`START`].
/// In the words of the index over them.
pub(crate) const IS_FORMER: &str = "search_key >= '!'";

/// All that a search looks through: the beginnings of words, and then a line each for names,
/// e-mail, and the values of custom fields. The host of an address begins no word: it is everybody's.
pub(crate) fn search_key<'a>(
    username: &str,
    display_name: &'a str,
    email: Option<&'a str>,
    fields: impl IntoIterator<Item = &'a str>,
) -> String {
    let mut lines = fold(username);
    let mut starts = vec![];
    collect_starts(&lines, &mut starts);
    for (at, part) in [Some(display_name), email].into_iter().flatten().chain(fields).enumerate() {
        let folded = fold(part);
        let own = if at == 1 && email.is_some() {
            folded.rsplit_once('@').map_or(&*folded, |(local, _)| local)
        } else {
            &folded
        };
        collect_starts(own, &mut starts);
        lines.push('\n');
        lines.push_str(&folded);
    }
    starts.sort_unstable();
    starts.dedup();
    let mut key = String::with_capacity(lines.len() + starts.len() * 4 + 1);
    for start in starts {
        key.extend([START, START]);
        key.extend(start.into_iter().flatten());
    }
    if key.is_empty() {
        key.push(START);
    }
    key.push('\n');
    key.push_str(&lines);
    key
}

/// The first one or two letters of each word.
fn collect_starts(folded: &str, starts: &mut Vec<[Option<char>; 2]>) {
    let mut before = None;
    let mut letters = folded.chars().peekable();
    while let Some(letter) = letters.next() {
        if begins_word(before, letter) {
            starts.push([Some(letter), letters.peek().copied().filter(|next| *next != ' ')]);
        }
        before = Some(letter);
    }
}

/// What a key holds where somebody's names have this folded word: the word itself, or the
/// beginning of one where it is short. Three characters at least.
pub(crate) fn needle(word: &str) -> String {
    match word.chars().count() {
        1 => format!("{START}{START}{word}"),
        2 => format!("{START}{word}"),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(text: &str) -> Vec<String> {
        let mut starts = vec![];
        collect_starts(text, &mut starts);
        starts.into_iter().map(|start| start.into_iter().flatten().collect()).collect()
    }

    #[test]
    fn a_search_looks_through_names_and_custom_fields() {
        let key = search_key("Ana", "Ana Moreira", Some("a@b.example"), ["Porto"]);
        assert_eq!(key, "\u{1}\u{1}a\u{1}\u{1}an\u{1}\u{1}mo\u{1}\u{1}po\nana\nana moreira\na@b.example\nporto");
        for found in ["a", "an", "mo", "po", "reir", "b.ex"] {
            assert!(key.contains(&needle(found)), "{found}");
        }
        for not in ["r", "na", "or", "ex", "b"] {
            assert!(!key.contains(&needle(not)), "{not}");
        }
    }

    #[test]
    fn words_begin_after_blanks_and_signs_and_anywhere_where_no_blanks_are_written() {
        assert_eq!(starts("yutong li"), ["yu", "li"]);
        assert_eq!(starts("t.herrera-x"), ["t.", "he", "x"]);
        assert_eq!(starts("o'brien"), ["o'", "br"]);
        assert_eq!(starts("100%_sure [ab"), ["10", "su", "[a", "ab"]);
        assert_eq!(starts("山田太郎"), ["山田", "田太", "太郎", "郎"]);
        assert_eq!(starts("क्ष"), ["क्"]);
    }

    #[test]
    fn no_key_of_an_earlier_version_begins_as_one_of_now() {
        assert!(search_key("ana", "Ana", None, []).as_str() < "!");
    }
}
