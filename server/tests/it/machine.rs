//! A machine of an operator: the real binary, its folder, and what it says.
#![cfg(unix)]

use std::{
    io::Read as _,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sea_orm_migration::sea_orm::{ConnectionTrait, Database as SeaOrm, Statement};
use tempfile::TempDir;

use crate::support::{Client, PASSWORD, Request};

/// When a test gives up on a command that hangs: far beyond what the slowest machine needs.
pub const PATIENCE: Duration = Duration::from_secs(600);

pub struct Machine {
    pub folder: TempDir,
}

pub struct Done {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Done {
    #[track_caller]
    pub fn worked(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self
    }

    /// One sentence, which holds all of these words.
    #[track_caller]
    pub fn failed(self, words: &[&str]) -> Self {
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
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn database(&self) -> PathBuf {
        self.data().join("keydesk.db")
    }

    pub fn key(&self) -> PathBuf {
        self.data().join("master.key")
    }

    /// A master key of this machine's, for its owner only.
    pub fn put_key(&self, hex: &str) {
        std::fs::write(self.key(), hex).unwrap();
        self.protect_key();
    }

    /// Makes the key file one for its owner only, as a copy may not be.
    pub fn protect_key(&self) {
        std::fs::set_permissions(self.key(), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
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

    pub fn run(&self, arguments: &[&str]) -> Done {
        finish(self.command(arguments).spawn().unwrap())
    }

    pub fn seed(&self) {
        self.run(&["seed", "--cast", "--password", PASSWORD]).worked();
    }

    /// Every file there is, with its content.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
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
    pub async fn content(&self) -> (Vec<u8>, Vec<u8>) {
        let copy = self.folder.path().join("copy");
        self.sql(&format!("VACUUM INTO '{}'", copy.display())).await;
        let content = std::fs::read(&copy).unwrap();
        std::fs::remove_file(copy).unwrap();
        (content, std::fs::read(self.key()).unwrap())
    }

    pub async fn sql(&self, sql: &str) -> Vec<sea_orm_migration::sea_orm::QueryResult> {
        let db = SeaOrm::connect(format!("sqlite:{}", self.database().display())).await.unwrap();
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        db.close().await.unwrap();
        rows
    }
}

pub fn finish(child: Child) -> Done {
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

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A served Keydesk that ends with the test.
pub struct Served {
    child: Option<Child>,
    pub address: SocketAddr,
}

impl Served {
    pub async fn start(machine: &Machine, more: &[&str]) -> Self {
        let address: SocketAddr = ([127, 0, 0, 1], free_port()).into();
        let child = machine.command(&[&["serve", "--listen", &address.to_string()], more].concat()).spawn().unwrap();
        let served = Self { child: Some(child), address };
        let started = Instant::now();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            assert!(started.elapsed() < PATIENCE, "it does not start");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // The port is taken first of all: whoever is answered finds all of it started.
        let _ = served.client().try_send(Request::get("/health")).await;
        served
    }

    pub fn client(&self) -> Client {
        Client::new(self.address, format!("localhost:{}", self.address.port()))
    }

    pub fn id(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// As a power cut does: nothing is finished, nothing is written any more.
    pub fn kill(mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn stop(mut self) -> Done {
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
