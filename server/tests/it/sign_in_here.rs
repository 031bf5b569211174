//! Signing in again without leaving the page: the same work, brakes and answers as the form.

use serde_json::{Value, json};

use crate::{
    client::{Answer, Client},
    support::{ANOTHER, Desk, PASSWORD},
};

async fn sign_in_here(client: &Client, username: &str, password: &str) -> Answer {
    client
        .call(
            "public/account/sign_in_here",
            json!({ "step": { "password": { "username": username, "password": password } } }),
        )
        .await
}

fn bare(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect();
    (answer.status, headers, answer.text())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t6_every_failed_sign_in_in_place_gets_the_same_answer() {
    let desk = Desk::open().await;
    for _ in 0..6 {
        sign_in_here(&desk.stranger(), "priya", "wrong").await.expect(401);
    }
    desk.run("UPDATE users SET deleted_at = 1 WHERE username_key = 'tomas'").await;
    let expected = bare(&sign_in_here(&desk.stranger(), "ingrid", "wrong").await);
    assert_eq!((expected.0, expected.2.as_str()), (401, "\"NotRecognised\""));
    for (what, login, password) in [
        ("unknown", "nobody.here", PASSWORD),
        ("wrong", "ana", ANOTHER),
        ("no password", "ana", ""),
        ("disabled, right", "samuel", PASSWORD),
        ("invited", "yutong", PASSWORD),
        ("in the bin", "tomas", PASSWORD),
        ("locked out, right", "priya", PASSWORD),
    ] {
        assert_eq!(bare(&sign_in_here(&desk.stranger(), login, password).await), expected, "{what}");
    }
    assert_eq!(desk.count("sessions").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t7_the_brakes_are_those_of_the_form() {
    let desk = Desk::open().await;
    for _ in 0..3 {
        sign_in_here(&desk.stranger(), "grace", "wrong").await.expect(401);
        desk.stranger().sign_in("grace", "wrong").await.expect(401);
    }
    sign_in_here(&desk.stranger(), "grace", PASSWORD).await.expect(401);
    desk.stranger().sign_in("grace", PASSWORD).await.expect(401);
    assert_eq!(desk.events("signed_in").await, 0);
}

on_both! {
    async fn t13_whoever_comes_back_gets_a_new_session(desk: Desk) {
        let ana = desk.person("ana").await;
        let (old, device) = (desk.session_cookie(&ana), ana.cookie("keydesk-device"));
        desk.run("DELETE FROM sessions").await;
        ana.call("account/profile", json!({})).await.expect(401);
        sign_in_here(&ana, "ana", PASSWORD).await.expect(200);
        assert_ne!(desk.session_cookie(&ana), old);
        assert_ne!(ana.cookie("keydesk-device"), device, "it is known by a new value from now on");
        ana.call("account/profile", json!({})).await.expect(200);
        assert_eq!(desk.events("signed_in").await, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_browser_is_known_from_then_on() {
    let desk = Desk::open().await;
    let stranger = desk.stranger();
    sign_in_here(&stranger, "ana", PASSWORD).await.expect(200);
    assert!(stranger.cookie("keydesk-device").is_some());
    stranger.get("/users").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_to_choose_a_password_is_told_so() {
    let desk = Desk::open().await;
    let (_, once) = desk.newcomer().await;
    let newcomer = desk.stranger();
    sign_in_here(&newcomer, "newcomer", &once).await.expect(200);
    let answer = newcomer.call("account/profile", json!({})).await.expect(403);
    assert!(answer.text().contains("ObligationFirst"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t11_a_passkey_in_place_is_refused_as_on_the_page() {
    let desk = Desk::open().await;
    let asked = async |client: &Client| {
        client.form("/sign-in/passkey/ask", &[("username", "ana")]).await.expect(200).json()["ticket"].clone()
    };
    let here = async |client: &Client, ticket: &Value| {
        let step = json!({ "first_passkey": { "ticket": ticket, "answer": "{}" } });
        client.call("public/account/sign_in_here", json!({ "step": step })).await
    };
    let there = async |client: &Client, ticket: &Value| {
        let answer = [("ticket", ticket.as_str().unwrap()), ("answer", "{}")];
        client.form("/sign-in/passkey", &answer).await
    };
    let (known, other, nobody) = (desk.stranger(), desk.stranger(), desk.stranger());
    let (own, theirs) = (asked(&known).await, asked(&other).await);
    for (what, client, ticket, status, told) in [
        ("no question was asked here", &nobody, &own, 401, "NotRecognised"),
        ("of another browser", &known, &theirs, 422, "PasskeyRefused"),
        ("made up", &known, &json!("none"), 422, "PasskeyRefused"),
        ("no answer", &known, &own, 401, "NotRecognised"),
    ] {
        let answer = here(client, ticket).await;
        assert!(answer.status == status && answer.text().contains(told), "{what}: {}", answer.text());
        there(client, ticket).await.expect(status);
        assert!(client.cookie("keydesk").is_none(), "{what}");
    }
    assert_eq!(desk.count("sessions").await, 0);
    assert_eq!(desk.events("sign_in_failed").await, 1, "two within a minute are one event");

    // The brakes on a source are the same ones.
    let mut last = 401;
    for _ in 0..200 {
        last = here(&known, &own).await.status;
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429);
    there(&known, &own).await.expect(429);
}
