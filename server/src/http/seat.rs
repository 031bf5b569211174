//! One connection: what it is at, and whether it may be asked to make room.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use http::{Method, Uri};
use tokio::{sync::Notify, time::Instant};

use super::places::Places;

/// How long a connection that was just made is left alone, so that its first request can come.
pub(super) const FRESH: Duration = Duration::from_secs(1);

const AT_WORK: u64 = 0;
/// Sent away: no request begins any more.
const LEAVING: u64 = u64::MAX;

/// One connection.
pub struct Seat {
    pub(super) places: Arc<Places>,
    pub(super) number: u64,
    /// Whose share it counts to; nobody's where many people share one address.
    pub(super) address: Option<IpAddr>,
    /// Since which step it has only waited for a request, [`AT_WORK`] or [`LEAVING`].
    idle_since: AtomicU64,
    made_at: Instant,
    /// Whether it has sent anything yet.
    used: AtomicBool,
    request: Mutex<Option<(Method, Uri)>>,
    leave: Notify,
}

/// A request under way, its answer included.
pub struct UnderWay(Arc<Seat>);

impl Seat {
    pub(super) fn new(places: Arc<Places>, number: u64, address: Option<IpAddr>) -> Self {
        let idle_since = AtomicU64::new(places.step());
        Self {
            places,
            number,
            address,
            idle_since,
            made_at: Instant::now(),
            used: AtomicBool::new(false),
            request: Mutex::default(),
            leave: Notify::new(),
        }
    }

    /// Since which step it has only waited for a request, where it may be sent away for that.
    pub(super) fn has_waited_since(&self) -> Option<u64> {
        let since = self.idle_since.load(Ordering::Acquire);
        let is_fresh = !self.used.load(Ordering::Relaxed) && self.made_at.elapsed() < FRESH;
        (since != AT_WORK && since != LEAVING && !is_fresh).then_some(since)
    }

    /// Sends it away, unless it has begun to do something since.
    pub(super) fn send_away(&self, since: u64) -> bool {
        let waits = self.idle_since.compare_exchange(since, LEAVING, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if waits {
            self.leave.notify_one();
        }
        waits
    }

    /// Done once this connection has to make room.
    pub async fn sent_away(&self) {
        self.leave.notified().await;
    }

    /// The other end has sent something. Says whether it comes in time.
    pub fn busy(&self) -> bool {
        self.used.store(true, Ordering::Relaxed);
        let stays = |since| (since != LEAVING).then_some(AT_WORK);
        self.idle_since.fetch_update(Ordering::AcqRel, Ordering::Acquire, stays).is_ok()
    }

    /// Nothing is left to send: where no request is under way, the next one is waited for.
    pub fn flushed(&self) {
        if self.idle_since.load(Ordering::Acquire) == AT_WORK && self.request().is_none() {
            self.idle_since.store(self.places.step(), Ordering::Release);
            self.places.one_is_idle();
        }
    }

    pub fn begin(self: &Arc<Self>, method: Method, uri: Uri) -> UnderWay {
        *self.request() = Some((method, uri));
        self.busy();
        UnderWay(self.clone())
    }

    fn request(&self) -> MutexGuard<'_, Option<(Method, Uri)>> {
        self.request.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Without the query, which may hold a secret.
    pub(super) fn in_words(&self) -> Option<String> {
        self.request().as_ref().map(|(method, uri)| format!("{method} {}", uri.path()))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        *self.0.request() = None;
    }
}
