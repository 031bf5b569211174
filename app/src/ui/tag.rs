//! A short word about a state. Never colour alone: always the word, mostly an icon.

use super::Icon;
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    Good,
    Warn,
    Bad,
    /// Power: administrators, invitations.
    Key,
    Info,
    #[default]
    Plain,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Tone::Good => "tag good",
            Tone::Warn => "tag warn",
            Tone::Bad => "tag bad",
            Tone::Key => "tag key",
            Tone::Info => "tag info",
            Tone::Plain => "tag",
        }
    }
}

#[component]
pub fn Tag(
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: &'static str,
    /// Shown on hover.
    #[prop(optional, into)]
    title: Option<String>,
) -> impl IntoView {
    view! {
        <span class=tone.class() title=title>
            {(!icon.is_empty()).then(|| view! { <Icon name=icon /> })}
            <span class="clip">{move || text.get()}</span>
        </span>
    }
    .into_any()
}
