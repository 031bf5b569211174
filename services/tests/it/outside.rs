//! T23: what is kept of the log outside of the database: its last head, and who was erased.

use services::{
    Installation,
    audit::{self, Accepted, Verdict, Witness, accept_head, note_head, verify, witness},
    users,
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

        assert_eq!(accept_head(&operator).await.unwrap(), Some(Accepted { closed: true, erased_again: 0 }));
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
        let columns = "id, username, username_key, display_name, display_name_key, search_key, created_at, updated_at, deleted_at";
        let back = format!("INSERT INTO users ({columns}) SELECT {columns} FROM kept_users WHERE username = 'ingrid'");
        assert_eq!(desk.run(&back, []).await, 1);
        assert!(desk.resume(ana.token).await.is_some());
        assert_eq!(accept_head(&node.operator()).await.unwrap(), Some(Accepted { closed: true, erased_again: 1 }));
        assert_eq!(desk.count("users WHERE username = 'ingrid'").await, 0);
        assert!(desk.resume(ana.token).await.is_none(), "a session of then");
        assert_eq!(desk.events_of("user_erased").await[0].event("user"), &serde_json::json!(id));
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
        system.process_change().await.unwrap().commit(domain::audit::Event::CastSeeded { users: 0 }).await.unwrap();
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
