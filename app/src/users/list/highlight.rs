//! Marks what a search found inside a text, as the search itself reads it: without regard to
//! case and accents.

use leptos::prelude::*;

/// The words that are marked. None while the server renders and the page wakes up: folding
/// accents is the browser's, and both sides have to begin the same.
#[derive(Clone, Copy)]
pub struct Marks(Memo<Vec<Vec<char>>>);

impl Marks {
    pub fn new(search: impl Fn() -> String + Send + Sync + 'static) -> Self {
        let awake = RwSignal::new(false);
        Effect::new(move |_| awake.set(true));
        Self(Memo::new(move |_| if awake.get() { words(&search(), folded) } else { vec![] }))
    }

    /// The text with its marks.
    pub fn show(self, text: impl Fn() -> String + Send + 'static) -> impl Fn() -> AnyView + Send + 'static {
        move || {
            let text = text();
            self.0.with(|words| {
                if words.is_empty() {
                    return text.into_any();
                }
                pieces(&text, words, folded)
                    .into_iter()
                    .map(
                        |(piece, found)| {
                            if found { view! { <mark>{piece}</mark> }.into_any() } else { piece.into_any() }
                        },
                    )
                    .collect_view()
                    .into_any()
            })
        }
    }
}

/// A letter as the search reads it, by the browser's own Unicode tables.
fn folded(letter: char) -> String {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase().into();
    }
    let text: String = js_sys::JsString::from(letter.to_string()).normalize("NFKD").to_lower_case().into();
    text.chars().filter(|c| !is_combining(*c)).collect()
}

/// Marks that stand on the letter before them (Unicode blocks of combining diacritical marks).
fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn words(search: &str, fold: impl Fn(char) -> String) -> Vec<Vec<char>> {
    let all: String = search.chars().map(fold).collect();
    all.split_whitespace().map(|word| word.chars().collect()).collect()
}

/// The text in pieces, each with whether one of the words is in it.
fn pieces(text: &str, words: &[Vec<char>], fold: impl Fn(char) -> String) -> Vec<(String, bool)> {
    let letters: Vec<char> = text.chars().collect();
    // Folding may take a letter away or make two of it: each remembers where it came from.
    let (mut read, mut from) = (vec![], vec![]);
    for (at, letter) in letters.iter().enumerate() {
        for c in fold(*letter).chars() {
            read.push(c);
            from.push(at);
        }
    }
    let mut found = vec![false; letters.len()];
    for word in words {
        for (at, window) in read.windows(word.len()).enumerate() {
            if window == word.as_slice() {
                found[from[at]..=from[at + word.len() - 1]].fill(true);
            }
        }
    }
    let mut out: Vec<(String, bool)> = vec![];
    for (letter, found) in letters.into_iter().zip(found) {
        match out.last_mut() {
            Some((piece, same)) if *same == found => piece.push(letter),
            _ => out.push((letter.into(), found)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Enough of Unicode for these tests.
    fn fold(letter: char) -> String {
        match letter {
            'á' | 'Á' => "a".into(),
            'ß' => "ss".into(),
            '\u{301}' => String::new(),
            other => other.to_lowercase().collect(),
        }
    }

    fn marked(text: &str, search: &str) -> String {
        let pieces = pieces(text, &words(search, fold), fold);
        pieces.into_iter().map(|(piece, found)| if found { format!("[{piece}]") } else { piece }).collect()
    }

    #[test]
    fn case_and_accents_do_not_matter() {
        assert_eq!(marked("Tomás Herrera", "TOMAS"), "[Tomás] Herrera");
        assert_eq!(marked("tomas", "Tomás"), "[tomas]");
        assert_eq!(marked("Toma\u{301}s", "mas"), "To[ma\u{301}s]");
    }

    #[test]
    fn every_word_is_marked_wherever_it_stands() {
        assert_eq!(marked("anna.tann@x.example", "ann ex"), "[ann]a.t[ann]@x.[ex]ample");
        assert_eq!(marked("Straße", "strass"), "[Straß]e");
    }

    #[test]
    fn a_text_without_the_words_is_left_alone() {
        assert_eq!(marked("Grace", "zebedee"), "Grace");
        assert_eq!(marked("", "a"), "");
        assert_eq!(marked("Grace", ""), "Grace");
    }
}
