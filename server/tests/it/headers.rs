//! T24: the headers that every answer carries, and pages that load nothing foreign.

use axum::{Router, routing::get};

use crate::support::{Answer, Client, Desk, PASSWORD, Plan, Request, pages};

const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

fn with_a_bug(app: &server::http::App) -> Router {
    let bug = Router::new().route(
        "/bug",
        get(|| async {
            if true {
                panic!("a bug")
            }
        }),
    );
    server::http::harden(bug, app).with_state(app.clone()).merge(server::http::router(app.clone()))
}

/// Every kind of answer there is, with its name.
async fn every_kind(desk: &Desk) -> Vec<(&'static str, Answer)> {
    let (ana, ingrid, stranger) = (desk.person("ana").await, desk.person("ingrid").await, desk.stranger());
    let call = |function| Request::call(function, &serde_json::json!({}));
    let foreign = Request::form("/sign-in", &[]).of_site(Some("cross-site"));
    let large = Request::post("/sign-in").body(vec![b'x'; 1_000_000]);
    let hidden = Request { method: "DELETE", ..Request::post("/users") };
    vec![
        ("page", ana.get("/users").await.expect(200)),
        ("entry page", stranger.get("/sign-in").await.expect(200)),
        ("file", stranger.get("/robots.txt").await),
        ("missing file", stranger.get("/pkg/nothing.js").await.expect(404)),
        ("health", stranger.get("/health").await.expect(200)),
        ("server function", ana.send(call("groups/list")).await.expect(200)),
        ("refused server function", ingrid.send(call("groups/list")).await.expect(403)),
        ("server function for nobody", stranger.send(call("groups/list")).await.expect(401)),
        ("unknown server function", ana.send(call("nothing")).await.expect(404)),
        ("redirect", stranger.get("/users").await.expect(303)),
        ("unknown page", ana.get("/nowhere").await.expect(404)),
        ("refused page", ingrid.get("/users").await.expect(403)),
        ("refused site", stranger.send(foreign).await.expect(403)),
        ("failed sign-in", stranger.sign_in("ana", "wrong").await.expect(401)),
        ("wrong method", stranger.send(hidden).await.expect(405)),
        ("too large", stranger.send(large).await.expect(413)),
        ("bug", stranger.get("/bug").await.expect(500)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_every_answer_carries_the_security_headers() {
    let desk = Plan::default().routes(with_a_bug).open().await;
    for (what, answer) in every_kind(&desk).await {
        for (name, value) in ALWAYS {
            assert_eq!(answer.all(name).collect::<Vec<_>>(), [value], "{what}: {name}");
        }
        assert!(answer.header("permissions-policy").is_some(), "{what}");
        assert_eq!(answer.header("strict-transport-security"), None, "{what}: there is no TLS");
        let policy = policy(&answer);
        for (directive, value) in [
            ("default-src", "'none'"),
            ("object-src", "'none'"),
            ("base-uri", "'none'"),
            ("frame-ancestors", "'none'"),
            ("form-action", "'self'"),
            ("style-src", "'self'"),
            ("connect-src", "'self'"),
        ] {
            assert_eq!(directive_of(&policy, directive), [value], "{what}: {directive}");
        }
        for word in policy.split([' ', ';']) {
            assert!(
                !["'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:", "blob:"].contains(&word),
                "{what}: {word}"
            );
            assert!(!word.contains("//"), "{what}: {word} is another's");
        }
        if what != "file" {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
        }
        assert_eq!(answer.header("server"), None, "{what}");
        assert_eq!(answer.header("x-powered-by"), None, "{what}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_behind_tls_browsers_are_told_to_stay_there() {
    let desk = Plan::default().set("origin", "https://keydesk.example").open().await;
    for path in ["/sign-in", "/health", "/users", "/robots.txt", "/pkg/nothing"] {
        let answer = desk.stranger().get(path).await;
        let told = answer.header("strict-transport-security").unwrap_or_default();
        assert!(told.starts_with("max-age=31536000"), "{path}: {told}");
    }
}

fn policy(answer: &Answer) -> String {
    let all: Vec<_> = answer.all("content-security-policy").collect();
    assert_eq!(all.len(), 1);
    all[0].to_owned()
}

fn directive_of<'a>(policy: &'a str, name: &str) -> Vec<&'a str> {
    let mut found = policy
        .split(';')
        .map(str::split_whitespace)
        .filter_map(|mut words| (words.next() == Some(name)).then(|| words.collect()));
    found.next().unwrap_or_default()
}

/// The opening tags of this name.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    html.match_indices(&format!("<{name}"))
        .map(|(at, _)| &html[at..])
        .filter(|rest| rest[name.len() + 1..].starts_with([' ', '>']))
        .map(|rest| &rest[..=rest.find('>').unwrap()])
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_scripts_of_the_console_carry_a_nonce_of_their_own_answer() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let mut nonces = vec![];
    for page in pages(&desk).await {
        let answer = ana.get(&page).await;
        if !answer.header("content-type").unwrap_or_default().starts_with("text/html") || answer.status != 200 {
            assert_eq!(page, "/");
            continue;
        }
        let policy = policy(&answer);
        let scripts = directive_of(&policy, "script-src");
        let ["'self'", nonce, "'wasm-unsafe-eval'"] = scripts[..] else { panic!("{page}: {scripts:?}") };
        let nonce = nonce.strip_prefix("'nonce-").and_then(|rest| rest.strip_suffix('\'')).unwrap().to_owned();
        assert!(nonce.len() >= 22, "128 bits are 22 characters: {nonce}");
        let html = answer.text();
        let tags = tags(&html, "script");
        assert!(!tags.is_empty());
        for tag in tags {
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{page}: {tag}");
        }
        nonces.push(nonce);
    }
    let all = nonces.len();
    nonces.sort_unstable();
    nonces.dedup();
    assert!(all > 4 && nonces.len() == all, "a nonce was used twice");
}

/// Every entry page, also with its errors.
async fn entry_pages(desk: &Desk) -> Vec<Answer> {
    let empty = Plan::empty().open().await;
    let (newcomer, _) = desk.newcomer().await;
    vec![
        desk.stranger().get("/sign-in").await.expect(200),
        desk.stranger().sign_in("somebody", "wrong").await.expect(401),
        newcomer.get("/new-password").await.expect(200),
        newcomer.form("/new-password", &[]).await.expect(422),
        empty.stranger().get("/first-run").await.expect(200),
        empty.stranger().form("/first-run", &[]).await.expect(422),
        desk.stranger().form("/first-run", &[]).await.expect(409),
        desk.stranger().send(Request::post("/sign-in").body("x")).await.expect(422),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_entry_pages_run_no_web_assembly_and_no_inline_script() {
    let desk = Desk::open().await;
    for answer in entry_pages(&desk).await {
        assert_eq!(directive_of(&policy(&answer), "script-src"), ["'self'"]);
        let html = answer.text();
        assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
        for tag in tags(&html, "script") {
            assert!(tag.contains(" src=") && !tag.contains("nonce"), "{tag}");
        }
        assert!(!html.contains(".wasm") && !html.contains("hydrate"), "{html}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_no_page_loads_anything_foreign_or_holds_what_the_policy_forbids() {
    let desk = Desk::open().await;
    let mut all = entry_pages(&desk).await;
    let people: Vec<Client> = vec![desk.person("ana").await, desk.person("ingrid").await];
    for person in &people {
        for page in pages(&desk).await {
            all.push(person.get(&page).await);
        }
        all.push(person.get("/nowhere").await);
    }
    for html in all.iter().map(Answer::text) {
        // Our own address is told where passkeys are explained.
        let html = html.replace(&format!("http://{}", desk.host), "");
        let foreign: Vec<_> = html.split("://").skip(1).map(|rest| rest.chars().take(40).collect::<String>()).collect();
        assert!(foreign.is_empty(), "other addresses: {foreign:?}");
        for forbidden in [
            "=\"//",
            "=//",
            "<style",
            " style=",
            " onclick=",
            " onload=",
            " onerror=",
            "javascript:",
            "<iframe",
            "<base",
        ] {
            assert!(!html.contains(forbidden), "{forbidden} in {html}");
        }
        assert!(!html.contains(PASSWORD));
    }
}
