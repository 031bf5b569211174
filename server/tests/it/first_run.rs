//! T5: the first administrator, and nobody by default.

use serde_json::json;

use crate::{
    client::Request,
    support::{ANOTHER, Client, Desk, PASSWORD, Plan, START},
};

async fn empty() -> Desk {
    Plan::empty().open().await
}

async fn become_administrator(client: &Client, code: &str, username: &str) -> crate::support::Answer {
    let fields = [
        ("code", code),
        ("username", username),
        ("display_name", "Ana Moreira"),
        ("email", ""),
        ("password", PASSWORD),
    ];
    client.form("/first-run", &fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_without_the_code_nobody_becomes_administrator() {
    let desk = empty().await;
    let code = desk.setup_code().await;
    for wrong in ["", " ", "nonsense", &code[1..], &code[..code.len() - 1], &"x".repeat(5_000), "' OR 1=1 --"] {
        let answer = become_administrator(&desk.stranger(), wrong, "mallory").await.expect(422);
        assert!(answer.text().contains("This setup code is not valid"), "{wrong}");
        assert!(!answer.text().contains(PASSWORD));
    }
    assert_eq!((desk.count("users").await, desk.count("sessions").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_the_printed_link_hands_the_code_to_a_cookie_and_the_form_needs_nothing_else() {
    let desk = empty().await;
    let code = desk.setup_code().await;
    let client = desk.stranger();
    client.get(&format!("/first-run?code={code}")).await.leads_to("/first-run");
    let page = client.get("/first-run").await.expect(200).text();
    assert!(!page.contains(&code) && !page.contains("name=\"code\""));
    become_administrator(&client, "", "ana").await.leads_to("/");
    assert_eq!(client.cookie("keydesk-setup"), None);
    client.get("/users").await.expect(200);
    assert_eq!(desk.value::<i64>("SELECT set_up_at FROM installation").await, START);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_a_printed_link_works_with_what_was_copied_along_and_a_broken_one_takes_no_code_away() {
    let desk = empty().await;
    let code = desk.setup_code().await;
    let (front, back) = code.split_at(13);
    for copied in [
        format!("{code}."),
        format!("{code}-"),
        format!("{code}%E2%80%8B"),
        format!("%20{front}-{back}%0A"),
        code.to_uppercase(),
    ] {
        let client = desk.stranger();
        client.get(&format!("/first-run?code={copied}")).await.leads_to("/first-run");
        assert_eq!(client.cookie("keydesk-setup").as_ref(), Some(&code), "{copied}");
    }
    let client = desk.stranger();
    client.get(&format!("/first-run?code={code}")).await.leads_to("/first-run");
    for broken in [".", "%E2%80%8B", "%00", "a%2Bb", "%F0%9F%94%91", &"x".repeat(65)] {
        let answer = client.get(&format!("/first-run?code={broken}")).await;
        assert_eq!(answer.all("set-cookie").count(), 0, "{broken}");
        answer.leads_to("/first-run");
        assert_eq!(client.cookie("keydesk-setup").as_ref(), Some(&code), "{broken}");
    }
    become_administrator(&client, "", "ana").await.leads_to("/");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_what_is_said_of_a_password_needs_the_code_too_and_ends_with_the_first_run() {
    let desk = empty().await;
    let code = desk.setup_code().await;
    let ask = async |client: &Client, code: &str, password: &str| {
        let form = json!({ "code": code, "username": "ana", "display_name": "Ana Moreira", "password": password });
        client.send(Request::json("/first-run/strength", &form)).await
    };
    let client = desk.stranger();
    ask(&client, "nonsense", PASSWORD).await.expect(422);
    ask(&client, "", PASSWORD).await.expect(422);
    let said = ask(&client, &code, "Ana Moreira moreira").await.expect(200).json();
    assert_eq!(said["words"], "This is made of your name or ours. Choose something unrelated.");
    // The kept code is as good as a typed one.
    client.get(&format!("/first-run?code={code}")).await.leads_to("/first-run");
    let said = ask(&client, "", PASSWORD).await.expect(200).json();
    assert!(said["score"].as_u64().unwrap() >= 3, "{said}");
    let nonsense = Request::json("/first-run/strength", &json!("nonsense"));
    client.send(nonsense).await.expect(422);
    become_administrator(&client, &code, "ana").await.leads_to("/");
    ask(&client, &code, PASSWORD).await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_looking_at_the_link_uses_nothing_up() {
    let desk = empty().await;
    let code = desk.setup_code().await;
    for _ in 0..3 {
        desk.stranger().get(&format!("/first-run?code={code}")).await.leads_to("/first-run");
    }
    become_administrator(&desk.stranger(), &code, "ana").await.leads_to("/");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_an_old_code_opens_nothing() {
    let desk = empty().await;
    let code = desk.setup_code().await;
    desk.clock.advance(24 * domain::HOUR);
    become_administrator(&desk.stranger(), &code, "mallory").await.expect(422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_problem_of_the_form_is_told_at_once_and_what_was_typed_stays() {
    let desk = empty().await;
    let code = desk.setup_code().await;
    let fields = [
        ("code", code.as_str()),
        ("username", "<b>x"),
        ("display_name", ""),
        ("email", "nowhere"),
        ("password", "short"),
    ];
    let page = desk.stranger().form("/first-run", &fields).await.expect(422).text();
    for told in ["Use only the letters", "Fill this in.", "name@example.org", "Use at least 15 characters."] {
        assert!(page.contains(told), "{told}");
    }
    assert!(page.contains("value=\"&lt;b&gt;x\"") && page.contains("value=\"nowhere\""), "{page}");
    assert!(!page.contains("value=\"short\"") && !page.contains("<b>x"));
    become_administrator(&desk.stranger(), &code, "ana").await.leads_to("/");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_the_first_address_leads_to_the_first_run_and_afterwards_to_the_sign_in() {
    let desk = empty().await;
    for path in ["/", "/users", "/sign-in", "/account/security"] {
        desk.stranger().get(path).await.leads_to("/first-run");
    }
    desk.stranger().sign_in("ana", PASSWORD).await.expect(401);
    let code = desk.setup_code().await;
    become_administrator(&desk.stranger(), &code, "ana").await.leads_to("/");
    desk.stranger().get("/").await.leads_to("/sign-in");
    desk.stranger().get("/first-run").await.leads_to("/sign-in");
    desk.stranger().get(&format!("/first-run?code={code}")).await.leads_to("/sign-in");
    desk.stranger().sign_in("ana", PASSWORD).await.leads_to("/");
}

on_both! {
    async fn t5_afterwards_the_endpoint_itself_refuses(seeded: Desk) {
        let code = "abcdefghjkmnpqrstuvwxyz234";
        for client in [seeded.stranger(), seeded.person("ingrid").await, seeded.person("ana").await] {
            let answer = become_administrator(&client, code, "mallory").await.expect(409);
            assert!(answer.text().contains("Keydesk is set up already"));
        }
        assert_eq!(seeded.count("users").await, 7);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_two_first_runs_at_once_make_one_administrator_on_sqlite() {
    race(empty().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_two_first_runs_at_once_make_one_administrator_on_postgres() {
    if crate::support::left_out(module_path!()) {
        return;
    }
    let database = crate::support::create_database().await;
    race(Plan::empty().on_postgres(&database).open().await).await;
    crate::support::drop_database(&database).await;
}

async fn race(desk: Desk) {
    // Two valid codes, as two nodes print them; two people for each.
    let codes = [desk.setup_code().await, desk.setup_code().await];
    let clients: Vec<_> = (0..4).map(|_| desk.stranger()).collect();
    let answers = futures::future::join_all(clients.iter().enumerate().map(|(at, client)| {
        let code = &codes[at % 2];
        async move { become_administrator(client, code, &format!("person{at}")).await }
    }))
    .await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 303, "{statuses:?}");
    // Whoever comes just after finds it set up, or the code used.
    assert!(statuses[1..].iter().all(|status| [409, 422].contains(status)), "{statuses:?}");
    assert_eq!((desk.count("users").await, desk.count("memberships").await), (1, 1));
    assert_eq!((desk.count("sessions").await, desk.count("setup_codes").await), (1, 0));
    assert_eq!(desk.events("installation_set_up").await, 1);
    let winner = answers.iter().position(|answer| answer.status == 303).unwrap();
    clients[winner]
        .call("users/list", json!({ "listing": domain::users::UserListing::default(), "fields": [] }))
        .await
        .expect(200);
    let late = become_administrator(&desk.stranger(), &codes[0], "late").await.expect(409);
    assert_eq!(late.all("set-cookie").count(), 0);
    desk.stranger().form("/first-run", &[("password", ANOTHER)]).await.expect(409);
}
