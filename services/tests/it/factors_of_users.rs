//! What administrators do about other people's factors, and what the rules make of it.

use domain::{
    Error, MINUTE, Permission,
    factors::{Challenge, FactorList, Factors, PasskeyId},
    guard::Refusal,
    users::{UserId, UserListing},
};
use services::{
    Context, credentials,
    sign_in::{self, Attempt, SecondFactor, SignedIn},
    throttle, users,
};

use crate::{
    authenticator::create,
    codes::App,
    meeting::{Point, SEAT, meet},
    support::*,
};

const DEVICE: [u8; 32] = [9; 32];

async fn add_passkey(cx: &Context, number: u8) {
    let Challenge { options, ticket } = credentials::begin_passkey(cx).await.unwrap();
    let (_, answer) = create(&options, number);
    credentials::add_passkey(cx, &ticket, &answer, &format!("Key {number}")).await.unwrap();
}

async fn list(cx: &Context, id: UserId) -> FactorList {
    credentials::list_for_user(cx, id).await.unwrap()
}

/// The password of somebody who has an app: what names the sign-in that waits.
async fn waiting(desk: &Desk, login: &str) -> String {
    let attempt = Attempt { login, password: PASSWORD, cookies: fresh() };
    match sign_in::with_password(&desk.stranger(), attempt).await.unwrap() {
        SignedIn::SecondFactor { token, .. } => token,
        SignedIn::Session(_) => panic!("nothing more is asked of {login}"),
    }
}

/// Ingrid with an app, a passkey, recovery codes, a session on a remembered browser and two on others.
async fn busy_ingrid(desk: &Desk) -> (App, Vec<[u8; 32]>) {
    let mut tokens = vec![desk.seated("ingrid", PASSWORD).await.token];
    let ingrid = desk.resume(tokens[0]).await.unwrap().context;
    let setup = credentials::begin_totp(&ingrid).await.unwrap();
    let mut app = App::shown(&setup);
    credentials::add_totp(&ingrid, &setup.ticket, &app.code(desk)).await.unwrap();
    add_passkey(&ingrid, 1).await;
    desk.clock.advance(MINUTE);
    let token = waiting(desk, "ingrid").await;
    let code = app.code(desk);
    let seat =
        sign_in::with_second_factor(&desk.stranger(), &token, SecondFactor::App(&code), fresh(), false).await.unwrap();
    tokens.push(desk.token_of(&seat).await);
    desk.clock.advance(MINUTE);
    let token = waiting(desk, "ingrid").await;
    let code = app.code(desk);
    sign_in::with_second_factor(&desk.stranger(), &token, SecondFactor::App(&code), on(DEVICE), true).await.unwrap();
    (app, tokens)
}

async fn factors_of(desk: &Desk, username: &str) -> Factors {
    Factors::of(desk.value("SELECT factors FROM users WHERE username_key = $1", [username.into()]).await)
}

on_both! {
    async fn d11_a_reset_takes_the_second_factors_and_ends_every_session(desk: Desk) {
        desk.cast().await;
        let (_, tokens) = busy_ingrid(&desk).await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        let before = list(&ana, id).await;
        assert!(before.app_since.is_some() && before.remembered == 1 && before.passkeys.len() == 1);
        assert_eq!((before.recovery_left, before.recovery_of), (10, 10));

        assert_eq!(credentials::reset_second_factors(&ana, id, false).await.unwrap().sessions, 3);
        let after = list(&ana, id).await;
        assert_eq!(after.factors, Factors::PASSWORD.and(Factors::PASSKEY));
        assert_eq!((after.app_since, after.recovery_of, after.remembered, after.passkeys.len()), (None, 0, 0, 1));
        for token in tokens {
            assert!(desk.resume(token).await.is_none());
        }
        let event = &desk.events_of("second_factors_reset").await[0];
        assert_eq!((event.event("passkeys"), event.event("sessions_ended")), (&0.into(), &3.into()));
        assert_eq!(event.event("user")["name"], "Ingrid Sólveigardóttir");

        assert_eq!(credentials::reset_second_factors(&ana, id, true).await.unwrap().sessions, 0);
        assert_eq!(factors_of(&desk, "ingrid").await, Factors::PASSWORD);
        assert_eq!(desk.events_of("second_factors_reset").await[1].event("passkeys"), 1);
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.expect("the password alone is enough");
    }
}

on_both! {
    async fn a_passkey_is_removed_for_somebody_and_their_sessions_end(desk: Desk) {
        desk.cast().await;
        let (_, tokens) = busy_ingrid(&desk).await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        let passkey = list(&ana, id).await.passkeys[0].id;
        for (whose, which) in [(desk.id_of("grace").await, passkey), (id, PasskeyId::nil())] {
            assert_eq!(credentials::remove_passkey_for_user(&ana, whose, which).await.told(), Error::NotFound);
        }
        assert!(desk.resume(tokens[0]).await.is_some());
        assert_eq!(credentials::remove_passkey_for_user(&ana, id, passkey).await.unwrap().sessions, 3);
        assert!(desk.resume(tokens[0]).await.is_none());
        assert_eq!(factors_of(&desk, "ingrid").await, Factors::PASSWORD.and(Factors::APP));
        assert_eq!(desk.events_of("passkey_removed").await[0].event("name"), "Key 1");
        assert_eq!(credentials::remove_passkey_for_user(&ana, id, passkey).await.told(), Error::NotFound);
    }
}

on_both! {
    async fn b7_somebody_of_whom_it_is_required_sets_a_second_factor_up_first(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        credentials::require_second_factor(&ana, id, true).await.unwrap();
        credentials::require_second_factor(&ana, id, true).await.unwrap();
        let told = list(&ana, id).await;
        assert!(told.required && told.required_of_them);
        let seat = sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        assert!(seat.must_enrol);
        let own = desk.sit(&seat).await;
        assert!(services::account::profile(&own).await.is_err(), "first the second factor");
        credentials::require_second_factor(&ana, id, false).await.unwrap();
        services::account::profile(&desk.sit_again().await).await.expect("nobody requires it any more");
        let asked: Vec<_> = desk.events_of("second_factor_asked").await.iter().map(|e| e.event("required").clone()).collect();
        assert_eq!(asked, [true, false], "the same once more is no second event");
    }
}

on_both! {
    async fn whoever_is_held_up_is_shown_and_released(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        for _ in 0..6 {
            sign_in(&desk.stranger(), "ingrid", ANOTHER).await.told();
        }
        assert_eq!(list(&ana, id).await.locked_for, Some(1));
        assert_eq!(users::find(&ana, id).await.unwrap().locked_for, Some(1));
        let rows = users::list(&ana, &UserListing::default(), &[]).await.unwrap().rows;
        let held: Vec<_> = rows.iter().filter(|row| row.locked_for.is_some()).map(|row| row.username.as_str()).collect();
        assert_eq!(held, ["ingrid"]);
        assert_eq!(sign_in(&desk.stranger(), "ingrid", PASSWORD).await.told(), Error::NotRecognised);
        throttle::release_throttle(&ana, id).await.unwrap();
        assert_eq!(list(&ana, id).await.locked_for, None);
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        throttle::release_throttle(&ana, desk.id_of("grace").await).await.unwrap();
        assert_eq!(desk.events_of("brakes_released").await.len(), 1, "whoever waits for nothing is not released");
    }
}

on_both! {
    async fn remembered_browsers_are_forgotten_for_somebody(desk: Desk) {
        desk.cast().await;
        let (_, tokens) = busy_ingrid(&desk).await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        assert_eq!(credentials::forget_devices_for_user(&ana, id).await.unwrap(), 1);
        assert_eq!(credentials::forget_devices_for_user(&ana, id).await.unwrap(), 0);
        assert_eq!(desk.events_of("devices_forgotten").await.len(), 1);
        assert!(desk.resume(tokens[0]).await.is_some(), "they stay signed in");
        let attempt = Attempt { login: "ingrid", password: PASSWORD, cookies: on(DEVICE) };
        let asked = sign_in::with_password(&desk.stranger(), attempt).await.unwrap();
        assert!(matches!(asked, SignedIn::SecondFactor { .. }));
    }
}

/// Everything that can be done about somebody's factors.
#[derive(Clone, Copy, Debug)]
enum Act {
    Reset(bool),
    Remove,
    Ask(bool),
    Release,
    Forget,
}

const ACTS: [Act; 7] =
    [Act::Reset(false), Act::Reset(true), Act::Remove, Act::Ask(true), Act::Ask(false), Act::Release, Act::Forget];

impl Act {
    async fn done(self, cx: &Context, id: UserId, passkey: PasskeyId) -> services::Result<()> {
        match self {
            Self::Reset(passkeys) => credentials::reset_second_factors(cx, id, passkeys).await.map(drop),
            Self::Remove => credentials::remove_passkey_for_user(cx, id, passkey).await.map(drop),
            Self::Ask(required) => credentials::require_second_factor(cx, id, required).await,
            Self::Release => throttle::release_throttle(cx, id).await,
            Self::Forget => credentials::forget_devices_for_user(cx, id).await.map(drop),
        }
    }
}

on_both! {
    async fn t20_nobody_touches_factors_who_may_not(desk: Desk) {
        desk.cast().await;
        let (_, tokens) = busy_ingrid(&desk).await;
        let ingrid = desk.id_of("ingrid").await;
        add_passkey(&desk.person("grace").await, 2).await;
        let grace = desk.id_of("grace").await;
        let (ana, tomas, priya) = (desk.person("ana").await, desk.person("tomas").await, desk.person("priya").await);
        let passkey = list(&ana, ingrid).await.passkeys[0].id;
        let of_grace = list(&ana, grace).await.passkeys[0].id;
        let before = list(&ana, ingrid).await;
        for act in ACTS {
            let told = act.done(&desk.stranger(), ingrid, passkey).await.told();
            assert_eq!(told, Error::SignedOut, "{act:?} of a stranger");
            let told = act.done(&priya, ingrid, passkey).await.told();
            assert_eq!(told, Error::Forbidden(Permission::ResetCredentials), "{act:?} of an auditor");
            let told = act.done(&ana, desk.id_of("ana").await, passkey).await.told();
            assert_eq!(told, Error::Refused(Refusal::OwnFactors), "{act:?} on oneself");
            let told = act.done(&tomas, grace, of_grace).await.told();
            assert!(matches!(told, Error::Refused(Refusal::Outranks { .. })), "{act:?} on an administrator: {told:?}");
            let told = act.done(&ana, UserId::nil(), passkey).await.told();
            assert_eq!(told, Error::NotFound, "{act:?} on nobody");
        }
        assert!(list(&priya, ingrid).await == before, "an auditor sees, and nothing has changed");
        assert_eq!(list(&ana, grace).await.passkeys.len(), 1);
        assert!(desk.resume(tokens[0]).await.is_some());

        desk.set("ingrid", "deleted_at", START).await;
        for act in ACTS {
            let told = act.done(&ana, ingrid, passkey).await.told();
            assert!(matches!(told, Error::Refused(Refusal::InBin { .. })), "{act:?} in the bin: {told:?}");
        }
        desk.clock.advance(6 * MINUTE);
        for act in ACTS {
            assert_eq!(act.done(&ana, ingrid, passkey).await.told(), Error::ProofNeeded, "{act:?} without proof");
        }
        assert_eq!(desk.tally().await.get("second_factors_reset"), None);
        assert!(desk.tally().await["refused"] > 0, "what was refused is recorded");
    }
}

on_both! {
    async fn t11_the_last_way_in_stays_whoever_takes_it_away(desk: Desk) {
        desk.cast().await;
        let (ana, ids) = (desk.person("ana").await, [desk.id_of("ingrid").await, desk.id_of("grace").await]);
        for (number, name) in [(1, "ingrid"), (2, "grace")] {
            let own = desk.person(name).await;
            add_passkey(&own, number).await;
            credentials::remove_password(&own).await.unwrap();
        }
        for (id, name) in ids.into_iter().zip(["ingrid", "grace"]) {
            let passkey = list(&ana, id).await.passkeys[0].id;
            let live = users::find(&ana, id).await.unwrap().sessions;
            for act in [Act::Reset(true), Act::Remove] {
                let told = act.done(&ana, id, passkey).await.told();
                assert_eq!(told, Error::Refused(Refusal::LastWayIn), "{act:?} of {name}");
            }
            let after = list(&ana, id).await;
            assert_eq!((after.passkeys.len(), after.recovery_left), (1, 10), "nothing of it has happened");
            assert_eq!(users::find(&ana, id).await.unwrap().sessions, live);
            Act::Reset(false).done(&ana, id, passkey).await.expect("the passkey stays");
            assert_eq!(factors_of(&desk, name).await, Factors::PASSKEY);
        }
        assert_eq!(desk.count("users WHERE has_credential = 1 AND username_key IN ('ana', 'grace')").await, 2);
    }
}

on_both! {
    async fn t21_two_who_reset_each_other_at_once_both_keep_a_way_in(desk: Desk) {
        desk.cast().await;
        for (number, name) in [(1, "ana"), (2, "grace")] {
            add_passkey(&desk.person(name).await, number).await;
        }
        let (a, g) = (desk.id_of("ana").await, desk.id_of("grace").await);
        // Signed in past the second factor: by what they have had from before.
        for _ in 0..5 {
            desk.run("UPDATE users SET factors = 1", []).await;
            let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
            let (one, other) = at_once(
                async move { credentials::reset_second_factors(&ana, g, true).await },
                async move { credentials::reset_second_factors(&grace, a, true).await },
            )
            .await;
            let told = [no_accident(one), no_accident(other)];
            assert!(told.iter().any(Result::is_ok), "{told:?}");
            assert_eq!(desk.count("passwords p JOIN users u ON u.id = p.user_id WHERE u.username_key IN ('ana', 'grace')").await, 2);
        }
    }
}

on_both! {
    async fn t15_a_sign_in_that_races_a_reset_leaves_no_session(desk: Desk) {
        desk.cast().await;
        let id = desk.id_of("ingrid").await;
        // The code is used up, the session is about to be written, all is over.
        for point in [Point::After("UPDATE \"authenticator_apps\""), SEAT, Point::Done] {
            let mut app = App::of(&desk, "ingrid").await;
            desk.clock.advance(MINUTE);
            let ana = desk.person("ana").await;
            let (waits, code, cookies) = (waiting(&desk, "ingrid").await, app.code(&desk), fresh());
            let give = move |cx: Context| async move {
                sign_in::with_second_factor(&cx, &waits, SecondFactor::App(&code), cookies, false).await.map(drop)
            };
            let (given, reset) = meet(&desk, point, give, credentials::reset_second_factors(&ana, id, true)).await;
            no_accident(reset).unwrap();
            assert_eq!(no_accident(given).is_ok(), point.is_first(), "{point:?}");
            assert!(desk.resume(cookies.session).await.is_none(), "{point:?}: a session outlived the reset");
            assert_eq!(users::find(&ana, id).await.unwrap().sessions, 0, "{point:?}");
            desk.clock.advance(MINUTE);
        }
    }
}
