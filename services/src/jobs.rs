//! What this process does by itself, all safe to run on several nodes at once.

use crate::{Context, Result, auth, fields, sessions, users};

/// Writes down when sessions were last used and which attempts were repeated. Every few seconds.
///
/// # Errors
/// When the database refuses.
pub async fn often(cx: &Context) -> Result<()> {
    cx.record_counted(false).await;
    sessions::write_seen(cx).await
}

/// Writes down what is only in memory, before the process ends.
///
/// # Errors
/// When the database refuses.
pub async fn stop(cx: &Context) -> Result<()> {
    cx.record_counted(true).await;
    sessions::write_seen(cx).await
}

/// Removes what has ended: sessions, devices, old failures. Counts what is left. Every minute.
///
/// # Errors
/// When the database refuses.
pub async fn tidy(cx: &Context) -> Result<()> {
    let removed = sessions::remove_dead(cx).await?;
    if removed > 0 {
        tracing::info!(removed, "sessions that had ended were removed");
    }
    let erased = users::erase_due(cx).await?;
    if erased > 0 {
        tracing::info!(erased, "users whose time in the bin was over were erased");
    }
    fields::sweep(cx).await?;
    users::recount(cx).await?;
    auth::forget_old_failures(cx).await
}
