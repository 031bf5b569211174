//! T23: what is kept of the log outside of the database: its last head, and who was erased.

use services::{
    Change, Installation,
    audit::{self, Accepted, Verdict, Witness, accept_head, note_head, set_head, verify, witness},
    done_all, setup, users,
};

use crate::support::*;

/// A node with a folder of its own.
async fn node(desk: &Desk) -> (Installation, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (desk.node_beside(folder.path()).await, folder)
}

async fn intact(node: &Installation) -> bool {
    matches!(verify(&node.operator()).await.unwrap(), Verdict::Intact { .. })
}

const TABLES: [&str; 3] = ["audit_events", "audit_subjects", "audit_head"];

/// Keeps the log as an old backup shows it.
async fn keep(desk: &Desk) {
    for table in TABLES {
        desk.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"), []).await;
    }
}

/// Puts it back by hand: every row is genuine.
async fn cut_back(desk: &Desk) {
    for table in TABLES {
        desk.run(&format!("DELETE FROM {table}"), []).await;
        desk.run(&format!("INSERT INTO {table} SELECT * FROM kept_{table}"), []).await;
    }
}

/// The lines of the list of erasures.
fn listed(node: &Installation) -> usize {
    std::fs::read_to_string(node.outside().unwrap().erasures_path()).map_or(0, |text| text.lines().count())
}

/// Brings somebody back as an earlier state of the database does.
async fn bring_back(desk: &Desk, username: &str) {
    let columns = "id, username, username_key, display_name, display_name_key, search_key, created_at, updated_at, \
                   deleted_at, has_credential";
    let back = format!("INSERT INTO users ({columns}) SELECT {columns} FROM kept_users WHERE username = $1");
    assert_eq!(desk.run(&back, [username.into()]).await, 1);
}

on_both! {
    async fn t23_what_only_the_database_says_is_noted_nowhere(desk: Desk) {
        let (node, _folder) = node(&desk).await;
        let operator = node.operator();
        desk.cast().await;
        note_head(&operator).await.unwrap();
        let path = node.outside().unwrap().path().to_owned();
        let first = std::fs::read_to_string(&path).unwrap();
        // An erasure of everybody, by somebody who can write to the database and has no key.
        let event = "INSERT INTO audit_events SELECT 2, $1, 'user_erased', version, at, actor_kind, actor_id, failed, \
                     details, salt, details_hash, mac FROM audit_events WHERE seq = 1";
        desk.run(event, [uuid(9).into()]).await;
        desk.run("INSERT INTO audit_subjects SELECT id, 2 FROM users", []).await;
        desk.run("UPDATE audit_head SET seq = 2", []).await;
        for _ in 0..2 {
            let found = note_head(&operator).await.unwrap();
            assert!(matches!(found, Witness::Altered { seq: 2, .. }), "{found:?}");
            assert!(found.alarm().unwrap().contains("event 2"));
            assert_eq!(witness(&operator).await.unwrap(), found);
            assert_eq!((listed(&node), std::fs::read_to_string(&path).unwrap()), (0, first.clone()));
        }
        let told = accept_head(&operator).await.unwrap_err().to_string();
        assert!(told.contains("not intact") && told.contains("event 2"), "{told}");
        for table in ["audit_events", "audit_subjects"] {
            desk.run(&format!("DELETE FROM {table} WHERE seq = 2"), []).await;
        }
        let found = note_head(&operator).await.unwrap();
        assert!(matches!(found, Witness::Altered { seq: 2, .. }), "the head leads nowhere: {found:?}");
        desk.run("UPDATE audit_head SET seq = 1", []).await;
        assert_eq!(note_head(&operator).await.unwrap(), Witness::Agrees(1));

        // A genuine erasure, to which somebody else is added, as a trigger would.
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        users::delete(&ana, id).await.unwrap();
        users::erase(&ana, id, "ingrid").await.unwrap();
        let ana = desk.id_of("ana").await;
        desk.run("INSERT INTO audit_subjects SELECT $1, seq FROM audit_head", [ana.0.into()]).await;
        let found = note_head(&operator).await.unwrap();
        assert!(matches!(found, Witness::Altered { seq: 4, .. }), "{found:?}");
        assert_eq!((listed(&node), std::fs::read_to_string(&path).unwrap()), (0, first));
        desk.run("DELETE FROM audit_subjects WHERE seq = 4 AND user_id = $1", [ana.0.into()]).await;
        assert_eq!(note_head(&operator).await.unwrap(), Witness::Agrees(1));
        assert_eq!((witness(&operator).await.unwrap(), listed(&node)), (Witness::Agrees(4), 1));
    }
}

on_both! {
    async fn t23_an_older_log_is_followed_from_its_first_event_before_anything_of_it_is_noted(desk: Desk) {
        for version in ["0.2.0", "0.3.0", "0.4.0"] {
            let (location, folder) = left_by(desk.backend, version).await;
            let old = Desk::migrated(desk.backend, location, folder).await;
            let (node, _folder) = node(&old).await;
            let operator = node.operator();
            // As a restore that leaves it as it was: whom its events are about is sealed by the next start.
            let events = old.count("audit_events").await;
            assert_eq!(set_head(&operator).await.unwrap(), Witness::Agrees(events), "{version}");
            setup::prepare(&node.system(), &master_key()).await.unwrap();
            let (ana, id) = (old.person("ana").await, old.id_of("olga").await);
            users::delete(&ana, id).await.unwrap();
            users::erase(&ana, id, "olga").await.unwrap();
            keep(&old).await;
            let other = "UPDATE audit_subjects SET user_id = (SELECT id FROM users WHERE username = 'samuel') \
                         WHERE seq = 2";
            assert_eq!(old.run(other, []).await, 1);
            let found = note_head(&operator).await.unwrap();
            assert!(matches!(found, Witness::Altered { seq: 2, .. }), "{version}: {found:?}");
            assert_eq!(listed(&node), 0, "{version}");
            cut_back(&old).await;
            assert_eq!(note_head(&operator).await.unwrap(), Witness::Agrees(events), "{version}");
            assert_eq!(listed(&node), 1, "{version}");
            // A node that has noted nothing yet comes to the same.
            let (later, _folder) = self::node(&old).await;
            assert_eq!(note_head(&later.system()).await.unwrap(), Witness::Silent, "{version}");
            let last = Witness::Agrees(old.count("audit_events").await);
            for node in [&node, &later] {
                assert_eq!((witness(&node.operator()).await.unwrap(), listed(node)), (last.clone(), 1), "{version}");
            }
            if old.backend == Backend::Postgres {
                drop_database(&old.database_name()).await;
            }
        }
    }
}

on_both! {
    async fn t23_a_long_way_to_todays_head_is_gone_in_pages(desk: Desk) {
        let (node, _folder) = node(&desk).await;
        let system = node.system();
        for _ in 0..3 {
            let events = vec![domain::audit::Event::CastSeeded { users: 0 }; 700];
            system.process_change(async |_: &Change| Ok(done_all((), events))).await.unwrap();
        }
        assert_eq!(note_head(&system).await.unwrap(), Witness::Silent);
        assert_eq!(witness(&system).await.unwrap(), Witness::Agrees(2_100));
    }
}

on_both! {
    async fn t23_a_log_that_is_cut_back_to_a_head_of_an_old_backup_is_noticed(desk: Desk) {
        let (node, _folder) = node(&desk).await;
        let operator = node.operator();
        assert_eq!(note_head(&operator).await.unwrap(), Witness::Silent);
        desk.cast().await;
        desk.person("tomas").await;
        keep(&desk).await;
        desk.person("grace").await;
        assert_eq!(note_head(&operator).await.unwrap(), Witness::Agrees(0));
        assert!(intact(&node).await);
        cut_back(&desk).await;
        assert!(intact(&desk.installation).await, "of itself the log cannot tell");
        let cut = Witness::CutBack { noted: 3, events: 2 };
        let alarm = cut.alarm().unwrap();
        assert!(alarm.contains("event 3") && alarm.contains("keydesk audit accept-head"), "{alarm}");
        assert_eq!(verify(&operator).await.unwrap(), Verdict::Broken { seq: 3, what: alarm });
        // What was noted stays, whatever happens, and the log cannot grow out of it.
        for _ in 0..3 {
            assert!(matches!(note_head(&operator).await.unwrap(), Witness::CutBack { noted: 3, .. }));
            desk.person("grace").await;
        }
        assert_eq!(witness(&operator).await.unwrap(), Witness::CutBack { noted: 3, events: 5 });
        assert!(!intact(&node).await);

        let accepted = Accepted { closed: true, erased_again: 0, kept: None };
        assert_eq!(accept_head(&operator).await.unwrap(), Some(accepted));
        let told = desk.events_of("head_accepted").await;
        assert_eq!((told[0].event("noted"), told[0].event("events")), (&3.into(), &5.into()));
        assert_eq!((&*told[0].actor_kind, told.len()), ("operator", 1));
        assert!(intact(&node).await);
        assert_eq!(accept_head(&operator).await.unwrap(), None, "there is nothing more to accept");
        assert_eq!(desk.events_of("head_accepted").await.len(), 1);
    }
}

on_both! {
    async fn whoever_was_erased_and_comes_back_with_an_earlier_state_is_erased_again_when_it_is_accepted(desk: Desk) {
        let (node, _folder) = node(&desk).await;
        desk.cast().await;
        let ana = desk.seated("ana", PASSWORD).await;
        let id = desk.id_of("ingrid").await;
        users::delete(&ana.context, id).await.unwrap();
        keep(&desk).await;
        desk.run("CREATE TABLE kept_users AS SELECT * FROM users", []).await;
        users::erase(&ana.context, id, "ingrid").await.unwrap();
        note_head(&node.system()).await.unwrap();
        // As a point-in-time recovery does.
        cut_back(&desk).await;
        bring_back(&desk, "ingrid").await;
        assert!(desk.resume(ana.token).await.is_some());
        let accepted = Accepted { closed: true, erased_again: 1, kept: None };
        assert_eq!(accept_head(&node.operator()).await.unwrap(), Some(accepted));
        assert_eq!(desk.count("users WHERE username = 'ingrid'").await, 0);
        assert!(desk.resume(ana.token).await.is_none(), "a session of then");
        assert_eq!(desk.events_of("user_erased").await[0].event("user"), &serde_json::json!(id));
        assert!(intact(&node).await);
    }
}

on_both! {
    async fn the_only_administrator_of_an_earlier_state_is_not_erased_again_when_it_is_accepted(desk: Desk) {
        let (node, _folder) = node(&desk).await;
        desk.cast().await;
        for table in ["users", "memberships"] {
            desk.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"), []).await;
        }
        keep(&desk).await;
        users::hand_over_protection(&desk.person("ana").await, "grace").await.unwrap();
        let (grace, id) = (desk.person("grace").await, desk.id_of("ana").await);
        users::delete(&grace, id).await.unwrap();
        users::erase(&grace, id, "ana").await.unwrap();
        note_head(&node.system()).await.unwrap();
        // Back to when Grace was no administrator yet.
        cut_back(&desk).await;
        bring_back(&desk, "ana").await;
        desk.run("INSERT INTO memberships SELECT * FROM kept_memberships WHERE user_id = $1", [id.0.into()]).await;
        desk.take_out("grace").await;
        let accepted = Accepted { closed: true, erased_again: 0, kept: Some("ana".into()) };
        assert_eq!(accept_head(&node.operator()).await.unwrap(), Some(accepted));
        assert_eq!(desk.count("users WHERE username = 'ana'").await, 1);
        assert!(intact(&node).await);
    }
}

on_both! {
    async fn t23_the_head_outside_may_lag_and_each_node_has_its_own(desk: Desk) {
        let ((one, _first), (other, _second)) = (node(&desk).await, node(&desk).await);
        desk.cast().await;
        note_head(&one.system()).await.unwrap();
        for _ in 0..3 {
            desk.person("tomas").await;
        }
        note_head(&other.system()).await.unwrap();
        desk.person("tomas").await;
        for (node, noted) in [(&one, 1), (&other, 4)] {
            assert_eq!(witness(&node.operator()).await.unwrap(), Witness::Agrees(noted));
            assert!(intact(node).await);
            assert_eq!(accept_head(&node.operator()).await.unwrap(), None);
        }
        assert_eq!(note_head(&one.system()).await.unwrap(), Witness::Agrees(1), "what it was before");
        assert_eq!(witness(&one.operator()).await.unwrap(), Witness::Agrees(5));
    }
}

on_both! {
    async fn t23_a_noted_head_that_is_lost_is_told_and_only_an_intact_log_is_accepted(desk: Desk) {
        let (node, _folder) = node(&desk).await;
        let operator = node.operator();
        desk.cast().await;
        note_head(&operator).await.unwrap();
        let path = node.outside().unwrap().path().to_owned();
        let good = std::fs::read_to_string(&path).unwrap();
        for text in ["", "nonsense", &good[..40]] {
            std::fs::write(&path, text).unwrap();
            assert!(!intact(&node).await, "{text:?}");
            assert!(matches!(note_head(&operator).await.unwrap(), Witness::Unreadable(_)));
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "left as it was");
        }
        desk.run("UPDATE audit_events SET at = at + 1", []).await;
        let told = accept_head(&operator).await.unwrap_err().to_string();
        assert!(told.contains("not intact") && told.contains("event 1"), "{told}");
        desk.run("UPDATE audit_events SET at = at - 1", []).await;
        accept_head(&operator).await.unwrap();
        assert_eq!(desk.events_of("head_accepted").await[0].event("noted"), &serde_json::Value::Null);
        assert!(intact(&node).await);
    }
}

on_both! {
    async fn every_commit_is_told_to_who_notes_heads_and_stopping_notes_the_last(desk: Desk) {
        let (node, _folder) = node(&desk).await;
        let system = node.system();
        tell_by_process(&system, domain::audit::Event::CastSeeded { users: 0 }).await.unwrap();
        audit::committed(&system).await;
        services::jobs::stop(&system).await.unwrap();
        assert_eq!(witness(&system).await.unwrap(), Witness::Agrees(1));
    }
}

on_both! {
    async fn whoever_was_erased_is_in_the_list_outside_and_the_list_names_nobody(desk: Desk) {
        let (node, _folder) = node(&desk).await;
        desk.cast().await;
        note_head(&node.system()).await.unwrap();
        let outside = node.outside().unwrap();
        assert!(!outside.erasures_path().exists());
        let ana = desk.person("ana").await;
        for (name, lines) in [("ingrid", 1), ("samuel", 2)] {
            let id = desk.id_of(name).await;
            users::delete(&ana, id).await.unwrap();
            users::erase(&ana, id, name).await.unwrap();
            note_head(&node.system()).await.unwrap();
            let text = std::fs::read_to_string(outside.erasures_path()).unwrap();
            assert_eq!(text.lines().count(), lines);
            let digits = id.0.simple().to_string();
            assert!(!text.contains(&digits) && !text.contains(name), "{text}");
        }
        // A node that comes later knows them as well.
        let (later, _folder) = self::node(&desk).await;
        note_head(&later.system()).await.unwrap();
        let text = |node: &Installation| std::fs::read_to_string(node.outside().unwrap().erasures_path()).unwrap();
        assert_eq!(text(&later), text(&node));
    }
}
