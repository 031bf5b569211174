//! A password that was only for the first sign-in: first a new one, then everything else.

use domain::{
    Error, Obligation, Permission,
    settings::{PasswordPolicy, Security},
};
use serde_json::json;

use crate::{
    client::Client,
    support::{ANOTHER, Desk, PASSWORD, arguments, gated_functions, pages},
};

/// What is open to whoever has to choose a new password: setting it, and what would be said of it.
const OPEN: [&str; 2] = ["account/change_password", "account/password_strength"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_until_there_is_a_new_password_every_page_leads_to_it() {
    let desk = Desk::open().await;
    let (client, _) = desk.newcomer().await;
    for page in pages(&desk).await {
        client.get(&page).await.leads_to("/new-password");
    }
    client.get("/nowhere").await.leads_to("/new-password");
    assert!(client.get("/new-password").await.expect(200).text().contains("Choose a new password"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_until_there_is_a_new_password_every_server_function_refuses_but_those_about_it() {
    let desk = Desk::open().await;
    let (client, password) = desk.newcomer().await;
    for function in gated_functions().filter(|name| !OPEN.contains(name)) {
        let arguments = arguments(&desk, function, "newcomer").await.unwrap();
        let answer = client.call(function, arguments).await.expect(403);
        let told: Error = serde_json::from_value(answer.json()).unwrap();
        assert_eq!(told, Error::ObligationFirst(Obligation::NewPassword), "{function}");
    }
    let change = json!({ "current": password, "new": ANOTHER, "end_others": true });
    client.call("account/change_password", change).await.expect(200);
    client.call("account/profile", json!({})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_a_right_does_not_lift_the_obligation() {
    let desk = Desk::open().await;
    desk.run(
        "UPDATE passwords SET must_change_at = 1 WHERE user_id = (SELECT id FROM users WHERE username_key = 'ana')",
    )
    .await;
    let ana = desk.person("ana").await;
    for function in gated_functions().filter(|name| !OPEN.contains(name)) {
        ana.call(function, arguments(&desk, function, "ana").await.unwrap()).await.expect(403);
    }
    assert_eq!(desk.events("refused").await, 0, "{}", Permission::ViewUsers.code());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_there_is_a_new_password_the_console_opens() {
    let desk = Desk::open().await;
    let (client, password) = desk.newcomer().await;
    for (current, new, told) in [
        ("wrong", ANOTHER, "This is not your current password."),
        (&password, "short", "Use at least 15 characters."),
        (&password, &password, "This is the password you have now."),
        (&password, "newcomer newcomer", "Choose something unrelated."),
    ] {
        let page = client.form("/new-password", &[("current", current), ("new", new)]).await.expect(422).text();
        assert!(page.contains(told), "{told}: {page}");
        assert!(!page.contains(&format!("value=\"{new}\"")));
    }
    client.form("/new-password", &[("current", &password), ("new", ANOTHER)]).await.leads_to("/");
    client.get("/account").await.expect(200);
    client.get("/new-password").await.leads_to("/account/security");
    desk.stranger().sign_in("newcomer", &password).await.expect(401);
    desk.stranger().sign_in("newcomer", ANOTHER).await.leads_to("/");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_how_many_characters_the_policy_asks_for() {
    let desk = Desk::open().await;
    let (client, _) = desk.newcomer().await;
    assert!(client.get("/new-password").await.expect(200).text().contains("At least 15 characters."));
    let passwords = PasswordPolicy { least: 22, ..PasswordPolicy::default() };
    let policy = serde_json::to_string(&Security { passwords, ..Security::default() }).unwrap();
    desk.run(&format!("INSERT INTO settings (name, value) VALUES ('security', '{policy}')")).await;
    assert!(client.get("/new-password").await.expect(200).text().contains("At least 22 characters."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_to_choose_a_password_is_told_what_would_be_said_of_it() {
    let desk = Desk::open().await;
    let (client, _) = desk.newcomer().await;
    let strength = async |client: &Client, password: &str| {
        client.call("account/password_strength", json!({ "password": password })).await
    };
    for (password, score, words) in [
        ("short", 1, "Use at least 15 characters."),
        ("newcomer newcomer", 1, "This is made of your name or ours. Choose something unrelated."),
        (ANOTHER, 4, "Very hard to guess."),
    ] {
        let told = strength(&client, password).await.expect(200).json();
        assert_eq!(told, json!({ "score": score, "words": words }), "{password}");
    }
    assert_eq!(strength(&desk.stranger(), ANOTHER).await.expect(401).json(), json!("SignedOut"));

    // Whoever has to set up a second factor first chooses no password.
    desk.run("UPDATE passwords SET must_change_at = NULL").await;
    desk.run("UPDATE sessions SET must_enrol = 1").await;
    let told: Error = serde_json::from_value(strength(&client, ANOTHER).await.expect(403).json()).unwrap();
    assert_eq!(told, Error::ObligationFirst(Obligation::SecondFactor));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_to_choose_a_password_may_also_sign_out() {
    let desk = Desk::open().await;
    let (client, _) = desk.newcomer().await;
    client.form("/sign-out", &[]).await.leads_to("/sign-in");
    client.get("/").await.leads_to("/sign-in");
    desk.stranger().get("/new-password").await.leads_to("/sign-in");
    desk.stranger().form("/new-password", &[("current", PASSWORD), ("new", ANOTHER)]).await.leads_to("/sign-in");
}
