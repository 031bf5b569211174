//! A place in the pool's queue: work waits in it, and a client that hangs up loses it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};

use super::{
    argon::Memory,
    pool::{Counts, Pool, Slot, Work},
};
use crate::{Disconnect, Failure, Result};

/// One place in the queue. It is given back when the work is done, or when it is not wanted.
pub struct Place {
    pub(super) pool: Arc<Pool>,
    permit: OwnedSemaphorePermit,
    disconnect: Disconnect,
}

impl Place {
    pub(super) fn new(pool: Arc<Pool>, permit: OwnedSemaphorePermit) -> Self {
        Self { pool, permit, disconnect: Disconnect::default() }
    }

    /// A client that hangs up gives the place back.
    pub fn left_on(self, disconnect: Disconnect) -> Self {
        Self { disconnect, ..self }
    }

    /// Estimates the strength of a password on one of the threads.
    ///
    /// # Errors
    /// `Abandoned` where the client hung up before a thread took it.
    pub(in crate::credentials) async fn estimate<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        self.run(Work::Estimate, move |_| work()).await
    }

    /// Does the work on one of the threads.
    ///
    /// # Errors
    /// `Abandoned` where the client hung up before a thread took it. What is under way goes on to its
    /// end.
    pub(super) async fn run<T: Send + 'static>(
        self,
        kind: Work,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T> {
        let Self { pool, permit, disconnect } = self;
        let gone = |_| Failure::Unexpected("a hashing thread did not answer".into());
        let (done, mut result) = oneshot::channel();
        let counts = pool.counts.clone();
        let job = move |memory: &mut Memory| {
            let before = memory.runs();
            let outcome = work(memory);
            drop(permit);
            counts.send_modify(|counts| {
                counts.runs += memory.runs() - before;
                match kind {
                    Work::Hash => counts.hashes += 1,
                    Work::Estimate => counts.estimates += 1,
                }
            });
            let _ = done.send(outcome);
        };
        let queued = pool.enqueue(Box::new(job))?;
        tokio::select! {
            outcome = &mut result => outcome.map_err(gone),
            () = disconnect.happened() => {
                if queued.leave() {
                    return Err(Failure::Abandoned);
                }
                result.await.map_err(gone)
            }
        }
    }
}

/// A job that a request waits for. Dropped before a thread has taken it, it is never done.
pub(super) struct Queued {
    slot: Slot,
    counts: Arc<watch::Sender<Counts>>,
}

impl Queued {
    pub fn new(slot: Slot, counts: Arc<watch::Sender<Counts>>) -> Self {
        Self { slot, counts }
    }

    /// Whether it was still waiting, and is gone now.
    fn leave(&self) -> bool {
        let waited = self.slot.take().is_some();
        if waited {
            self.counts.send_modify(|counts| {
                counts.waiting -= 1;
                counts.left += 1;
            });
        }
        waited
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.leave();
    }
}
