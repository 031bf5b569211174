//! Buttons and links that look like them.

use super::Icon;
use super::{Words, press::is_second};
use leptos::{ev::MouseEvent, prelude::*};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    Primary,
    #[default]
    Plain,
    Quiet,
    Danger,
}

impl Kind {
    /// The classes of a plain `<button>` or link of this kind.
    pub fn class(self, extra: &str) -> String {
        let kind = match self {
            Kind::Primary => " primary",
            Kind::Plain => "",
            Kind::Quiet => " quiet",
            Kind::Danger => " danger",
        };
        format!("btn{kind} {extra}").trim_end().to_owned()
    }
}

/// Does something here. While `busy` or with a `disabled_reason` it stays in the
/// tab order, says so, and neither calls back nor submits its form. A double click is one press:
/// what the first one brought may lie under the second.
#[component]
pub fn Button(
    #[prop(optional)] kind: Kind,
    #[prop(optional)] icon: &'static str,
    /// Words for a button that shows only its icon.
    #[prop(optional, into)]
    label: Option<String>,
    #[prop(optional, into)] busy: Signal<bool>,
    /// Why it cannot be used, such as the missing permission in words.
    #[prop(optional, into)]
    disabled_reason: Words,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// Further classes: `small`, `big`, `full`, `bad`.
    #[prop(optional)]
    class: &'static str,
    #[prop(optional, into)] on_click: Option<Callback<MouseEvent>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let class = kind.class(&format!("{}{class}", if label.is_some() { "icon " } else { "" }));
    let blocked = move || busy.get() || disabled_reason.get().is_some();
    let click = move |event: MouseEvent| {
        if is_second(&event) || busy.get_untracked() || untrack(|| disabled_reason.get()).is_some() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(event);
        }
    };
    view! {
        <button
            class=class
            type=if submit { "submit" } else { "button" }
            aria-label=label.clone()
            title=label
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || blocked().then_some("true")
            aria-description=move || disabled_reason.get()
            on:click=click
        >
            <span class="words">
                {(!icon.is_empty()).then(|| view! { <Icon name=icon /> })}
                {children.map(|children| children())}
            </span>
            {move || busy.get().then(|| view! { <span class="mark"></span> })}
            {move || {
                disabled_reason.get().map(|why| view! { <span class="tip" aria-hidden="true">{why}</span> })
            }}
        </button>
    }
    .into_any()
}

/// Goes somewhere; with a `disabled_reason` it stays visible and goes nowhere.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] kind: Kind,
    #[prop(optional)] icon: &'static str,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional, into)] disabled_reason: Words,
    #[prop(optional)] class: &'static str,
    /// Leaves the console's pages: a plain request.
    #[prop(optional)]
    external: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let class = kind.class(&format!("{}{class}", if label.is_some() { "icon " } else { "" }));
    let blocked = move || disabled_reason.get().is_some();
    view! {
        <a
            class=class
            rel=external.then_some("external")
            href=move || (!blocked()).then(|| href.clone())
            role=move || blocked().then_some("link")
            tabindex=move || blocked().then_some("0")
            aria-label=label.clone()
            title=label
            aria-disabled=move || blocked().then_some("true")
            aria-description=move || disabled_reason.get()
        >
            <span class="words">
                {(!icon.is_empty()).then(|| view! { <Icon name=icon /> })}
                {children.map(|children| children())}
            </span>
            {move || {
                disabled_reason.get().map(|why| view! { <span class="tip" aria-hidden="true">{why}</span> })
            }}
        </a>
    }
    .into_any()
}
