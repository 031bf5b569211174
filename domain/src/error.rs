//! What a person can be told when something does not work. Codes are stable;
//! sentences are made here, at the edge, and never stored.

use serde::{Deserialize, Serialize};

use crate::{Obligation, Permission, factors::Factors, guard::Refusal};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, as far as a person is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Error {
    /// Nobody is signed in, or the session has ended.
    SignedOut,
    /// The username and password did not lead anywhere. Deliberately says no more.
    NotRecognised,
    /// The password was right; one of these is asked for as well, or a recovery code.
    SecondFactorNeeded(Factors),
    /// A dangerous act needs a factor given within the last five minutes.
    ProofNeeded,
    /// Something must be done first, such as choosing a new password.
    ObligationFirst(Obligation),
    /// The permission that is missing.
    Forbidden(Permission),
    /// A rule says no, whatever the permissions.
    Refused(Refusal),
    NotFound,
    /// Somebody else saved meanwhile: what was edited is no longer what is there.
    Stale,
    /// Input that cannot be accepted, field by field.
    Invalid(Vec<FieldError>),
    /// Too many attempts; try again after this many seconds.
    TooMany {
        retry_after: u32,
    },
    /// Too busy at the moment; try again after this many seconds.
    Busy {
        retry_after: u32,
    },
    /// Nothing can be written down at the moment: a disk is full.
    NoSpace,
    /// A request that this server does not understand.
    Malformed(String),
    /// Nobody's fault but ours. The reference is in the log as well.
    Internal {
        reference: String,
    },
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The name of the form field, such as `username`.
    pub field: String,
    pub problem: Problem,
}

/// What can be wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    Missing,
    TooShort {
        least: u32,
    },
    TooLong {
        most: u32,
    },
    /// A character that cannot be used here; control characters are named by number.
    Character(String),
    /// More marks on one letter than any language writes.
    TooManyMarks {
        most: u32,
    },
    UsernameAlphabet,
    UsernameEdge,
    EmailShape,
    Taken,
    /// Somebody in the bin has it.
    TakenInBin,
    PasswordCommon,
    PasswordGuessable,
    PasswordPersonal,
    PasswordUnchanged,
    PasswordWrong,
    SetupCode,
    UnknownGroup,
    UnknownUser,
    /// Not a day of the calendar, written year-month-day.
    NoSuchDay,
    /// A day that is over already.
    DayIsOver,
    /// A day typed where another time zone held.
    TimeZoneChanged,
    UnknownTimeZone,
    /// What the process was started with decides this: the name of the variable.
    Configured(String),
    /// Not one of a field's choices.
    NotAChoice,
    TooFewChoices,
    TooMany {
        most: u32,
    },
    UnknownField,
    /// A number outside of these bounds.
    OutOfBounds {
        least: u32,
        most: u32,
    },
    /// A username that belonged to somebody who was erased.
    Retired,
    Unreadable,
    /// Not a code that is right now.
    CodeWrong,
    /// The code was used already; each counts once.
    CodeUsed,
    /// A code of another time: the clock of the app is off by so many seconds, ahead of ours
    /// or behind.
    ClockOff {
        seconds: u32,
        ahead: bool,
    },
    RecoveryCodeWrong,
    /// A kind of second factor that does not count, of somebody who has one that does.
    KindNotAsked,
    /// The passkey's answer was not accepted.
    PasskeyRefused,
    /// The passkey is registered already.
    PasskeyKnown,
    /// What was begun has waited too long.
    TooLate,
    /// Somebody published this password.
    PasswordBreached,
}

impl Problem {
    /// What is wrong and what would be right.
    pub fn sentence(&self) -> String {
        match self {
            Self::Missing => "Fill this in.".into(),
            Self::TooShort { least } => format!("Use at least {least} characters."),
            Self::TooLong { most } => format!("Use at most {most} characters."),
            Self::Character(which) => format!("Leave out {which}."),
            Self::TooManyMarks { most } => format!("Put at most {most} marks on one letter."),
            Self::UsernameAlphabet => "Use only the letters a to z, digits, dots, hyphens and underscores.".into(),
            Self::UsernameEdge => "Begin and end with a letter or a digit.".into(),
            Self::EmailShape => "Write an address like name@example.org.".into(),
            Self::Taken => "Somebody has this already. Choose another.".into(),
            Self::TakenInBin => "Somebody in the bin has this. Restore them, or choose another.".into(),
            Self::PasswordCommon => "Many people use this password, so it is tried first. Choose another.".into(),
            Self::PasswordGuessable => "This is easy to guess. Add words that do not belong together.".into(),
            Self::PasswordPersonal => "This is made of your name or ours. Choose something unrelated.".into(),
            Self::PasswordUnchanged => "This is the password you have now. Choose another.".into(),
            Self::PasswordWrong => "This is not your current password.".into(),
            Self::SetupCode => "This setup code is not valid. Use the link that Keydesk printed when it last started; \
                 it works for a day."
                .into(),
            Self::UnknownUser => "Nobody has this username.".into(),
            Self::NoSuchDay => "There is no such day. Write it like 2027-03-31.".into(),
            Self::DayIsOver => "This day is over. Choose a later one, or leave it empty.".into(),
            Self::TimeZoneChanged => {
                "The time zone of days was changed meanwhile. Reload the page, then choose the day again.".into()
            }
            Self::UnknownTimeZone => {
                "There is no time zone of this name. Choose one from the list, such as Europe/Lisbon.".into()
            }
            Self::Configured(variable) => format!("{variable} decides this. Change it there."),
            Self::NotAChoice => "Choose one from the list.".into(),
            Self::TooFewChoices => "Give at least two choices, a line each.".into(),
            Self::TooMany { most } => format!("There can be at most {most}."),
            Self::UnknownField => "This field no longer exists. Reload the page.".into(),
            Self::OutOfBounds { least, most } => format!("Use a number from {least} to {most}."),
            Self::Retired => {
                "This belonged to somebody who was erased, and is never given again. Choose another.".into()
            }
            Self::UnknownGroup => "Choose groups from the list.".into(),
            Self::CodeWrong => "This code is not right. Use the one that the app shows now.".into(),
            Self::CodeUsed => "This code was used already. Wait for the next one.".into(),
            Self::ClockOff { seconds, ahead } => format!(
                "This code belongs to another time: the clock of your device is about {} {}. Set it to automatic, \
                 then use the next code.",
                wait(*seconds),
                if *ahead { "fast" } else { "slow" }
            ),
            Self::KindNotAsked => "This kind of second factor does not count here. Use one that is offered.".into(),
            Self::RecoveryCodeWrong => {
                "This is not one of your recovery codes, or it was used already. Each works once.".into()
            }
            Self::PasskeyRefused => "This passkey was not accepted. Try again, or use another way.".into(),
            Self::PasskeyKnown => "This passkey is registered already.".into(),
            Self::TooLate => "This has waited too long. Begin again.".into(),
            Self::PasswordBreached => {
                "This password is in a published list of stolen ones. Choose another, and change it where you use it."
                    .into()
            }
            Self::Unreadable => "This could not be read. Reload the page and try again.".into(),
        }
    }
}

impl Error {
    /// One field, one problem.
    pub fn field(field: &str, problem: Problem) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), problem }])
    }

    /// The HTTP status that stands for this error.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignedOut | Self::NotRecognised | Self::SecondFactorNeeded(_) => 401,
            Self::ProofNeeded | Self::ObligationFirst(_) | Self::Forbidden(_) => 403,
            Self::NotFound => 404,
            Self::Refused(_) | Self::Stale => 409,
            Self::Invalid(_) | Self::Malformed(_) => 422,
            Self::TooMany { .. } => 429,
            Self::Busy { .. } => 503,
            Self::NoSpace => 507,
            Self::Internal { .. } => 500,
        }
    }

    /// The sentence for `field`, if this error is about it.
    pub fn about(&self, field: &str) -> Option<String> {
        match self {
            Self::Invalid(fields) => fields.iter().find(|e| e.field == field).map(|e| e.problem.sentence()),
            _ => None,
        }
    }

    /// What to tell a person.
    pub fn sentence(&self) -> String {
        match self {
            Self::SignedOut => "You are signed out. Sign in again to go on.".into(),
            Self::NotRecognised => "These do not match an account that can sign in now. \
                After several wrong tries, wait a few minutes before the next."
                .into(),
            Self::SecondFactorNeeded(_) => "Your second factor is asked for as well.".into(),
            Self::ProofNeeded => "Confirm that it is you first.".into(),
            Self::ObligationFirst(Obligation::NewPassword) => {
                "Choose a new password first. The one you have was only for signing in once.".into()
            }
            Self::ObligationFirst(Obligation::SecondFactor) => {
                "Set up a second factor first. It is required of you.".into()
            }
            Self::Forbidden(permission) => format!(
                "This needs the permission “{}” ({}), which none of your groups has. \
                 An administrator can add you to one that does.",
                permission.label(),
                permission.code()
            ),
            Self::Refused(refusal) => refusal.sentence(),
            Self::Stale => "Somebody else saved this meanwhile. Nothing of yours was written yet.".into(),
            Self::NotFound => "There is nothing here, or you may not see it.".into(),
            Self::Invalid(fields) => match fields.as_slice() {
                [only] => only.problem.sentence(),
                many => format!("{} fields need another look.", many.len()),
            },
            Self::TooMany { retry_after } => {
                format!("Too many attempts. Try again in {}.", wait(*retry_after))
            }
            Self::Busy { retry_after } => {
                format!("Keydesk is busy. Try again in {}.", wait(*retry_after))
            }
            Self::NoSpace => "Keydesk has no room left to write anything down. Nothing was changed. \
                Whoever runs it has to make room on its disk."
                .into(),
            Self::Malformed(what) => format!("This request cannot be understood: {what}."),
            Self::Internal { reference } => format!(
                "Something went wrong on our side. Nothing was changed. \
                 If it happens again, give your administrator this reference: {reference}."
            ),
        }
    }
}

fn wait(seconds: u32) -> String {
    match seconds {
        0 | 1 => "a second".into(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl std::error::Error for Error {}

/// Collects field errors so that a person sees all of them at once.
#[derive(Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// The parsed value, or a note that this field has a problem.
    pub fn parse<T>(&mut self, field: &str, result: Result<T, Problem>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problem) => {
                self.add(field, problem);
                None
            }
        }
    }

    pub fn add(&mut self, field: &str, problem: Problem) {
        self.0.push(FieldError { field: field.into(), problem });
    }

    /// What was parsed elsewhere, when no field had a problem here or there.
    pub fn beside<T>(mut self, parsed: Result<T>) -> Result<T> {
        if let Err(Error::Invalid(problems)) = &parsed {
            self.0.splice(0..0, problems.iter().cloned());
        }
        self.finish().and(parsed)
    }

    /// `Ok` when no field had a problem.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}
