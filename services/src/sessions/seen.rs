//! When sessions were last used: noted in memory on the request path, written down by a job.

use std::{collections::HashMap, sync::Mutex};

use domain::{Millis, sessions::SessionId};

/// Activity not yet written down: the request path only notes it here.
#[derive(Default)]
pub(crate) struct Seen(Mutex<HashMap<SessionId, Millis>>);

impl Seen {
    pub(super) fn note(&self, id: SessionId, at: Millis) {
        let mut seen = self.lock();
        let latest = seen.entry(id).or_insert(at);
        *latest = at.max(*latest);
    }

    pub(super) fn of(&self, id: SessionId) -> Option<Millis> {
        self.lock().get(&id).copied()
    }

    pub(super) fn take(&self) -> HashMap<SessionId, Millis> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SessionId, Millis>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
