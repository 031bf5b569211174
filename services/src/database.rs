//! Opening the database: one SQLite file, or PostgreSQL by URL.
#![allow(clippy::disallowed_types, reason = "this is where connections come from")]

use std::{path::Path, time::Duration};

use sea_orm::{
    AccessMode, ConnectOptions, Database as SeaOrm, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, SqliteTransactionMode, TransactionOptions, TransactionTrait, sqlx::ConnectOptions as _,
};

pub use crate::location::{Location, PostgresUrl};

/// How long a request waits for a connection before it is told that Keydesk is busy.
const ACQUIRE: Duration = Duration::from_secs(5);

/// Connections for reading and for writing. On SQLite there is one writer, so that
/// writers queue here instead of failing with "database is locked".
#[derive(Clone)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
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
                // The library never sees the URL, so that it cannot quote it.
                let own = url.options().application_name("keydesk").disable_statement_logging();
                let mut options = ConnectOptions::new("postgres://");
                options.map_sqlx_postgres_opts(move |_| own.clone()).max_connections(16).acquire_timeout(ACQUIRE);
                let pool = SeaOrm::connect(options).await?;
                Ok(Self { reader: pool.clone(), writer: pool })
            }
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
    // A path inside of a URL would lose its % and ?; one that is absolute means nothing else to SQLite.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut options = ConnectOptions::new("sqlite:keydesk.db");
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .filename(&path)
                .create_if_missing(write)
                .foreign_keys(true)
                .busy_timeout(ACQUIRE)
                .pragma("journal_mode", "WAL")
                // What is deleted is written over, in the file and on its way there.
                .pragma("secure_delete", "ON")
                // What is acknowledged survives a power cut; readers write nothing.
                .pragma("synchronous", if write { "FULL" } else { "NORMAL" })
                .pragma("query_only", if write { "OFF" } else { "ON" })
                .pragma("cache_size", "-8000")
                // Readers look straight into the file's pages, which the operating system keeps.
                .pragma("mmap_size", if write { "0" } else { "4294967296" })
        });
    options
}
