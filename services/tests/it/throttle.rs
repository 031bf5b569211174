//! Brakes on guessing: they slow guessers down and lock nobody out.

use domain::{Error, MINUTE, Problem, SECOND};
use services::{
    Context, jobs,
    sign_in::{self, Attempt},
};
use tokio::task::JoinSet;

use crate::support::*;

const WRONG: &str = "wrong anchor paper thunder";

async fn fail(cx: &Context, login: &str, times: usize) {
    for _ in 0..times {
        assert_eq!(sign_in(cx, login, WRONG).await.told(), Error::NotRecognised);
    }
}

/// Fails once from each of so many addresses, several at a time.
async fn fail_from_everywhere(desk: &Desk, login: &'static str, times: usize) {
    let mut tries = JoinSet::new();
    for number in 0..times {
        let cx = desk.stranger_at(&format!("203.0.113.{number}"));
        tries.spawn(async move { sign_in(&cx, login, WRONG).await });
        if tries.len() == 16 {
            tries.join_next().await;
        }
    }
    while let Some(told) = tries.join_next().await {
        assert_eq!(told.unwrap().told(), Error::NotRecognised);
    }
}

on_both! {
    async fn t7_five_slips_cost_nothing(desk: Desk) {
        desk.cast().await;
        fail(&desk.stranger(), "ingrid", 5).await;
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn t7_after_that_even_the_right_password_waits_and_reads_as_wrong(desk: Desk) {
        desk.cast().await;
        let cx = desk.stranger();
        fail(&cx, "ingrid", 6).await;
        assert_eq!(sign_in(&cx, "ingrid", PASSWORD).await.told(), Error::NotRecognised);
        // The same person from elsewhere, and somebody else from here, are not concerned.
        sign_in(&desk.stranger_at("198.51.100.4"), "ingrid", PASSWORD).await.unwrap();
        sign_in(&cx, "priya", PASSWORD).await.unwrap();
        desk.clock.advance(SECOND);
        sign_in(&cx, "ingrid", PASSWORD).await.unwrap();
        // The log learns of the repetitions once their minute is over, with the last reason.
        desk.clock.advance(MINUTE);
        jobs::flush(&desk.system()).await.unwrap();
        let told = desk.events_of("sign_in_failed").await;
        assert_eq!(told.last().unwrap().event("reason"), "throttled");
        assert_eq!(told.last().unwrap().event("times"), 6);
    }
}

on_both! {
    async fn t7_waits_grow_with_every_failure(desk: Desk) {
        desk.cast().await;
        let cx = desk.stranger();
        fail(&cx, "ingrid", 6).await;
        for wait in [1, 2, 4, 8] {
            desk.clock.advance(wait * SECOND);
            fail(&cx, "ingrid", 1).await;
        }
        // Sixteen seconds now; a try in between does not prolong them.
        desk.clock.advance(15 * SECOND);
        assert_eq!(sign_in(&cx, "ingrid", PASSWORD).await.told(), Error::NotRecognised);
        desk.clock.advance(SECOND);
        sign_in(&cx, "ingrid", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn t7_a_success_forgives(desk: Desk) {
        desk.cast().await;
        let cx = desk.stranger();
        for _ in 0..3 {
            fail(&cx, "ingrid", 5).await;
            sign_in(&cx, "ingrid", PASSWORD).await.unwrap();
        }
    }
}

on_both! {
    async fn t7_a_quarter_of_an_hour_without_failure_forgives(desk: Desk) {
        desk.cast().await;
        let cx = desk.stranger();
        fail(&cx, "ingrid", 6).await;
        desk.clock.advance(15 * MINUTE + 1);
        fail(&cx, "ingrid", 5).await;
        sign_in(&cx, "ingrid", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn t7_a_source_that_keeps_failing_is_told_to_wait(desk: Desk) {
        desk.cast().await;
        let mut tries = JoinSet::new();
        for number in 0..51 {
            let cx = desk.stranger_at(&format!("2001:db8:1:2::{number}"));
            tries.spawn(async move { sign_in(&cx, &format!("name{number}"), WRONG).await });
            if tries.len() == 16 {
                tries.join_next().await;
            }
        }
        tries.join_all().await;
        // One network is one source, whoever is named and whatever is typed.
        let near = desk.stranger_at("2001:db8:1:2:ffff::1");
        for login in ["ingrid", "nobody"] {
            let told = sign_in(&near, login, PASSWORD).await.told();
            assert_eq!(told, Error::TooMany { retry_after: 1 });
        }
        // Another node, or this one after a restart, finds it waiting and remembers that.
        let other = desk.node().await.stranger(origin("2001:db8:1:2::2"));
        for _ in 0..2 {
            assert_eq!(sign_in(&other, "ingrid", PASSWORD).await.told(), Error::TooMany { retry_after: 1 });
        }
        sign_in(&desk.stranger_at("2001:db8:1:3::1"), "ingrid", PASSWORD).await.unwrap();
        desk.clock.advance(SECOND);
        sign_in(&near, "ingrid", PASSWORD).await.unwrap();
        sign_in(&other, "ingrid", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn t7_guessing_from_everywhere_makes_strange_browsers_wait_half_a_minute(desk: Desk) {
        desk.cast().await;
        let device = [5; 32];
        desk.known_on("ingrid", device).await;
        fail_from_everywhere(&desk, "ingrid", 40).await;

        let fresh = desk.stranger_at("198.51.100.4");
        assert_eq!(sign_in(&fresh, "ingrid", PASSWORD).await.told(), Error::NotRecognised);
        // The browser she uses every day does not share the wait; nor does a stranger's
        // browser become hers by naming another device.
        let known = Attempt { login: "ingrid", password: PASSWORD, cookies: on(device) };
        sign_in::with_password(&fresh, known).await.unwrap();
        let unknown = Attempt { login: "ingrid", password: PASSWORD, cookies: on([6; 32]) };
        assert_eq!(sign_in::with_password(&fresh, unknown).await.told(), Error::NotRecognised);
        desk.clock.advance(30 * SECOND);
        sign_in(&desk.stranger_at("198.51.100.5"), "ingrid", PASSWORD).await.unwrap();
    }
}

/// Signs in in this browser, which keeps the cookie that it gets.
async fn let_in(desk: &Desk, login: &str, browser: &mut Browser) {
    let attempt = Attempt { login, password: PASSWORD, cookies: browser.cookies() };
    sign_in::with_password(&desk.stranger(), attempt).await.unwrap();
    browser.was_let_in();
}

on_both! {
    async fn t7_signing_in_as_oneself_gives_no_new_guesses_at_somebody_else_in_the_same_browser(desk: Desk) {
        desk.cast().await;
        for has_a_name in [true, false] {
            let mut browser = Browser::with(token());
            let_in(&desk, "ingrid", &mut browser).await;
            let_in(&desk, "grace", &mut browser).await;
            if !has_a_name {
                // Known since before browsers had names.
                desk.run("UPDATE known_devices SET browser_id = NULL", []).await;
            }
            let ingrid = async |browser: &Browser, password: &str| {
                let attempt = Attempt { login: "ingrid", password, cookies: browser.cookies() };
                sign_in::with_password(&desk.stranger(), attempt).await.told()
            };
            for _ in 0..6 {
                assert_eq!(ingrid(&browser, WRONG).await, Error::NotRecognised);
                let_in(&desk, "grace", &mut browser).await;
            }
            let told = ingrid(&browser, PASSWORD).await;
            assert_eq!(told, Error::NotRecognised, "her six guesses count no more, named: {has_a_name}");
            desk.clock.advance(SECOND);
            let_in(&desk, "ingrid", &mut browser).await;
        }
    }
}

on_both! {
    async fn t7_an_outsider_who_goes_on_cannot_prolong_the_wait(desk: Desk) {
        desk.cast().await;
        // One after the other: at once, which of them sets the first wait would be chance.
        for number in 0..40 {
            fail(&desk.stranger_at(&format!("203.0.113.{number}")), "ingrid", 1).await;
        }
        desk.clock.advance(SECOND);
        fail(&desk.stranger(), "ingrid", 1).await;
        // Half a minute from now, whatever is tried in between.
        for number in 0..29 {
            desk.clock.advance(SECOND);
            fail(&desk.stranger_at(&format!("198.51.100.{number}")), "ingrid", 1).await;
        }
        desk.clock.advance(SECOND);
        sign_in(&desk.stranger_at("192.0.2.8"), "ingrid", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn t7_attempts_at_once_are_all_counted(desk: Desk) {
        desk.cast().await;
        let mut tries = JoinSet::new();
        for _ in 0..12 {
            let cx = desk.stranger();
            tries.spawn(async move { sign_in(&cx, "ingrid", WRONG).await });
        }
        tries.join_all().await;
        let most: i64 = desk.value("SELECT max(failures) FROM throttle", []).await;
        assert_eq!(most, 12);
    }
}

on_both! {
    async fn t7_unknown_names_are_braked_like_known_ones(desk: Desk) {
        desk.cast().await;
        fail(&desk.stranger(), "nobody", 6).await;
        fail(&desk.stranger_at("198.51.100.4"), "ingrid", 6).await;
        let of = "SELECT count(*) FROM throttle WHERE failures = 6 AND blocked_until = $1";
        assert_eq!(desk.value::<i64, 1>(of, [(START + SECOND).into()]).await, 2);
    }
}

on_both! {
    async fn t7_the_table_does_not_list_what_people_typed(desk: Desk) {
        desk.cast().await;
        fail(&desk.stranger(), "ingrid", 1).await;
        for row in desk.rows("SELECT bucket FROM throttle", []).await {
            let bucket: Vec<u8> = row.try_get_by_index(0).unwrap();
            assert_eq!(bucket.len(), 32);
            assert!(!bucket.windows(6).any(|part| part == b"ingrid" || part == b"192.0."));
        }
    }
}

on_both! {
    async fn t7_nodes_share_the_brakes(desk: Desk) {
        desk.cast().await;
        fail(&desk.stranger(), "ingrid", 6).await;
        let other = desk.node().await.stranger(origin("192.0.2.7"));
        assert_eq!(sign_in(&other, "ingrid", PASSWORD).await.told(), Error::NotRecognised);
    }
}

on_both! {
    async fn t7_confirming_oneself_is_braked_too(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        for _ in 0..6 {
            let told = prove(&ingrid, WRONG).await.told();
            assert_eq!(told, field("password", Problem::PasswordWrong));
        }
        let told = prove(&ingrid, PASSWORD).await.told();
        assert!(matches!(told, Error::TooMany { .. }), "{told:?}");
        let told = services::credentials::change_password(&ingrid, PASSWORD, ANOTHER, true).await.told();
        assert!(matches!(told, Error::TooMany { .. }), "the password form is no way round: {told:?}");
        desk.clock.advance(SECOND);
        prove(&ingrid, PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn old_failures_are_forgotten_and_fresh_ones_are_not(desk: Desk) {
        desk.cast().await;
        fail(&desk.stranger(), "ingrid", 1).await;
        desk.clock.advance(61 * MINUTE);
        fail(&desk.stranger_at("198.51.100.4"), "priya", 1).await;
        assert_eq!(desk.count("throttle").await, 6);
        services::jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(desk.count("throttle").await, 3);
    }
}
