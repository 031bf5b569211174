//! Whether this process can do its work.

use std::time::Duration;

use crate::{Context, Failure, Result, setup, trouble::Trouble};

/// How the database does at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Ready,
    /// Others hold it: what is read may still be there, what is changed has to wait.
    Busy,
    Away,
}

/// Looks whether something can be read, and changed, within this time each.
pub async fn health(cx: &Context, patience: Duration) -> Health {
    let read = async { setup::is_set_up(cx).await.map(drop) };
    match within(patience, read).await {
        Health::Ready => within(patience, cx.try_change()).await,
        other => other,
    }
}

async fn within(patience: Duration, act: impl Future<Output = Result<()>>) -> Health {
    match tokio::time::timeout(patience, act).await {
        Ok(Ok(())) => Health::Ready,
        Err(_) => Health::Busy,
        Ok(Err(failure)) => {
            let busy = matches!(&failure, Failure::Database(error) if Trouble::of(error) == Some(Trouble::Busy));
            if busy {
                return Health::Busy;
            }
            tracing::warn!(cause = %failure, "the health check found the database away");
            Health::Away
        }
    }
}
