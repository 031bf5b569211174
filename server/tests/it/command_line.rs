//! The real binary, as an operator meets it: each failure is one sentence that names the
//! setting and what to do, and leaves nothing behind.
#![cfg(unix)]

use std::{
    io::Read as _,
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sea_orm_migration::sea_orm::{ConnectionTrait, Database as SeaOrm, Statement};
use tempfile::TempDir;

use crate::support::{Client, PASSWORD, Request, create_database, drop_database, left_out, url_of};

/// How long a command may take before the test gives up on it.
const PATIENCE: Duration = Duration::from_secs(60);

struct Machine {
    folder: TempDir,
}

struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Done {
    #[track_caller]
    fn worked(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self
    }

    /// One sentence, which holds all of these words.
    #[track_caller]
    fn failed(self, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        let last = self.err.lines().last().unwrap_or_default();
        assert!(last.starts_with("keydesk: "), "{}", self.err);
        for word in words {
            assert!(last.contains(word), "“{word}” is missing: {last}");
        }
        for word in ["panicked", "RUST_BACKTRACE", "Os {", "Error(", "Some("] {
            assert!(!self.err.contains(word), "{}", self.err);
        }
        self
    }
}

impl Machine {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn database(&self) -> PathBuf {
        self.data().join("keydesk.db")
    }

    fn key(&self) -> PathBuf {
        self.data().join("master.key")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keydesk"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KEYDESK_")) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .env("KEYDESK_DATA_DIR", self.data())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Done {
        finish(self.command(arguments).spawn().unwrap())
    }

    fn seed(&self) {
        self.run(&["seed", "--cast", "--password", PASSWORD]).worked();
    }

    /// Every file there is, with its content.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        fn walk(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found);
                } else {
                    let content = std::fs::read(&path).unwrap();
                    found.push((path, content));
                }
            }
        }
        let mut found = vec![];
        walk(self.folder.path(), &mut found);
        found.sort_unstable();
        found
    }

    /// What the database and the key hold, whatever the files look like.
    async fn content(&self) -> (Vec<u8>, Vec<u8>) {
        let copy = self.folder.path().join("copy");
        self.sql(&format!("VACUUM INTO '{}'", copy.display())).await;
        let content = std::fs::read(&copy).unwrap();
        std::fs::remove_file(copy).unwrap();
        (content, std::fs::read(self.key()).unwrap())
    }

    async fn sql(&self, sql: &str) -> Vec<sea_orm_migration::sea_orm::QueryResult> {
        let db = SeaOrm::connect(format!("sqlite:{}", self.database().display())).await.unwrap();
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        db.close().await.unwrap();
        rows
    }
}

fn finish(child: Child) -> Done {
    let pid = child.id().to_string();
    let (done, waiting) = std::sync::mpsc::channel::<()>();
    let guard = std::thread::spawn(move || {
        if waiting.recv_timeout(PATIENCE).is_err_and(|e| e == std::sync::mpsc::RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").args(["-KILL", &pid]).status();
        }
    });
    let output = child.wait_with_output().unwrap();
    drop(done);
    guard.join().unwrap();
    Done {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

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
    let plain = ["doctor", "--origin", "http://example.org", "--insecure-http"];
    let done = machine.run(&plain).failed(&["1 checks failed"]);
    assert!(done.out.contains("FAIL  origin: passwords and cookies travel unencrypted"), "{}", done.out);
    machine.run(&["doctor", "--origin", "https://example.org", "--trusted-proxies", "10.0.0.1"]).worked();
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

#[tokio::test]
async fn the_audit_log_is_verified_by_command() {
    let machine = Machine::new();
    machine.seed();
    let out = machine.run(&["audit", "verify"]).worked().out;
    assert!(out.starts_with("The audit log is intact: 1 events, head "), "{out}");
    let head = out.trim().rsplit(' ').next().unwrap();
    machine.run(&["audit", "verify", "--expect", head]).worked();
    let other = head.chars().rev().collect::<String>();
    for wrong in ["nonsense", "", &other] {
        machine.run(&["audit", "verify", "--expect", wrong]).failed(&[]);
    }
    machine.sql("UPDATE audit_events SET at = at + 1").await;
    machine.run(&["audit", "verify"]).failed(&["not intact", "event 1"]);
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

#[test]
fn help_names_every_flag_and_variable() {
    let help = Machine::new().run(&["serve", "--help"]).worked().out;
    for setting in &server::config::SETTINGS {
        assert!(help.contains(setting.variable), "{} is missing", setting.variable);
    }
    assert_eq!(Machine::new().run(&[]).code, Some(2));
    assert!(Machine::new().run(&["--version"]).worked().out.starts_with("keydesk 0."));
}

/// A served Keydesk that ends with the test.
struct Served {
    child: Option<Child>,
    address: SocketAddr,
}

impl Served {
    async fn start(machine: &Machine, more: &[&str]) -> Self {
        let address: SocketAddr = ([127, 0, 0, 1], free_port()).into();
        let child = machine.command(&[&["serve", "--listen", &address.to_string()], more].concat()).spawn().unwrap();
        let served = Self { child: Some(child), address };
        let started = Instant::now();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            assert!(started.elapsed() < PATIENCE, "it does not start");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        served
    }

    fn client(&self) -> Client {
        Client::new(self.address, format!("localhost:{}", self.address.port()))
    }

    fn stop(mut self) -> Done {
        let child = self.child.take().unwrap();
        let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(stopped.success());
        finish(child)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let mut err = String::new();
            let _ = child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut err));
            let _ = child.wait();
            eprintln!("{err}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn being_told_to_stop_finishes_what_is_under_way_and_writes_down_who_was_there() {
    let machine = Machine::new();
    machine.seed();
    let served = Served::start(&machine, &[]).await;
    let ana = served.client();
    ana.sign_in("ana", PASSWORD).await.leads_to("/");
    tokio::time::sleep(Duration::from_millis(50)).await;
    ana.get("/account").await.expect(200);
    let under_way = async {
        let ana = served.client();
        ana.sign_in("ana", PASSWORD).await
    };
    under_way.await.leads_to("/");
    let before: i64 = machine.sql("SELECT min(last_seen_at) FROM sessions").await[0].try_get_by_index(0).unwrap();
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
    std::fs::write(machine.key(), "ab".repeat(32)).unwrap();
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
