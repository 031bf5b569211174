//! Signing in: who gets in, and that those who do not learn nothing.

use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
use domain::{DAY, Error, Obligation, users::FirstPassword};
use services::{
    Context,
    credentials::{self, Device},
    sign_in::{self, Attempt, BrowserCookies},
    users,
};

use crate::{
    meeting::{SIGN_IN, meet},
    support::*,
};

on_both! {
    async fn a_username_is_right_in_any_case(desk: Desk) {
        desk.cast().await;
        for login in ["ingrid", "INGRID", " Ingrid "] {
            let seat = sign_in(&desk.stranger(), login, PASSWORD).await.unwrap();
            assert_eq!(seat.user, desk.id_of("ingrid").await, "{login}");
        }
    }
}

on_both! {
    async fn a_browser_whose_session_just_ended_signs_in_like_any_other(desk: Desk) {
        desk.cast().await;
        // The request is that of a live session; by the time of its change, that has ended.
        let ingrid = desk.person("ingrid").await;
        desk.run("DELETE FROM sessions", []).await;
        assert!(sign_in(&ingrid, "ingrid", PASSWORD).await.is_ok());
    }
}

on_both! {
    async fn only_a_verified_email_address_signs_in(desk: Desk) {
        desk.cast().await;
        let login = "T.Herrera@Northwind.example";
        let told = sign_in(&desk.stranger(), login, PASSWORD).await.told();
        assert_eq!(told, Error::NotRecognised, "nobody has shown that it is theirs");
        desk.set("tomas", "email_verified_at", START).await;
        let seat = sign_in(&desk.stranger(), login, PASSWORD).await.unwrap();
        assert_eq!(seat.user, desk.id_of("tomas").await);
    }
}

on_both! {
    async fn t1_a_password_is_the_same_in_either_unicode_form(desk: Desk) {
        desk.cast().await;
        let form = domain::users::NewUserForm {
            password: FirstPassword::Typed("l\u{e9}opard anchor thunder".into()),
            ..new_user("leon")
        };
        users::create(&desk.person("ana").await, form).await.unwrap();
        for typed in ["l\u{e9}opard anchor thunder", "le\u{301}opard anchor thunder"] {
            sign_in(&desk.stranger(), "leon", typed).await.unwrap();
        }
        let told = sign_in(&desk.stranger(), "leon", "leopard anchor thunder").await.told();
        assert_eq!(told, Error::NotRecognised);
    }
}

on_both! {
    async fn an_email_address_is_the_same_in_either_unicode_form(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let with = |username: &str, email: &str| domain::users::NewUserForm {
            email: email.into(),
            password: FirstPassword::Typed(PASSWORD.into()),
            ..new_user(username)
        };
        users::create(&ana, with("juergen", "j\u{fc}rgen@northwind.example")).await.unwrap();
        let told = users::create(&ana, with("other", "ju\u{308}rgen@northwind.example")).await.told();
        assert_eq!(told, field("email", domain::Problem::Taken));
        desk.set("juergen", "email_verified_at", START).await;
        sign_in(&desk.stranger(), "Ju\u{308}rgen@northwind.example", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn t1_a_password_is_verified_to_its_last_character(desk: Desk) {
        desk.cast().await;
        let right: String = PASSWORD.chars().cycle().take(128).collect();
        let strong = services::credentials::Hasher::new().hash(&right).await.unwrap();
        let id = desk.id_of("ingrid").await;
        desk.run("UPDATE passwords SET hash = $1 WHERE user_id = $2", [strong.into(), id.0.into()]).await;
        let told = sign_in(&desk.stranger(), "ingrid", &format!("{}X", &right[..127])).await.told();
        assert_eq!(told, Error::NotRecognised);
        let told = sign_in(&desk.stranger(), "ingrid", &right[..127]).await.told();
        assert_eq!(told, Error::NotRecognised);
        sign_in(&desk.stranger(), "ingrid", &right).await.unwrap();
    }
}

/// Leaves somebody with a passkey alone.
pub async fn goes_without_a_password(desk: &Desk, login: &str) {
    desk.run("DELETE FROM passwords WHERE user_id = $1", [desk.id_of(login).await.0.into()]).await;
    desk.set(login, "factors", 2).await;
}

on_both! {
    async fn t6_whoever_is_not_let_in_is_told_the_same(desk: Desk) {
        desk.cast().await;
        desk.set("grace", "deleted_at", START).await;
        desk.set("priya", "expires_at", START).await;
        goes_without_a_password(&desk, "tomas").await;
        for (login, password) in [
            ("tomas", PASSWORD),
            ("nobody", PASSWORD),
            ("", ""),
            ("ingrid", "wrong anchor paper thunder"),
            ("ingrid", ""),
            ("samuel", PASSWORD),
            ("samuel", "wrong anchor paper thunder"),
            ("yutong", PASSWORD),
            ("yutong", ""),
            ("grace", PASSWORD),
            ("priya", PASSWORD),
            ("ingrid' OR '1'='1", PASSWORD),
            ("ingrid\0", PASSWORD),
            ("ingrid", "\0"),
        ] {
            let told = sign_in(&desk.stranger_at(login), login, password).await.told();
            assert_eq!(told, Error::NotRecognised, "{login:?} with {password:?}");
        }
        assert_eq!(desk.count("sessions").await, 0);
        assert_eq!(desk.tally().await.get("signed_in"), None);
    }
}

on_both! {
    async fn t6_the_log_knows_why_and_never_what_was_typed(desk: Desk) {
        desk.cast().await;
        for (login, password) in [
            ("tipped-pasword-here", PASSWORD),
            ("ingrid", "wrong anchor paper thunder"),
            ("samuel", PASSWORD),
        ] {
            sign_in(&desk.stranger(), login, password).await.told();
        }
        let failed = desk.events_of("sign_in_failed").await;
        let reasons: Vec<_> = failed.iter().map(|event| event.event("reason").clone()).collect();
        assert_eq!(reasons, ["unknown_name", "wrong_password", "not_active"]);
        assert_eq!(failed[2].event("user")["name"], "Samuel Adeyemi");
        let everything = format!("{failed:?}");
        assert!(!everything.contains("tipped") && !everything.contains("thunder"));
    }
}

on_both! {
    async fn a_megabyte_is_a_wrong_password(desk: Desk) {
        desk.cast().await;
        let long = PASSWORD.repeat(40_000);
        let told = sign_in(&desk.stranger(), "ingrid", &long).await.told();
        assert_eq!(told, Error::NotRecognised);
        let told = sign_in(&desk.stranger(), &long, PASSWORD).await.told();
        assert_eq!(told, Error::NotRecognised);
    }
}

on_both! {
    async fn an_empty_password_is_wrong_even_where_a_long_one_is_cut(desk: Desk) {
        desk.cast().await;
        let empty = credentials::Hasher::new().hash("").await.unwrap();
        let id = desk.id_of("ingrid").await;
        desk.run("UPDATE passwords SET hash = $1 WHERE user_id = $2", [empty.into(), id.0.into()]).await;
        let told = sign_in(&desk.stranger(), "ingrid", &"x".repeat(1_000_000)).await.told();
        assert_eq!(told, Error::NotRecognised);
    }
}

on_both! {
    async fn the_last_sign_in_is_noted(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let ingrid = desk.id_of("ingrid").await;
        assert_eq!(users::find(&ana, ingrid).await.unwrap().last_sign_in_at, None);
        sign_in(&desk.stranger(), "ingrid", "wrong anchor paper thunder").await.told();
        assert_eq!(users::find(&ana, ingrid).await.unwrap().last_sign_in_at, None);
        desk.clock.advance(1_000);
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        assert_eq!(users::find(&ana, ingrid).await.unwrap().last_sign_in_at, Some(START + 1_000));
    }
}

on_both! {
    async fn t23_a_sign_in_is_in_the_log_with_address_and_browser(desk: Desk) {
        desk.cast().await;
        sign_in(&desk.stranger_at("198.51.100.4"), "ingrid", PASSWORD).await.unwrap();
        let told = &desk.events_of("signed_in").await[0].details;
        assert_eq!(told["event"]["user"]["name"], "Ingrid Sólveigardóttir");
        assert_eq!(told["event"]["method"], "password");
        assert_eq!(told["address"], "198.51.100.4");
        assert_eq!(told["browser"], "Firefox on Linux");
    }
}

on_both! {
    async fn t4_an_older_hash_is_upgraded_at_the_next_sign_in(desk: Desk) {
        desk.cast().await;
        let id = desk.id_of("ingrid").await;
        let smaller = Params::new(8 * 1024, 1, 1, None).unwrap();
        let old = Argon2::new(Algorithm::Argon2id, Version::V0x13, smaller)
            .hash_password_with_salt(PASSWORD.as_bytes(), &[9; 16])
            .unwrap()
            .to_string();
        let stored = "SELECT hash FROM passwords WHERE user_id = $1";
        desk.run("UPDATE passwords SET hash = $1 WHERE user_id = $2", [old.clone().into(), id.0.into()])
            .await;

        sign_in(&desk.stranger(), "ingrid", "wrong anchor paper thunder").await.told();
        assert_eq!(desk.value::<String, 1>(stored, [id.0.into()]).await, old);
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        let new: String = desk.value(stored, [id.0.into()]).await;
        assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{new}");
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        assert_eq!(desk.value::<String, 1>(stored, [id.0.into()]).await, new, "it is left alone now");
    }
}

on_both! {
    async fn t15_a_sign_in_racing_a_disable_leaves_no_working_session(desk: Desk) {
        desk.cast().await;
        for point in SIGN_IN {
            let cookies = fresh();
            let sign_in = move |cx: Context| async move {
                sign_in::with_password(&cx, Attempt { login: "ingrid", password: PASSWORD, cookies }).await.map(drop)
            };
            let (signed_in, ()) = meet(&desk, point, sign_in, desk.disable("ingrid")).await;
            assert_eq!(no_accident(signed_in).is_ok(), point.is_first(), "{point:?}");
            assert!(desk.resume(cookies.session).await.is_none(), "{point:?}");
            desk.set("ingrid", "disabled_at", None::<i64>).await;
            assert!(desk.resume(cookies.session).await.is_none(), "{point:?}, after enabling");
        }
    }
}

on_both! {
    async fn nobody_signs_in_at_the_moment_their_account_ends(desk: Desk) {
        desk.cast().await;
        desk.set("ingrid", "expires_at", START + DAY).await;
        desk.clock.advance(DAY - 1);
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        desk.clock.advance(1);
        let told = sign_in(&desk.stranger(), "ingrid", PASSWORD).await.told();
        assert_eq!(told, Error::NotRecognised);
    }
}

on_both! {
    async fn signing_out_ends_this_session_and_no_other(desk: Desk) {
        desk.cast().await;
        let here = desk.seated("ingrid", PASSWORD).await;
        let there = desk.seated("ingrid", PASSWORD).await;
        sign_in::sign_out(&here.context).await.unwrap();
        assert!(desk.resume(here.token).await.is_none());
        assert!(desk.resume(there.token).await.is_some());
        assert_eq!(desk.events_of("signed_out").await.len(), 1);
        assert_eq!(sign_in::sign_out(&desk.stranger()).await.told(), Error::SignedOut);
    }
}

on_both! {
    async fn a_first_password_signs_in_and_has_to_be_changed(desk: Desk) {
        desk.cast().await;
        let made = users::create(&desk.person("ana").await, new_user("newcomer")).await.unwrap();
        let password = made.one_time_password.unwrap();
        let newcomer = desk.seated("newcomer", &password).await;
        assert_eq!(newcomer.loaded.actor.obligation, Some(Obligation::NewPassword));
    }
}

on_both! {
    async fn a_device_is_remembered_once(desk: Desk) {
        desk.cast().await;
        let sign_in_on = async |cookies| {
            sign_in::with_password(&desk.stranger(), Attempt { login: "ingrid", password: PASSWORD, cookies }).await.unwrap()
        };
        let (session, device) = (token(), token());
        sign_in_on(BrowserCookies { session, device: Device::new(None, device) }).await;
        desk.clock.advance(DAY);
        sign_in_on(on(device)).await;
        assert_eq!(desk.count("known_devices").await, 1);
        let seen: i64 = desk.value("SELECT seen_at FROM known_devices", []).await;
        assert_eq!(seen, START + DAY);
    }
}

on_both! {
    async fn t4_hashes_that_no_password_can_match_are_counted_by_kind(desk: Desk) {
        desk.cast().await;
        let none = credentials::unverifiable_passwords(&desk.system()).await.unwrap();
        assert!(none.is_empty(), "{none:?}");
        for (login, hash) in [
            ("ingrid", "$1$pJQBOpmW$kO7dvPJjhoe4Lr7x3lPax."),
            ("priya", "$1$aaaaaaaa$kO7dvPJjhoe4Lr7x3lPax."),
            ("tomas", "hunter2"),
            // Verified.
            ("grace", "$pbkdf2-sha256$1000$DiHEWGttLSVECMFYKyXkPA$PUN6h0vD2s5jslumNg0gV39yTrX4/xvbqoustAxUCMo"),
        ] {
            let id = desk.id_of(login).await;
            desk.run("UPDATE passwords SET hash = $1 WHERE user_id = $2", [hash.into(), id.0.into()]).await;
        }
        let found = credentials::unverifiable_passwords(&desk.system()).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|(why, count)| (why.to_string(), count)).collect();
        assert_eq!(found, [("MD5-crypt ($1$)".to_owned(), 2), ("an unknown form".to_owned(), 1)]);
        let told = credentials::unverifiable_passwords(&desk.person("ana").await).await.told();
        assert_eq!(told, Error::SignedOut, "for the operator only");
        sign_in(&desk.stranger(), "grace", PASSWORD).await.unwrap();
        assert_eq!(sign_in(&desk.stranger(), "tomas", "hunter2").await.told(), Error::NotRecognised);
    }
}
