//! Which passwords nobody may use.

use std::path::PathBuf;

use services::credentials::Breaches;

use super::{
    given::Given,
    setting::{Setting, setting},
};

pub(super) const SETTINGS: [Setting; 1] = [setting(
    "breach_list",
    "KEYDESK_BREACH_LIST",
    "File of SHA-1 hashes of published passwords, sorted; nobody may use these [KEYDESK_BREACH_LIST]",
)];

#[derive(Clone, Debug)]
pub struct Passwords {
    pub breaches: Option<Breaches>,
    breach_list: Option<PathBuf>,
}

pub(super) fn read(given: &Given) -> Result<Passwords, String> {
    let breach_list = given.path("breach_list")?;
    let breaches = breach_list.as_deref().map(Breaches::open).transpose();
    let breaches = breaches.map_err(|told| format!("{}: {told}", given.named("breach_list")))?;
    Ok(Passwords { breaches, breach_list })
}

pub(super) fn effective(passwords: &Passwords) -> [String; SETTINGS.len()] {
    [passwords.breach_list.as_ref().map(|path| path.display().to_string()).unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use crate::config::tests::refuses;

    #[test]
    fn what_cannot_be_used_is_named() {
        refuses(&[("breach_list", "/nowhere", "KEYDESK_BREACH_LIST")]);
    }
}
