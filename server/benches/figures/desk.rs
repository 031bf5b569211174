//! A Keydesk to measure: the release binary with the cast, on a free port.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::load;

pub const NAME: &str = "ana";
pub const PASSWORD: &str = "violet anchor paper thunder";

pub struct Desk {
    child: Child,
    pub port: u16,
    pub start_up: Duration,
    _folder: Option<tempfile::TempDir>,
}

/// What a Keydesk runs on.
pub struct Data {
    folder: PathBuf,
    url: Option<String>,
}

impl Data {
    pub fn at(folder: &Path, url: Option<String>) -> Self {
        Self { folder: folder.to_owned(), url }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

pub fn binary() -> PathBuf {
    std::env::var("KEYDESK_BIN").expect("KEYDESK_BIN is the release binary").into()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Desk {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = Data::at(folder.path(), None);
        let seeded = command(&data, 0).args(["seed", "--cast", "--password", PASSWORD]).status().unwrap();
        assert!(seeded.success(), "the cast could not be seeded");
        crate::sign_ins::without_password(folder.path()).await;
        let mut times = vec![];
        for _ in 0..4 {
            let (mut child, _, time) = serve(&data).await;
            times.push(time);
            child.kill().unwrap();
            let _ = child.wait();
        }
        let (child, port, time) = serve(&data).await;
        times.push(time);
        times.sort_unstable();
        tokio::time::sleep(Duration::from_secs(2)).await;
        Self { child, port, start_up: times[2], _folder: Some(folder) }
    }

    /// One that is there already.
    pub async fn over(data: &Data) -> Self {
        let (child, port, start_up) = serve(data).await;
        // The first round of jobs is not what is measured.
        tokio::time::sleep(Duration::from_secs(5)).await;
        Self { child, port, start_up, _folder: None }
    }

    pub fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// Memory that is this process's own, in megabytes of a million bytes.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
        let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib * 1024.0 / 1e6
    }

    /// Signs in once; the cookie opens the session.
    pub async fn sign_in(&self) -> String {
        let body = format!("username={NAME}&password={}&next=", PASSWORD.replace(' ', "+"));
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        let answer = load::once(self.port, &load::request("POST", "/sign-in", &self.host(), &headers, &body)).await;
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: keydesk="));
        let cookie = cookie.unwrap_or_else(|| panic!("no session cookie in {answer}"));
        format!("keydesk={}", cookie.split(';').next().unwrap())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command(data: &Data, port: u16) -> Command {
    let mut command = Command::new(binary());
    if let Some(url) = &data.url {
        command.env("KEYDESK_DATABASE_URL", url);
    }
    command
        .env("KEYDESK_DATA_DIR", &data.folder)
        .env("KEYDESK_LISTEN", format!("127.0.0.1:{port}"))
        .env("KEYDESK_LOG", "error")
        .env("KEYDESK_TRUSTED_PROXIES", "127.0.0.0/8")
        .stdout(Stdio::null())
        .stderr(Stdio::inherit());
    command
}

async fn serve(data: &Data) -> (Child, u16, Duration) {
    let port = free_port();
    let start = Instant::now();
    let child = command(data, port).arg("serve").spawn().unwrap();
    let health = load::request("GET", "/health", &format!("localhost:{port}"), &[], "");
    while !load::try_once(port, &health).await.is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
        assert!(start.elapsed() < Duration::from_secs(20), "Keydesk does not start");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    (child, port, start.elapsed())
}

/// The bare handler, as a process of its own.
pub struct Bare {
    pub child: Child,
    pub port: u16,
}

pub fn spawn_bare() -> Bare {
    let mut child = Command::new(std::env::current_exe().unwrap()).arg("bare").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Bare { child, port: line.trim().parse().unwrap() }
}
