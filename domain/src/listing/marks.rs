//! Where a search found its words: told by the server, which knows how letters are compared.

use serde::{Deserialize, Serialize};

/// Parts of a text, in order and apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marks(
    /// First byte, and the byte after the last.
    pub Vec<(u16, u16)>,
);

impl Marks {
    /// The text in pieces, each with whether it is marked. Marks that do not fit the text mark nothing.
    pub fn pieces<'a>(&self, text: &'a str) -> Vec<(&'a str, bool)> {
        let (mut pieces, mut at) = (vec![], 0);
        for (start, end) in self.0.iter().map(|(start, end)| (usize::from(*start), usize::from(*end))) {
            let (Some(before), Some(marked)) = (text.get(at..start), text.get(start..end)) else { break };
            pieces.extend([(before, false), (marked, true)]);
            at = end;
        }
        pieces.push((text.get(at..).unwrap_or_default(), false));
        pieces.retain(|(piece, _)| !piece.is_empty());
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_in_pieces() {
        let pieces = |text, marks: &[(u16, u16)]| Marks(marks.to_vec()).pieces(text);
        assert_eq!(pieces("Strauß", &[(4, 7)]), [("Stra", false), ("uß", true)]);
        assert_eq!(pieces("ana", &[]), [("ana", false)]);
        assert_eq!(pieces("ana", &[(0, 1), (2, 3)]), [("a", true), ("n", false), ("a", true)]);
        assert!(pieces("", &[]).is_empty());
    }

    #[test]
    fn marks_of_another_text_mark_nothing() {
        for marks in [&[(6, 7)][..], &[(2, 1)], &[(0, 99)], &[(90, 99)]] {
            let pieces = Marks(marks.to_vec()).pieces("Strauß");
            assert_eq!(pieces, [("Strauß", false)], "{marks:?}");
        }
    }
}
