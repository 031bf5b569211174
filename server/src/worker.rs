//! Runs the jobs of this process until it stops.

use std::time::Duration;

use services::{
    Context,
    audit::{Verdict, head},
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
        Ok(())
    });
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
