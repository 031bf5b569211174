//! Editing a user: what is written, what is refused, and who of two wins.

use domain::{
    DAY, Error, HOUR, Problem,
    fields::{FieldForm, FieldKind, FieldValue},
    groups::Builtin,
    guard::Refusal,
    time::{self, TimeZone},
    users::{NewPassword, NewUserForm, Status, UserChanges, UserId, UserListing},
};
use services::{account, credentials, fields, users};

use crate::support::*;

/// A day long after the clock of the tests.
const LATER: &str = "2027-03-31";

async fn found(cx: &services::Context, search: &str) -> Vec<String> {
    let listing = UserListing { search: search.into(), ..Default::default() };
    users::list(cx, &listing, &[]).await.unwrap().rows.into_iter().map(|row| row.username).collect()
}

on_both! {
    async fn everything_in_the_form_is_written_shown_found_and_recorded(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let mut values = vec![];
        for (name, kind, value) in [
            ("Company", FieldKind::Text, "Contoso Süd"),
            ("Site", FieldKind::Choice, "Porto"),
            ("Since", FieldKind::Date, "2024-02-29"),
        ] {
            let form = FieldForm { name: name.into(), kind, choices: "Lisbon\nPorto".into(), ..FieldForm::default() };
            let field = fields::save(&ana, &form).await.unwrap();
            values.push(FieldValue { field, value: format!(" {value} ") });
        }
        desk.set("ingrid", "email_verified_at", START).await;
        let before = desk.form(&ana, "ingrid").await;
        desk.clock.advance(1_000);
        let form = UserChanges {
            display_name: "  Ingrid Óskarsdóttir ".into(),
            email: " Ingrid.O@Northwind.example".into(),
            expires_on: LATER.into(),
            groups: vec![desk.group(Builtin::Auditors).await],
            fields: values,
            ..before.clone()
        };
        assert_eq!(users::update(&ana, &form).await.unwrap().password, None);

        let told = users::find(&ana, form.id).await.unwrap();
        assert_eq!(told.display_name, "Ingrid Óskarsdóttir");
        assert_eq!(told.email.as_deref(), Some("Ingrid.O@Northwind.example"));
        assert!(!told.email_verified, "another address is not confirmed by the old one");
        assert_eq!(told.expires_at.map(time::rfc3339).as_deref(), Some("2027-03-31T23:59:59Z"));
        let values: Vec<_> = told.fields.iter().map(|shown| (&*shown.name, shown.value.as_deref())).collect();
        let expected = [("Company", Some("Contoso Süd")), ("Site", Some("Porto")), ("Since", Some("2024-02-29"))];
        assert_eq!(values, expected);
        assert_eq!(told.groups[0].name, "Auditors");
        assert!(told.version > before.version);
        for words in ["oskars", "contoso sud", "ingrid.o@", "2024-02"] {
            assert_eq!(found(&ana, words).await, ["ingrid"], "{words}");
        }
        assert!(found(&ana, "solveig").await.is_empty(), "the old name is not found any more");

        let edited = desk.events_of("user_updated").await;
        assert_eq!(edited.len(), 1);
        assert_eq!(edited[0].details["actor"]["name"], "Ana Moreira");
        let changes: Vec<_> = edited[0].event("changes").as_array().unwrap().iter()
            .map(|change| (change["field"].as_str().unwrap(), change["before"].as_str(), change["after"].as_str()))
            .collect();
        assert_eq!(changes, [
            ("Display name", Some("Ingrid Sólveigardóttir"), Some("Ingrid Óskarsdóttir")),
            ("E-mail", Some("ingrid@northwind.example"), Some("Ingrid.O@Northwind.example")),
            ("Account ends", None, Some("2027-03-31 (UTC)")),
            ("Company", None, Some("Contoso Süd")),
            ("Site", None, Some("Porto")),
            ("Since", None, Some("2024-02-29")),
        ]);
        assert_eq!(desk.events_of("groups_changed").await[0].event("added")[0], "Auditors");
        // The old address signs nobody in any more, and the new one not before it is confirmed.
        for address in ["ingrid@northwind.example", "ingrid.o@northwind.example"] {
            assert_eq!(sign_in(&desk.stranger(), address, PASSWORD).await.told(), Error::NotRecognised);
        }
    }
}

on_both! {
    async fn what_is_emptied_is_gone(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let form = FieldForm { name: "Company".into(), ..FieldForm::default() };
        let field = fields::save(&ana, &form).await.unwrap();
        let filled = UserChanges {
            expires_on: LATER.into(),
            fields: vec![FieldValue { field, value: "Contoso".into() }],
            ..desk.form(&ana, "ingrid").await
        };
        users::update(&ana, &filled).await.unwrap();
        let emptied = UserChanges {
            email: "  ".into(),
            expires_on: String::new(),
            fields: vec![FieldValue { field, value: "  ".into() }],
            ..desk.form(&ana, "ingrid").await
        };
        users::update(&ana, &emptied).await.unwrap();
        let told = users::find(&ana, emptied.id).await.unwrap();
        assert_eq!((told.email, told.expires_at, told.fields[0].value.clone()), (None, None, None));
        assert_eq!(desk.count("custom_values").await, 0);
        assert!(found(&ana, "contoso").await.is_empty());
    }
}

on_both! {
    async fn t12_an_empty_password_keeps_the_old_one(desk: Desk) {
        desk.cast().await;
        let (ana, ingrid) = (desk.person("ana").await, desk.seated("ingrid", PASSWORD).await);
        let form = UserChanges { display_name: "Ingrid".into(), ..desk.form(&ana, "ingrid").await };
        assert_eq!(form.password, NewPassword::Keep);
        users::update(&ana, &form).await.unwrap();
        assert!(desk.resume(ingrid.token).await.is_some(), "nobody is signed out by another name");
        assert_eq!(desk.seated("ingrid", PASSWORD).await.loaded.actor.obligation, None);
        assert_eq!(desk.tally().await.get("password_reset"), None);
    }
}

on_both! {
    async fn t12_a_typed_password_ends_the_sessions_and_has_to_be_changed(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let (one, two) = (desk.seated("ingrid", PASSWORD).await, desk.seated("ingrid", PASSWORD).await);
        let form = UserChanges {
            password: NewPassword::Typed(ANOTHER.into()),
            ..desk.form(&ana, "ingrid").await
        };
        let given = users::update(&ana, &form).await.unwrap().password.unwrap();
        assert_eq!((given.one_time_password, given.sessions_ended), (None, 2));
        assert!(desk.resume(one.token).await.is_none() && desk.resume(two.token).await.is_none());
        assert_eq!(sign_in(&desk.stranger(), "ingrid", PASSWORD).await.told(), Error::NotRecognised);
        assert!(users::find(&ana, form.id).await.unwrap().must_change_password);
        let again = desk.seated("ingrid", ANOTHER).await;
        assert!(again.loaded.actor.obligation.is_some());
        credentials::change_password(&again.context, ANOTHER, "marble lantern quiet harvest", true).await.unwrap();
        let recorded = &desk.events_of("password_reset").await[0];
        assert_eq!((recorded.event("one_time"), recorded.event("sessions_ended")), (&false.into(), &2.into()));
        assert!(!format!("{:?}", desk.events().await).contains("copper"));
        assert_eq!(desk.tally().await.get("user_updated"), None, "nothing else was changed");
    }
}

on_both! {
    async fn t12_a_made_up_password_is_shown_once_and_signs_in(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let id = desk.id_of("ingrid").await;
        let form = UserChanges { password: NewPassword::Random, ..desk.form(&ana, "ingrid").await };
        let first = users::update(&ana, &form).await.unwrap().password.unwrap().one_time_password.unwrap();
        let second = credentials::reset_password(&ana, id).await.unwrap().one_time_password.unwrap();
        assert!(first.len() >= 20 && first != second);
        assert_eq!(sign_in(&desk.stranger(), "ingrid", &first).await.told(), Error::NotRecognised);
        assert!(desk.seated("ingrid", &second).await.loaded.actor.obligation.is_some());
        let log = format!("{:?}", desk.events().await);
        assert!(!log.contains(&first) && !log.contains(&second));
    }
}

on_both! {
    async fn t12_somebody_invited_is_active_once_they_have_a_password(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let id = desk.id_of("yutong").await;
        assert_eq!(users::find(&ana, id).await.unwrap().status, Status::Invited);
        let given = credentials::reset_password(&ana, id).await.unwrap();
        assert_eq!(users::find(&ana, id).await.unwrap().status, Status::Active);
        desk.seated("yutong", &given.one_time_password.unwrap()).await;
    }
}

on_both! {
    async fn t2_a_weak_password_is_refused_and_nothing_is_written(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let opened = desk.form(&ana, "ingrid").await;
        for (weak, problem) in [
            ("", Problem::Missing),
            ("too short", Problem::TooShort { least: 15 }),
            ("correct horse battery staple", Problem::PasswordCommon),
            ("ingrid ingrid ingrid", Problem::PasswordPersonal),
        ] {
            let password = NewPassword::Typed(weak.into());
            let form = UserChanges { display_name: "Ingrid".into(), password, ..opened.clone() };
            assert_eq!(users::update(&ana, &form).await.told(), field("password", problem), "{weak}");
        }
        assert_eq!(desk.form(&ana, "ingrid").await, opened);
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
    }
}

on_both! {
    async fn of_a_form_that_is_no_longer_true_nothing_is_written(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        let opened = desk.form(&ana, "ingrid").await;
        let hers = UserChanges { email: "ingrid@contoso.example".into(), ..opened.clone() };
        users::update(&grace, &hers).await.unwrap();
        let late = UserChanges {
            display_name: "Somebody Else".into(),
            groups: vec![desk.group(Builtin::Auditors).await],
            password: NewPassword::Typed(ANOTHER.into()),
            ..opened.clone()
        };
        assert_eq!(users::update(&ana, &late).await.told(), Error::Stale);
        let now = desk.form(&ana, "ingrid").await;
        assert_eq!((&*now.email, &*now.display_name), ("ingrid@contoso.example", "Ingrid Sólveigardóttir"));
        assert!(now.groups.is_empty());
        sign_in(&desk.stranger(), "ingrid", PASSWORD).await.unwrap();
        assert_eq!(desk.events_of("user_updated").await.len(), 1);
        for version in [i64::MIN, -1, 0, now.version - 1, now.version + 1, i64::MAX] {
            let form = UserChanges { version, ..now.clone() };
            assert_eq!(users::update(&ana, &form).await.told(), Error::Stale, "{version}");
        }
    }
}

on_both! {
    async fn groups_and_names_that_change_elsewhere_make_a_form_stale(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let id = desk.id_of("ingrid").await;
        let opened = desk.form(&ana, "ingrid").await;
        services::groups::assign(&ana, id, &[desk.group(Builtin::Auditors).await], &[]).await.unwrap();
        assert_eq!(users::update(&ana, &opened).await.told(), Error::Stale);
        let opened = desk.form(&ana, "ingrid").await;
        account::update_profile(&desk.person("ingrid").await, "Ingrid").await.unwrap();
        assert_eq!(users::update(&ana, &opened).await.told(), Error::Stale);
    }
}

on_both! {
    async fn t21_of_two_edits_at_once_exactly_one_is_saved(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        for round in 0..8 {
            let opened = desk.form(&ana, "ingrid").await;
            let one = UserChanges { display_name: format!("By Ana {round}"), ..opened.clone() };
            let other = UserChanges { email: format!("by.grace{round}@b.example"), ..opened.clone() };
            let (a, g) = (ana.clone(), grace.clone());
            let (one, other) =
                at_once(async move { users::update(&a, &one).await }, async move { users::update(&g, &other).await })
                    .await;
            let now = desk.form(&ana, "ingrid").await;
            match (no_accident(one), no_accident(other)) {
                (Ok(_), Err(Error::Stale)) => assert_eq!(now.email, opened.email),
                (Err(Error::Stale), Ok(_)) => assert_eq!(now.display_name, opened.display_name),
                both => panic!("{both:?}"),
            }
            assert_eq!(desk.events_of("user_updated").await.len(), round + 1);
        }
    }
}

on_both! {
    async fn t21_what_one_changes_oneself_at_the_same_time_is_not_lost(desk: Desk) {
        desk.cast().await;
        let (ana, ingrid) = (desk.person("ana").await, desk.person("ingrid").await);
        for round in 0..8 {
            let opened = desk.form(&ana, "ingrid").await;
            let form = UserChanges { email: format!("ingrid{round}@b.example"), ..opened.clone() };
            let (a, i, name) = (ana.clone(), ingrid.clone(), format!("Ingrid {round}"));
            let (edited, renamed) = at_once(
                async move { users::update(&a, &form).await },
                async move { account::update_profile(&i, &name).await },
            )
            .await;
            no_accident(renamed).unwrap();
            let now = desk.form(&ana, "ingrid").await;
            assert_eq!(now.display_name, format!("Ingrid {round}"), "an edit that knew nothing of it took it back");
            match no_accident(edited) {
                Ok(_) => {
                    assert_eq!(now.version, opened.version + 2, "two changes, two versions");
                    assert_eq!(found(&ana, &format!("ingrid{round}@b")).await, ["ingrid"], "the search knows both");
                }
                Err(error) => assert_eq!(error, Error::Stale),
            }
        }
    }
}

on_both! {
    async fn t30_bad_input_is_told_at_its_field_and_nothing_is_written(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let opened = desk.form(&ana, "ingrid").await;
        let long = "x".repeat(101);
        let hidden = || Problem::Character("the invisible character U+202E".into());
        for (bad, problem) in [
            ("", Problem::Missing),
            (" \u{3000} ", Problem::Missing),
            (&*long, Problem::TooLong { most: 100 }),
            ("a\0b", Problem::Character("the null character".into())),
            ("a\tb", Problem::Character("the tab".into())),
            ("a\nb", Problem::Character("the line break".into())),
            ("a\u{202e}b", hidden()),
            ("\u{7}x", Problem::Character("the invisible character U+0007".into())),
        ] {
            let form = UserChanges { display_name: bad.into(), ..opened.clone() };
            assert_eq!(users::update(&ana, &form).await.told(), field("display_name", problem), "{bad:?}");
        }
        for bad in ["x", "@", "a@b", "a b@c.example", "a@@b.example", "a\0@b.example", "a@b.exam\u{202e}ple", &long] {
            let form = UserChanges { email: bad.into(), ..opened.clone() };
            assert_eq!(crate::support::fields(users::update(&ana, &form).await.told())[0].0, "email", "{bad:?}");
        }
        for bad in ["2027-02-29", "2027-13-01", "2027-00-00", "31.03.2027", "tomorrow", "2027-3-1", "\0", "99999-01-01"] {
            let form = UserChanges { expires_on: bad.into(), ..opened.clone() };
            assert_eq!(users::update(&ana, &form).await.told(), field("expires_on", Problem::NoSuchDay), "{bad:?}");
        }
        for bad in [TimeZone::default().date_of(START - DAY).to_string(), "1999-12-31".into()] {
            let form = UserChanges { expires_on: bad.clone(), ..opened.clone() };
            assert_eq!(users::update(&ana, &form).await.told(), field("expires_on", Problem::DayIsOver), "{bad}");
        }
        let all = UserChanges { display_name: " ".into(), email: "x".into(), expires_on: "x".into(), ..opened.clone() };
        assert_eq!(crate::support::fields(users::update(&ana, &all).await.told()).len(), 3, "all of them at once");
        assert_eq!(desk.form(&ana, "ingrid").await, opened);
    }
}

on_both! {
    async fn names_of_any_script_and_any_code_are_text(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for name in [
            "名前 أحمد Ελένη 🔑",
            "Аnа Моrеirа",
            "Robert'); DROP TABLE users;--",
            "<script>alert(1)</script>",
            "{{7*7}} ${x} %s \\ $1 :id ?",
            &"é".repeat(100),
        ] {
            let form = UserChanges { display_name: name.into(), ..desk.form(&ana, "ingrid").await };
            users::update(&ana, &form).await.unwrap();
            assert_eq!(desk.form(&ana, "ingrid").await.display_name, name);
            assert_eq!(found(&ana, name).await, ["ingrid"], "searching for {name}");
        }
        assert_eq!(desk.count("users").await, 7);
    }
}

on_both! {
    async fn an_address_that_somebody_has_is_refused_and_says_where_they_are(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let form = UserChanges { email: "PRIYA@northwind.EXAMPLE".into(), ..desk.form(&ana, "ingrid").await };
        assert_eq!(users::update(&ana, &form).await.told(), field("email", Problem::Taken));
        users::delete(&ana, desk.id_of("priya").await).await.unwrap();
        assert_eq!(users::update(&ana, &form).await.told(), field("email", Problem::TakenInBin));
        let form = NewUserForm { email: form.email, ..new_user("newcomer") };
        assert_eq!(users::create(&ana, form).await.told(), field("email", Problem::TakenInBin));
        assert_eq!(users::create(&ana, new_user("Priya")).await.told(), field("username", Problem::TakenInBin));
        assert_eq!(users::check_username(&ana, "PRIYA").await.told(), field("username", Problem::TakenInBin));
    }
}

on_both! {
    async fn an_edit_that_changes_nothing_leaves_no_trace(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        desk.put_into("ingrid", Builtin::Auditors).await;
        let opened = desk.form(&ana, "ingrid").await;
        let events = desk.count("audit_events").await;
        users::update(&ana, &opened).await.unwrap();
        assert_eq!(desk.form(&ana, "ingrid").await, opened, "not even another version");
        assert_eq!(desk.count("audit_events").await, events);
    }
}

on_both! {
    async fn an_account_ends_with_the_day_and_so_do_its_sessions(desk: Desk) {
        desk.cast().await;
        let (ana, ingrid) = (desk.person("ana").await, desk.seated("ingrid", PASSWORD).await);
        let today = UserChanges { expires_on: TimeZone::default().date_of(START).to_string(), ..desk.form(&ana, "ingrid").await };
        users::update(&ana, &today).await.expect("today is not over");
        let end = users::find(&ana, today.id).await.unwrap().expires_at.unwrap();
        let left = end - START;
        let ends_at = desk.resume(ingrid.token).await.unwrap().loaded.ends_at;
        assert_eq!(ends_at, end.min(START + 2 * HOUR), "a session that is there already ends no later");
        desk.clock.advance(left - 1);
        desk.seated("ingrid", PASSWORD).await;
        desk.clock.advance(1);
        assert_eq!(sign_in(&desk.stranger(), "ingrid", PASSWORD).await.told(), Error::NotRecognised);
        let ana = desk.person("ana").await;
        assert_eq!(users::find(&ana, today.id).await.unwrap().status, Status::Expired);
        // Whoever has expired is edited without touching that, and brought back by a later day.
        let form = UserChanges { display_name: "Ingrid".into(), ..desk.form(&ana, "ingrid").await };
        users::update(&ana, &form).await.unwrap();
        let form = UserChanges { expires_on: LATER.into(), ..desk.form(&ana, "ingrid").await };
        users::update(&ana, &form).await.unwrap();
        desk.seated("ingrid", PASSWORD).await;
    }
}

on_both! {
    async fn an_end_within_a_day_stays_where_it_was(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        desk.set("ingrid", "expires_at", START + 3 * DAY).await;
        let form = UserChanges { display_name: "Ingrid".into(), ..desk.form(&ana, "ingrid").await };
        users::update(&ana, &form).await.unwrap();
        assert_eq!(users::find(&ana, form.id).await.unwrap().expires_at, Some(START + 3 * DAY));
    }
}

on_both! {
    async fn somebody_in_the_bin_is_restored_before_they_are_edited(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let opened = desk.form(&ana, "ingrid").await;
        users::delete(&ana, opened.id).await.unwrap();
        let name = "Ingrid Sólveigardóttir".to_owned();
        let refused = Error::Refused(Refusal::InBin { name });
        let form = UserChanges { display_name: "X".into(), password: NewPassword::Random, ..opened };
        assert_eq!(users::update(&ana, &form).await.told(), refused);
        assert_eq!(credentials::reset_password(&ana, form.id).await.told(), refused);
        assert_eq!(services::groups::assign(&ana, form.id, &[], &form.groups).await.told(), refused);
        assert_eq!(users::disable(&ana, form.id).await.told(), refused);
        assert_eq!(users::enable(&ana, form.id).await.told(), refused);
    }
}

on_both! {
    async fn t22_somebody_unknown_is_not_found_whatever_is_asked(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let real = desk.form(&ana, "ingrid").await;
        for id in [UserId::nil(), UserId(uuid(1)), UserId(uuid(u128::MAX))] {
            for password in [NewPassword::Keep, NewPassword::Random, NewPassword::Typed(ANOTHER.into())] {
                let form = UserChanges { id, password, ..real.clone() };
                assert_eq!(users::update(&ana, &form).await.told(), Error::NotFound);
            }
        }
    }
}

on_both! {
    async fn one_edits_oneself_but_for_what_one_is(desk: Desk) {
        desk.cast().await;
        let grace = desk.person("grace").await;
        let opened = desk.form(&grace, "grace").await;
        let form = UserChanges { expires_on: LATER.into(), ..opened.clone() };
        assert_eq!(users::update(&grace, &form).await.told(), Error::Refused(Refusal::OnYourself));
        let form = UserChanges { groups: vec![], ..opened.clone() };
        assert_eq!(users::update(&grace, &form).await.told(), Error::Refused(Refusal::OnYourself));
        let form = UserChanges { password: NewPassword::Random, ..opened.clone() };
        assert_eq!(users::update(&grace, &form).await.told(), Error::Refused(Refusal::OwnPassword));
        let form = UserChanges { display_name: "Grace".into(), email: "g@b.example".into(), ..opened };
        users::update(&grace, &form).await.unwrap();
    }
}
