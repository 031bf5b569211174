//! Password hashing in a bounded pool: as many at once as there are cores, a short
//! queue, and a clear "busy" beyond it, so that a flood costs neither memory nor the
//! other pages.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use domain::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use zeroize::Zeroizing;

use super::{
    argon::{Memory, OUTPUT, hashing_prefix},
    foreign, normal_form,
};
use crate::{Failure, Result, random};

/// Waiting at most, for each one that is being worked on.
const QUEUE_PER_CORE: usize = 16;

pub struct Hasher {
    jobs: mpsc::Sender<Job>,
    queue: Arc<Semaphore>,
    /// What a password is compared with when there is none, for the same work.
    decoy: Arc<str>,
}

impl Hasher {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        // A random result that no password leads to: nothing needs to be hashed to make one.
        let text = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
        let decoy =
            format!("{}{}${}", hashing_prefix(), text(&random::bytes::<16>()), text(&random::bytes::<OUTPUT>()));
        Self { jobs: start(cores), queue: Arc::new(Semaphore::new(cores * (1 + QUEUE_PER_CORE))), decoy: decoy.into() }
    }

    /// The hash of a password in normal form, in PHC string format.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = Zeroizing::new(password.to_owned());
        self.place()?
            .run(move |memory| memory.hash(password.as_bytes(), random::bytes::<16>()))
            .await?
            .map_err(|error| Failure::Unexpected(format!("hashing a password: {error}")))
    }

    /// Whether the password as typed belongs to the hash. Without a hash the same work is
    /// done and the answer is no. One that was handed out to be used once may be typed as codes are.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn verify(&self, password: &str, hash: Option<&str>, handed_out: bool) -> Result<bool> {
        self.place()?.verify(password, hash, handed_out).await
    }

    /// A place in the queue, for whoever has more to do before the hashing.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub fn place(&self) -> Result<Place<'_>> {
        let permit =
            self.queue.clone().try_acquire_owned().map_err(|_| Failure::from(Error::Busy { retry_after: 2 }))?;
        Ok(Place { hasher: self, permit })
    }
}

/// One place in the queue. It is given back when the work is done, or when it is not wanted.
pub struct Place<'a> {
    hasher: &'a Hasher,
    permit: OwnedSemaphorePermit,
}

impl Place<'_> {
    /// As [`Hasher::verify`].
    pub async fn verify(self, password: &str, hash: Option<&str>, handed_out: bool) -> Result<bool> {
        let password = Zeroizing::new(password.to_owned());
        let known = hash.is_some();
        let hash: Arc<str> = hash.map_or_else(|| self.hasher.decoy.clone(), Into::into);
        self.run(move |memory| {
            let normal = Zeroizing::new(normal_form(&password));
            let matches = if hash.starts_with(&hashing_prefix()) {
                let whole = memory.verify(normal.as_bytes(), &hash);
                // What looks like a one-time password is compared once more as it was made: for
                // everybody, so that the time says nothing of who was given one (T6), and it
                // counts only for those. Any other password is verified exactly (T1).
                let copied =
                    random::as_one_time_password(&password).map(Zeroizing::new).filter(|made| **made != **normal);
                let as_made = copied.is_some_and(|made| memory.verify(made.as_bytes(), &hash));
                whole || handed_out && as_made
            } else {
                // Others hashed what was typed as it came (T1).
                foreign::verify(password.as_bytes(), &hash)
                    || *normal != *password && foreign::verify(normal.as_bytes(), &hash)
            };
            known && matches
        })
        .await
    }

    async fn run<T: Send + 'static>(self, work: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Result<T> {
        let Self { hasher, permit } = self;
        let gone = |_| Failure::Unexpected("a hashing thread did not answer".into());
        let (done, result) = oneshot::channel();
        // The permit goes along: a request that is given up keeps it until its work is done.
        let job = move |memory: &mut Memory| {
            let _permit = permit;
            let _ = done.send(work(memory));
        };
        hasher.jobs.send(Box::new(job)).map_err(|_| Failure::Unexpected("the hashing threads are gone".into()))?;
        result.await.map_err(gone)
    }
}

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// Threads of our own, as many as there are cores, each with memory of its own. On tokio's
/// blocking pool the 19 MiB of each hash would move from thread to thread, and the allocator
/// would keep them in every one.
fn start(threads: usize) -> mpsc::Sender<Job> {
    let (jobs, waiting) = mpsc::channel::<Job>();
    let waiting = Arc::new(Mutex::new(waiting));
    for _ in 0..threads {
        let waiting = waiting.clone();
        let work = move || {
            give_way();
            let mut memory = Memory::default();
            loop {
                let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                // The other end is gone: so is the installation.
                let Ok(job) = job else { break };
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

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use argon2::{Params, password_hash::phc::PasswordHash};

    use super::*;

    #[tokio::test]
    async fn a_password_is_verified_and_another_is_not() {
        let hasher = Hasher::new();
        let hash = hasher.hash("a long enough phrase").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hasher.verify("a long enough phrase", Some(&hash), false).await.unwrap());
        assert!(!hasher.verify("a long enough phrasE", Some(&hash), true).await.unwrap());
        assert!(!hasher.verify("no password is this one", None, true).await.unwrap());
    }

    #[test]
    fn t6_the_decoy_costs_a_hash_like_any_other() {
        let hasher = Hasher::new();
        let decoy = PasswordHash::new(&hasher.decoy).unwrap();
        let cost = Params::try_from(&decoy).unwrap();
        assert_eq!((cost.m_cost(), cost.t_cost(), cost.p_cost()), (19 * 1024, 2, 1));
        assert_eq!(decoy.hash.unwrap().len(), 32);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn t4_a_flood_is_told_to_come_back_and_the_queue_recovers() {
        let hasher = Arc::new(Hasher::new());
        let tries: Vec<_> = (0..200)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.verify("x", None, false).await })
            })
            .collect();
        let mut busy = 0;
        for attempt in tries {
            match attempt.await.unwrap() {
                Err(Failure::Told(Error::Busy { retry_after })) => {
                    assert!(retry_after > 0);
                    busy += 1;
                }
                other => assert!(!other.unwrap()),
            }
        }
        assert!(busy > 0, "two hundred at once fitted into the queue");
        assert!(!hasher.verify("x", None, false).await.unwrap(), "the queue did not recover");
    }
}
