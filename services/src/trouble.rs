//! What a database cannot do at the moment, and will again without anybody's changing a program.

use sea_orm::{
    ConnAcquireErr, DbErr, RuntimeErr,
    sqlx::{Error as SqlxError, error::DatabaseError},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Others hold what is needed, or too many want something at once.
    Busy,
    /// It cannot be reached, or is just starting or stopping.
    Away,
    /// Its disk is full.
    Full,
}

impl Trouble {
    /// Nothing where the error is none that passes.
    pub fn of(error: &DbErr) -> Option<Self> {
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Some(Self::Busy),
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Some(Self::Away),
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::of_sqlx(error),
            _ => None,
        }
    }

    fn of_sqlx(error: &SqlxError) -> Option<Self> {
        match error {
            SqlxError::PoolTimedOut => Some(Self::Busy),
            SqlxError::Io(_) | SqlxError::Tls(_) | SqlxError::PoolClosed | SqlxError::WorkerCrashed => Some(Self::Away),
            // The other end has hung up in the middle of a message.
            SqlxError::Protocol(_) => Some(Self::Away),
            SqlxError::Database(error) => Self::of_code(error.as_ref()),
            _ => None,
        }
    }

    fn of_code(error: &dyn DatabaseError) -> Option<Self> {
        let code = error.code()?;
        match code.len() {
            5 => of_postgres(&code),
            _ => of_sqlite(code.parse().ok()?),
        }
    }
}

/// By SQLSTATE (PostgreSQL, appendix A).
fn of_postgres(code: &str) -> Option<Trouble> {
    match code {
        // Serialization failure, deadlock, lock not available, statement cancelled by a time-out,
        // too many connections, out of memory.
        "40001" | "40P01" | "55P03" | "57014" | "53300" | "53200" => Some(Trouble::Busy),
        "53100" => Some(Trouble::Full),
        // Shut down, crashed, starting, a standby, a database that takes no connections.
        "57P01" | "57P02" | "57P03" | "25006" | "55000" => Some(Trouble::Away),
        _ if code.starts_with("08") => Some(Trouble::Away),
        _ => None,
    }
}

/// By result code; the lowest byte is the kind (sqlite.org/rescode.html).
fn of_sqlite(code: i32) -> Option<Trouble> {
    match code & 0xff {
        // BUSY, LOCKED, PROTOCOL: others hold a lock.
        5 | 6 | 15 => Some(Trouble::Busy),
        // FULL, and a file that cannot grow.
        13 => Some(Trouble::Full),
        // READONLY, IOERR, CANTOPEN: the disk is away.
        8 | 10 | 14 => Some(Trouble::Away),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t27_a_pool_that_was_closed_is_away_and_one_that_is_taken_is_busy() {
        let of = |error| Trouble::of(&DbErr::ConnectionAcquire(error));
        assert_eq!(of(ConnAcquireErr::ConnectionClosed), Some(Trouble::Away));
        assert_eq!(of(ConnAcquireErr::Timeout), Some(Trouble::Busy));
    }

    #[test]
    fn what_passes_is_told_from_what_is_a_fault() {
        for (code, trouble) in [
            (5, Some(Trouble::Busy)),
            (261, Some(Trouble::Busy)),
            (517, Some(Trouble::Busy)),
            (6, Some(Trouble::Busy)),
            (13, Some(Trouble::Full)),
            (778, Some(Trouble::Away)),
            (14, Some(Trouble::Away)),
            (1, None),
            (19, None),
            (2_067, None),
        ] {
            assert_eq!(of_sqlite(code), trouble, "{code}");
        }
        for (code, trouble) in [
            ("55P03", Some(Trouble::Busy)),
            ("40001", Some(Trouble::Busy)),
            ("40P01", Some(Trouble::Busy)),
            ("53300", Some(Trouble::Busy)),
            ("53100", Some(Trouble::Full)),
            ("57P01", Some(Trouble::Away)),
            ("08006", Some(Trouble::Away)),
            ("23505", None),
            ("42P01", None),
        ] {
            assert_eq!(of_postgres(code), trouble, "{code}");
        }
    }
}
