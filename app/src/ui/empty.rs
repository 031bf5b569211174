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
    /// The only thing on its page: its title is the page's.
    #[prop(optional)]
    alone: bool,
    /// The next step, as buttons.
    #[prop(optional, into)]
    action: ViewFnOnce,
) -> impl IntoView {
    let action = action.run();
    view! {
        <div class="empty" class:slim=slim>
            <span class="badge"><Icon name=icon /></span>
            {if alone { view! { <h1>{title}</h1> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() }}
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
