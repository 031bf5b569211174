//! What this process does by itself, all safe to run on several nodes at once.

use crate::{Context, Result, account, audit, auth, fields, sessions, traces, users};

/// People whose search keys are folded anew in one run of a job that has others to do.
const REBUILT_AT_MOST: u64 = 20_000;

/// Writes down when sessions were last used and which attempts were repeated. Every few seconds.
///
/// # Errors
/// When the database refuses.
pub async fn often(cx: &Context) -> Result<()> {
    cx.record_counted(false).await;
    let wiped = traces::wipe(cx).await;
    sessions::write_seen(cx).await?;
    wiped
}

/// Writes down what is only in memory, before the process ends.
///
/// # Errors
/// When the database refuses.
pub async fn stop(cx: &Context) -> Result<()> {
    cx.record_counted(true).await;
    let written = sessions::write_seen(cx).await;
    audit::note_head(cx).await?;
    traces::wipe_soon(cx).await?;
    written
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
        // What an older node wrote after this one has built the search anew.
        users::rebuild_search(cx, |done| done < REBUILT_AT_MOST).await.map(drop),
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
