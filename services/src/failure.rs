//! What a use case fails with: something a person can be told, or something that
//! only the log should know.

use sea_orm::{DbErr, SqlErr};

use crate::trouble::Trouble;

/// How a text says that it stands for a database that is busy, away or full.
const PASSING: [(Trouble, &str); 3] = [
    (Trouble::Busy, "[the database is busy]"),
    (Trouble::Away, "[the database is away]"),
    (Trouble::Full, "[the database is full]"),
];

/// A use case's error.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Told(#[from] domain::Error),
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// The client hung up before the work for it began: nothing was done, and nobody is told.
    #[error("the client hung up")]
    Abandoned,
    #[error("{0}")]
    Unexpected(String),
}

pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl From<domain::guard::Refusal> for Failure {
    fn from(refusal: domain::guard::Refusal) -> Self {
        Self::Told(domain::Error::Refused(refusal))
    }
}

impl Failure {
    /// One field, one problem.
    pub fn field(field: &str, problem: domain::Problem) -> Self {
        domain::Error::field(field, problem).into()
    }

    /// As a text, for libraries that carry nothing else; [`Self::from_text`] reads it.
    pub fn into_text(self) -> String {
        let trouble = match &self {
            Self::Database(error) => Trouble::of(error),
            _ => None,
        };
        match PASSING.into_iter().find(|(own, _)| Some(*own) == trouble) {
            Some((_, mark)) => format!("{mark} {self}"),
            None => self.to_string(),
        }
    }

    /// What came back from a library that was given [`Self::into_text`].
    pub fn from_text(what: &str, text: impl std::fmt::Display) -> Self {
        let text = text.to_string();
        match PASSING.into_iter().find(|(_, mark)| text.contains(mark)) {
            Some((trouble, _)) => told(trouble, &text).into(),
            None => Self::Unexpected(format!("{what}: {text}")),
        }
    }

    /// What to tell a person. An unexpected failure is logged here, once, under a
    /// reference that the person is told as well.
    pub fn tell(self) -> domain::Error {
        match self {
            Self::Told(error) => error,
            Self::Database(error) => match Trouble::of(&error) {
                Some(trouble) => told(trouble, &error),
                None => internal(&format!("database: {error}")),
            },
            Self::Unexpected(cause) => internal(&cause),
            Self::Abandoned => domain::Error::Busy { retry_after: 1 },
        }
    }

    /// Turns a violated unique constraint into the error of the field behind it.
    /// Each entry: the constraint's name, its column as SQLite words it, the field.
    pub(crate) fn unique(error: DbErr, fields: &[(&str, &str, &str)]) -> Self {
        let Some(SqlErr::UniqueConstraintViolation(message)) = error.sql_err() else {
            return error.into();
        };
        fields
            .iter()
            .find(|(name, column, _)| message.contains(name) || message.contains(column))
            .map_or(Self::Database(error), |(_, _, field)| Self::field(field, domain::Problem::Taken))
    }
}

/// What passes is no fault of anybody's program, and is told with when to come back.
fn told(trouble: Trouble, cause: &dyn std::fmt::Display) -> domain::Error {
    match trouble {
        Trouble::Busy => {
            tracing::warn!(%cause, "the database is busy");
            domain::Error::Busy { retry_after: 2 }
        }
        Trouble::Away => {
            tracing::warn!(%cause, "the database cannot be reached");
            domain::Error::Busy { retry_after: 5 }
        }
        Trouble::Full => {
            tracing::error!(%cause, "the database cannot grow: make room on its disk");
            domain::Error::NoSpace
        }
    }
}

fn internal(cause: &str) -> domain::Error {
    let reference = crate::random::reference();
    tracing::error!(%reference, %cause, "a request failed unexpectedly");
    domain::Error::Internal { reference }
}
