//! Settings of the installation.

use super::{
    Event,
    described::{Described, differences},
};
use crate::audit::sentence::{by, in_words};

pub(super) fn described(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::SettingsChanged { changes } => Described::about_nobody("settings_changed", "pencil", move |actor| {
            by(actor, " changed the settings: ").text(&in_words(changes))
        })
        .details(move |_| differences(changes)),
        _ => return None,
    })
}
