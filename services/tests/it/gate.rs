//! The gate: who may not, cannot; and nothing changes without its record.

use domain::{Error, MINUTE, Obligation, Permission, audit::Event, users::UserListing};
use services::{
    Change, Done, account, audit,
    context::{Context, OwnAct},
    credentials, done, groups, sessions, sign_in, unchanged, users,
};

use tokio::sync::Notify;

use crate::support::*;

const NOTHING: Event = Event::CastSeeded { users: 0 };

async fn newcomer(desk: &Desk) -> (Context, String) {
    let made = users::create(&desk.person("ana").await, new_user("newcomer")).await.unwrap();
    let password = made.one_time_password.unwrap();
    (desk.seated("newcomer", &password).await.context, password)
}

on_both! {
    async fn t20_a_stranger_is_asked_to_sign_in(desk: Desk) {
        desk.cast().await;
        let (cx, someone) = (desk.stranger(), desk.id_of("ana").await);
        for permission in Permission::ALL {
            assert_eq!(cx.read(*permission).await.told(), Error::SignedOut);
            assert_eq!(try_change(&cx, *permission).await.told(), Error::SignedOut);
        }
        assert_eq!(cx.own_account().told(), Error::SignedOut);
        assert_eq!(users::list(&cx, &UserListing::default(), &[]).await.told(), Error::SignedOut);
        assert_eq!(users::find(&cx, someone).await.told(), Error::SignedOut);
        assert_eq!(users::create(&cx, new_user("mallory")).await.told(), Error::SignedOut);
        assert_eq!(users::check_username(&cx, "ana").await.told(), Error::SignedOut);
        assert_eq!(groups::list(&cx).await.told(), Error::SignedOut);
        assert_eq!(groups::choices(&cx).await.told(), Error::SignedOut);
        assert_eq!(audit::activity(&cx, someone, None).await.told(), Error::SignedOut);
        assert_eq!(account::profile(&cx).await.told(), Error::SignedOut);
        assert_eq!(account::update_profile(&cx, "X").await.told(), Error::SignedOut);
        assert_eq!(credentials::change_password(&cx, PASSWORD, ANOTHER, true).await.told(), Error::SignedOut);
        assert_eq!(sessions::end_own_others(&cx).await.told(), Error::SignedOut);
        assert_eq!(desk.tally().await.get("refused"), None, "nobody was refused: nobody is known");
    }
}

on_both! {
    async fn t20_the_process_itself_is_no_request(desk: Desk) {
        desk.cast().await;
        for cx in [desk.stranger(), desk.person("ana").await] {
            assert_eq!(tell_by_process(&cx, NOTHING).await.told(), Error::SignedOut);
            assert_eq!(cx.process_read().told(), Error::SignedOut);
            assert_eq!(audit::verify(&cx).await.told(), Error::SignedOut);
        }
        assert!(tell_by_process(&desk.system(), NOTHING).await.is_ok());
    }
}

on_both! {
    async fn t20_everybody_reads_what_their_groups_allow_and_nothing_else(desk: Desk) {
        desk.cast().await;
        for name in ["ana", "grace", "tomas", "priya", "ingrid"] {
            let cx = desk.person(name).await;
            for permission in Permission::ALL {
                let may = cx.actor().unwrap().may(*permission);
                assert_eq!(cx.read(*permission).await.is_ok(), may, "{name}, {}", permission.code());
                assert_eq!(try_change(&cx, *permission).await.is_ok(), may, "{name}, {}", permission.code());
            }
        }
    }
}

on_both! {
    async fn t23_a_refusal_names_what_is_missing_and_is_recorded(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let told = users::list(&ingrid, &UserListing::default(), &[]).await.told();
        assert_eq!(told, Error::Forbidden(Permission::ViewUsers));
        let refused = desk.events_of("refused").await;
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].event("permission"), "users:view");
        assert_eq!(refused[0].event("user")["name"], "Ingrid Sólveigardóttir");
        assert_eq!(refused[0].actor_kind, "person");
    }
}

on_both! {
    async fn t23_refusals_within_a_minute_are_counted_and_not_written_again(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let refuse = async || users::list(&ingrid, &UserListing::default(), &[]).await.told();
        for _ in 0..10 {
            refuse().await;
        }
        assert_eq!(desk.events_of("refused").await.len(), 1);
        // Another permission is another matter.
        groups::list(&ingrid).await.told();
        assert_eq!(desk.events_of("refused").await.len(), 2);
        desk.clock.advance(MINUTE);
        refuse().await;
        let refused = desk.events_of("refused").await;
        assert_eq!(refused.len(), 3);
        assert_eq!(refused[2].event("times"), 10, "nine from before and this one");
    }
}

on_both! {
    async fn t23_failed_sign_ins_within_a_minute_are_counted_as_well(desk: Desk) {
        desk.cast().await;
        for _ in 0..4 {
            sign_in(&desk.stranger(), "ingrid", "wrong anchor paper thunder").await.told();
        }
        assert_eq!(desk.events_of("sign_in_failed").await.len(), 1);
        desk.clock.advance(MINUTE);
        sign_in(&desk.stranger(), "ingrid", "wrong anchor paper thunder").await.told();
        let failed = desk.events_of("sign_in_failed").await;
        assert_eq!(failed.len(), 2);
        assert_eq!(failed[1].event("times"), 4);
    }
}

on_both! {
    async fn t17_a_change_needs_proof_of_the_last_five_minutes(desk: Desk) {
        desk.cast().await;
        let ana = desk.seated("ana", PASSWORD).await;
        desk.clock.advance(5 * MINUTE - 1);
        users::create(&ana.context, new_user("first")).await.unwrap();
        desk.clock.advance(1);
        assert_eq!(users::create(&ana.context, new_user("second")).await.told(), Error::ProofNeeded);
        assert!(users::list(&ana.context, &UserListing::default(), &[]).await.is_ok(), "looking needs none");

        // What the process does with the answer: the session goes on with the new time.
        let proof_at = prove(&ana.context, PASSWORD).await.unwrap();
        let seat = sessions::NewSession { proof_at, ..ana.loaded.session };
        sessions::detach(&desk.stranger(), seat.id).await.unwrap();
        sessions::attach(&desk.stranger(), ana.token, &seat).await.unwrap();
        let ana = desk.resume(ana.token).await.unwrap();
        users::create(&ana.context, new_user("second")).await.unwrap();
    }
}

on_both! {
    async fn t17_whoever_lacks_the_permission_is_not_asked_for_proof(desk: Desk) {
        desk.cast().await;
        let priya = desk.person("priya").await;
        desk.clock.advance(5 * MINUTE);
        let told = users::create(&priya, new_user("second")).await.told();
        assert_eq!(told, Error::Forbidden(Permission::CreateUsers));
    }
}

on_both! {
    async fn t12_a_first_password_opens_only_the_way_to_a_new_one(desk: Desk) {
        desk.cast().await;
        let (cx, password) = newcomer(&desk).await;
        let first = Error::ObligationFirst(Obligation::NewPassword);
        for permission in Permission::ALL {
            assert_eq!(cx.read(*permission).await.told(), first);
            assert_eq!(try_change(&cx, *permission).await.told(), first);
        }
        assert_eq!(cx.own_account().told(), first);
        assert_eq!(account::profile(&cx).await.told(), first);
        assert_eq!(account::update_profile(&cx, "Somebody Else").await.told(), first);
        assert_eq!(sessions::list_own(&cx).await.told(), first);
        assert_eq!(sessions::end_own(&cx, cx.actor().unwrap().session).await.told(), first);
        assert_eq!(sessions::end_own_others(&cx).await.told(), first);
        assert_eq!(prove(&cx, &password).await.told(), first);
        for act in [OwnAct::UpdateProfile, OwnAct::EndSessions, OwnAct::GiveProof] {
            let changed = cx.own_change(act, async |_: &Change| Ok(unchanged(())));
            assert_eq!(changed.await.told(), first);
        }
        credentials::change_password(&cx, &password, ANOTHER, true).await.unwrap();
    }
}

on_both! {
    async fn t12_whoever_owes_a_new_password_may_sign_out(desk: Desk) {
        desk.cast().await;
        let (cx, _) = newcomer(&desk).await;
        sign_in::sign_out(&cx).await.unwrap();
        assert_eq!(desk.events_of("signed_out").await.len(), 1);
    }
}

on_both! {
    async fn t23_a_change_and_its_event_are_written_together(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let (users, events) = (desk.count("users").await, desk.count("audit_events").await);
        users::create(&ana, new_user("newcomer")).await.unwrap();
        assert_eq!(desk.count("users").await, users + 1);
        assert_eq!(desk.count("audit_events").await, events + 1);
        let told = &desk.events_of("user_created").await[0];
        assert_eq!(told.details["actor"]["name"], "Ana Moreira");
        assert_eq!(told.event("username"), "newcomer");
        assert_eq!(told.event("one_time_password"), true);
    }
}

on_both! {
    async fn t23_without_a_record_there_is_no_change(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let before = desk.count("users").await;
        desk.run("ALTER TABLE audit_subjects RENAME TO elsewhere", []).await;
        let failed = users::create(&ana, new_user("newcomer")).await;
        assert!(matches!(failed, Err(services::Failure::Database(_))));
        assert!(sign_in(&desk.stranger(), "ingrid", PASSWORD).await.is_err());
        desk.run("ALTER TABLE elsewhere RENAME TO audit_subjects", []).await;
        assert_eq!(desk.count("users").await, before);
        assert_eq!(desk.count("passwords").await, before - 1, "all but the invited one");
        assert!(matches!(
            audit::verify(&desk.system()).await.unwrap(),
            audit::Verdict::Intact { .. }
        ));
        users::create(&ana, new_user("newcomer")).await.expect("the name is still free");
    }
}

on_both! {
    async fn a_change_that_is_given_up_leaves_nothing_behind(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let events = desk.count("audit_events").await;
        try_change(&ana, Permission::CreateUsers).await.unwrap();
        // And one whose body never ends, since nobody waits for it any more.
        let begun = Notify::new();
        let never = ana.change(Permission::CreateUsers, async |_: &Change| {
            begun.notify_one();
            std::future::pending::<services::Result<Done<()>>>().await
        });
        tokio::select! {
            _ = never => unreachable!("its body never ends"),
            () = begun.notified() => (),
        }
        assert_eq!(desk.count("audit_events").await, events);
        // And nobody waits for them.
        tell(&ana, Permission::CreateUsers, NOTHING).await.unwrap();
        assert_eq!(desk.count("audit_events").await, events + 1);
    }
}

on_both! {
    async fn a_change_may_ask_for_one_more_permission(desk: Desk) {
        desk.cast().await;
        let tomas = desk.person("tomas").await;
        let asked = tomas.change(Permission::CreateUsers, async |change: &Change| {
            change.also(Permission::AssignGroups)?;
            change.also(Permission::ViewAudit)?;
            Ok(done((), NOTHING))
        });
        assert_eq!(asked.await.told(), Error::Forbidden(Permission::ViewAudit));
        assert_eq!(desk.events_of("cast_seeded").await.len(), 1, "nothing was changed");
        assert_eq!(desk.events_of("refused").await[0].event("permission"), Permission::ViewAudit.code());
    }
}

on_both! {
    async fn the_operator_and_the_system_need_no_permission_and_are_recorded(desk: Desk) {
        desk.cast().await;
        for (cx, kind) in [(desk.system(), "system"), (desk.installation.operator(), "operator")] {
            tell(&cx, Permission::CreateUsers, NOTHING).await.unwrap();
            assert_eq!(desk.events().await.last().unwrap().actor_kind, kind);
        }
    }
}
