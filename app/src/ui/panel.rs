//! A button with a small form under it, on the browser's own popover: it opens before the page
//! wakes up, closes on Escape or a click elsewhere, and gives the keyboard back.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

#[component]
pub fn Panel(
    /// Unique on the page; the button's own is `{id}-button`.
    #[prop(into)]
    id: String,
    /// What is in it, in words.
    #[prop(into)]
    label: String,
    /// What the button shows.
    #[prop(into)]
    trigger: ViewFnOnce,
    #[prop(default = "btn")] class: &'static str,
    /// The button shows only an icon and needs the label's words.
    #[prop(optional)]
    bare: bool,
    /// Grows towards the left, from the button's right edge.
    #[prop(optional)]
    to_left: bool,
    /// Told each time it has opened.
    #[prop(optional, into)]
    on_open: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let panel = NodeRef::<html::Div>::new();
    let name = bare.then(|| label.clone());
    let toggled = move |_: ev::Event| {
        let Some(panel) = panel.get_untracked() else { return };
        if panel.matches(":popover-open").unwrap_or(false) {
            if let Some(on_open) = on_open {
                on_open.run(());
            }
            let first = panel.query_selector("select, input:not([type=hidden]), button").ok().flatten();
            if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
                let _ = first.focus();
            }
        }
    };
    view! {
        <button
            type="button"
            id=format!("{id}-button")
            class=class
            popovertarget=id.clone()
            aria-haspopup="dialog"
            aria-label=name.clone()
            title=name
        >
            {trigger.run()}
        </button>
        <div
            node_ref=panel
            id=id
            popover="auto"
            class=if to_left { "flyout to-left" } else { "flyout" }
            role="dialog"
            aria-label=label
            on:toggle=toggled
        >
            {children()}
        </div>
    }
    .into_any()
}

/// Closes the panel with this id; the keyboard goes back to its button.
pub fn close_panel(id: &str) {
    let panel = document().get_element_by_id(id).and_then(|panel| panel.dyn_into::<HtmlElement>().ok());
    if let Some(panel) = panel.filter(|panel| panel.matches(":popover-open").unwrap_or(false)) {
        let _ = panel.hide_popover();
    }
}
