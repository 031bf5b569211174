//! The browser's half of the console: takes over the page that the server
//! rendered. Nothing else belongs here.

use leptos::mount::hydrate_body;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page's loader script.
#[wasm_bindgen]
pub fn hydrate() {
    hydrate_body(app::App);
}
