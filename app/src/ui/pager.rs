//! Forwards and backwards through a long list, as real links without numbers.

use super::{Kind, LinkButton};
use leptos::prelude::*;

#[component]
pub fn Pager(
    /// Addresses of the pages beside this one; none at either end.
    newer: Option<String>,
    older: Option<String>,
    /// The order in words: "Newest first".
    #[prop(optional, into)]
    about: String,
    #[prop(default = "Newer")] newer_label: &'static str,
    #[prop(default = "Older")] older_label: &'static str,
) -> impl IntoView {
    let something = newer.is_some() || older.is_some() || !about.is_empty();
    something.then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                <span>{about}</span>
                <span class="grow"></span>
                {newer
                    .map(|href| view! { <LinkButton href kind=Kind::Quiet icon="chevron-left">{newer_label}</LinkButton> })}
                {older.map(|href| view! { <LinkButton href icon="chevron-right" class="last">{older_label}</LinkButton> })}
            </nav>
        }
    })
}
