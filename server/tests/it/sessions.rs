//! T14, T15: when sessions end, seen from a browser.

use domain::{HOUR, MINUTE, SECOND};
use serde_json::json;

use crate::support::{Client, Desk, gated_functions, pages};

/// Everything in the console leads to the sign-in, and every server function says so.
async fn is_out(desk: &Desk, client: &Client) {
    let cookie = client.cookie("keydesk");
    let again = || {
        if let Some(cookie) = &cookie {
            client.set_cookie("keydesk", cookie)
        }
    };
    for page in pages(desk).await {
        again();
        let answer = client.get(&page).await.expect(303);
        assert!(answer.location().starts_with("/sign-in"), "{page}: {}", answer.location());
    }
    for function in gated_functions() {
        again();
        client.call(function, crate::support::arguments(desk, function, "stranger").await.unwrap()).await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t14_a_session_ends_after_its_idle_limit() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    desk.clock.advance(2 * HOUR - SECOND);
    ana.get("/users").await.expect(200);
    desk.clock.advance(2 * HOUR - SECOND);
    ana.get("/users").await.expect(200);
    desk.clock.advance(2 * HOUR);
    is_out(&desk, &ana).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t14_a_session_ends_at_its_absolute_limit_however_busy_it_is() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    for _ in 0..11 {
        desk.clock.advance(HOUR);
        ana.get("/account").await.expect(200);
    }
    desk.clock.advance(HOUR - SECOND);
    ana.get("/account").await.expect(200);
    desk.clock.advance(SECOND);
    is_out(&desk, &ana).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t14_asking_for_the_time_left_is_no_activity_and_a_sign_of_life_is() {
    let desk = Desk::open().await;
    let (asking, alive) = (desk.person("ana").await, desk.person("ana").await);
    desk.clock.advance(HOUR);
    let left = asking.call("account/time_left", json!({})).await.expect(200).json();
    assert_eq!(left, json!(HOUR));
    let left = alive.call("account/stay", json!({})).await.expect(200).json();
    assert_eq!(left, json!(2 * HOUR));
    desk.clock.advance(HOUR + MINUTE);
    asking.call("account/time_left", json!({})).await.expect(401);
    alive.call("account/time_left", json!({})).await.expect(200);
}

/// What a page asks before it shows again what it showed before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t14_asking_whose_session_it_is_is_no_activity() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let id = desk.id_of("ana").await;
    desk.clock.advance(2 * HOUR - SECOND);
    assert_eq!(ana.get("/session").await.expect(200).json(), json!({ "user": id, "ended": false }));
    desk.clock.advance(SECOND);
    assert_eq!(ana.get("/session").await.expect(200).json(), json!({ "user": null, "ended": true }));
    is_out(&desk, &ana).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t15_a_page_that_asks_is_told_of_the_end_and_of_signing_out() {
    let desk = Desk::open().await;
    let (ana, grace, stranger) = (desk.person("ana").await, desk.person("grace").await, desk.stranger());
    let nobody = json!({ "user": null, "ended": false });
    assert_eq!(stranger.get("/session").await.expect(200).json(), nobody);
    let grace_id = desk.id_of("grace").await;
    ana.call("users/disable", json!({ "id": grace_id })).await.expect(200);
    assert_eq!(grace.get("/session").await.expect(200).json(), json!({ "user": null, "ended": true }));
    ana.form("/sign-out", &[]).await.leads_to("/sign-in");
    assert_eq!(ana.get("/session").await.expect(200).json(), nobody);
}

/// `session.js` compares with what the page's head says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_says_whom_it_is_for() {
    let desk = Desk::open().await;
    let (ana, stranger) = (desk.person("ana").await, desk.stranger());
    let user = |id: &str| format!("<meta name=\"keydesk-user\" content=\"{id}\"");
    let own = user(&desk.id_of("ana").await.to_string());
    for path in ["/users", "/account"] {
        assert!(ana.get(path).await.expect(200).text().contains(&own), "{path}");
    }
    assert!(stranger.get("/sign-in").await.expect(200).text().contains(&user("")));
    assert!(stranger.sign_in("ana", "wrong").await.expect(401).text().contains(&user("")));
    desk.run("UPDATE passwords SET must_change_at = 1").await;
    assert!(ana.get("/new-password").await.expect(200).text().contains(&own));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t14_files_and_health_checks_are_no_activity() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    desk.clock.advance(HOUR);
    ana.get("/health").await.expect(200);
    ana.get("/robots.txt").await;
    desk.clock.advance(HOUR);
    is_out(&desk, &ana).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ended_session_is_told_instead_of_asking_out_of_the_blue() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let fresh = desk.stranger().get("/sign-in").await.text();
    assert!(!fresh.contains("Your session has ended"));
    desk.clock.advance(3 * HOUR);
    let cookie = desk.session_cookie(&ana);
    assert!(ana.get("/sign-in?next=/users").await.expect(200).text().contains("Your session has ended"));
    ana.set_cookie("keydesk", &cookie);
    let answer = ana.get("/users?q=ana").await.expect(303);
    let page = ana.get(answer.location()).await.expect(200).text();
    assert!(page.contains("Your session has ended"));
    assert!(page.contains("value=\"/users?q=ana\""), "the way back is lost");
}

on_both! {
    async fn t15_the_next_request_after_the_end_is_a_strangers(desk: Desk) {
        let (here, there) = (desk.person("ana").await, desk.person("ana").await);
        let sessions = here.call("account/sessions", json!({})).await.expect(200).json();
        let other = sessions.as_array().unwrap().iter().find(|row| row["current"] == json!(false)).unwrap();
        here.call("account/end_session", json!({ "id": other["id"] })).await.expect(200);
        is_out(&desk, &there).await;
        here.get("/users").await.expect(200);
    }
}

on_both! {
    async fn t15_disabling_somebody_puts_them_out_at_once(desk: Desk) {
        let tomas = desk.person("tomas").await;
        tomas.get("/users").await.expect(200);
        desk.run("UPDATE users SET disabled_at = 1, security_epoch = security_epoch + 1 WHERE username_key = 'tomas'").await;
        is_out(&desk, &tomas).await;
    }
}

on_both! {
    async fn t15_signing_out_ends_the_session_and_takes_the_cookie(desk: Desk) {
        let ana = desk.person("ana").await;
        let cookie = desk.session_cookie(&ana);
        ana.form("/sign-out", &[]).await.leads_to("/sign-in");
        assert_eq!(ana.cookie("keydesk"), None);
        assert_eq!(desk.count("sessions").await, 0);
        ana.set_cookie("keydesk", &cookie);
        is_out(&desk, &ana).await;
        ana.form("/sign-out", &[]).await.leads_to("/sign-in");
        assert_eq!(desk.events("signed_out").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t22_another_persons_session_answers_like_an_unknown_one() {
    let desk = Desk::open().await;
    let (ana, ingrid) = (desk.person("ana").await, desk.person("ingrid").await);
    let theirs = ingrid.call("account/end_session", json!({ "id": desk.session_of("ana").await })).await.expect(404);
    let unknown =
        ingrid.call("account/end_session", json!({ "id": domain::sessions::SessionId::nil() })).await.expect(404);
    assert_eq!(theirs.text(), unknown.text());
    ana.get("/users").await.expect(200);
}
