//! What a use case fails with: something a person can be told, or something that
//! only the log should know.

use sea_orm::{DbErr, SqlErr};

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

    /// What to tell a person. An unexpected failure is logged here, once, under a
    /// reference that the person is told as well.
    pub fn tell(self) -> domain::Error {
        match self {
            Self::Told(error) => error,
            Self::Abandoned => domain::Error::Busy { retry_after: 1 },
            Self::Database(DbErr::ConnectionAcquire(cause)) => {
                tracing::warn!(%cause, "no database connection came free");
                domain::Error::Busy { retry_after: 2 }
            }
            unexpected => {
                let reference = crate::random::reference();
                tracing::error!(%reference, cause = %unexpected, "a request failed unexpectedly");
                domain::Error::Internal { reference }
            }
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
