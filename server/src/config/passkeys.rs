//! Whom passkeys are for.

use services::auth::RelyingParty;

use super::{Origin, given::Given};

/// Nothing where the public address has no name.
pub(super) fn read(given: &Given, origin: &Origin, name: &str) -> Result<Option<RelyingParty>, String> {
    let more = given.list("passkeys.origins");
    let more = more.map(|text| Origin::parse(text, origin.insecure()).map(|origin| origin.to_string()));
    let more = more.collect::<Result<Vec<_>, _>>();
    let more = more.map_err(|told| format!("{}: {told}", given.named("passkeys.origins")))?;
    let rp_id = given.get("passkeys.rp_id").map(|value| value.text.as_str()).or_else(|| origin.name());
    let Some(rp_id) = rp_id else { return Ok(None) };
    let origins: Vec<String> = std::iter::once(origin.to_string()).chain(more).collect();
    RelyingParty::new(rp_id, &origins, name)
        .map(Some)
        .map_err(|told| format!("{}: {told}", given.named("passkeys.rp_id")))
}
