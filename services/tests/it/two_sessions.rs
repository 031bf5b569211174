//! Two sessions of one person, and a sign-in of theirs that waits: what one of them sets up opens no
//! other (T8). The second half of the table in `bypass.txt`.

use std::fmt::Write as _;

use domain::{Obligation, factors::Required, settings::Security};
use services::{
    Context, credentials,
    sign_in::{self, Attempt, SecondFactor, SignedIn},
};

use crate::{authenticator::create, bypass::rules, codes::App, support::*};

/// What the person has, what holds them to more, and what is then done in the session that acts.
struct Case {
    has: &'static str,
    asked_alone: bool,
    deed: &'static str,
}

const CASES: [Case; 9] = [
    Case { has: "password", asked_alone: false, deed: "adds an app" },
    Case { has: "password", asked_alone: false, deed: "adds a passkey" },
    Case { has: "password", asked_alone: false, deed: "chooses the password that was due" },
    Case { has: "password", asked_alone: false, deed: "changes the password, no others to end" },
    Case { has: "password", asked_alone: true, deed: "adds an app" },
    Case { has: "password", asked_alone: true, deed: "is asked alone no longer" },
    Case { has: "password, app", asked_alone: false, deed: "replaces the app" },
    Case { has: "password, app", asked_alone: false, deed: "adds a passkey" },
    Case { has: "password, app", asked_alone: true, deed: "is asked alone no longer" },
];

/// Signs in as far as a password goes; with a recovery code where more is asked.
async fn opened(desk: &Desk, recovery: &mut Vec<String>) -> [u8; 32] {
    let attempt = Attempt { login: "ingrid", password: PASSWORD, cookies: fresh() };
    let seat = match sign_in::with_password(&desk.stranger(), attempt).await.unwrap() {
        SignedIn::Session(seat) => seat,
        SignedIn::SecondFactor { token, .. } => {
            let code = recovery.pop().unwrap();
            sign_in::with_second_factor(&desk.stranger(), &token, SecondFactor::RecoveryCode(&code), fresh(), false)
                .await
                .unwrap()
        }
    };
    desk.token_of(&seat).await
}

async fn waits(desk: &Desk) -> Option<String> {
    let attempt = Attempt { login: "ingrid", password: PASSWORD, cookies: fresh() };
    match sign_in::with_password(&desk.stranger(), attempt).await.unwrap() {
        SignedIn::Session(_) => None,
        SignedIn::SecondFactor { token, .. } => Some(token),
    }
}

async fn done(desk: &Desk, own: &Context, ana: &Context, deed: &str, number: u8) {
    match deed {
        "adds an app" | "replaces the app" => {
            let setup = credentials::begin_totp(own).await.unwrap();
            credentials::add_totp(own, &setup.ticket, &App::shown(&setup).at(desk)).await.unwrap();
        }
        "adds a passkey" => {
            let asked = credentials::begin_passkey(own).await.unwrap();
            let (_, answer) = create(&asked.options, number);
            credentials::add_passkey(own, &asked.ticket, &answer, "").await.unwrap();
        }
        "is asked alone no longer" => {
            credentials::require_second_factor(ana, desk.id_of("ingrid").await, false).await.unwrap();
        }
        _ => {
            if let Err(failure) = credentials::change_password(own, PASSWORD, ANOTHER, false).await {
                // Whoever has to enrol cannot change it before.
                let told = Err::<(), _>(failure).told();
                assert_eq!(told, domain::Error::ObligationFirst(Obligation::SecondFactor));
            }
        }
    }
}

async fn state(desk: &Desk, token: [u8; 32]) -> &'static str {
    match desk.resume(token).await.map(|seated| seated.loaded.actor.obligation) {
        None => "ended",
        Some(None) => "SESSION",
        Some(Some(Obligation::SecondFactor)) => "must enrol",
        Some(Some(Obligation::NewPassword)) => "new password due",
    }
}

async fn policy(desk: &Desk, security: &Security) {
    let text = serde_json::to_string(security).unwrap();
    desk.run("DELETE FROM settings WHERE name = 'security'", []).await;
    desk.run("INSERT INTO settings (name, value) VALUES ('security', $1)", [text.into()]).await;
}

/// Ingrid with a password and nothing else.
async fn anew(desk: &Desk, hash: &str) {
    let id = desk.id_of("ingrid").await;
    for table in ["sessions", "authenticator_apps", "passkeys", "recovery_codes", "pending_sign_ins"] {
        desk.run(&format!("DELETE FROM {table} WHERE user_id = $1"), [id.0.into()]).await;
    }
    let sql = "UPDATE passwords SET hash = $1, must_change_at = NULL WHERE user_id = $2";
    desk.run(sql, [hash.into(), id.0.into()]).await;
    desk.set("ingrid", "factors", 1_i64).await;
    desk.set("ingrid", "second_factor_required", 0_i64).await;
}

on_both! {
    async fn t8_what_one_session_sets_up_opens_no_other_of_its_person(desk: Desk) {
        desk.cast().await;
        let id = desk.id_of("ingrid").await;
        let hash: String = desk.value("SELECT hash FROM passwords WHERE user_id = $1", [id.0.into()]).await;
        let ana = desk.person("ana").await;
        let mut table = String::new();
        let mut number = 10;
        // That only apps count is the same from the other side.
        for (name, security) in rules().into_iter().take(3) {
            writeln!(table, "{name}, two sessions of one person").unwrap();
            for Case { has, asked_alone, deed } in &CASES {
                anew(&desk, &hash).await;
                number += 1;
                policy(&desk, &Security::default()).await;
                let mut recovery = vec![];
                if has.contains("app") {
                    recovery = App::of(&desk, "ingrid").await.recovery;
                    desk.run("DELETE FROM sessions WHERE user_id = $1", [id.0.into()]).await;
                }
                policy(&desk, &security).await;
                desk.set("ingrid", "second_factor_required", i64::from(*asked_alone)).await;
                let (acting, other) = (opened(&desk, &mut recovery).await, opened(&desk, &mut recovery).await);
                let waiting = if has.contains("app") { waits(&desk).await } else { None };
                if *deed == "chooses the password that was due" {
                    let sql = "UPDATE passwords SET must_change_at = 1 WHERE user_id = $1";
                    desk.run(sql, [id.0.into()]).await;
                }
                let before = state(&desk, other).await;
                let own = desk.resume(acting).await.unwrap().context;
                done(&desk, &own, &ana, deed, number).await;
                let waiting = match &waiting {
                    None => "-",
                    Some(token) if sign_in::find_pending(&desk.stranger(), token).await.unwrap().is_some() => "waits",
                    Some(_) => "ended",
                };
                let has = if *asked_alone { format!("{has}, asked alone") } else { (*has).to_owned() };
                let (acting, other) = (state(&desk, acting).await, state(&desk, other).await);
                let cells = format!("acting: {acting} | other: {before} -> {other} | waiting: {waiting}");
                writeln!(table, "  {has:<28} {deed:<38} {cells}").unwrap();
                desk.run("DELETE FROM throttle", []).await;
            }
        }
        let (_, expected) = include_str!("bypass.txt").split_once("\n\n").unwrap();
        assert_eq!(table, expected, "the table has changed:\n{table}");
    }
}

on_both! {
    async fn t8_a_sign_in_that_read_the_factors_before_an_enrolment_dies_with_it(desk: Desk) {
        desk.cast().await;
        let epoch = async || desk.value::<i64, 1>("SELECT security_epoch FROM users WHERE id = $1", [desk.id_of("ingrid").await.0.into()]).await;
        let before = epoch().await;
        App::of(&desk, "ingrid").await;
        assert_eq!(epoch().await, before + 1);
        let second_factor = domain::factors::SecondFactorPolicy { required: Required::Nobody, ..Default::default() };
        policy(&desk, &Security { second_factor, ..Security::default() }).await;
        let own = desk.events_of("sessions_ended").await;
        assert!(own.is_empty(), "nothing is told to have ended where nothing has");
    }
}
