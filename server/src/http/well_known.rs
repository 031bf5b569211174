//! What browsers and password managers look for at a known place.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::App;

/// The other addresses that may use this domain's passkeys (WebAuthn Level 3, section 5.11).
pub async fn webauthn(State(app): State<App>) -> Json<Value> {
    let party = app.installation().passkeys();
    Json(json!({ "origins": party.map(|party| party.origins()).unwrap_or_default() }))
}
