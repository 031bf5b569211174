//! Disabled and enabled, in the bin and out of it: what ends when, and what comes back.

use domain::{
    Error, Permission,
    users::{Status, UserId},
};
use services::{
    Context, account, credentials, sessions,
    sign_in::{self, Attempt},
    users,
};

use crate::{
    meeting::{SIGN_IN, meet},
    support::*,
};

async fn epoch(desk: &Desk, username: &str) -> i64 {
    desk.value("SELECT security_epoch FROM users WHERE username_key = $1", [username.into()]).await
}

/// Signs Ingrid in and takes a seat, wherever that leads; a failure of the database is a mistake.
async fn try_seat(cx: Context) -> Option<[u8; 32]> {
    let attempt = Attempt { login: "ingrid", password: PASSWORD, cookies: fresh() };
    no_accident(sign_in::with_password(&cx, attempt).await).ok().map(|_| attempt.cookies.session)
}

on_both! {
    async fn t15_whoever_is_disabled_is_signed_out_and_kept_out(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let (one, two) = (desk.seated("ingrid", PASSWORD).await, desk.seated("ingrid", PASSWORD).await);
        let priya = desk.seated("priya", PASSWORD).await;
        let id = desk.id_of("ingrid").await;
        let before = epoch(&desk, "ingrid").await;
        assert_eq!(users::disable(&ana, id).await.unwrap().sessions, 2);
        assert!(desk.resume(one.token).await.is_none() && desk.resume(two.token).await.is_none());
        assert!(desk.resume(priya.token).await.is_some());
        assert_eq!(epoch(&desk, "ingrid").await, before + 1);
        assert_eq!(sign_in(&desk.stranger(), "ingrid", PASSWORD).await.told(), Error::NotRecognised);
        let told = users::find(&ana, id).await.unwrap();
        assert_eq!((told.status, told.disabled_at, told.sessions), (Status::Disabled, Some(START), 0));
        let recorded = &desk.events_of("user_disabled").await[0];
        assert_eq!(recorded.event("sessions_ended"), 2);
        assert_eq!(recorded.event("user")["name"], "Ingrid Sólveigardóttir");
        // What they had open does nothing any more.
        assert_eq!(account::update_profile(&one.context, "Ghost").await.told(), Error::SignedOut);
        assert_eq!(sessions::end_own_others(&two.context).await.told(), Error::SignedOut);
        let told = credentials::change_password(&one.context, PASSWORD, ANOTHER, true).await.told();
        assert_eq!(told, Error::SignedOut);
    }
}

on_both! {
    async fn t15_enabling_again_brings_the_password_back_and_no_session(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let (ingrid, id) = (desk.seated("ingrid", PASSWORD).await, desk.id_of("ingrid").await);
        users::disable(&ana, id).await.unwrap();
        users::enable(&ana, id).await.unwrap();
        assert!(desk.resume(ingrid.token).await.is_none());
        assert_eq!(users::find(&ana, id).await.unwrap().status, Status::Active);
        desk.seated("ingrid", PASSWORD).await;
        assert_eq!(desk.events_of("user_enabled").await.len(), 1);
    }
}

on_both! {
    async fn the_same_once_more_changes_nothing_and_is_no_second_event(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let id = desk.id_of("ingrid").await;
        desk.seated("ingrid", PASSWORD).await;
        assert_eq!(users::disable(&ana, id).await.unwrap().sessions, 1);
        let raised = epoch(&desk, "ingrid").await;
        desk.clock.advance(1_000);
        assert_eq!(users::disable(&ana, id).await.unwrap().sessions, 0);
        assert_eq!(users::find(&ana, id).await.unwrap().disabled_at, Some(START), "since the first time");
        assert_eq!(epoch(&desk, "ingrid").await, raised);
        users::enable(&ana, id).await.unwrap();
        users::enable(&ana, id).await.unwrap();
        users::restore(&ana, id).await.expect("whoever is not in the bin needs nothing");
        users::delete(&ana, id).await.unwrap();
        desk.clock.advance(1_000);
        assert_eq!(users::delete(&ana, id).await.unwrap().sessions, 0);
        assert_eq!(users::find(&ana, id).await.unwrap().deleted_at, Some(START + 1_000));
        users::restore(&ana, id).await.unwrap();
        users::restore(&ana, id).await.unwrap();
        let tally = desk.tally().await;
        for kind in ["user_disabled", "user_enabled", "user_deleted", "user_restored"] {
            assert_eq!(tally[kind], 1, "{kind}");
        }
    }
}

on_both! {
    async fn t21_two_who_disable_the_same_person_at_once_disable_them_once(desk: Desk) {
        desk.cast().await;
        let (ana, grace, id) = (desk.person("ana").await, desk.person("grace").await, desk.id_of("ingrid").await);
        for round in 1..=5 {
            desk.seated("ingrid", PASSWORD).await;
            let (a, g) = (ana.clone(), grace.clone());
            let (one, other) =
                at_once(async move { users::disable(&a, id).await }, async move { users::disable(&g, id).await }).await;
            let ended = no_accident(one).unwrap().sessions + no_accident(other).unwrap().sessions;
            assert_eq!(ended, 1, "each session is counted once");
            assert_eq!(desk.events_of("user_disabled").await.len(), round);
            users::enable(&ana, id).await.unwrap();
        }
    }
}

/// An act that ends everything somebody has open, and the one that lets them in again.
async fn race(desk: &Desk, act: impl AsyncFn(&Context, UserId), back: impl AsyncFn(&Context, UserId)) {
    desk.cast().await;
    let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
    let ended = async |tokens: &[[u8; 32]], when: &str| {
        for token in tokens {
            assert!(desk.resume(*token).await.is_none(), "{when}: a session outlived the act");
        }
        back(&ana, id).await;
        for token in tokens {
            assert!(desk.resume(*token).await.is_none(), "{when}: a session came back");
        }
        assert_eq!(users::find(&ana, id).await.unwrap().sessions, 0, "{when}");
    };
    for point in SIGN_IN {
        let (seated, ()) = meet(desk, point, try_seat, act(&ana, id)).await;
        assert_eq!(seated.is_some(), point.is_first(), "{point:?}");
        ended(seated.as_slice(), &format!("{point:?}")).await;
    }
    // And as it comes.
    for round in 0..3 {
        let try_one = || try_seat(desk.stranger_at("192.0.2.99"));
        let (one, two, three, ()) = tokio::join!(try_one(), try_one(), try_one(), act(&ana, id));
        let seated: Vec<_> = [one, two, three].into_iter().flatten().collect();
        ended(&seated, &format!("round {round}")).await;
    }
}

on_both! {
    async fn t15_a_sign_in_that_races_a_disable_leaves_no_session(desk: Desk) {
        race(
            &desk,
            async |cx, id| assert!(users::disable(cx, id).await.is_ok()),
            async |cx, id| users::enable(cx, id).await.unwrap(),
        )
        .await;
    }
}

on_both! {
    async fn t15_a_sign_in_that_races_a_deletion_leaves_no_session(desk: Desk) {
        race(
            &desk,
            async |cx, id| assert!(users::delete(cx, id).await.is_ok()),
            async |cx, id| users::restore(cx, id).await.unwrap(),
        )
        .await;
    }
}

on_both! {
    async fn t15_a_sign_in_that_races_a_reset_of_the_password_leaves_no_session(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        let hash: String = desk.value("SELECT hash FROM passwords WHERE user_id = $1", [id.0.into()]).await;
        for point in SIGN_IN {
            let (seated, reset) = meet(&desk, point, try_seat, credentials::reset_password(&ana, id)).await;
            no_accident(reset).unwrap();
            assert_eq!(seated.is_some(), point.is_first(), "{point:?}");
            if let Some(token) = seated {
                assert!(desk.resume(token).await.is_none(), "{point:?}: a session outlived the reset");
            }
            assert_eq!(users::find(&ana, id).await.unwrap().sessions, 0, "{point:?}");
            // The old password once more, for the next round.
            let old = "UPDATE passwords SET hash = $1, must_change_at = NULL WHERE user_id = $2";
            desk.run(old, [hash.clone().into(), id.0.into()]).await;
        }
    }
}

on_both! {
    async fn a_deletion_keeps_what_somebody_was(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        desk.put_into("ingrid", domain::groups::Builtin::Auditors).await;
        let (ingrid, id) = (desk.seated("ingrid", PASSWORD).await, desk.id_of("ingrid").await);
        users::disable(&ana, id).await.unwrap();
        let before = epoch(&desk, "ingrid").await;
        users::delete(&ana, id).await.unwrap();
        assert_eq!(epoch(&desk, "ingrid").await, before + 1);
        let told = users::find(&ana, id).await.unwrap();
        assert_eq!(told.status, Status::InBin);
        assert_eq!(told.erase_at, Some(START + 30 * domain::DAY));
        assert_eq!(sign_in(&desk.stranger(), "ingrid", PASSWORD).await.told(), Error::NotRecognised);
        users::restore(&ana, id).await.unwrap();
        let told = users::find(&ana, id).await.unwrap();
        assert_eq!(told.status, Status::Disabled, "still disabled");
        assert_eq!((told.deleted_at, told.erase_at), (None, None));
        assert_eq!(told.groups[0].name, "Auditors");
        users::enable(&ana, id).await.unwrap();
        assert!(desk.resume(ingrid.token).await.is_none());
        desk.seated("ingrid", PASSWORD).await;
    }
}

on_both! {
    async fn t16_other_peoples_sessions_are_seen_and_ended(desk: Desk) {
        desk.cast().await;
        let tomas = desk.seated("tomas", PASSWORD).await;
        let id = desk.id_of("ingrid").await;
        let mut theirs = vec![];
        for _ in 0..3 {
            theirs.push(desk.seated("ingrid", PASSWORD).await);
            desk.clock.advance(1_000);
        }
        let rows = sessions::list_for_user(&tomas.context, id).await.unwrap();
        let listed: Vec<_> = rows.iter().map(|row| row.id).collect();
        let expected: Vec<_> = theirs.iter().rev().map(|seated| seated.loaded.session.id).collect();
        assert_eq!(listed, expected, "the last used first");
        assert!(rows.iter().all(|row| !row.current));
        assert_eq!(sessions::count_for_user(&tomas.context, id).await.unwrap(), 3);

        let one = Some(expected[1]);
        assert_eq!(sessions::end_for_user(&tomas.context, id, one).await.unwrap().sessions, 1);
        assert!(desk.resume(theirs[1].token).await.is_none() && desk.resume(theirs[0].token).await.is_some());
        assert_eq!(sessions::end_for_user(&tomas.context, id, one).await.told(), Error::NotFound, "it has ended already");
        assert_eq!(sessions::end_for_user(&tomas.context, id, None).await.unwrap().sessions, 2);
        assert_eq!(sessions::end_for_user(&tomas.context, id, None).await.unwrap().sessions, 0);
        assert!(sessions::list_for_user(&tomas.context, id).await.unwrap().is_empty());
        assert_eq!(sessions::count_for_user(&tomas.context, id).await.unwrap(), 0);
        let counts: Vec<_> =
            desk.events_of("sessions_ended").await.iter().map(|event| event.event("count").clone()).collect();
        assert_eq!(counts, [1, 2], "nothing ended, nothing is told");
        // Ending one's own here is allowed as well, and ends them.
        let own = sessions::list_for_user(&tomas.context, desk.id_of("tomas").await).await.unwrap();
        assert!(own[0].current);
        sessions::end_for_user(&tomas.context, desk.id_of("tomas").await, None).await.unwrap();
        assert!(desk.resume(tomas.token).await.is_none());
    }
}

on_both! {
    async fn t22_a_session_of_somebody_else_answers_like_one_that_never_was(desk: Desk) {
        desk.cast().await;
        let (ana, ingrid) = (desk.person("ana").await, desk.id_of("ingrid").await);
        let priya = desk.seated("priya", PASSWORD).await;
        desk.seated("ingrid", PASSWORD).await;
        for only in [priya.loaded.session.id, domain::sessions::SessionId(uuid(1)), domain::sessions::SessionId::nil()] {
            assert_eq!(sessions::end_for_user(&ana, ingrid, Some(only)).await.told(), Error::NotFound);
        }
        assert!(desk.resume(priya.token).await.is_some());
        for unknown in [UserId::nil(), UserId(uuid(1))] {
            assert_eq!(sessions::list_for_user(&ana, unknown).await.told(), Error::NotFound);
            assert_eq!(sessions::count_for_user(&ana, unknown).await.told(), Error::NotFound);
            assert_eq!(sessions::end_for_user(&ana, unknown, None).await.told(), Error::NotFound);
            assert_eq!(users::disable(&ana, unknown).await.told(), Error::NotFound);
            assert_eq!(users::enable(&ana, unknown).await.told(), Error::NotFound);
            assert_eq!(users::delete(&ana, unknown).await.told(), Error::NotFound);
            assert_eq!(users::restore(&ana, unknown).await.told(), Error::NotFound);
            assert_eq!(users::erase(&ana, unknown, "ingrid").await.told(), Error::NotFound);
            assert_eq!(credentials::reset_password(&ana, unknown).await.told(), Error::NotFound);
        }
    }
}

on_both! {
    async fn an_auditor_sees_sessions_and_ends_none(desk: Desk) {
        desk.cast().await;
        let (priya, id) = (desk.person("priya").await, desk.id_of("ingrid").await);
        desk.seated("ingrid", PASSWORD).await;
        assert_eq!(sessions::list_for_user(&priya, id).await.unwrap().len(), 1);
        assert_eq!(sessions::count_for_user(&priya, id).await.unwrap(), 1);
        let nobody = desk.person("ingrid").await;
        assert_eq!(
            sessions::count_for_user(&nobody, id).await.told(),
            Error::Forbidden(Permission::ViewUsers)
        );
        let told = sessions::end_for_user(&priya, id, None).await.told();
        assert_eq!(told, Error::Forbidden(Permission::EndSessions));
    }
}
