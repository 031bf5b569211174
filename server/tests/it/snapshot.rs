//! T29: a snapshot before the schema changes, by the real binary, and the way back from it.
#![cfg(unix)]

use std::{
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sea_orm_migration::sea_orm::{ConnectionTrait, Database as SeaOrm, Statement};
use services::database::{Database, Location};

use crate::{
    machine::{Machine, finish},
    support::{create_database, create_database_of, drop_database, fixture, left_out, url_of},
};

/// A machine on which that version ran on SQLite.
fn left_by(version: &str) -> Machine {
    let machine = with_key();
    std::fs::copy(fixture(version, "sqlite.db"), machine.database()).unwrap();
    machine
}

fn with_key() -> Machine {
    let machine = Machine::new();
    std::fs::create_dir(machine.data()).unwrap();
    std::fs::set_permissions(machine.data(), std::fs::Permissions::from_mode(0o700)).unwrap();
    machine.put_key(&"07".repeat(32));
    machine
}

fn snapshots(machine: &Machine) -> Vec<PathBuf> {
    let Ok(folder) = machine.data().join("snapshots").read_dir() else { return vec![] };
    let mut found: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    found.sort_unstable();
    found
}

/// The one snapshot, which is for its owner only.
#[track_caller]
fn the_snapshot(machine: &Machine, kind: &str) -> PathBuf {
    let [path]: [PathBuf; 1] = snapshots(machine).try_into().unwrap();
    assert!(path.file_name().unwrap().to_str().unwrap().ends_with(&format!("-at-000007.{kind}")), "{path:?}");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    path
}

#[tokio::test]
async fn t29_a_sqlite_file_is_copied_before_its_schema_changes_and_the_copy_is_the_way_back() {
    let machine = left_by("0.2.0");
    let steps = async |machine: &Machine| -> i64 {
        machine.sql("SELECT count(*) FROM seaql_migrations").await[0].try_get_by_index(0).unwrap()
    };
    let before = steps(&machine).await;
    let done = machine.run(&["migrate"]).worked();
    let snapshot = the_snapshot(&machine, "db");
    assert!(done.err.contains(snapshot.to_str().unwrap()), "{}", done.err);
    assert!(steps(&machine).await > before);
    assert!(machine.run(&["doctor"]).worked().out.contains("ok    snapshot"));

    // What came after the upgrade is gone on the way back, and what was before is all there.
    machine.run(&["audit", "verify"]).worked();
    for beside in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(machine.data().join(format!("keydesk.db{beside}")));
    }
    std::fs::copy(&snapshot, machine.database()).unwrap();
    assert_eq!(steps(&machine).await, before);
    let whole: String = machine.sql("PRAGMA integrity_check").await[0].try_get_by_index(0).unwrap();
    assert_eq!(whole, "ok");
    let original = Machine::new();
    std::fs::create_dir(original.data()).unwrap();
    std::fs::copy(fixture("0.2.0", "sqlite.db"), original.database()).unwrap();
    for table in ["users", "audit_events", "memberships", "user_search"] {
        let rows = async |machine: &Machine| -> i64 {
            machine.sql(&format!("SELECT count(*) FROM {table}")).await[0].try_get_by_index(0).unwrap()
        };
        assert_eq!(rows(&machine).await, rows(&original).await, "{table}");
    }
    machine.run(&["migrate"]).worked();
    assert!(machine.run(&["audit", "verify"]).worked().out.contains("is intact"));
}

#[tokio::test(flavor = "multi_thread")]
async fn t29_a_postgresql_database_is_backed_up_before_its_schema_changes_and_restored_from_that() {
    if left_out(module_path!()) {
        return;
    }
    let (old, new, back) = (create_database_of("0.2.0").await, create_database().await, create_database().await);
    let machine = with_key();
    let (old_url, new_url) = (url_of(&old), url_of(&new));
    machine.run(&["migrate", "--database-url", &old_url]).worked();
    let snapshot = the_snapshot(&machine, "backup");
    assert_eq!(machine.run(&["migrate", "--database-url", &old_url]).worked().out, "The database is up to date.\n");
    assert_eq!(snapshots(&machine).len(), 1);

    let restored = machine.run(&["restore", snapshot.to_str().unwrap(), "--database-url", &new_url]).worked();
    for told in ["8 users", "older than this Keydesk by", "The audit log is intact"] {
        assert!(restored.out.contains(told), "{told}: {}", restored.out);
    }
    let back_url = url_of(&back);
    let as_it_was = ["restore", snapshot.to_str().unwrap(), "--as-it-was", "--database-url", &back_url];
    assert!(machine.run(&as_it_was).worked().out.contains("as it was: 8 users"));
    for name in [&old, &new, &back] {
        let db = SeaOrm::connect(url_of(name)).await.unwrap();
        let count = async |table: &str| {
            let sql = Statement::from_string(db.get_database_backend(), format!("SELECT count(*) FROM {table}"));
            db.query_one_raw(sql).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap()
        };
        assert_eq!(count("users").await, 8);
        assert_eq!(count("seaql_migrations").await == 7, name == &back);
        db.close().await.unwrap();
        drop_database(name).await;
    }
}

#[tokio::test]
async fn t29_no_snapshot_is_taken_of_nothing_for_nothing_or_against_the_operators_will() {
    let new = Machine::new();
    new.run(&["migrate"]).worked();
    new.seed();
    new.run(&["migrate"]).worked();
    assert!(snapshots(&new).is_empty(), "there was nothing to lose");

    let machine = left_by("0.2.0");
    let done = machine.run(&["migrate", "--no-snapshot"]).worked();
    assert!(done.err.contains("without a snapshot"), "{}", done.err);
    assert!(snapshots(&machine).is_empty());
    machine.run(&["audit", "verify"]).worked();
}

#[tokio::test]
async fn t29_where_no_snapshot_can_be_taken_nothing_is_upgraded() {
    let machine = left_by("0.2.0");
    let before = machine.content().await;
    std::fs::write(machine.data().join("snapshots"), "no folder").unwrap();
    machine.run(&["migrate"]).failed(&["snapshots", "cannot be taken", "not changed", "--no-snapshot"]);
    std::fs::remove_file(machine.data().join("snapshots")).unwrap();
    std::fs::write(machine.key(), "08".repeat(32)).unwrap();
    machine.run(&["migrate"]).failed(&["another master key"]);
    std::fs::remove_file(machine.key()).unwrap();
    for command in ["migrate", "serve"] {
        machine.run(&[command, "--listen", "127.0.0.1:0"]).failed(&["master key", "is missing"]);
    }
    std::fs::write(machine.key(), "07".repeat(32)).unwrap();
    assert!(machine.content().await == before, "something was written");
    assert!(snapshots(&machine).is_empty());
}

#[tokio::test]
async fn t29_two_processes_that_upgrade_one_sqlite_file_take_turns_and_the_snapshot_of_the_first_stays() {
    let machine = left_by("0.2.0");
    let location = Location::Sqlite(machine.database());
    // This process is the first one.
    let turn = server::schema::turn(&location).await.unwrap();
    let mut second = machine.command(&["migrate"]).spawn().unwrap();
    let mut told = BufReader::new(second.stderr.take().unwrap()).lines();
    let waits = told.by_ref().find(|line| line.as_ref().unwrap().contains("another process is upgrading"));
    assert!(waits.is_some(), "the second one does not wait");
    assert!(snapshots(&machine).is_empty());
    let snapshot = machine.data().join(format!("snapshots/before-{}-at-000007.db", env!("CARGO_PKG_VERSION")));
    std::fs::create_dir(snapshot.parent().unwrap()).unwrap();
    std::fs::write(&snapshot, "as it was before").unwrap();
    let database = Database::open(&location).await.unwrap();
    assert!(server::schema::migrate(&database).await.unwrap() > 0);
    drop(turn);
    let done = finish(second).worked();
    assert!(done.out.starts_with("The database is up to date.\n"), "{}", done.out);
    assert_eq!(std::fs::read_to_string(&snapshot).unwrap(), "as it was before");
    let beside: Vec<_> = machine.files().into_iter().map(|(path, _)| path).collect();
    assert!(!beside.iter().any(|path| path.to_str().unwrap().ends_with(".partial")), "{beside:?}");
}

#[tokio::test]
async fn t29_the_snapshots_of_the_last_two_upgrades_are_kept_and_no_other_file_is_touched() {
    let machine = left_by("0.2.0");
    let folder = machine.data().join("snapshots");
    std::fs::create_dir(&folder).unwrap();
    let day = Duration::from_secs(86_400);
    for (name, age) in [("before-0.1.5-at-000003.db", 9), ("before-0.1.9-at-000005.backup", 5), ("mine.db", 20)] {
        let file = std::fs::File::create(folder.join(name)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + day * 20_000 - day * age).unwrap();
    }
    machine.run(&["migrate"]).worked();
    let names: Vec<_> =
        snapshots(&machine).iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    let own = format!("before-{}-at-000007.db", env!("CARGO_PKG_VERSION"));
    let mut expected = ["before-0.1.9-at-000005.backup", "mine.db", &own];
    expected.sort_unstable();
    assert_eq!(names, expected);
}
