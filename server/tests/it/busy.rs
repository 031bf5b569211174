//! T27: a database that others hold, one whose disk is full, and a clock that jumps. What passes
//! is told as such, nothing is half-done, and no restart is needed.

use std::time::Duration;

use sea_orm_migration::sea_orm::{ConnectOptions, ConnectionTrait, Database as SeaOrm, DatabaseConnection};
use serde_json::{Value, json};
use services::{audit, database::Location, jobs};

use crate::support::{
    ANOTHER, Answer, Client, Desk, PASSWORD, Plan, Request, arguments, create_database, drop_database, functions,
    left_out, new_user, url_of,
};

/// Only a failure waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Another process that works on the same database.
struct Another(DatabaseConnection);

impl Another {
    async fn on(desk: &Desk) -> Self {
        let url = match &desk.config.storage.database {
            Location::Sqlite(path) => format!("sqlite:{}", path.display()),
            Location::Postgres(url) => url_of(url.database()),
        };
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        Self(SeaOrm::connect(options).await.unwrap())
    }

    async fn run(&self, sql: &str) {
        self.0.execute_unprepared(sql).await.unwrap();
    }
}

/// Waits for nobody longer than this, so that nothing here takes long.
fn hurried() -> Plan {
    Plan::default().patience(Duration::from_millis(200))
}

/// Signed in, however busy this machine is.
async fn ana(desk: &Desk) -> Client {
    let ana = desk.stranger();
    until(&ana, || Request::form("/sign-in", &[("username", "ana"), ("password", PASSWORD)]), 303).await;
    ana
}

/// An answer that says when to come back, or one that was possible all the same.
#[track_caller]
fn is_passing(answer: &Answer, what: &str) -> bool {
    assert!(answer.status < 500 || answer.status == 503, "{what}: {} {}", answer.status, answer.text());
    if answer.status != 503 {
        return false;
    }
    assert!(answer.header("retry-after").is_some_and(|wait| wait.parse::<u32>().is_ok()), "{what}");
    let text = answer.text();
    assert!(["busy", "Busy", "cannot reach its database"].iter().any(|word| text.contains(word)), "{what}: {text}");
    for secret in ["locked", "SELECT", "sqlx", "keydesk.db", "postgres", "55P03"] {
        assert!(!text.contains(secret), "{what}: {text}");
    }
    true
}

/// Every function and every route, as somebody signed in and as a stranger. Gives those that
/// were told to come back.
async fn all_are_told(desk: &Desk, ana: &Client, calls: &[(&str, Value)]) -> Vec<String> {
    let mut busy = vec![];
    // At once: each of them waits.
    let asked = calls.iter().map(|(function, arguments)| ana.call(function, arguments.clone()));
    for ((function, _), answer) in calls.iter().zip(futures::future::join_all(asked).await) {
        if is_passing(&answer, function) {
            // What the page in the browser can read.
            assert!(answer.json()["Busy"]["retry_after"].is_number(), "{function}: {}", answer.text());
            busy.push((*function).to_owned());
        }
    }
    for (method, path) in server::http::ROUTES {
        if path.starts_with("/health") {
            continue;
        }
        for (who, client) in [("ana", ana), ("stranger", &desk.stranger())] {
            let request = match (*method, *path) {
                ("GET", path) => Request::get(path),
                (_, "/first-run/strength") => Request::json(path, &json!({ "code": "x", "password": ANOTHER })),
                (_, path) => Request::form(
                    path,
                    &[("username", "ingrid"), ("password", PASSWORD), ("current", PASSWORD), ("new", ANOTHER)],
                ),
            };
            // Signing out comes last, or nobody would be signed in.
            if *path == "/sign-out" {
                continue;
            }
            if is_passing(&client.send(request).await, &format!("{who}: {method} {path}")) {
                busy.push(format!("{who}: {method} {path}"));
            }
        }
    }
    if is_passing(&ana.form("/sign-out", &[]).await, "POST /sign-out") {
        busy.push("POST /sign-out".into());
    }
    busy
}

async fn calls(desk: &Desk) -> Vec<(&'static str, Value)> {
    let mut calls = vec![];
    for function in functions() {
        calls.push((function, arguments(desk, function, "ana").await.unwrap()));
    }
    calls
}

/// Asks until it is answered like this.
async fn until(client: &Client, request: impl Fn() -> Request, status: u16) -> Answer {
    let asking = async {
        loop {
            let answer = client.send(request()).await;
            if answer.status == status {
                return answer;
            }
            is_passing(&answer, "not yet");
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.expect("it never recovers")
}

async fn is_intact(desk: &Desk) {
    let verdict = audit::verify(&desk.installation.operator()).await.unwrap();
    assert!(matches!(verdict, audit::Verdict::Intact { .. }), "{verdict:?}");
}

/// While others hold what is needed: everybody is told to come back, the process is alive and
/// not ready, and once they let go everything goes on.
async fn others_hold(desk: &Desk, hold: &[&str], written: &[&str]) {
    let ana = ana(desk).await;
    let calls = calls(desk).await;
    let cookie = ana.cookie("keydesk");
    let another = Another::on(desk).await;
    let users = desk.count("users").await;
    for sql in hold {
        another.run(sql).await;
    }
    let busy = all_are_told(desk, &ana, &calls).await;
    for function in written {
        assert!(busy.iter().any(|told| told == function), "{function} was not told to come back: {busy:?}");
    }
    assert_eq!(ana.cookie("keydesk"), cookie, "nobody loses a session");
    // No orchestrator ends a process for what others do.
    assert_eq!(desk.stranger().get("/health").await.expect(200).text(), "busy\n");
    let ready = desk.stranger().get("/health/ready").await.expect(503);
    assert_eq!((ready.text().as_str(), ready.header("retry-after")), ("busy\n", Some("2")));
    another.run("ROLLBACK").await;
    until(&ana, || Request::call("users/create", &new_user("after")), 200).await;
    until(&ana, || Request::get("/users"), 200).await;
    assert_eq!(desk.count("users").await, users + 1, "something was half-done");
    let alive = async { while desk.stranger().get("/health").await.expect(200).text() != "ok\n" {} };
    tokio::time::timeout(PATIENCE, alive).await.unwrap();
    until(&desk.stranger(), || Request::get("/health/ready"), 200).await;
    is_intact(desk).await;
}

const CHANGES: [&str; 5] =
    ["users/create", "users/disable", "account/update_profile", "stranger: POST /sign-in", "POST /sign-out"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t27_another_process_holds_the_lock_of_sqlite() {
    let desk = hurried().open().await;
    others_hold(&desk, &["BEGIN IMMEDIATE"], &CHANGES).await;
    // Reading waits for nobody.
    let ana = ana(&desk).await;
    let another = Another::on(&desk).await;
    another.run("BEGIN IMMEDIATE").await;
    until(&ana, || Request::get("/users"), 200).await;
    another.run("ROLLBACK").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t27_another_process_holds_the_locks_of_postgres() {
    if left_out(module_path!()) {
        return;
    }
    let database = create_database().await;
    let desk = hurried().on_postgres(&database).open().await;
    let lock = |tables: &str| format!("LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE");
    others_hold(&desk, &["BEGIN", &lock("audit_head, installation, throttle")], &CHANGES[..3]).await;
    drop_database(&database).await;
    let database = create_database().await;
    let desk = hurried().on_postgres(&database).open().await;
    let all = ["users/list", "users/create", "ana: GET /sign-in", "stranger: POST /sign-in"];
    others_hold(&desk, &["BEGIN", &lock("audit_head, users, sessions, installation")], &all).await;
    drop_database(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t27_a_full_disk_is_named_and_nothing_is_half_done() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let pages: i64 = desk.value("PRAGMA page_count").await;
    desk.run(&format!("PRAGMA max_page_count = {pages}")).await;
    let rename = |number: usize| json!({ "display_name": format!("Ana {number} {}", "x".repeat(60)) });
    let mut last = 0;
    let refused = loop {
        let answer = ana.call("account/update_profile", rename(last + 1)).await;
        match answer.status {
            200 => last += 1,
            _ => break answer,
        }
        assert!(last < 2_000, "it never fills up");
    };
    let refused = refused.expect(507);
    assert_eq!(refused.json(), json!("NoSpace"));
    let name: String = desk.value("SELECT display_name FROM users WHERE username_key = 'ana'").await;
    assert_eq!(json!(name), if last == 0 { json!("Ana Moreira") } else { rename(last)["display_name"].clone() });
    // What was there can be read, by whoever is signed in.
    ana.get("/users").await.expect(200);
    desk.stranger().get("/health").await.expect(200);
    // Signing in writes, and says so once there is no room for it either.
    let stranger = desk.stranger();
    let mut refused = None;
    for _ in 0..200 {
        refused = Some(stranger.sign_in("ingrid", PASSWORD).await).filter(|answer| answer.status != 303);
        if refused.is_some() {
            break;
        }
    }
    let refused = refused.expect("signing in never needs room").expect(507);
    assert!(refused.text().contains("has no room left"), "{}", refused.text());
    is_intact(&desk).await;
    desk.run("PRAGMA max_page_count = 1000000").await;
    ana.call("account/update_profile", rename(0)).await.expect(200);
    stranger.sign_in("ingrid", PASSWORD).await.leads_to("/");
    is_intact(&desk).await;
}

const TEN_YEARS: i64 = 10 * 365 * 24 * domain::HOUR;

on_both! {
    async fn t27_a_clock_that_jumps_ahead_and_back_locks_nobody_out_and_lets_nobody_stay(desk: Desk) {
        let ana = desk.person("ana").await;
        desk.clock.advance(TEN_YEARS);
        assert!(ana.get("/users").await.expect(303).location().starts_with("/sign-in"));
        let ahead = desk.person("ana").await;
        ahead.get("/users").await.expect(200);
        // Somebody is held up, by their name and by their address.
        for _ in 0..60 {
            desk.stranger().sign_in("grace", "wrong").await;
        }
        desk.stranger().sign_in("grace", PASSWORD).await.expect(429);
        is_intact(&desk).await;
        desk.clock.advance(-TEN_YEARS);
        // A session of the future does not last until then.
        assert!(ahead.get("/users").await.expect(303).location().starts_with("/sign-in"));
        jobs::cleanup(&desk.installation.system()).await.unwrap();
        desk.person("grace").await;
        is_intact(&desk).await;
        // What happens from now on is in order all the same.
        let ana = desk.person("ana").await;
        ana.call("users/create", new_user("after")).await.expect(200);
        jobs::flush(&desk.installation.system()).await.unwrap();
        is_intact(&desk).await;
    }
}
