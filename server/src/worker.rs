//! Runs the jobs of this process until it stops.

use std::time::{Duration, Instant};

use services::{
    Context,
    audit::{Verdict, head},
    jobs, users,
};
use tokio::time::{MissedTickBehavior, interval};

/// How often something long says how far it is.
const PROGRESS: Duration = Duration::from_secs(5);

/// Starts the jobs; they end with the process. Their failures are logged and tried again.
pub fn start(cx: &Context) {
    tokio::spawn(rebuild_search(cx.clone()));
    every(Duration::from_secs(15), cx.clone(), "write down activity", |cx| async move { jobs::often(&cx).await });
    every(Duration::from_secs(60), cx.clone(), "tidy up", |cx| async move { jobs::tidy(&cx).await });
    every(Duration::from_secs(3_600), cx.clone(), "log the audit head", |cx| async move {
        if let Verdict::Intact { events, head, .. } = head(&cx).await? {
            tracing::info!(events, %head, "the audit log's head; keep it elsewhere to compare later");
        }
        Ok(())
    });
}

/// Builds the search anew after an upgrade that needs it, and says how far it is.
async fn rebuild_search(cx: Context) {
    let all = match users::count_former(&cx).await {
        Ok(0) => return,
        all => all.unwrap_or_default(),
    };
    tracing::info!(people = all, "the search is built anew; until that is done, people are found as before");
    let (start, mut told) = (Instant::now(), Instant::now());
    let each = |done| {
        if told.elapsed() >= PROGRESS {
            told = Instant::now();
            tracing::info!(done, of = all, "building the search anew");
        }
        true
    };
    match users::rebuild_search(&cx, each).await {
        Ok(people) => tracing::info!(people, seconds = start.elapsed().as_secs(), "the search was built anew"),
        Err(cause) => tracing::warn!(%cause, "the search could not be built anew yet; a job goes on with it"),
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
