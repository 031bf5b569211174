//! Files: cached for good, sent compressed, and only our own.

use crate::support::{Answer, Desk, Request};

/// Addresses of the built site's files; none where it is not built.
fn built() -> Vec<String> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/site/manifest.json");
    let Ok(text) = std::fs::read_to_string(manifest) else { return vec![] };
    let names: std::collections::BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
    names.into_values().collect()
}

async fn fetch(desk: &Desk, path: &str, accepted: &str) -> Answer {
    desk.stranger().send(Request::get(path).with("accept-encoding", accepted)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hashed_files_are_kept_for_good_and_sent_as_the_browser_takes_them() {
    let desk = Desk::open().await;
    for path in built() {
        let plain = fetch(&desk, &path, "identity").await.expect(200);
        assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"), "{path}");
        assert_eq!(plain.header("vary"), Some("accept-encoding"));
        assert_eq!(plain.header("content-encoding"), None);
        let kind = match path.rsplit('.').next().unwrap() {
            "js" => "text/javascript",
            "css" => "text/css",
            "svg" => "image/svg+xml",
            "wasm" => "application/wasm",
            "woff2" => "font/woff2",
            other => panic!("{other}"),
        };
        assert_eq!(plain.header("content-type"), Some(kind), "{path}");
        let ways = [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br", "br"), ("gzip;q=0.5", "gzip")];
        // The choice is the same for all; the large ones take a while to read.
        for (accepted, coding) in &ways[..if path.ends_with(".css") { 4 } else { 2 }] {
            let answer = fetch(&desk, &path, accepted).await.expect(200);
            if path.ends_with(".woff2") {
                assert_eq!(answer.header("content-encoding"), None);
                continue;
            }
            assert_eq!(answer.header("content-encoding"), Some(*coding), "{path}");
            assert_eq!(answer.header("content-type"), Some(kind));
            assert!(answer.body.len() < plain.body.len(), "{path}: {accepted} is no smaller");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_coding_that_the_browser_refuses_is_not_used() {
    let desk = Desk::open().await;
    for path in built().into_iter().filter(|path| path.ends_with(".css")) {
        let answer = fetch(&desk, &path, "br;q=0, gzip;q=0.0").await.expect(200);
        assert_eq!(answer.header("content-encoding"), None, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_browser_has_already_is_not_sent_again() {
    let desk = Desk::open().await;
    for path in built().into_iter().filter(|path| !path.ends_with(".wasm")) {
        let tag = fetch(&desk, &path, "br").await.header("etag").unwrap().to_owned();
        for known in [tag.clone(), format!("\"other\", {tag}"), format!("W/{tag}")] {
            let again = desk.stranger().send(Request::get(&path).with("if-none-match", &known)).await;
            let again = again.expect(304);
            assert_eq!((again.body.len(), again.header("etag")), (0, Some(tag.as_str())), "{path}");
        }
        let other = desk.stranger().send(Request::get(&path).with("if-none-match", "\"other\"")).await;
        other.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_file_of_the_site_is_not_found() {
    let desk = Desk::open().await;
    for path in [
        "/pkg/nothing.js",
        "/pkg/",
        "/pkg/../Cargo.toml",
        "/pkg/%2e%2e/%2e%2e/Cargo.toml",
        "/pkg/..%2f..%2fCargo.toml",
        "/pkg//etc/passwd",
        "/pkg/%00",
        "/manifest.json",
        "/pkg/manifest.json",
        "/robots.txt.br",
        "/fonts/LICENSE.txt/../x",
    ] {
        let answer = desk.stranger().get(path).await;
        assert!(answer.status == 404 || answer.location().starts_with("/sign-in"), "{path}: {}", answer.status);
        assert!(!answer.text().contains("[workspace]") && !answer.text().contains("root:"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_few_plain_files_are_there_for_everybody() {
    let desk = Desk::open().await;
    let expected = if built().is_empty() { 404 } else { 200 };
    let robots = desk.stranger().get("/robots.txt").await.expect(expected);
    desk.stranger().get("/favicon.svg").await.expect(expected);
    if expected == 200 {
        assert!(robots.text().contains("Disallow: /"));
        assert_eq!(robots.header("cache-control"), Some("public, max-age=3600"));
    }
    desk.stranger().get("/.well-known/change-password").await.leads_to("/account/security");
}
