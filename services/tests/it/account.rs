//! One's own account.

use domain::{DAY, Error, Problem};
use services::{
    Context, account, credentials,
    sign_in::{self, Attempt},
    users,
};

use crate::{
    meeting::{SIGN_IN, meet},
    support::*,
};

on_both! {
    async fn a_profile_shows_who_one_is(desk: Desk) {
        desk.cast().await;
        let profile = account::profile(&desk.person("tomas").await).await.unwrap();
        assert_eq!(profile.id, desk.id_of("tomas").await);
        assert_eq!(profile.username, "tomas");
        assert_eq!(profile.display_name, "Tomás Herrera");
        assert_eq!(profile.email.as_deref(), Some("t.herrera@northwind.example"));
        assert_eq!(profile.groups, ["User managers"]);
        assert_eq!(profile.created_at, START - 5 * 3 * DAY);
        assert_eq!(profile.password_changed_at, Some(START));
    }
}

on_both! {
    async fn a_new_display_name_is_shown_found_and_recorded(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(1_000);
        account::update_profile(&ingrid.context, "  Ingrid Óskarsdóttir ").await.unwrap();
        let told = &desk.events_of("profile_updated").await[0];
        assert_eq!(told.event("before"), "Ingrid Sólveigardóttir");
        assert_eq!(told.event("after"), "Ingrid Óskarsdóttir");

        let again = desk.resume(ingrid.token).await.unwrap();
        assert_eq!(again.loaded.actor.display_name, "Ingrid Óskarsdóttir");
        let ana = desk.person("ana").await;
        let search = domain::users::UserListing { search: "oskars".into(), ..Default::default() };
        assert_eq!(users::list(&ana, &search, &[]).await.unwrap().rows.len(), 1);
        let search = domain::users::UserListing { search: "solveig".into(), ..Default::default() };
        assert_eq!(users::list(&ana, &search, &[]).await.unwrap().rows.len(), 0);
    }
}

on_both! {
    async fn the_same_display_name_again_is_no_change(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        account::update_profile(&ingrid, "Ingrid Sólveigardóttir").await.unwrap();
        assert_eq!(desk.tally().await.get("profile_updated"), None);
    }
}

on_both! {
    async fn a_display_name_that_deceives_is_refused(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        for (name, problem) in [
            ("", Problem::Missing),
            ("A\u{202e}na", Problem::Character("the invisible character U+202E".into())),
            (&"x".repeat(101), Problem::TooLong { most: 100 }),
        ] {
            let told = account::update_profile(&ingrid, name).await.told();
            assert_eq!(told, field("display_name", problem));
        }
    }
}

on_both! {
    async fn a_new_password_is_the_one_that_signs_in(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        desk.clock.advance(1_000);
        credentials::change_password(&ingrid, PASSWORD, ANOTHER, true).await.unwrap();
        assert_eq!(sign_in(&desk.stranger(), "ingrid", PASSWORD).await.told(), Error::NotRecognised);
        sign_in(&desk.stranger(), "ingrid", ANOTHER).await.unwrap();
        sign_in(&desk.stranger(), "priya", PASSWORD).await.expect("others keep theirs");
        let changed = account::profile(&ingrid).await.unwrap().password_changed_at;
        assert_eq!(changed, Some(START + 1_000));
        let told = &desk.events_of("password_changed").await[0];
        assert_eq!(told.event("was_due"), false);
        assert!(!format!("{told:?}").contains("copper"));
    }
}

on_both! {
    async fn t3_a_change_of_password_needs_the_current_one(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        for wrong in ["", "wrong anchor paper thunder", ANOTHER] {
            let told = credentials::change_password(&ingrid, wrong, ANOTHER, true).await.told();
            assert_eq!(told, field("current", Problem::PasswordWrong), "{wrong}");
        }
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        assert_eq!(desk.events_of("password_change_failed").await.len(), 1, "counted within a minute");
    }
}

on_both! {
    async fn t2_a_new_password_has_to_be_another_and_strong(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        for (new, problem) in [
            (PASSWORD, Problem::PasswordUnchanged),
            ("", Problem::Missing),
            ("too short", Problem::TooShort { least: 15 }),
            (&"violet anchor ".repeat(10), Problem::TooLong { most: 128 }),
            ("correct horse battery staple", Problem::PasswordCommon),
            ("ingrid@northwind.example", Problem::PasswordPersonal),
        ] {
            let told = credentials::change_password(&ingrid, PASSWORD, new, true).await.told();
            assert_eq!(told, field("new", problem), "{new}");
        }
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn t3_a_new_password_ends_the_other_sessions_and_keeps_this_one(desk: Desk) {
        desk.cast().await;
        let here = desk.seated("ingrid", PASSWORD).await;
        let (one, two) = (desk.seated("ingrid", PASSWORD).await, desk.seated("ingrid", PASSWORD).await);
        let priya = desk.seated("priya", PASSWORD).await;
        let ended = credentials::change_password(&here.context, PASSWORD, ANOTHER, true).await.unwrap();
        assert_eq!(ended, 2);
        assert_eq!(desk.events_of("password_changed").await[0].event("sessions_ended"), 2);
        assert!(desk.resume(one.token).await.is_none());
        assert!(desk.resume(two.token).await.is_none());
        assert!(desk.resume(here.token).await.is_some());
        assert!(desk.resume(priya.token).await.is_some());
    }
}

on_both! {
    async fn t3_the_other_sessions_stay_where_that_was_chosen(desk: Desk) {
        desk.cast().await;
        let here = desk.seated("ingrid", PASSWORD).await;
        let there = desk.seated("ingrid", PASSWORD).await;
        let ended = credentials::change_password(&here.context, PASSWORD, ANOTHER, false).await.unwrap();
        assert_eq!(ended, 0);
        assert!(desk.resume(there.token).await.is_some());
    }
}

on_both! {
    async fn t12_after_the_forced_change_the_obligation_is_gone(desk: Desk) {
        desk.cast().await;
        let made = users::create(&desk.person("ana").await, new_user("newcomer")).await.unwrap();
        let password = made.one_time_password.unwrap();
        let seated = desk.seated("newcomer", &password).await;
        let told = credentials::change_password(&seated.context, &password, &password, true).await.told();
        assert_eq!(fields(told)[0].0, "new", "the first password cannot be kept");
        credentials::change_password(&seated.context, &password, ANOTHER, true).await.unwrap();
        let seated = desk.resume(seated.token).await.unwrap();
        assert_eq!(seated.loaded.actor.obligation, None);
        assert_eq!(account::profile(&seated.context).await.unwrap().username, "newcomer");
        assert_eq!(desk.events_of("password_changed").await[0].event("was_due"), true);
        sign_in(&desk.stranger(), "newcomer", &password).await.told();
    }
}

on_both! {
    async fn nobody_who_is_gone_changes_anything_of_their_own(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let id = desk.id_of("ingrid").await;
        desk.run("DELETE FROM users WHERE id = $1", [id.0.into()]).await;
        assert_eq!(account::profile(&ingrid).await.told(), Error::SignedOut);
        assert_eq!(account::update_profile(&ingrid, "Ghost").await.told(), Error::SignedOut);
        let told = credentials::change_password(&ingrid, PASSWORD, ANOTHER, true).await.told();
        assert_eq!(told, Error::SignedOut);
    }
}

on_both! {
    async fn t21_of_two_changes_of_the_same_password_at_once_one_counts(desk: Desk) {
        desk.cast().await;
        let (one, two) = (desk.person("ingrid").await, desk.person("ingrid").await);
        let third = "marble lantern quiet harvest";
        let (a, b) = tokio::join!(
            credentials::change_password(&one, PASSWORD, ANOTHER, false),
            credentials::change_password(&two, PASSWORD, third, false),
        );
        let mut works = 0;
        for (result, password) in [(&a, ANOTHER), (&b, third)] {
            let signs_in = sign_in(&desk.stranger(), "ingrid", password).await.is_ok();
            assert!(!signs_in || result.is_ok());
            works += usize::from(signs_in);
        }
        assert_eq!(works, 1);
        let told = [a, b].into_iter().filter(Result::is_ok).count();
        assert_eq!(told, 1, "both were told that their password counts");
    }
}

on_both! {
    async fn t3_a_sign_in_that_knew_the_old_password_dies_with_it(desk: Desk) {
        desk.cast().await;
        let staying = desk.seated("ingrid", PASSWORD).await;
        let ingrid = desk.installation.person(staying.loaded.actor.clone(), origin("192.0.2.1"));
        let passwords = [[PASSWORD, ANOTHER], [ANOTHER, PASSWORD]];
        for (point, [before, after]) in SIGN_IN.into_iter().zip(passwords.into_iter().cycle()) {
            let cookies = fresh();
            let sign_in = move |cx: Context| async move {
                sign_in::with_password(&cx, Attempt { login: "ingrid", password: before, cookies }).await.map(drop)
            };
            let change = credentials::change_password(&ingrid, before, after, true);
            let (late, changed) = meet(&desk, point, sign_in, change).await;
            let ended = no_accident(changed).unwrap();
            assert_eq!(no_accident(late).is_ok(), point.is_first(), "{point:?}");
            assert_eq!(ended, u32::from(point.is_first()), "{point:?}");
            assert!(desk.resume(cookies.session).await.is_none(), "{point:?}");
        }
        assert!(desk.resume(staying.token).await.is_some(), "the session that changed it goes on");
    }
}
