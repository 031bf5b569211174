//! What can be wrong with what was typed, field by field.

use serde::{Deserialize, Serialize};

use crate::{Error, Result, error::wait};

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
