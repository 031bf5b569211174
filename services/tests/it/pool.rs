//! Pools of connections that nobody looks after: sqlx's maintenance of them can count down
//! from 2^64 (transact-rs/sqlx #3645, mended after 0.9.0 by #4289).

use std::{
    pin::Pin,
    process::Command,
    sync::{Arc, Mutex, mpsc},
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

use sea_orm::{
    ConnectOptions, Database as SeaOrm, DatabaseConnection,
    sqlx::{Error, Sqlite, pool::PoolConnection},
};
use services::database::{Database, Location};
use tokio::runtime::{Builder, Runtime};

use crate::support::*;

on_both! {
    async fn no_pool_is_maintained(desk: Desk) {
        // A macro, since the pools of the two databases are of two types.
        macro_rules! is_left_alone {
            ($pool:expr) => {
                let options = $pool.options();
                assert_eq!(options.get_idle_timeout(), None);
                assert_eq!(options.get_max_lifetime(), None);
                assert_eq!(options.get_min_connections(), 0);
            };
        }
        for database in [desk.database.reader(), desk.database.writer()] {
            match desk.backend {
                Backend::Sqlite => { is_left_alone!(database.get_sqlite_connection_pool()); }
                Backend::Postgres => {
                    let pool = database.get_postgres_connection_pool();
                    is_left_alone!(pool);
                    assert!(pool.options().get_test_before_acquire(), "a dead connection is found by its use");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_connections_to_a_file_are_all_opened_at_the_start() {
    let desk = Desk::open(Backend::Sqlite).await;
    for database in [desk.database.reader(), desk.database.writer()] {
        let pool = database.get_sqlite_connection_pool();
        assert_eq!(pool.size(), pool.options().get_max_connections());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_connection_that_died_is_replaced_before_it_is_used() {
    if left_out(module_path!()) {
        return;
    }
    let desk = Desk::open(Backend::Postgres).await;
    desk.cast().await;
    let end_all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE datname = current_database() AND application_name = 'keydesk' AND pid <> pg_backend_pid()";
    for _ in 0..3 {
        let ended: i64 = desk.value(end_all, []).await;
        assert!(ended > 0, "there was no connection to end");
        desk.person("ana").await;
    }
    let name = desk.database_name();
    drop(desk);
    drop_database(&name).await;
}

/// Says to the child process which way its pool is opened.
const WAY: &str = "KEYDESK_TEST_POOL";

/// How long a runtime may take to begin a task before it counts as lost. Where nothing spins, a
/// slower machine is given more.
const SILENCE: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(60);

type Waiting = Pin<Box<dyn Future<Output = Result<PoolConnection<Sqlite>, Error>> + Send>>;

/// Takes a connection in the very instant in which it is given back: sqlx wakes whoever waits for
/// one before it counts that one as idle.
struct InThatInstant {
    waiting: Mutex<Option<Waiting>>,
    taken: mpsc::Sender<PoolConnection<Sqlite>>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl Wake for InThatInstant {
    fn wake(self: Arc<Self>) {
        let Some(mut waiting) = self.waiting.lock().unwrap().take() else { return };
        let Poll::Ready(connection) = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("the connection was not given back yet")
        };
        self.taken.send(connection.unwrap()).unwrap();
        // The count stays wrong for as long as this takes.
        let _ = self.go_on.lock().unwrap().recv();
    }
}

async fn open(way: &str, path: &std::path::Path) -> DatabaseConnection {
    if way == "ours" {
        return Database::open(&Location::Sqlite(path.into())).await.unwrap().writer().clone();
    }
    let mut options = ConnectOptions::new(format!("sqlite:{}?mode=rwc", path.display()));
    options.max_connections(1).test_before_acquire(false).idle_timeout(Duration::from_millis(1));
    SeaOrm::connect(options).await.unwrap()
}

/// Whether the runtime begins a task within this time.
fn answers(runtime: &Runtime, within: Duration) -> bool {
    let (done, waiting) = mpsc::channel();
    runtime.spawn(async move { done.send(()) });
    waiting.recv_timeout(within).is_ok()
}

/// The processor time of this process so far, in ticks.
fn ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// Ends the child process: the thread that spins would be waited for by the runtime.
fn say(outcome: &str) -> ! {
    eprintln!("the pool {outcome}");
    std::process::exit(0)
}

/// In a process of its own, which may be left spinning: says `spins` where a thread was lost to the
/// pool, `rests` where none was.
fn child(way: &str) -> ! {
    let folder = tempfile::tempdir().unwrap();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let database = runtime.block_on(open(way, &folder.path().join("pool.db")));
    let pool = database.get_sqlite_connection_pool().clone();
    let held = runtime.block_on(pool.acquire()).unwrap();
    let (taken, takes) = mpsc::channel();
    let (go_on, waits) = mpsc::channel();
    let mut waiting: Waiting = Box::pin({
        let pool = pool.clone();
        async move { pool.acquire().await }
    });
    let instant = Arc::new(InThatInstant { waiting: Mutex::default(), taken, go_on: Mutex::new(waits) });
    {
        let _inside = runtime.enter();
        let waker = Waker::from(instant.clone());
        assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        *instant.waiting.lock().unwrap() = Some(waiting);
        drop(held);
    }
    let connection = takes.recv().unwrap();
    assert_eq!(pool.num_idle(), usize::MAX, "sqlx counts right: this module and what it is about can go");
    let started = Instant::now();
    let within = if way == "ours" { PATIENCE } else { SILENCE };
    // Each round is a moment for the maintenance to begin in, where there is one.
    let mut lost = false;
    for round in 0.. {
        lost = !answers(&runtime, within);
        if lost || (way == "ours" && round == 200) || started.elapsed() > PATIENCE {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    go_on.send(()).unwrap();
    if !lost {
        let inside = runtime.enter();
        drop((connection, database));
        drop(inside);
        drop(runtime);
        say("rests");
    }
    // Nothing is left to do, and time is still spent.
    let before = ticks();
    while ticks() < before + 30 {
        if started.elapsed() > PATIENCE {
            say("is slow, and no more");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    say("spins")
}

/// What a child process that opens its pool this way says.
fn outcome(way: &str) -> String {
    let test = "pool::a_pool_with_a_time_out_spins_for_ever_and_ours_does_not";
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(["--exact", test, "--nocapture"]).env(WAY, way).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let out = String::from_utf8(output.stderr).unwrap();
    out.lines().find_map(|line| line.split_once("the pool ")).map(|(_, said)| said.to_owned()).expect(&out)
}

#[test]
fn a_pool_with_a_time_out_spins_for_ever_and_ours_does_not() {
    if let Ok(way) = std::env::var(WAY) {
        child(&way);
    }
    assert_eq!(outcome("with a time-out"), "spins");
    assert_eq!(outcome("ours"), "rests");
}
