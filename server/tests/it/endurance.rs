//! A process that runs for long: with nothing to do it costs next to nothing, and whatever it does
//! it does not grow. Seconds in `make test`, half an hour each in `make soak`.
#![cfg(target_os = "linux")]

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::time::{Instant, sleep, sleep_until};

use crate::{
    machine::{Machine, Served},
    support::{Client, PASSWORD, Request, create_database, drop_database, left_out, new_user, url_of},
};

/// How many minutes each lasts, as a number that may have a fraction.
const MINUTES: &str = "KEYDESK_SOAK_MINUTES";
/// How often a process is looked at.
const LOOKS: u32 = 30;
/// What a process may spend apart from the time: jobs begin.
const START: Duration = Duration::from_millis(500);
/// So much processor time no start needs: a process that has spent it burns, and is judged.
const BURNS: Duration = Duration::from_secs(10);
/// What it may grow by, in KiB: caches fill up.
const GROWTH: u64 = 8 * 1_024;
/// Growth shows only after a while.
const LONG: Duration = Duration::from_secs(300);

fn span() -> Duration {
    let minutes = std::env::var(MINUTES).map_or(0.04, |minutes| minutes.parse().expect("minutes are a number"));
    Duration::from_secs_f64(minutes * 60.0)
}

/// What a process has used.
#[derive(Clone, Copy, Debug)]
struct Look {
    processor: Duration,
    /// Memory of its own, in KiB.
    anonymous: u64,
}

impl Look {
    fn at(pid: u32) -> Self {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let fields: Vec<_> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        // A hundred ticks a second on every Linux there is.
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let anonymous = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        let anonymous = anonymous.trim().trim_end_matches(" kB").parse().unwrap();
        Self { processor: Duration::from_millis(ticks * 10), anonymous }
    }
}

/// What is wrong with a process that was looked at over this time.
fn judge(quiet: bool, span: Duration, looks: &[Look]) -> Result<(), String> {
    let (Some(first), Some(last)) = (looks.first(), looks.last()) else { return Err("nobody looked".into()) };
    let spent = last.processor - first.processor;
    if quiet && spent > span / 100 + START {
        return Err(format!("it had nothing to do and spent {spent:?} of processor time in {span:?}"));
    }
    // By then everything has been in use.
    let settled = &looks[looks.len() / 3];
    let most = settled.anonymous + GROWTH.max(settled.anonymous / 10);
    if (quiet || span >= LONG) && last.anonymous > most {
        return Err(format!("it grew from {} to {} KiB in {span:?}", settled.anonymous, last.anonymous));
    }
    Ok(())
}

fn looks(of: impl Iterator<Item = (u64, u64)>) -> Vec<Look> {
    of.map(|(millis, anonymous)| Look { processor: Duration::from_millis(millis), anonymous }).collect()
}

#[test]
fn a_process_that_burns_with_nothing_to_do_is_named() {
    let half_an_hour = Duration::from_secs(1_800);
    let quiet = |each: u64| judge(true, half_an_hour, &looks((0..=30).map(|look| (look * each, 40_000))));
    assert_eq!(quiet(400), Ok(()));
    // One of two cores, from the last minutes on.
    let spins = looks((0..=30).map(|look| (if look < 28 { 0 } else { (look - 27) * 60_000 }, 40_000)));
    assert!(judge(true, half_an_hour, &spins).unwrap_err().contains("nothing to do"));
    assert!(quiet(1_000).is_err());
    assert_eq!(judge(false, half_an_hour, &spins), Ok(()), "somebody who works may");
}

#[test]
fn a_process_that_grows_is_named() {
    let half_an_hour = Duration::from_secs(1_800);
    for quiet in [true, false] {
        let grows = looks((0..=30).map(|look| (0, 40_000 + look * 1_000)));
        assert!(judge(quiet, half_an_hour, &grows).unwrap_err().contains("it grew from 50000 to 70000 KiB"));
        let settles = looks((0..=30).map(|look| (0, 40_000 + look.min(10) * 1_000)));
        assert_eq!(judge(quiet, half_an_hour, &settles), Ok(()));
    }
}

/// Waits until what it does once, at the start, is done, however long that takes: it answers, and has
/// nothing left to do.
async fn has_started(served: &Served) {
    served.client().get("/health").await.expect(200);
    let (first, mut before) = (Look::at(served.id()), None);
    loop {
        let spent = Look::at(served.id()).processor - first.processor;
        if before == Some(spent) || spent > BURNS {
            return;
        }
        before = Some(spent);
        sleep(Duration::from_millis(100)).await;
    }
}

/// Looks at the process until the time is over.
async fn watch(served: &Served, quiet: bool) {
    let span = span();
    let (start, mut looks) = (Instant::now(), vec![Look::at(served.id())]);
    for look in 1..=LOOKS {
        sleep_until(start + span * look / LOOKS).await;
        looks.push(Look::at(served.id()));
    }
    let (first, last) = (looks[0], looks[looks.len() - 1]);
    let what = if quiet { "quiet" } else { "busy" };
    eprintln!(
        "{what} for {span:?}: {:?} of processor time, from {} to {} KiB",
        last.processor - first.processor,
        first.anonymous,
        last.anonymous
    );
    judge(quiet, span, &looks).unwrap();
}

/// One of those who work: lists, pages, searches, a new user now and then.
async fn work(ana: Arc<Client>, name: &'static str) {
    for round in 0_u64.. {
        let mut listing = json!({ "listing": domain::users::UserListing::default(), "fields": [] });
        listing["listing"]["search"] = json!(["", "a", "an", "ana"][(round % 4) as usize]);
        for request in [
            Request::get("/users"),
            Request::call("users/list", &listing),
            Request::get("/account"),
            Request::get("/audit"),
            Request::call("account/time_left", &json!({})),
        ] {
            let answer = ana.send(request).await;
            assert!([200, 503].contains(&answer.status), "{} {}", answer.status, answer.text());
        }
        if round % 50 == 0 {
            ana.call("users/create", new_user(&format!("busy.{name}.{round}"))).await;
        }
    }
}

async fn run(url: Option<String>, quiet: bool) {
    let machine = Machine::new();
    let url = url.unwrap_or_else(|| format!("sqlite:{}", machine.database().display()));
    let arguments = ["--database-url", url.as_str(), "--sessions-idle-minutes", "600"];
    machine.run(&[&["seed", "--cast", "--password", PASSWORD][..], &arguments[..2]].concat()).worked();
    let served = Served::start(&machine, &arguments).await;
    if quiet {
        has_started(&served).await;
        watch(&served, true).await;
    } else {
        let ana = Arc::new(served.client());
        ana.sign_in("ana", PASSWORD).await.leads_to("/");
        let workers = ["one", "two"].map(|name| tokio::spawn(work(ana.clone(), name)));
        watch(&served, false).await;
        for worker in workers {
            worker.abort();
            assert!(worker.await.is_err_and(|error| error.is_cancelled()), "somebody was refused");
        }
    }
    served.stop().worked();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_process_rests_on_sqlite() {
    run(None, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_process_does_not_grow_on_sqlite() {
    run(None, false).await;
}

async fn on_postgres(quiet: bool) {
    if left_out(module_path!()) {
        return;
    }
    let database = create_database().await;
    run(Some(url_of(&database)), quiet).await;
    drop_database(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_process_rests_on_postgres() {
    on_postgres(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_process_does_not_grow_on_postgres() {
    on_postgres(false).await;
}
