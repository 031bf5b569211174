//! What this process does by itself, all safe to run on several nodes at once.

use crate::{Context, Result, account, auth, fields, sessions, users};

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
    // One that fails leaves the others their turn.
    let done = [
        told(sessions::remove_dead(cx).await, "sessions that had ended were removed"),
        told(users::erase_due(cx).await, "users whose time in the bin was over were erased"),
        fields::sweep(cx).await,
        users::recount(cx).await,
        auth::forget_old_failures(cx).await,
        auth::forget_waiting(cx).await,
        auth::forget_answered(cx).await,
        account::forget_notices(cx).await,
    ];
    done.into_iter().collect()
}

fn told(done: Result<u64>, what: &str) -> Result<()> {
    let count = done?;
    if count > 0 {
        tracing::info!(count, "{what}");
    }
    Ok(())
}
