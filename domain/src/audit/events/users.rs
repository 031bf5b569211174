//! Users: created, edited, disabled, in the bin and out of it, erased.

use super::{
    Event,
    described::{Described, differences, fact},
};
use crate::audit::{
    Detail, Sentence,
    sentence::{and_ended, by, in_words},
};

pub(super) fn described(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::UserCreated { user, username, email, groups, one_time_password } => {
            Described::about(user, "user_created", "plus", move |actor| {
                let sentence = by(actor, " created ").strong(&user.name);
                if groups.is_empty() { sentence } else { sentence.text(" in ").strong(&groups.join(", ")) }
            })
            .details(move |_| {
                let password = if *one_time_password { "One-time password" } else { "Typed by the creator" };
                let mut facts = vec![fact("Username", username)];
                facts.extend(email.as_ref().map(|email| fact("E-mail", email)));
                facts.extend((!groups.is_empty()).then(|| fact("Groups", &groups.join(", "))));
                facts.push(fact("First password", password));
                facts
            })
        }
        Event::UserUpdated { user, changes } => Described::about(user, "user_updated", "pencil", move |actor| {
            by(actor, " edited ").strong(&user.name).text(": ").text(&in_words(changes))
        })
        .details(move |_| differences(changes)),
        Event::ProfileUpdated { user, before, after } => {
            Described::about(user, "profile_updated", "users", move |_| {
                Sentence::new().strong(before).text(" changed the display name to ").strong(after)
            })
            .details(move |_| {
                let (before, after) = (Some(before.clone()), Some(after.clone()));
                vec![Detail { name: "Display name".into(), before, after }]
            })
        }
        Event::UserDisabled { user, sessions_ended } => Described::about(user, "user_disabled", "stop", move |actor| {
            and_ended(by(actor, " disabled ").strong(&user.name), *sessions_ended)
        }),
        Event::UserEnabled { user } => {
            Described::about(user, "user_enabled", "check", move |actor| by(actor, " enabled ").strong(&user.name))
        }
        Event::UserDeleted { user, sessions_ended, erase_at } => {
            Described::about(user, "user_deleted", "bin", move |actor| {
                and_ended(by(actor, " moved ").strong(&user.name).text(" to the bin"), *sessions_ended)
            })
            .details(move |zone| vec![fact("Erased on", &zone.date_of(*erase_at).short())])
        }
        Event::UserRestored { user } => {
            Described::about(user, "user_restored", "restore", move |actor| by(actor, " restored ").strong(&user.name))
        }
        Event::UserErased { user } => {
            Described::about_all(vec![*user], "user_erased", "bin", |actor| by(actor, " erased a user"))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        audit::{FieldChange, Person},
        time::TimeZone,
        users::UserId,
    };

    fn person(number: u128, name: &str) -> Person {
        Person { id: UserId(Uuid::from_u128(number)), name: name.into() }
    }

    #[test]
    fn a_creation_names_who_whom_and_where() {
        let event = Event::UserCreated {
            user: person(2, "Ingrid"),
            username: "ingrid".into(),
            email: None,
            groups: vec!["Auditors".into()],
            one_time_password: true,
        };
        let sentence = event.sentence(Some(&person(1, "Grace")));
        assert_eq!(sentence.plain(), "Grace created Ingrid in Auditors");
        assert_eq!(event.subjects(), [UserId(Uuid::from_u128(2))]);
    }

    #[test]
    fn an_edit_tells_what_was_and_what_is() {
        let ana = person(2, "Ana");
        let changes = vec![
            FieldChange::between("Display name", Some("Anna"), Some("Ana")).unwrap(),
            FieldChange::between("E-mail", None, Some("ana@b.example")).unwrap(),
        ];
        let event = Event::UserUpdated { user: ana, changes };
        let grace = person(1, "Grace");
        assert_eq!(event.sentence(Some(&grace)).plain(), "Grace edited Ana: display name and e-mail");
        assert_eq!(event.details(&TimeZone::default()).len(), 2);
    }

    #[test]
    fn an_erasure_names_nobody() {
        let event = Event::UserErased { user: UserId(Uuid::from_u128(2)) };
        assert_eq!(event.sentence(Some(&person(1, "Grace"))).plain(), "Grace erased a user");
        assert_eq!(event.sentence(None).plain(), "Keydesk erased a user");
    }
}
