//! T29: what the databases of every release hold once they are brought up to date: `releases.txt`, the same on both
//! kinds of database, to be read as a whole. How the fixtures were made stands in the server's `upgrade.rs`.

use std::path::Path;

use domain::audit::{Event, LogListing, Person};
use services::{
    Context,
    audit::{self, Verdict, verify},
    encryption::SecretBox,
    fields,
    master_key::{Use, mac},
    settings, users,
};
use testing::Reviewed;
use uuid::Uuid;

use crate::support::*;

/// A recovery code of Grace's in each fixture that has some: on SQLite and on PostgreSQL.
const RECOVERY: [(&str, [&str; 2]); 1] = [("0.4.0", ["7tkzurjqnykjuhs", "6kx4hzuqwqmzcp6"])];

/// Every version that left a fixture behind, the oldest first.
fn released() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/fixtures");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut versions: Vec<_> = entries.collect();
    versions.sort_by_key(|version| version.split('.').map(|part| part.parse::<u32>().unwrap()).collect::<Vec<_>>());
    versions
}

/// Each event is understood whole: what it is read as is written as it was.
async fn events(found: &mut Reviewed, desk: &Desk) {
    for event in desk.events().await {
        let stored = &event.details["event"];
        let read: Event = serde_json::from_value(stored.clone())
            .unwrap_or_else(|error| panic!("event {} ({}) cannot be read: {error}", event.seq, event.kind));
        assert_eq!(serde_json::to_value(&read).unwrap(), *stored, "something of event {} is lost", event.seq);
        assert_eq!(read.kind(), event.kind);
        let actor: Option<Person> = serde_json::from_value(event.details["actor"].clone()).unwrap();
        let text = |name: &str| event.details[name].as_str().unwrap().to_owned();
        let place = format!("{}, {}", text("browser"), text("address"));
        let sentence = read.sentence(actor.as_ref()).plain();
        found.line(format_args!("event {}", event.seq), format_args!("{} [{place}] {sentence}", event.actor_kind));
    }
    assert!(matches!(verify(&desk.system()).await.unwrap(), Verdict::Intact { erased: 0, .. }));
}

/// What keys of this installation have to open or to find again.
async fn secrets(found: &mut Reviewed, desk: &Desk, version: &str) {
    let sealer = SecretBox::new(&master_key());
    for row in desk.rows("SELECT secret, user_id FROM authenticator_apps", []).await {
        let secret: Vec<u8> = row.try_get_by_index(0).unwrap();
        let user: Uuid = row.try_get_by_index(1).unwrap();
        let opened = sealer.unseal(&[b"totp", user.as_bytes()], &secret).expect("the secret opens");
        let age = if opened.outdated { "sealed by an older version" } else { "sealed by this version" };
        found.line("authenticator_apps.secret", format_args!("{} bytes, {age}", opened.plain.len()));
    }
    let throttle = master_key().derive(Use::Throttle);
    let ana = desk.id_of("ana").await.to_string();
    for (name, part) in [("source", "127.0.0.1"), ("account", ana.as_str())] {
        let bucket = mac(&throttle, &[name.as_bytes(), part.as_bytes()]).to_vec();
        let failures: i64 = desk.value("SELECT failures FROM throttle WHERE bucket = $1", [bucket.into()]).await;
        found.line(format_args!("throttle, {name}"), format_args!("failures {failures}"));
    }
    if let Some((_, codes)) = RECOVERY.iter().find(|(with, _)| *with == version) {
        let (grace, key) = (desk.id_of("grace").await, master_key().derive(Use::RecoveryCodes));
        let hash = mac(&key, &[grace.0.as_bytes(), codes[desk.backend as usize].as_bytes()]).to_vec();
        let unused = "SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL";
        let unused: i64 = desk.value(unused, [grace.0.into()]).await;
        let known: i64 = desk.value("SELECT count(*) FROM recovery_codes WHERE hash = $1", [hash.into()]).await;
        found.line("recovery codes of grace", format_args!("unused {unused}, known {known}"));
    }
}

/// Rows of texts and numbers, before anybody signs in again.
async fn rows(found: &mut Reviewed, desk: &Desk) {
    let sql = "SELECT i.name, u.username, i.master_key_id FROM installation i \
               JOIN users u ON u.id = i.first_administrator";
    for row in desk.rows(sql, []).await {
        let text = |at| row.try_get_by_index::<String>(at).unwrap();
        let line = format!("{}, first administrator {}, master key {}", text(0), text(1), text(2));
        found.line("installation", line);
    }
    let sql = "SELECT u.username, s.method, s.address, s.browser, s.must_enrol FROM sessions s \
               JOIN users u ON u.id = s.user_id ORDER BY u.username_key";
    for row in desk.rows(sql, []).await {
        let text = |at| row.try_get_by_index::<String>(at).unwrap();
        let must_enrol: i64 = row.try_get_by_index(4).unwrap();
        let line = format!("{}, {}, {}, must enrol {must_enrol}", text(1), text(2), text(3));
        found.line(format_args!("session of {}", text(0)), line);
    }
    let sql = "SELECT u.username, count(*), count(d.remembered_until) FROM known_devices d \
               JOIN users u ON u.id = d.user_id GROUP BY u.username ORDER BY u.username";
    for row in desk.rows(sql, []).await {
        let name: String = row.try_get_by_index(0).unwrap();
        let number = |at| row.try_get_by_index::<i64>(at).unwrap();
        found.line(format_args!("devices of {name}"), format_args!("known {}, remembered {}", number(1), number(2)));
    }
}

/// What use cases say of everybody, of the fields and of the rules.
async fn people(found: &mut Reviewed, desk: &Desk, ana: &Context) {
    let names = desk.rows("SELECT username_key FROM users ORDER BY username_key", []).await;
    for name in names.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()) {
        let user = users::find(ana, desk.id_of(&name).await).await.unwrap();
        let groups: Vec<_> = user.groups.iter().map(|group| group.name.as_str()).collect();
        let values = user.fields.iter().filter_map(|shown| Some(format!("{}: {}", shown.name, shown.value.as_ref()?)));
        let facts = [
            user.display_name.clone(),
            user.email.clone().unwrap_or_else(|| "no e-mail".into()),
            user.status.code().to_owned(),
            format!("groups {groups:?}"),
            format!("factors {}", user.factors.number()),
            format!("new password due {}", user.must_change_password),
            format!("created by {}", user.created_by.clone().unwrap_or_else(|| "nobody".into())),
            format!("fields {:?}", values.collect::<Vec<_>>()),
        ];
        found.line(format_args!("user {name}"), facts.join("; "));
    }
    for field in fields::list(ana).await.unwrap() {
        let facts = format!("{}, required {}, choices {:?}", field.kind.code(), field.required, field.choices);
        found.line(format_args!("field {}", field.name), facts);
    }
    found.json("settings", &settings::find(ana).await.unwrap());
    found.json("security", &settings::find_security(ana).await.unwrap());
    found.line("time zone", settings::find_time_zone(ana).await.unwrap().name());
    found.json("users-table of ana", &users::table_view(ana).await.unwrap());
    let log = audit::list(ana, &LogListing::default()).await.unwrap();
    let told = log.rows.iter().filter_map(|row| row.sentence.as_ref()).map(|sentence| sentence.plain());
    let told: Vec<_> = told.filter(|sentence| !sentence.contains("cannot be read")).collect();
    assert_eq!(told.len(), log.rows.len(), "{told:?}");
}

on_both! {
    async fn t29_what_every_release_left_behind_is_read_as_it_was_written(desk: Desk) {
        let mut found = reviewed!("releases");
        for version in released() {
            let old = Desk::of_release(desk.backend, &version).await;
            found.heading(&format!("{version}, brought up to date"));
            events(&mut found, &old).await;
            secrets(&mut found, &old, &version).await;
            rows(&mut found, &old).await;
            people(&mut found, &old, &old.person("ana").await).await;
            if old.backend == Backend::Postgres {
                drop_database(&old.database_name()).await;
            }
        }
        found.check();
    }
}
