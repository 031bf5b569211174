//! What is stored and makes no sense, be it of a later version or written by another hand: it is logged by where it
//! stands, its text stays out of the log, and it is never taken for something that is not there.

use domain::{
    DAY, PermissionSet,
    audit::LogListing,
    fields::{FieldForm, FieldId, FieldKind, FieldValue},
    groups::Builtin,
    sessions::Method,
    settings::{Security, SecurityForm, Settings, SettingsForm},
    time::TimeZone,
    users::Edited,
};
use services::{Context, Failure, audit, fields, groups, jobs, sessions, settings, setup, users};

use crate::{
    logged::{Logged, watched},
    support::*,
};

/// A word that stands in every text here, and that no log may repeat.
const WORD: &str = "violet";

/// Each line names the place, and none says what stands there.
#[track_caller]
fn told(logged: &Logged, place: &str) {
    let lines = logged.take();
    assert!(!lines.is_empty(), "nothing was logged of {place}");
    assert!(lines.iter().all(|line| line.contains(place) && !line.contains(WORD)), "{place}: {lines:?}");
}

/// Refused, with a sentence for the log that names the place.
#[track_caller]
fn refused<T>(result: services::Result<T>, place: &str) {
    match result {
        Err(Failure::Unexpected(why)) => assert!(why.contains(place) && !why.contains(WORD), "{why}"),
        Err(other) => panic!("refused in another way: {other}"),
        Ok(_) => panic!("{place} was taken for something else"),
    }
}

on_both! {
    async fn an_event_that_cannot_be_read_says_so_and_is_not_called_erased(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let (logged, _guard) = watched();
        for text in [
            WORD.to_owned(),
            format!(r#"{{"event":{{"kind":"{WORD}"}},"actor":null,"address":"","browser":""}}"#),
            format!(r#"{{"event":{{"kind":"signed_in","method":"{WORD}"}},"actor":null,"address":"","browser":""}}"#),
        ] {
            desk.run("UPDATE audit_events SET details = $1 WHERE seq = 2", [text.into()]).await;
            let page = audit::list(&ana, &LogListing::default()).await.unwrap();
            told(&logged, "audit_events.details of event 2 (signed_in)");
            let row = &page.rows[0];
            assert_eq!(
                row.sentence.as_ref().unwrap().plain(),
                "Signed in; the details cannot be read by this version"
            );
            assert_eq!((&*row.kind, &*row.icon, row.details.len(), row.number), ("signed_in", "alert", 0, 2));
            let activity = audit::activity(&ana, desk.id_of("ana").await, None).await.unwrap();
            told(&logged, "audit_events.details of event 2 (signed_in)");
            assert_eq!(activity[0].sentence, *row.sentence.as_ref().unwrap());
        }
        // What was erased is no mistake.
        desk.run("UPDATE audit_events SET details = NULL WHERE seq = 2", []).await;
        let page = audit::list(&ana, &LogListing::default()).await.unwrap();
        assert_eq!((&page.rows[0].sentence, &*page.rows[0].icon), (&None, "bin"));
        assert_eq!(logged.take(), [""; 0]);
    }
}

/// Puts a setting there as another hand would.
async fn put(desk: &Desk, name: &str, value: &str) {
    desk.run("DELETE FROM settings", []).await;
    desk.run("INSERT INTO settings (name, value) VALUES ($1, $2)", [name.into(), value.into()]).await;
}

on_both! {
    async fn rules_that_cannot_be_read_let_nobody_in_and_nothing_start(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let nobody = serde_json::to_string(&Security::default()).unwrap();
        for text in [WORD.to_owned(), "{}".into(), nobody.replace("nobody", WORD)] {
            put(&desk, "security", &text).await;
            refused(setup::prepare(&desk.system(), &master_key()).await, "settings.value of security");
            refused(sign_in(&desk.stranger(), "grace", PASSWORD).await, "settings.value of security");
            refused(settings::find_security(&ana).await, "settings.value of security");
            let form = SecurityForm::of(&Security::default(), &TimeZone::default());
            refused(settings::update_security(&ana, &form).await, "settings.value of security");
        }
        put(&desk, "security", &nobody).await;
        setup::prepare(&desk.system(), &master_key()).await.unwrap();
        sign_in(&desk.stranger(), "grace", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn days_that_cannot_be_read_erase_nobody_and_nothing_starts(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        users::delete(&ana, id).await.unwrap();
        desk.clock.advance(3_000 * DAY);
        let ana = desk.person("ana").await;
        for text in [WORD, "", "0", "3651", "-5"] {
            put(&desk, "bin_days", text).await;
            refused(setup::prepare(&desk.system(), &master_key()).await, "settings.value of bin_days");
            refused(jobs::cleanup(&desk.system()).await, "settings.value of bin_days");
            refused(settings::find(&ana).await, "settings.value of bin_days");
            let form = SettingsForm { seen: Settings::default(), bin_days: "7".into() };
            refused(settings::update(&ana, &form).await, "settings.value of bin_days");
            assert_eq!(desk.events_of("user_erased").await.len(), 0);
        }
        put(&desk, "bin_days", "3000").await;
        setup::prepare(&desk.system(), &master_key()).await.unwrap();
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(desk.events_of("user_erased").await.len(), 1);
    }
}

/// Gives ingrid this value.
async fn fill(desk: &Desk, cx: &Context, field: FieldId, value: &str) -> services::Result<Edited> {
    let mut form = desk.form(cx, "ingrid").await;
    form.fields = vec![FieldValue { field, value: value.into() }];
    users::update(cx, &form).await
}

on_both! {
    async fn choices_that_cannot_be_read_are_looked_at_and_nothing_is_saved_by_them(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let kind = FieldKind::Choice;
        let form = FieldForm { name: "Site".into(), kind, choices: "Lisbon\nPorto".into(), ..FieldForm::default() };
        let field = fields::save(&ana, &form).await.unwrap();
        fill(&desk, &ana, field, "Porto").await.unwrap();
        let seen = fields::list(&ana).await.unwrap().pop();
        let place = format!("custom_fields.choices of {field}");
        let (logged, _guard) = watched();
        for text in [WORD.to_owned(), "{}".into(), format!(r#"["{WORD}", 7]"#)] {
            desk.run("UPDATE custom_fields SET choices = $1", [text.into()]).await;
            let there = fields::list(&ana).await.unwrap();
            told(&logged, &place);
            assert_eq!((there.len(), there[0].id, &*there[0].name), (1, field, "Site"));
            let ingrid = users::find(&ana, desk.id_of("ingrid").await).await.unwrap();
            told(&logged, &place);
            assert_eq!(ingrid.fields[0].value.as_deref(), Some("Porto"));
            refused(fill(&desk, &ana, field, "Lisbon").await, &place);
            refused(users::create(&ana, new_user("newcomer")).await, &place);
            refused(fields::save(&ana, &FieldForm { seen: seen.clone(), ..form.clone() }).await, &place);
            logged.take();
        }
        let kept: String = desk.value("SELECT choices FROM custom_fields", []).await;
        assert!(kept.contains(WORD), "what was there is not written over");
        fields::delete(&ana, field).await.unwrap();
        assert!(fields::list(&ana).await.unwrap().is_empty());
        assert_eq!(logged.take(), [""; 0]);
    }
}

on_both! {
    async fn a_session_that_began_in_an_unknown_way_goes_on_and_is_logged(desk: Desk) {
        desk.cast().await;
        let ana = desk.seated("ana", PASSWORD).await;
        desk.run("UPDATE sessions SET method = $1", [WORD.into()]).await;
        let (logged, _guard) = watched();
        let there = desk.resume(ana.token).await.expect("the session lives");
        told(&logged, &format!("sessions.method of {}", there.loaded.session.id));
        assert_eq!(sessions::list_own(&there.context).await.unwrap()[0].method, Method::Password);
        told(&logged, &format!("sessions.method of {}", there.loaded.session.id));
    }
}

on_both! {
    async fn a_built_in_group_of_another_version_allows_nothing_and_is_logged(desk: Desk) {
        desk.cast().await;
        let (ana, tomas) = (desk.person("ana").await, desk.seated("tomas", PASSWORD).await);
        let managers = desk.group(Builtin::UserManagers).await;
        desk.run("UPDATE groups SET builtin = $1 WHERE id = $2", [WORD.into(), managers.0.into()]).await;
        let (logged, _guard) = watched();
        let there = desk.resume(tomas.token).await.expect("the session lives");
        assert_eq!(there.loaded.actor.permissions, PermissionSet::NONE);
        told(&logged, "groups.builtin");
        let listed = groups::list(&ana).await.unwrap();
        let group = listed.iter().find(|group| group.id == managers).unwrap();
        assert_eq!((group.builtin, group.permissions), (None, PermissionSet::NONE));
        told(&logged, "groups.builtin");
        // Somebody in no group is no mistake.
        let ingrid = desk.person("ingrid").await;
        assert_eq!(ingrid.actor().unwrap().permissions, PermissionSet::NONE);
        assert_eq!(logged.take(), [""; 0]);
    }
}
