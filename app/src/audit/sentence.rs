//! What happened, in a sentence whose names stand out.

use domain::audit::{Piece, Sentence};
use leptos::prelude::*;

#[component]
pub fn Happened(sentence: Sentence) -> impl IntoView {
    let piece = |piece| match piece {
        Piece::Text(text) => text.into_any(),
        Piece::Strong(text) => view! { <b>{text}</b> }.into_any(),
    };
    sentence.0.into_iter().map(piece).collect_view()
}
