//! What only a browser can answer. Called from effects and event handlers; on
//! the server each function does nothing or says that there is nothing.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The `content` of the first element that matches.
pub fn head_content(selector: &str) -> Option<String> {
    document().query_selector(selector).ok().flatten()?.get_attribute("content")
}

/// Milliseconds since 1970 by the browser's clock; never call it while rendering.
pub fn browser_now() -> i64 {
    js_sys::Date::now() as i64
}

/// Moves the keyboard to the element with this id. Says whether there is one.
pub fn focus(id: &str) -> bool {
    let found = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok());
    found.is_some_and(|e| e.focus().is_ok())
}

/// Whether a key press belongs to a field, a dialog or a menu rather than to the page.
pub fn typing_in(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    let own = "input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable], dialog, [role=menu]";
    target.is_some_and(|t| t.closest(own).ok().flatten().is_some())
}

/// Whether the person kept single-key shortcuts on (WCAG 2.1.4 lets them be switched off).
pub fn single_keys_allowed() -> bool {
    let stored = window().local_storage().ok().flatten().and_then(|s| s.get_item("keydesk-keys").ok().flatten());
    stored.as_deref() != Some("off")
}

/// Puts a text on the clipboard. Says whether this browser lets pages do so: over plain HTTP it does not.
pub fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    let allowed = js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or(false);
    if allowed {
        // The promise is not awaited: browsers answer at once, and the text stays selectable.
        let _ = navigator.clipboard().write_text(text);
    }
    allowed
}

/// Hands `text` over as a file, without a request.
pub(super) fn save_as(file_name: &str, text: &str) -> Option<()> {
    let parts = js_sys::Array::of1(&text.into());
    let kind = web_sys::BlobPropertyBag::new();
    kind.set_type("text/plain;charset=utf-8");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &kind).ok()?;
    let url = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link = document().create_element("a").ok()?.dyn_into::<web_sys::HtmlAnchorElement>().ok()?;
    link.set_href(&url);
    link.set_download(file_name);
    link.click();
    web_sys::Url::revoke_object_url(&url).ok()
}

/// Listens on the window for as long as the caller's view lives.
pub fn on_window_key(handler: impl Fn(web_sys::KeyboardEvent) + Clone + 'static) {
    Effect::new(move |_| {
        let listening = window_event_listener(leptos::ev::keydown, handler.clone());
        on_cleanup(move || listening.remove());
    });
}
