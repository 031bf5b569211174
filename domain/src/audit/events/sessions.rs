//! The end of sessions.

use super::{Event, described::Described};
use crate::audit::{
    Sentence,
    sentence::{plural, they},
};

pub(super) fn described(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::SignedOut { user } => {
            Described::about(user, "signed_out", "log-out", move |_| they(user, " signed out"))
        }
        Event::SessionsEnded { user, count } => Described::about(user, "sessions_ended", "log-out", move |actor| {
            let what = plural(*count, "session");
            match actor {
                Some(actor) if actor.id != user.id => they(actor, &format!(" ended {what} of ")).strong(&user.name),
                _ => they(user, &format!(" ended {what}")),
            }
        }),
        Event::SessionsOverLimit { user, count, most } => {
            Described::about(user, "sessions_over_limit", "log-out", move |_| {
                let oldest = if *count == 1 { "session".into() } else { plural(*count, "session") };
                Sentence::new()
                    .text(&format!("The oldest {oldest} of "))
                    .strong(&user.name)
                    .text(&format!(" ended, as they may have {most} at a time"))
            })
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{audit::Person, users::UserId};

    #[test]
    fn an_actor_who_acts_on_themselves_is_named_once() {
        let person = |number, name: &str| Person { id: UserId(Uuid::from_u128(number)), name: name.into() };
        let grace = person(1, "Grace");
        let event = Event::SessionsEnded { user: grace.clone(), count: 1 };
        assert_eq!(event.sentence(Some(&grace)).plain(), "Grace ended 1 session");
        assert_eq!(event.sentence(Some(&person(2, "Ana"))).plain(), "Ana ended 1 session of Grace");
    }
}
