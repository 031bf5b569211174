//! Marks where the words of a search stand in the rows that it found.

use domain::{
    listing::Marks,
    users::{Found, UserRow},
};

use crate::users::fold::{begins_word, fold, folded};

/// Marks what was found in each row.
pub(super) fn mark(rows: &mut [UserRow], search: &str) {
    let words: Vec<Vec<char>> = fold_words(search);
    if words.is_empty() {
        return;
    }
    for row in rows {
        let shown = row.fields.iter().filter_map(|shown| Some((shown.field, shown.value.as_deref()?)));
        row.found = Found {
            username: marks(&row.username, &words, usize::MAX),
            display_name: marks(&row.display_name, &words, usize::MAX),
            email: row
                .email
                .as_deref()
                .map(|email| marks(email, &words, email.rfind('@').unwrap_or(0)))
                .unwrap_or_default(),
            fields: shown.map(|(field, value)| (field, marks(value, &words, usize::MAX))).collect(),
        };
    }
}

fn fold_words(search: &str) -> Vec<Vec<char>> {
    fold(search).split_whitespace().map(|word| word.chars().collect()).collect()
}

/// Where the words stand: long ones anywhere, short ones where a word begins, before the byte
/// `starts_before`.
fn marks(text: &str, words: &[Vec<char>], starts_before: usize) -> Marks {
    let letters = folded(text);
    let mut ranges: Vec<(usize, usize)> = vec![];
    for word in words {
        for at in 0..(letters.len() + 1).saturating_sub(word.len()) {
            let stretch = &letters[at..at + word.len()];
            let same = stretch.iter().map(|(letter, _)| letter).eq(word);
            let before = at.checked_sub(1).map(|at| letters[at].0);
            let begins = || begins_word(before, word[0]) && stretch[0].1.start < starts_before;
            if same && (word.len() > 2 || begins()) {
                ranges.push((stretch[0].1.start, stretch[word.len() - 1].1.end));
            }
        }
    }
    ranges.sort_unstable();
    let mut merged: Vec<(u16, u16)> = vec![];
    for (start, end) in ranges {
        let (Ok(start), Ok(end)) = (u16::try_from(start), u16::try_from(end)) else { break };
        match merged.last_mut() {
            Some((_, last)) if *last >= start => *last = (*last).max(end),
            _ => merged.push((start, end)),
        }
    }
    Marks(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, search: &str) -> String {
        let pieces = marks(text, &fold_words(search), usize::MAX);
        let pieces = pieces.pieces(text).into_iter();
        pieces.map(|(piece, found)| if found { format!("[{piece}]") } else { piece.to_owned() }).collect()
    }

    #[test]
    fn case_and_accents_do_not_matter() {
        assert_eq!(marked("Tomás Herrera", "TOMAS"), "[Tomás] Herrera");
        assert_eq!(marked("tomas", "Tomás"), "[tomas]");
        assert_eq!(marked("Toma\u{301}s", "mas"), "To[ma\u{301}s]");
        assert_eq!(marked("Strauß", "strauss"), "[Strauß]");
        assert_eq!(marked("Straße", "strass"), "[Straß]e");
        assert_eq!(marked("Łukasz Đức", "lukasz duc"), "[Łukasz] [Đức]");
        assert_eq!(marked("علی\u{200c}رضا", "على"), "[علی\u{200c}]رضا");
    }

    #[test]
    fn every_long_word_is_marked_wherever_it_stands_and_a_short_one_where_words_begin() {
        assert_eq!(marked("anna.tann@x.example", "ann"), "[ann]a.t[ann]@x.example");
        assert_eq!(marked("Yutong Li Liang", "li"), "Yutong [Li] [Li]ang");
        assert_eq!(marked("Ali", "li"), "Ali");
        assert_eq!(marked("山田太郎", "太郎"), "山田[太郎]");
        assert_eq!(marked("ananas", "nan ana"), "[anana]s");
    }

    #[test]
    fn the_host_of_an_address_begins_no_word() {
        assert_eq!(marks("li@list.example", &fold_words("li"), 2), Marks(vec![(0, 2)]));
    }

    #[test]
    fn a_text_without_the_words_is_left_alone() {
        assert_eq!(marked("Grace", "zebedee"), "Grace");
        assert_eq!(marked("", "a"), "");
        assert_eq!(marked("Grace", ""), "Grace");
    }
}
