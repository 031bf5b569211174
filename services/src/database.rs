//! Opening the database: one SQLite file, or PostgreSQL by URL.
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "this is where connections come from")]

use std::{path::Path, sync::Arc, time::Duration};

use sea_orm::{
    AccessMode, ConnectOptions, Database as SeaOrm, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, QueryResult, RuntimeErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Error as SqlxError, Executor},
};

pub use crate::location::{Location, PostgresUrl};

/// How long a request waits for a connection, or for a lock, before it is told that Keydesk is busy.
const PATIENCE: Duration = Duration::from_secs(5);

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
        Self::open_with(location, PATIENCE).await
    }

    /// As [`Self::open`]. `patience` is how long is waited for a connection, and for what others
    /// hold locked, before Keydesk is called busy.
    ///
    /// # Errors
    /// As there.
    pub async fn open_with(location: &Location, patience: Duration) -> Result<Self, DbErr> {
        match location {
            Location::Sqlite(path) => {
                let writer = SeaOrm::connect(sqlite(path, 1, true, patience)).await?;
                let readers = std::thread::available_parallelism().map_or(4, |n| n.get() as u32).clamp(2, 8);
                let reader = SeaOrm::connect(sqlite(path, readers, false, patience)).await?;
                open_all(&reader, readers).await?;
                Ok(Self { reader, writer })
            }
            Location::Postgres(url) => {
                let pool = SeaOrm::connect(postgres(url, patience)).await?;
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

    /// For the gate; nothing else may hold it.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Makes one more connection to PostgreSQL, and ends it. A pool goes on trying where it is refused
    /// one, and does not say so before its patience is over; this says at once what became of it.
    pub(crate) async fn try_connect(&self) -> Result<(), DbErr> {
        if !self.is_postgres() {
            return Ok(());
        }
        let options = self.reader.get_postgres_connection_pool().connect_options();
        options.connect().await.map_err(failed)?.close().await.map_err(failed)
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

/// Where every pool begins. No task may look after one: sqlx counts idle connections wrong for an
/// instant when one is taken just as it is given back, and its maintenance then counts down from
/// 2^64 without a pause (transact-rs/sqlx #3645, mended after 0.9.0 by #4289). Without an idle
/// time-out, a lifetime and a minimum there is no such task.
fn unattended(url: impl Into<String>, patience: Duration) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.idle_timeout(None).max_lifetime(None).min_connections(0).acquire_timeout(patience).sqlx_logging(false);
    options
}

/// Opens as many connections as the pool may have; they stay.
async fn open_all(database: &DatabaseConnection, connections: u32) -> Result<(), DbErr> {
    let pool = database.get_sqlite_connection_pool();
    let mut open = vec![];
    for _ in 0..connections {
        open.push(pool.acquire().await.map_err(failed)?);
    }
    Ok(())
}

fn failed(error: SqlxError) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

/// Empties SQLite's write-ahead log into the file, unless somebody is reading or writing just now, and
/// says whether it did. Waits for nobody but for the writer. Whoever drops this half-way leaves a writer
/// behind that waits for nobody any more: it runs in a task of its own.
pub(crate) async fn empty_log(writer: &DatabaseConnection) -> Result<bool, DbErr> {
    let pool = writer.get_sqlite_connection_pool();
    // Held to the end, so that no other statement comes in between.
    let mut connection = pool.acquire().await.map_err(failed)?;
    connection.execute("PRAGMA busy_timeout = 0").await.map_err(failed)?;
    let emptied = connection.fetch_one("PRAGMA wal_checkpoint(TRUNCATE)").await;
    // In a statement of its own: sqlx leaves out what follows one that fails. The connection was opened
    // with the patience of its pool.
    let patience = pool.options().get_acquire_timeout().as_millis();
    connection.execute(AssertSqlSafe(format!("PRAGMA busy_timeout = {patience}"))).await.map_err(failed)?;
    let emptied = QueryResult::from(emptied.map_err(failed)?);
    Ok(emptied.try_get::<i64>("", "busy")? == 0)
}

fn postgres(url: &PostgresUrl, patience: Duration) -> ConnectOptions {
    // The library never sees the URL, so that it cannot quote it.
    let own = url.options().application_name("keydesk").disable_statement_logging();
    let mut options = unattended("postgres://", patience);
    options
        .max_connections(16)
        // A server that was started anew has ended the connections that were idle.
        .test_before_acquire(true)
        .map_sqlx_postgres_opts(move |_| own.clone())
        // SQLite has its busy time-out. Not as an option of the connection: poolers refuse those.
        .map_sqlx_postgres_pool_opts(move |options| {
            let set = format!("SET lock_timeout = {}", patience.as_millis().max(1));
            options.after_connect(move |connection, _| {
                let set = AssertSqlSafe(set.clone());
                Box::pin(async move { connection.execute(set).await.map(drop) })
            })
        });
    options
}

fn sqlite(path: &Path, connections: u32, write: bool, patience: Duration) -> ConnectOptions {
    // A path inside of a URL would lose its % and ?; one that is absolute means nothing else to SQLite.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut options = unattended("sqlite:keydesk.db", patience);
    options.max_connections(connections).test_before_acquire(false).map_sqlx_sqlite_opts(move |options| {
        options
            .filename(&path)
            .create_if_missing(write)
            .foreign_keys(true)
            .busy_timeout(patience)
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A PostgreSQL to which nobody has connected yet.
    pub(crate) async fn unconnected(url: &str) -> Database {
        let Ok(Location::Postgres(url)) = Location::parse(url) else { panic!("{url} is no PostgreSQL") };
        let mut options = postgres(&url, PATIENCE);
        options.connect_lazy(true);
        let pool = SeaOrm::connect(options).await.unwrap();
        Database { reader: pool.clone(), writer: pool }
    }
}
