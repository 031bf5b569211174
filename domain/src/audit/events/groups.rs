//! What people may do: groups, the first administrator's protection, and what was refused.

use super::{
    Event,
    described::{Described, fact},
};
use crate::audit::{
    Sentence,
    sentence::{name, repeated, they},
};

pub(super) fn described(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::GroupsChanged { user, added, removed } => {
            Described::about(user, "groups_changed", "group", move |actor| {
                let mut sentence = Sentence::new().strong(name(actor));
                if !added.is_empty() {
                    sentence = sentence.text(" put ").strong(&user.name).text(" into ").strong(&added.join(", "));
                }
                if !removed.is_empty() {
                    let (verb, from) = if added.is_empty() { (" took ", &*user.name) } else { (" and took ", "them") };
                    sentence = sentence.text(verb).strong(from).text(" out of ").strong(&removed.join(", "));
                }
                sentence
            })
            .details(move |_| {
                let mut facts = vec![];
                facts.extend((!added.is_empty()).then(|| fact("Added", &added.join(", "))));
                facts.extend((!removed.is_empty()).then(|| fact("Removed", &removed.join(", "))));
                facts
            })
        }
        Event::ProtectionHandedOver { from, to } => {
            Described::about_all(vec![from.id, to.id], "protection_handed_over", "key", move |_| {
                they(from, " handed the first administrator's protection to ").strong(&to.name)
            })
        }
        Event::Refused { user, permission, times } => Described::about(user, "refused", "alert", move |_| {
            let missing = format!("” is missing{}", repeated(*times));
            they(user, " was refused: “").text(permission.label()).text(&missing)
        })
        .details(move |_| vec![fact("Missing permission", permission.code())])
        .failed(),
        _ => return None,
    })
}
