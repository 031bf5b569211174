//! Slow work off the runtime, in a bounded pool: as many at once as there are cores, a short
//! queue, and a clear "busy" beyond it, so that a flood costs neither memory nor the other
//! pages. Whoever hangs up while they wait loses their place.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use domain::Error;
use tokio::sync::{Semaphore, watch};

use super::{
    argon::Memory,
    place::{Place, Queued},
};
use crate::{Failure, Result};

/// Waiting at most, for each one that is being worked on.
const QUEUE_PER_CORE: usize = 16;

pub(super) type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// A job in the queue; emptied by the thread that takes it, or by the request that no longer wants it.
#[derive(Clone)]
pub(super) struct Slot(Arc<Mutex<Option<Job>>>);

impl Slot {
    pub fn take(&self) -> Option<Job> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What kind of work it is, for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    Hash,
    Estimate,
}

/// What the pool has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the queue now.
    pub waiting: usize,
    /// Password hashes that were worked out to their end, whatever came of them.
    pub hashes: u64,
    /// How often a thread's memory was filled for them: what they cost with today's parameters.
    pub runs: u64,
    /// Passwords whose strength was estimated.
    pub estimates: u64,
    /// Jobs whose client hung up before a thread took them.
    pub left: u64,
    /// Requests that wait for an estimate that the same person asked for before, now.
    pub in_line: usize,
}

/// A request that waits for the same person's one before.
pub(in crate::credentials) struct InLine(Arc<watch::Sender<Counts>>);

impl Drop for InLine {
    fn drop(&mut self) {
        self.0.send_modify(|counts| counts.in_line -= 1);
    }
}

pub(super) struct Pool {
    jobs: mpsc::Sender<Slot>,
    places: Arc<Semaphore>,
    pub(super) counts: Arc<watch::Sender<Counts>>,
    threads: usize,
    /// What a password is compared with when there is none.
    pub decoy: Arc<str>,
}

impl Pool {
    pub fn new() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let counts = Arc::new(watch::Sender::new(Counts::default()));
        Self {
            jobs: start(threads, &counts),
            places: Arc::new(Semaphore::new(threads * (1 + QUEUE_PER_CORE))),
            counts,
            threads,
            decoy: super::hasher::decoy(),
        }
    }

    pub fn counts(&self) -> watch::Receiver<Counts> {
        self.counts.subscribe()
    }

    /// A place in the queue.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub fn place(self: &Arc<Self>) -> Result<Place> {
        let permit = self.places.clone().try_acquire_owned();
        let permit = permit.map_err(|_| Failure::from(Error::Busy { retry_after: 2 }))?;
        Ok(Place::new(self.clone(), permit))
    }

    pub fn in_line(&self) -> InLine {
        self.counts.send_modify(|counts| counts.in_line += 1);
        InLine(self.counts.clone())
    }

    pub(super) fn enqueue(&self, job: Job) -> Result<Queued> {
        let slot = Slot(Arc::new(Mutex::new(Some(job))));
        self.counts.send_modify(|counts| counts.waiting += 1);
        let queued = Queued::new(slot.clone(), self.counts.clone());
        self.jobs.send(slot).map_err(|_| Failure::Unexpected("the hashing threads are gone".into()))?;
        Ok(queued)
    }

    /// Keeps every thread busy until what it returns is dropped, so that a test can look at
    /// the queue.
    pub async fn hold(&self) -> Held {
        let at_it = Arc::new(Semaphore::new(0));
        let keep = |_| {
            let (keep, kept) = mpsc::channel::<()>();
            let at_it = at_it.clone();
            let job: Job = Box::new(move |_| {
                at_it.add_permits(1);
                let _ = kept.recv();
            });
            self.counts.send_modify(|counts| counts.waiting += 1);
            let _ = self.jobs.send(Slot(Arc::new(Mutex::new(Some(job)))));
            keep
        };
        let held = Held { _threads: (0..self.threads).map(keep).collect() };
        let _ = at_it.acquire_many(self.threads as u32).await;
        held
    }
}

/// Threads that are kept from working.
pub struct Held {
    _threads: Vec<mpsc::Sender<()>>,
}

/// Threads of our own, as many as there are cores, each with memory of its own. On tokio's
/// blocking pool the 19 MiB of each hash would move from thread to thread, and the allocator
/// would keep them in every one.
fn start(threads: usize, counts: &Arc<watch::Sender<Counts>>) -> mpsc::Sender<Slot> {
    let (jobs, waiting) = mpsc::channel::<Slot>();
    let waiting = Arc::new(Mutex::new(waiting));
    for _ in 0..threads {
        let (waiting, counts) = (waiting.clone(), counts.clone());
        let work = move || {
            give_way();
            let mut memory = Memory::default();
            loop {
                let slot = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                // The other end is gone: so is the installation.
                let Ok(slot) = slot else { break };
                let Some(job) = slot.take() else { continue };
                counts.send_modify(|counts| counts.waiting -= 1);
                if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
                    tracing::error!("a hash ended in a panic");
                }
            }
        };
        if let Err(cause) = std::thread::Builder::new().name("hashing".into()).spawn(work) {
            tracing::error!(%cause, "a hashing thread could not be started");
        }
    }
    jobs
}

/// Pages go first: a flood of sign-ins may take all the processor that nobody else wants. On
/// Linux the niceness of a thread is its own.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(cause) = rustix::process::nice(10) {
        tracing::warn!(%cause, "hashing could not be given a lower priority");
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;
    use crate::Disconnect;

    #[tokio::test]
    async fn t4_whoever_hangs_up_loses_their_place_and_is_not_worked_for() {
        let pool = Arc::new(Pool::new());
        let mut counts = pool.counts();
        let held = pool.hold().await;
        let free = pool.places.available_permits();
        let (disconnect, client) = Disconnect::watched();
        let place = pool.place().unwrap().left_on(disconnect);
        let waits = tokio::spawn(place.run(Work::Hash, |_| ()));
        counts.wait_for(|counts| counts.waiting == 1).await.unwrap();
        assert_eq!(pool.places.available_permits(), free - 1);
        drop(client);
        assert!(matches!(waits.await.unwrap(), Err(Failure::Abandoned)));
        assert_eq!(pool.places.available_permits(), free, "a place was kept for somebody who is gone");
        // Given up without a word.
        let waits = tokio::spawn(pool.place().unwrap().run(Work::Hash, |_| ()));
        counts.wait_for(|counts| counts.waiting == 1).await.unwrap();
        waits.abort();
        counts.wait_for(|counts| counts.waiting == 0).await.unwrap();
        assert_eq!(pool.places.available_permits(), free);
        drop(held);
        pool.place().unwrap().run(Work::Hash, |_| ()).await.unwrap();
        assert_eq!(*counts.borrow(), Counts { hashes: 1, left: 2, ..Counts::default() });
    }

    #[tokio::test]
    async fn what_is_under_way_goes_on_to_its_end() {
        let pool = Arc::new(Pool::new());
        let (disconnect, client) = Disconnect::watched();
        let (started, begun) = oneshot::channel();
        let (go, may_end) = mpsc::channel::<()>();
        let work = move |_: &mut Memory| {
            let _ = started.send(());
            may_end.recv().is_ok()
        };
        let waits = tokio::spawn(pool.place().unwrap().left_on(disconnect).run(Work::Hash, work));
        begun.await.unwrap();
        drop(client);
        go.send(()).unwrap();
        assert!(waits.await.unwrap().unwrap());
        assert_eq!(*pool.counts().borrow(), Counts { hashes: 1, ..Counts::default() });
    }

    #[tokio::test]
    async fn a_panic_in_one_job_leaves_the_others_their_thread() {
        let pool = Arc::new(Pool::new());
        for _ in 0..pool.threads * 2 {
            let died = pool.place().unwrap().run(Work::Hash, |_| panic!("on purpose")).await;
            assert!(matches!(died, Err::<(), _>(Failure::Unexpected(_))));
        }
        pool.place().unwrap().run(Work::Hash, |_| ()).await.unwrap();
    }
}
