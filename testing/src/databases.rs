//! Databases of the test's own, on SQLite and on PostgreSQL.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::{
        Once,
        atomic::{AtomicU64, Ordering},
    },
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database};

const SERVER: &str = "KEYDESK_TEST_POSTGRES";
const SQLITE_ONLY: &str = "KEYDESK_TEST_SQLITE_ONLY";

/// What a test that is declared with `on_both!` is given: a Keydesk of its own.
pub trait OnBoth: Sized {
    fn on_sqlite() -> impl Future<Output = Self>;

    /// With the name of its database, which is dropped after the test.
    fn on_postgres() -> impl Future<Output = (Self, String)>;
}

/// Declares a test that runs on both databases, as `name::sqlite` and `name::postgres`. The type that it is given is
/// [`OnBoth`].
#[macro_export]
macro_rules! on_both {
    ($(#[$meta:meta])* async fn $name:ident($desk:ident: $of:ty) $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($desk: $of) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body(<$of as $crate::OnBoth>::on_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if $crate::left_out(module_path!()) {
                    return;
                }
                let (desk, database) = <$of as $crate::OnBoth>::on_postgres().await;
                body(desk).await;
                $crate::drop_database(&database).await;
            }
        }
    };
}

/// Whether PostgreSQL is left out on request; then it says so past the test runner's
/// capture, so that a run without it cannot pass for a whole one.
pub fn left_out(test: &str) -> bool {
    static ONCE: Once = Once::new();
    let only_sqlite = std::env::var(SQLITE_ONLY).is_ok_and(|value| value == "1");
    if !only_sqlite || std::env::var(SERVER).is_ok() {
        return false;
    }
    let mut out = std::io::stderr();
    ONCE.call_once(|| {
        let _ = writeln!(out, "{SQLITE_ONLY}=1: the tests on PostgreSQL are left out.");
    });
    let _ = writeln!(out, "left out: {test}::postgres");
    true
}

fn server() -> String {
    std::env::var(SERVER).unwrap_or_else(|_| {
        panic!(
            "{SERVER} is not set. Give the URL of a superuser on a private PostgreSQL \
             (setup/postgres start DIR prints one), or set {SQLITE_ONLY}=1 to leave PostgreSQL out."
        )
    })
}

/// The server's URL with another database's name.
pub fn url_of(database: &str) -> String {
    let server = server();
    let (head, query) = server.split_once('?').map_or((&*server, None), |(h, q)| (h, Some(q)));
    let scheme = head.find("://").map_or(0, |at| at + 3);
    let host = head[scheme..].find('/').map_or(head, |at| &head[..scheme + at]);
    query.map_or_else(|| format!("{host}/{database}"), |query| format!("{host}/{database}?{query}"))
}

async fn run(url: String, sql: &str) {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.expect("PostgreSQL can be reached");
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// Runs a statement on the test's PostgreSQL, in no database of a test's.
pub async fn on_server(sql: &str) {
    run(server(), sql).await;
}

/// A new empty database on the test's PostgreSQL.
pub async fn create_database() -> String {
    let name = fresh_name();
    on_server(&format!("CREATE DATABASE {name}")).await;
    name
}

/// A new database that is a copy of another, which nobody is connected to.
pub async fn copy_database(template: &str) -> String {
    let name = fresh_name();
    on_server(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    name
}

/// A new database that holds what a released version left behind.
pub async fn create_database_of(version: &str) -> String {
    let name = create_database().await;
    let dump = std::fs::read_to_string(fixture(version, "postgres.sql")).unwrap();
    run(url_of(&name), &dump).await;
    name
}

pub async fn drop_database(name: &str) {
    on_server(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
}

/// A file that a released version left behind.
pub fn fixture(version: &str, file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/fixtures").join(version).join(file)
}

fn fresh_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    format!("keydesk_test_{}_{}_{count}", std::process::id(), since.as_nanos())
}
