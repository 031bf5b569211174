//! The installation as a whole: how it began, and what was put into it at once.

use super::{
    Event,
    described::{Described, fact},
};
use crate::audit::{
    Sentence,
    sentence::{plural, they},
};

pub(super) fn described(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::InstallationSetUp { administrator } => {
            Described::about(administrator, "installation_set_up", "plus", move |_| {
                they(administrator, " set up Keydesk and became its first administrator")
            })
        }
        Event::CastSeeded { users } => Described::about_nobody("cast_seeded", "info", move |_| {
            Sentence::new().text(&format!("{users} example users were created"))
        }),
        Event::UsersSeeded { users } => Described::about_nobody("users_seeded", "info", move |_| {
            Sentence::new().text(&format!("{users} made-up users were created"))
        }),
        Event::BackupRestored { taken_at, authenticated, erased_again } => {
            let icon = if *authenticated { "restore" } else { "alert" };
            Described::about_nobody("backup_restored", icon, move |_| {
                let how = if *authenticated { "" } else { ", which was not authenticated" };
                Sentence::new().text(&format!("A backup was restored{how}"))
            })
            .details(move |zone| {
                let mut facts = vec![fact("Taken on", &zone.record(*taken_at))];
                facts.extend((*erased_again > 0).then(|| fact("Erased again", &plural(*erased_again, "user"))));
                facts
            })
        }
        _ => return None,
    })
}
