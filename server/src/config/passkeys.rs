//! Whom passkeys are for.

use services::credentials::RelyingParty;

use super::{
    Origin,
    given::Given,
    setting::{Setting, setting},
};

pub(super) const SETTINGS: [Setting; 2] = [
    setting(
        "passkeys.rp_id",
        "KEYDESK_PASSKEYS_RP_ID",
        "Domain that passkeys are bound to, for good [KEYDESK_PASSKEYS_RP_ID]",
    ),
    setting(
        "passkeys.origins",
        "KEYDESK_PASSKEYS_ORIGINS",
        "Further addresses that may use these passkeys, with commas between [KEYDESK_PASSKEYS_ORIGINS]",
    )
    .or(""),
];

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

pub(super) fn effective(party: Option<&RelyingParty>) -> [String; SETTINGS.len()] {
    [
        party.map_or("none: the address has no name", RelyingParty::id).to_owned(),
        party.map(|party| party.origins()[1..].join(", ")).unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use crate::config::tests::refuses;

    #[test]
    fn what_cannot_be_used_is_named() {
        refuses(&[
            ("passkeys.rp_id", "elsewhere.example", "KEYDESK_PASSKEYS_RP_ID"),
            ("passkeys.origins", "elsewhere", "KEYDESK_PASSKEYS_ORIGINS"),
        ]);
    }
}
