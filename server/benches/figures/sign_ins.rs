//! Signing in: how long each kind of answer takes, and what a flood costs everybody else.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sea_orm_migration::sea_orm::{ConnectionTrait, Database as SeaOrm};
use tokio::sync::watch;

use crate::{
    TURNS,
    desk::{self, Desk},
    lists::Times,
    load::{Back, Load, request},
    print,
};

/// Sign-ins of each kind.
const EACH: u32 = 400;
/// From one look at a page to the next.
const LOOK: Duration = Duration::from_millis(250);
/// How soon those come back who do not wait as they are told.
const RUDE: Duration = Duration::from_millis(100);
/// Connections that sign in at once.
const FLOOD: usize = 200;

/// Makes one of the cast somebody who has a passkey and no password. The passkey opens nothing.
pub async fn without_password(folder: &Path) {
    let path = format!("sqlite:{}", folder.join("keydesk.db").display());
    let db = SeaOrm::connect(path).await.unwrap();
    for sql in [
        "INSERT INTO passkeys (id, user_id, credential_id, rp_id, passkey, name, aaguid, synced, created_at) \
         SELECT id, id, id, 'localhost', '{}', 'Laptop', id, 0, created_at FROM users WHERE username = 'yutong'",
        "UPDATE users SET factors = 2, has_credential = 1 WHERE username = 'yutong'",
    ] {
        db.execute_unprepared(sql).await.unwrap();
    }
}

fn sign_in(desk: &Desk, name: &str, password: &str, address: &str) -> String {
    let body = format!("username={name}&password={}&next=", password.replace(' ', "+"));
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let headers = [kind, ("sec-fetch-site", "same-origin"), ("x-forwarded-for", address)];
    request("POST", "/sign-in", &desk.host(), &headers, &body)
}

/// The kinds one after the other, again and again, each from an address of its own, so that
/// no brake comes between (T6).
pub async fn distributions(desk: &Desk) {
    let kinds = [
        ("unknown", "nobody", desk::PASSWORD),
        ("wrong", "grace", "wrong anchor paper thunder"),
        ("disabled", "samuel", desk::PASSWORD),
        ("passkey-only", "yutong", desk::PASSWORD),
        ("right", desk::NAME, desk::PASSWORD),
        // After thirty of these, from as many addresses, it waits.
        ("locked out", "priya", "wrong anchor paper thunder"),
    ];
    let mut times = kinds.map(|_| vec![]);
    for round in 0..EACH {
        for (at, (_, name, password)) in kinds.iter().enumerate() {
            let address = format!("10.{at}.{}.{}", round / 250, round % 250 + 1);
            let request = sign_in(desk, name, password, &address);
            let start = Instant::now();
            crate::load::once(desk.port, &request).await;
            times[at].push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    println!("\n{:<72} {:>8} {:>8} {:>8}", format!("sign-ins, {EACH} of each, milliseconds"), "median", "p95", "most");
    for ((kind, _, _), times) in kinds.iter().zip(times) {
        Times::of(times).print(kind, "");
    }
}

/// Two hundred at once, while somebody else looks at a page now and then: first of those who come
/// back when they are told to, then of those who do not wait.
pub async fn floods(desk: &Desk, cores: usize) {
    let cookie = desk.sign_in().await;
    flood(desk, &cookie, cores, Back::AsTold, "come back when they are told to").await;
    flood(desk, &cookie, cores, Back::After(RUDE), "come back after a tenth of a second").await;
}

async fn flood(desk: &Desk, cookie: &str, cores: usize, back: Back, manners: &str) {
    // Long enough that those who were sent away come back.
    let span = Duration::from_secs(5);
    let page = request("GET", "/users", &desk.host(), &[("cookie", cookie)], "");
    let (mut answers, mut times, mut bare) = (vec![], vec![], 0.0);
    for _ in 0..TURNS {
        let request = sign_in(desk, desk::NAME, desk::PASSWORD, "10.9.9.9");
        let load = Load { port: desk.port, connections: FLOOD, request };
        let (over, ended) = watch::channel(false);
        let looking = tokio::spawn(looks(desk.port, page.clone(), ended));
        answers.extend(load.answers(span, back).await);
        over.send(true).unwrap();
        times.extend(looking.await.unwrap());
        bare += crate::bare_hashes(cores).await / f64::from(TURNS);
    }
    let count = |status: u16| answers.iter().filter(|answer| answer.0 == status).count();
    let told = answers.iter().filter(|answer| answer.0 == 503).all(|answer| answer.1.is_some());
    println!("\n{FLOOD} connections that sign in and {manners}, {TURNS} times {} s", span.as_secs());
    let per_second = |count: usize| count as f64 / span.as_secs_f64() / f64::from(TURNS);
    let ratio = per_second(count(303)) / bare;
    let signed_in = format!("{:.1} per second, {ratio:.2} of a bare argon2id loop", per_second(count(303)));
    print("signed in", &signed_in);
    print(
        "told to come back (503)",
        &format!("{:.0} per second, all with Retry-After: {told}", per_second(count(503))),
    );
    print("other answers", &(answers.len() - count(303) - count(503)).to_string());
    let pages = Times::of(times);
    print("GET /users meanwhile, median and p95", &format!("{:.1} and {:.1} ms", pages.median, pages.p95));
    print("memory in the flood (RssAnon)", &format!("{:.1} MB", desk.memory()));
}

/// How long a page takes, now and then, until it is over: milliseconds.
async fn looks(port: u16, page: String, over: watch::Receiver<bool>) -> Vec<f64> {
    let mut times = vec![];
    while !*over.borrow() {
        let start = Instant::now();
        assert!(crate::load::once(port, &page).await.starts_with("HTTP/1.1 200"), "the page is there");
        times.push(start.elapsed().as_secs_f64() * 1e3);
        tokio::time::sleep(LOOK).await;
    }
    times
}
