//! Clients that hang up before they are answered (T4, T7).

use domain::{Error, Problem};
use services::{Context, Disconnect, Failure};

use crate::support::*;

const WRONG: &str = "wrong anchor paper thunder";

/// Tries to sign in and hangs up while the attempt waits for a thread.
async fn hang_up(desk: &Desk, cx: Context, login: &'static str) {
    let mut counts = desk.installation.hasher().counts();
    let before = counts.borrow().waiting;
    let (disconnect, client) = Disconnect::watched();
    let cx = cx.on_connection(disconnect);
    let tried = tokio::spawn(async move { sign_in(&cx, login, WRONG).await });
    counts.wait_for(|counts| counts.waiting == before + 1).await.unwrap();
    drop(client);
    let told = tried.await.unwrap();
    assert!(matches!(told, Err(Failure::Abandoned)), "{told:?}");
}

/// The failures of each bucket, the fewest first.
async fn failures(desk: &Desk) -> Vec<i64> {
    let rows = desk.rows("SELECT failures FROM throttle ORDER BY failures", []).await;
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

on_both! {
    async fn t7_an_attempt_left_before_its_hash_counts_against_its_source_and_nobody_else(desk: Desk) {
        desk.cast().await;
        let hashes = desk.installation.hasher().counts().borrow().hashes;
        let held = desk.installation.hasher().hold().await;
        for login in ["ingrid", "nobody"] {
            hang_up(&desk, desk.stranger(), login).await;
        }
        assert_eq!(failures(&desk).await, [2], "one bucket: the source's");
        let people: i64 = desk.value("SELECT count(*) FROM throttle WHERE user_id IS NOT NULL", []).await;
        assert_eq!(people, 0);
        let told = desk.events_of("sign_in_failed").await;
        let reasons: Vec<_> = told.iter().map(|event| event.event("reason").clone()).collect();
        assert_eq!(reasons, ["hung_up", "hung_up"]);
        assert_eq!(told[0].event("user")["name"], "Ingrid Sólveigardóttir");
        assert_eq!(desk.installation.hasher().counts().borrow().hashes, hashes, "a hash for nobody");
        drop(held);
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn t7_a_thousand_hang_ups_against_one_name_do_not_hold_its_owner_up(desk: Desk) {
        desk.cast().await;
        let held = desk.installation.hasher().hold().await;
        for number in 0..1_000 {
            // From forty addresses: each stays below what brakes a source.
            let cx = desk.stranger_at(&format!("203.0.113.{}", number % 40));
            hang_up(&desk, cx, "ingrid").await;
        }
        drop(held);
        let fresh = desk.stranger_at("198.51.100.4");
        sign_in(&fresh, "ingrid", PASSWORD).await.unwrap();
        assert_eq!(failures(&desk).await, [25; 40]);
    }
}

on_both! {
    async fn t7_a_source_that_keeps_hanging_up_is_told_to_wait_before_it_gets_a_place(desk: Desk) {
        desk.cast().await;
        let held = desk.installation.hasher().hold().await;
        for _ in 0..51 {
            hang_up(&desk, desk.stranger(), "ingrid").await;
        }
        assert_eq!(sign_in(&desk.stranger(), "priya", PASSWORD).await.told(), Error::TooMany { retry_after: 1 });
        drop(held);
        sign_in(&desk.stranger_at("198.51.100.4"), "ingrid", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn t7_a_browser_that_the_account_knows_answers_for_its_own_hang_ups(desk: Desk) {
        desk.cast().await;
        let (device, other) = ([5; 32], [6; 32]);
        desk.known_on("ingrid", device).await;
        desk.known_on("ingrid", other).await;
        let held = desk.installation.hasher().hold().await;
        let mut counts = desk.installation.hasher().counts();
        let (disconnect, client) = Disconnect::watched();
        let cx = desk.stranger().on_connection(disconnect);
        let attempt = services::sign_in::Attempt { login: "ingrid", password: WRONG, cookies: on(device) };
        let tried = tokio::spawn(async move { services::sign_in::with_password(&cx, attempt).await });
        counts.wait_for(|counts| counts.waiting == 1).await.unwrap();
        drop(client);
        assert!(matches!(tried.await.unwrap(), Err(Failure::Abandoned)));
        assert_eq!(failures(&desk).await, [1], "its own, and neither the source's nor the account's");
        drop(held);
        let attempt = services::sign_in::Attempt { login: "ingrid", password: PASSWORD, cookies: on(other) };
        services::sign_in::with_password(&desk.stranger(), attempt).await.unwrap();
    }
}

/// Gives a wrong password as proof, and hangs up while it waits for a thread.
async fn hang_up_on_proof(desk: &Desk, own: &Context) {
    let mut counts = desk.installation.hasher().counts();
    let (disconnect, client) = Disconnect::watched();
    let cx = own.clone().on_connection(disconnect);
    let mut tried = tokio::spawn(async move { prove(&cx, WRONG).await });
    tokio::select! {
        told = &mut tried => panic!("it was answered before it was looked at: {told:?}"),
        waits = counts.wait_for(|counts| counts.waiting == 1) => drop(waits.unwrap()),
    }
    drop(client);
    let told = tried.await.unwrap();
    assert!(matches!(told, Err(Failure::Abandoned)), "{told:?}");
}

on_both! {
    async fn t7_proof_that_nothing_came_to_look_at_makes_nobody_wait(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let hasher = desk.installation.hasher();
        let held = hasher.hold().await;
        for _ in 0..10 {
            hang_up_on_proof(&desk, &ingrid).await;
        }
        let places: Vec<_> = std::iter::from_fn(|| hasher.place().ok()).collect();
        for _ in 0..10 {
            let told = prove(&ingrid, WRONG).await.told();
            assert!(matches!(told, Error::Busy { .. }), "{told:?}");
        }
        drop((places, held));
        for _ in 0..5 {
            assert_eq!(prove(&ingrid, WRONG).await.told(), field("password", Problem::PasswordWrong));
        }
        prove(&ingrid, PASSWORD).await.expect("five slips cost nothing");
    }
}

on_both! {
    async fn t7_whoever_hangs_up_gets_that_attempt_back_and_no_guess_before_it(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        for _ in 0..5 {
            assert_eq!(prove(&ingrid, WRONG).await.told(), field("password", Problem::PasswordWrong));
        }
        let held = desk.installation.hasher().hold().await;
        // The sixth: it puts a brake on, and takes it away again.
        hang_up_on_proof(&desk, &ingrid).await;
        assert_eq!(failures(&desk).await, [5]);
        drop(held);
        assert_eq!(prove(&ingrid, WRONG).await.told(), field("password", Problem::PasswordWrong));
        assert_eq!(prove(&ingrid, PASSWORD).await.told(), Error::TooMany { retry_after: 1 });
    }
}

on_both! {
    async fn t7_a_guess_under_way_counts_though_its_client_hangs_up(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let hasher = desk.installation.hasher();
        let mut counts = hasher.counts();
        let held = hasher.hold().await;
        let (disconnect, client) = Disconnect::watched();
        let cx = ingrid.on_connection(disconnect);
        let tried = tokio::spawn(async move { prove(&cx, WRONG).await });
        counts.wait_for(|counts| counts.waiting == 1).await.unwrap();
        drop(held);
        // A thread has taken it.
        counts.wait_for(|counts| counts.waiting == 0).await.unwrap();
        drop(client);
        assert_eq!(tried.await.unwrap().told(), field("password", Problem::PasswordWrong));
        assert_eq!(failures(&desk).await, [1]);
    }
}

on_both! {
    async fn t4_those_who_hang_up_leave_the_queue_to_those_who_wait(desk: Desk) {
        desk.cast().await;
        let hasher = desk.installation.hasher();
        let held = hasher.hold().await;
        let mut counts = hasher.counts();
        let hashes = counts.borrow().hashes;
        // As many as fit, from as many addresses.
        let mut clients = vec![];
        let mut tries = tokio::task::JoinSet::new();
        while let Ok(place) = hasher.place() {
            drop(place);
            let (disconnect, client) = Disconnect::watched();
            let cx = desk.stranger_at(&format!("203.0.113.{}", clients.len())).on_connection(disconnect);
            clients.push(client);
            tries.spawn(async move { sign_in(&cx, "ingrid", WRONG).await });
            counts.wait_for(|counts| counts.waiting == clients.len()).await.unwrap();
        }
        let told = sign_in(&desk.stranger(), "ingrid", PASSWORD).await.told();
        assert!(matches!(told, Error::Busy { .. }), "{told:?}");
        drop(clients);
        while let Some(tried) = tries.join_next().await {
            assert!(matches!(tried.unwrap(), Err(Failure::Abandoned)));
        }
        let cx = desk.stranger();
        let waits = tokio::spawn(async move { sign_in(&cx, "ingrid", PASSWORD).await });
        counts.wait_for(|counts| counts.waiting == 1).await.unwrap();
        drop(held);
        waits.await.unwrap().unwrap();
        assert_eq!(counts.borrow().hashes, hashes + 1, "only for whoever waited");
    }
}
