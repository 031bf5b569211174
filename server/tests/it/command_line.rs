//! The real binary, as an operator meets it: each failure is one sentence that names the
//! setting and what to do, and leaves nothing behind.
#![cfg(unix)]

use std::{
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    machine::{Machine, PATIENCE, Served, finish, free_port},
    support::{PASSWORD, Request, create_database, drop_database, fixture, left_out, on_server, url_of},
};

#[test]
fn a_port_that_is_taken_is_named_before_anything_is_written() {
    let machine = Machine::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    machine.run(&["serve", "--listen", &address]).failed(&[
        &address,
        "listening",
        "already",
        "KEYDESK_LISTEN",
        "--listen",
    ]);
    assert!(machine.files().is_empty() && !machine.data().exists());
}

#[test]
fn an_address_of_another_machine_is_named_with_its_setting() {
    let machine = Machine::new();
    machine.run(&["serve", "--listen", "192.0.2.1:3000"]).failed(&["192.0.2.1:3000", "KEYDESK_LISTEN"]);
    assert!(!machine.data().exists());
}

#[test]
fn a_setting_that_makes_no_sense_is_named_and_nothing_is_written() {
    for (arguments, words) in [
        (["--listen", "somewhere"], ["KEYDESK_LISTEN", "127.0.0.1:3000"]),
        (["--listen", "127.0.0.1:99999"], ["KEYDESK_LISTEN", "127.0.0.1:3000"]),
        (["--origin", "http://example.org"], ["KEYDESK_ORIGIN", "--insecure-http"]),
        (["--origin", "keydesk.example.org"], ["KEYDESK_ORIGIN", "https://"]),
        (["--origin", "https://example.org/keydesk"], ["KEYDESK_ORIGIN", "without a path"]),
        (["--database-url", "mysql://root:s3cret@db/keydesk"], ["KEYDESK_DATABASE_URL", "postgres://"]),
        (["--database-url", "keydesk"], ["KEYDESK_DATABASE_URL", "sqlite:"]),
        (["--trusted-proxies", "everybody"], ["KEYDESK_TRUSTED_PROXIES", "10.0.0.0/8"]),
        (["--log", "loud"], ["KEYDESK_LOG", "debug"]),
        (["--sessions-idle-minutes", "0"], ["idle_minutes", "from 1"]),
        (["--sessions-absolute-minutes", "a day"], ["absolute_minutes", "a day"]),
        (["--config", "nowhere.toml"], ["nowhere.toml", "configuration file"]),
    ] {
        let machine = Machine::new();
        for command in ["serve", "migrate", "doctor"] {
            let done = machine.run(&[&[command][..], &arguments].concat()).failed(&words);
            assert!(!done.err.contains("s3cret"), "{}", done.err);
        }
        assert!(machine.files().is_empty(), "{arguments:?} left something behind");
    }
}

#[test]
fn an_address_without_tls_is_allowed_only_to_who_insists() {
    let machine = Machine::new();
    let plain = ["doctor", "--origin", "http://example.org", "--insecure-http", "--trusted-proxies", "127.0.0.1"];
    let done = machine.run(&plain).failed(&["1 checks failed"]);
    assert!(done.out.contains("FAIL  origin: passwords and cookies travel unencrypted"), "{}", done.out);
    machine.run(&["doctor", "--origin", "https://example.org", "--trusted-proxies", "127.0.0.1"]).worked();
    let alone = machine.run(&["doctor", "--origin", "https://example.org"]).failed(&["1 checks failed"]);
    assert!(alone.out.contains("KEYDESK_TRUSTED_PROXIES"), "{}", alone.out);
}

#[test]
fn a_data_folder_that_is_none_is_named_with_its_setting() {
    let machine = Machine::new();
    std::fs::write(machine.data(), "a file").unwrap();
    for command in ["serve", "migrate"] {
        machine
            .run(&[command, "--listen", &format!("127.0.0.1:{}", free_port())])
            .failed(&["Cannot use the data folder", "KEYDESK_DATA_DIR"]);
    }
    let beneath = machine.data().join("beneath").display().to_string();
    machine.run(&["migrate", "--data-dir", &beneath]).failed(&[&beneath, "KEYDESK_DATA_DIR"]);
    assert_eq!(std::fs::read_to_string(machine.data()).unwrap(), "a file");
}

#[test]
fn a_database_file_that_is_none_is_named_and_left_alone() {
    let machine = Machine::new();
    std::fs::create_dir(machine.data()).unwrap();
    std::fs::write(machine.database(), "not a database, though somebody may need it").unwrap();
    machine.run(&["migrate"]).failed(&["keydesk.db"]);
    assert_eq!(std::fs::read_to_string(machine.database()).unwrap(), "not a database, though somebody may need it");
    let nowhere = machine.folder.path().join("no/such/folder/keydesk.db");
    machine
        .run(&["migrate", "--database-url", &format!("sqlite:{}", nowhere.display())])
        .failed(&["no/such/folder/keydesk.db", "Check that the folder exists"]);
}

#[test]
fn a_postgres_that_is_away_is_named_without_its_password() {
    let machine = Machine::new();
    let url = format!("postgres://kd:s3cret@127.0.0.1:{}/keydesk", free_port());
    let commands =
        ["migrate", "doctor"].map(|command| machine.command(&[command, "--database-url", &url]).spawn().unwrap());
    for done in commands.map(finish) {
        assert_eq!(done.code, Some(1), "it waits for ever");
        let told = done.out + &done.err;
        assert!(told.contains("postgres://kd:***@127.0.0.1") && told.contains("KEYDESK_DATABASE_URL"), "{told}");
        assert!(!told.contains("s3cret"), "{told}");
    }
}

#[test]
fn a_database_password_that_is_not_encoded_is_printed_by_no_command() {
    let machine = Machine::new();
    for cut in ["/", "#", "?", "/33"] {
        let url = format!("postgres://kd:s3{cut}cret@host/kd");
        let numbers = format!("postgres://kd:33{cut}cret@host/kd");
        for url in [&url, &numbers] {
            for command in [&["migrate"][..], &["doctor"], &["audit", "verify"], &["backup", "file"]] {
                let done = machine.run(&[command, &["--database-url", url]].concat());
                let done = done.failed(&["KEYDESK_DATABASE_URL", "/ as %2F", "? as %3F", "# as %23"]);
                let told = done.out + &done.err;
                assert!(!told.contains("cret") && !told.contains("s3"), "{told}");
            }
        }
    }
    assert!(machine.files().is_empty());
}

#[test]
fn a_data_folder_is_the_one_that_is_meant_whatever_stands_around_it() {
    let machine = Machine::new();
    let (home, data) = (machine.folder.path(), machine.data());
    let shown = data.display().to_string();
    for (written, made) in [
        (format!("'\"{shown}\"'"), data.clone()),
        (format!("{shown}\n"), data),
        ("~/kd".into(), home.join("kd")),
        ("a%20b?c=d #e".into(), home.join("a%20b?c=d #e")),
    ] {
        let run = |arguments: &[&str]| {
            let mut command = machine.command(arguments);
            finish(command.env("KEYDESK_DATA_DIR", &written).env("HOME", home).spawn().unwrap()).worked()
        };
        let looked = run(&["doctor"]).out;
        assert!(looked.contains(&format!("{} will be created", made.display())), "{looked}");
        let told = run(&["seed", "--cast"]).err;
        assert!(told.contains(&format!("no data folder {}:", made.display())), "{told}");
        assert!(told.contains("new master key"), "{told}");
        assert!(made.join("keydesk.db").is_file() && made.join("master.key").is_file());
        run(&["audit", "verify"]);
        std::fs::remove_dir_all(&made).unwrap();
        assert!(home.read_dir().unwrap().next().is_none(), "{written}: something else was made");
    }
}

#[test]
fn what_is_not_understood_of_the_variables_is_said() {
    let machine = Machine::new();
    let run = |name: &str, value: &std::ffi::OsStr, arguments: &[&str]| {
        finish(machine.command(arguments).env(name, value).spawn().unwrap())
    };
    let long = "W".repeat(3_000);
    let bytes: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(vec![b'k', 0xff]);
    for (name, value, words) in [
        ("KEYDESK_DATABSE_URL", "sqlite:x".as_ref(), ["KEYDESK_DATABSE_URL", "Did you mean KEYDESK_DATABASE_URL?"]),
        ("KEYDESK_DATABASE_URL_FILE", "x".as_ref(), ["KEYDESK_DATABASE_URL_FILE", "KEYDESK_DATABASE_URL?"]),
        ("KEYDESK_NAME", long.as_ref(), ["KEYDESK_NAME", "at most 100 characters"]),
        ("KEYDESK_NAME", bytes.as_ref(), ["KEYDESK_NAME", "UTF-8"]),
        ("KEYDESK_MASTER_KEY_FILE", "$CREDENTIALS/key".as_ref(), ["KEYDESK_MASTER_KEY_FILE", "$CREDENTIALS"]),
    ] {
        for command in [&["migrate"][..], &["doctor"]] {
            run(name, value, command).failed(&words);
        }
    }
    assert!(machine.files().is_empty() && !machine.data().exists());
    let done = run("KEYDESK_VERSION", "1".as_ref(), &["doctor"]).failed(&["1 checks failed"]);
    assert!(done.out.contains("KEYDESK_VERSION is no setting"), "{}", done.out);
    let done = run("KEYDESK_VERSION", "1".as_ref(), &["migrate"]).worked();
    assert!(done.err.contains("KEYDESK_VERSION is no setting"), "{}", done.err);
    let machine = Machine::new();
    let run = |name: &str, value: &std::ffi::OsStr, arguments: &[&str]| {
        finish(machine.command(arguments).env(name, value).spawn().unwrap())
    };
    for (name, value) in [("KEYDESK_PORT", "tcp://10.0.0.7:3000"), ("KEYDESK_TEST_POSTGRES", "x"), ("KEYDESK_NAME", "")]
    {
        run(name, value.as_ref(), &["doctor"]).worked();
    }
}

#[test]
fn a_master_key_that_others_may_read_serves_nobody_and_is_told_with_the_remedy() {
    let machine = Machine::new();
    machine.seed();
    let set = |mode| std::fs::set_permissions(machine.key(), std::fs::Permissions::from_mode(mode)).unwrap();
    for mode in [0o644, 0o604, 0o660] {
        set(mode);
        let shown = format!("mode {mode:03o}");
        machine.run(&["serve", "--listen", "127.0.0.1:0"]).failed(&["master.key", "chmod 600", &shown]);
        let done = machine.run(&["doctor"]).failed(&["1 checks failed"]);
        assert!(done.out.contains("FAIL  master key") && done.out.contains("chmod 600"), "{}", done.out);
        // What helps on a bad day goes on.
        machine.run(&["audit", "verify"]).worked();
    }
    set(0o400);
    assert!(machine.run(&["doctor"]).worked().out.contains("ok    master key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_no_colours_in_a_file_and_is_read_by_machines_where_that_is_asked_for() {
    let machine = Machine::new();
    let served = async |more: &[&str]| {
        let served = Served::start(&machine, more).await;
        served.client().get("/health").await.expect(200);
        served.stop().worked()
    };
    let done = served(&[]).await;
    assert!(done.err.contains("Keydesk is ready") && !done.err.contains('\u{1b}'), "{}", done.err);
    let done = served(&["--log-format", "json"]).await;
    let failed = machine.run(&["serve", "--log-format", "JSON", "--listen", "192.0.2.1:3000"]);
    assert_eq!(failed.code, Some(1));
    let mut messages = vec![];
    for line in done.err.lines().chain(failed.err.lines()) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
        messages.push(line["message"].as_str().unwrap().to_owned());
    }
    assert!(messages.iter().any(|message| message.starts_with("Keydesk is ready")), "{messages:?}");
    assert!(messages.last().unwrap().contains("KEYDESK_LISTEN"), "{messages:?}");
}

#[test]
fn a_machine_that_has_nothing_gets_a_folder_for_its_owner_only() {
    let machine = Machine::new();
    let done = machine.run(&["doctor"]).worked();
    assert!(done.out.contains("keydesk.db will be made"), "{}", done.out);
    assert!(machine.files().is_empty(), "looking made something");
    machine.seed();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&machine.data()), 0o700);
    assert_eq!(mode(&machine.key()), 0o600);
    assert_eq!(mode(&machine.database()), 0o600);
    std::fs::set_permissions(machine.data(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let done = machine.run(&["doctor"]).failed(&["1 checks failed"]);
    assert!(done.out.contains("chmod 700"), "{}", done.out);
}

#[test]
fn migrating_twice_changes_nothing_the_second_time() {
    let machine = Machine::new();
    assert!(machine.run(&["migrate"]).worked().out.contains("steps were applied"));
    assert_eq!(machine.run(&["migrate"]).worked().out, "The database is up to date.\n");
    let mode = machine.data().metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o700);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let machine = Machine::new();
    machine.seed();
    machine.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_a_later_one', 0)").await;
    let before = machine.content().await;
    for command in [&["migrate"][..], &["serve", "--listen", "127.0.0.1:0"], &["seed", "--cast"], &["audit", "verify"]]
    {
        machine.run(command).failed(&["newer Keydesk", "m29990101_000001_a_later_one", "restore a backup"]);
    }
    assert!(before == machine.content().await, "something was written");
}

#[tokio::test]
async fn another_master_key_is_refused_and_neither_key_nor_database_is_touched() {
    let machine = Machine::new();
    machine.seed();
    let other = machine.folder.path().join("other.key");
    std::fs::write(&other, "ab".repeat(32)).unwrap();
    let before = machine.content().await;
    machine
        .run(&["audit", "verify", "--master-key-file", other.to_str().unwrap()])
        .failed(&["another master key", "KEYDESK_MASTER_KEY_FILE"]);
    assert!(machine.content().await == before, "something was written");
    machine.run(&["audit", "verify"]).worked();
}

#[test]
fn a_master_key_that_is_lost_is_not_replaced_by_one_that_fits_nothing() {
    let machine = Machine::new();
    machine.seed();
    std::fs::remove_file(machine.key()).unwrap();
    machine.run(&["audit", "verify"]).failed(&["master key", "KEYDESK_MASTER_KEY_FILE"]);
    assert!(!machine.key().exists(), "a new key hides that the old one is missing");
}

#[test]
fn a_damaged_master_key_is_refused_and_left_alone() {
    let machine = Machine::new();
    std::fs::create_dir(machine.data()).unwrap();
    for damaged in ["", "ab", &"zz".repeat(32), &"ab".repeat(33)] {
        std::fs::write(machine.key(), damaged).unwrap();
        machine.run(&["doctor"]).failed(&["failed"]);
        machine.run(&["audit", "verify"]).failed(&["master.key", "64 hexadecimal digits", "backup"]);
        assert_eq!(std::fs::read_to_string(machine.key()).unwrap(), damaged);
    }
    std::fs::write(machine.key(), b"\xff\xfe").unwrap();
    machine.run(&["audit", "verify"]).failed(&["master.key"]);
    assert!(!machine.database().exists());
}

#[test]
fn example_data_goes_into_an_empty_installation_only() {
    let machine = Machine::new();
    for weak in ["short", "password password", "keydesk administrator"] {
        let done = machine.run(&["seed", "--cast", "--password", weak]).failed(&["The password cannot be used"]);
        assert!(done.out.is_empty());
    }
    let out = machine.run(&["seed", "--cast"]).worked().out;
    for told in ["ana", "samuel", "disabled", "invited", "Auditors"] {
        assert!(out.contains(told), "{out}");
    }
    machine.run(&["seed", "--cast"]).failed(&["empty installation"]);
    machine.run(&["seed"]).code.filter(|code| *code == 2).expect("it must be said what to seed");
}

#[test]
fn made_up_people_come_in_any_sensible_number() {
    let machine = Machine::new();
    for silly in ["0", "-3", "5000001", "99999999999", "many", "1.5"] {
        machine.run(&["seed", "--users", silly]).failed(&[silly, "a number from 1 to 5000000"]);
    }
    assert!(machine.files().is_empty(), "something was made for nobody");
    let done = machine.run(&["seed", "--users", "60"]).worked();
    assert!(done.out.contains("60 people were made up") && done.out.contains("no administrator yet"), "{}", done.out);
    let other = Machine::new();
    let done = other.run(&["seed", "--cast", "--users", "60", "--seed", "7"]).worked();
    assert!(done.out.contains("ana") && !done.out.contains("no administrator yet"), "{}", done.out);
    other.run(&["audit", "verify"]).worked();
}

#[test]
fn a_backup_is_written_once_and_restored_with_its_key_into_an_empty_database_only() {
    let machine = Machine::new();
    machine.run(&["backup", "first"]).failed(&["no database"]);
    machine.run(&["seed", "--cast", "--password", PASSWORD, "--users", "40"]).worked();
    let done = machine.run(&["backup", "first"]).worked();
    for told in ["first", "47 users", "7 audit events", "The master key is not in it", "master.key"] {
        assert!(done.out.contains(told), "{told}: {}", done.out);
    }
    let file = machine.folder.path().join("first");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!machine.folder.path().join("first.partial").exists());
    machine.run(&["backup", "first"]).failed(&["first", "overwrites nothing"]);
    machine.run(&["backup", "nowhere/first"]).failed(&["nowhere/first", "folder that exists"]);
    let partial = std::fs::File::create(machine.folder.path().join("second.partial")).unwrap();
    partial.lock().unwrap();
    machine.run(&["backup", "second"]).failed(&["second", "Another process"]);
    drop(partial);
    // What an interrupted one left is in nobody's way.
    machine.run(&["backup", "second"]).worked();
    assert!(!machine.folder.path().join("second.partial").exists());

    machine.run(&["restore", "first"]).failed(&["empty database only", "KEYDESK_DATABASE_URL"]);
    let there = Machine::new();
    let backup = file.to_str().unwrap();
    there.run(&["restore", backup]).failed(&["master key", "is missing", "KEYDESK_MASTER_KEY_FILE"]);
    std::fs::create_dir(there.data()).unwrap();
    std::fs::write(there.key(), "ab".repeat(32)).unwrap();
    there.run(&["restore", backup]).failed(&["another master key", "The one that is needed has the id"]);
    std::fs::copy(machine.key(), there.key()).unwrap();
    there.run(&["restore", "nowhere"]).failed(&["Cannot read the backup nowhere"]);
    let content = std::fs::read(&file).unwrap();
    let damaged = machine.folder.path().join("damaged");
    std::fs::write(&damaged, &content[..content.len() - 100]).unwrap();
    there.run(&["restore", damaged.to_str().unwrap()]).failed(&["damaged", "Nothing was restored"]);
    there.run(&["restore", there.key().to_str().unwrap()]).failed(&["not a backup"]);
    assert!(!there.database().exists(), "a database was made for nothing");

    let done = there.run(&["restore", backup]).worked();
    for told in ["47 users", "7 audit events", "sign in again", "The audit log is intact: 8 events"] {
        assert!(done.out.contains(told), "{told}: {}", done.out);
    }
    assert!(!done.out.contains("authenticated"), "{}", done.out);
    there.run(&["audit", "verify"]).worked();
    assert_eq!(there.run(&["migrate"]).worked().out, "The database is up to date.\n");
    there.run(&["restore", backup]).failed(&["empty database only"]);
}

#[test]
fn a_restore_says_what_came_back_with_the_command_that_voids_it_and_whether_it_can_be_trusted() {
    let machine = Machine::new();
    std::fs::create_dir(machine.data()).unwrap();
    std::fs::write(machine.key(), "07".repeat(32)).unwrap();
    // Grace has an app and recovery codes in it.
    std::fs::copy(fixture("0.4.0", "sqlite.db"), machine.database()).unwrap();
    machine.run(&["migrate"]).worked();
    machine.run(&["backup", "whole"]).worked();
    let lines = gunzip(&std::fs::read(machine.folder.path().join("whole")).unwrap());
    let lines: Vec<_> = lines.lines().collect();
    let body = lines[..lines.len() - 1].join("\n").replacen("{\"keydesk_backup\":2", "{\"keydesk_backup\":1", 1) + "\n";
    let trailer: serde_json::Value = serde_json::from_str(lines[lines.len() - 1]).unwrap();
    let trailer = serde_json::json!({ "rows": trailer["rows"], "sha256": sha256(&body) });
    std::fs::write(machine.folder.path().join("stripped"), gzip(&format!("{body}{trailer}\n"))).unwrap();

    let into = ["--database-url", "sqlite:there.db"];
    machine.run(&[&["restore", "stripped"][..], &into].concat()).failed(&["not authenticated", "--unauthenticated"]);
    assert!(!machine.folder.path().join("there.db").exists());
    let done = machine.run(&[&["restore", "stripped", "--unauthenticated"][..], &into].concat()).worked();
    for told in ["nothing else can", "There is no list of erasures", "grace", "keydesk factors void", "recovery codes:"]
    {
        assert!(done.out.contains(told), "{told}: {}", done.out);
    }
    let voided = machine.run(&[&["factors", "void", "grace", "nobody"][..], &into].concat()).failed(&["1 users"]);
    assert!(voided.out.contains("grace: passkeys voided: 0") && voided.out.contains("no such user"), "{}", voided.out);
    let held = machine.run(&[&["factors", "list"][..], &into].concat()).worked();
    assert!(held.out.contains("Nobody has"), "{}", held.out);
    machine.run(&[&["factors", "void", "--all"][..], &into].concat()).worked();
    assert_eq!(machine.run(&["factors", "void"]).code, Some(2), "it must be said whose");
    machine.run(&[&["audit", "verify"][..], &into].concat()).worked();
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(bytes), &mut text).unwrap();
    text
}

fn gzip(text: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut out = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn restoring_into_postgres_as_an_ordinary_role_warns_of_nothing() {
    if left_out(module_path!()) {
        return;
    }
    let machine = Machine::new();
    machine.seed();
    machine.run(&["backup", "whole"]).worked();
    let database = create_database().await;
    let role = format!("role_of_{database}");
    on_server(&format!("CREATE ROLE {role} LOGIN PASSWORD 'ordinary'")).await;
    on_server(&format!("ALTER DATABASE {database} OWNER TO {role}")).await;
    let url = url_of(&database);
    let (scheme, rest) = url.split_once("://").unwrap();
    let url = format!("{scheme}://{role}:ordinary@{}", rest.rsplit_once('@').map_or(rest, |(_, host)| host));
    let done = machine.run(&["restore", "whole", "--database-url", &url]).worked();
    assert!(!done.err.contains("WARN") && !done.err.contains("permission denied"), "{}", done.err);
    assert!(done.out.contains("7 users"), "{}", done.out);
    drop_database(&database).await;
    on_server(&format!("DROP ROLE {role}")).await;
}

#[tokio::test]
async fn the_audit_log_is_verified_by_command() {
    let machine = Machine::new();
    machine.seed();
    let out = machine.run(&["audit", "verify"]).worked().out;
    assert!(out.starts_with("The audit log is intact: 1 events, head "), "{out}");
    assert!(!out.contains("no head is noted"), "{out}");
    std::fs::remove_file(beside(&machine, "audit-head-")).unwrap();
    let out = machine.run(&["audit", "verify"]).worked().out;
    assert!(out.contains("no head is noted"), "{out}");
    let head = out.lines().next().unwrap().rsplit(' ').next().unwrap();
    machine.run(&["audit", "verify", "--expect", head]).worked();
    let other = head.chars().rev().collect::<String>();
    for wrong in ["nonsense", "", &other] {
        machine.run(&["audit", "verify", "--expect", wrong]).failed(&[]);
    }
    machine.sql("UPDATE audit_events SET at = at + 1").await;
    machine.run(&["audit", "verify"]).failed(&["not intact", "event 1"]);
}

/// The file in the data folder whose name begins so.
#[track_caller]
fn beside(machine: &Machine, name: &str) -> PathBuf {
    let mut found = machine.files().into_iter().map(|(path, _)| path);
    found.find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(name)).expect(name)
}

#[test]
fn t23_a_command_that_commits_notes_the_head_of_the_log_at_its_end() {
    let noted = |machine: &Machine| {
        let out = machine.run(&["doctor"]).out;
        out.lines().find(|line| line.contains("audit head:")).unwrap_or(&out).to_owned()
    };
    let machine = Machine::new();
    machine.seed();
    assert!(noted(&machine).contains("event 1 is noted in"), "{}", noted(&machine));
    // Grace has recovery codes in it.
    let machine = left_by("0.4.0");
    machine.run(&["migrate"]).worked();
    assert!(noted(&machine).contains("none is noted"), "{}", noted(&machine));
    machine.run(&["factors", "void", "grace", "nobody"]).failed(&["1 users"]);
    assert!(noted(&machine).contains("event 12 is noted in"), "{}", noted(&machine));
}

/// A machine on which that version ran on SQLite.
fn left_by(version: &str) -> Machine {
    let machine = Machine::new();
    std::fs::create_dir(machine.data()).unwrap();
    machine.put_key(&"07".repeat(32));
    std::fs::copy(fixture(version, "sqlite.db"), machine.database()).unwrap();
    machine
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_into_another_database_is_given_the_list_of_erasures_and_tells_what_it_cannot_do_with_it() {
    let today = Machine::new();
    today.seed();
    // In a backup of 0.2.0 nothing but the passwords says who can sign in.
    for machine in [today, left_by("0.2.0")] {
        let named = |names: &str| format!("(SELECT id FROM users WHERE username_key IN ({names}))");
        machine.sql(&format!("DELETE FROM memberships WHERE user_id IN {}", named("'grace'"))).await;
        machine.run(&["backup", "whole"]).worked();
        // Their time in the bin is over.
        machine.sql(&format!("UPDATE users SET deleted_at = 1 WHERE id IN {}", named("'ana', 'ingrid'"))).await;
        let served = Served::start(&machine, &[]).await;
        let started = Instant::now();
        let left = format!("SELECT count(*) FROM {}", named("'ana', 'ingrid'"));
        while machine.sql(&left).await[0].try_get_by_index::<i64>(0).unwrap() > 0 {
            assert!(started.elapsed() < PATIENCE);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        served.stop().worked();
        let list = beside(&machine, "erasures-");
        let text = std::fs::read_to_string(&list).unwrap();
        assert_eq!(text.lines().count(), 2);
        std::fs::write(&list, text + "0123\n").unwrap();

        let restore = |into: &str, more: &[&str]| {
            let database = format!("sqlite:{into}.db");
            machine.run(&[&["restore", "whole", "--database-url", &database][..], more].concat())
        };
        let without = restore("without", &[]).worked();
        for told in ["There is no list of erasures", "--erasures"] {
            assert!(without.out.contains(told), "{told}: {}", without.out);
        }
        restore("nowhere", &["--erasures", "nowhere"]).failed(&["nowhere is no list of erasures"]);
        let with = restore("with", &["--erasures", list.to_str().unwrap()]).worked();
        for told in
            ["were erased again: 1", "ana had been erased", "NOT erased again", "somebody else an administrator"]
        {
            assert!(with.out.contains(told), "{told}: {}", with.out);
        }
        assert!(with.err.contains("is damaged") && with.err.contains("[3]"), "{}", with.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t23_a_log_that_is_cut_back_is_told_at_the_start_and_by_command_until_the_operator_accepts_it() {
    let machine = Machine::new();
    machine.seed();
    machine.sql("CREATE TABLE kept AS SELECT * FROM audit_head").await;
    let served = Served::start(&machine, &[]).await;
    served.client().sign_in("ana", PASSWORD).await.leads_to("/");
    served.stop().worked();
    let out = machine.run(&["audit", "verify"]).worked().out;
    assert!(out.starts_with("The audit log is intact: 2 events") && !out.contains("no head is noted"), "{out}");
    assert!(machine.run(&["doctor"]).worked().out.contains("ok    audit head: event 2 is noted in"));

    // To the head that the first backup shows.
    machine.sql("DELETE FROM audit_events WHERE seq > 1").await;
    machine.sql("DELETE FROM audit_subjects WHERE seq > 1").await;
    machine.sql("UPDATE audit_head SET seq = 1, mac = (SELECT mac FROM kept)").await;
    let words = ["event 2", "cut back", "keydesk audit accept-head"];
    machine.run(&["audit", "verify"]).failed(&words);
    let done = machine.run(&["doctor"]).failed(&["1 checks failed"]);
    assert!(words.iter().all(|word| done.out.contains(word)), "{}", done.out);
    let err = Served::start(&machine, &[]).await.stop().worked().err;
    assert!(err.contains("ERROR") && words.iter().all(|word| err.contains(word)), "{err}");
    machine.run(&["audit", "verify"]).failed(&words);
    assert!(machine.run(&["audit", "accept-head"]).worked().out.contains("Accepted"));
    machine.run(&["audit", "verify"]).worked();
    assert!(machine.run(&["audit", "accept-head"]).worked().out.contains("nothing to accept"));
    let err = Served::start(&machine, &[]).await.stop().worked().err;
    assert!(!err.contains("cut back"), "{err}");
}

#[test]
fn t29_a_backup_of_an_older_version_is_restored_and_brought_up_to_date() {
    let machine = Machine::new();
    std::fs::create_dir(machine.data()).unwrap();
    std::fs::copy(fixture("0.2.0", "sqlite.db"), machine.database()).unwrap();
    std::fs::write(machine.key(), "07".repeat(32)).unwrap();
    // Before the upgrade: the database stays what it is.
    machine.run(&["backup", "before"]).worked();
    machine.run(&["audit", "verify"]).failed(&["older than this Keydesk", "keydesk migrate"]);
    let there = Machine::new();
    std::fs::create_dir(there.data()).unwrap();
    std::fs::copy(machine.key(), there.key()).unwrap();
    let backup = machine.folder.path().join("before").display().to_string();
    let done = there.run(&["restore", &backup]).worked();
    for told in ["8 users", "The backup was older than this Keydesk by", "The audit log is intact"] {
        assert!(done.out.contains(told), "{told}: {}", done.out);
    }
    // What was restored is found by the rules of now once the search was built anew.
    let done = there.run(&["migrate"]).worked().out;
    assert_eq!(done, "The database is up to date.\nThe search was built anew for 8 people.\n");
    assert_eq!(there.run(&["migrate"]).worked().out, "The database is up to date.\n");
    // An empty database that is past the backup's step cannot go back.
    let past = Machine::new();
    past.run(&["migrate"]).worked();
    std::fs::copy(machine.key(), past.key()).unwrap();
    past.run(&["restore", &backup]).failed(&["older than this database", "new database"]);
}

#[test]
fn doctor_shows_every_setting_and_no_password() {
    let machine = Machine::new();
    let done = machine.run(&["doctor", "--name", "Northwind", "--trusted-proxies", "10.0.0.0/8"]).worked();
    for setting in &server::config::SETTINGS {
        assert!(done.out.contains(&format!("  {} ", setting.key)), "{} is missing: {}", setting.key, done.out);
    }
    machine.seed();
    let used = machine.run(&["doctor", "--name", "Northwind", "--trusted-proxies", "10.0.0.0/8"]).worked();
    for told in ["Northwind", "10.0.0.0/8", "ok    database", "ok    clock", "ok    first run: done"] {
        assert!(used.out.contains(told), "{told}: {}", used.out);
    }
}

#[tokio::test]
async fn doctor_counts_passwords_that_nothing_can_match() {
    let machine = Machine::new();
    machine.seed();
    assert!(machine.run(&["doctor"]).worked().out.contains("ok    passwords: every one can be verified"));
    machine
        .sql(
            "UPDATE passwords SET hash = '$1$pJQBOpmW$kO7dvPJjhoe4Lr7x3lPax.' \
              WHERE user_id IN (SELECT id FROM users WHERE username_key IN ('ingrid', 'priya'))",
        )
        .await;
    let done = machine.run(&["doctor"]);
    for told in ["FAIL  passwords: 2 people have a password that Keydesk cannot verify", "MD5-crypt ($1$): 2"] {
        assert!(done.out.contains(told), "{told}: {}", done.out);
    }
    assert!(!done.out.contains("pJQBOpmW"), "{}", done.out);
    done.failed(&["1 checks failed"]);
}

#[test]
fn help_names_every_flag_and_variable() {
    let help = Machine::new().run(&["serve", "--help"]).worked().out;
    for setting in &server::config::SETTINGS {
        assert!(help.contains(setting.variable), "{} is missing", setting.variable);
    }
    assert_eq!(Machine::new().run(&[]).code, Some(2));
    assert!(Machine::new().run(&["--version"]).worked().out.starts_with("keydesk 0."));
}

#[tokio::test(flavor = "multi_thread")]
async fn being_told_to_stop_finishes_what_is_under_way_and_writes_down_who_was_there() {
    let machine = Machine::new();
    machine.seed();
    let served = Served::start(&machine, &[]).await;
    let ana = served.client();
    ana.sign_in("ana", PASSWORD).await.leads_to("/");
    // Before what follows, which a job may write down as well.
    let before: i64 = machine.sql("SELECT min(last_seen_at) FROM sessions").await[0].try_get_by_index(0).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    ana.get("/account").await.expect(200);
    let under_way = async {
        let ana = served.client();
        ana.sign_in("ana", PASSWORD).await
    };
    under_way.await.leads_to("/");
    let done = served.stop().worked();
    assert!(done.err.contains("told to stop") && done.err.contains("stopped"), "{}", done.err);
    let after: i64 = machine.sql("SELECT min(last_seen_at) FROM sessions").await[0].try_get_by_index(0).unwrap();
    assert!(after >= before + 50, "{before} {after}");
    assert!(!done.err.contains(PASSWORD) && !done.err.contains("northwind.example"), "{}", done.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn t5_the_printed_link_works_and_is_printed_only_while_it_is_needed() {
    let machine = Machine::new();
    let served = Served::start(&machine, &[]).await;
    served.client().get("/health").await.expect(200);
    let port = served.address.port();
    let out = served.stop().worked().out;
    let code = out.split("/first-run?code=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert!(out.contains(&format!("http://localhost:{port}/first-run?code={code}")) && code.len() == 26, "{out}");
    // The code outlives a restart.
    let served = Served::start(&machine, &[]).await;
    let client = served.client();
    client.get(&format!("/first-run?code={code}")).await.leads_to("/first-run");
    let form = Request::form("/first-run", &[("username", "ana"), ("display_name", "Ana"), ("password", PASSWORD)]);
    client.send(form).await.leads_to("/");
    served.stop().worked();
    let served = Served::start(&machine, &[]).await;
    served.client().get("/first-run").await.leads_to("/sign-in");
    let out = served.stop().worked().out;
    assert!(!out.contains("first-run"), "{out}");
    let bytes: Vec<u8> = machine.files().into_iter().flat_map(|(_, content)| content).collect();
    assert!(!bytes.windows(26).any(|window| window == code.as_bytes()), "the code is stored as it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_start_at_once_on_an_empty_postgres_both_come_up() {
    if left_out(module_path!()) {
        return;
    }
    let database = create_database().await;
    let url = url_of(&database);
    let machine = Machine::new();
    std::fs::create_dir(machine.data()).unwrap();
    machine.put_key(&"ab".repeat(32));
    let arguments = ["--database-url", url.as_str()];
    let (one, two) = tokio::join!(Served::start(&machine, &arguments), Served::start(&machine, &arguments));
    for served in [&one, &two] {
        let started = Instant::now();
        while served.client().get("/health").await.status != 200 {
            assert!(started.elapsed() < PATIENCE);
        }
    }
    one.stop().worked();
    two.stop().worked();
    machine.run(&["audit", "verify", "--database-url", &url]).worked();
    drop_database(&database).await;
}

#[test]
fn more_connections_than_files_may_be_open_are_refused_with_what_would_help() {
    let machine = Machine::new();
    let limited = |arguments: &str| {
        let mut command = machine.command(&[]);
        let script = format!("ulimit -n 300 && exec {} {arguments}", env!("CARGO_BIN_EXE_keydesk"));
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]).current_dir(machine.folder.path()).stdin(std::process::Stdio::null());
        shell.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        for (name, value) in command.envs(std::iter::empty::<(&str, &str)>()).get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        crate::machine::finish(shell.spawn().unwrap())
    };
    let words = ["KEYDESK_CONNECTIONS", "500", "only 300 files", "at most 172", "ulimit -n 628"];
    limited("serve --listen 127.0.0.1:0 --connections 500").failed(&words);
    let doctor = limited("doctor --connections 500");
    assert_eq!(doctor.code, Some(1));
    for word in words {
        assert!(doctor.out.contains(word), "{word}: {}", doctor.out);
    }
    // Without a setting there are as many as fit.
    assert!(limited("doctor").worked().out.contains("ok    connections: 172 at once"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_on_this_machine_that_is_not_listed_is_named_by_doctor_and_in_the_log() {
    let machine = Machine::new();
    let public = ["--origin", "https://keydesk.example.org", "--trusted-proxies", "10.0.0.0/8"];
    let doctor = machine.run(&[&["doctor"], &public[..]].concat());
    assert_eq!(doctor.code, Some(1));
    assert!(
        doctor.out.contains("FAIL  proxies") && doctor.out.contains("KEYDESK_TRUSTED_PROXIES=127.0.0.1"),
        "{}",
        doctor.out
    );
    let served = Served::start(&machine, &public).await;
    served.client().get("/health").await.expect(200);
    let told = served.stop().worked().err;
    assert_eq!(told.matches("set KEYDESK_TRUSTED_PROXIES=127.0.0.1").count(), 1, "{told}");
    let listed = ["--origin", "https://keydesk.example.org", "--trusted-proxies", "127.0.0.1"];
    machine.run(&[&["doctor"], &listed[..]].concat()).worked();
    let served = Served::start(&machine, &listed).await;
    served.client().get("/health").await.expect(200);
    let told = served.stop().worked().err;
    assert!(!told.contains("KEYDESK_TRUSTED_PROXIES"), "{told}");
}
