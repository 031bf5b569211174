//! Backups: taken from either database, restored into either, or refused with a sentence.

use std::io::Read as _;

use domain::{
    factors::Challenge,
    fields::{FieldId, FieldValue},
    users::NewUserForm,
};
use services::{
    Context,
    audit::{self, Verdict},
    backup::{self, BackupKey, Contents, Trust},
    credentials, seed,
    sign_in::{self, Attempt},
    users,
};
use sha2::{Digest, Sha256};

use crate::{authenticator::create, codes::App, support::*};

/// A desk with people of every kind, fields, sessions, and a history.
async fn busy(backend: Backend) -> Desk {
    let desk = Desk::open(backend).await;
    desk.cast().await;
    seed::seed_users(&desk.installation.operator(), 400, 3, |_| {}).await.unwrap();
    let ana = desk.person("ana").await;
    users::create(&ana, complete(&desk, "somebody.new").await).await.unwrap();
    // What proves people: an app with its recovery codes, a passkey, and a sign-in that waits.
    App::of(&desk, "priya").await;
    let tomas = desk.person("tomas").await;
    let Challenge { options, ticket } = credentials::begin_passkey(&tomas).await.unwrap();
    credentials::add_passkey(&tomas, &ticket, &create(&options, 1).1, "Laptop").await.unwrap();
    let attempt = Attempt { login: "priya", password: PASSWORD, cookies: fresh() };
    assert!(sign_in::with_password(&desk.stranger(), attempt).await.unwrap().session().is_none());
    users::disable(&ana, desk.id_of("ingrid").await).await.unwrap();
    desk
}

/// A form with a value for the field that has to have one.
async fn complete(desk: &Desk, username: &str) -> NewUserForm {
    let field = FieldId(desk.value("SELECT id FROM custom_fields WHERE name = 'Origin'", []).await);
    NewUserForm { fields: vec![FieldValue { field, value: "Porto".into() }], ..new_user(username) }
}

async fn take(cx: &Context) -> (Contents, Vec<u8>) {
    backup::take(cx, vec![], |_, _| {}).await.unwrap()
}

async fn restore(desk: &Desk, file: &[u8]) -> Result<Contents, String> {
    restore_with(desk, file, Trust::Authenticated).await
}

async fn restore_with(desk: &Desk, file: &[u8], trust: Trust) -> Result<Contents, String> {
    let restored = backup::restore(&desk.installation.operator(), file, trust, |_, _| {}).await;
    restored.map(|restored| restored.contents).map_err(|failure| failure.to_string())
}

fn check(file: &[u8]) -> Result<Contents, String> {
    backup::check(file, &BackupKey::of(&master_key())).map_err(|failure| failure.to_string())
}

/// The lines of a file, and a file of lines.
fn unpacked(file: &[u8]) -> Vec<String> {
    text_of(file).unwrap().lines().map(ToOwned::to_owned).collect()
}

fn text_of(file: &[u8]) -> std::io::Result<String> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text)?;
    Ok(text)
}

fn packed(lines: &[String]) -> Vec<u8> {
    use std::io::Write as _;
    let mut out = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    lines.iter().for_each(|line| writeln!(out, "{line}").unwrap());
    out.finish().unwrap()
}

/// All lines of rows, whatever their order and that of the tables, but for what a restore
/// adds to the log.
fn rows(file: &[u8]) -> Vec<String> {
    let mut lines = unpacked(file);
    let mut head = false;
    lines.retain(|line| {
        head = if line.starts_with('{') { line.contains("\"audit_head\"") } else { head };
        line.starts_with('[') && !head && !line.contains("\"backup_restored\"")
    });
    lines.sort_unstable();
    lines
}

async fn intact(desk: &Desk) -> i64 {
    match audit::verify(&desk.installation.operator()).await.unwrap() {
        Verdict::Intact { events, .. } => events,
        broken @ Verdict::Broken { .. } => panic!("{broken:?}"),
    }
}

async fn there_and_back(from: Backend, to: Backend) {
    let here = busy(from).await;
    let there = Desk::open(to).await;
    let (contents, file) = take(&here.installation.operator()).await;
    assert_eq!(contents.of("users"), 408);
    assert_eq!(check(&file), Ok(contents.clone()));
    assert_eq!(restore(&there, &file).await, Ok(contents.clone()));

    // The log is intact, and goes on with the restore.
    assert_eq!(intact(&there).await, intact(&here).await + 1);
    let told = there.events_of("backup_restored").await;
    assert_eq!((&*told[0].actor_kind, told[0].event("authenticated")), ("operator", &true.into()));
    // Every row is what it was, but that nobody is signed in.
    here.run("DELETE FROM sessions", []).await;
    here.run("UPDATE user_stats SET sessions = 0", []).await;
    here.run("UPDATE users SET security_epoch = security_epoch + 1", []).await;
    here.run("UPDATE known_devices SET remembered_until = NULL", []).await;
    let (_, before) = take(&here.installation.operator()).await;
    let (_, after) = take(&there.installation.operator()).await;
    assert!(rows(&before) == rows(&after), "a row is not what it was");
    for table in ["sessions", "pending_sign_ins", "answered_challenges"] {
        assert!(here.count(table).await > 0 || table == "sessions", "{table} had nothing to leave behind");
        assert_eq!(there.count(table).await, 0, "{table} is not worth keeping");
    }
    for table in ["authenticator_apps", "recovery_codes", "passkeys", "passkey_handles"] {
        assert!(contents.of(table) > 0, "{table} is not in the backup");
    }
    // It works: signing in, finding somebody by the search, creating.
    let ana = there.person("ana").await;
    let listing = domain::users::UserListing { search: "sólveig".into(), ..Default::default() };
    assert!(!users::list(&ana, &listing, &[]).await.unwrap().rows.is_empty());
    users::create(&ana, complete(&there, "after.that").await).await.unwrap();
    for desk in [&here, &there] {
        if desk.backend == Backend::Postgres {
            drop_database(&desk.database_name()).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t29_sqlite_is_restored_into_sqlite() {
    there_and_back(Backend::Sqlite, Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t29_sqlite_is_restored_into_postgres() {
    if !left_out(module_path!()) {
        there_and_back(Backend::Sqlite, Backend::Postgres).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t29_postgres_is_restored_into_sqlite() {
    if !left_out(module_path!()) {
        there_and_back(Backend::Postgres, Backend::Sqlite).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t29_postgres_is_restored_into_postgres() {
    if !left_out(module_path!()) {
        there_and_back(Backend::Postgres, Backend::Postgres).await;
    }
}

on_both! {
    async fn a_backup_is_of_one_moment_while_others_go_on(desk: Desk) {
        desk.cast().await;
        seed::seed_users(&desk.installation.operator(), 1_000, 1, |_| {}).await.unwrap();
        let ana = desk.person("ana").await;
        let operator = desk.installation.operator();
        let form = complete(&desk, "meanwhile").await;
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let (wrote, mut written) = tokio::sync::watch::channel(0);
        let writer = tokio::spawn(async move {
            while !*stopped.borrow() {
                let form = NewUserForm { username: format!("meanwhile{}", *wrote.borrow()), ..form.clone() };
                users::create(&ana, form).await.unwrap();
                wrote.send_modify(|written| *written += 1);
            }
        });
        let mut files = vec![];
        for before in 0..2 {
            written.wait_for(|written| *written > before).await.unwrap();
            files.push(take(&operator).await);
        }
        stop.send(true).unwrap();
        writer.await.unwrap();
        for (contents, file) in files {
            // Each user there comes with the event of their creation, and the other way round.
            let lines = unpacked(&file);
            let created = lines.iter().filter(|line| line.contains("\"user_created\"")).count() as u64;
            assert_eq!(contents.of("users"), 1_007 + created);
            let there = Desk::open(Backend::Sqlite).await;
            restore(&there, &file).await.unwrap();
            intact(&there).await;
        }
    }
}

on_both! {
    async fn a_file_that_is_cut_off_or_altered_restores_nothing(desk: Desk) {
        let here = Desk::open(Backend::Sqlite).await;
        here.cast().await;
        let (_, file) = take(&here.installation.operator()).await;
        let mut bad = vec![];
        for length in [0, 1, 10, 30, file.len() / 2, file.len() - 9, file.len() - 1] {
            bad.push(file[..length].to_vec());
        }
        for at in (12..file.len()).step_by(file.len() / 25) {
            let mut altered = file.clone();
            altered[at] ^= 0x10;
            // A few bits of a packed file mean nothing, such as those that fill its last byte up.
            if text_of(&altered).ok() != text_of(&file).ok() {
                bad.push(altered);
            }
        }
        // Altered by somebody who knows how to pack it again.
        let lines = unpacked(&file);
        let mut renamed = lines.clone();
        renamed.iter_mut().for_each(|line| *line = line.replace("Ana Moreira", "Eve Moreira"));
        let mut shorter = lines.clone();
        shorter.remove(shorter.iter().position(|line| line.contains("Ana Moreira")).unwrap());
        let mut longer = lines.clone();
        longer.push(lines[1].clone());
        let headless = lines[1..].to_vec();
        let endless = lines[..lines.len() - 1].to_vec();
        let halved = vec![lines[0].clone(), lines[lines.len() - 1].clone()];
        bad.extend([renamed, shorter, longer, headless, endless, halved].map(|lines| packed(&lines)));
        bad.push(b"{\"keydesk_backup\":1}\n".to_vec());
        bad.push(packed(&["hello".into()]));
        for file in bad {
            let told = check(&file).unwrap_err();
            assert!(told.contains("damaged") || told.contains("not a backup"), "{told}");
            // Without the look before, the database may find the mistake first.
            assert!(restore(&desk, &file).await.is_err());
            assert_eq!(desk.count("users").await, 0);
            assert_eq!(desk.count("installation").await, 1);
            assert_eq!(desk.count("groups").await, 3);
        }
        restore(&desk, &file).await.unwrap();
        desk.person("ana").await;
    }
}

/// The lines with the checksum that belongs to them, as somebody writes it who knows how.
fn with_checksum(mut lines: Vec<String>, mac: Option<&str>) -> Vec<u8> {
    let trailer = lines.pop().unwrap();
    let mut trailer: serde_json::Value = serde_json::from_str(&trailer).unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let sha256: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    trailer["sha256"] = sha256.into();
    match mac {
        Some(mac) => trailer["mac"] = mac.into(),
        None => drop(trailer.as_object_mut().unwrap().remove("mac")),
    }
    lines.push(trailer.to_string());
    packed(&lines)
}

on_both! {
    async fn an_altered_backup_restores_nothing_though_its_checksum_is_recomputed(desk: Desk) {
        let here = Desk::open(Backend::Sqlite).await;
        here.cast().await;
        let (_, file) = take(&here.installation.operator()).await;
        assert!(check(&file).unwrap().authenticated);
        let mut lines = unpacked(&file);
        let trailer: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
        let mac = trailer["mac"].as_str().unwrap();
        lines.iter_mut().for_each(|line| *line = line.replace("Ana Moreira", "Eve Moreira"));
        for altered in [
            with_checksum(lines.clone(), Some(mac)),
            with_checksum(lines.clone(), Some("")),
            with_checksum(lines.clone(), Some(&"0".repeat(64))),
            with_checksum(lines.clone(), None),
        ] {
            for told in [
                check(&altered).unwrap_err(),
                restore(&desk, &altered).await.unwrap_err(),
                restore_with(&desk, &altered, Trust::Anything).await.unwrap_err(),
            ] {
                assert!(told.contains("altered") && told.contains("without the master key"), "{told}");
            }
        }
        // Unaltered, and of somebody with another key.
        let other = BackupKey::of(&services::master_key::MasterKey::new([8; 32]));
        assert!(backup::check(&*file, &other).is_err());
        assert_eq!((desk.count("users").await, desk.count("audit_events").await), (0, 0));
        restore(&desk, &file).await.unwrap();
    }
}

on_both! {
    async fn a_backup_without_authentication_is_restored_on_demand_only_and_the_log_says_so(desk: Desk) {
        let here = Desk::open(Backend::Sqlite).await;
        here.cast().await;
        let (_, file) = take(&here.installation.operator()).await;
        // As 0.4.0 wrote it, or as somebody makes a newer one look like that.
        let mut lines = unpacked(&file);
        lines[0] = lines[0].replace("{\"keydesk_backup\":2", "{\"keydesk_backup\":1");
        for old in [with_checksum(lines.clone(), None), with_checksum(lines.clone(), Some("00"))] {
            assert!(!check(&old).unwrap().authenticated);
            let told = restore(&desk, &old).await.unwrap_err();
            assert!(told.contains("not authenticated") && told.contains("--unauthenticated"), "{told}");
            assert_eq!(desk.count("users").await, 0);
        }
        restore_with(&desk, &with_checksum(lines, None), Trust::Anything).await.unwrap();
        assert_eq!(desk.events_of("backup_restored").await[0].event("authenticated"), &serde_json::json!(false));
        desk.person("ana").await;
        intact(&desk).await;
    }
}

#[tokio::test]
async fn a_newer_format_is_named_with_the_version_that_wrote_it() {
    let desk = Desk::open(Backend::Sqlite).await;
    let (_, file) = take(&desk.installation.operator()).await;
    let mut lines = unpacked(&file);
    lines[0] = "{\"keydesk_backup\":3,\"keydesk\":\"7.1.0\",\"else\":true}".into();
    let told = check(&packed(&lines)).unwrap_err();
    assert!(told.contains("newer format") && told.contains("7.1.0"), "{told}");
}

on_both! {
    async fn a_database_that_is_in_use_is_refused_and_left_alone(desk: Desk) {
        let (_, empty) = take(&desk.installation.operator()).await;
        backup::refuse_unless_empty(&desk.installation.operator()).await.unwrap();
        desk.cast().await;
        let told = restore(&desk, &empty).await.unwrap_err();
        assert!(told.contains("empty database only"), "{told}");
        assert!(backup::refuse_unless_empty(&desk.installation.operator()).await.is_err());
        assert_eq!(desk.count("users").await, 7);
        desk.person("ana").await;
    }
}

on_both! {
    async fn an_installation_that_nobody_has_set_up_can_be_backed_up_and_replaced(desk: Desk) {
        let (contents, file) = take(&desk.installation.operator()).await;
        assert_eq!((contents.of("users"), contents.of("groups")), (0, 3));
        assert!(!contents.rows.iter().any(|(table, _)| table == "sessions" || table.starts_with("seaql")));
        desk.run("UPDATE groups SET description = 'x'", []).await;
        restore(&desk, &file).await.unwrap();
        assert_eq!(desk.count("groups WHERE description = 'x'").await, 0);
        assert_eq!(desk.count("groups").await, 3);
    }
}

on_both! {
    async fn only_the_operator_takes_and_restores_backups(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        assert!(backup::take(&ana, vec![], |_, _| {}).await.is_err());
        assert!(backup::take(&desk.stranger(), vec![], |_, _| {}).await.is_err());
    }
}

on_both! {
    async fn a_column_of_a_kind_that_no_backup_knows_is_named(desk: Desk) {
        let kind = if desk.backend == Backend::Postgres { "double precision" } else { "REAL" };
        desk.run(&format!("ALTER TABLE settings ADD COLUMN weight {kind}"), []).await;
        let told = backup::take(&desk.installation.operator(), vec![], |_, _| {}).await.err().unwrap().to_string();
        assert!(told.contains("settings.weight"), "{told}");
    }
}
