//! Judging passwords: off the runtime, one at a time for each person (T4, T30).

use domain::Problem;
use services::{Disconnect, Failure, account, credentials, setup};
use tokio::task::JoinSet;

use crate::support::*;

/// Takes the estimator longer than anything else of its length, unless it is bounded.
const SIGNS: &str = "4@8({[<3691!|70$5+%2";

on_both! {
    async fn t4_one_person_has_one_password_judged_at_a_time(desk: Desk) {
        desk.cast().await;
        let (ana, ingrid) = (desk.person("ana").await, desk.person("ingrid").await);
        let hasher = desk.installation.hasher();
        let mut counts = hasher.counts();
        let before = counts.borrow().estimates;
        let held = hasher.hold().await;
        let mut asked = JoinSet::new();
        for _ in 0..8 {
            let ana = ana.clone();
            asked.spawn(async move { credentials::password_strength(&ana, &SIGNS.repeat(6)).await });
        }
        counts.wait_for(|counts| counts.waiting == 1 && counts.in_line == 7).await.unwrap();
        // Others do not stand behind her, and nothing else waits for them.
        asked.spawn(async move { credentials::password_strength(&ingrid, ANOTHER).await });
        counts.wait_for(|counts| counts.waiting == 2).await.unwrap();
        assert_eq!(account::viewer(&ana).await.unwrap().username, "ana");
        drop(held);
        while let Some(said) = asked.join_next().await {
            said.unwrap().unwrap();
        }
        assert_eq!(counts.borrow().estimates, before + 9);
    }
}

on_both! {
    async fn t4_whoever_hangs_up_leaves_the_line(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let hasher = desk.installation.hasher();
        let mut counts = hasher.counts();
        let before = counts.borrow().estimates;
        let held = hasher.hold().await;
        let (disconnect, client) = Disconnect::watched();
        let mut asked = JoinSet::new();
        for _ in 0..8 {
            let ana = ana.clone().on_connection(disconnect.clone());
            asked.spawn(async move { credentials::password_strength(&ana, ANOTHER).await });
        }
        counts.wait_for(|counts| counts.waiting == 1 && counts.in_line == 7).await.unwrap();
        drop(client);
        while let Some(said) = asked.join_next().await {
            assert!(matches!(said.unwrap(), Err(Failure::Abandoned)));
        }
        drop(held);
        credentials::password_strength(&ana, ANOTHER).await.unwrap();
        assert_eq!(counts.borrow().estimates, before + 1);
    }
}

on_both! {
    async fn t4_the_current_password_is_checked_before_the_new_one_is_judged(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let counts = desk.installation.hasher().counts();
        let before = *counts.borrow();
        for new in [ANOTHER, "short", &SIGNS.repeat(6)] {
            let told = credentials::change_password(&ana, "wrong anchor paper thunder", new, true).await.told();
            assert_eq!(told, field("current", Problem::PasswordWrong), "{new}");
        }
        assert_eq!(counts.borrow().estimates, before.estimates, "a password was judged for a stranger");
        assert_eq!(counts.borrow().hashes, before.hashes + 3);
        let told = credentials::change_password(&ana, PASSWORD, "short", true).await.told();
        assert_eq!(told, field("new", Problem::TooShort { least: 15 }));
        let told = credentials::change_password(&ana, PASSWORD, PASSWORD, true).await.told();
        assert_eq!(told, field("new", Problem::PasswordUnchanged));
    }
}

on_both! {
    async fn t4_at_the_first_run_one_source_has_one_password_judged_at_a_time(desk: Desk) {
        let code = setup::issue_code(&desk.system()).await.unwrap().unwrap();
        let hasher = desk.installation.hasher();
        let mut counts = hasher.counts();
        let held = hasher.hold().await;
        let mut asked = JoinSet::new();
        for address in ["2001:db8:1:2::1", "2001:db8:1:2::2", "198.51.100.4"] {
            let (cx, code) = (desk.stranger_at(address), code.clone());
            asked.spawn(async move {
                let form = setup::FirstRun {
                    code: &code,
                    username: "ana",
                    display_name: &"Ana ".repeat(10_000),
                    email: "",
                    password: &SIGNS.repeat(6),
                };
                setup::password_strength(&cx, form).await
            });
        }
        counts.wait_for(|counts| counts.waiting == 2 && counts.in_line == 1).await.unwrap();
        drop(held);
        while let Some(said) = asked.join_next().await {
            assert!(said.unwrap().unwrap().score > 2);
        }
        // Without the code, nobody is worked for.
        let form = setup::FirstRun { code: "x", username: "", display_name: "", email: "", password: ANOTHER };
        let told = setup::password_strength(&desk.stranger(), form).await.told();
        assert_eq!(told, field("code", Problem::SetupCode));
        assert_eq!(counts.borrow().estimates, 3);
    }
}
