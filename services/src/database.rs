//! Opening the database: one SQLite file, or PostgreSQL by URL.
#![allow(clippy::disallowed_types, reason = "this is where connections come from")]

use std::{path::Path, sync::Arc, time::Duration};

use sea_orm::{
    AccessMode, ConnectOptions, Database as SeaOrm, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

/// How long a request waits for a connection before it is told that Keydesk is busy.
const ACQUIRE: Duration = Duration::from_secs(5);

/// Connections for reading and for writing. On SQLite there is one writer, so that
/// writers queue here instead of failing with "database is locked".
#[derive(Clone)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

/// Where the database is.
#[derive(Clone, Debug)]
pub enum Location {
    Sqlite(std::path::PathBuf),
    Postgres(String),
}

impl Location {
    /// Reads `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// What is wrong with the URL, in a sentence that does not repeat its password.
    pub fn parse(url: &str) -> Result<Self, String> {
        match url.split_once(':') {
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => Ok(Self::Postgres(url.to_owned())),
            Some(("sqlite", path)) if !path.trim_start_matches('/').is_empty() => {
                let path = path.strip_prefix("//").unwrap_or(path);
                Ok(Self::Sqlite(Path::new(path).to_owned()))
            }
            _ => Err("The database URL must begin with sqlite: or postgres://. \
                      Examples: sqlite:data/keydesk.db, postgres://keydesk@localhost/keydesk"
                .into()),
        }
    }

    /// The location without a password.
    pub fn masked(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => {
                // Parameters may hold a password too.
                let (url, more) = url.split_once('?').map_or((url.as_str(), ""), |(url, _)| (url, "?***"));
                let shown = match (url.find("://"), url.rfind('@')) {
                    (Some(start), Some(end)) if start + 3 < end => {
                        let user = url[start + 3..end].split(':').next().unwrap_or_default();
                        format!("{}{user}:***{}", &url[..start + 3], &url[end..])
                    }
                    _ => url.to_owned(),
                };
                shown + more
            }
        }
    }
}

impl Database {
    /// Opens, creating the SQLite file where there is none.
    ///
    /// # Errors
    /// When it cannot be reached or opened.
    pub async fn open(location: &Location) -> Result<Self, DbErr> {
        match location {
            Location::Sqlite(path) => {
                let writer = SeaOrm::connect(sqlite(path, 1, true)).await?;
                let readers = std::thread::available_parallelism().map_or(4, |n| n.get() as u32);
                let reader = SeaOrm::connect(sqlite(path, readers.clamp(2, 8), false)).await?;
                Ok(Self { reader, writer })
            }
            Location::Postgres(url) => {
                let mut options = ConnectOptions::new(url);
                options
                    .max_connections(16)
                    .acquire_timeout(ACQUIRE)
                    .sqlx_logging(false)
                    .set_application_name("keydesk");
                let pool = SeaOrm::connect(options).await?;
                Ok(Self { reader: pool.clone(), writer: pool })
            }
        }
    }

    /// Tells of every statement that is sent from here on: for tests.
    #[doc(hidden)]
    pub fn on_statement(&mut self, told: impl Fn(&str) + Send + Sync + 'static) {
        let told = Arc::new(told);
        for connection in [&mut self.reader, &mut self.writer] {
            let told = told.clone();
            connection.set_metric_callback(move |sent| told(&sent.statement.sql));
        }
    }

    pub fn is_postgres(&self) -> bool {
        self.reader.get_database_backend() == DbBackend::Postgres
    }

    /// For migrating and for the gate; nothing else may hold it.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.writer
            .begin_with_options(TransactionOptions {
                isolation_level: None,
                access_mode: self.is_postgres().then_some(AccessMode::ReadWrite),
                sqlite_transaction_mode: (!self.is_postgres()).then_some(SqliteTransactionMode::Immediate),
            })
            .await
    }

    /// Everything as it is at one moment, for reading.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let postgres = self.is_postgres();
        self.reader
            .begin_with_options(TransactionOptions {
                isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
                access_mode: postgres.then_some(AccessMode::ReadOnly),
                sqlite_transaction_mode: None,
            })
            .await
    }
}

fn sqlite(path: &Path, connections: u32, write: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite:{}", path.display()));
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .create_if_missing(write)
                .foreign_keys(true)
                .busy_timeout(ACQUIRE)
                .pragma("journal_mode", "WAL")
                // What is acknowledged survives a power cut; readers write nothing.
                .pragma("synchronous", if write { "FULL" } else { "NORMAL" })
                .pragma("query_only", if write { "OFF" } else { "ON" })
                .pragma("cache_size", "-8000")
                // Readers look straight into the file's pages, which the operating system keeps.
                .pragma("mmap_size", if write { "0" } else { "4294967296" })
        });
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_shown_without_its_password() {
        let shown = |url| Location::parse(url).map(|location| location.masked());
        assert_eq!(shown("postgres://kd:s3cret@db.example/kd").as_deref(), Ok("postgres://kd:***@db.example/kd"));
        assert_eq!(
            shown("postgres://db.example/kd?user=kd&password=s3cret").as_deref(),
            Ok("postgres://db.example/kd?***")
        );
        assert_eq!(shown("sqlite:data/x.db").as_deref(), Ok("sqlite:data/x.db"));
    }

    #[test]
    fn another_kind_of_url_is_refused_with_examples() {
        for url in ["", "mysql://x", "keydesk.db", "sqlite:", "postgres:"] {
            assert!(Location::parse(url).is_err(), "{url}");
        }
    }
}
