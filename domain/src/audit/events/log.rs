//! The audit log itself.

use super::{Event, described::Described};
use crate::audit::{Sentence, sentence::plural};

pub(super) fn described(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::HeadAccepted { noted, events } => Described::about_nobody("head_accepted", "alert", move |_| {
            let noted = noted.map_or_else(|| "what was noted is lost".into(), |noted| format!("{noted} were noted"));
            let events = plural(*events as u32, "event");
            Sentence::new().text(&format!("An audit log of {events} was accepted, though {noted}"))
        }),
        Event::LogSealed { .. } => Described::about_nobody("log_sealed", "lock", |_| {
            Sentence::new().text("Keydesk sealed whom the older events of this log are about")
        }),
        _ => return None,
    })
}
