//! Passkeys in the console: asks the browser by way of the same small script as the pages
//! before it (`public/js/passkey.js`).

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

fn member(name: &str) -> Option<JsValue> {
    let script = Reflect::get(&window(), &"keydeskPasskeys".into()).ok().filter(JsValue::is_object)?;
    Reflect::get(&script, &name.into()).ok()
}

/// Whether this browser can use passkeys. Never on the server.
pub fn passkeys_work() -> bool {
    leptos::prelude::is_browser() && member("able").is_some_and(|able| able.is_truthy())
}

/// Answers a question with a passkey that is there.
///
/// # Errors
/// A sentence for the person.
pub async fn passkey_answer(options: &str) -> Result<String, String> {
    call("get", options).await
}

/// Answers a question with a new passkey.
///
/// # Errors
/// A sentence for the person.
pub async fn new_passkey(options: &str) -> Result<String, String> {
    call("create", options).await
}

/// Asks the address for a question and answers it: ticket and answer. A query is sent as a form.
///
/// # Errors
/// A sentence for the person.
pub async fn passkey_answer_from(address: &str) -> Result<(String, String), String> {
    let pair = call("answer", address).await?;
    serde_json::from_str(&pair).map_err(|_| "The passkey could not be used.".to_owned())
}

/// Whether this browser takes this call of the Signal API. Never on the server.
pub fn passkeys_told(kind: &str) -> bool {
    let api = || Reflect::get(&window(), &"PublicKeyCredential".into()).ok().filter(JsValue::is_function);
    passkeys_work() && api().and_then(|api| Reflect::get(&api, &kind.into()).ok()).is_some_and(|it| it.is_function())
}

/// Tells the keeper of passkeys what the server knows: a call of the Signal API (WebAuthn
/// Level 3, section 5.1.10) with its facts as JSON. Browsers without it do nothing.
pub fn tell_passkeys(kind: &str, facts: &str) {
    if let Some(tell) = member("tell").and_then(|tell| tell.dyn_into::<Function>().ok()) {
        let _ = tell.call2(&JsValue::NULL, &kind.into(), &facts.into());
    }
}

async fn call(name: &str, argument: &str) -> Result<String, String> {
    let missing = || "This browser cannot use passkeys.".to_owned();
    let function = member(name).and_then(|function| function.dyn_into::<Function>().ok()).ok_or_else(missing)?;
    let promise = function.call1(&JsValue::NULL, &argument.into()).map_err(|error| words(&error))?;
    let promise = promise.dyn_into::<Promise>().map_err(|_| missing())?;
    let answer = JsFuture::from(promise).await.map_err(|error| words(&error))?;
    answer.as_string().ok_or_else(missing)
}

fn words(error: &JsValue) -> String {
    let said = member("words").and_then(|words| words.dyn_into::<Function>().ok());
    let said = said.and_then(|words| words.call1(&JsValue::NULL, error).ok()).and_then(|said| said.as_string());
    said.unwrap_or_else(|| "The passkey could not be used.".to_owned())
}
