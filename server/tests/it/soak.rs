//! T26: killed at any moment, over and over, while people work: nothing that was
//! acknowledged is lost, nothing is half-done, and the audit log verifies.
#![cfg(unix)]

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use sea_orm_migration::sea_orm::{ConnectionTrait, Database as SeaOrm, Statement};

use crate::{
    machine::{Machine, Served},
    support::{Client, PASSWORD, Request, create_database, drop_database, left_out, new_user, url_of},
};

/// How many rounds there are: few in `make test`, many in `make soak`.
const ROUNDS: &str = "KEYDESK_SOAK_ROUNDS";
const WRITERS: usize = 3;

fn rounds() -> u64 {
    std::env::var(ROUNDS).map_or(5, |rounds| rounds.parse().expect("KEYDESK_SOAK_ROUNDS is a number"))
}

/// What the server has said yes to.
#[derive(Clone, Default)]
struct Acknowledged {
    names: Arc<Mutex<BTreeSet<String>>>,
    count: watch::Sender<usize>,
}

impl Acknowledged {
    fn all(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, name: String) {
        self.all().insert(name);
        self.count.send_modify(|count| *count += 1);
    }

    fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// Waits until there are so many, however long that takes.
    async fn reach(&self, many: usize) {
        self.count.subscribe().wait_for(|count| *count >= many).await.unwrap();
    }
}

/// A machine and the database that it works on.
struct Place {
    machine: Machine,
    url: String,
    acknowledged: Acknowledged,
}

impl Place {
    fn new(url: Option<String>) -> Self {
        let machine = Machine::new();
        let url = url.unwrap_or_else(|| format!("sqlite:{}", machine.database().display()));
        let place = Self { machine, url, acknowledged: Acknowledged::default() };
        place.run(&["seed", "--cast", "--password", PASSWORD]);
        place
    }

    /// What a command prints that works.
    fn run(&self, arguments: &[&str]) -> String {
        self.machine.run(&[arguments, &["--database-url", &self.url]].concat()).worked().out
    }

    async fn serve(&self) -> Served {
        Served::start(&self.machine, &["--database-url", &self.url]).await
    }

    async fn usernames(&self, url: &str, sql: &str) -> BTreeSet<String> {
        let db = SeaOrm::connect(url).await.unwrap();
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        db.close().await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// Looks at what a killed process has left, before anybody tidies up.
    async fn look(&self, url: &str, acknowledged: &BTreeSet<String>) {
        let there = self.usernames(url, "SELECT username FROM users").await;
        let lost: Vec<_> = acknowledged.difference(&there).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let whole = "SELECT username FROM users u JOIN passwords p ON p.user_id = u.id \
                     JOIN user_stats s ON s.user_id = u.id JOIN audit_subjects a ON a.user_id = u.id \
                     JOIN audit_events e ON e.seq = a.seq AND e.kind = 'user_created'";
        let created: BTreeSet<_> = there.into_iter().filter(|name| name.starts_with("soak.")).collect();
        assert_eq!(self.usernames(url, whole).await, created, "a user is half there");
        let out = self.machine.run(&["audit", "verify", "--database-url", url]).worked().out;
        // Compared with the head that the killed process has noted last, which may lag and never leads.
        assert!(out.starts_with("The audit log is intact") && !out.contains("no head is noted"), "{out}");
    }
}

/// Creates one user after the other until nobody answers any more.
async fn work(client: Arc<Client>, acknowledged: Acknowledged, writer: String) {
    for number in 0.. {
        let username = format!("soak.{writer}.{number}");
        match client.try_send(Request::call("users/create", &new_user(&username))).await {
            Some(answer) if answer.status == 200 => {
                acknowledged.note(username);
            }
            // Busy: the password hashes queue up. Anything else would be a finding.
            Some(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
            None => break,
        }
    }
}

/// Works for a while, is killed, and is looked at. Says how many writes were acknowledged.
async fn round(place: &Place, number: u64) -> usize {
    let served = place.serve().await;
    let ana = Arc::new(served.client());
    ana.sign_in("ana", PASSWORD).await.leads_to("/");
    let before = place.acknowledged.count();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let name = format!("{number}.{writer}");
            tokio::spawn(work(ana.clone(), place.acknowledged.clone(), name))
        })
        .collect();
    // From the first moments of the first write to well under way, at no moment in particular.
    let chance = u64::from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_micros());
    place.acknowledged.reach(before + (number % 4) as usize).await;
    tokio::time::sleep(Duration::from_micros(chance * 7_919 % 200_000)).await;
    served.kill();
    for writer in writers {
        writer.await.unwrap();
    }
    let acknowledged = place.acknowledged.all().clone();
    place.look(&place.url, &acknowledged).await;
    // The session was acknowledged, too.
    let served = place.serve().await;
    let again = Client::new(served.address, format!("localhost:{}", served.address.port()));
    again.set_cookie("keydesk", &ana.cookie("keydesk").unwrap());
    again.get("/account").await.expect(200);
    served.kill();
    acknowledged.len() - before
}

/// A backup that is taken while people work holds all that was acknowledged before it began.
async fn backup_under_load(place: &Place, into: &str) {
    let served = place.serve().await;
    let ana = Arc::new(served.client());
    ana.sign_in("ana", PASSWORD).await.leads_to("/");
    let writer = tokio::spawn(work(ana, place.acknowledged.clone(), "backup".into()));
    place.acknowledged.reach(place.acknowledged.count() + 1).await;
    let before = place.acknowledged.all().clone();
    let file = place.machine.folder.path().join("under-load.backup").display().to_string();
    let command = place.machine.command(&["backup", &file, "--database-url", &place.url]).spawn().unwrap();
    let done = tokio::task::spawn_blocking(|| crate::machine::finish(command)).await.unwrap().worked();
    assert!(done.out.contains("Backed up to"), "{}", done.out);
    served.kill();
    writer.await.unwrap();
    let done = place.machine.run(&["restore", &file, "--database-url", into]).worked();
    assert!(done.out.contains("The audit log is intact"), "{}", done.out);
    place.look(into, &before).await;
}

async fn soak(place: Place, into: String) {
    let mut written = 0;
    for number in 0..rounds() {
        written += round(&place, number).await;
    }
    assert!(written > 0, "nothing was ever acknowledged");
    backup_under_load(&place, &into).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t26_killed_over_and_over_sqlite_loses_nothing_that_was_acknowledged() {
    let place = Place::new(None);
    let into = format!("sqlite:{}", place.machine.folder.path().join("restored.db").display());
    soak(place, into).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t26_killed_over_and_over_on_postgres_nothing_that_was_acknowledged_is_lost() {
    if left_out(module_path!()) {
        return;
    }
    let (from, into) = (create_database().await, create_database().await);
    soak(Place::new(Some(url_of(&from))), url_of(&into)).await;
    drop_database(&from).await;
    drop_database(&into).await;
}
