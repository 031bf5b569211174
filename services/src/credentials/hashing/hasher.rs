//! Password hashing, in the bounded pool.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use tokio::sync::watch;
use zeroize::Zeroizing;

use super::{
    argon::{Memory, OUTPUT, hashing_prefix},
    imported_hashes,
    place::Place,
    pool::{Counts, Held, InLine, Pool, Work},
};
use crate::{Context, Failure, Result, credentials::normal_form, random};

/// Where passwords are hashed and compared.
pub struct Hasher {
    pool: Arc<Pool>,
}

impl Hasher {
    pub fn new() -> Self {
        Self { pool: Arc::new(Pool::new()) }
    }

    /// The hash of a password in normal form, in PHC string format.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn hash(&self, password: &str) -> Result<String> {
        self.place()?.hash(password).await
    }

    /// Whether the password as typed belongs to the hash. Without a hash, or with one that cannot be
    /// verified, the same work is done and the answer is no. One that was handed out to be used once
    /// may be typed as codes are.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn verify(&self, password: &str, hash: Option<&str>, handed_out: bool) -> Result<bool> {
        self.place()?.verify(password, hash, handed_out).await
    }

    /// A place in the queue, taken before what comes before the hashing.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub fn place(&self) -> Result<Place> {
        self.pool.place()
    }

    pub(in crate::credentials) fn in_line(&self) -> InLine {
        self.pool.in_line()
    }

    /// What was done so far, and what waits.
    pub fn counts(&self) -> watch::Receiver<Counts> {
        self.pool.counts()
    }

    /// Keeps every thread busy until what it returns is dropped: for tests.
    #[doc(hidden)]
    pub async fn hold(&self) -> Held {
        self.pool.hold().await
    }
}

impl Context {
    /// A place in the queue of hashes; a client that hangs up loses it.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub(crate) fn hashing_place(&self) -> Result<Place> {
        Ok(self.installation().hasher().place()?.left_on(self.disconnect().clone()))
    }

    /// The hash of a password in normal form.
    ///
    /// # Errors
    /// `Busy` when too many wait already; `Abandoned` where nobody waits for it any more.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        self.hashing_place()?.hash(password).await
    }
}

impl Place {
    /// As [`Hasher::hash`].
    ///
    /// # Errors
    /// `Abandoned` where nobody waits for it any more.
    pub async fn hash(self, password: &str) -> Result<String> {
        let password = Zeroizing::new(password.to_owned());
        self.run(Work::Hash, move |memory| memory.hash(password.as_bytes(), random::bytes::<16>()))
            .await?
            .map_err(|error| Failure::Unexpected(format!("hashing a password: {error}")))
    }

    /// As [`Hasher::verify`].
    ///
    /// # Errors
    /// `Abandoned` where the client hung up before any work was done.
    pub async fn verify(self, password: &str, hash: Option<&str>, handed_out: bool) -> Result<bool> {
        let typed = Zeroizing::new(password.to_owned());
        let hash: Option<Arc<str>> = hash.map(Into::into);
        let decoy = self.pool.decoy.clone();
        self.run(Work::Hash, move |memory| {
            let normal = Zeroizing::new(normal_form(&typed));
            let matches = hash.and_then(|hash| {
                if hash.starts_with(&hashing_prefix()) {
                    return compare(memory, &typed, &normal, &hash, handed_out);
                }
                // Others hashed what was typed as it came (T1).
                let matches = imported_hashes::verify(typed.as_bytes(), &hash)?;
                Some(matches || *normal != *typed && imported_hashes::verify(normal.as_bytes(), &hash) == Some(true))
            });
            matches.unwrap_or_else(|| {
                // Where there is none, or none that can be verified, for the same work (T6).
                compare(memory, &typed, &normal, &decoy, false);
                false
            })
        })
        .await
    }
}

/// Whether a password belongs to a hash of today's; nothing where that is none, and then nothing was
/// worked out.
fn compare(memory: &mut Memory, typed: &str, normal: &str, hash: &str, handed_out: bool) -> Option<bool> {
    let whole = memory.verify(normal.as_bytes(), hash)?;
    // What looks like a one-time password is compared once more as it was made: for everybody, so
    // that the time says nothing of who was given one (T6), and it counts only for those. Any other
    // password is verified exactly (T1).
    let copied = random::as_one_time_password(typed).map(Zeroizing::new).filter(|made| **made != *normal);
    let as_made = copied.is_some_and(|made| memory.verify(made.as_bytes(), hash) == Some(true));
    Some(whole || handed_out && as_made)
}

/// What a password is compared with when there is none, for the same work: a random result that no
/// password leads to, so that nothing needs to be hashed to make one.
pub(super) fn decoy() -> Arc<str> {
    let text = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
    let (salt, result) = (random::bytes::<16>(), random::bytes::<OUTPUT>());
    format!("{}{}${}", hashing_prefix(), text(&salt), text(&result)).into()
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use argon2::{Params, password_hash::phc::PasswordHash};
    use domain::Error;

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
        let decoy = decoy();
        let decoy = PasswordHash::new(&decoy).unwrap();
        let cost = Params::try_from(&decoy).unwrap();
        assert_eq!((cost.m_cost(), cost.t_cost(), cost.p_cost()), (19 * 1024, 2, 1));
        assert_eq!(decoy.hash.unwrap().len(), 32);
    }

    #[tokio::test]
    async fn t6_a_hash_that_cannot_be_verified_costs_as_much_as_none() {
        let hasher = Hasher::new();
        let counts = hasher.counts();
        let broken = format!("{}c29tZXNhbHRzb21lc2FsdA", hashing_prefix());
        // With a one-time password, which is compared twice, and with any other.
        for (typed, cost) in [("violet anchor paper thunder", 1), ("ABCDE FGHJK MNPQR STUVW", 2)] {
            for hash in [
                None,
                Some("$1$pJQBOpmW$kO7dvPJjhoe4Lr7x3lPax."),
                Some("hunter2"),
                Some(""),
                Some("$argon2id$v=19$m=64,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2hzb21laGFzaA"),
                // Of a form that is known, and nonsense.
                Some("$2b$12$?????????????????????????????????????????????????????"),
                Some("$argon2id$v=7$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2hzb21laGFzaA"),
                Some(broken.as_str()),
            ] {
                let before = *counts.borrow();
                assert!(!hasher.verify(typed, hash, true).await.unwrap(), "{hash:?}");
                let after = *counts.borrow();
                assert_eq!((after.hashes - before.hashes, after.runs - before.runs), (1, cost), "{hash:?}");
            }
        }
    }

    #[tokio::test]
    async fn t4_a_flood_is_told_to_come_back_and_the_queue_recovers() {
        let hasher = Hasher::new();
        let held = hasher.hold().await;
        // As many as there is room for, on however many cores.
        let places: Vec<_> = std::iter::from_fn(|| hasher.place().ok()).collect();
        let told = hasher.verify("x", None, false).await;
        assert!(matches!(told, Err(Failure::Told(Error::Busy { retry_after: 1.. }))), "{told:?}");
        let waiting: Vec<_> = places.into_iter().map(|place| tokio::spawn(place.verify("x", None, false))).collect();
        drop(held);
        for attempt in waiting {
            assert!(!attempt.await.unwrap().unwrap());
        }
        assert!(!hasher.verify("x", None, false).await.unwrap(), "the queue did not recover");
    }
}
