//! Erasing is physical on SQLite: nothing of somebody who was erased is left in any file, neither
//! in pages that are free nor in the write-ahead log nor in the search's index. PostgreSQL keeps
//! its files to itself.

use std::time::Duration;

use domain::{
    fields::{FieldForm, FieldValue},
    users::{NewUserForm, UserChanges},
};
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use services::{Context, database::Database, fields, jobs, seed, users};

use crate::support::*;

/// Three letters that nobody else has next to each other: the search keeps them as one word.
const RARE: &str = "☃☄★";
const WORDS: [&str; 5] = ["Quetzalcoatl", "xq.traces", "xq@traces.example", "Ypsilanti-Zwölfaxing", RARE];

/// Every file of the database, and which of the words are in it.
fn left(desk: &Desk) -> Vec<(String, &'static str)> {
    let folder = std::path::PathBuf::from(desk.database_name());
    let mut left = vec![];
    for entry in folder.parent().unwrap().read_dir().unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for word in WORDS {
            if bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
                left.push((path.file_name().unwrap().to_string_lossy().into_owned(), word));
            }
        }
    }
    left
}

/// Somebody among others, who changed a few times, and is in the bin now.
async fn somebody(desk: &Desk, ana: &Context) -> domain::users::UserId {
    let company = FieldForm { name: "Traces".into(), ..FieldForm::default() };
    let company = fields::save(ana, &company).await.unwrap();
    let form = NewUserForm {
        display_name: format!("Quetzalcoatl {RARE}"),
        email: "xq@traces.example".into(),
        fields: vec![FieldValue { field: company, value: "Ypsilanti-Zwölfaxing".into() }],
        ..new_user("xq.traces")
    };
    let id = users::create(ana, form).await.unwrap().id;
    // Others come, so that pages are divided with the name on them.
    for number in 0..40 {
        users::create(ana, new_user(&format!("other{number}"))).await.unwrap();
    }
    // Within a word the search has the three letters as they are; at its beginning, as far as they differ
    // from the two.
    for name in [format!("Quetzalcoatl the {RARE}"), format!("{RARE} Quetzalcoatl"), format!("Quetzalcoatl X{RARE}x")] {
        let form = UserChanges { display_name: name, ..desk.form(ana, "xq.traces").await };
        users::update(ana, &form).await.unwrap();
    }
    sign_in(&desk.stranger(), "xq.traces", "wrong anchor paper thunder").await.told();
    users::delete(ana, id).await.unwrap();
    assert!(left(desk).len() >= WORDS.len(), "{:?}", left(desk));
    id
}

async fn desk() -> Desk {
    let desk = Desk::open(Backend::Sqlite).await;
    desk.cast().await;
    seed::seed_users(&desk.installation.operator(), 300, 5, |_| {}).await.unwrap();
    // The made-up fields that have to have a value are not what this is about.
    desk.run("UPDATE custom_fields SET required = 0", []).await;
    desk
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_somebody_who_was_erased_nothing_is_left_in_the_files() {
    let desk = desk().await;
    let ana = desk.person("ana").await;
    let id = somebody(&desk, &ana).await;
    users::erase(&ana, id, "xq.traces").await.unwrap();
    assert_eq!(left(&desk), []);
    // The search has forgotten the letters, and finds the others.
    let listing = domain::users::UserListing { search: "other1".into(), ..Default::default() };
    assert!(!users::list(&ana, &listing, &[]).await.unwrap().rows.is_empty());
    desk.run("INSERT INTO user_search (user_search) VALUES ('integrity-check')", []).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_reads_meanwhile_is_not_waited_for_and_the_files_are_emptied_later() {
    let desk = desk().await;
    let ana = desk.person("ana").await;
    let id = somebody(&desk, &ana).await;
    jobs::flush(&desk.system()).await.unwrap();
    let reading = sea_orm::Database::connect(format!("sqlite:{}", desk.database_name())).await.unwrap();
    let reader = reading.begin().await.unwrap();
    reader.query_all_raw(Statement::from_string(reader.get_database_backend(), "SELECT id FROM users")).await.unwrap();
    users::erase(&ana, id, "xq.traces").await.unwrap();
    assert!(!left(&desk).is_empty(), "what the reader may still look at has to be somewhere");
    jobs::flush(&desk.system()).await.unwrap();
    reader.rollback().await.unwrap();
    reading.close().await.unwrap();
    jobs::flush(&desk.system()).await.unwrap();
    assert_eq!(left(&desk), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_job_that_erases_and_a_stop_leave_nothing_either() {
    let desk = desk().await;
    let ana = desk.person("ana").await;
    somebody(&desk, &ana).await;
    desk.clock.advance(31 * domain::DAY);
    jobs::cleanup(&desk.system()).await.unwrap();
    assert_eq!(desk.count("users WHERE username = 'xq.traces'").await, 0);
    assert_eq!(left(&desk), []);
    desk.person("tomas").await;
    let log = format!("{}-wal", desk.database_name());
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    jobs::stop(&desk.system()).await.unwrap();
    assert_eq!(std::fs::metadata(&log).unwrap().len(), 0, "the write-ahead log goes into the file at the stop");
}

/// How long the writer waits for a lock of others.
async fn patience(database: &Database) -> i64 {
    let writer = database.writer();
    let asked = Statement::from_string(writer.get_database_backend(), "PRAGMA busy_timeout");
    writer.query_one_raw(asked).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t27_a_log_that_cannot_be_emptied_leaves_the_writer_as_patient_as_it_was() {
    let desk = Desk::open(Backend::Sqlite).await;
    let database = Database::open_with(&desk.location, Duration::from_secs(7)).await.unwrap();
    let system = desk.node_with_database(database.clone()).system();
    let writer = database.writer();
    // Within a transaction this fails in the middle, as it does on a disk that is full.
    let fails = async || {
        writer.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
        let told = jobs::stop(&system).await.unwrap_err().to_string();
        assert!(told.contains("write-ahead log"), "{told}");
        writer.execute_unprepared("ROLLBACK").await.unwrap();
    };
    fails().await;
    assert_eq!(patience(&database).await, 7_000);
    jobs::flush(&system).await.unwrap();
    assert_eq!(patience(&database).await, 7_000);
    // Whoever waits for it may leave at any moment.
    for moment in 0..20 {
        fails().await;
        let leaves = async {
            for _ in 0..moment {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            done = jobs::flush(&system) => done.unwrap(),
            () = leaves => {}
        }
        assert_eq!(patience(&database).await, 7_000, "left at moment {moment}");
        jobs::flush(&system).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t27_an_erasure_that_is_done_is_told_as_done_though_the_log_cannot_be_emptied() {
    let desk = Desk::open(Backend::Sqlite).await;
    desk.cast().await;
    for (name, by_the_job) in [("ingrid", false), ("tomas", true)] {
        let mut database = Database::open(&desk.location).await.unwrap();
        // Nobody gets the writer any more once somebody is being erased; who has it goes on.
        let pool = database.writer().get_sqlite_connection_pool().clone();
        database.on_statement(move |sql| {
            if sql.starts_with("DELETE FROM \"users\"") {
                drop(pool.close());
            }
        });
        let node = desk.node_with_database(database);
        let id = desk.id_of(name).await;
        users::delete(&desk.installation.operator(), id).await.unwrap();
        if by_the_job {
            desk.clock.advance(31 * domain::DAY);
            // The other jobs get no writer.
            jobs::cleanup(&node.system()).await.unwrap_err();
        } else {
            users::erase(&node.operator(), id, name).await.unwrap();
        }
        assert_eq!(desk.count(&format!("users WHERE username_key = '{name}'")).await, 0);
    }
    assert_eq!(desk.events_of("user_erased").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t27_many_rows_that_are_there_are_told_as_done_though_the_log_cannot_be_emptied() {
    let desk = Desk::open(Backend::Sqlite).await;
    desk.cast().await;
    let database = Database::open(&desk.location).await.unwrap();
    let pool = database.writer().get_sqlite_connection_pool().clone();
    let node = desk.node_with_database(database);
    seed::seed_users(&node.operator(), 40, 5, |_| drop(pool.close())).await.unwrap();
    assert_eq!(desk.count("users").await, 47);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t27_a_stop_empties_the_log_though_the_head_cannot_be_noted_and_says_what_failed() {
    let desk = Desk::open(Backend::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let node = desk.node_beside(folder.path()).await;
    folder.close().unwrap();
    desk.cast().await;
    let log = format!("{}-wal", desk.database_name());
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    let told = jobs::stop(&node.system()).await.unwrap_err().to_string();
    assert!(told.contains("head could not be noted") && told.contains("KEYDESK_DATA_DIR"), "{told}");
    assert!(!told.contains("last used") && !told.contains("emptied"), "{told}");
    assert_eq!(std::fs::metadata(&log).unwrap().len(), 0);
}

/// Whether the search writes over what it forgets.
async fn forgets_at_once(desk: &Desk) -> bool {
    desk.count("user_search_config WHERE k = 'secure-delete' AND v = 1").await == 1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_somebody_whom_version_0_4_0_erased_nothing_is_left_once_the_search_was_cleaned() {
    let desk = desk().await;
    let ana = desk.person("ana").await;
    assert!(forgets_at_once(&desk).await);
    // As that version deletes: it is noted that the word is gone, and the word stays.
    desk.run("INSERT INTO user_search (user_search, rank) VALUES ('secure-delete', 0)", []).await;
    let form = NewUserForm { display_name: format!("Some{RARE}body"), ..new_user("xq.traces") };
    let id = users::create(&ana, form).await.unwrap().id;
    users::delete(&ana, id).await.unwrap();
    users::erase(&desk.node().await.operator(), id, "xq.traces").await.unwrap();
    assert!(left(&desk).iter().any(|(_, word)| *word == RARE), "there is nothing to clean");
    jobs::forget_former(&desk.system()).await.unwrap();
    assert!(forgets_at_once(&desk).await);
    assert_eq!(left(&desk), []);
    desk.run("INSERT INTO user_search (user_search) VALUES ('integrity-check')", []).await;
    let listing = domain::users::UserListing { search: "moreira".into(), ..Default::default() };
    assert!(!users::list(&ana, &listing, &[]).await.unwrap().rows.is_empty());
    // Once in the life of a file.
    assert_eq!(desk.value::<i64, 0>("PRAGMA user_version", []).await, 1);
    jobs::forget_former(&desk.system()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t29_the_search_of_version_0_4_0_is_cleaned_after_it_was_built_anew_and_not_before() {
    let desk = Desk::of_release(Backend::Sqlite, "0.4.0").await;
    let (system, operator) = (desk.system(), desk.installation.operator());
    desk.run("UPDATE custom_fields SET required = 0", []).await;
    jobs::forget_former(&system).await.unwrap();
    assert!(!forgets_at_once(&desk).await, "building it anew takes ten times as long so");
    let form = NewUserForm { display_name: format!("Some{RARE}body"), ..new_user("xq.traces") };
    let id = users::create(&operator, form).await.unwrap().id;
    users::delete(&operator, id).await.unwrap();
    users::erase(&operator, id, "xq.traces").await.unwrap();
    users::rebuild_search(&system, |_| true).await.unwrap();
    jobs::forget_former(&system).await.unwrap();
    assert!(forgets_at_once(&desk).await);
    assert!(left(&desk).iter().all(|(_, word)| *word != RARE), "{:?}", left(&desk));
}
