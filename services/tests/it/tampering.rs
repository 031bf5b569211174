//! T23: the log is attacked by somebody who can write to the database and has no key: column by
//! column and table by table. `tampering.txt` says what is noticed, to be read as a whole;
//! whoever adds a table adds its line.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{Permission, audit::Event};
use services::{
    account,
    audit::{Verdict, seal_older, verify},
    users,
};

use crate::support::*;

const TABLES: [&str; 3] = ["audit_events", "audit_subjects", "audit_head"];
/// A change that Tomas made; one of Ingrid's, whose details went with her; her erasure, the last.
const EVENTS: [(i64, &str); 3] = [(3, "an event"), (5, "an erased event"), (8, "an erasure")];

/// Eight events, the last one an erasure, and the tables as they were before and after it.
async fn past(desk: &Desk) {
    desk.cast().await;
    for name in ["tomas", "ingrid"] {
        let own = desk.person(name).await;
        account::update_profile(&own, &format!("Other {name}")).await.unwrap();
    }
    let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
    users::delete(&ana, id).await.unwrap();
    keep(desk, "before").await;
    users::erase(&ana, id, "ingrid").await.unwrap();
    assert_eq!(desk.count("audit_events").await, 8);
    keep(desk, "kept").await;
}

async fn keep(desk: &Desk, name: &str) {
    for table in TABLES {
        desk.run(&format!("CREATE TABLE {name}_{table} AS SELECT * FROM {table}"), []).await;
    }
}

async fn put_back(desk: &Desk) {
    for table in TABLES {
        desk.run(&format!("DELETE FROM {table}"), []).await;
        desk.run(&format!("INSERT INTO {table} SELECT * FROM kept_{table}"), []).await;
    }
}

async fn noticed(desk: &Desk) -> bool {
    matches!(verify(&desk.system()).await.unwrap(), Verdict::Broken { .. })
}

/// What an edit is called, and the statements that make it.
type Edit = (String, Vec<String>);

fn edits() -> Vec<Edit> {
    let mut edits: Vec<Edit> = vec![];
    let mut edit = |name: String, statements: &[String]| edits.push((name, statements.to_vec()));
    for (seq, which) in EVENTS {
        // Each column: emptied where it can be, altered, or taken from elsewhere.
        for (column, value) in [
            ("seq", "seq + 100"),
            ("id", "actor_id"),
            ("kind", "'user_restored'"),
            ("version", "version + 1"),
            ("at", "at + 1"),
            ("actor_kind", "'system'"),
            ("actor_id", "id"),
            ("actor_id", "NULL"),
            ("failed", "1 - failed"),
            ("details", "'{}'"),
            ("salt", "mac"),
            ("details_hash", "mac"),
            ("mac", "details_hash"),
        ] {
            let sql = format!("UPDATE audit_events SET {column} = {value} WHERE seq = {seq}");
            edit(format!("audit_events.{column} of {which} = {value}"), &[sql]);
        }
        edit(format!("audit_events: {which} removed"), &[format!("DELETE FROM audit_events WHERE seq = {seq}")]);
        edit(
            format!("audit_events: {which} removed with whom it is about"),
            &["audit_events", "audit_subjects"].map(|table| format!("DELETE FROM {table} WHERE seq = {seq}")),
        );
        let of = format!("WHERE seq = {seq}");
        edit(
            format!("audit_subjects.user_id of {which}: somebody else"),
            &[format!("UPDATE audit_subjects SET user_id = (SELECT id FROM users WHERE username = 'samuel') {of}")],
        );
        edit(
            format!("audit_subjects.seq of {which}: another event"),
            &[format!("UPDATE audit_subjects SET seq = 1 {of}")],
        );
        edit(format!("audit_subjects.seq of {which}: no event"), &[format!("UPDATE audit_subjects SET seq = 99 {of}")]);
        edit(format!("audit_subjects: removed from {which}"), &[format!("DELETE FROM audit_subjects {of}")]);
        edit(
            format!("audit_subjects: added to {which}"),
            &[format!("INSERT INTO audit_subjects SELECT id, {seq} FROM users WHERE username = 'samuel'")],
        );
    }
    let mut edit = |name: &str, statements: &[&str]| {
        edits.push((name.into(), statements.iter().map(|statement| (*statement).to_owned()).collect()));
    };
    edit("audit_events.details of an event = NULL", &["UPDATE audit_events SET details = NULL WHERE seq = 3"]);
    edit("audit_events.salt of an event = NULL", &["UPDATE audit_events SET salt = NULL WHERE seq = 3"]);
    let none = "UPDATE audit_events SET details = NULL, salt = NULL WHERE seq = ";
    edit("audit_events.details and salt of an event = NULL", &[&format!("{none}3")]);
    edit("audit_events.details and salt of an erasure = NULL", &[&format!("{none}8")]);
    edit(
        "audit_events.details and salt of an event = NULL, and the erased person added to it",
        &[&format!("{none}3"), "INSERT INTO audit_subjects SELECT user_id, 3 FROM audit_subjects WHERE seq = 8"],
    );
    let before = |column: &str| format!("{column} = (SELECT {column} FROM before_audit_events b WHERE b.seq = 5)");
    edit(
        "audit_events.salt of an erased event: as before",
        &[&format!("UPDATE audit_events SET {} WHERE seq = 5", before("salt"))],
    );
    edit(
        "audit_events.details of an erased event: as before",
        &[&format!("UPDATE audit_events SET {}, {} WHERE seq = 5", before("details"), before("salt"))],
    );
    let copy = "INSERT INTO audit_events SELECT 9, actor_id, kind, version, at, actor_kind, actor_id, failed, \
                details, salt, details_hash, mac FROM audit_events WHERE seq = 8";
    edit("audit_events: one added", &[copy]);
    edit("audit_events: one added, and the head moved", &[copy, "UPDATE audit_head SET seq = 9"]);
    edit(
        "audit_events: two exchanged",
        &[
            "UPDATE audit_events SET seq = 100 WHERE seq = 2",
            "UPDATE audit_events SET seq = 2 WHERE seq = 3",
            "UPDATE audit_events SET seq = 3 WHERE seq = 100",
        ],
    );
    edit("audit_events: all removed", &["DELETE FROM audit_events"]);
    edit("audit_subjects: all removed", &["DELETE FROM audit_subjects"]);
    edit(
        "audit_subjects: added to no event",
        &["INSERT INTO audit_subjects SELECT id, 99 FROM users WHERE username = 'samuel'"],
    );
    edit("audit_head.seq = seq - 1", &["UPDATE audit_head SET seq = seq - 1"]);
    edit("audit_head.seq = seq + 1", &["UPDATE audit_head SET seq = seq + 1"]);
    edit(
        "audit_head.mac: the last event's",
        &["UPDATE audit_head SET mac = (SELECT mac FROM audit_events WHERE seq = 8)"],
    );
    edit("audit_head: removed", &["DELETE FROM audit_head"]);
    let cut = ["DELETE FROM audit_events WHERE seq > 7", "DELETE FROM audit_subjects WHERE seq > 7"];
    edit("the last event removed, with whom it is about", &cut);
    let back = "UPDATE audit_head SET seq = 7, mac = (SELECT mac FROM audit_events WHERE seq = 7)";
    edit("the last event removed, and the head moved back", &[cut[0], cut[1], back]);
    let earlier = TABLES
        .map(|table| [format!("DELETE FROM {table}"), format!("INSERT INTO {table} SELECT * FROM before_{table}")])
        .concat();
    edit("all three tables as they were earlier", &earlier.iter().map(String::as_str).collect::<Vec<_>>());
    edit("all three tables empty", &TABLES.map(|table| format!("DELETE FROM {table}")).each_ref().map(String::as_str));
    edits
}

on_both! {
    async fn t23_each_edit_of_the_log_is_noticed_or_named(desk: Desk) {
        past(&desk).await;
        assert!(!noticed(&desk).await);
        let mut table = String::new();
        for (name, statements) in edits() {
            let mut changed = 0;
            for statement in &statements {
                changed += desk.run(statement, []).await;
            }
            assert!(changed > 0, "{name} edits nothing");
            let verdict = if noticed(&desk).await { "noticed" } else { "NOT NOTICED" };
            writeln!(table, "{verdict:<12}{name}").unwrap();
            put_back(&desk).await;
        }
        assert!(!noticed(&desk).await, "everything is back");
        let reviewed = include_str!("tampering.txt");
        let reviewed: String = reviewed.lines().take_while(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
        assert_eq!(table, reviewed, "tampering.txt says something else");
    }
}

on_both! {
    async fn t23_every_table_is_covered_or_named(desk: Desk) {
        let names = match desk.backend {
            Backend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
            Backend::Postgres => "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
        };
        let reviewed = include_str!("tampering.txt");
        for row in desk.rows(names, []).await {
            let name: String = row.try_get_by_index(0).unwrap();
            if TABLES.contains(&&*name) || name.starts_with("user_search") {
                continue;
            }
            let line = reviewed.lines().find(|line| line.split_whitespace().nth(2) == Some(&*name));
            assert!(line.is_some_and(|line| line.starts_with("NOT NOTICED ")), "{name} has no line in tampering.txt");
        }
    }
}

/// An erasure after the upgrade, and the head as it is then.
async fn upgraded(desk: &Desk) {
    let (ana, id) = (desk.person("ana").await, desk.id_of("olga").await);
    users::delete(&ana, id).await.unwrap();
    users::erase(&ana, id, "olga").await.unwrap();
    keep(desk, "kept").await;
}

on_both! {
    async fn t23_logs_of_older_versions_are_intact_and_whom_they_are_about_is_covered(desk: Desk) {
        for version in ["0.2.0", "0.3.0", "0.4.0"] {
            let old = Desk::of_release(desk.backend, version).await;
            // Sealed once: by the start, and not again by the next one.
            assert_eq!(old.events_of("log_sealed").await.len(), 1, "{version}");
            services::setup::prepare(&old.system(), &master_key()).await.unwrap();
            assert_eq!(old.events_of("log_sealed").await.len(), 1, "{version}");
            upgraded(&old).await;
            assert!(!noticed(&old).await, "{version}");
            let erased: i64 = old.value("SELECT max(seq) FROM audit_events WHERE details IS NULL AND kind = 'user_created'", []).await;
            for seq in [2, erased] {
                for edit in [
                    "DELETE FROM audit_subjects WHERE seq = $1",
                    "UPDATE audit_subjects SET user_id = (SELECT id FROM users WHERE username = 'samuel') WHERE seq = $1",
                    "INSERT INTO audit_subjects SELECT id, $1 FROM users WHERE username = 'samuel'",
                    "UPDATE audit_subjects SET seq = 1 WHERE seq = $1",
                ] {
                    assert_eq!(old.run(edit, [seq.into()]).await, 1);
                    assert!(noticed(&old).await, "{version}: {edit} of event {seq}");
                    put_back(&old).await;
                }
            }
            old.run("UPDATE audit_events SET details = NULL, salt = NULL WHERE seq = 2", []).await;
            assert!(noticed(&old).await, "{version}");
            if old.backend == Backend::Postgres {
                drop_database(&old.database_name()).await;
            }
        }
        // A log that begins with this version needs none.
        desk.cast().await;
        services::setup::prepare(&desk.system(), &master_key()).await.unwrap();
        assert_eq!(desk.tally().await.get("log_sealed"), None);
    }
}

on_both! {
    async fn t28_a_node_that_starts_while_another_seals_an_older_log_waits_and_reads_it_in_nobodys_way(desk: Desk) {
        if desk.backend == Backend::Sqlite {
            return; // One writer: there is no head to hold.
        }
        let (location, folder) = left_by(desk.backend, "0.4.0").await;
        let old = Desk::migrated(desk.backend, location, folder).await;
        let sent = Arc::new(Mutex::new(vec![]));
        let noted = sent.clone();
        let node = old.node_noting(move |sql: &str| noted.lock().unwrap().push(sql.to_owned())).await;
        old.run("BEGIN", []).await;
        old.rows("SELECT seq FROM audit_head FOR UPDATE", []).await;
        let system = node.system();
        let sealing = tokio::spawn(async move { seal_older(&system).await });
        let waits = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
                     WHERE NOT l.granted AND a.datname = current_database()";
        while old.value::<i64, 0>(waits, []).await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Longer than a request waits for a lock.
        tokio::time::sleep(Duration::from_secs(6)).await;
        old.run("ROLLBACK", []).await;
        sealing.await.unwrap().unwrap();
        seal_older(&old.system()).await.unwrap();
        assert_eq!(old.events_of("log_sealed").await.len(), 1);
        assert!(!noticed(&old).await);
        let at = |word: &str| sent.lock().unwrap().iter().position(|sql: &String| sql.contains(word)).expect(word);
        assert!(at("audit_subjects") < at("FOR UPDATE"), "others wait while the log is read");
        drop_database(&old.database_name()).await;
    }
}

on_both! {
    async fn t23_an_erasure_while_somebody_looks_raises_no_alarm(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for round in 0..5 {
            let name = format!("fleeting{round}");
            let id = users::create(&ana, new_user(&name)).await.unwrap().id;
            users::delete(&ana, id).await.unwrap();
            tell(&ana, Permission::CreateUsers, Event::CastSeeded { users: 0 }).await.unwrap();
            let (system, cx) = (desk.system(), ana.clone());
            let (verdict, erased) =
                at_once(async move { verify(&system).await }, async move { users::erase(&cx, id, &name).await }).await;
            no_accident(erased).unwrap();
            let verdict = verdict.unwrap();
            assert!(matches!(verdict, Verdict::Intact { .. }), "{verdict:?}");
        }
    }
}
