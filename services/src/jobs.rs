//! What this process does by itself, all safe to run on several nodes at once.

use crate::{
    Context, Failure, Result, account, audit, credentials::passkey, fields, sessions, sign_in, throttle, traces, users,
};

/// Writes down when sessions were last used and which attempts were repeated. Every few seconds.
///
/// # Errors
/// When the database refuses.
pub async fn flush(cx: &Context) -> Result<()> {
    cx.record_counted(false).await;
    let wiped = traces::wipe(cx).await;
    sessions::write_seen(cx).await?;
    wiped
}

/// Writes down what is only in memory, before the process ends. Whatever fails, the rest is done.
///
/// # Errors
/// `Unexpected` with what could not be done.
pub async fn stop(cx: &Context) -> Result<()> {
    cx.record_counted(true).await;
    let done = [
        ("when sessions were last used could not be written down", sessions::write_seen(cx).await),
        ("the audit log's head could not be noted", audit::note_head(cx).await.map(drop)),
        ("the write-ahead log could not be emptied", traces::wipe_now(cx).await),
    ];
    let failed: Vec<_> = done.into_iter().filter_map(|(what, done)| Some(format!("{what}: {}", done.err()?))).collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::Unexpected(failed.join("; "))) }
}

/// Once in the life of a database, after the search was built anew: takes what was deleted before this
/// version wrote over it out of the search's index. Meanwhile everybody goes on working.
///
/// # Errors
/// When the database refuses; then it goes on where this left off.
pub async fn forget_former(cx: &Context) -> Result<()> {
    traces::forget_former(cx).await
}

/// Removes what has ended: sessions, devices, old failures. Counts what is left. Every minute.
///
/// # Errors
/// When the database refuses.
pub async fn cleanup(cx: &Context) -> Result<()> {
    // One that fails leaves the others their turn.
    let done = [
        told(sessions::remove_dead(cx).await, "sessions that had ended were removed"),
        told(users::erase_due(cx).await, "users whose time in the bin was over were erased"),
        fields::sweep(cx).await,
        users::recount(cx).await,
        // What an older node wrote after this one has built the search anew. Not more at a time than a
        // stop can wait for.
        users::rebuild_some(cx).await,
        throttle::cleanup(cx).await,
        sign_in::cleanup(cx).await,
        passkey::cleanup(cx).await,
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
