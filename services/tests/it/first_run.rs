//! The first run: who becomes the first administrator, and that nobody does afterwards.

use domain::{Error, HOUR, Problem, groups::Builtin, guard::Refusal, sessions::Method};
use services::{
    Context,
    sessions::NewSession,
    setup::{self, FirstRun},
};
use tokio::task::JoinSet;

use crate::support::*;

fn form<'a>(code: &'a str, username: &'a str) -> FirstRun<'a> {
    FirstRun { code, username, display_name: "Ana Moreira", email: "ana@northwind.example", password: PASSWORD }
}

async fn code(desk: &Desk) -> String {
    setup::issue_code(&desk.system()).await.unwrap().expect("a code")
}

async fn first(cx: &Context, code: &str, username: &str) -> services::Result<NewSession> {
    setup::create_first_administrator(cx, form(code, username), fresh()).await
}

on_both! {
    async fn t5_nobody_is_in_a_fresh_installation(desk: Desk) {
        assert_eq!(desk.count("users").await, 0);
        assert!(!setup::is_set_up(&desk.stranger()).await.unwrap());
        for login in ["admin", "root", "administrator", "keydesk", ""] {
            for password in ["admin", "password", "keydesk", ""] {
                let told = sign_in(&desk.stranger_at(login), login, password).await.told();
                assert_eq!(told, Error::NotRecognised);
            }
        }
    }
}

on_both! {
    async fn t5_the_code_makes_the_first_administrator_and_signs_them_in(desk: Desk) {
        let code = code(&desk).await;
        let seat = first(&desk.stranger(), &code, "ana").await.unwrap();
        assert_eq!(seat.method, Method::Setup);
        assert!(setup::is_set_up(&desk.stranger()).await.unwrap());

        let ana = desk.resume(desk.token_of(&seat).await).await.expect("a session");
        assert_eq!(ana.loaded.actor.permissions, Builtin::Administrators.permissions());
        assert_eq!(ana.loaded.actor.obligation, None, "the password is their own choice");
        let told = services::users::find(&ana.context, seat.user).await.unwrap();
        assert_eq!(told.last_sign_in_at, Some(START));
        desk.seated("ana", PASSWORD).await;
    }
}

on_both! {
    async fn t5_a_wrong_code_is_refused_and_makes_nobody(desk: Desk) {
        let right = code(&desk).await;
        let shorter = &right[1..];
        for wrong in ["", " ", "aaaaaaaaaaaaaaaaaaaaaaaaaa", shorter, "' OR 1=1 --", "\0"] {
            let told = first(&desk.stranger(), wrong, "ana").await.told();
            assert_eq!(told, field("code", Problem::SetupCode), "{wrong:?}");
        }
        assert_eq!(desk.count("users").await, 0);
        assert_eq!(desk.count("audit_events").await, 0);
        first(&desk.stranger(), &format!("  {right}\n"), "ana").await.unwrap();
    }
}

on_both! {
    async fn t5_a_code_ends_after_a_day(desk: Desk) {
        let code = code(&desk).await;
        desk.clock.advance(24 * HOUR);
        let told = first(&desk.stranger(), &code, "ana").await.told();
        assert_eq!(told, field("code", Problem::SetupCode));
    }
}

on_both! {
    async fn t5_a_code_counts_until_its_last_moment(desk: Desk) {
        let code = code(&desk).await;
        desk.clock.advance(24 * HOUR - 1);
        first(&desk.stranger(), &code, "ana").await.unwrap();
    }
}

on_both! {
    async fn t5_the_code_is_stored_as_a_hash(desk: Desk) {
        let code = code(&desk).await;
        let stored: Vec<u8> = desk.value("SELECT code_hash FROM setup_codes", []).await;
        assert_eq!(stored.len(), 32);
        assert!(!stored.windows(4).any(|part| code.as_bytes().windows(4).any(|own| own == part)));
    }
}

on_both! {
    async fn t5_every_nodes_code_is_valid(desk: Desk) {
        let here = code(&desk).await;
        let other = desk.node().await;
        let there = setup::issue_code(&other.system()).await.unwrap().unwrap();
        assert_ne!(here, there);
        // The older code, on the other node.
        first(&other.stranger(origin("192.0.2.7")), &here, "ana").await.unwrap();
    }
}

on_both! {
    async fn t5_a_later_nodes_code_is_valid_on_the_first(desk: Desk) {
        code(&desk).await;
        let other = desk.node().await;
        let there = setup::issue_code(&other.system()).await.unwrap().unwrap();
        first(&desk.stranger(), &there, "ana").await.unwrap();
    }
}

on_both! {
    async fn t5_afterwards_it_refuses_whatever_the_code(desk: Desk) {
        let (used, unused) = (code(&desk).await, code(&desk).await);
        first(&desk.stranger(), &used, "ana").await.unwrap();
        assert_eq!(setup::issue_code(&desk.system()).await.unwrap(), None);
        assert_eq!(desk.count("setup_codes").await, 0);
        for code in [used.as_str(), unused.as_str(), ""] {
            let told = first(&desk.stranger(), code, "mallory").await.told();
            assert_eq!(told, Error::Refused(Refusal::AlreadySetUp));
        }
        assert_eq!(desk.count("users").await, 1);
    }
}

on_both! {
    async fn t5_two_at_once_make_exactly_one_administrator(desk: Desk) {
        for round in 0..4 {
            let desk = Desk::open(desk.backend).await;
            let other = desk.node().await;
            let mine = code(&desk).await;
            let theirs = setup::issue_code(&other.system()).await.unwrap().unwrap();
            // In turn: the same code and another one; this node and another one.
            let theirs = if round % 2 == 0 { mine.clone() } else { theirs };
            let mut tries = JoinSet::new();
            for (cx, code, name) in [
                (desk.stranger(), mine.clone(), "ana"),
                (other.stranger(origin("192.0.2.8")), theirs.clone(), "grace"),
                (desk.stranger_at("192.0.2.9"), theirs, "mallory"),
            ] {
                tries.spawn(async move { first(&cx, &code, name).await });
            }
            let results = tries.join_all().await;
            let (seats, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
            assert_eq!(seats.len(), 1, "{refused:?}");
            for refusal in refused {
                let told = refusal.told();
                let late = told == Error::Refused(Refusal::AlreadySetUp);
                assert!(late || told == field("code", Problem::SetupCode), "{told:?}");
            }
            assert_eq!(desk.count("users").await, 1);
            assert_eq!(desk.count("memberships").await, 1);
            assert_eq!(desk.events_of("installation_set_up").await.len(), 1);
            if desk.backend == Backend::Postgres {
                drop_database(&desk.database_name()).await;
            }
        }
    }
}

on_both! {
    async fn all_problems_of_the_form_are_told_at_once(desk: Desk) {
        let code = code(&desk).await;
        let form = FirstRun {
            code: &code,
            username: "a",
            display_name: " ",
            email: "nowhere",
            password: "short",
        };
        let told = setup::create_first_administrator(&desk.stranger(), form, fresh()).await.told();
        assert_eq!(fields(told), [
            ("username".into(), Problem::TooShort { least: 3 }),
            ("display_name".into(), Problem::Missing),
            ("email".into(), Problem::EmailShape),
            ("password".into(), Problem::TooShort { least: 15 }),
        ]);
        first(&desk.stranger(), &code, "ana").await.expect("the code is still good");
    }
}

on_both! {
    async fn t2_a_weak_password_is_refused_and_the_code_stays_good(desk: Desk) {
        let code = code(&desk).await;
        for (weak, problem) in [
            ("", Problem::Missing),
            ("correct horse battery staple", Problem::PasswordCommon),
            ("Ana Moreira 2026", Problem::PasswordPersonal),
            ("aaaaaaaaaaaaaaaaaaaa", Problem::PasswordGuessable),
        ] {
            let form = FirstRun { password: weak, ..form(&code, "ana") };
            let told = setup::create_first_administrator(&desk.stranger(), form, fresh()).await.told();
            assert_eq!(told, field("password", problem), "{weak}");
        }
        first(&desk.stranger(), &code, "ana").await.unwrap();
    }
}

on_both! {
    async fn a_first_run_that_fails_half_way_leaves_nothing_behind(desk: Desk) {
        let code = code(&desk).await;
        let someone = "INSERT INTO users (id, username, username_key, display_name, \
            display_name_key, search_key, created_at, updated_at) \
            VALUES ($1, 'ana', 'ana', 'Ana', 'ana', 'ana', 1, 1)";
        desk.run(someone, [uuid(1).into()]).await;
        // The code is used up within the change before the name turns out to be taken.
        let told = first(&desk.stranger(), &code, "ana").await.told();
        assert_eq!(told, field("username", Problem::Taken));
        assert!(!setup::is_set_up(&desk.stranger()).await.unwrap());
        assert_eq!(desk.count("passwords").await, 0);
        first(&desk.stranger(), &code, "grace").await.expect("the code is still good");
    }
}

on_both! {
    async fn t23_the_log_tells_of_the_first_run_and_of_the_sign_in(desk: Desk) {
        let code = code(&desk).await;
        let seat = first(&desk.stranger(), &code, "ana").await.unwrap();
        let events = desk.events().await;
        let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["installation_set_up", "signed_in"]);
        assert_eq!(events[0].event("administrator")["id"], seat.user.to_string());
        assert_eq!(events[1].event("method"), "setup");
        assert!(events.iter().all(|event| event.actor_kind == "stranger"));
        assert_eq!(events[0].details["address"], "192.0.2.7");
        let everything = format!("{events:?}");
        assert!(!everything.contains(&code) && !everything.contains(PASSWORD));
    }
}

on_both! {
    async fn the_cast_fills_only_an_empty_installation(desk: Desk) {
        let operator = desk.installation.operator();
        services::seed::cast::seed(&operator, PASSWORD).await.unwrap();
        assert_eq!(desk.count("users").await, services::seed::cast::CAST.len() as i64);
        let told = services::seed::cast::seed(&operator, PASSWORD).await.told();
        assert_eq!(told, Error::Refused(Refusal::AlreadySetUp));
        assert_eq!(setup::issue_code(&desk.system()).await.unwrap(), None);
        let told = services::seed::cast::seed(&desk.stranger(), PASSWORD).await.told();
        assert_eq!(told, Error::Refused(Refusal::AlreadySetUp));
    }
}

on_both! {
    async fn no_request_fills_an_installation_with_the_cast(desk: Desk) {
        let told = services::seed::cast::seed(&desk.stranger(), PASSWORD).await.told();
        assert_eq!(told, Error::SignedOut);
        assert_eq!(desk.count("users").await, 0);
    }
}
