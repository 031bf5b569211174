//! Nothing to show: says why, and offers the next step. And waiting.

use super::Icon;
use leptos::prelude::*;

#[component]
pub fn Empty(
    icon: &'static str,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    /// Takes less room, inside a card.
    #[prop(optional)]
    slim: bool,
    /// The next step, as buttons.
    #[prop(optional, into)]
    action: ViewFnOnce,
) -> impl IntoView {
    let action = action.run();
    view! {
        <div class="empty" class:slim=slim>
            <span class="badge"><Icon name=icon /></span>
            <h2>{title}</h2>
            {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
            <div class="actions">{action}</div>
        </div>
    }
    .into_any()
}

/// Shows itself only when waiting takes longer than 300 ms.
#[component]
pub fn Loading(#[prop(default = "Loading".into(), into)] text: String) -> impl IntoView {
    view! { <div class="loading" role="status">{text}</div> }
}
