//! Browsers that are known and browsers that are remembered: by a value of ours only, and no longer
//! than what they were remembered for.

use domain::{
    DAY, MINUTE,
    factors::{Factors, SecondFactorPolicy},
    sessions::Method,
    settings::Security,
};
use services::{
    Context, credentials,
    sign_in::{self, Attempt, BrowserCookies, SecondFactor, SignedIn},
    users,
};

use crate::{authenticator::create, codes::App, support::*};

const PLANTED: [u8; 32] = [9; 32];

/// Gives the password; what names the sign-in that waits, where one more factor is asked for.
async fn asked(desk: &Desk, login: &str, cookies: BrowserCookies) -> Option<String> {
    let attempt = Attempt { login, password: PASSWORD, cookies };
    match sign_in::with_password(&desk.stranger(), attempt).await.unwrap() {
        SignedIn::SecondFactor { token, .. } => Some(token),
        SignedIn::Session(seat) => {
            assert_eq!(seat.method, Method::PasswordOnRememberedDevice);
            None
        }
    }
}

/// Signs in with a code, and has the browser remembered.
async fn remember(desk: &Desk, login: &str, app: &mut App, browser: &mut Browser) -> Context {
    desk.clock.advance(MINUTE);
    let token = asked(desk, login, browser.cookies()).await.expect("it is not remembered yet");
    let code = app.code(desk);
    let given =
        sign_in::with_second_factor(&desk.stranger(), &token, SecondFactor::App(&code), browser.cookies(), true).await;
    browser.was_let_in();
    desk.sit(&given.unwrap()).await
}

on_both! {
    async fn t8_t13_a_device_cookie_that_was_planted_or_read_before_is_worth_nothing_after(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        let mut browser = Browser::with(PLANTED);
        remember(&desk, "ingrid", &mut app, &mut browser).await;
        assert!(asked(&desk, "ingrid", on(PLANTED)).await.is_some(), "whoever planted it skips her second factor");
        assert_eq!(asked(&desk, "ingrid", browser.cookies()).await, None);
        let read_before = browser.was_let_in();
        assert!(asked(&desk, "ingrid", on(read_before)).await.is_some(), "whoever read the old one skips it");
        assert_eq!(asked(&desk, "ingrid", browser.cookies()).await, None, "her own browser is still remembered");
        let rows = "SELECT count(*) FROM known_devices WHERE token_hash IN ($1, $2)";
        let known: i64 = desk.value(rows, [PLANTED.to_vec().into(), read_before.to_vec().into()]).await;
        assert_eq!(known, 0, "nor do the brakes know it");
    }
}

on_both! {
    async fn t8_of_two_people_in_one_browser_each_stays_known_by_the_newest_value_alone(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        let mut browser = Browser::with(token());
        remember(&desk, "ingrid", &mut app, &mut browser).await;
        let attempt = Attempt { login: "grace", password: PASSWORD, cookies: browser.cookies() };
        assert_eq!(sign_in::with_password(&desk.stranger(), attempt).await.unwrap().session().unwrap().method, Method::Password);
        let before = browser.was_let_in();
        assert_eq!(desk.count("known_devices").await, 3, "hers where she set the app up, and both people's here");
        assert!(asked(&desk, "ingrid", on(before)).await.is_some());
        assert_eq!(asked(&desk, "ingrid", browser.cookies()).await, None);
        browser.was_let_in();
        // What one of them chose is not chosen for the other.
        App::of(&desk, "grace").await;
        assert!(asked(&desk, "grace", browser.cookies()).await.is_some());
    }
}

on_both! {
    async fn t8_a_recovery_code_buys_no_time_without_a_second_factor(desk: Desk) {
        desk.cast().await;
        let app = App::of(&desk, "ingrid").await;
        let mut browser = Browser::with(token());
        let token = asked(&desk, "ingrid", browser.cookies()).await.unwrap();
        let code = SecondFactor::RecoveryCode(&app.recovery[0]);
        sign_in::with_second_factor(&desk.stranger(), &token, code, browser.cookies(), true).await.unwrap();
        browser.was_let_in();
        assert!(asked(&desk, "ingrid", browser.cookies()).await.is_some());
    }
}

/// What ends the reason for which a browser was remembered.
#[derive(Clone, Copy, Debug)]
enum End {
    Disabled,
    Binned,
    Expired,
    Replaced,
    NewCodes,
    KeyRemoved,
    OtherKindsCount,
    FewerDays,
}

impl End {
    const ALL: [Self; 8] = [
        Self::Disabled,
        Self::Binned,
        Self::Expired,
        Self::Replaced,
        Self::NewCodes,
        Self::KeyRemoved,
        Self::OtherKindsCount,
        Self::FewerDays,
    ];

    async fn comes(self, desk: &Desk, own: &Context, passkey: domain::factors::PasskeyId) {
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        match self {
            Self::Disabled => {
                users::disable(&ana, id).await.unwrap();
                users::enable(&ana, id).await.unwrap();
            }
            Self::Binned => {
                users::delete(&ana, id).await.unwrap();
                users::restore(&ana, id).await.unwrap();
            }
            Self::Expired => {
                let mut form = desk.form(&ana, "ingrid").await;
                form.expires_on = domain::time::TimeZone::default().date_of(desk.clock.now() + DAY).to_string();
                users::update(&ana, &form).await.unwrap();
                desk.clock.advance(3 * DAY);
                let ana = desk.person("ana").await;
                let mut form = desk.form(&ana, "ingrid").await;
                form.expires_on = String::new();
                users::update(&ana, &form).await.unwrap();
            }
            Self::Replaced => {
                let setup = credentials::begin_totp(own).await.unwrap();
                credentials::add_totp(own, &setup.ticket, &App::shown(&setup).at(desk)).await.unwrap();
            }
            Self::NewCodes => drop(credentials::make_recovery_codes(own).await.unwrap()),
            Self::KeyRemoved => credentials::remove_passkey(own, passkey).await.unwrap(),
            Self::OtherKindsCount => rules(desk, |rules| rules.allowed = Factors::PASSKEY).await,
            Self::FewerDays => {
                rules(desk, |rules| rules.remember_days = 2).await;
                desk.clock.advance(2 * DAY);
            }
        }
    }
}

async fn rules(desk: &Desk, change: impl FnOnce(&mut SecondFactorPolicy)) {
    let mut security = Security::default();
    change(&mut security.second_factor);
    let ana = desk.person("ana").await;
    decide(&ana, &security).await.unwrap();
}

on_both! {
    async fn a_remembered_browser_does_not_outlive_its_reason(desk: Desk) {
        desk.cast().await;
        for (number, end) in (40..).zip(End::ALL) {
            let id = desk.id_of("ingrid").await;
            for table in ["known_devices", "authenticator_apps", "passkeys", "recovery_codes", "throttle"] {
                desk.run(&format!("DELETE FROM {table} WHERE user_id = $1"), [id.0.into()]).await;
            }
            desk.set("ingrid", "factors", 1_i64).await;
            desk.run("DELETE FROM settings WHERE name = 'security'", []).await;
            desk.clock.advance(MINUTE);
            let mut app = App::of(&desk, "ingrid").await;
            let mut browser = Browser::with(token());
            let own = remember(&desk, "ingrid", &mut app, &mut browser).await;
            let asked_for = credentials::begin_passkey(&own).await.unwrap();
            let (_, answer) = create(&asked_for.options, number);
            credentials::add_passkey(&own, &asked_for.ticket, &answer, "Laptop").await.unwrap();
            let list = credentials::list_own(&own).await.unwrap();
            assert_eq!(asked(&desk, "ingrid", browser.cookies()).await, None, "added beside it: {end:?}");
            browser.was_let_in();
            assert_eq!(list.remembered, 1);
            end.comes(&desk, &own, list.passkeys[0].id).await;
            assert!(asked(&desk, "ingrid", browser.cookies()).await.is_some(), "{end:?}");
            let shown = credentials::list_for_user(&desk.person("ana").await, id).await.unwrap().remembered;
            assert_eq!(shown, 0, "{end:?}");
        }
    }
}
