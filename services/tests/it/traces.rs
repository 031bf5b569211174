//! Erasing is physical on SQLite: nothing of somebody who was erased is left in any file, neither
//! in pages that are free nor in the write-ahead log nor in the search's index. PostgreSQL keeps
//! its files to itself.

use domain::{
    fields::{FieldForm, FieldValue},
    users::{NewUserForm, UserChanges},
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use services::{Context, fields, jobs, made_up, users};

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
    for name in [format!("Quetzalcoatl the {RARE}"), format!("{RARE} Quetzalcoatl")] {
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
    made_up::seed(&desk.installation.operator(), 300, 5, |_| {}).await.unwrap();
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
    let listing = domain::listing::UserListing { search: "other1".into(), ..Default::default() };
    assert!(!users::list(&ana, &listing, &[]).await.unwrap().rows.is_empty());
    desk.run("INSERT INTO user_search (user_search) VALUES ('integrity-check')", []).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_reads_meanwhile_is_not_waited_for_and_the_files_are_emptied_later() {
    let desk = desk().await;
    let ana = desk.person("ana").await;
    let id = somebody(&desk, &ana).await;
    jobs::often(&desk.system()).await.unwrap();
    let reading = sea_orm::Database::connect(format!("sqlite:{}", desk.database_name())).await.unwrap();
    let reader = reading.begin().await.unwrap();
    reader
        .query_all_raw(sea_orm::Statement::from_string(reader.get_database_backend(), "SELECT id FROM users"))
        .await
        .unwrap();
    users::erase(&ana, id, "xq.traces").await.unwrap();
    assert!(!left(&desk).is_empty(), "what the reader may still look at has to be somewhere");
    jobs::often(&desk.system()).await.unwrap();
    reader.rollback().await.unwrap();
    reading.close().await.unwrap();
    jobs::often(&desk.system()).await.unwrap();
    assert_eq!(left(&desk), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_job_that_erases_and_a_stop_leave_nothing_either() {
    let desk = desk().await;
    let ana = desk.person("ana").await;
    somebody(&desk, &ana).await;
    desk.clock.advance(31 * domain::DAY);
    jobs::tidy(&desk.system()).await.unwrap();
    assert_eq!(desk.count("users WHERE username = 'xq.traces'").await, 0);
    assert_eq!(left(&desk), []);
    desk.person("tomas").await;
    let log = format!("{}-wal", desk.database_name());
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    jobs::stop(&desk.system()).await.unwrap();
    assert_eq!(std::fs::metadata(&log).unwrap().len(), 0, "the write-ahead log goes into the file at the stop");
}
