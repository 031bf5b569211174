//! The audit log: what it tells, and that nobody edits it unnoticed.

use domain::{Error, Permission, audit::Event, users::UserId};
use services::{
    account,
    audit::{Verdict, activity, head, verify, verify_with},
    groups,
    master_key::MasterKey,
    users,
};
use tokio::task::JoinSet;

use crate::support::*;

const NOTHING: Event = Event::CastSeeded { users: 0 };

async fn intact(desk: &Desk) -> (i64, String) {
    match verify(&desk.system()).await.unwrap() {
        Verdict::Intact { events, head, .. } => (events, head),
        broken @ Verdict::Broken { .. } => panic!("{broken:?}"),
    }
}

async fn broken_at(desk: &Desk) -> i64 {
    match verify(&desk.system()).await.unwrap() {
        Verdict::Broken { seq, .. } => seq,
        intact @ Verdict::Intact { .. } => panic!("nothing was noticed: {intact:?}"),
    }
}

/// The cast, and a log of eight events.
async fn busy_day(desk: &Desk) {
    desk.cast().await;
    let ana = desk.person("ana").await;
    users::create(&ana, new_user("newcomer")).await.unwrap();
    let ingrid = desk.person("ingrid").await;
    groups::list(&ingrid).await.told();
    account::update_profile(&ingrid, "Ingrid").await.unwrap();
    sign_in(&desk.stranger(), "ingrid", "wrong anchor paper thunder").await.told();
    services::sign_in::sign_out(&ana).await.unwrap();
    assert_eq!(desk.count("audit_events").await, 8);
}

on_both! {
    async fn activity_tells_what_one_did_and_what_was_done_newest_first(desk: Desk) {
        busy_day(&desk).await;
        desk.clock.advance(1_000);
        let priya = desk.person("priya").await;
        let told = activity(&priya, desk.id_of("ingrid").await, None).await.unwrap();
        let sentences: Vec<_> = told.iter().map(|event| event.sentence.plain()).collect();
        assert_eq!(sentences, [
            "A sign-in as Ingrid failed: the password was wrong",
            "Ingrid Sólveigardóttir changed the display name to Ingrid",
            "Ingrid Sólveigardóttir was refused: “View groups” is missing",
            "Ingrid Sólveigardóttir signed in with a password",
        ]);
        assert!(told[0].failed && !told[1].failed && told[2].failed);
        assert_eq!(told[0].place, "Firefox on Linux, 192.0.2.7");
        assert_eq!(told[0].at, START);

        let ana = activity(&priya, desk.id_of("ana").await, None).await.unwrap();
        let sentences: Vec<_> = ana.iter().map(|event| event.sentence.plain()).collect();
        assert_eq!(sentences, [
            "Ana Moreira signed out",
            "Ana Moreira created Somebody New",
            "Ana Moreira signed in with a password",
        ]);
        let newcomer = activity(&priya, desk.id_of("newcomer").await, None).await.unwrap();
        assert_eq!(newcomer[0].sentence.plain(), "Ana Moreira created Somebody New");
    }
}

on_both! {
    async fn activity_is_read_in_pages(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for _ in 0..70 {
            tell(&ana, Permission::CreateUsers, NOTHING).await.unwrap();
        }
        account::update_profile(&ana, "Ana").await.unwrap();
        let (priya, id) = (desk.person("priya").await, desk.id_of("ana").await);
        let mut numbers = vec![];
        let mut sizes = vec![];
        loop {
            let page = activity(&priya, id, numbers.last().copied()).await.unwrap();
            if page.is_empty() {
                break;
            }
            sizes.push(page.len());
            numbers.extend(page.iter().map(|event| event.number));
        }
        assert_eq!(sizes, [30, 30, 12]);
        assert!(numbers.is_sorted_by(|newer, older| newer > older), "{numbers:?}");
    }
}

on_both! {
    async fn only_who_may_see_the_log_reads_it(desk: Desk) {
        busy_day(&desk).await;
        let id = desk.id_of("ingrid").await;
        for name in ["tomas", "ingrid"] {
            let told = activity(&desk.person(name).await, id, None).await.told();
            assert_eq!(told, Error::Forbidden(Permission::ViewAudit), "{name}");
        }
        let priya = desk.person("priya").await;
        assert_eq!(activity(&priya, UserId(uuid(1)), None).await.told(), Error::NotFound);
    }
}

on_both! {
    async fn t23_an_untouched_log_is_intact(desk: Desk) {
        assert_eq!(intact(&desk).await.0, 0);
        busy_day(&desk).await;
        let (events, head) = intact(&desk).await;
        assert_eq!((events, head.len()), (8, 64));
        desk.person("priya").await;
        let (events, later) = intact(&desk).await;
        assert_eq!(events, 9);
        assert_ne!(head, later);
    }
}

on_both! {
    async fn t23_every_edited_column_is_noticed(desk: Desk) {
        busy_day(&desk).await;
        for (column, edited) in [
            ("kind", "'signed_out'"),
            ("at", "at + 1"),
            ("version", "version + 1"),
            ("actor_kind", "'system'"),
            ("actor_id", "NULL"),
            ("failed", "1 - failed"),
            ("details", "replace(details, 'newcomer', 'somebody')"),
            ("details", "'{}'"),
            ("salt", "mac"),
            ("details_hash", "mac"),
            ("mac", "details_hash"),
            ("id", "(SELECT id FROM groups LIMIT 1)"),
        ] {
            desk.run("DROP TABLE IF EXISTS kept", []).await;
            desk.run("CREATE TABLE kept AS SELECT * FROM audit_events", []).await;
            let edit = format!("UPDATE audit_events SET {column} = {edited} WHERE seq = 3");
            assert_eq!(desk.run(&edit, []).await, 1);
            assert_eq!(broken_at(&desk).await, 3, "{column} = {edited}");
            let back = format!(
                "UPDATE audit_events SET {column} = \
                 (SELECT {column} FROM kept WHERE kept.seq = audit_events.seq)"
            );
            desk.run(&back, []).await;
            intact(&desk).await;
        }
    }
}

on_both! {
    async fn t23_an_event_missing_from_the_middle_is_noticed(desk: Desk) {
        busy_day(&desk).await;
        desk.run("DELETE FROM audit_events WHERE seq = 4", []).await;
        assert_eq!(broken_at(&desk).await, 4);
        // Moving the others up does not hide it.
        for seq in 5..=8 {
            desk.run("UPDATE audit_events SET seq = $1 WHERE seq = $2", [(seq - 1).into(), seq.into()])
                .await;
        }
        assert_eq!(broken_at(&desk).await, 4);
    }
}

on_both! {
    async fn t23_the_first_event_missing_is_noticed(desk: Desk) {
        busy_day(&desk).await;
        desk.run("DELETE FROM audit_events WHERE seq = 1", []).await;
        assert_eq!(broken_at(&desk).await, 1);
    }
}

on_both! {
    async fn t23_events_missing_from_the_end_are_noticed(desk: Desk) {
        busy_day(&desk).await;
        desk.run("DELETE FROM audit_events WHERE seq > 5", []).await;
        assert_eq!(broken_at(&desk).await, 6);
        desk.run("DELETE FROM audit_events", []).await;
        assert_eq!(broken_at(&desk).await, 1);
    }
}

on_both! {
    async fn t23_setting_the_head_back_does_not_hide_events_missing_from_the_end(desk: Desk) {
        busy_day(&desk).await;
        desk.run("DELETE FROM audit_events WHERE seq > 5", []).await;
        let head = "UPDATE audit_head SET seq = 5, mac = (SELECT mac FROM audit_events WHERE seq = 5)";
        desk.run(head, []).await;
        broken_at(&desk).await;
    }
}

on_both! {
    async fn t23_a_head_noted_earlier_is_met_again_unless_the_log_was_taken_back(desk: Desk) {
        let (_, none) = intact(&desk).await;
        busy_day(&desk).await;
        let (events, noted) = intact(&desk).await;
        assert_eq!(head(&desk.system()).await.unwrap(), Verdict::Intact { events, erased: 0, head: noted.clone() });
        desk.person("priya").await;
        for expected in [&none, &noted, &noted.to_uppercase()] {
            let verdict = verify_with(&desk.system(), Some(expected)).await.unwrap();
            assert!(matches!(verdict, Verdict::Intact { events: 9, .. }), "{verdict:?}");
        }
        for wrong in ["", "00", &noted[1..]] {
            let verdict = verify_with(&desk.system(), Some(wrong)).await.unwrap();
            assert!(matches!(verdict, Verdict::Broken { .. }), "{wrong}");
        }
    }
}

on_both! {
    async fn t23_putting_an_older_log_back_is_noticed_by_a_head_noted_later(desk: Desk) {
        busy_day(&desk).await;
        desk.run("CREATE TABLE older AS SELECT * FROM audit_head", []).await;
        desk.person("priya").await;
        let (_, noted) = intact(&desk).await;
        desk.run("DELETE FROM audit_events WHERE seq > 8", []).await;
        desk.run("UPDATE audit_head SET seq = 8, mac = (SELECT mac FROM older)", []).await;
        let verdict = verify_with(&desk.system(), Some(&noted)).await.unwrap();
        assert!(matches!(verdict, Verdict::Broken { .. }), "{verdict:?}");
    }
}

on_both! {
    async fn t23_a_missing_or_altered_head_is_noticed(desk: Desk) {
        busy_day(&desk).await;
        desk.run("CREATE TABLE kept AS SELECT * FROM audit_head", []).await;
        for edit in [
            "UPDATE audit_head SET seq = 5",
            "UPDATE audit_head SET seq = 9",
            "UPDATE audit_head SET mac = (SELECT mac FROM audit_events WHERE seq = 8)",
            "DELETE FROM audit_head",
        ] {
            desk.run(edit, []).await;
            broken_at(&desk).await;
            desk.run("DELETE FROM audit_head", []).await;
            desk.run("INSERT INTO audit_head SELECT * FROM kept", []).await;
            intact(&desk).await;
        }
    }
}

on_both! {
    async fn t23_looking_while_others_commit_raises_no_alarm(desk: Desk) {
        desk.cast().await;
        let system = desk.system();
        let commits = async || {
            for _ in 0..10 {
                tell_by_process(&system, NOTHING).await.unwrap();
            }
        };
        // Each look shares its time with ten commits, however fast either of them is.
        for _ in 0..15 {
            tokio::join!(intact(&desk), commits());
        }
        assert_eq!(intact(&desk).await.0, 151);
    }
}

on_both! {
    async fn t23_two_events_exchanged_are_noticed(desk: Desk) {
        busy_day(&desk).await;
        for (from, to) in [(3, 100), (4, 3), (100, 4)] {
            desk.run("UPDATE audit_events SET seq = $1 WHERE seq = $2", [to.into(), from.into()]).await;
        }
        assert_eq!(broken_at(&desk).await, 3);
    }
}

on_both! {
    async fn t23_an_event_added_by_hand_is_noticed(desk: Desk) {
        busy_day(&desk).await;
        desk.run(
            "INSERT INTO audit_events SELECT 9, $1, kind, version, at, actor_kind, actor_id, failed, \
             details, salt, details_hash, mac FROM audit_events WHERE seq = 8",
            [uuid(9).into()],
        )
        .await;
        assert_eq!(broken_at(&desk).await, 9);
    }
}

on_both! {
    async fn t23_another_master_key_is_noticed(desk: Desk) {
        busy_day(&desk).await;
        let other = desk.node_with(MasterKey::new([8; 32])).await;
        let verdict = verify(&other.system()).await.unwrap();
        assert!(matches!(verdict, Verdict::Broken { seq: 1, .. }), "{verdict:?}");
    }
}

on_both! {
    async fn t23_the_log_is_intact_after_somebodys_erasure_and_says_how_much_is_gone(desk: Desk) {
        busy_day(&desk).await;
        let (ana, ingrid) = (desk.person("ana").await, desk.id_of("ingrid").await);
        users::delete(&ana, ingrid).await.unwrap();
        users::erase(&ana, ingrid, "ingrid").await.unwrap();
        let verdict = verify(&desk.system()).await.unwrap();
        assert!(matches!(verdict, Verdict::Intact { events: 11, erased: 5, .. }), "{verdict:?}");
        // Whoever did something to them is told that something happened, and that is all.
        let told = activity(&desk.person("priya").await, desk.id_of("ana").await, None).await.unwrap();
        let gone: Vec<_> = told.iter().filter(|event| event.sentence.plain().ends_with("; the details were erased")).collect();
        assert_eq!(gone.len(), 1, "Ana put Ingrid into the bin: {told:?}");
        assert!(gone[0].place.is_empty());
    }
}

on_both! {
    async fn t23_erasing_only_the_salt_or_only_the_details_hides_nothing(desk: Desk) {
        busy_day(&desk).await;
        desk.run("UPDATE audit_events SET salt = NULL, details = '{}' WHERE seq = 3", []).await;
        assert_eq!(broken_at(&desk).await, 3);
    }
}

on_both! {
    async fn t23_commits_at_once_leave_no_gap(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let node = desk.node().await;
        let mut commits = JoinSet::new();
        for number in 0..20 {
            let cx = if number % 2 == 0 {
                ana.clone()
            } else {
                node.person(ana.actor().unwrap().clone(), origin("192.0.2.8"))
            };
            commits.spawn(async move {
                tell(&cx, Permission::CreateUsers, NOTHING).await.unwrap();
            });
        }
        commits.join_all().await;
        let numbers: Vec<_> = desk.events().await.iter().map(|event| event.seq).collect();
        assert_eq!(numbers, (1..=22).collect::<Vec<_>>());
        assert_eq!(intact(&desk).await.0, 22);
    }
}

on_both! {
    async fn t23_the_very_first_events_may_come_at_once(desk: Desk) {
        let mut commits = JoinSet::new();
        for _ in 0..12 {
            let cx = desk.system();
            commits.spawn(async move { tell_by_process(&cx, NOTHING).await });
        }
        for commit in commits.join_all().await {
            commit.unwrap();
        }
        assert_eq!(intact(&desk).await.0, 12);
    }
}
