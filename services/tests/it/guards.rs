//! The rules that hold everywhere, each under two requests at once as well.

use domain::{
    Error, MINUTE, Obligation, Permission, Problem,
    fields::{Field, FieldForm, FieldId, FieldKind},
    groups::{Builtin, GroupId},
    guard::Refusal,
    settings::{Settings, SettingsForm},
    users::{NewPassword, UserChanges, UserId},
};
use services::{Context, Result, account, credentials, fields, groups, jobs, sessions, settings, users};

use crate::support::*;

const LATER: &str = "2027-03-31";

/// What takes an administrator away.
#[derive(Clone, Copy, Debug)]
enum Blow {
    Disable,
    Delete,
    Demote,
    Expire,
}

const BLOWS: [Blow; 4] = [Blow::Disable, Blow::Delete, Blow::Demote, Blow::Expire];

impl Blow {
    async fn strike(self, cx: &Context, form: UserChanges) -> Result<()> {
        match self {
            Self::Disable => users::disable(cx, form.id).await.map(drop),
            Self::Delete => users::delete(cx, form.id).await.map(drop),
            Self::Demote => groups::assign(cx, form.id, &[], &form.groups).await.map(drop),
            Self::Expire => users::update(cx, &UserChanges { expires_on: LATER.into(), ..form }).await.map(drop),
        }
    }
}

/// Administrators who are active, have a password and whose account does not end.
async fn remaining(desk: &Desk) -> i64 {
    desk.value(
        "SELECT count(*) FROM users u JOIN memberships m ON m.user_id = u.id JOIN groups g ON g.id = m.group_id \
         JOIN passwords p ON p.user_id = u.id WHERE g.builtin = 'administrators' \
         AND u.deleted_at IS NULL AND u.disabled_at IS NULL AND u.expires_at IS NULL",
        [],
    )
    .await
}

/// Makes these two administrators again, whatever happened to them.
async fn recover(desk: &Desk, names: [&str; 2]) {
    for name in names {
        let sql = "UPDATE users SET disabled_at = NULL, deleted_at = NULL, expires_at = NULL WHERE username_key = $1";
        desk.run(sql, [name.into()]).await;
        desk.take_out(name).await;
        desk.put_into(name, Builtin::Administrators).await;
    }
}

on_both! {
    async fn t21_two_administrators_who_strike_each_other_at_once_leave_one(desk: Desk) {
        desk.cast().await;
        // Ana is none of them here: nobody but these two administers.
        desk.take_out("ana").await;
        for (round, blow) in BLOWS.into_iter().cycle().take(16).enumerate() {
            recover(&desk, ["grace", "ingrid"]).await;
            let (grace, ingrid) = (desk.person("grace").await, desk.person("ingrid").await);
            let (at_ingrid, at_grace) = (desk.form(&grace, "ingrid").await, desk.form(&grace, "grace").await);
            let (one, other) = at_once(
                async move { blow.strike(&grace, at_ingrid).await },
                async move { blow.strike(&ingrid, at_grace).await },
            )
            .await;
            let (one, other) = (no_accident(one), no_accident(other));
            assert_eq!(remaining(&desk).await, 1, "round {round}, {blow:?}: {one:?} {other:?}");
            let Some(refused) = [one, other].into_iter().find_map(std::result::Result::err) else {
                panic!("round {round}, {blow:?}: both were told that it worked")
            };
            let expected = [
                Error::SignedOut,
                Error::Refused(Refusal::LastAdministrator),
                Error::Forbidden(Permission::AssignGroups),
            ];
            assert!(expected.contains(&refused), "round {round}, {blow:?}: {refused:?}");
        }
    }
}

on_both! {
    async fn t21_where_nobody_administers_any_more_the_others_can_still_be_changed(desk: Desk) {
        desk.cast().await;
        let operator = desk.installation.operator();
        let (mut form, ana) = (desk.form(&operator, "samuel").await, desk.id_of("ana").await);
        // Past the rules, as a database that somebody mended by hand.
        desk.run("UPDATE users SET disabled_at = 1 WHERE username_key IN ('ana', 'grace')", []).await;
        form.display_name = "Samuel A.".into();
        users::update(&operator, &form).await.unwrap();
        users::enable(&operator, ana).await.unwrap();
        // From here on somebody does.
        assert_eq!(users::disable(&operator, ana).await.told(), Error::Refused(Refusal::LastAdministrator));
    }
}

on_both! {
    async fn t21_with_a_third_administrator_somebody_remains_as_well(desk: Desk) {
        desk.cast().await;
        for (round, blow) in BLOWS.into_iter().cycle().take(8).enumerate() {
            recover(&desk, ["grace", "ingrid"]).await;
            let (grace, ingrid) = (desk.person("grace").await, desk.person("ingrid").await);
            let (at_ingrid, at_grace) = (desk.form(&grace, "ingrid").await, desk.form(&grace, "grace").await);
            let (one, other) = at_once(
                async move { blow.strike(&grace, at_ingrid).await },
                async move { blow.strike(&ingrid, at_grace).await },
            )
            .await;
            let worked = [no_accident(one), no_accident(other)].iter().filter(|told| told.is_ok()).count();
            // An expiry in the future ends nobody's session: both may do that.
            let expected = if matches!(blow, Blow::Expire) { 2 } else { 1 };
            assert_eq!(worked, expected, "round {round}, {blow:?}");
            assert_eq!(remaining(&desk).await, 3 - expected as i64, "round {round}, {blow:?}");
        }
    }
}

on_both! {
    async fn t21_two_requests_of_one_actor_do_not_take_the_last_two_away(desk: Desk) {
        desk.cast().await;
        // Ana acts, but her own account ends: she is not one who remains.
        desk.set("ana", "expires_at", START + domain::DAY).await;
        // Her sessions of one moment are no older than each other: with a new one each round, some
        // of those in use would end as one too many.
        let (one_tab, other_tab) = (desk.person("ana").await, desk.person("ana").await);
        for (round, (first, second)) in
            BLOWS.into_iter().zip(BLOWS.into_iter().cycle().skip(1)).cycle().take(12).enumerate()
        {
            recover(&desk, ["grace", "ingrid"]).await;
            let (ana, again) = (one_tab.clone(), other_tab.clone());
            let (grace, ingrid) = (desk.form(&ana, "grace").await, desk.form(&ana, "ingrid").await);
            let (one, other) = at_once(
                async move { first.strike(&ana, grace).await },
                async move { second.strike(&again, ingrid).await },
            )
            .await;
            let refused: Vec<_> =
                [no_accident(one), no_accident(other)].into_iter().filter_map(std::result::Result::err).collect();
            assert_eq!(refused, [Error::Refused(Refusal::LastAdministrator)], "round {round}: {first:?}, {second:?}");
            assert_eq!(remaining(&desk).await, 1);
        }
    }
}

on_both! {
    async fn t21_the_last_administrator_stays_whatever_the_path(desk: Desk) {
        desk.cast().await;
        desk.set("ana", "expires_at", START + domain::DAY).await;
        let ana = desk.person("ana").await;
        let grace = desk.form(&ana, "grace").await;
        let last = Error::Refused(Refusal::LastAdministrator);
        for blow in BLOWS {
            assert_eq!(blow.strike(&ana, grace.clone()).await.told(), last, "{blow:?}");
        }
        let auditors = vec![desk.group(Builtin::Auditors).await];
        assert_eq!(groups::assign(&ana, grace.id, &auditors, &grace.groups).await.told(), last);
        let form = UserChanges { groups: auditors, display_name: "G".into(), ..grace.clone() };
        assert_eq!(users::update(&ana, &form).await.told(), last);
        // The operator is bound as well.
        let operator = desk.installation.operator();
        assert_eq!(users::disable(&operator, grace.id).await.told(), last);
        assert_eq!(desk.form(&ana, "grace").await, grace, "nothing half-done");
        // Somebody without a password, somebody disabled, somebody in the bin is no help.
        for (name, column) in [("yutong", None), ("ingrid", Some("disabled_at")), ("samuel", Some("deleted_at"))] {
            desk.put_into(name, Builtin::Administrators).await;
            if let Some(column) = column {
                desk.set(name, column, START).await;
            }
            assert_eq!(users::disable(&ana, grace.id).await.told(), last, "{name}");
        }
        desk.put_into("priya", Builtin::Administrators).await;
        users::disable(&ana, grace.id).await.unwrap();
    }
}

on_both! {
    async fn t21_nobody_does_to_themselves_what_takes_them_away(desk: Desk) {
        desk.cast().await;
        for name in ["ana", "grace", "tomas"] {
            let cx = desk.person(name).await;
            let own = desk.form(&cx, name).await;
            let refused = Error::Refused(Refusal::OnYourself);
            for blow in BLOWS {
                assert_eq!(blow.strike(&cx, own.clone()).await.told(), refused, "{name}, {blow:?}");
            }
            assert_eq!(users::enable(&cx, own.id).await.told(), refused);
            let more = [desk.group(Builtin::Auditors).await];
            assert_eq!(groups::assign(&cx, own.id, &more, &[]).await.told(), refused, "not even another group");
            let own_password = Error::Refused(Refusal::OwnPassword);
            assert_eq!(credentials::reset_password(&cx, own.id).await.told(), own_password);
        }
        assert_eq!(remaining(&desk).await, 2);
    }
}

on_both! {
    async fn t21_the_first_administrator_is_protected(desk: Desk) {
        desk.cast().await;
        let grace = desk.person("grace").await;
        let ana = desk.form(&grace, "ana").await;
        let refused = Error::Refused(Refusal::FirstAdministrator { name: "Ana Moreira".into() });
        for blow in BLOWS {
            assert_eq!(blow.strike(&grace, ana.clone()).await.told(), refused, "{blow:?}");
        }
        let told = users::find(&grace, ana.id).await.unwrap();
        assert!(told.first_administrator && told.refusals.standing.is_some() && told.refusals.touch.is_none());
        // Her name, her forgotten password and her sessions are another matter.
        let form = UserChanges { display_name: "Ana M".into(), password: NewPassword::Random, ..ana.clone() };
        assert!(users::update(&grace, &form).await.unwrap().password.is_some());
        sessions::end_for_user(&grace, ana.id, None).await.unwrap();
    }
}

on_both! {
    async fn t21_the_protection_is_handed_over_by_its_holder_only(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        assert!(account::profile(&ana).await.unwrap().first_administrator);
        for cx in [&grace, &desk.person("tomas").await, &desk.person("ingrid").await] {
            let told = users::hand_over_protection(cx, "grace").await.told();
            assert_eq!(told, Error::Refused(Refusal::NotYoursToHandOver));
        }
        for unknown in ["nobody", "", "\0", "gra\0ce", "grace@northwind.example", &"x".repeat(10_000), "' OR 1=1;--"] {
            let told = users::hand_over_protection(&ana, unknown).await.told();
            assert_eq!(told, field("username", Problem::UnknownUser), "{unknown:?}");
        }
        desk.put_into("yutong", Builtin::Administrators).await;
        desk.put_into("samuel", Builtin::Administrators).await;
        desk.put_into("priya", Builtin::Administrators).await;
        desk.set("priya", "expires_at", START + domain::DAY).await;
        for (name, shown) in [
            ("ana", "Ana Moreira"),
            ("priya", "Priya Raghunathan"),
            ("tomas", "Tomás Herrera"),
            ("yutong", "Yutong Li"),
            ("samuel", "Samuel Adeyemi"),
        ] {
            let told = users::hand_over_protection(&ana, name).await.told();
            assert_eq!(told, Error::Refused(Refusal::NotAnAdministrator { name: shown.into() }));
        }
        users::hand_over_protection(&ana, " Grace ").await.unwrap();
        let told = &desk.events_of("protection_handed_over").await[0];
        let names = [&told.event("from")["name"], &told.event("to")["name"]];
        assert_eq!(names, ["Ana Moreira", "Grace Okafor"]);
        let told = users::hand_over_protection(&ana, "grace").await.told();
        assert_eq!(told, Error::Refused(Refusal::NotYoursToHandOver));
        let id = desk.id_of("grace").await;
        let told = users::disable(&ana, id).await.told();
        assert_eq!(told, Error::Refused(Refusal::FirstAdministrator { name: "Grace Okafor".into() }));
        users::disable(&grace, desk.id_of("ana").await).await.expect("protected no more");
        desk.clock.advance(5 * MINUTE);
        assert_eq!(users::hand_over_protection(&grace, "ana").await.told(), Error::ProofNeeded);
        assert_eq!(users::hand_over_protection(&desk.stranger(), "ana").await.told(), Error::SignedOut);
    }
}

on_both! {
    async fn t21_of_two_hand_overs_at_once_one_counts(desk: Desk) {
        desk.cast().await;
        desk.put_into("ingrid", Builtin::Administrators).await;
        let (ana, again) = (desk.person("ana").await, desk.person("ana").await);
        let (one, other) = at_once(
            async move { users::hand_over_protection(&ana, "grace").await },
            async move { users::hand_over_protection(&again, "ingrid").await },
        )
        .await;
        let (one, other) = (no_accident(one), no_accident(other));
        let (holder, refused) = if one.is_ok() { ("grace", other) } else { ("ingrid", one) };
        assert_eq!(refused, Err(Error::Refused(Refusal::NotYoursToHandOver)));
        let profile = account::profile(&desk.person(holder).await).await.unwrap();
        assert!(profile.first_administrator);
    }
}

on_both! {
    async fn t21_the_protection_never_lands_on_somebody_who_is_taken_away_at_the_same_time(desk: Desk) {
        desk.cast().await;
        for (round, blow) in [Blow::Disable, Blow::Delete, Blow::Demote].into_iter().cycle().take(9).enumerate() {
            recover(&desk, ["grace", "ingrid"]).await;
            let first = "UPDATE installation SET first_administrator = $1";
            desk.run(first, [desk.id_of("ana").await.0.into()]).await;
            let (ana, ingrid) = (desk.person("ana").await, desk.person("ingrid").await);
            let grace = desk.form(&ana, "grace").await;
            let (handed, struck) = at_once(
                async move { users::hand_over_protection(&ana, "grace").await },
                async move { blow.strike(&ingrid, grace).await },
            )
            .await;
            match (no_accident(handed), no_accident(struck)) {
                (Ok(()), Err(Error::Refused(Refusal::FirstAdministrator { .. })))
                | (Err(Error::Refused(Refusal::NotAnAdministrator { .. })), Ok(())) => {}
                both => panic!("round {round}, {blow:?}: {both:?}"),
            }
        }
    }
}

on_both! {
    async fn t21_nobody_touches_whoever_outranks_them_and_the_attempt_is_in_the_log(desk: Desk) {
        desk.cast().await;
        let tomas = desk.person("tomas").await;
        for name in ["ana", "grace", "priya"] {
            let seated = desk.seated(name, PASSWORD).await;
            let opened = desk.form(&tomas, name).await;
            let id = opened.id;
            let email = UserChanges { email: "mine@b.example".into(), ..opened.clone() };
            let password = UserChanges { password: NewPassword::Typed(ANOTHER.into()), ..opened.clone() };
            let mut told = vec![
                users::update(&tomas, &email).await.told(),
                users::update(&tomas, &password).await.told(),
                credentials::reset_password(&tomas, id).await.told(),
                sessions::end_for_user(&tomas, id, None).await.told(),
                sessions::end_for_user(&tomas, id, Some(seated.loaded.session.id)).await.told(),
            ];
            if name != "ana" {
                for blow in BLOWS {
                    told.push(blow.strike(&tomas, opened.clone()).await.told());
                }
                let more = [desk.group(Builtin::UserManagers).await];
                told.push(groups::assign(&tomas, id, &more, &[]).await.told());
                told.push(users::enable(&tomas, id).await.told());
                told.push(users::restore(&tomas, id).await.told());
            }
            for told in told {
                assert!(matches!(told, Error::Refused(Refusal::Outranks { .. })), "{name}: {told:?}");
            }
            assert!(desk.resume(seated.token).await.is_some());
            assert_eq!(desk.form(&tomas, name).await, opened);
            let page = users::find(&tomas, id).await.unwrap().refusals;
            assert!(page.standing.is_some() && page.touch.is_some() && page.password.is_some(), "the page says so");
            // What is no credential is his to look after.
            let form = UserChanges { display_name: format!("{name} renamed"), ..opened };
            users::update(&tomas, &form).await.unwrap();
        }
        let refused = desk.events_of("refused").await;
        assert!(refused.iter().all(|event| event.event("user")["name"] == "Tomás Herrera"));
        assert!(!refused.is_empty(), "nothing of it is in the log");
    }
}

on_both! {
    async fn t21_nobody_grants_what_they_do_not_hold_by_any_path(desk: Desk) {
        desk.cast().await;
        let tomas = desk.person("tomas").await;
        let opened = desk.form(&tomas, "ingrid").await;
        let managers = desk.group(Builtin::UserManagers).await;
        for group in [Builtin::Administrators, Builtin::Auditors] {
            let wanted = vec![managers, desk.group(group).await];
            let by_edit = UserChanges { groups: wanted.clone(), ..opened.clone() };
            for told in [
                groups::assign(&tomas, opened.id, &wanted, &[]).await.told(),
                users::update(&tomas, &by_edit).await.told(),
            ] {
                let Error::Refused(Refusal::GrantsMore { group: named, .. }) = told else { panic!("{told:?}") };
                assert_eq!(named, group.name());
            }
        }
        assert_eq!(desk.form(&tomas, "ingrid").await, opened);
        assert!(!desk.events_of("refused").await.is_empty());
        groups::assign(&tomas, opened.id, &[managers], &[]).await.expect("what one holds, one may grant");
        groups::assign(&tomas, opened.id, &[], &[managers]).await.expect("and take back");
    }
}

/// Every use case that changes something under a permission, with the one that it needs.
const CHANGES: [(&str, Permission); 16] = [
    ("create", Permission::CreateUsers),
    ("update", Permission::EditUsers),
    ("reset_password", Permission::ResetCredentials),
    ("disable", Permission::DisableUsers),
    ("enable", Permission::DisableUsers),
    ("delete", Permission::DeleteUsers),
    ("restore", Permission::DeleteUsers),
    ("erase", Permission::EraseUsers),
    ("assign", Permission::AssignGroups),
    ("end_sessions", Permission::EndSessions),
    ("settings", Permission::EditSettings),
    ("field_create", Permission::EditSettings),
    ("field_change", Permission::EditSettings),
    ("field_delete", Permission::EditSettings),
    ("field_move", Permission::EditSettings),
    ("field_examples", Permission::EditSettings),
];

async fn attempt(cx: &Context, what: &str, form: &UserChanges) -> Result<()> {
    let (id, nobody) = (form.id, FieldId(uuid(1)));
    match what {
        "create" => users::create(cx, new_user("newcomer")).await.map(drop),
        "update" => users::update(cx, &UserChanges { display_name: "X".into(), ..form.clone() }).await.map(drop),
        "reset_password" => credentials::reset_password(cx, id).await.map(drop),
        "disable" => users::disable(cx, id).await.map(drop),
        "enable" => users::enable(cx, id).await,
        "delete" => users::delete(cx, id).await.map(drop),
        "restore" => users::restore(cx, id).await,
        "erase" => users::erase(cx, id, "ingrid").await,
        "assign" => groups::assign(cx, id, &[GroupId(uuid(1))], &[]).await.map(drop),
        "end_sessions" => sessions::end_for_user(cx, id, None).await.map(drop),
        "settings" => {
            settings::update(cx, &SettingsForm { seen: Settings::default(), bin_days: "7".into() }).await.map(drop)
        }
        "field_create" => fields::save(cx, &FieldForm { name: "X".into(), ..FieldForm::default() }).await.map(drop),
        "field_change" => {
            let seen = Field { id: nobody, name: "X".into(), kind: FieldKind::Text, required: false, choices: vec![] };
            fields::save(cx, &FieldForm::of(&seen)).await.map(drop)
        }
        "field_delete" => fields::delete(cx, nobody).await,
        "field_move" => fields::move_by_one(cx, nobody, true).await,
        "field_examples" => fields::add_examples(cx).await.map(drop),
        other => panic!("what is {other}?"),
    }
}

/// How often each permission was missing, as the log has it once everything is written down.
async fn refusals(desk: &Desk) -> std::collections::BTreeMap<String, u64> {
    desk.clock.advance(MINUTE);
    jobs::flush(&desk.system()).await.unwrap();
    let mut times = std::collections::BTreeMap::new();
    for event in desk.events_of("refused").await {
        let code = event.event("permission").as_str().unwrap().to_owned();
        *times.entry(code).or_default() += event.event("times").as_u64().unwrap();
    }
    times
}

on_both! {
    async fn t20_every_change_is_refused_without_its_permission_and_recorded_once(desk: Desk) {
        desk.cast().await;
        let form = desk.form(&desk.person("ana").await, "samuel").await;
        let mut expected = std::collections::BTreeMap::new();
        for name in ["ingrid", "priya", "tomas"] {
            let cx = desk.person(name).await;
            for (what, permission) in CHANGES {
                if cx.actor().unwrap().may(permission) {
                    continue;
                }
                let told = attempt(&cx, what, &form).await.told();
                assert_eq!(told, Error::Forbidden(permission), "{name}, {what}");
                *expected.entry(permission.code().to_owned()).or_default() += 1;
            }
        }
        for (what, _) in CHANGES {
            assert_eq!(attempt(&desk.stranger(), what, &form).await.told(), Error::SignedOut, "{what}");
        }
        assert_eq!(desk.count("users").await, 7);
        assert_eq!(refusals(&desk).await, expected, "each refusal counts once");
    }
}

on_both! {
    async fn t23_a_refusal_within_a_change_is_recorded_once_as_well(desk: Desk) {
        desk.cast().await;
        let tomas = desk.person("tomas").await;
        let (ana, ingrid) = (desk.id_of("grace").await, desk.id_of("ingrid").await);
        groups::assign(&tomas, ingrid, &[desk.group(Builtin::Auditors).await], &[]).await.told();
        users::disable(&tomas, ana).await.told();
        let times = refusals(&desk).await;
        assert_eq!(times.values().sum::<u64>(), 2, "{times:?}");
    }
}

on_both! {
    async fn t17_every_change_needs_recent_proof(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let form = desk.form(&ana, "ingrid").await;
        desk.clock.advance(5 * MINUTE);
        let events = desk.count("audit_events").await;
        for (what, _) in CHANGES {
            assert_eq!(attempt(&ana, what, &form).await.told(), Error::ProofNeeded, "{what}");
        }
        assert_eq!(desk.count("audit_events").await, events);
    }
}

on_both! {
    async fn t12_a_first_password_bars_every_change(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let form = desk.form(&ana, "ingrid").await;
        let given = credentials::reset_password(&ana, desk.id_of("grace").await).await.unwrap().one_time_password.unwrap();
        let grace = desk.seated("grace", &given).await.context;
        let first = Error::ObligationFirst(Obligation::NewPassword);
        for (what, _) in CHANGES {
            assert_eq!(attempt(&grace, what, &form).await.told(), first, "{what}");
        }
        assert_eq!(users::hand_over_protection(&grace, "ana").await.told(), first);
        assert_eq!(users::table_view(&grace).await.told(), first);
        assert_eq!(users::keep_table_view(&grace, &domain::users::TableView::default()).await.told(), first);
        assert_eq!(fields::list(&grace).await.told(), first);
        assert_eq!(settings::find(&grace).await.told(), first);
        assert_eq!(sessions::list_for_user(&grace, form.id).await.told(), first);
    }
}

on_both! {
    async fn t21_whoever_was_stopped_while_the_request_waited_changes_nothing(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let form = desk.form(&ana, "ingrid").await;
        let id = desk.id_of("grace").await;
        for how in ["disabled", "deleted", "reset", "signed out", "expired"] {
            let grace = desk.person("grace").await;
            match how {
                "disabled" => drop(users::disable(&ana, id).await.unwrap()),
                "deleted" => drop(users::delete(&ana, id).await.unwrap()),
                "reset" => drop(credentials::reset_password(&ana, id).await.unwrap()),
                "signed out" => drop(sessions::end_for_user(&ana, id, None).await.unwrap()),
                _ => desk.set("grace", "expires_at", START).await,
            }
            let events = desk.count("audit_events").await;
            for (what, _) in CHANGES {
                assert_eq!(attempt(&grace, what, &form).await.told(), Error::SignedOut, "{how}, {what}");
            }
            assert_eq!(account::update_profile(&grace, "Ghost").await.told(), Error::SignedOut, "{how}");
            assert_eq!(sessions::end_own_others(&grace).await.told(), Error::SignedOut, "{how}");
            assert_eq!(users::hand_over_protection(&grace, "ana").await.told(), Error::SignedOut, "{how}");
            assert_eq!(desk.count("audit_events").await, events, "{how}");
            recover(&desk, ["grace", "ana"]).await;
            let hash: String = desk.value("SELECT hash FROM passwords WHERE user_id = $1", [form.id.0.into()]).await;
            let old = "UPDATE passwords SET hash = $1, must_change_at = NULL WHERE user_id = $2";
            desk.run(old, [hash.into(), id.0.into()]).await;
        }
    }
}

on_both! {
    async fn t21_the_rules_look_at_what_the_actor_may_do_now(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        let form = desk.form(&ana, "ingrid").await;
        // Read before it was taken away, as by a request that waited.
        desk.take_out("grace").await;
        for (what, permission) in CHANGES {
            assert_eq!(attempt(&grace, what, &form).await.told(), Error::Forbidden(permission), "{what}");
        }
        desk.put_into("grace", Builtin::UserManagers).await;
        let administrators = vec![desk.group(Builtin::Administrators).await];
        let edit = UserChanges { groups: administrators.clone(), ..form.clone() };
        let create = domain::users::NewUserForm { groups: administrators.clone(), ..new_user("newcomer") };
        for told in [
            groups::assign(&grace, form.id, &administrators, &[]).await.told(),
            users::update(&grace, &edit).await.told(),
            users::create(&grace, create).await.told(),
        ] {
            assert!(matches!(told, Error::Refused(Refusal::GrantsMore { .. })), "{told:?}");
        }
        desk.run("UPDATE installation SET first_administrator = $1", [UserId::nil().0.into()]).await;
        for told in [
            users::disable(&grace, desk.id_of("ana").await).await.told(),
            credentials::reset_password(&grace, desk.id_of("priya").await).await.told(),
            sessions::end_for_user(&grace, desk.id_of("ana").await, None).await.told(),
        ] {
            assert!(matches!(told, Error::Refused(Refusal::Outranks { .. })), "{told:?}");
        }
    }
}

on_both! {
    async fn t28_whatever_meets_at_one_person_ends_without_an_accident(desk: Desk) {
        desk.cast().await;
        let (ana, grace, tomas) = (desk.person("ana").await, desk.person("grace").await, desk.person("tomas").await);
        let id = desk.id_of("ingrid").await;
        let hash: String = desk.value("SELECT hash FROM passwords WHERE user_id = $1", [id.0.into()]).await;
        let managers = desk.group(Builtin::UserManagers).await;
        for round in 0..12 {
            let ingrid = desk.person("ingrid").await;
            let other = desk.person("ingrid").await;
            let form = UserChanges { display_name: format!("Round {round}"), ..desk.form(&ana, "ingrid").await };
            let mut at = tokio::task::JoinSet::new();
            let (a, g, t) = (ana.clone(), grace.clone(), tomas.clone());
            at.spawn(async move { users::update(&a, &form).await.map(drop) });
            at.spawn(async move { groups::assign(&t, id, &[managers], &[]).await.map(drop) });
            at.spawn(async move { credentials::change_password(&ingrid, PASSWORD, ANOTHER, true).await.map(drop) });
            let (a, t) = (ana.clone(), tomas.clone());
            at.spawn(async move { credentials::reset_password(&a, id).await.map(drop) });
            at.spawn(async move { account::update_profile(&other, "Ingrid").await });
            at.spawn(async move { sessions::end_for_user(&t, id, None).await.map(drop) });
            at.spawn(async move {
                users::disable(&g, id).await?;
                users::delete(&g, id).await?;
                users::restore(&g, id).await?;
                users::enable(&g, id).await
            });
            let (cx, system) = (desk.stranger_at(&format!("198.51.100.{round}")), desk.system());
            at.spawn(async move {
                sign_in(&cx, "ingrid", PASSWORD).await.map(drop)
            });
            at.spawn(async move { jobs::cleanup(&system).await });
            for result in at.join_all().await {
                // Refused by what came first is fine; a failure of the database is not.
                drop(no_accident(result));
            }
            groups::assign(&ana, id, &[], &[managers]).await.unwrap();
            let old = "UPDATE passwords SET hash = $1, must_change_at = NULL WHERE user_id = $2";
            desk.run(old, [hash.clone().into(), id.0.into()]).await;
        }
        let verdict = services::audit::verify(&desk.system()).await.unwrap();
        assert!(matches!(verdict, services::audit::Verdict::Intact { .. }), "{verdict:?}");
    }
}

on_both! {
    async fn t28_a_change_of_ones_password_and_a_reset_take_their_locks_in_one_order(desk: Desk) {
        desk.cast().await;
        if desk.backend == Backend::Sqlite {
            return; // One writer: there is no order to get wrong.
        }
        let (ingrid, id) = (desk.person("ingrid").await, desk.id_of("ingrid").await);
        // A reset that has come as far as the user's row.
        desk.run("BEGIN", []).await;
        desk.rows("SELECT id FROM users WHERE id = $1 FOR UPDATE", [id.0.into()]).await;
        let change = tokio::spawn(async move { credentials::change_password(&ingrid, PASSWORD, ANOTHER, true).await });
        desk.somebody_waits().await;
        // And goes on to the password: nobody who waits for the user may hold it.
        desk.run("SET LOCAL lock_timeout = '3s'", []).await;
        assert_eq!(desk.run("UPDATE passwords SET changed_at = 1 WHERE user_id = $1", [id.0.into()]).await, 1);
        desk.run("ROLLBACK", []).await;
        no_accident(change.await.unwrap()).unwrap();
    }
}
