//! Sessions: how long they live, what ends them, and whose they are.

use domain::{DAY, Error, HOUR, MINUTE, Problem, SECOND, sessions::SessionId};
use services::{
    jobs,
    sessions::{self, NewSession},
    sign_in::{self, Attempt, BrowserCookies},
    users,
};
use sha2::{Digest, Sha256};

use crate::support::*;

on_both! {
    async fn a_session_carries_its_person_and_their_rights(desk: Desk) {
        desk.cast().await;
        let tomas = desk.seated("tomas", PASSWORD).await.loaded;
        assert_eq!(tomas.actor.id, desk.id_of("tomas").await);
        assert_eq!(tomas.actor.display_name, "Tomás Herrera");
        assert_eq!(tomas.actor.permissions, domain::groups::Builtin::UserManagers.permissions());
        assert_eq!(tomas.actor.proof_at, START);
        assert_eq!(tomas.ends_at, START + 2 * HOUR);
        let ingrid = desk.seated("ingrid", PASSWORD).await.loaded;
        assert!(ingrid.actor.permissions.is_empty());
    }
}

on_both! {
    async fn rights_of_several_groups_add_up_and_are_read_anew(desk: Desk) {
        use domain::groups::Builtin::{Auditors, UserManagers};
        desk.cast().await;
        let priya = desk.seated("priya", PASSWORD).await;
        let join = "INSERT INTO memberships (user_id, group_id, since) VALUES ($1, $2, 1)";
        let (id, group) = (desk.id_of("priya").await, desk.group(UserManagers).await);
        desk.run(join, [id.0.into(), group.0.into()]).await;
        let now = desk.resume(priya.token).await.unwrap().loaded.actor.permissions;
        assert_eq!(now, Auditors.permissions().and(UserManagers.permissions()));
        desk.run("DELETE FROM memberships WHERE user_id = $1", [id.0.into()]).await;
        assert!(desk.resume(priya.token).await.unwrap().loaded.actor.permissions.is_empty());
    }
}

on_both! {
    async fn t13_an_unknown_cookie_opens_nothing(desk: Desk) {
        desk.cast().await;
        desk.person("ana").await;
        assert!(desk.resume([0; 32]).await.is_none());
    }
}

on_both! {
    async fn t13_what_is_stored_opens_nothing(desk: Desk) {
        desk.cast().await;
        let cookie = b"the value in the browser";
        let cookies = BrowserCookies { session: Sha256::digest(cookie).into(), ..fresh() };
        sign_in::with_password(&desk.stranger(), Attempt { login: "ingrid", password: PASSWORD, cookies }).await.unwrap();
        let stored: Vec<u8> = desk.value("SELECT token_hash FROM sessions", []).await;
        assert_eq!(stored, Sha256::digest(cookie).to_vec());
        assert!(desk.resume(Sha256::digest(cookie).into()).await.is_some());
        assert!(desk.resume(Sha256::digest(&stored).into()).await.is_none());
    }
}

on_both! {
    async fn t13_every_sign_in_has_its_own_session(desk: Desk) {
        desk.cast().await;
        let one = sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        let two = sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        assert_ne!(one.id, two.id);
    }
}

on_both! {
    async fn t13_the_old_cookie_is_dead_once_the_session_has_a_new_one(desk: Desk) {
        desk.cast().await;
        let seated = desk.seated("ingrid", PASSWORD).await;
        sessions::detach(&desk.stranger(), seated.loaded.session.id).await.unwrap();
        assert!(desk.resume(seated.token).await.is_none());
        let (new, seat) = (token(), NewSession { proof_at: START + 1, ..seated.loaded.session });
        sessions::attach(&desk.stranger(), new, &seat).await.unwrap();
        assert!(desk.resume(seated.token).await.is_none());
        assert_eq!(desk.resume(new).await.unwrap().loaded.session, seat);
    }
}

on_both! {
    async fn t15_a_session_that_is_ended_while_it_gets_a_new_cookie_stays_ended(desk: Desk) {
        desk.cast().await;
        let renewing = desk.seated("ingrid", PASSWORD).await;
        let elsewhere = desk.person("ingrid").await;
        sessions::detach(&desk.stranger(), renewing.loaded.session.id).await.unwrap();
        assert_eq!(sessions::end_own_others(&elsewhere).await.unwrap(), 1);
        let new = token();
        let late = sessions::attach(&desk.stranger(), new, &renewing.loaded.session).await;
        assert_eq!(late.told(), Error::SignedOut);
        assert!(desk.resume(new).await.is_none());
    }
}

on_both! {
    async fn t14_a_session_ends_when_idle(desk: Desk) {
        desk.cast().await;
        let seated = desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(2 * HOUR - 1);
        assert!(desk.resume(seated.token).await.is_some());
        desk.clock.advance(1);
        assert!(desk.resume(seated.token).await.is_none());
    }
}

on_both! {
    async fn t14_activity_prolongs_a_session_but_not_past_its_absolute_end(desk: Desk) {
        desk.cast().await;
        let seated = desk.seated("ingrid", PASSWORD).await;
        for hour in 1..12 {
            desk.clock.advance(HOUR);
            sessions::touch(&seated.context, seated.loaded.session.id);
            if hour % 2 == 0 {
                jobs::flush(&desk.system()).await.unwrap();
            }
            let left = sessions::time_left(&seated.context).await.unwrap();
            assert_eq!(left, Ord::min(2, 12 - hour) * HOUR, "after {hour} hours");
            assert!(desk.resume(seated.token).await.is_some(), "after {hour} hours");
        }
        desk.clock.advance(HOUR - 1);
        assert!(desk.resume(seated.token).await.is_some());
        desk.clock.advance(1);
        sessions::touch(&seated.context, seated.loaded.session.id);
        assert!(desk.resume(seated.token).await.is_none());
    }
}

on_both! {
    async fn t14_activity_on_one_node_counts_on_another_once_written(desk: Desk) {
        desk.cast().await;
        let seated = desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(HOUR);
        sessions::touch(&seated.context, seated.loaded.session.id);
        sessions::write_seen(&desk.system()).await.unwrap();
        desk.clock.advance(90 * MINUTE);
        let other = desk.node().await.stranger(origin("192.0.2.7"));
        assert!(sessions::load(&other, seated.token).await.unwrap().is_some());
        desk.clock.advance(30 * MINUTE);
        assert!(sessions::load(&other, seated.token).await.unwrap().is_none());
    }
}

on_both! {
    async fn t27_activity_is_not_forgotten_while_the_database_refuses(desk: Desk) {
        desk.cast().await;
        let seated = desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(HOUR);
        sessions::touch(&seated.context, seated.loaded.session.id);
        desk.run("ALTER TABLE sessions RENAME TO away", []).await;
        assert!(sessions::write_seen(&desk.system()).await.is_err());
        desk.run("ALTER TABLE away RENAME TO sessions", []).await;
        sessions::write_seen(&desk.system()).await.unwrap();
        let seen: i64 = desk.value("SELECT last_seen_at FROM sessions", []).await;
        assert_eq!(seen, START + HOUR);
    }
}

on_both! {
    async fn a_late_note_never_turns_activity_back(desk: Desk) {
        desk.cast().await;
        let seated = desk.seated("ingrid", PASSWORD).await;
        let id = seated.loaded.session.id;
        sessions::touch(&seated.context, id);
        let later = START + HOUR;
        desk.run("UPDATE sessions SET last_seen_at = $1", [later.into()]).await;
        sessions::write_seen(&desk.system()).await.unwrap();
        assert_eq!(desk.value::<i64, 0>("SELECT last_seen_at FROM sessions", []).await, later);
    }
}

on_both! {
    async fn t15_another_epoch_ends_every_session(desk: Desk) {
        desk.cast().await;
        let (one, two) = (desk.seated("ingrid", PASSWORD).await, desk.seated("ingrid", PASSWORD).await);
        let else_ = desk.seated("priya", PASSWORD).await;
        desk.set("ingrid", "security_epoch", 2_i64).await;
        assert!(desk.resume(one.token).await.is_none());
        assert!(desk.resume(two.token).await.is_none());
        assert!(desk.resume(else_.token).await.is_some());
    }
}

on_both! {
    async fn t15_nobody_disabled_deleted_or_expired_keeps_a_session(desk: Desk) {
        desk.cast().await;
        let seated = desk.seated("ingrid", PASSWORD).await;
        for column in ["disabled_at", "deleted_at", "expires_at"] {
            desk.set("ingrid", column, START).await;
            assert!(desk.resume(seated.token).await.is_none(), "{column}");
            desk.set("ingrid", column, None::<i64>).await;
            assert!(desk.resume(seated.token).await.is_some(), "{column} was the reason");
        }
    }
}

on_both! {
    async fn no_session_outlives_its_account(desk: Desk) {
        desk.cast().await;
        let end = START + HOUR;
        desk.set("ingrid", "expires_at", end).await;
        let seated = desk.seated("ingrid", PASSWORD).await;
        assert_eq!(seated.loaded.ends_at, end);
        assert_eq!(sessions::time_left(&seated.context).await.unwrap(), HOUR);
        assert_eq!(sessions::list_own(&seated.context).await.unwrap()[0].ends_at, end);
        desk.clock.advance(HOUR);
        assert!(desk.resume(seated.token).await.is_none());
    }
}

on_both! {
    async fn ones_own_sessions_are_listed_with_the_current_one_marked(desk: Desk) {
        desk.cast().await;
        let first = desk.seated("ingrid", PASSWORD).await;
        desk.person("priya").await;
        desk.clock.advance(MINUTE);
        let second = desk.seated("ingrid", PASSWORD).await;
        let rows = sessions::list_own(&first.context).await.unwrap();
        let ids: Vec<_> = rows.iter().map(|row| (row.id, row.current)).collect();
        assert_eq!(ids, [(second.loaded.session.id, false), (first.loaded.session.id, true)]);
        assert_eq!(rows[0].browser, "Firefox on Linux");
        assert_eq!(rows[0].address, "192.0.2.7");
        assert_eq!(rows[0].created_at, START + MINUTE);
        assert_eq!(rows[0].ends_at, START + MINUTE + 2 * HOUR);
        assert_eq!(sessions::list_own(&desk.stranger()).await.told(), Error::SignedOut);
    }
}

on_both! {
    async fn what_has_ended_is_not_listed(desk: Desk) {
        desk.cast().await;
        desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(2 * HOUR);
        let now = desk.seated("ingrid", PASSWORD).await;
        assert_eq!(sessions::list_own(&now.context).await.unwrap().len(), 1);
        // Opened before a reset: dead as well, though its row is still there.
        desk.set("ingrid", "security_epoch", 2_i64).await;
        let newest = desk.seated("ingrid", PASSWORD).await;
        let rows = sessions::list_own(&newest.context).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert!(rows[0].current);
        let ana = desk.person("ana").await;
        let told = users::find(&ana, desk.id_of("ingrid").await).await.unwrap();
        assert_eq!(told.sessions, 1, "an administrator counts the same");
    }
}

on_both! {
    async fn t16_people_end_their_own_sessions(desk: Desk) {
        desk.cast().await;
        let (here, there) = (desk.seated("ingrid", PASSWORD).await, desk.seated("ingrid", PASSWORD).await);
        sessions::end_own(&here.context, there.loaded.session.id).await.unwrap();
        assert!(desk.resume(there.token).await.is_none());
        assert!(desk.resume(here.token).await.is_some());
        let told = sessions::end_own(&here.context, there.loaded.session.id).await.told();
        assert_eq!(told, Error::NotFound, "it has ended already");
        assert_eq!(desk.events_of("sessions_ended").await.len(), 1);
    }
}

on_both! {
    async fn t22_other_peoples_sessions_answer_like_unknown_ones(desk: Desk) {
        desk.cast().await;
        let (ingrid, ana) = (desk.person("ingrid").await, desk.seated("ana", PASSWORD).await);
        for id in [ana.loaded.session.id, SessionId(uuid(1)), SessionId::nil()] {
            assert_eq!(sessions::end_own(&ingrid, id).await.told(), Error::NotFound);
        }
        assert!(desk.resume(ana.token).await.is_some());
        assert_eq!(desk.tally().await.get("sessions_ended"), None);
    }
}

on_both! {
    async fn t16_people_end_all_their_other_sessions_at_once(desk: Desk) {
        desk.cast().await;
        let here = desk.seated("ingrid", PASSWORD).await;
        let mut others = vec![];
        for _ in 0..3 {
            others.push(desk.seated("ingrid", PASSWORD).await);
        }
        let priya = desk.seated("priya", PASSWORD).await;
        assert_eq!(sessions::end_own_others(&here.context).await.unwrap(), 3);
        for other in others {
            assert!(desk.resume(other.token).await.is_none());
        }
        assert!(desk.resume(here.token).await.is_some());
        assert!(desk.resume(priya.token).await.is_some());
        assert_eq!(desk.events_of("sessions_ended").await[0].event("count"), 3);
        assert_eq!(sessions::end_own_others(&here.context).await.unwrap(), 0);
        assert_eq!(desk.events_of("sessions_ended").await.len(), 1, "nothing ended, nothing is told");
    }
}

on_both! {
    async fn only_dead_sessions_are_removed(desk: Desk) {
        desk.cast().await;
        let idle = desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(HOUR);
        let alive = desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(HOUR + 10 * MINUTE);
        assert_eq!(sessions::remove_dead(&desk.system()).await.unwrap(), 1);
        assert_eq!(desk.count("sessions").await, 1);
        assert!(desk.resume(alive.token).await.is_some());
        assert!(desk.resume(idle.token).await.is_none());
        desk.clock.advance(DAY);
        assert_eq!(sessions::remove_dead(&desk.system()).await.unwrap(), 1);
    }
}

on_both! {
    async fn a_session_used_a_moment_ago_is_not_removed_as_idle(desk: Desk) {
        desk.cast().await;
        let seated = desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(2 * HOUR - SECOND);
        // Used at the last moment, and not yet written down when the tidying begins; on
        // another node as well, which knows nothing of it.
        sessions::touch(&seated.context, seated.loaded.session.id);
        desk.clock.advance(2 * SECOND);
        let other = desk.node().await.system();
        assert_eq!(sessions::remove_dead(&other).await.unwrap(), 0);
        assert_eq!(sessions::remove_dead(&desk.system()).await.unwrap(), 0);
        assert!(desk.resume(seated.token).await.is_some());
    }
}

on_both! {
    async fn one_session_more_than_somebody_may_have_ends_their_oldest_and_nobody_elses(desk: Desk) {
        desk.cast().await;
        let ana = desk.seated("ana", PASSWORD).await;
        let oldest = desk.seated("ingrid", PASSWORD).await;
        let copy = "INSERT INTO sessions (token_hash, id, user_id, epoch, method, address, browser, created_at, \
             last_seen_at, proof_at, expires_at, must_enrol) SELECT $1, $2, user_id, epoch, method, address, browser, \
             created_at + $3, last_seen_at, proof_at, expires_at, must_enrol FROM sessions WHERE id = $4";
        let of = oldest.loaded.session.id.0;
        for number in 1..19_u8 {
            let id = uuid(u128::from(number));
            desk.run(copy, [vec![number; 32].into(), id.into(), i64::from(number).into(), of.into()]).await;
        }
        desk.clock.advance(SECOND);
        // Used a moment ago, and the oldest all the same: it is the sign-in that grows old.
        sessions::touch(&oldest.context, oldest.loaded.session.id);
        let twentieth = desk.seated("ingrid", PASSWORD).await;
        assert!(desk.resume(oldest.token).await.is_some(), "twenty are allowed");
        assert_eq!(desk.events_of("sessions_over_limit").await.len(), 0);
        desk.seated("ingrid", PASSWORD).await;
        assert!(desk.resume(oldest.token).await.is_none());
        assert!(desk.resume(twentieth.token).await.is_some() && desk.resume(ana.token).await.is_some());
        let told = &desk.events_of("sessions_over_limit").await[0];
        assert_eq!((told.event("count"), told.event("most")), (&1.into(), &20.into()));
    }
}

on_both! {
    async fn a_device_unused_for_a_year_is_forgotten(desk: Desk) {
        desk.cast().await;
        desk.known_on("ingrid", [3; 32]).await;
        desk.clock.advance(365 * DAY);
        sessions::remove_dead(&desk.system()).await.unwrap();
        assert_eq!(desk.count("known_devices").await, 1);
        desk.clock.advance(1);
        sessions::remove_dead(&desk.system()).await.unwrap();
        assert_eq!(desk.count("known_devices").await, 0);
    }
}

on_both! {
    async fn t17_a_proof_is_the_password_once_more(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        desk.clock.advance(10 * MINUTE);
        let told = prove(&ingrid, "wrong anchor paper thunder").await.told();
        assert_eq!(told, field("password", Problem::PasswordWrong));
        let told = prove(&ingrid, &PASSWORD.repeat(40_000)).await.told();
        assert_eq!(told, field("password", Problem::PasswordWrong));
        assert_eq!(prove(&ingrid, PASSWORD).await.unwrap(), START + 10 * MINUTE);
        let tally = desk.tally().await;
        assert_eq!((tally["proof_failed"], tally["proof_given"]), (1, 1));
        assert_eq!(prove(&desk.stranger(), PASSWORD).await.told(), Error::SignedOut);
    }
}

on_both! {
    async fn time_left_is_told_to_whoever_is_signed_in(desk: Desk) {
        desk.cast().await;
        let seated = desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(HOUR);
        assert_eq!(sessions::time_left(&seated.context).await.unwrap(), HOUR);
        assert_eq!(sessions::time_left(&desk.stranger()).await.told(), Error::SignedOut);
        services::sign_in::sign_out(&seated.context).await.unwrap();
        assert_eq!(sessions::time_left(&seated.context).await.told(), Error::SignedOut);
    }
}
