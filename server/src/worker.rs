//! Runs the jobs of this process until it stops.

use std::{
    collections::BTreeSet,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use services::{
    Context,
    audit::{Verdict, committed, head, note_head},
    jobs, users,
};
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval_at},
};

use crate::stop::Stop;

/// What is done over and over.
struct Job {
    what: &'static str,
    /// Since the process started. No two begin in the same second, so that none finds the
    /// connections and the processor taken by the others.
    first: Duration,
    pause: Duration,
}

const fn job(what: &'static str, first: u64, pause: u64) -> Job {
    Job { what, first: Duration::from_secs(first), pause: Duration::from_secs(pause) }
}

const FLUSH: Job = job("write down activity", 8, 15);
const CLEANUP: Job = job("tidy up", 2, 60);
const HEAD: Job = job("log the audit head", 4, 3_600);

/// How often something long says how far it is.
const PROGRESS: Duration = Duration::from_secs(5);

/// The jobs of this process. They begin nothing new once it is told to stop.
pub struct Worker {
    tasks: JoinSet<()>,
    running: Running,
}

/// The names of the jobs that are at work.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<BTreeSet<&'static str>>>);

/// A job that is at work; dropped, it is not, however it ended.
struct AtWork {
    running: Running,
    what: &'static str,
}

impl Running {
    pub fn names(&self) -> Vec<String> {
        self.lock().iter().map(|name| format!("the job “{name}”")).collect()
    }

    fn begin(&self, what: &'static str) -> AtWork {
        self.lock().insert(what);
        AtWork { running: self.clone(), what }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<&'static str>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.running.lock().remove(self.what);
    }
}

impl Worker {
    /// Starts the jobs. Their failures are logged and tried again. `alarmed` says whether it was told already
    /// that something is wrong with the audit log.
    pub fn start(cx: &Context, stop: &Stop, running: Running, alarmed: bool) -> Self {
        let mut worker = Self { tasks: JoinSet::new(), running };
        worker.every(FLUSH, cx, stop, |cx| async move { jobs::flush(&cx).await });
        worker.every(CLEANUP, cx, stop, |cx| async move { jobs::cleanup(&cx).await });
        worker.every(HEAD, cx, stop, |cx| async move {
            if let Verdict::Intact { events, head, .. } = head(&cx).await? {
                tracing::info!(events, %head, "the audit log's head; keep it elsewhere to compare later");
            }
            if let Some(alarm) = note_head(&cx).await?.alarm() {
                tracing::error!("{alarm}");
            }
            Ok(())
        });
        worker.until_told(stop, note_heads(cx.clone(), alarmed));
        worker.until_told(stop, rebuild_search(cx.clone()));
        worker
    }

    /// What may be left at any moment.
    fn until_told(&mut self, stop: &Stop, work: impl Future<Output = ()> + Send + 'static) {
        let stop = stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = work => {}
                () = stop.told() => {}
            }
        });
    }

    /// Waits until the jobs that are at work have ended, and says which have not by then.
    pub async fn finish(mut self, patience: Duration) -> Vec<String> {
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        match tokio::time::timeout(patience, ended).await {
            Ok(()) => vec![],
            Err(_) => self.running.names(),
        }
    }

    fn every<F>(&mut self, job: Job, cx: &Context, stop: &Stop, act: impl Fn(Context) -> F + Send + 'static)
    where
        F: Future<Output = services::Result<()>> + Send + 'static,
    {
        let (cx, stop, running) = (cx.clone(), stop.clone(), self.running.clone());
        self.tasks.spawn(async move { repeat(job, running, stop.told(), move || act(cx.clone())).await });
    }
}

/// Does it over and over until told to stop.
async fn repeat<F>(job: Job, running: Running, stop: impl Future<Output = ()>, act: impl Fn() -> F)
where
    F: Future<Output = services::Result<()>> + Send + 'static,
{
    let mut stop = pin!(stop);
    let mut ticks = interval_at(Instant::now() + job.first, job.pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return,
            _ = ticks.tick() => {}
        }
        let at_work = running.begin(job.what);
        let done = apart(act()).await;
        drop(at_work);
        if let Err(cause) = done {
            tracing::warn!(job = job.what, %cause, "a job failed and will be tried again");
        }
    }
}

/// Does this in a task of its own, so that a bug in it is a failure like any other. Dropped, it ends there.
async fn apart<T: Send + 'static>(
    work: impl Future<Output = services::Result<T>> + Send + 'static,
) -> Result<T, String> {
    let mut task = JoinSet::new();
    task.spawn(work);
    match task.join_next().await {
        Some(Ok(done)) => done.map_err(|failure| failure.to_string()),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("it never began".into()),
    }
}

/// Builds the search anew after an upgrade that needs it, and has it forget what was deleted before.
/// What fails is tried again.
async fn rebuild_search(cx: Context) {
    loop {
        let own = cx.clone();
        match apart(async move { rebuild_once(&own).await }).await {
            Ok(()) => return,
            Err(cause) => tracing::warn!(%cause, "the search could not be built anew yet, and will be"),
        }
        tokio::time::sleep(CLEANUP.pause).await;
    }
}

/// Says how far it is.
async fn rebuild_once(cx: &Context) -> services::Result<()> {
    let all = users::count_former(cx).await?;
    if all > 0 {
        tracing::info!(people = all, "the search is built anew; until that is done, people are found as before");
        let (start, mut told) = (Instant::now(), Instant::now());
        let each = |done| {
            if told.elapsed() >= PROGRESS {
                told = Instant::now();
                tracing::info!(done, of = all, "building the search anew");
            }
            true
        };
        let people = users::rebuild_search(cx, each).await?;
        tracing::info!(people, seconds = start.elapsed().as_secs(), "the search was built anew");
    }
    jobs::forget_former(cx).await
}

/// Notes the head outside of the database: at the start, since others may have committed, and after
/// commits of this process, once a second at most.
async fn note_heads(cx: Context, mut told: bool) {
    loop {
        let own = cx.clone();
        match apart(async move { note_head(&own).await }).await {
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
        committed(&cx).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[test]
    fn no_two_jobs_begin_in_the_same_second() {
        let mut taken = BTreeSet::new();
        for Job { what, first, pause } in [FLUSH, CLEANUP, HEAD] {
            let mut at = first;
            while at < Duration::from_secs(86_400) {
                assert!(taken.insert(at.as_secs()), "“{what}” begins with another after {} s", at.as_secs());
                at += pause;
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn t30_a_bug_in_a_job_costs_one_run_of_it_and_no_later_one() {
        let (running, runs, twice) = (Running::default(), Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let act = || {
            let (runs, twice) = (runs.clone(), twice.clone());
            async move {
                if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                    panic!("a bug");
                }
                twice.notify_one();
                Ok::<(), services::Failure>(())
            }
        };
        repeat(job("stumble", 1, 1), running.clone(), twice.notified(), act).await;
        assert_eq!(runs.load(Ordering::SeqCst), 2);
        assert!(running.names().is_empty(), "what is over is named at the stop");
    }

    #[tokio::test]
    async fn t30_a_bug_is_told_like_any_failure() {
        let work = async {
            if true {
                panic!("a bug")
            }
            Ok::<(), services::Failure>(())
        };
        assert!(apart(work).await.unwrap_err().contains("a bug"));
    }
}
