//! Sources that wait, as far as this process knows.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::Millis;

/// Sources that this process found waiting, and until when, so that a flood from one of them
/// is sent away before it costs a hash. The database decides; what is not here yet is found there.
#[derive(Default)]
pub(crate) struct WaitingSources(Mutex<HashMap<[u8; 32], Millis>>);

impl WaitingSources {
    /// Sources at most: a few hundred kilobytes.
    const MOST: usize = 4_096;

    pub(super) fn until(&self, source: &[u8; 32]) -> Option<Millis> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(source).copied()
    }

    pub(super) fn note(&self, source: [u8; 32], until: Millis, now: Millis) {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= Self::MOST {
            sources.retain(|_, until| *until > now);
        }
        if sources.len() < Self::MOST {
            sources.insert(source, until);
        }
    }
}
