//! Tells whoever keeps one's passkeys (a device, a browser, a password manager) what is known
//! here: the Signal API (WebAuthn Level 3, section 5.1.10). A courtesy: nothing waits for it,
//! and nothing fails with it.

use domain::factors::KeptPasskeys;
use leptos::task::spawn_local;
use serde_json::{Value, json};

use super::server_fns::find_kept_passkeys;
use crate::ui::{passkeys_told, tell_passkeys};

/// Which of one's own passkeys are accepted: others need not be offered any more.
pub fn tell_accepted() {
    tell(
        "signalAllAcceptedCredentials",
        |kept| json!({ "rpId": kept.rp_id, "userId": kept.user_id, "allAcceptedCredentialIds": kept.accepted }),
    );
}

/// What one is called now.
pub fn tell_names() {
    tell("signalCurrentUserDetails", |kept| {
        json!({
            "rpId": kept.rp_id,
            "userId": kept.user_id,
            "name": kept.name,
            "displayName": kept.display_name,
        })
    });
}

fn tell(kind: &'static str, facts: fn(&KeptPasskeys) -> Value) {
    if !passkeys_told(kind) {
        return;
    }
    spawn_local(async move {
        if let Ok(Some(kept)) = find_kept_passkeys().await {
            tell_passkeys(kind, &facts(&kept).to_string());
        }
    });
}
