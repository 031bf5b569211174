//! Custom fields.

use super::{
    Event,
    described::{Described, differences, fact},
};
use crate::audit::sentence::by;

pub(super) fn described(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::FieldCreated { field, required } => Described::about_nobody("field_created", "plus", move |actor| {
            by(actor, " added the custom field ").strong(field)
        })
        .details(move |_| vec![fact("Required", if *required { "Yes" } else { "No" })]),
        Event::FieldUpdated { field, changes } => Described::about_nobody("field_updated", "pencil", move |actor| {
            by(actor, " changed the custom field ").strong(field)
        })
        .details(move |_| differences(changes)),
        Event::FieldDeleted { field } => Described::about_nobody("field_deleted", "bin", move |actor| {
            by(actor, " deleted the custom field ").strong(field)
        }),
        _ => return None,
    })
}
