//! Signing in, and confirming who one is.

use super::{Event, SignInFailure, described::Described};
use crate::{
    audit::{
        Sentence,
        sentence::{repeated, they},
    },
    sessions::Method,
    users::UserId,
};

pub(super) fn described(event: &Event) -> Option<Described<'_>> {
    Some(match event {
        Event::SignedIn { user, method } => {
            Described::about(user, "signed_in", "screen", move |_| they(user, signed_in(*method)))
        }
        Event::SignInFailed { user, reason, times } => {
            // An unknown name is the nil id: one row like for anybody else, so that the work is the same.
            let subject = user.as_ref().map_or(UserId::nil(), |user| user.id);
            Described::about_all(vec![subject], "sign_in_failed", "alert", move |_| {
                let name = user.as_ref().map_or("somebody", |user| user.name.as_str());
                let times = if *times > 1 { format!(" {times} times") } else { String::new() };
                Sentence::new().text("A sign-in as ").strong(name).text(&format!(" failed{times}: {}", why(*reason)))
            })
            .failed()
        }
        Event::ProofGiven { user } => {
            Described::about(user, "proof_given", "check", move |_| they(user, " confirmed that it is them"))
        }
        Event::ProofFailed { user, times } => Described::about(user, "proof_failed", "alert", move |_| {
            they(user, &format!(" could not confirm that it is them{}", repeated(*times)))
        })
        .failed(),
        _ => return None,
    })
}

fn signed_in(method: Method) -> &'static str {
    match method {
        Method::Setup => " signed in by setting Keydesk up",
        Method::Password => " signed in with a password",
        Method::Passkey => " signed in with a passkey",
        Method::PasswordAndApp => " signed in with a password and an authenticator app",
        Method::PasswordAndPasskey => " signed in with a password and a passkey",
        Method::PasswordAndRecoveryCode => " signed in with a password and a recovery code",
        Method::PasswordOnRememberedDevice => " signed in with a password on a remembered device",
        Method::PasskeyAndApp => " signed in with a passkey and an authenticator app",
        Method::PasskeyAndRecoveryCode => " signed in with a passkey and a recovery code",
    }
}

fn why(reason: SignInFailure) -> &'static str {
    match reason {
        SignInFailure::UnknownName => "the username is unknown",
        SignInFailure::WrongPassword => "the password was wrong",
        SignInFailure::NotActive => "the user is not active",
        SignInFailure::Throttled => "too many tries",
        SignInFailure::WrongCode => "the code was wrong",
        SignInFailure::WrongPasskey => "the passkey was not accepted",
        SignInFailure::HungUp => "whoever tried hung up before the password was checked",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_sign_in_as_nobody_is_told_as_such() {
        let event = Event::SignInFailed { user: None, reason: SignInFailure::UnknownName, times: 3 };
        let told = event.sentence(None).plain();
        assert_eq!(told, "A sign-in as somebody failed 3 times: the username is unknown");
        assert!(event.failed());
    }
}
