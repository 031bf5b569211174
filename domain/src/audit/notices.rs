//! How long and how many: the events that a person is told of on their next pages ([`Event::told`](super::Event::told)).

use crate::{DAY, Millis};

/// Notices are shown so long.
pub const NOTICES_KEPT: Millis = 30 * DAY;

/// So many are told at a time, the oldest first.
pub const NOTICES_AT_ONCE: usize = 20;
