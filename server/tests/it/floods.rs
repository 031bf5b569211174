//! T4, T7: many attempts at once, and attempts that go on.

use futures::{
    StreamExt,
    stream::{self, FuturesUnordered},
};

use crate::support::{Answer, Client, Desk, PASSWORD, Plan};

/// This many wrong passwords for people who are not there, a few at a time.
async fn fail(count: usize, client: impl Fn(usize) -> Client) -> Vec<u16> {
    let tries = (0..count).map(|number| {
        let client = client(number);
        async move { client.sign_in(&format!("nobody{number}"), "wrong").await.status }
    });
    stream::iter(tries).buffer_unordered(8).collect().await
}

fn waits(answer: &Answer) -> u64 {
    answer.header("retry-after").expect("it says when to come back").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t7_a_source_that_keeps_failing_waits_and_others_do_not() {
    let desk = Plan::default().set("trusted_proxies", "127.0.0.0/8").open().await;
    let from = |address: &str| desk.stranger().forwarded_for(address);
    let statuses = fail(50, |_| from("203.0.113.9")).await;
    assert!(statuses.iter().all(|status| *status == 401), "{statuses:?}");
    from("203.0.113.9").sign_in("nobody", "wrong").await.expect(401);
    let answer = from("203.0.113.9").sign_in("ana", PASSWORD).await.expect(429);
    assert_eq!(waits(&answer), 1);
    assert!(answer.text().contains("Too many attempts. Try again in a second."), "{}", answer.text());
    from("203.0.113.10").sign_in("ana", PASSWORD).await.leads_to("/");
    // What the source says of itself does not help it; only what the proxy saw counts.
    from("203.0.113.10, 203.0.113.9").sign_in("ana", PASSWORD).await.expect(429);
    desk.clock.advance(domain::SECOND);
    from("203.0.113.9").sign_in("ana", PASSWORD).await.leads_to("/");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t7_an_address_that_nobody_trusted_forwards_is_ignored() {
    let desk = Plan::default().set("trusted_proxies", "10.0.0.0/8").open().await;
    let from = |number: usize| desk.stranger().forwarded_for(&format!("203.0.113.{number}"));
    fail(51, from).await;
    let answer = from(200).sign_in("ana", PASSWORD).await.expect(429);
    assert!(waits(&answer) >= 1);
    let addresses: Vec<String> = desk
        .rows("SELECT details FROM audit_events WHERE kind = 'sign_in_failed'")
        .await
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect();
    assert!(addresses.iter().all(|details| details.contains("127.0.0.1") && !details.contains("203.0.113")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t7_a_known_browser_gets_in_while_strangers_try_the_same_name() {
    let desk = Plan::default().set("trusted_proxies", "127.0.0.0/8").open().await;
    let own = desk.stranger().forwarded_for("198.51.100.1");
    own.sign_in("ingrid", PASSWORD).await.leads_to("/");
    own.form("/sign-out", &[]).await.leads_to("/sign-in");
    let tries = (0..35).map(|number| {
        let client = desk.stranger().forwarded_for(&format!("203.0.113.{number}"));
        async move { client.sign_in("ingrid", "wrong").await.status }
    });
    let statuses: Vec<_> = stream::iter(tries).buffer_unordered(8).collect().await;
    assert!(statuses.iter().all(|status| *status == 401));
    desk.stranger().forwarded_for("198.51.100.2").sign_in("ingrid", PASSWORD).await.expect(401);
    own.sign_in("ingrid", PASSWORD).await.leads_to("/");
    desk.clock.advance(30 * domain::SECOND);
    desk.stranger().forwarded_for("198.51.100.2").sign_in("ingrid", PASSWORD).await.leads_to("/");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t7_trying_ones_own_password_is_braked_as_well() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let wrong = serde_json::json!({ "proof": { "password": "wrong" } });
    for _ in 0..6 {
        ana.call("account/prove", wrong.clone()).await.expect(422);
    }
    let answer = ana.call("account/prove", serde_json::json!({ "proof": { "password": PASSWORD } })).await.expect(429);
    assert!(waits(&answer) > 0);
}

/// Other pages answer as ever.
async fn pages_answer(desk: &Desk) {
    let stranger = desk.stranger();
    for _ in 0..20 {
        stranger.get("/health").await.expect(200);
        stranger.get("/sign-in").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t4_a_flood_of_sign_ins_is_told_to_come_back_and_other_pages_still_answer() {
    const FLOOD: usize = 60;
    const FIT: usize = 12;
    let desk = Plan::default().set("trusted_proxies", "127.0.0.0/8").open().await;
    // The queue is longer with every core: all places but these are taken.
    let hasher = desk.installation.hasher();
    let held = hasher.hold().await;
    let mut taken: Vec<_> = std::iter::from_fn(|| hasher.place().ok()).collect();
    taken.truncate(taken.len() - FIT);
    let flood = (0..FLOOD).map(|number| {
        let client = desk.stranger().forwarded_for(&format!("203.0.113.{number}"));
        async move { client.sign_in("ana", "wrong").await }
    });
    let mut flood: FuturesUnordered<_> = flood.collect();
    for _ in FIT..FLOOD {
        let answer = flood.next().await.unwrap().expect(503);
        assert!(waits(&answer) > 0);
        assert!(answer.text().contains("Keydesk is busy. Try again in 2 seconds."), "{}", answer.text());
        assert!(answer.text().contains("value=\"ana\""), "what was typed is lost");
        assert!(answer.text().contains("data-options=\"\""), "a question was made up for nobody");
    }
    pages_answer(&desk).await;
    drop((taken, held));
    let served = async {
        let mut served = 0;
        while let Some(answer) = flood.next().await {
            answer.expect(401);
            served += 1;
        }
        served
    };
    let (served, ()) = futures::join!(served, pages_answer(&desk));
    assert_eq!(served, FIT);
    desk.clock.advance(domain::MINUTE);
    desk.stranger().sign_in("ana", PASSWORD).await.leads_to("/");
}
