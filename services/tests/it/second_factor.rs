//! The gate after the password: codes, recovery codes, remembered browsers, and whoever has
//! to set a second factor up first.

use domain::{
    DAY, Error, MINUTE, Obligation, Problem,
    factors::{Factors, Proof, Required, SecondFactorPolicy},
    groups::Builtin,
    guard::Refusal,
    sessions::Method,
    settings::Security,
    time::TimeZone,
};
use services::{
    credentials, sessions,
    sign_in::{self, Attempt, BrowserCookies, SecondFactor, SignedIn},
    throttle, users,
};

use tokio::task::JoinSet;

use crate::{codes::App, support::*};

const DEVICE: [u8; 32] = [9; 32];

/// Gives the password; what the gate says.
async fn password(desk: &Desk, login: &str, cookies: BrowserCookies) -> SignedIn {
    let attempt = Attempt { login, password: PASSWORD, cookies };
    sign_in::with_password(&desk.stranger(), attempt).await.expect("the password is right")
}

/// Gives the password where a second factor is asked for: what names the sign-in that waits.
async fn waiting(desk: &Desk, login: &str) -> (String, Factors) {
    match password(desk, login, fresh()).await {
        SignedIn::SecondFactor { token, factors } => (token, factors),
        SignedIn::Session(_) => panic!("nothing more is asked of {login}"),
    }
}

async fn code(desk: &Desk, token: &str, code: &str) -> services::Result<sessions::NewSession> {
    sign_in::with_second_factor(&desk.stranger(), token, SecondFactor::App(code), fresh(), false).await
}

async fn policy(desk: &Desk, security: &Security) {
    let ana = desk.person("ana").await;
    decide(&ana, security).await.unwrap();
}

fn required(required: Required) -> Security {
    let second_factor = SecondFactorPolicy { required, ..SecondFactorPolicy::default() };
    Security { second_factor, ..Security::default() }
}

on_both! {
    async fn t8_a_password_alone_opens_nothing_once_there_is_an_app(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        let (token, factors) = waiting(&desk, "ingrid").await;
        assert_eq!(factors, Factors::APP);
        assert_eq!(desk.count("pending_sign_ins").await, 1);
        let signed_in = desk.events_of("signed_in").await.len();
        desk.clock.advance(MINUTE);
        let seat = code(&desk, &token, &app.code(&desk)).await.unwrap();
        assert_eq!(seat.method, Method::PasswordAndApp);
        assert!(!seat.must_enrol);
        assert_eq!(desk.events_of("signed_in").await.len(), signed_in + 1);
        assert_eq!(desk.count("pending_sign_ins").await, 0);
    }
}

on_both! {
    async fn t9_enrolment_counts_only_after_a_verified_code(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let setup = credentials::begin_totp(&ingrid).await.unwrap();
        assert!(setup.picture.starts_with("<svg"));
        assert!(setup.link.starts_with("otpauth://totp/"));
        assert_eq!(desk.count("authenticator_apps").await, 0);
        let told = credentials::add_totp(&ingrid, &setup.ticket, "000000").await.told();
        assert_eq!(told, field("code", Problem::CodeWrong));
        assert_eq!(desk.count("authenticator_apps").await, 0);
        let seat = sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        assert_eq!(seat.method, Method::Password);

        let grace = desk.person("grace").await;
        let app = App::shown(&setup);
        let told = credentials::add_totp(&grace, &setup.ticket, &app.at(&desk)).await.told();
        assert_eq!(told, field("code", Problem::TooLate), "a secret is for whom it was shown");
        desk.clock.advance(31 * MINUTE);
        let ingrid = desk.person("ingrid").await;
        let told = credentials::add_totp(&ingrid, &setup.ticket, &app.at(&desk)).await.told();
        assert_eq!(told, field("code", Problem::TooLate));
    }
}

on_both! {
    async fn t9_a_code_counts_once(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        // The code that enrolled it has counted.
        let (token, _) = waiting(&desk, "ingrid").await;
        let told = code(&desk, &token, &app.at(&desk)).await.told();
        assert_eq!(told, field("code", Problem::CodeUsed));
        desk.clock.advance(MINUTE);
        let typed = app.code(&desk);
        code(&desk, &token, &typed).await.unwrap();
        let (token, _) = waiting(&desk, "ingrid").await;
        assert_eq!(code(&desk, &token, &typed).await.told(), field("code", Problem::CodeUsed));
    }
}

on_both! {
    async fn t9_a_code_counts_once_also_where_two_arrive_at_once(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        desk.clock.advance(MINUTE);
        let typed = app.code(&desk);
        let (one, _) = waiting(&desk, "ingrid").await;
        let (two, _) = waiting(&desk, "ingrid").await;
        let give = |token: String| {
            let (cx, typed) = (desk.stranger(), typed.clone());
            async move { sign_in::with_second_factor(&cx, &token, SecondFactor::App(&typed), fresh(), false).await }
        };
        let (one, two) = at_once(give(one), give(two)).await;
        let (one, two) = (no_accident(one), no_accident(two));
        assert_eq!([&one, &two].iter().filter(|given| given.is_ok()).count(), 1, "{one:?} {two:?}");
    }
}

on_both! {
    async fn t9_a_clock_that_is_off_is_told_by_how_much_and_its_code_never_counts(desk: Desk) {
        desk.cast().await;
        let app = App::of(&desk, "ingrid").await;
        desk.clock.advance(10 * MINUTE);
        let (token, _) = waiting(&desk, "ingrid").await;
        let fast = app.after(&desk, 4 * MINUTE);
        let told = code(&desk, &token, &fast).await.told();
        assert_eq!(told, field("code", Problem::ClockOff { seconds: 240, ahead: true }));
        let slow = app.after(&desk, -3 * MINUTE);
        let told = code(&desk, &token, &slow).await.told();
        assert_eq!(told, field("code", Problem::ClockOff { seconds: 180, ahead: false }));
        let told = code(&desk, &token, &fast).await.told();
        assert_eq!(told, field("code", Problem::ClockOff { seconds: 240, ahead: true }));
        desk.clock.advance(4 * MINUTE);
        assert_eq!(code(&desk, &token, &fast).await.told(), field("code", Problem::CodeUsed));
    }
}

on_both! {
    async fn t9_the_secret_is_not_readable_and_is_bound_to_its_row(desk: Desk) {
        desk.cast().await;
        let app = App::of(&desk, "ingrid").await;
        let stored: Vec<u8> = desk.value("SELECT secret FROM authenticator_apps", []).await;
        assert!(!stored.windows(app.secret.len()).any(|window| window == app.secret));
        // Moved to somebody else's row, it opens nothing.
        let grace = desk.id_of("grace").await;
        desk.run("UPDATE authenticator_apps SET user_id = $1", [grace.0.into()]).await;
        desk.run("UPDATE users SET factors = 5 WHERE id = $1", [grace.0.into()]).await;
        desk.clock.advance(MINUTE);
        let (token, _) = waiting(&desk, "grace").await;
        assert!(code(&desk, &token, &app.at(&desk)).await.is_err());
    }
}

on_both! {
    async fn t10_a_recovery_code_lets_in_once_and_its_owner_is_told(desk: Desk) {
        desk.cast().await;
        let app = App::of(&desk, "ingrid").await;
        assert_eq!(app.recovery.len(), 10);
        let (token, _) = waiting(&desk, "ingrid").await;
        let typed = app.recovery[3].to_uppercase().replace('-', " ");
        let give = |token: String, typed: String| {
            let cx = desk.stranger();
            async move { sign_in::with_second_factor(&cx, &token, SecondFactor::RecoveryCode(&typed), fresh(), false).await }
        };
        let seat = give(token, typed.clone()).await.unwrap();
        assert_eq!(seat.method, Method::PasswordAndRecoveryCode);
        let used = &desk.events_of("recovery_code_used").await[0];
        assert_eq!(used.event("left"), 9);
        let (token, _) = waiting(&desk, "ingrid").await;
        let told = give(token.clone(), typed).await.told();
        assert_eq!(told, field("code", Problem::RecoveryCodeWrong));
        for wrong in ["", "abcde-fghjk-mnpqr", &"x".repeat(100_000)] {
            let told = give(token.clone(), wrong.to_owned()).await.told();
            assert_eq!(told, field("code", Problem::RecoveryCodeWrong));
        }
        let hashes: i64 = desk.value("SELECT count(*) FROM recovery_codes", []).await;
        assert_eq!(hashes, 10);
    }
}

on_both! {
    async fn t10_of_two_uses_at_once_one_counts_and_new_codes_kill_the_old(desk: Desk) {
        desk.cast().await;
        let app = App::of(&desk, "ingrid").await;
        let (one, _) = waiting(&desk, "ingrid").await;
        let (two, _) = waiting(&desk, "ingrid").await;
        let give = |token: String, typed: String| {
            let cx = desk.stranger();
            async move { sign_in::with_second_factor(&cx, &token, SecondFactor::RecoveryCode(&typed), fresh(), false).await }
        };
        let first = app.recovery[0].clone();
        let (one, two) = at_once(give(one, first.clone()), give(two, first)).await;
        let given = [no_accident(one).is_ok(), no_accident(two).is_ok()];
        assert_eq!(given.iter().filter(|given| **given).count(), 1);

        let (token, _) = waiting(&desk, "ingrid").await;
        let seat = give(token, app.recovery[1].clone()).await.unwrap();
        let own = desk.sit(&seat).await;
        let fresh = credentials::make_recovery_codes(&own).await.unwrap();
        let (token, _) = waiting(&desk, "ingrid").await;
        assert!(give(token.clone(), app.recovery[2].clone()).await.is_err(), "an old code still works");
        give(token, fresh[0].clone()).await.unwrap();
    }
}

on_both! {
    async fn t8_a_sign_in_waits_ten_minutes_and_not_past_a_reset(desk: Desk) {
        desk.cast().await;
        let app = App::of(&desk, "ingrid").await;
        desk.clock.advance(MINUTE);
        let (token, _) = waiting(&desk, "ingrid").await;
        desk.clock.advance(10 * MINUTE);
        assert_eq!(code(&desk, &token, &app.at(&desk)).await.told(), Error::SignedOut);

        let (token, _) = waiting(&desk, "ingrid").await;
        let ana = desk.person("ana").await;
        credentials::reset_password(&ana, desk.id_of("ingrid").await).await.unwrap();
        desk.clock.advance(MINUTE);
        assert_eq!(code(&desk, &token, &app.at(&desk)).await.told(), Error::SignedOut, "the epoch is another");
        assert_eq!(code(&desk, "nonsense", &app.at(&desk)).await.told(), Error::SignedOut);
        services::jobs::cleanup(&desk.system()).await.unwrap();
        desk.clock.advance(10 * MINUTE);
        services::jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(desk.count("pending_sign_ins").await, 0);
    }
}

on_both! {
    async fn t8_a_disabled_person_with_the_right_code_gets_nothing(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        desk.clock.advance(MINUTE);
        let (token, _) = waiting(&desk, "ingrid").await;
        desk.disable("ingrid").await;
        assert_eq!(code(&desk, &token, &app.code(&desk)).await.told(), Error::SignedOut);
    }
}

on_both! {
    async fn t7_guessing_codes_is_braked_and_known_browsers_get_through(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        desk.known_on("ingrid", DEVICE).await;
        desk.clock.advance(MINUTE);
        let (token, _) = waiting(&desk, "ingrid").await;
        let mut told = None;
        for guess in 0..6 {
            // From everywhere: the source does not matter.
            let cx = desk.stranger_at(&format!("203.0.113.{guess}"));
            told = Some(sign_in::with_second_factor(&cx, &token, SecondFactor::App("000000"), fresh(), false).await.told());
        }
        assert_eq!(told, Some(field("code", Problem::CodeWrong)));
        let waits = code(&desk, &token, &app.at(&desk)).await.told();
        assert!(matches!(waits, Error::TooMany { retry_after: 1.. }), "{waits:?}");
        let ana = desk.person("ana").await;
        let ingrid = desk.id_of("ingrid").await;
        assert!(users::find(&ana, ingrid).await.unwrap().locked_for.is_some());
        // Her own browser has its own allowance.
        let (own, _) = waiting(&desk, "ingrid").await;
        let typed = app.code(&desk);
        sign_in::with_second_factor(&desk.stranger(), &own, SecondFactor::App(&typed), on(DEVICE), false).await.unwrap();

        desk.clock.advance(MINUTE);
        let (token, _) = waiting(&desk, "ingrid").await;
        for _ in 0..3 {
            let _ = sign_in::with_second_factor(&desk.stranger(), &token, SecondFactor::App("000000"), fresh(), false).await;
        }
        let ana = desk.person("ana").await;
        throttle::release_throttle(&ana, ingrid).await.unwrap();
        assert_eq!(desk.events_of("brakes_released").await.len(), 1);
        assert_eq!(users::find(&ana, ingrid).await.unwrap().locked_for, None);
        code(&desk, &token, &app.code(&desk)).await.unwrap();
    }
}

on_both! {
    async fn t7_codes_guessed_all_at_once_do_not_pass_the_brake_together(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        App::of(&desk, "ingrid").await;
        desk.clock.advance(MINUTE);
        let (token, _) = waiting(&desk, "ingrid").await;
        let mut guesses = JoinSet::new();
        for _ in 0..30 {
            let (cx, token) = (desk.stranger(), token.clone());
            guesses.spawn(async move { sign_in::with_second_factor(&cx, &token, SecondFactor::App("000000"), fresh(), false).await });
        }
        let told: Vec<_> = guesses.join_all().await.into_iter().map(Told::told).collect();
        let looked_at = told.iter().filter(|told| **told == field("code", Problem::CodeWrong)).count();
        assert!(looked_at <= 6, "{looked_at} of thirty guesses were looked at");

        let mut guesses = JoinSet::new();
        for _ in 0..30 {
            let cx = ingrid.clone();
            guesses.spawn(async move { sign_in::reauthenticate(&cx, &Proof::App("000000".into())).await });
        }
        let told: Vec<_> = guesses.join_all().await.into_iter().map(Told::told).collect();
        let looked_at = told.iter().filter(|told| **told == field("code", Problem::CodeWrong)).count();
        assert!(looked_at <= 6, "{looked_at} of thirty guesses were looked at");
    }
}

on_both! {
    async fn a_remembered_browser_is_not_asked_until_it_is_forgotten(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        let mut browser = Browser::with(DEVICE);
        let remember = async |app: &mut App, browser: &mut Browser| {
            desk.clock.advance(MINUTE);
            let (token, _) = waiting(&desk, "ingrid").await;
            let typed = app.code(&desk);
            let second = SecondFactor::App(&typed);
            let seat = sign_in::with_second_factor(&desk.stranger(), &token, second, browser.cookies(), true).await.unwrap();
            browser.was_let_in();
            seat
        };
        let seat = remember(&mut app, &mut browser).await;
        let asked = async |browser: &mut Browser| {
            let seat = password(&desk, "ingrid", browser.cookies()).await.session();
            if seat.is_some() {
                browser.was_let_in();
            }
            seat
        };
        assert_eq!(asked(&mut browser).await.unwrap().method, Method::PasswordOnRememberedDevice);
        assert!(password(&desk, "ingrid", on([8; 32])).await.session().is_none(), "another browser");
        desk.clock.advance(30 * DAY);
        assert!(asked(&mut browser).await.is_none(), "thirty days are over");

        drop(seat);
        let seat = remember(&mut app, &mut browser).await;
        let own = desk.sit(&seat).await;
        assert_eq!(credentials::forget_own_devices(&own).await.unwrap(), 1);
        assert!(asked(&mut browser).await.is_none(), "forgotten by its owner");

        remember(&mut app, &mut browser).await;
        let ana = desk.person("ana").await;
        credentials::reset_password(&ana, desk.id_of("ingrid").await).await.unwrap();
        let remembered: i64 =
            desk.value("SELECT count(*) FROM known_devices WHERE remembered_until IS NOT NULL", []).await;
        assert_eq!(remembered, 0, "a reset forgets every browser");

        let never = SecondFactorPolicy { remember_days: 0, ..SecondFactorPolicy::default() };
        policy(&desk, &Security { second_factor: never, ..Security::default() }).await;
        remember_in_vain(&desk).await;
    }
}

async fn remember_in_vain(desk: &Desk) {
    let mut app = App::of(desk, "grace").await;
    desk.clock.advance(MINUTE);
    let (token, _) = waiting(desk, "grace").await;
    let typed = app.code(desk);
    let mut browser = Browser::with(DEVICE);
    sign_in::with_second_factor(&desk.stranger(), &token, SecondFactor::App(&typed), browser.cookies(), true)
        .await
        .unwrap();
    browser.was_let_in();
    assert!(password(desk, "grace", browser.cookies()).await.session().is_none());
}

on_both! {
    async fn t8_whoever_has_to_enrol_can_do_nothing_else_before(desk: Desk) {
        desk.cast().await;
        policy(&desk, &required(Required::Everyone)).await;
        let seat = password(&desk, "grace", fresh()).await.session().unwrap();
        assert!(seat.must_enrol);
        let grace = desk.sit(&seat).await;
        assert_eq!(grace.actor().unwrap().obligation, Some(Obligation::SecondFactor));
        let refused = Error::ObligationFirst(Obligation::SecondFactor);
        let listing = Default::default();
        assert_eq!(users::list(&grace, &listing, &[]).await.told(), refused);
        assert_eq!(services::account::profile(&grace).await.told(), refused);
        assert_eq!(sessions::list_own(&grace).await.told(), refused);
        assert_eq!(credentials::remove_totp(&grace).await.told(), refused);
        assert_eq!(credentials::make_recovery_codes(&grace).await.told(), refused);

        // Also when the sign-in was a while ago: there is nothing to prove themselves with.
        desk.clock.advance(20 * MINUTE);
        let grace = desk.sit_again().await;
        let setup = credentials::begin_totp(&grace).await.unwrap();
        let app = App::shown(&setup);
        let codes = credentials::add_totp(&grace, &setup.ticket, &app.at(&desk)).await.unwrap();
        assert_eq!(codes.unwrap().len(), 10);
        let grace = desk.sit_again().await;
        assert_eq!(grace.actor().unwrap().obligation, None);
        services::account::profile(&grace).await.unwrap();
        // Taking it away again would leave less than is required.
        sessions_proof(&desk).await;
        let grace = desk.sit_again().await;
        assert_eq!(credentials::remove_totp(&grace).await.told(), Error::Refused(Refusal::OnlySecondFactor));
    }
}

/// Moves the last session's time of proof to now.
async fn sessions_proof(desk: &Desk) {
    desk.run("UPDATE sessions SET proof_at = $1", [desk.clock.now().into()]).await;
}

on_both! {
    async fn b7_a_policy_for_some_groups_or_one_person_from_a_day_on(desk: Desk) {
        desk.cast().await;
        let managers = desk.group(Builtin::UserManagers).await;
        let mut rules = required(Required::Groups(vec![managers]));
        let utc = TimeZone::default();
        rules.second_factor.from = Some(utc.start_of(utc.date_of(START + 2 * DAY)));
        policy(&desk, &rules).await;
        let enrols = async |login: &str| password(&desk, login, fresh()).await.session().unwrap().must_enrol;
        assert!(!enrols("tomas").await, "not before the day");
        desk.clock.advance(2 * DAY);
        assert!(enrols("tomas").await);
        assert!(!enrols("ingrid").await);
        let ana = desk.person("ana").await;
        credentials::require_second_factor(&ana, desk.id_of("ingrid").await, true).await.unwrap();
        assert!(enrols("ingrid").await, "asked of her alone");
        credentials::require_second_factor(&ana, desk.id_of("ingrid").await, false).await.unwrap();
        assert!(!enrols("ingrid").await);
    }
}

on_both! {
    async fn t1_beside_a_required_second_factor_eight_characters_are_enough(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let short = "q7#Vx!pL";
        let told = services::credentials::change_password(&ingrid, PASSWORD, short, true).await.told();
        assert_eq!(told, field("new", Problem::TooShort { least: 15 }));
        let ana = desk.person("ana").await;
        credentials::require_second_factor(&ana, desk.id_of("ingrid").await, true).await.unwrap();
        services::credentials::change_password(&ingrid, PASSWORD, short, true).await.unwrap();
        let six = Security {
            passwords: domain::settings::PasswordPolicy { least: 6, words: vec!["Fjordline".into()], ..Default::default() },
            ..Security::default()
        };
        policy(&desk, &six).await;
        let grace = desk.person("grace").await;
        let told = services::credentials::change_password(&grace, PASSWORD, "Fjordline7", true).await.told();
        assert_eq!(told, field("new", Problem::PasswordPersonal), "a word of ours");
        services::credentials::change_password(&grace, PASSWORD, short, true).await.unwrap();
    }
}

on_both! {
    async fn t6_the_second_question_is_asked_only_after_the_right_password(desk: Desk) {
        desk.cast().await;
        App::of(&desk, "ingrid").await;
        let told = sign_in(&desk.stranger(), "ingrid", "wrong anchor paper thunder").await.told();
        assert_eq!(told, Error::NotRecognised);
        assert_eq!(desk.count("pending_sign_ins").await, 0);
    }
}
