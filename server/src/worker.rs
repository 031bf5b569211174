//! Runs the jobs of this process until it stops.

use std::time::Duration;

use services::{
    Context,
    audit::{Verdict, committed, head, note_head},
    jobs,
};
use tokio::time::{MissedTickBehavior, interval};

/// Starts the jobs; they end with the process. Their failures are logged and tried again.
pub fn start(cx: &Context) {
    every(Duration::from_secs(15), cx.clone(), "write down activity", |cx| async move { jobs::often(&cx).await });
    every(Duration::from_secs(60), cx.clone(), "tidy up", |cx| async move { jobs::tidy(&cx).await });
    every(Duration::from_secs(3_600), cx.clone(), "log the audit head", |cx| async move {
        if let Verdict::Intact { events, head, .. } = head(&cx).await? {
            tracing::info!(events, %head, "the audit log's head; keep it elsewhere to compare later");
        }
        if let Some(alarm) = note_head(&cx).await?.alarm() {
            tracing::error!("{alarm}");
        }
        Ok(())
    });
    tokio::spawn(note_heads(cx.clone()));
}

/// Notes the head outside of the database after commits, once a second at most.
async fn note_heads(cx: Context) {
    let mut told = false;
    loop {
        committed(&cx).await;
        match note_head(&cx).await {
            Ok(witness) => {
                let alarm = witness.alarm();
                // Once; after that every hour.
                if let Some(alarm) = alarm.as_ref().filter(|_| !told) {
                    tracing::error!("{alarm}");
                }
                told = alarm.is_some();
            }
            Err(cause) => {
                tracing::warn!(%cause, "the audit log's head could not be noted and will be at the next change");
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn every<F>(pause: Duration, cx: Context, what: &'static str, job: impl Fn(Context) -> F + Send + 'static)
where
    F: Future<Output = services::Result<()>> + Send,
{
    tokio::spawn(async move {
        let mut ticks = interval(pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(cause) = job(cx.clone()).await {
                tracing::warn!(job = what, %cause, "a job failed and will be tried again");
            }
        }
    });
}
