//! T30: the texts of `bad_input.json` over HTTP: in every address and form, and as the names that
//! pages show.

use serde::Deserialize;
use serde_json::json;

use crate::{client::escaped, support::*};

#[derive(Deserialize)]
struct Text {
    what: String,
    text: String,
    times: usize,
}

/// Every text with what it is.
pub fn texts() -> Vec<(String, String)> {
    let all: Vec<Text> = serde_json::from_str(include_str!("../../../services/tests/bad_input.json")).unwrap();
    all.into_iter().map(|Text { what, text, times }| (what, text.repeat(times))).collect()
}

/// A page, not a failure of ours, in which what was typed is only text.
#[track_caller]
fn is_a_page(answer: &Answer, what: &str, typed: &str) {
    assert!(answer.status < 500, "{what}: {} {}", answer.status, answer.text());
    let page = answer.text();
    assert!(page.starts_with("<!DOCTYPE html>") || (300..400).contains(&answer.status), "{what}: no page");
    let markup = typed.len() > 3 && typed.contains('<') && !typed.starts_with("<!--");
    assert!(!markup || !page.contains(typed), "{what}: what was typed is not escaped");
    // A quotation mark means something in a value only.
    let value = format!("=\"{typed}");
    assert!(!typed.contains('"') || !page.contains(&value), "{what}: what was typed ends a value");
    assert!(
        !page.contains('\u{0}') && answer.header("set-cookie").is_none_or(|cookie| !cookie.starts_with("a=b")),
        "{what}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_no_address_and_no_entry_form_stumbles_over_a_text_of_any_kind() {
    let (desk, empty) = (Desk::open().await, Plan::empty().open().await);
    let ana = desk.person("ana").await;
    let field = desk.field().await;
    let (stranger, first) = (desk.stranger(), empty.stranger());
    let field = format!("field-{field}");
    let names = ["q", "status", "group", "sort", "after", "created-from", &field];
    for (at, (what, typed)) in texts().into_iter().enumerate() {
        // No server takes an address without an end.
        let short: String = typed.chars().take(2_000).collect();
        let value = escaped(&short);
        is_a_page(&ana.get(&format!("/users?{}={value}", names[at % names.len()])).await, &what, &short);
        is_a_page(&ana.get(&format!("/users?q={value}")).await, &what, &short);
        is_a_page(&ana.get(&format!("/audit?kind={value}&from={value}")).await, &what, &short);
        is_a_page(&ana.get(&format!("/users/{value}")).await, &what, &short);
        is_a_page(&stranger.get(&format!("/sign-in?next={value}")).await, &what, &short);
        is_a_page(&first.get(&format!("/first-run?code={value}")).await, &what, &short);
        // Nor a form of any size.
        let short: String = typed.chars().take(1_000).collect();
        let answer =
            first.form("/first-run", &[("code", &short), ("username", &short), ("display_name", &short)]).await;
        is_a_page(&answer, &what, &short);
        if at % 6 == 0 {
            let answer = desk.stranger().sign_in(&short, ANOTHER).await;
            is_a_page(&answer, &what, &short);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_every_name_that_is_accepted_is_shown_whole_and_escaped_on_every_page() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let grace = desk.id_of("grace").await;
    for (what, typed) in texts() {
        let answer = ana.call("account/update_profile", json!({ "display_name": typed })).await;
        assert!([200, 422].contains(&answer.status), "{what}: {}", answer.text());
        if answer.status == 422 {
            assert!(answer.text().contains("\"display_name\""), "{what}: {}", answer.text());
            continue;
        }
        let id = desk.id_of("ana").await;
        let name: String = desk.value("SELECT display_name FROM users WHERE username_key = 'ana'").await;
        let shown = html(&name);
        for page in ["/account".to_owned(), format!("/users/{id}"), "/users?sort=name".into(), "/audit".into()] {
            let answer = ana.get(&page).await.expect(200);
            is_a_page(&answer, &what, &name);
            assert!(answer.text().contains(&shown), "{what} is not shown on {page}: {shown}");
        }
    }
    assert_eq!(desk.id_of("grace").await, grace);
}

/// As the pages write it.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
