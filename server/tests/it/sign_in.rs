//! T6: what a failed sign-in tells, which is nothing.

use crate::support::{ANOTHER, Answer, Desk, PASSWORD};

/// The answer without what depends on the moment and on what was typed.
fn bare(answer: &Answer, typed: &str) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| name != "date" && name != "content-length").cloned();
    // The question for a passkey is another each time, and so is what binds it to the browser.
    let headers = headers.map(|(name, value)| {
        let value = if value.starts_with("keydesk-passkey=") { "keydesk-passkey=".into() } else { value };
        (name, value)
    });
    let mut text = answer.text().replace(&format!("value=\"{typed}\""), "value=\"TYPED\"");
    for drawn in ["data-options=\"", "name=\"ticket\" value=\""] {
        let start = text.find(drawn).expect("a question for a passkey") + drawn.len();
        let end = start + text[start..].find('"').unwrap();
        text.replace_range(start..end, "");
    }
    (answer.status, headers.collect(), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t6_every_failed_sign_in_gets_the_same_answer() {
    let desk = Desk::open().await;
    // The seventh try of the same person from the same place waits.
    for _ in 0..6 {
        desk.stranger().sign_in("priya", "wrong").await.expect(401);
    }
    let now = desk.clock.now();
    desk.run(&format!("UPDATE users SET expires_at = {now} WHERE username_key = 'grace'")).await;
    desk.run("UPDATE users SET deleted_at = 1 WHERE username_key = 'tomas'").await;
    let invited = bare(&desk.stranger().sign_in("yutong", PASSWORD).await, "yutong");
    // Yutong has never had a password; now she has a passkey, and can sign in.
    desk.passkey_of("yutong").await;
    desk.run("UPDATE users SET factors = 2, has_credential = 1 WHERE username_key = 'yutong'").await;
    let expected = bare(&desk.stranger().sign_in("ingrid", "wrong").await, "ingrid");
    assert_eq!(expected.0, 401);
    assert!(expected.2.contains("These do not match an account that can sign in now."), "{}", expected.2);
    let huge = "x".repeat(20_000);
    assert_eq!(invited, expected, "invited");
    for (what, login, password) in [
        ("unknown", "nobody.here", PASSWORD),
        ("unknown e-mail", "nobody@northwind.example", PASSWORD),
        ("known e-mail that is not verified", "ana@northwind.example", PASSWORD),
        ("wrong", "ana", ANOTHER),
        ("no password", "ana", ""),
        ("a password longer than any", "ana", &huge),
        ("disabled, right", "samuel", PASSWORD),
        ("disabled, wrong", "samuel", ANOTHER),
        ("passkey only", "yutong", PASSWORD),
        ("passkey only, nothing typed", "yutong", ""),
        ("expired", "grace", PASSWORD),
        ("in the bin", "tomas", PASSWORD),
        ("locked out, right", "priya", PASSWORD),
        ("locked out, wrong", "priya", ANOTHER),
    ] {
        let got = bare(&desk.stranger().sign_in(login, password).await, login);
        assert_eq!(got, expected, "{what}");
    }
    assert_eq!(desk.count("sessions").await, 0);
    desk.stranger().sign_in("ana", PASSWORD).await.leads_to("/");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t6_the_log_knows_what_the_page_does_not_tell() {
    let desk = Desk::open().await;
    for login in ["nobody.here", "ana", "samuel"] {
        let password = if login == "ana" { ANOTHER } else { PASSWORD };
        desk.stranger().sign_in(login, password).await.expect(401);
    }
    let reasons: Vec<String> = desk
        .rows("SELECT details FROM audit_events WHERE kind = 'sign_in_failed' ORDER BY seq")
        .await
        .iter()
        .map(|row| row.try_get_by_index::<String>(0).unwrap())
        .collect();
    for (details, reason) in reasons.iter().zip(["unknown_name", "wrong_password", "not_active"]) {
        assert!(details.contains(reason), "{details}");
        assert!(!details.contains(PASSWORD) && !details.contains("nobody.here"), "{details}");
    }
    assert_eq!(reasons.len(), 3);
}

on_both! {
    async fn a_person_signs_in_and_is_known(desk: Desk) {
        let ana = desk.person("ana").await;
        ana.get("/").await.expect(302);
        let page = ana.get("/users").await.expect(200).text();
        assert!(page.contains("Ingrid Sólveigardóttir") && page.contains("Ana Moreira"));
        ana.get("/sign-in").await.leads_to("/");
        let sessions = ana.call("account/sessions", serde_json::json!({})).await.expect(200).json();
        assert_eq!(sessions[0]["address"], "127.0.0.1");
        assert_eq!(sessions[0]["browser"], "Firefox on Linux");
        desk.stranger().sign_in("  ANA ", PASSWORD).await.leads_to("/");
        assert_eq!(desk.events("signed_in").await, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_stays_but_never_the_password() {
    let desk = Desk::open().await;
    let fields =
        [("username", "\"><script>alert(1)</script>"), ("password", "secret phrase of mine"), ("next", "/users\"><b>")];
    let page = desk.stranger().form("/sign-in", &fields).await.expect(401).text();
    assert!(!page.contains("<script>alert") && !page.contains("\"><b>"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
    assert!(!page.contains("secret phrase of mine"));
}
