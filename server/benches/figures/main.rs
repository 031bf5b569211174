//! Figures of a release build, printed and never asserted. The same process that loads
//! Keydesk loads a bare handler and runs a bare hash loop, so that both meet the same machine.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a measuring tool"
)]

mod cases;
mod crowd;
mod desk;
mod lists;
mod load;
mod sign_ins;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use argon2::password_hash::PasswordHasher;
use crowd::{Crowd, Server};
use desk::Desk;
use load::{Load, request};

/// Long enough to even out, short enough to be run often.
const SPAN: Duration = Duration::from_secs(6);
/// How often sign-ins and bare hashes take turns: the speed of a shared machine changes from
/// one moment to the next.
const TURNS: u32 = 12;
/// How long each turn lasts.
const TURN: Duration = Duration::from_secs(2);

fn main() {
    let mut args = std::env::args().skip(1);
    let first = args.next();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match first.as_deref() {
        // The other half of the comparison, as a process of its own like Keydesk.
        Some("bare") => runtime.block_on(load::bare()),
        // `cargo test --benches` and the like only want to know that it starts.
        Some("--test") => {}
        _ => runtime.block_on(async {
            // A million people on both databases take long: these figures are asked for by name.
            match std::env::var("KEYDESK_BENCH_SIZE").as_deref() {
                Ok("large") => large().await,
                Ok("sign-ins") => only_sign_ins().await,
                _ => figures().await,
            }
        }),
    }
}

/// The users table with a million people.
async fn large() {
    let users = std::env::var("KEYDESK_BENCH_USERS").map_or(1_000_000, |users| users.parse().unwrap());
    // Fewer where two versions take turns several times: a run with all of them takes a quarter of an hour.
    let requests = std::env::var("KEYDESK_BENCH_REQUESTS").map_or(200, |requests| requests.parse().unwrap());
    with_crowd(&Crowd::sqlite(users), requests).await;
    match Server::start() {
        Some(server) => with_crowd(&Crowd::postgres(users, &server.url).await, requests).await,
        None => println!("\nWithout PostgreSQL: it is not installed here."),
    }
}

/// The use case by itself, then a page over HTTP and the memory of the process that serves it.
async fn with_crowd(crowd: &Crowd, requests: u32) {
    println!("\nThe users table on {}, {requests} requests each", crowd.name);
    {
        let (cx, system) = crowd.open().await;
        lists::print(&cx, &system, requests).await;
    }
    let desk = Desk::over(&crowd.data).await;
    print("memory idle (RssAnon)", &format!("{:.1} MB", desk.memory()));
    let cookie = desk.sign_in().await;
    let page = request("GET", "/users", &desk.host(), &[("cookie", &cookie)], "");
    let mut times = vec![];
    for _ in 0..requests {
        let start = Instant::now();
        assert!(load::once(desk.port, &page).await.starts_with("HTTP/1.1 200"), "the page is there");
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    lists::Times::of(times).print("GET /users, the whole page", "");
    print("memory after these requests (RssAnon)", &format!("{:.1} MB", desk.memory()));
}

/// What has to do with signing in, and nothing else.
async fn only_sign_ins() {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let desk = Desk::start().await;
    sign_ins(&desk, cores).await;
    sign_ins::floods(&desk, cores).await;
}

async fn figures() {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("Keydesk {} on {cores} cores\n", env!("CARGO_PKG_VERSION"));
    sizes();
    let desk = Desk::start().await;
    print("start-up, median of 5", &format!("{:.0} ms", desk.start_up.as_secs_f64() * 1e3));
    print("memory idle (RssAnon)", &format!("{:.1} MB", desk.memory()));
    session_checks(&desk).await;
    sign_ins(&desk, cores).await;
    print("memory after load (RssAnon)", &format!("{:.1} MB", desk.memory()));
    sign_ins::distributions(&desk).await;
    sign_ins::floods(&desk, cores).await;
    drop(desk);
    with_crowd(&Crowd::sqlite(100_000), 20).await;
}

fn print(what: &str, figure: &str) {
    println!("{what:<44} {figure}");
}

fn sizes() {
    let mb = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    let kb = |bytes: u64| format!("{:.0} KB", bytes as f64 / 1e3);
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |meta| meta.len());
    print("binary", &mb(size(&desk::binary())));
    let site = std::env::var("KEYDESK_SITE").expect("KEYDESK_SITE is the folder of the built site");
    let manifest = std::fs::read_to_string(Path::new(&site).join("manifest.json")).expect("the site is built");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    for name in ["keydesk.wasm", "keydesk.js", "keydesk.css"] {
        let path = format!("{site}{}", manifest[name].as_str().unwrap());
        let brotli = size(Path::new(&format!("{path}.br")));
        print(name, &format!("{} raw, {} brotli", kb(size(Path::new(&path))), kb(brotli)));
    }
}

async fn session_checks(desk: &Desk) {
    let cookie = desk.sign_in().await;
    let checked = request("GET", "/.well-known/change-password", &desk.host(), &[("cookie", &cookie)], "");
    let checked = Load { port: desk.port, connections: 16, request: checked }.run(SPAN).await;
    let mut bare = desk::spawn_bare();
    let request = request("GET", "/", &format!("localhost:{}", bare.port), &[], "");
    let plain = Load { port: bare.port, connections: 16, request }.run(SPAN).await;
    bare.child.kill().unwrap();
    let _ = bare.child.wait();
    print("requests with a session check", &format!("{checked:.0} per second"));
    print("a bare axum handler (JSON)", &format!("{plain:.0} per second"));
    print("ratio", &format!("{:.2}", checked / plain));
}

async fn sign_ins(desk: &Desk, cores: usize) {
    let body = format!("username={}&password={}&next=", desk::NAME, desk::PASSWORD.replace(' ', "+"));
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let request = request("POST", "/sign-in", &desk.host(), &[kind, ("sec-fetch-site", "same-origin")], &body);
    let (mut signed_in, mut bare) = (0.0, 0.0);
    for _ in 0..TURNS {
        let load = Load { port: desk.port, connections: cores * 4, request: request.clone() };
        signed_in += load.run(TURN).await / f64::from(TURNS);
        bare += bare_hashes(cores).await / f64::from(TURNS);
    }
    print("sign-ins", &format!("{signed_in:.1} per second"));
    print("a bare argon2id loop, same parameters", &format!("{bare:.1} per second"));
    print("ratio", &format!("{:.2}", signed_in / bare));
}

/// Hashes per second of a loop that does nothing else, on every core.
async fn bare_hashes(cores: usize) -> f64 {
    tokio::task::spawn_blocking(move || loop_of_hashes(cores)).await.unwrap()
}

fn loop_of_hashes(cores: usize) -> f64 {
    let threads: Vec<_> = (0..cores)
        .map(|_| {
            std::thread::spawn(|| {
                let argon2 = services::credentials::hashing_parameters();
                let (start, mut count) = (Instant::now(), 0_u32);
                while start.elapsed() < TURN {
                    argon2.hash_password_with_salt(desk::PASSWORD.as_bytes(), &[7; 16]).unwrap();
                    count += 1;
                }
                f64::from(count) / start.elapsed().as_secs_f64()
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).sum()
}
