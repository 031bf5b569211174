//! T4, T7, T23: what a request changes or leaves in the log does not depend on whether its client waits.

use std::collections::BTreeMap;

use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};
use serde_json::json;

use crate::{
    client::{Client, Request},
    support::{ANOTHER, Desk, PASSWORD, Plan},
};

/// Keeps every event from being written until it is dropped. On SQLite nothing waits for a lock for
/// long, so there the client hangs up at any moment.
async fn hold(desk: &Desk) -> Option<DatabaseTransaction> {
    if !desk.database.is_postgres() {
        return None;
    }
    let held = desk.database.writer().begin().await.unwrap();
    held.execute_unprepared("SELECT * FROM audit_head FOR UPDATE").await.unwrap();
    Some(held)
}

/// Sends a request and hangs up once it has begun, before it has ended; then waits for that.
async fn hang_up(desk: &Desk, client: &Client, request: Request) {
    let mut progress = desk.app.under_way().progress();
    let before = *progress.borrow();
    let held = hold(desk).await;
    let connection = client.begin(&request).await;
    progress.wait_for(|now| now.begun == before.begun + 1).await.unwrap();
    drop(connection);
    if let Some(held) = held {
        progress.wait_for(|now| now.left == before.left + 1).await.unwrap();
        held.rollback().await.unwrap();
    }
    desk.app.under_way().ended().await;
}

/// How many events of each kind there are.
async fn log(desk: &Desk) -> BTreeMap<String, i64> {
    let rows = desk.rows("SELECT kind, count(*) FROM audit_events GROUP BY kind").await;
    rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect()
}

/// One more event of this kind, and of no other.
async fn is_recorded(desk: &Desk, client: &Client, request: Request, kind: &str) {
    let mut expected = log(desk).await;
    *expected.entry(kind.into()).or_default() += 1;
    hang_up(desk, client, request).await;
    assert_eq!(log(desk).await, expected);
}

on_both! {
    async fn t7_a_wrong_password_counts_though_its_client_hangs_up(desk: Desk) {
        let request = Request::form("/sign-in", &[("username", "ingrid"), ("password", "wrong")]);
        let hashes = desk.installation.hasher().counts();
        let before = hashes.borrow().hashes;
        hang_up(&desk, &desk.stranger(), request).await;
        if hashes.borrow().hashes > before {
            assert_eq!(desk.count("throttle WHERE failures = 1").await, 3, "the pair, the source and the account");
        } else {
            assert_eq!(desk.count("throttle WHERE failures = 1").await, 1, "the source");
        }
        assert_eq!(desk.events("sign_in_failed").await, 1);
    }
}

on_both! {
    async fn t23_every_attempt_to_prove_oneself_is_recorded_though_its_client_hangs_up(desk: Desk) {
        let prove = Request::call("account/prove", &json!({ "proof": { "app": "000000" } }));
        is_recorded(&desk, &desk.person("ana").await, prove, "proof_failed").await;

        // Somebody who is asked for a second factor.
        desk.passkey_of("ingrid").await;
        desk.run("UPDATE users SET factors = 3 WHERE username_key = 'ingrid'").await;
        let ingrid = desk.stranger();
        ingrid.sign_in("ingrid", PASSWORD).await.leads_to("/second-factor");
        let code = Request::form("/second-factor", &[("with", "recovery"), ("code", "aaaaa-bbbbb-ccccc")]);
        is_recorded(&desk, &ingrid, code, "sign_in_failed").await;

        let stranger = desk.stranger();
        let question = stranger.form("/sign-in/passkey/ask", &[("username", "priya")]).await.expect(200).json();
        let ticket = question["ticket"].as_str().unwrap();
        let answer = Request::form("/sign-in/passkey", &[("ticket", ticket), ("answer", "{}")]);
        is_recorded(&desk, &stranger, answer, "sign_in_failed").await;
    }
}

on_both! {
    async fn t23_what_a_person_changes_is_done_whole_though_they_hang_up(desk: Desk) {
        let (here, there) = (desk.person("ana").await, desk.person("ana").await);
        is_recorded(&desk, &here, Request::form("/sign-out", &[]), "signed_out").await;
        here.get("/users").await.expect(303);
        there.get("/users").await.expect(200);

        let proof = Request::call("account/update_profile", &json!({ "display_name": "Another Name" }));
        is_recorded(&desk, &there, proof, "profile_updated").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t23_a_first_administrator_who_hangs_up_is_there() {
    let desk = Plan::empty().open().await;
    let code = desk.setup_code().await;
    let form =
        [("code", &*code), ("username", "ana"), ("display_name", "Ana Moreira"), ("email", ""), ("password", ANOTHER)];
    hang_up(&desk, &desk.stranger(), Request::form("/first-run", &form)).await;
    let hashed = desk.installation.hasher().counts().borrow().hashes;
    assert_eq!(desk.count("users").await, hashed as i64, "all of it, or, before the hash, nothing");
    if hashed == 1 {
        desk.stranger().sign_in("ana", ANOTHER).await.leads_to("/");
    }
}

on_both! {
    async fn t4_looking_at_a_page_ends_with_its_connection(desk: Desk) {
        let ana = desk.person("ana").await;
        let begun = desk.app.under_way().progress().borrow().begun;
        drop(ana.begin(&Request::get("/users")).await);
        ana.get("/users").await.expect(200);
        assert_eq!(desk.app.under_way().progress().borrow().begun, begun);
    }
}
