//! Every path to a session, by what somebody has and what is required of them: one table, to
//! be read as a whole. Whoever adds a path adds its row ([`Method::ALL`] is asked). What two sessions
//! of one person do to each other stands in its second half (`two_sessions.rs`).

use std::fmt::Write as _;

use domain::{
    MINUTE,
    factors::{Factors, Required, SecondFactorPolicy},
    sessions::Method,
    settings::Security,
};
use services::{
    credentials,
    sessions::NewSession,
    sign_in::{self, Attempt, BrowserCookies, SecondFactor, SignedIn},
};

use crate::{
    authenticator::{Key, create},
    codes::App,
    support::*,
};

const DEVICE: [u8; 32] = [9; 32];
const BROWSER: &[u8] = b"this browser";

/// Somebody, and what they have in their pockets.
struct Somebody {
    name: &'static str,
    has: &'static str,
    key: Option<Key>,
    app: Option<App>,
    recovery: Vec<String>,
}

async fn somebody(desk: &Desk, name: &'static str, has: &'static str, number: u8) -> Somebody {
    let mut recovery = vec![];
    let (mut key, mut app) = (None, None);
    if has.contains("passkey") {
        let own = desk.person(name).await;
        let asked = credentials::begin_passkey(&own).await.unwrap();
        let (made, answer) = create(&asked.options, number);
        recovery = credentials::add_passkey(&own, &asked.ticket, &answer, "").await.unwrap().unwrap_or_default();
        key = Some(made);
    }
    if has.contains("app") {
        let made = match &mut key {
            None => App::of(desk, name).await,
            Some(key) => {
                let asked = sign_in::start_passkey(&desk.stranger(), BROWSER, "").await.unwrap();
                let answer = key.answer(&asked.options);
                let seat = sign_in::with_passkey(&desk.stranger(), BROWSER, &asked.ticket, &answer, fresh()).await;
                let own = desk.sit(&seat.unwrap().session().unwrap()).await;
                let setup = credentials::begin_totp(&own).await.unwrap();
                let made = App::shown(&setup);
                credentials::add_totp(&own, &setup.ticket, &made.at(desk)).await.unwrap();
                made
            }
        };
        recovery.extend(made.recovery.clone());
        app = Some(made);
    }
    if has.starts_with("passkey") {
        desk.run("DELETE FROM passwords WHERE user_id = $1", [desk.id_of(name).await.0.into()]).await;
        let factors = if app.is_some() { 6 } else { 2 };
        desk.set(name, "factors", i64::from(factors)).await;
    }
    Somebody { name, has, key, app, recovery }
}

/// What a seat allows.
fn told(seat: &NewSession, seen: &mut Vec<Method>) -> String {
    seen.push(seat.method);
    if seat.must_enrol { "must enrol".into() } else { "SESSION".into() }
}

fn asked(factors: Factors) -> String {
    let kinds = [(Factors::APP, "app"), (Factors::PASSKEY, "passkey")];
    let kinds: Vec<_> = kinds.iter().filter(|(kind, _)| factors.has(*kind)).map(|(_, name)| *name).collect();
    format!("asks {}", kinds.join("/"))
}

impl Somebody {
    async fn by_passkey(&mut self, desk: &Desk, login: &str, seen: &mut Vec<Method>) -> String {
        let Some(key) = &mut self.key else { return "-".into() };
        let cx = desk.stranger();
        let question = sign_in::start_passkey(&cx, BROWSER, login).await.unwrap();
        match sign_in::with_passkey(&cx, BROWSER, &question.ticket, &key.answer(&question.options), fresh()).await {
            Ok(SignedIn::Session(seat)) => told(&seat, seen),
            Ok(SignedIn::SecondFactor { factors, .. }) => asked(factors),
            Err(_) => "refused".into(),
        }
    }

    async fn by_password(&self, desk: &Desk, cookies: BrowserCookies, seen: &mut Vec<Method>) -> String {
        let attempt = Attempt { login: self.name, password: PASSWORD, cookies };
        match sign_in::with_password(&desk.stranger(), attempt).await {
            Ok(SignedIn::Session(seat)) => told(&seat, seen),
            Ok(SignedIn::SecondFactor { factors, .. }) => asked(factors),
            Err(_) => "refused".into(),
        }
    }

    /// The password, and then this.
    async fn by_both(&mut self, desk: &Desk, second: &str, seen: &mut Vec<Method>) -> String {
        let attempt = Attempt { login: self.name, password: PASSWORD, cookies: fresh() };
        let Ok(SignedIn::SecondFactor { token, .. }) = sign_in::with_password(&desk.stranger(), attempt).await else {
            return "-".into();
        };
        self.given(desk, &token, second, seen).await
    }

    /// The passkey, and then this.
    async fn by_passkey_and(&mut self, desk: &Desk, second: &str, seen: &mut Vec<Method>) -> String {
        let Some(key) = &mut self.key else { return "-".into() };
        let cx = desk.stranger();
        let question = sign_in::start_passkey(&cx, BROWSER, "").await.unwrap();
        let answer = key.answer(&question.options);
        match sign_in::with_passkey(&cx, BROWSER, &question.ticket, &answer, fresh()).await {
            Ok(SignedIn::SecondFactor { token, .. }) => self.given(desk, &token, second, seen).await,
            _ => "-".into(),
        }
    }

    /// The browser is one in which this person chose not to be asked, by what they would have given.
    async fn is_remembered(&self, desk: &Desk) {
        desk.run("DELETE FROM known_devices", []).await;
        desk.known_on(self.name, DEVICE).await;
        let by = if self.app.is_some() { Factors::APP } else { Factors::PASSKEY };
        let sql = "UPDATE known_devices SET remembered_until = $1, remembered_at = $2, remembered_by = $3";
        let now = desk.clock.now();
        desk.run(sql, [i64::MAX.into(), now.into(), by.number().into()]).await;
    }

    async fn given(&mut self, desk: &Desk, token: &str, second: &str, seen: &mut Vec<Method>) -> String {
        desk.clock.advance(MINUTE);
        let cx = desk.stranger();
        let given = match second {
            "app" => {
                let Some(app) = &mut self.app else { return "-".into() };
                let code = app.code(desk);
                sign_in::with_second_factor(&cx, token, SecondFactor::App(&code), fresh(), false).await
            }
            "recovery code" => {
                let code = self.recovery.pop().unwrap();
                sign_in::with_second_factor(&cx, token, SecondFactor::RecoveryCode(&code), fresh(), false).await
            }
            _ => {
                let Some(key) = &mut self.key else { return "-".into() };
                let Ok(question) = sign_in::start_pending_passkey(&cx, token).await else { return "not asked".into() };
                let answer = key.answer(&question.options);
                let second = SecondFactor::Passkey { ticket: &question.ticket, answer: &answer };
                sign_in::with_second_factor(&cx, token, second, fresh(), false).await
            }
        };
        given.map_or_else(|_| "refused".into(), |seat| told(&seat, seen))
    }
}

/// The rules one after the other, the mildest first.
pub fn rules() -> [(&'static str, Security); 4] {
    let with = |required, allowed| {
        let second_factor = SecondFactorPolicy { required, allowed, ..SecondFactorPolicy::default() };
        Security { second_factor, ..Security::default() }
    };
    let either = Factors::APP.and(Factors::PASSKEY);
    [
        ("nothing required", with(Required::Nobody, either)),
        ("required of everyone", with(Required::Everyone, either)),
        ("required, only passkeys count", with(Required::Everyone, Factors::PASSKEY)),
        ("required, only apps count", with(Required::Everyone, Factors::APP)),
    ]
}

on_both! {
    async fn t8_every_path_to_a_session_by_what_somebody_has_and_what_is_required(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let samuel = desk.id_of("samuel").await;
        services::users::enable(&ana, samuel).await.unwrap();
        let mut people = vec![
            somebody(&desk, "yutong", "nothing", 0).await,
            somebody(&desk, "ingrid", "password", 0).await,
            somebody(&desk, "grace", "password, app", 0).await,
            somebody(&desk, "tomas", "password, passkey", 3).await,
            somebody(&desk, "ana", "password, passkey, app", 4).await,
            somebody(&desk, "priya", "passkey", 5).await,
        ];
        let mut disabled = somebody(&desk, "samuel", "password, passkey, app", 6).await;
        disabled.has = "the same, disabled";
        desk.disable("samuel").await;
        people.push(disabled);
        let mut seen = vec![Method::Setup];
        let mut table = String::new();
        for (name, security) in rules() {
            let text = serde_json::to_string(&security).unwrap();
            desk.run("DELETE FROM settings WHERE name = 'security'", []).await;
            desk.run("INSERT INTO settings (name, value) VALUES ('security', $1)", [text.into()]).await;
            writeln!(table, "{name}").unwrap();
            for person in &mut people {
                person.is_remembered(&desk).await;
                let cells = [
                    ("password", person.by_password(&desk, fresh(), &mut seen).await),
                    ("remembered", person.by_password(&desk, on(DEVICE), &mut seen).await),
                    ("+ app", person.by_both(&desk, "app", &mut seen).await),
                    ("+ passkey", person.by_both(&desk, "passkey", &mut seen).await),
                    ("+ recovery", person.by_both(&desk, "recovery code", &mut seen).await),
                    ("passkey", person.by_passkey(&desk, "", &mut seen).await),
                    ("by name", person.by_passkey(&desk, person.name, &mut seen).await),
                    ("passkey + app", person.by_passkey_and(&desk, "app", &mut seen).await),
                    ("passkey + recovery", person.by_passkey_and(&desk, "recovery code", &mut seen).await),
                ];
                let cells: Vec<_> = cells.iter().map(|(path, cell)| format!("{path}: {cell}")).collect();
                writeln!(table, "  {:<24} {}", person.has, cells.join(" | ")).unwrap();
                // Wrong tries so far are not what the next row is about.
                desk.run("DELETE FROM throttle", []).await;
            }
        }
        let (expected, _) = include_str!("bypass.txt").split_once("\n\n").unwrap();
        assert_eq!(table.trim_end(), expected, "the table has changed:\n{table}");
        let missing: Vec<_> = Method::ALL.iter().filter(|method| !seen.contains(method)).collect();
        assert!(missing.is_empty(), "no row of the table opens a session by {missing:?}");
    }
}
