//! T27: the database is away for a while.

use std::time::Duration;

use serde_json::json;

use crate::support::{Client, Desk, PASSWORD, Plan, create_database, drop_database, left_out};

/// Only a failure waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until it is answered like this: what was found is given out for a moment, and on a slow machine
/// a look may take so long that the database counts as busy.
async fn health_says(client: &Client, status: u16, text: &str) {
    let asking = async {
        loop {
            let answer = client.get("/health").await;
            if (answer.status, answer.text().as_str()) == (status, text) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.expect(text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_healthy_keydesk_says_so_to_everybody() {
    for desk in [Desk::open().await, Plan::empty().open().await] {
        health_says(&desk.stranger(), 200, "ok\n").await;
        health_says(&desk.stranger().under("10.0.0.1:80"), 200, "ok\n").await;
    }
}

/// Nothing works, nobody is told why, nobody loses their session.
async fn is_away(desk: &Desk, ana: &Client) {
    let cookie = desk.session_cookie(ana);
    health_says(&desk.stranger(), 503, "the database cannot be reached\n").await;
    for answer in [
        ana.get("/users").await,
        ana.get("/account").await,
        ana.call("users/list", json!({ "listing": domain::users::UserListing::default(), "fields": [] })).await,
        desk.stranger().get("/").await,
        desk.stranger().get("/sign-in").await,
        desk.stranger().sign_in("ana", PASSWORD).await,
    ] {
        assert!([500, 503].contains(&answer.status), "{}", answer.status);
        let text = answer.text();
        assert!(text.contains("Nothing was changed") || text.contains("reference") || text.contains("usy"), "{text}");
        for secret in ["sessions", "SELECT", "sqlx", "keydesk.db", "postgres"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    assert_eq!(ana.cookie("keydesk"), Some(cookie), "a lookup that failed took the session away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t27_while_the_database_is_away_keydesk_says_so_and_afterwards_goes_on() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    for table in ["installation", "sessions", "users"] {
        desk.run(&format!("ALTER TABLE {table} RENAME TO {table}_away")).await;
    }
    is_away(&desk, &ana).await;
    for table in ["installation", "sessions", "users"] {
        desk.run(&format!("ALTER TABLE {table}_away RENAME TO {table}")).await;
    }
    health_says(&desk.stranger(), 200, "ok\n").await;
    ana.get("/users").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t27_while_postgres_is_away_keydesk_says_so_and_afterwards_goes_on() {
    if left_out(module_path!()) {
        return;
    }
    let (database, beside) = (create_database().await, create_database().await);
    let desk = Plan::default().on_postgres(&database).open().await;
    let ana = desk.person("ana").await;
    let location = services::database::Location::parse(&crate::support::url_of(&beside)).unwrap();
    let server = services::database::Database::open(&location).await.unwrap();
    let on_server = async |sql: String| {
        use sea_orm_migration::sea_orm::ConnectionTrait;
        server.writer().execute_unprepared(&sql).await.unwrap();
    };
    on_server(format!("ALTER DATABASE {database} WITH ALLOW_CONNECTIONS false")).await;
    on_server(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")).await;
    is_away(&desk, &ana).await;
    on_server(format!("ALTER DATABASE {database} WITH ALLOW_CONNECTIONS true")).await;
    health_says(&desk.stranger(), 200, "ok\n").await;
    ana.get("/users").await.expect(200);
    drop_database(&database).await;
    drop_database(&beside).await;
}
