//! Shows what a search found inside a text. Where it stands is told by the server: how letters
//! are compared is nothing that a browser has to know.

use domain::listing::Marks;
use leptos::prelude::*;

/// The text with its marks.
pub fn marked(text: &str, marks: &Marks) -> AnyView {
    let piece = |(piece, found): (&str, bool)| {
        let piece = piece.to_owned();
        if found { view! { <mark>{piece}</mark> }.into_any() } else { piece.into_any() }
    };
    marks.pieces(text).into_iter().map(piece).collect_view().into_any()
}
