//! What people prove themselves with, and guesses at it. Most of it is told to the person.

use super::{Event, described::Described};
use crate::audit::{
    Sentence,
    sentence::{and_ended, by, name, of, plural, repeated, they},
};

pub(super) fn described(event: &Event) -> Option<Described<'_>> {
    passwords(event).or_else(|| second_factors(event)).or_else(|| passkeys(event)).or_else(|| guesses(event))
}

fn passwords(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::PasswordChanged { user, sessions_ended, was_due } => {
            Described::about(user, "password_changed", "key", move |_| {
                let what = if *was_due { " replaced the first password" } else { " changed the password" };
                and_ended(they(user, what), *sessions_ended)
            })
            .told_to(user)
        }
        Event::PasswordChangeFailed { user, times } => {
            Described::about(user, "password_change_failed", "alert", move |_| {
                let what = " could not change the password: the current one was wrong";
                they(user, &format!("{what}{}", repeated(*times)))
            })
            .failed()
        }
        Event::PasswordReset { user, one_time, sessions_ended } => {
            Described::about(user, "password_reset", "key", move |actor| {
                let how = if *one_time { " a one-time password" } else { " a new password" };
                and_ended(by(actor, " gave ").strong(&user.name).text(how), *sessions_ended)
            })
            .told_to(user)
        }
        Event::PasswordRemoved { user } => {
            Described::about(user, "password_removed", "bin", move |_| they(user, " removed their password"))
                .told_to(user)
        }
        _ => return None,
    })
}

fn second_factors(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::AppAdded { user, replaced } => Described::about(user, "app_added", "plus", move |_| {
            they(user, if *replaced { " replaced the authenticator app" } else { " added an authenticator app" })
        })
        .told_to(user),
        Event::AppRemoved { user } => Described::about(user, "app_removed", "bin", move |actor| {
            of(actor, " removed ", user, "the authenticator app")
        })
        .told_to(user),
        Event::RecoveryCodesMade { user } => {
            Described::about(user, "recovery_codes_made", "key", move |_| they(user, " made new recovery codes"))
                .told_to(user)
        }
        Event::RecoveryCodeUsed { user, left } => Described::about(user, "recovery_code_used", "key", move |_| {
            they(user, &format!(" used a recovery code; {left} left"))
        })
        .told_to(user),
        Event::SecondFactorsReset { user, sessions_ended, .. } => {
            Described::about(user, "second_factors_reset", "restore", move |actor| {
                and_ended(by(actor, " reset the second factors of ").strong(&user.name), *sessions_ended)
            })
            .told_to(user)
        }
        Event::SecondFactorAsked { user, required } => {
            Described::about(user, "second_factor_asked", "lock", move |actor| {
                let what =
                    if *required { " requires a second factor of " } else { " no longer requires a second factor of " };
                by(actor, what).strong(&user.name)
            })
            .told_to(user)
        }
        Event::DevicesForgotten { user, count } => {
            Described::about(user, "devices_forgotten", "screen", move |actor| {
                let what = format!("{} forgotten: ", plural(*count, "remembered device"));
                Sentence::new().text(&what).strong(&user.name).text(", by ").strong(name(actor))
            })
            .told_to(user)
        }
        Event::FactorsVoided { user, passkeys, recovery_codes, sessions_ended } => {
            Described::about(user, "factors_voided", "bin", move |_| {
                let (passkeys, codes) = (plural(*passkeys, "passkey"), plural(*recovery_codes, "recovery code"));
                let what = format!("{passkeys} and {codes} voided: ");
                and_ended(Sentence::new().text(&what).strong(&user.name), *sessions_ended)
            })
            .told_to(user)
        }
        _ => return None,
    })
}

fn passkeys(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::PasskeyAdded { user, name } => {
            Described::about(user, "passkey_added", "plus", move |_| they(user, " added the passkey ").strong(name))
                .told_to(user)
        }
        Event::PasskeyRenamed { user, before, after } => {
            Described::about(user, "passkey_renamed", "pencil", move |_| {
                they(user, " renamed the passkey ").strong(before).text(" to ").strong(after)
            })
        }
        Event::PasskeyRemoved { user, name } => Described::about(user, "passkey_removed", "bin", move |actor| {
            of(actor, " removed ", user, "the passkey ").strong(name)
        })
        .told_to(user),
        Event::PasskeySuspect { user, name } => Described::about(user, "passkey_suspect", "alert", move |_| {
            Sentence::new()
                .text("A sign-in as ")
                .strong(&user.name)
                .text(" was refused: the passkey ")
                .strong(name)
                .text(" may have been copied")
        })
        .told_to(user)
        .failed(),
        _ => return None,
    })
}

fn guesses(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::CodesGuessed { user, count } => Described::about(user, "codes_guessed", "alert", move |_| {
            Sentence::new().text(&format!("{count} wrong codes in a row were given for ")).strong(&user.name)
        })
        .told_to(user)
        .failed(),
        Event::BrakesReleased { user } => Described::about(user, "brakes_released", "unlock", move |actor| {
            by(actor, " released ").strong(&user.name).text(" from waiting after wrong tries")
        })
        .told_to(user),
        Event::NoticesDismissed { user, count } => Described::about(user, "notices_dismissed", "check", move |_| {
            they(user, &format!(" dismissed {} about their sign-in", plural(*count, "notice")))
        }),
        _ => return None,
    })
}
