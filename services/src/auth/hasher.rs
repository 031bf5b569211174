//! Password hashing in a bounded pool: as many at once as there are cores, a short
//! queue, and a clear "busy" beyond it, so that a flood costs neither memory nor the
//! other pages.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use domain::Error;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::{Failure, Result};

/// Waiting at most, for each one that is being worked on.
const QUEUE_PER_CORE: usize = 16;

/// argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet;
/// RFC 9106 gives the algorithm).
///
/// # Panics
/// Never: the figures are within the algorithm's bounds.
#[allow(clippy::expect_used, reason = "constants within the bounds")]
pub fn hashing_parameters() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("constants within the bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What every hash of today begins with, in PHC string format.
pub(crate) fn hashing_prefix() -> String {
    let argon2 = hashing_parameters();
    let params = argon2.params();
    format!("$argon2id$v=19$m={},t={},p={}$", params.m_cost(), params.t_cost(), params.p_cost())
}

pub struct Hasher {
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// What a password is compared with when there is none, for the same work.
    decoy: Arc<str>,
}

impl Hasher {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        // A random result that no password leads to: nothing needs to be hashed to make one.
        let text = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
        let decoy = format!(
            "{}{}${}",
            hashing_prefix(),
            text(&crate::random::bytes::<16>()),
            text(&crate::random::bytes::<32>())
        );
        Self {
            running: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(cores * (1 + QUEUE_PER_CORE))),
            decoy: decoy.into(),
        }
    }

    /// The hash of a password in normal form, in PHC string format.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = Zeroizing::new(password.to_owned());
        self.run(move || {
            let salt = crate::random::bytes::<16>();
            hashing_parameters().hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string())
        })
        .await?
        .map_err(|error| Failure::Unexpected(format!("hashing a password: {error}")))
    }

    /// Whether the password belongs to the hash. Without a hash the same work is done
    /// and the answer is no.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let password = Zeroizing::new(password.to_owned());
        let known = hash.is_some();
        let hash: Arc<str> = hash.map_or_else(|| self.decoy.clone(), Into::into);
        self.run(move || {
            let matches = PasswordHash::new(&hash)
                .is_ok_and(|hash| hashing_parameters().verify_password(password.as_bytes(), &hash).is_ok());
            known && matches
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let busy = || Failure::from(Error::Busy { retry_after: 2 });
        let place = self.queue.clone().try_acquire_owned().map_err(|_| busy())?;
        let turn = self.running.clone().acquire_owned().await.map_err(|_| busy())?;
        // The permits go along: a request that is given up keeps its turn until it is done.
        tokio::task::spawn_blocking(move || {
            let (_place, _turn) = (place, turn);
            work()
        })
        .await
        .map_err(|error| Failure::Unexpected(format!("the hashing pool: {error}")))
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_verified_and_another_is_not() {
        let hasher = Hasher::new();
        let hash = hasher.hash("a long enough phrase").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hasher.verify("a long enough phrase", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("a long enough phrasE", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("no password is this one", None).await.unwrap());
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
                tokio::spawn(async move { hasher.verify("x", None).await })
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
        assert!(!hasher.verify("x", None).await.unwrap(), "the queue did not recover");
    }
}
