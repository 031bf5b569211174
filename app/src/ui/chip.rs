//! A filter that is on, with a cross that takes it off. The cross is a real link.

use super::Icon;
use leptos::prelude::*;

#[component]
pub fn Chip(
    /// What is filtered: "Status is".
    #[prop(into)]
    name: String,
    #[prop(into)] value: String,
    /// The address without this filter.
    #[prop(into)]
    without: String,
) -> impl IntoView {
    let drop = format!("Remove: {name} {value}");
    view! {
        <span class="chip">
            <span class="clip">{name}</span>
            " "
            <b>{value}</b>
            <a class="drop" href=without aria-label=drop>
                <Icon name="x" />
            </a>
        </span>
    }
    .into_any()
}
