//! Whose password no sign-in can match.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{super::hashing_prefix, Unverifiable, unverifiable};
use crate::{Context, Result, credentials::password};

/// Hashes looked at together.
const AT_ONCE: u64 = 1_000;

/// How many people have a password that cannot be verified, by the reason; for the operator.
///
/// # Errors
/// Those of the gate.
pub async fn unverifiable_passwords(cx: &Context) -> Result<BTreeMap<Unverifiable, u64>> {
    let access = cx.process_read()?;
    let (mut found, mut last) = (BTreeMap::new(), Uuid::nil());
    loop {
        let rows = password::list_unlike(access.db(), &hashing_prefix(), last, AT_ONCE).await?;
        for (_, hash) in &rows {
            if let Some(why) = unverifiable(hash) {
                *found.entry(why).or_default() += 1;
            }
        }
        match rows.last() {
            Some((user, _)) => last = *user,
            None => return Ok(found),
        }
    }
}
