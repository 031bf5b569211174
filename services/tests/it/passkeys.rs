//! Passkeys: registered, used, and refused in every way that the standard asks for.

use domain::{
    Error, MINUTE, Problem,
    factors::{Challenge, Factors, PasskeyId, Proof},
    guard::Refusal,
    sessions::Method,
};
use services::{
    Context, credentials,
    sign_in::{self, Attempt, SecondFactor, SignedIn},
    users,
};

use crate::{
    authenticator::{Key, create, create_at},
    codes::App,
    support::*,
};

const BROWSER: &[u8] = b"this browser";

/// Registers a passkey for whoever is signed in; says the recovery codes that came with it.
async fn register(cx: &Context, number: u8) -> (Key, Option<Vec<String>>) {
    let Challenge { options, ticket } = credentials::begin_passkey(cx).await.unwrap();
    let (key, answer) = create(&options, number);
    let codes = credentials::add_passkey(cx, &ticket, &answer, "").await.unwrap();
    (key, codes)
}

fn refused() -> Error {
    field("passkey", Problem::PasskeyRefused)
}

/// Asks for any passkey and has this one answer.
async fn use_key(desk: &Desk, key: &mut Key) -> services::Result<SignedIn> {
    let cx = desk.stranger();
    let Challenge { options, ticket } = sign_in::start_passkey(&cx, BROWSER, "").await.unwrap();
    let answer = key.answer(&options);
    sign_in::with_passkey(&cx, BROWSER, &ticket, &answer, fresh()).await
}

on_both! {
    async fn d9_somebody_signs_in_with_a_passkey_alone(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let (mut key, codes) = register(&ingrid, 1).await;
        assert_eq!(codes.unwrap().len(), 10, "the first second factor brings recovery codes");
        let seat = use_key(&desk, &mut key).await.unwrap().session().unwrap();
        assert_eq!((seat.user, seat.method), (desk.id_of("ingrid").await, Method::Passkey));
        let list = credentials::list_own(&desk.sit(&seat).await).await.unwrap();
        assert_eq!(list.passkeys.len(), 1);
        assert_eq!(list.passkeys[0].name, "Firefox on Linux", "named after the browser");
        assert_eq!(list.passkeys[0].last_used_at, Some(START));
        assert!(!list.passkeys[0].synced);
    }
}

on_both! {
    async fn by_username_only_their_own_passkeys_answer(desk: Desk) {
        desk.cast().await;
        let (mut own, _) = register(&desk.person("ingrid").await, 1).await;
        let (mut other, _) = register(&desk.person("grace").await, 2).await;
        let cx = desk.stranger();
        let asked = sign_in::start_passkey(&cx, BROWSER, "Ingrid").await.unwrap();
        assert!(asked.options.contains("allowCredentials"));
        let answer = other.answer(&asked.options);
        let told = sign_in::with_passkey(&cx, BROWSER, &asked.ticket, &answer, fresh()).await.told();
        assert_eq!(told, Error::NotRecognised, "a passkey of somebody else");
        let answer = own.answer(&asked.options);
        assert!(sign_in::with_passkey(&cx, BROWSER, &asked.ticket, &answer, fresh()).await.unwrap().session().is_some());
    }
}

on_both! {
    async fn t6_usernames_that_nobody_has_are_asked_like_others_and_always_the_same(desk: Desk) {
        desk.cast().await;
        let cx = desk.stranger();
        let ids = async |login: &str| {
            let asked = sign_in::start_passkey(&cx, BROWSER, login).await.unwrap();
            let options: serde_json::Value = serde_json::from_str(&asked.options).unwrap();
            options["allowCredentials"].clone()
        };
        for login in ["nobody", "somebody", "ingrid", "olga", "peter", "quentin", "rosa", "sven"] {
            let first = ids(login).await;
            assert_eq!(first, ids(login).await, "{login}");
            assert!(!first.as_array().unwrap().is_empty(), "{login} has none, which nobody has who has passkeys");
        }
    }
}

on_both! {
    async fn t11_a_question_counts_once_for_five_minutes_and_for_one_browser(desk: Desk) {
        desk.cast().await;
        let (mut key, _) = register(&desk.person("ingrid").await, 1).await;
        let cx = desk.stranger();
        let asked = sign_in::start_passkey(&cx, BROWSER, "").await.unwrap();
        let answer = key.answer(&asked.options);
        let elsewhere = sign_in::with_passkey(&cx, b"another browser", &asked.ticket, &answer, fresh()).await.told();
        assert_eq!(elsewhere, refused());
        sign_in::with_passkey(&cx, BROWSER, &asked.ticket, &answer, fresh()).await.unwrap();
        let again = sign_in::with_passkey(&cx, BROWSER, &asked.ticket, &answer, fresh()).await.told();
        assert_eq!(again, Error::NotRecognised);
        let asked = sign_in::start_passkey(&cx, BROWSER, "").await.unwrap();
        desk.clock.advance(5 * MINUTE);
        let late = sign_in::with_passkey(&cx, BROWSER, &asked.ticket, &key.answer(&asked.options), fresh()).await.told();
        assert_eq!(late, field("passkey", Problem::TooLate));
        for nonsense in ["", "{}", "null", "[]", &"x".repeat(60_000)] {
            let asked = sign_in::start_passkey(&cx, BROWSER, "").await.unwrap();
            let told = sign_in::with_passkey(&cx, BROWSER, &asked.ticket, nonsense, fresh()).await.told();
            assert_eq!(told, Error::NotRecognised, "{nonsense}");
            let told = sign_in::with_passkey(&cx, BROWSER, nonsense, &answer, fresh()).await.told();
            assert_eq!(told, refused(), "{nonsense}");
        }
        services::jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(desk.count("answered_challenges").await, 0);
    }
}

on_both! {
    async fn t11_of_two_answers_to_one_question_at_once_one_counts(desk: Desk) {
        desk.cast().await;
        let (mut key, _) = register(&desk.person("ingrid").await, 1).await;
        let asked = sign_in::start_passkey(&desk.stranger(), BROWSER, "").await.unwrap();
        let answer = key.answer(&asked.options);
        let give = || {
            let (cx, ticket, answer) = (desk.stranger(), asked.ticket.clone(), answer.clone());
            async move { sign_in::with_passkey(&cx, BROWSER, &ticket, &answer, fresh()).await }
        };
        let (one, two) = at_once(give(), give()).await;
        let good = [no_accident(one).is_ok(), no_accident(two).is_ok()];
        assert_eq!(good.iter().filter(|good| **good).count(), 1);
    }
}

on_both! {
    async fn t11_origin_user_verification_and_signature_have_to_be_right(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let (key, _) = register(&ingrid, 1).await;
        for (what, mut wrong) in [
            ("another origin", key.at("https://evil.example")),
            ("another port", key.at("http://localhost:4000")),
            ("nobody verified", key.unverified()),
            ("an unknown key", create(&credentials::begin_passkey(&ingrid).await.unwrap().options, 7).0),
        ] {
            assert_eq!(use_key(&desk, &mut wrong).await.told(), Error::NotRecognised, "{what}");
        }
        let mut forged = create(&credentials::begin_passkey(&ingrid).await.unwrap().options, 8).0;
        forged.id = key.id.clone();
        assert_eq!(use_key(&desk, &mut forged).await.told(), Error::NotRecognised, "another key's signature");
        assert_eq!(desk.events_of("sign_in_failed").await.len(), 1, "the others are counted");
        assert!(use_key(&desk, &mut key.clone()).await.is_ok());
    }
}

on_both! {
    async fn t11_a_counter_that_goes_back_is_refused_and_told(desk: Desk) {
        desk.cast().await;
        let (key, _) = register(&desk.person("ingrid").await, 1).await;
        use_key(&desk, &mut key.counting(5)).await.unwrap();
        assert_eq!(use_key(&desk, &mut key.counting(5)).await.told(), Error::NotRecognised);
        assert_eq!(use_key(&desk, &mut key.counting(4)).await.told(), Error::NotRecognised);
        let seat = use_key(&desk, &mut key.counting(6)).await.unwrap().session().unwrap();
        let list = credentials::list_own(&desk.sit(&seat).await).await.unwrap();
        assert!(list.passkeys[0].suspect_at.is_some());
        assert_eq!(desk.events_of("passkey_suspect").await.len(), 2);
    }
}

on_both! {
    async fn t11_a_counter_that_goes_back_in_a_proof_is_refused_and_told_as_well(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let (key, _) = register(&ingrid, 1).await;
        let give = async |counter: u32| {
            let Challenge { options, ticket } = sign_in::start_reauthentication(&ingrid).await.unwrap();
            let answer = key.counting(counter).answer(&options);
            sign_in::reauthenticate(&ingrid, &Proof::Passkey { ticket, answer }).await
        };
        give(5).await.unwrap();
        for counter in [5, 4] {
            assert_eq!(give(counter).await.told(), refused());
        }
        give(6).await.unwrap();
        assert!(credentials::list_own(&ingrid).await.unwrap().passkeys[0].suspect_at.is_some());
        let told = desk.events_of("passkey_suspect").await;
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].event("user")["name"], "Ingrid Sólveigardóttir");
        assert_eq!(desk.events_of("proof_failed").await.len(), 1, "the other is counted");
    }
}

on_both! {
    async fn t11_a_disabled_person_is_refused_with_a_valid_passkey(desk: Desk) {
        desk.cast().await;
        let (mut key, _) = register(&desk.person("ingrid").await, 1).await;
        desk.disable("ingrid").await;
        assert_eq!(use_key(&desk, &mut key).await.told(), Error::NotRecognised);
    }
}

on_both! {
    async fn t11_handles_are_random_and_stay(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        register(&ingrid, 1).await;
        let first: uuid::Uuid = desk.value("SELECT handle FROM passkey_handles", []).await;
        register(&ingrid, 2).await;
        let again: uuid::Uuid = desk.value("SELECT handle FROM passkey_handles", []).await;
        assert_eq!(first, again);
        assert_eq!(first.get_version_num(), 4);
        assert_ne!(first, desk.id_of("ingrid").await.0);
    }
}

on_both! {
    async fn t11_a_registration_is_for_who_asked_once_and_at_our_address(desk: Desk) {
        desk.cast().await;
        let (ingrid, grace) = (desk.person("ingrid").await, desk.person("grace").await);
        let asked = credentials::begin_passkey(&ingrid).await.unwrap();
        let (_, answer) = create(&asked.options, 1);
        assert_eq!(credentials::add_passkey(&grace, &asked.ticket, &answer, "").await.told(), refused());
        let other = desk.person("ingrid").await;
        assert_eq!(credentials::add_passkey(&other, &asked.ticket, &answer, "").await.told(), refused(), "another session");
        let (_, elsewhere) = create_at(&asked.options, 1, "https://evil.example");
        assert_eq!(credentials::add_passkey(&ingrid, &asked.ticket, &elsewhere, "").await.told(), refused());
        credentials::add_passkey(&ingrid, &asked.ticket, &answer, "Laptop").await.unwrap();
        assert_eq!(credentials::add_passkey(&ingrid, &asked.ticket, &answer, "").await.told(), refused(), "answered before");
        // Credential ids are unique across people.
        let asked = credentials::begin_passkey(&grace).await.unwrap();
        let (_, same) = create(&asked.options, 1);
        let told = credentials::add_passkey(&grace, &asked.ticket, &same, "").await.told();
        assert_eq!(told, field("passkey", Problem::PasskeyKnown));
        let asked = credentials::begin_passkey(&ingrid).await.unwrap();
        let (_, answer) = create(&asked.options, 3);
        let long = credentials::add_passkey(&ingrid, &asked.ticket, &answer, &"x".repeat(61)).await.told();
        assert_eq!(long, field("name", Problem::TooLong { most: 60 }));
        let nothing = credentials::add_passkey(&ingrid, &asked.ticket, "{}", "").await.told();
        assert_eq!(nothing, refused());
        assert_eq!(desk.count("passkeys").await, 1);
    }
}

on_both! {
    async fn t11_the_last_way_in_cannot_be_removed(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let last = Error::Refused(Refusal::LastWayIn);
        assert_eq!(credentials::remove_password(&ingrid).await.told(), last);
        register(&ingrid, 1).await;
        credentials::remove_password(&ingrid).await.unwrap();
        let list = credentials::list_own(&ingrid).await.unwrap();
        assert_eq!(list.factors, Factors::PASSKEY);
        assert_eq!(credentials::remove_passkey(&ingrid, list.passkeys[0].id).await.told(), last);
        register(&ingrid, 2).await;
        credentials::remove_passkey(&ingrid, list.passkeys[0].id).await.unwrap();
        assert_eq!(credentials::list_own(&ingrid).await.unwrap().passkeys.len(), 1);
        assert_eq!(credentials::remove_passkey(&ingrid, PasskeyId(uuid(7))).await.told(), Error::NotFound);
    }
}

on_both! {
    async fn t22_somebody_elses_passkey_is_unknown(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        register(&ingrid, 1).await;
        let id = credentials::list_own(&ingrid).await.unwrap().passkeys[0].id;
        let grace = desk.person("grace").await;
        assert_eq!(credentials::remove_passkey(&grace, id).await.told(), Error::NotFound);
        assert_eq!(credentials::rename_passkey(&grace, id, "Mine").await.told(), Error::NotFound);
        credentials::rename_passkey(&ingrid, id, " Key ring ").await.unwrap();
        assert_eq!(credentials::list_own(&ingrid).await.unwrap().passkeys[0].name, "Key ring");
        assert_eq!(credentials::rename_passkey(&ingrid, id, " ").await.told(), field("name", Problem::Missing));
    }
}

on_both! {
    async fn somebody_without_a_password_is_a_user_like_any_other(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let (mut key, _) = register(&ingrid, 1).await;
        credentials::remove_password(&ingrid).await.unwrap();
        assert_eq!(sign_in(&desk.stranger(), "ingrid", PASSWORD).await.told(), Error::NotRecognised);
        let priya = desk.person("priya").await;
        let user = users::find(&priya, desk.id_of("ingrid").await).await.unwrap();
        assert_eq!(user.status, domain::users::Status::Active);
        desk.clock.advance(10 * MINUTE);
        let seat = use_key(&desk, &mut key).await.unwrap().session().unwrap();
        let ingrid = desk.sit(&seat).await;
        services::credentials::change_password(&ingrid, "", ANOTHER, false).await.unwrap();
        // From now on the password is followed by the passkey.
        let attempt = Attempt { login: "ingrid", password: ANOTHER, cookies: fresh() };
        let SignedIn::SecondFactor { token, factors } = sign_in::with_password(&desk.stranger(), attempt).await.unwrap() else {
            panic!("the password alone was enough")
        };
        assert_eq!(factors, Factors::PASSKEY);
        let asked = sign_in::start_pending_passkey(&desk.stranger(), &token).await.unwrap();
        let answer = key.answer(&asked.options);
        let second = SecondFactor::Passkey { ticket: &asked.ticket, answer: &answer };
        let seat = sign_in::with_second_factor(&desk.stranger(), &token, second, fresh(), false).await.unwrap();
        assert_eq!(seat.method, Method::PasswordAndPasskey);
    }
}

on_both! {
    async fn t17_any_factor_is_recent_proof_and_nobody_elses(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let (mut key, _) = register(&ingrid, 1).await;
        let (mut grace, _) = register(&desk.person("grace").await, 2).await;
        let setup = credentials::begin_totp(&ingrid).await.unwrap();
        let app = App::shown(&setup);
        credentials::add_totp(&ingrid, &setup.ticket, &app.at(&desk)).await.unwrap();
        desk.clock.advance(10 * MINUTE);
        assert_eq!(credentials::remove_totp(&ingrid).await.told(), Error::ProofNeeded);
        let now = desk.clock.now();
        let asked = sign_in::start_reauthentication(&ingrid).await.unwrap();
        let proof = |answer: String, asked: &Challenge| Proof::Passkey { ticket: asked.ticket.clone(), answer };
        let wrong = proof(grace.answer(&asked.options), &asked);
        assert_eq!(sign_in::reauthenticate(&ingrid, &wrong).await.told(), refused());
        let right = proof(key.answer(&asked.options), &asked);
        assert_eq!(sign_in::reauthenticate(&ingrid, &right).await.unwrap(), now);
        assert_eq!(sign_in::reauthenticate(&ingrid, &right).await.told(), refused(), "answered before");
        let told = sign_in::reauthenticate(&ingrid, &Proof::App("000000".into())).await.told();
        assert_eq!(told, field("code", Problem::CodeWrong));
        assert_eq!(sign_in::reauthenticate(&ingrid, &Proof::App(app.at(&desk))).await.unwrap(), now);
        let told = sign_in::reauthenticate(&ingrid, &Proof::App(app.at(&desk))).await.told();
        assert_eq!(told, field("code", Problem::CodeUsed));
        assert_eq!(desk.events_of("proof_given").await.len(), 2);
    }
}

on_both! {
    async fn t7_wrong_answers_of_passkeys_are_braked_too(desk: Desk) {
        desk.cast().await;
        let cx = desk.stranger();
        for _ in 0..60 {
            let asked = sign_in::start_passkey(&cx, BROWSER, "").await.unwrap();
            if let Error::TooMany { .. } = sign_in::with_passkey(&cx, BROWSER, &asked.ticket, "{}", fresh()).await.told() {
                return;
            }
        }
        panic!("sixty wrong answers, and no brake");
    }
}

on_both! {
    async fn t17_a_new_passkey_is_asked_for_with_recent_proof_only(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(10 * MINUTE);
        assert_eq!(credentials::begin_passkey(&ingrid.context).await.told(), Error::ProofNeeded);
        assert_eq!(desk.count("passkey_handles").await, 0, "nothing was begun");
        let asked = credentials::begin_passkey(&desk.person("ingrid").await).await.unwrap();
        let (_, answer) = create(&asked.options, 1);
        let late = credentials::add_passkey(&ingrid.context, &asked.ticket, &answer, "").await.told();
        assert_eq!(late, refused(), "a question to another session");
        // Whoever has to set one up has just shown all that they have.
        desk.set("grace", "second_factor_required", 1_i64).await;
        let grace = desk.person("grace").await;
        desk.clock.advance(10 * MINUTE);
        register(&grace, 2).await;
    }
}

/// As if these passkeys had been made for another address.
async fn move_away(desk: &Desk, keys: &[&Key]) {
    for key in keys {
        let sql = "UPDATE passkeys SET rp_id = 'old.example' WHERE credential_id = $1";
        assert_eq!(desk.run(sql, [key.id.clone().into()]).await, 1);
    }
}

/// The ids of the credentials that a question asks for.
fn asked_for(question: &Challenge) -> Vec<String> {
    let options: serde_json::Value = serde_json::from_str(&question.options).unwrap();
    let ids = options["allowCredentials"].as_array().cloned().unwrap_or_default();
    ids.iter().map(|allowed| allowed["id"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn t6_two_names_of_one_person_have_no_passkeys_in_common(desk: Desk) {
        desk.cast().await;
        let (mut key, _) = register(&desk.person("ingrid").await, 1).await;
        desk.set("ingrid", "email_verified_at", START).await;
        let cx = desk.stranger();
        let by_username = sign_in::start_passkey(&cx, BROWSER, "ingrid").await.unwrap();
        assert_eq!(asked_for(&by_username), [key.text()]);
        // An address asks for any passkey, whoever has it.
        let asked = async |login: &str| {
            let question = sign_in::start_passkey(&cx, BROWSER, login).await.unwrap();
            let mut options: serde_json::Value = serde_json::from_str(&question.options).unwrap();
            options["challenge"] = "drawn".into();
            (question, options)
        };
        let (by_address, options) = asked("Ingrid@Northwind.example").await;
        for login in ["", "nobody@northwind.example", "priya@northwind.example", "ingrid@"] {
            assert_eq!(asked(login).await.1, options, "{login}");
        }
        assert_eq!(asked_for(&by_address), [""; 0]);
        let answer = key.answer(&by_address.options);
        let signed_in = sign_in::with_passkey(&cx, BROWSER, &by_address.ticket, &answer, fresh()).await;
        assert_eq!(signed_in.unwrap().session().unwrap().user, desk.id_of("ingrid").await);
    }
}

on_both! {
    async fn only_passkeys_for_this_address_are_asked_for(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let (old, _) = register(&ingrid, 1).await;
        desk.clock.advance(1);
        let (new, _) = register(&ingrid, 2).await;
        move_away(&desk, &[&old]).await;
        let works: Vec<_> = credentials::list_own(&ingrid).await.unwrap().passkeys.iter().map(|row| row.works).collect();
        assert_eq!(works, [false, true]);
        let by_name = sign_in::start_passkey(&desk.stranger(), BROWSER, "ingrid").await.unwrap();
        assert_eq!(asked_for(&by_name), [new.text()]);
        assert_eq!(asked_for(&sign_in::start_reauthentication(&ingrid).await.unwrap()), [new.text()]);
        let attempt = || Attempt { login: "ingrid", password: PASSWORD, cookies: fresh() };
        let waiting = async || match sign_in::with_password(&desk.stranger(), attempt()).await.unwrap() {
            SignedIn::SecondFactor { token, .. } => token,
            SignedIn::Session(_) => panic!("the password alone was enough"),
        };
        let pending = sign_in::start_pending_passkey(&desk.stranger(), &waiting().await).await.unwrap();
        assert_eq!(asked_for(&pending), [new.text()]);

        move_away(&desk, &[&new]).await;
        let token = waiting().await;
        let told = sign_in::start_pending_passkey(&desk.stranger(), &token).await.told();
        assert!(matches!(told, Error::Malformed(_)), "no question without any: {told:?}");
        let by_name = sign_in::start_passkey(&desk.stranger(), BROWSER, "ingrid").await.unwrap();
        assert!(asked_for(&by_name).iter().all(|id| *id != old.text() && *id != new.text()));
    }
}

on_both! {
    async fn t11_a_passkey_for_another_address_is_no_way_in_and_can_be_removed(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let (mut old, _) = register(&ingrid, 1).await;
        let last = Error::Refused(Refusal::LastWayIn);
        move_away(&desk, &[&old]).await;
        assert_eq!(use_key(&desk, &mut old).await.told(), Error::NotRecognised, "whatever it answers");
        assert_eq!(credentials::remove_password(&ingrid).await.told(), last);
        desk.clock.advance(1);
        register(&ingrid, 2).await;
        credentials::remove_password(&ingrid).await.unwrap();
        let list = credentials::list_own(&ingrid).await.unwrap();
        let [gone, kept] = [list.passkeys[0].id, list.passkeys[1].id];
        assert_eq!(credentials::remove_passkey(&ingrid, kept).await.told(), last, "the other opens nothing here");
        credentials::remove_passkey(&ingrid, gone).await.unwrap();
        assert_eq!(credentials::list_own(&ingrid).await.unwrap().passkeys.len(), 1);
    }
}

on_both! {
    async fn t11_a_passkey_for_another_address_fulfils_no_rule(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let setup = credentials::begin_totp(&ingrid).await.unwrap();
        let app = App::shown(&setup);
        credentials::add_totp(&ingrid, &setup.ticket, &app.at(&desk)).await.unwrap();
        let (key, _) = register(&ingrid, 1).await;
        desk.set("ingrid", "second_factor_required", 1_i64).await;
        move_away(&desk, &[&key]).await;
        let only = Error::Refused(Refusal::OnlySecondFactor);
        assert_eq!(credentials::remove_totp(&ingrid).await.told(), only);
        let id = credentials::list_own(&ingrid).await.unwrap().passkeys[0].id;
        credentials::remove_passkey(&ingrid, id).await.unwrap();
        assert_eq!(credentials::remove_totp(&ingrid).await.told(), only);
    }
}

on_both! {
    async fn keepers_of_passkeys_are_told_what_is_accepted_here(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        assert_eq!(credentials::kept_passkeys(&ingrid).await.unwrap(), None, "she never had one");
        let (one, _) = register(&ingrid, 1).await;
        desk.clock.advance(1);
        let (two, _) = register(&ingrid, 2).await;
        let (old, _) = register(&ingrid, 3).await;
        register(&desk.person("grace").await, 4).await;
        move_away(&desk, &[&old]).await;
        let kept = credentials::kept_passkeys(&ingrid).await.unwrap().unwrap();
        assert_eq!((kept.rp_id.as_str(), kept.name.as_str()), ("localhost", "ingrid"));
        assert_eq!(kept.user_id, one.handle_text());
        assert_eq!(kept.accepted, [one.text(), two.text()]);

        let list = credentials::list_own(&ingrid).await.unwrap();
        credentials::remove_passkey(&ingrid, list.passkeys[0].id).await.unwrap();
        services::account::update_profile(&ingrid, "Ingrid the Second").await.unwrap();
        let kept = credentials::kept_passkeys(&ingrid).await.unwrap().unwrap();
        assert_eq!((kept.accepted, kept.display_name.as_str()), (vec![two.text()], "Ingrid the Second"));
        assert_eq!(credentials::kept_passkeys(&desk.stranger()).await.told(), Error::SignedOut);
    }
}

on_both! {
    async fn t6_only_a_passkey_that_its_own_person_has_no_more_is_told_to_be_unknown(desk: Desk) {
        desk.cast().await;
        let (ingrid, grace) = (desk.person("ingrid").await, desk.person("grace").await);
        let (mut key, _) = register(&ingrid, 1).await;
        let (other, _) = register(&grace, 2).await;
        let cx = desk.stranger();
        let asked = sign_in::start_passkey(&cx, BROWSER, "").await.unwrap();
        let unknown = async |key: &mut Key| credentials::unknown_passkey(&cx, &key.answer(&asked.options)).await.unwrap();
        // Known ones are never told of, whatever else is wrong.
        assert_eq!(unknown(&mut key).await, None);
        assert_eq!(unknown(&mut key.unverified()).await, None);
        assert_eq!(unknown(&mut key.at("https://evil.example")).await, None);
        desk.disable("ingrid").await;
        assert_eq!(unknown(&mut key).await, None, "disabled, and known");
        move_away(&desk, &[&key]).await;
        assert_eq!(unknown(&mut key).await, None, "for another address, and known");

        // A stranger without a handle of ours learns nothing about ids, real or made up.
        let made_up = create(&credentials::begin_passkey(&grace).await.unwrap().options, 9).0;
        for id in [&key.id, &other.id, &made_up.id] {
            let (mut nobodys, mut nameless) = (key.clone(), key.clone());
            (nobodys.id, nobodys.handle) = (id.clone(), vec![7; 16]);
            (nameless.id, nameless.handle) = (id.clone(), vec![]);
            assert_eq!(unknown(&mut nobodys).await, None);
            assert_eq!(unknown(&mut nameless).await, None);
        }
        // With one's own handle, all ids but one's own are alike: somebody else's and made-up ones.
        for id in [&key.id, &made_up.id] {
            let mut tried = other.clone();
            tried.id = id.clone();
            assert_eq!(unknown(&mut tried).await, Some(tried.text()));
        }
        for nonsense in ["", "{}", "null", &"x".repeat(60_000)] {
            assert_eq!(credentials::unknown_passkey(&cx, nonsense).await.unwrap(), None);
        }

        desk.clock.advance(1);
        let (second, _) = register(&grace, 3).await;
        let list = credentials::list_own(&grace).await.unwrap();
        credentials::remove_passkey(&grace, list.passkeys[0].id).await.unwrap();
        assert_eq!(unknown(&mut other.clone()).await, Some(other.text()), "removed");
        assert_eq!(unknown(&mut second.clone()).await, None);
    }
}
