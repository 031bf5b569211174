//! A titled piece of a page, and what usually fills it.

use super::Icon;
use super::Words;
use leptos::prelude::*;

/// `inside` pads its children; `lines` lays out `.line` rows; `bare` does neither (a table).
#[component]
pub fn Card(
    /// Without one, the card has no head.
    #[prop(optional, into)]
    title: Option<Words>,
    /// A few soft words at the end of the title's line.
    #[prop(optional, into)]
    about: Words,
    /// Small buttons at the end of the title's line.
    #[prop(optional, into)]
    actions: ViewFnOnce,
    #[prop(default = "inside")] layout: &'static str,
    #[prop(optional)] danger: bool,
    children: Children,
) -> impl IntoView {
    let actions = actions.run();
    view! {
        <section class="card" class:danger=danger>
            {title
                .map(|title| {
                    view! {
                        <header>
                            <h2>{move || title.get()}</h2>
                            <span class="grow"></span>
                            <span class="about">{move || about.get()}</span>
                            {actions}
                        </header>
                    }
                })}
            <div class=layout>{children()}</div>
        </section>
    }
    .into_any()
}

/// A list of names and values; fill it with [`Fact`]s.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

#[component]
pub fn Fact(#[prop(into)] name: String, children: Children) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        <dd>{children()}</dd>
    }
    .into_any()
}

/// What an action will do: icon and sentence, one per line. Nothing when there is nothing to say.
#[component]
pub fn Effects(#[prop(into)] effects: Signal<Vec<(String, String)>>) -> impl IntoView {
    let lines = move || {
        effects
            .get()
            .into_iter()
            .map(|(icon, text)| view! { <li><Icon name=icon /> <span>{text}</span></li> })
            .collect_view()
    };
    move || (!effects.with(Vec::is_empty)).then(|| view! { <ul class="effects">{lines}</ul> })
}

/// Something to know before reading on. `tone` is `good`, `warn`, `bad` or nothing.
#[component]
pub fn Note(#[prop(optional)] tone: &'static str, children: Children) -> impl IntoView {
    let icon = match tone {
        "good" => "check",
        "warn" | "bad" => "alert",
        _ => "info",
    };
    view! {
        <div class=format!("note {tone}").trim_end().to_owned()>
            <Icon name=icon />
            <div class="grow">{children()}</div>
        </div>
    }
    .into_any()
}
