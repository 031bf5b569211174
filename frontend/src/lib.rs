//! The browser's half of the console: takes over the page that the server
//! rendered. Nothing else belongs here.

use leptos::{
    mount::hydrate_body,
    prelude::{document, request_animation_frame},
};
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page's loader script.
#[wasm_bindgen]
pub fn hydrate() {
    hydrate_body(app::App);
    // The first effects have run by then: the page answers from now on, and says so.
    request_animation_frame(|| {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-awake", "");
        }
    });
}
