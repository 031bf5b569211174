//! Six digits behind a right password: how many can be tried, and who learns of it.

use domain::{DAY, Error, HOUR, MINUTE, Problem, SECOND, factors::Proof};
use services::{
    account, credentials, jobs,
    sign_in::{self, Attempt, SecondFactor, SignedIn},
    throttle, users,
};

use crate::{codes::App, support::*};

const DEVICE: [u8; 32] = [9; 32];

async fn waiting(desk: &Desk) -> String {
    let attempt = Attempt { login: "ingrid", password: PASSWORD, cookies: fresh() };
    match sign_in::with_password(&desk.stranger(), attempt).await.unwrap() {
        SignedIn::SecondFactor { token, .. } => token,
        SignedIn::Session(_) => panic!("nothing more is asked"),
    }
}

/// Guesses as somebody who has the password and a browser of their own.
async fn guess(desk: &Desk, token: &str) -> Error {
    sign_in::with_second_factor(&desk.stranger(), token, SecondFactor::App("000000"), fresh(), false).await.told()
}

/// As if so many had been wrong so far, the last of them now, and none of them waited for.
async fn were_wrong(desk: &Desk, failures: i64) {
    desk.run("UPDATE throttle SET failures = $1, blocked_until = 0", [failures.into()]).await;
}

fn wrong() -> Error {
    field("code", Problem::CodeWrong)
}

fn waits(seconds: i64) -> Error {
    Error::TooMany { retry_after: seconds as u32 }
}

on_both! {
    async fn t7_guesses_of_a_code_are_remembered_for_a_day(desk: Desk) {
        desk.cast().await;
        App::of(&desk, "ingrid").await;
        let token = waiting(&desk).await;
        assert_eq!(guess(&desk, &token).await, wrong());
        were_wrong(&desk, 20).await;
        desk.clock.advance(23 * HOUR);
        jobs::cleanup(&desk.system()).await.unwrap();
        let token = waiting(&desk).await;
        assert_eq!(guess(&desk, &token).await, wrong());
        assert_eq!(guess(&desk, &token).await, waits(15 * 60), "an hour of rest made nothing forgotten");
        desk.clock.advance(DAY + SECOND);
        let token = waiting(&desk).await;
        for _ in 0..5 {
            assert_eq!(guess(&desk, &token).await, wrong(), "a day without any begins anew");
        }
    }
}

on_both! {
    async fn t7_after_a_hundred_guesses_each_costs_a_day_and_its_owner_is_told_and_gets_through(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        desk.known_on("ingrid", DEVICE).await;
        let token = waiting(&desk).await;
        assert_eq!(guess(&desk, &token).await, wrong());
        were_wrong(&desk, 8).await;
        assert_eq!(guess(&desk, &token).await, wrong());
        assert_eq!(desk.events_of("codes_guessed").await.len(), 0, "these may be slips");
        were_wrong(&desk, 9).await;
        assert_eq!(guess(&desk, &token).await, wrong());
        assert_eq!(desk.events_of("codes_guessed").await[0].event("count"), 10);
        were_wrong(&desk, 99).await;
        assert_eq!(guess(&desk, &token).await, wrong());
        assert_eq!(guess(&desk, &token).await, waits(24 * 60 * 60));
        assert_eq!(desk.events_of("codes_guessed").await[1].event("count"), 100);
        desk.clock.advance(DAY + SECOND);
        let token = waiting(&desk).await;
        assert_eq!(guess(&desk, &token).await, wrong());
        assert_eq!(guess(&desk, &token).await, waits(24 * 60 * 60), "waiting did not buy a hundred more");

        // Her own browser has its own allowance, and she learns of it there.
        let own = waiting(&desk).await;
        let code = app.code(&desk);
        let seat = sign_in::with_second_factor(&desk.stranger(), &own, SecondFactor::App(&code), on(DEVICE), false).await.unwrap();
        let ingrid = desk.sit(&seat).await;
        let told = account::notices(&ingrid).await.unwrap();
        let told: Vec<_> = told.iter().map(|notice| notice.sentence.plain()).filter(|told| told.contains("wrong")).collect();
        let of = |count| format!("{count} wrong codes in a row were given for Ingrid Sólveigardóttir");
        assert_eq!(told, [of(101), of(100), of(10)]);
        // A new password shuts whoever guesses out, and she waits no longer on new browsers.
        credentials::change_password(&ingrid, PASSWORD, ANOTHER, true).await.unwrap();
        desk.clock.advance(MINUTE);
        let attempt = Attempt { login: "ingrid", password: ANOTHER, cookies: fresh() };
        let SignedIn::SecondFactor { token, .. } = sign_in::with_password(&desk.stranger(), attempt).await.unwrap() else {
            panic!("nothing more is asked");
        };
        let code = app.code(&desk);
        sign_in::with_second_factor(&desk.stranger(), &token, SecondFactor::App(&code), fresh(), false).await.unwrap();
    }
}

on_both! {
    async fn t7_signing_in_as_oneself_gives_no_new_guesses_at_the_codes_of_somebody_else_who_is_told(desk: Desk) {
        desk.cast().await;
        App::of(&desk, "ingrid").await;
        // A browser that knows her, on a desk that she shares with Grace.
        let mut browser = Browser::with(token());
        desk.known_on("ingrid", browser.holds).await;
        let hers = waiting(&desk).await;
        for _ in 0..10 {
            let second = SecondFactor::App("000000");
            let told = sign_in::with_second_factor(&desk.stranger(), &hers, second, browser.cookies(), false).await.told();
            assert_eq!(told, wrong());
            // As if it had been waited for.
            desk.run("UPDATE throttle SET blocked_until = 0", []).await;
            let grace = Attempt { login: "grace", password: PASSWORD, cookies: browser.cookies() };
            sign_in::with_password(&desk.stranger(), grace).await.unwrap();
            browser.was_let_in();
        }
        let guessed = desk.events_of("codes_guessed").await;
        assert_eq!(guessed.iter().map(|event| event.event("count").clone()).collect::<Vec<_>>(), [10]);
    }
}

on_both! {
    async fn t7_a_reset_by_an_administrator_and_their_release_end_the_wait_as_well(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        let token = waiting(&desk).await;
        assert_eq!(guess(&desk, &token).await, wrong());
        were_wrong(&desk, 99).await;
        assert_eq!(guess(&desk, &token).await, wrong());
        assert_eq!(users::find(&ana, id).await.unwrap().locked_for, Some(24 * 60 * 60));
        throttle::release_throttle(&ana, id).await.unwrap();
        assert_eq!(guess(&desk, &token).await, wrong());
        were_wrong(&desk, 99).await;
        assert_eq!(guess(&desk, &token).await, wrong());
        let given = credentials::reset_password(&ana, id).await.unwrap().one_time_password.unwrap();
        desk.clock.advance(MINUTE);
        let attempt = Attempt { login: "ingrid", password: &given, cookies: fresh() };
        let SignedIn::SecondFactor { token, .. } = sign_in::with_password(&desk.stranger(), attempt).await.unwrap() else {
            panic!("nothing more is asked");
        };
        let code = app.code(&desk);
        sign_in::with_second_factor(&desk.stranger(), &token, SecondFactor::App(&code), fresh(), false).await.unwrap();
    }
}

on_both! {
    async fn t7_a_code_given_as_proof_in_a_session_is_as_hard_to_guess(desk: Desk) {
        desk.cast().await;
        // In the session that set the app up.
        let ingrid = desk.person("ingrid").await;
        let setup = credentials::begin_totp(&ingrid).await.unwrap();
        credentials::add_totp(&ingrid, &setup.ticket, &App::shown(&setup).at(&desk)).await.unwrap();
        let guess = async || sign_in::reauthenticate(&ingrid, &Proof::App("000000".into())).await.told();
        assert_eq!(guess().await, wrong());
        were_wrong(&desk, 99).await;
        assert_eq!(guess().await, wrong());
        assert_eq!(guess().await, waits(24 * 60 * 60));
        assert_eq!(desk.events_of("codes_guessed").await[0].event("count"), 100);
    }
}
