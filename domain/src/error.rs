//! What a person can be told when something does not work. Codes are stable;
//! sentences are made here, at the edge, and never stored.

use serde::{Deserialize, Serialize};

use crate::{FieldError, Obligation, Permission, Problem, factors::Factors, guard::Refusal};

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

/// How long to wait, in words.
pub(crate) fn wait(seconds: u32) -> String {
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
