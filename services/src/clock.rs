//! Time, as an argument: the system's, or one that a test turns by hand.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::Millis;

#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still until it is turned.
    pub fn fixed(at: Millis) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at)))
    }

    pub fn now(&self) -> Millis {
        match self {
            #[allow(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Self::System => std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |since| since.as_millis() as Millis),
            Self::Fixed(at) => at.load(Ordering::SeqCst),
        }
    }

    /// Turns a fixed clock forward; the system's does not move.
    pub fn advance(&self, by: Millis) {
        if let Self::Fixed(at) = self {
            at.fetch_add(by, Ordering::SeqCst);
        }
    }
}
