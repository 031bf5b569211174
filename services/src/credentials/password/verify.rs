//! Comparing a password with the one that is kept.

use uuid::Uuid;

use super::stored;
use crate::{
    Context, Failure, Result,
    context::{Own, Upkeep},
    credentials::hashing::hashing_prefix,
    throttle::{Secret, throttled},
};

/// Nothing where it is longer than any password can be: not worth a megabyte of hashing.
pub(crate) fn within_bounds(password: &str) -> Option<&str> {
    (password.len() <= domain::passwords::MOST as usize * 8).then_some(password)
}

/// Whether this is the person's password; wrong answers are throttled like sign-ins.
///
/// # Errors
/// `TooMany` after several wrong ones; `Busy`; `Abandoned` when the client hung up before the hash.
pub(crate) async fn verify_own(cx: &Context, own: &Own, typed: &str) -> Result<bool> {
    let stored = stored::find(own.db(), own.id()).await?;
    let typed = within_bounds(typed).unwrap_or_default();
    let hash = stored.as_ref().map(|stored| stored.hash.as_str());
    let handed_out = stored.as_ref().is_some_and(|stored| stored.must_change);
    // First of all, as for a sign-in: a flood costs the database nothing.
    let place = cx.hashing_place()?;
    throttled(cx, own.actor(), Secret::Password, async { place.verify(typed, hash, handed_out).await }).await
}

/// Brings an older hash up to the present parameters. Failing to do so harms nobody.
pub(crate) async fn upgrade_hash(cx: &Context, user: Uuid, old: &str, typed: &str) {
    if old.starts_with(&hashing_prefix()) {
        return;
    }
    let upgraded = async {
        let hash = cx.hash(typed).await?;
        stored::rehash(cx.upkeep(Upkeep::RehashPassword).db(), user, old, hash).await?;
        Ok::<_, Failure>(())
    };
    if let Err(cause) = upgraded.await {
        tracing::warn!(%cause, "an older password hash could not be upgraded");
    }
}
