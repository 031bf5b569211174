//! A button with a list of actions under it, on the browser's own popover: it
//! opens before the page wakes up, closes on Escape or a click elsewhere, and
//! gives the keyboard back. Arrow keys, Home and End move in it.

use super::Icon;
use super::Words;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

fn items(menu: &Element) -> Vec<HtmlElement> {
    let Ok(list) = menu.query_selector_all("[role^=menuitem]") else { return Vec::new() };
    (0..list.length()).filter_map(|i| list.item(i)?.dyn_into().ok()).collect()
}

fn move_focus(menu: &Element, key: &str) -> Option<()> {
    let items = items(menu);
    let active = document().active_element();
    let at = items.iter().position(|item| active.as_ref().is_some_and(|a| a.is_same_node(Some(item))));
    let last = items.len().checked_sub(1)?;
    let next = match key {
        "ArrowDown" => at.map_or(0, |i| if i == last { 0 } else { i + 1 }),
        "ArrowUp" => at.map_or(last, |i| if i == 0 { last } else { i - 1 }),
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    items.get(next)?.focus().ok()
}

/// Browsers that cannot anchor a popover to its button get its place by script.
fn place(menu: &HtmlElement, button: &Element, to_left: bool, above: bool) {
    let style = menu.style();
    if js_sys::Reflect::has(&style, &"positionArea".into()).unwrap_or(false) {
        return;
    }
    let (at, own) = (button.get_bounding_client_rect(), menu.get_bounding_client_rect());
    let width = document().document_element().map_or(0.0, |e| f64::from(e.client_width()));
    let height = window().inner_height().ok().and_then(|h| h.as_f64()).unwrap_or(0.0);
    let left = if to_left { at.right() - own.width() } else { at.left() };
    let up = above || at.bottom() + own.height() > height - 8.0;
    let top = if up { at.top() - own.height() - 8.0 } else { at.bottom() };
    let left = left.clamp(8.0, (width - own.width() - 8.0).max(8.0));
    let _ = style.set_property("left", &format!("{left}px"));
    let _ = style.set_property("top", &format!("{}px", top.max(8.0)));
}

#[component]
pub fn Menu(
    /// Unique on the page; names the popover.
    #[prop(into)]
    id: String,
    /// What the menu is for, in words.
    #[prop(into)]
    label: String,
    /// What the button shows; three dots without.
    #[prop(optional, into)]
    trigger: Option<ViewFnOnce>,
    #[prop(default = "btn quiet icon small")] class: &'static str,
    /// Grows towards the left, from the button's right edge.
    #[prop(optional)]
    to_left: bool,
    #[prop(optional)] above: bool,
    children: Children,
) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    let menu = NodeRef::<html::Div>::new();
    let open = RwSignal::new(false);
    // With words of its own the button needs no other name.
    let name = trigger.is_none().then(|| label.clone());
    let toggled = move |_: ev::Event| {
        let (Some(menu), Some(button)) = (menu.get_untracked(), button.get_untracked()) else { return };
        let now_open = menu.matches(":popover-open").unwrap_or(false);
        open.set(now_open);
        if now_open {
            place(&menu, &button, to_left, above);
            move_focus(&menu, "Home");
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        let Some(menu) = menu.get_untracked() else { return };
        if event.key() == "Tab" {
            let _ = menu.hide_popover();
        } else if move_focus(&menu, &event.key()).is_some() {
            event.prevent_default();
        }
    };
    // Choosing closes; the item's own handler has run by then.
    let chosen = move |event: ev::MouseEvent| {
        let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
        let item = target.and_then(|t| t.closest("[role^=menuitem]:not([aria-disabled])").ok().flatten());
        if let (Some(_), Some(menu)) = (item, menu.get_untracked()) {
            let _ = menu.hide_popover();
        }
    };
    let direction = format!("menu{}{}", if to_left { " to-left" } else { "" }, if above { " above" } else { "" });
    view! {
        <button
            node_ref=button
            type="button"
            class=class
            popovertarget=id.clone()
            aria-haspopup="menu"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-label=name.clone()
            title=name
        >
            {match trigger {
                Some(trigger) => trigger.run(),
                None => view! { <Icon name="dots" /> }.into_any(),
            }}
        </button>
        <div
            node_ref=menu
            id=id
            popover="auto"
            class=direction
            role="menu"
            aria-label=label
            on:toggle=toggled
            on:keydown=key
            on:click=chosen
        >
            {children()}
        </div>
    }
    .into_any()
}

/// An action. With a `disabled_reason` it stays in the list and says why.
#[component]
pub fn MenuItem(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_select: Callback<()>,
    #[prop(optional)] icon: &'static str,
    #[prop(optional, into)] disabled_reason: Words,
    #[prop(optional)] danger: bool,
) -> impl IntoView {
    let select = move |_| {
        if untrack(|| disabled_reason.get()).is_none() {
            on_select.run(());
        }
    };
    view! {
        <button
            type="button"
            role="menuitem"
            tabindex="-1"
            class="item"
            class:bad=danger
            aria-disabled=move || disabled_reason.get().map(|_| "true")
            on:click=select
        >
            {(!icon.is_empty()).then(|| view! { <Icon name=icon /> })}
            <span>
                {move || label.get()}
                {move || disabled_reason.get().map(|why| view! { <span class="why">{why}</span> })}
            </span>
        </button>
    }
    .into_any()
}

/// A way to another page.
#[component]
pub fn MenuLink(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] icon: String,
) -> impl IntoView {
    view! {
        <a href=href role="menuitem" tabindex="-1" class="item">
            {(!icon.is_empty()).then(|| view! { <Icon name=icon /> })}
            <span>{label}</span>
        </a>
    }
    .into_any()
}

/// One of several of which one holds, with a mark at the one that does.
#[component]
pub fn MenuChoice(
    #[prop(into)] label: String,
    #[prop(into)] chosen: Signal<bool>,
    #[prop(into)] on_select: Callback<()>,
    #[prop(optional)] icon: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="button"
            role="menuitemradio"
            tabindex="-1"
            class="item"
            aria-checked=move || if chosen.get() { "true" } else { "false" }
            on:click=move |_| on_select.run(())
        >
            {(!icon.is_empty()).then(|| view! { <Icon name=icon /> })}
            <span>{label}</span>
            <span class="mark">{move || chosen.get().then(|| view! { <Icon name="check" /> })}</span>
        </button>
    }
    .into_any()
}

#[component]
pub fn MenuRule() -> impl IntoView {
    view! { <hr role="separator" /> }
}
