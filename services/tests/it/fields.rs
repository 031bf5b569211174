//! Custom fields: what an installation wants to know, and what becomes of it.

use domain::{
    Error, MINUTE, Permission, Problem,
    fields::{FIELDS_MOST, Field, FieldForm, FieldId, FieldKind, FieldValue},
    users::{NewUserForm, UserChanges, UserId, UserListing},
};
use services::{Context, account, fields, jobs, users};

use crate::support::*;

fn text(name: &str) -> FieldForm {
    FieldForm { name: name.into(), ..FieldForm::default() }
}

fn choice(name: &str, choices: &str) -> FieldForm {
    FieldForm { name: name.into(), kind: FieldKind::Choice, choices: choices.into(), ..FieldForm::default() }
}

/// The form of a field as it is opened now.
async fn opened(cx: &Context, id: FieldId) -> FieldForm {
    let all = fields::list(cx).await.unwrap();
    FieldForm::of(all.iter().find(|field| field.id == id).unwrap())
}

async fn names(cx: &Context) -> Vec<String> {
    fields::list(cx).await.unwrap().into_iter().map(|field| field.name).collect()
}

/// Gives ingrid this value.
async fn fill(desk: &Desk, cx: &Context, field: FieldId, value: &str) -> services::Result<domain::users::Edited> {
    let mut form = desk.form(cx, "ingrid").await;
    form.fields.retain(|given| given.field != field);
    form.fields.push(FieldValue { field, value: value.into() });
    users::update(cx, &form).await
}

async fn found(cx: &Context, search: &str) -> usize {
    let listing = UserListing { search: search.into(), ..Default::default() };
    users::list(cx, &listing, &[]).await.unwrap().rows.len()
}

on_both! {
    async fn fields_are_created_changed_and_listed_in_order(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let company = fields::save(&ana, &text(" Company ")).await.unwrap();
        fields::save(&ana, &choice("Site", "Lisbon\n\n Porto \nLisbon")).await.unwrap();
        let told = fields::list(&ana).await.unwrap();
        assert_eq!((told[0].id, &*told[0].name, told[0].required), (company, "Company", false));
        assert_eq!((told[1].kind, &told[1].choices), (FieldKind::Choice, &vec!["Lisbon".to_owned(), "Porto".into()]));

        let form = FieldForm { name: "Organisation".into(), required: true, ..opened(&ana, company).await };
        assert_eq!(fields::save(&ana, &form).await.unwrap(), company);
        assert_eq!(names(&ana).await, ["Organisation", "Site"]);
        let recorded = desk.events().await;
        let last = recorded.last().unwrap();
        assert_eq!((&*last.kind, last.event("field")), ("field_updated", &"Company".into()));
        assert_eq!(last.event("changes")[0]["after"], "Organisation");
        assert_eq!(last.event("changes")[1]["after"], "Yes");
        fields::save(&ana, &form).await.unwrap();
        assert_eq!(desk.events().await.len(), recorded.len(), "the same again is no event");
    }
}

on_both! {
    async fn the_names_of_fields_are_unique_without_regard_to_case(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let first = fields::save(&ana, &text("Größe")).await.unwrap();
        let second = fields::save(&ana, &text("Company")).await.unwrap();
        for taken in ["größe", "GRÖßE", " Größe ", "Gro\u{308}ße"] {
            let told = fields::save(&ana, &text(taken)).await.told();
            assert_eq!(told, field("name", Problem::Taken), "{taken}");
            let form = FieldForm { name: taken.into(), ..opened(&ana, second).await };
            let told = fields::save(&ana, &form).await.told();
            assert_eq!(told, field("name", Problem::Taken), "{taken}");
        }
        let form = FieldForm { name: "GRÖSSE".into(), ..opened(&ana, first).await };
        fields::save(&ana, &form).await.unwrap();
        assert_eq!(names(&ana).await, ["GRÖSSE", "Company"]);
    }
}

on_both! {
    async fn t30_bad_input_is_told_at_its_field(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for (bad, problem) in [
            ("", Problem::Missing),
            ("  ", Problem::Missing),
            (&*"x".repeat(41), Problem::TooLong { most: 40 }),
            ("a\0b", Problem::Character("the null character".into())),
            ("a\u{202e}b", Problem::Character("the invisible character U+202E".into())),
        ] {
            assert_eq!(fields::save(&ana, &text(bad)).await.told(), field("name", problem), "{bad:?}");
        }
        let many: Vec<_> = (0..101).map(|n| n.to_string()).collect();
        for (bad, problem) in [
            ("", Problem::TooFewChoices),
            ("only\nonly", Problem::TooFewChoices),
            ("a\nb\u{202e}c", Problem::Character("the invisible character U+202E".into())),
            (&many.join("\n"), Problem::TooMany { most: 100 }),
            (&format!("a\n{}", "x".repeat(201)), Problem::TooLong { most: 200 }),
        ] {
            assert_eq!(fields::save(&ana, &choice("Site", bad)).await.told(), field("choices", problem), "{bad:?}");
        }
        let code = "<b>'); DROP TABLE custom_fields;--";
        fields::save(&ana, &text(code)).await.unwrap();
        assert_eq!(names(&ana).await, [code]);
    }
}

on_both! {
    async fn values_are_checked_by_their_kind(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let company = fields::save(&ana, &text("Company name")).await.unwrap();
        let site = fields::save(&ana, &choice("Site", "Lisbon\nPorto")).await.unwrap();
        let day = FieldForm { kind: FieldKind::Date, ..text("Since") };
        let since = fields::save(&ana, &day).await.unwrap();
        for (id, name, bad, problem) in [
            (company, "custom_company_name", "x".repeat(201), Problem::TooLong { most: 200 }),
            (company, "custom_company_name", "a\0b".into(), Problem::Character("the null character".into())),
            (site, "custom_site", "porto".into(), Problem::NotAChoice),
            (site, "custom_site", "Lisbon\nPorto".into(), Problem::Character("the line break".into())),
            (since, "custom_since", "2026-02-30".into(), Problem::NoSuchDay),
            (since, "custom_since", "yesterday".into(), Problem::NoSuchDay),
        ] {
            assert_eq!(fill(&desk, &ana, id, &bad).await.told(), field(name, problem), "{bad:?}");
            let form = NewUserForm { fields: vec![FieldValue { field: id, value: bad.clone() }], ..new_user("new") };
            assert_eq!(crate::support::fields(users::create(&ana, form).await.told())[0].0, name, "{bad:?}");
        }
        fill(&desk, &ana, company, "'); DROP TABLE users;-- <b>").await.unwrap();
        let form = NewUserForm { fields: vec![FieldValue { field: site, value: "Porto".into() }], ..new_user("new") };
        let made = users::create(&ana, form).await.unwrap();
        assert_eq!(users::find(&ana, made.id).await.unwrap().fields[1].value.as_deref(), Some("Porto"));
        assert_eq!(found(&ana, "porto").await, 1);
    }
}

on_both! {
    async fn a_field_that_becomes_required_asks_at_the_next_edit(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let origin = fields::save(&ana, &FieldForm { required: true, ..text("Origin") }).await.unwrap();
        let missing = field("custom_origin", Problem::Missing);
        let form = UserChanges { display_name: "Ingrid".into(), ..desk.form(&ana, "ingrid").await };
        assert_eq!(users::update(&ana, &form).await.told(), missing);
        assert_eq!(users::create(&ana, new_user("newcomer")).await.told(), missing);
        account::update_profile(&desk.person("ingrid").await, "Ingrid").await.expect("one's own name needs none of it");
        fill(&desk, &ana, origin, "Contoso").await.unwrap();
        // And back.
        fields::save(&ana, &FieldForm { required: false, ..opened(&ana, origin).await }).await.unwrap();
        users::create(&ana, new_user("newcomer")).await.unwrap();
    }
}

on_both! {
    async fn a_choice_stays_a_choice_whatever_the_form_says(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let site = fields::save(&ana, &choice("Site", "Lisbon\nPorto")).await.unwrap();
        fill(&desk, &ana, site, "Porto").await.unwrap();
        for kind in [FieldKind::Text, FieldKind::Date] {
            let form = FieldForm { kind, choices: String::new(), ..opened(&ana, site).await };
            assert_eq!(fields::save(&ana, &form).await.told(), field("choices", Problem::TooFewChoices));
        }
        let form = FieldForm { kind: FieldKind::Text, choices: "Lisbon\nFaro".into(), ..opened(&ana, site).await };
        fields::save(&ana, &form).await.unwrap();
        let told = fields::list(&ana).await.unwrap();
        assert_eq!((told[0].kind, &told[0].choices), (FieldKind::Choice, &vec!["Lisbon".to_owned(), "Faro".into()]));
        // A value that is no choice any more stays until somebody edits.
        let form = UserChanges { display_name: "Ingrid".into(), ..desk.form(&ana, "ingrid").await };
        assert_eq!(users::update(&ana, &form).await.told(), field("custom_site", Problem::NotAChoice));
        let company = fields::save(&ana, &text("Company")).await.unwrap();
        let form = FieldForm { kind: FieldKind::Choice, choices: "a\nb".into(), ..opened(&ana, company).await };
        fields::save(&ana, &form).await.unwrap();
        assert_eq!(fields::list(&ana).await.unwrap()[1].kind, FieldKind::Text);
    }
}

on_both! {
    async fn a_choice_that_somebody_else_added_is_not_taken_away_from_a_page_of_before(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        let site = fields::save(&ana, &choice("Site", "Lisbon\nPorto")).await.unwrap();
        let form = opened(&ana, site).await;
        let more = FieldForm { choices: "Lisbon\nPorto\nFaro".into(), required: true, ..opened(&grace, site).await };
        fields::save(&grace, &more).await.unwrap();
        // Another field and another place change nothing about it.
        let other = fields::save(&ana, &text("Other")).await.unwrap();
        fields::move_by_one(&ana, other, true).await.unwrap();
        let renamed = FieldForm { name: "Office".into(), ..form };
        assert_eq!(fields::save(&ana, &renamed).await.told(), Error::Stale);
        let now = opened(&ana, site).await;
        assert_eq!((&*now.name, &*now.choices, now.required), ("Site", "Lisbon\nPorto\nFaro", true));
        // What it is already is no change, whatever the page showed before.
        let form = FieldForm { seen: renamed.seen, ..now.clone() };
        fields::save(&ana, &form).await.unwrap();
        fields::save(&ana, &FieldForm { name: "Office".into(), ..now }).await.unwrap();
        assert_eq!(names(&ana).await, ["Other", "Office"]);
    }
}

on_both! {
    async fn a_deleted_field_is_out_of_sight_at_once_and_its_name_is_free(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let company = fields::save(&ana, &text("Company")).await.unwrap();
        fill(&desk, &ana, company, "Contoso").await.unwrap();
        let before = FieldForm { name: "X".into(), ..opened(&ana, company).await };
        let opened = desk.form(&ana, "ingrid").await;
        fields::delete(&ana, company).await.unwrap();
        assert_eq!(desk.events_of("field_deleted").await[0].event("field"), "Company");
        assert!(names(&ana).await.is_empty());
        assert!(users::find(&ana, opened.id).await.unwrap().fields.is_empty());
        let page = users::list(&ana, &UserListing::default(), &[company]).await.unwrap();
        assert!(page.rows.iter().all(|row| row.fields.iter().all(|shown| shown.value.is_none())), "a column shows it");
        // A form that was opened before names a field that is gone.
        let told = users::update(&ana, &opened).await.told();
        assert_eq!(told, field("custom_fields", Problem::UnknownField));
        let form = NewUserForm { fields: opened.fields, ..new_user("newcomer") };
        assert_eq!(users::create(&ana, form).await.told(), field("custom_fields", Problem::UnknownField));
        for told in [
            fields::delete(&ana, company).await.told(),
            fields::move_by_one(&ana, company, true).await.told(),
            fields::save(&ana, &before).await.told(),
        ] {
            assert_eq!(told, Error::NotFound);
        }
        fields::save(&ana, &text("COMPANY")).await.unwrap();
    }
}

on_both! {
    async fn the_job_removes_what_a_deleted_field_left_behind(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let company = fields::save(&ana, &text("Company")).await.unwrap();
        let site = fields::save(&ana, &text("Site")).await.unwrap();
        fill(&desk, &ana, company, "Contoso").await.unwrap();
        fill(&desk, &ana, site, "Porto").await.unwrap();
        fields::delete(&ana, company).await.unwrap();
        // Their own new name meanwhile brings no word of it back.
        account::update_profile(&desk.person("ingrid").await, "Ingrid").await.unwrap();
        assert_eq!(found(&ana, "contoso").await, 0);
        let version = desk.form(&ana, "ingrid").await.version;
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(desk.count("custom_values").await, 1);
        assert_eq!((found(&ana, "contoso").await, found(&ana, "porto").await, found(&ana, "ingrid").await), (0, 1, 1));
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(desk.count("custom_fields").await, 1, "the field itself is gone as well");
        assert_eq!(desk.form(&ana, "ingrid").await.version, version, "nobody's form goes stale by it");
    }
}

on_both! {
    async fn the_job_takes_the_words_of_a_deleted_field_out_of_the_search(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let company = fields::save(&ana, &text("Company")).await.unwrap();
        fill(&desk, &ana, company, "Contoso").await.unwrap();
        fields::delete(&ana, company).await.unwrap();
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!((found(&ana, "contoso").await, found(&ana, "solveig").await), (0, 1));
        assert_eq!(desk.count("custom_values").await, 0);
    }
}

on_both! {
    async fn a_field_moves_by_one_place_and_not_past_the_ends(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let mut ids = vec![];
        for name in ["One", "Two", "Three"] {
            ids.push(fields::save(&ana, &text(name)).await.unwrap());
        }
        let moved = async |id, up| {
            fields::move_by_one(&ana, id, up).await.unwrap();
            names(&ana).await.join(" ")
        };
        assert_eq!(moved(ids[2], true).await, "One Three Two");
        assert_eq!(moved(ids[2], true).await, "Three One Two");
        let events = desk.count("audit_events").await;
        assert_eq!(moved(ids[2], true).await, "Three One Two", "already the first");
        assert_eq!(moved(ids[1], false).await, "Three One Two", "already the last");
        assert_eq!(desk.count("audit_events").await, events, "nothing moved, nothing is told");
        assert_eq!(moved(ids[2], false).await, "One Three Two");
        fields::delete(&ana, ids[2]).await.unwrap();
        assert_eq!(moved(ids[1], true).await, "Two One", "a deleted field in between is stepped over");
        fields::save(&ana, &text("Four")).await.unwrap();
        assert_eq!(names(&ana).await, ["Two", "One", "Four"], "a new one comes last");
        assert_eq!(fields::move_by_one(&ana, FieldId(uuid(1)), true).await.told(), Error::NotFound);
    }
}

on_both! {
    async fn there_are_at_most_twenty_fields_even_when_two_are_created_at_once(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        for number in 1..FIELDS_MOST {
            fields::save(&ana, &text(&format!("Field {number}"))).await.unwrap();
        }
        let (a, g) = (ana.clone(), grace.clone());
        let (one, other) = at_once(
            async move { fields::save(&a, &text("Last")).await },
            async move { fields::save(&g, &text("Latest")).await },
        )
        .await;
        let told: Vec<_> = [one, other].into_iter().filter_map(|saved| no_accident(saved).err()).collect();
        assert_eq!(told, [field("name", Problem::TooMany { most: FIELDS_MOST })]);
        let there = names(&ana).await.len();
        assert_eq!(there, FIELDS_MOST as usize);
        assert_eq!(fields::add_examples(&ana).await.told(), field("name", Problem::TooMany { most: FIELDS_MOST }));
        // A deleted one makes room.
        let first = fields::list(&ana).await.unwrap()[0].id;
        fields::delete(&ana, first).await.unwrap();
        fields::save(&ana, &text("Another")).await.unwrap();
    }
}

on_both! {
    async fn fields_that_are_created_and_moved_at_once_each_have_a_place(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        for round in 0..4 {
            let (a, g) = (ana.clone(), grace.clone());
            let (one, other) = at_once(
                async move { fields::save(&a, &text(&format!("A{round}"))).await },
                async move { fields::save(&g, &text(&format!("G{round}"))).await },
            )
            .await;
            let id = no_accident(one).unwrap();
            no_accident(other).unwrap();
            let (a, g) = (ana.clone(), grace.clone());
            let (one, other) = at_once(
                async move { fields::move_by_one(&a, id, true).await },
                async move { fields::move_by_one(&g, id, false).await },
            )
            .await;
            no_accident(one).unwrap();
            no_accident(other).unwrap();
        }
        let places: i64 = desk.value("SELECT count(DISTINCT place) FROM custom_fields", []).await;
        assert_eq!(places, desk.count("custom_fields").await);
    }
}

on_both! {
    async fn of_two_fields_of_one_name_at_once_one_is_created(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        let (one, other) = at_once(
            async move { fields::save(&ana, &text("Company")).await },
            async move { fields::save(&grace, &text("COMPANY")).await },
        )
        .await;
        let told: Vec<_> = [one, other].into_iter().filter_map(|saved| no_accident(saved).err()).collect();
        assert_eq!(told, [field("name", Problem::Taken)]);
    }
}

on_both! {
    async fn the_example_set_is_added_once(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        fields::save(&ana, &text("company")).await.unwrap();
        assert_eq!(fields::add_examples(&ana).await.unwrap(), 2, "the name that is there already stays");
        assert_eq!(names(&ana).await, ["company", "Origin", "Location"]);
        assert!(fields::list(&ana).await.unwrap()[1].required);
        let events = desk.count("audit_events").await;
        assert_eq!(fields::add_examples(&ana).await.unwrap(), 0);
        assert_eq!((names(&ana).await.len(), desk.count("audit_events").await), (3, events));
        let origin = fields::list(&ana).await.unwrap()[1].id;
        fields::delete(&ana, origin).await.unwrap();
        assert_eq!(fields::add_examples(&ana).await.unwrap(), 1, "a deleted one comes again");
    }
}

on_both! {
    async fn whoever_sees_users_sees_the_fields_and_only_who_may_change_settings_changes_them(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let id = fields::save(&ana, &text("Company")).await.unwrap();
        for name in ["priya", "tomas"] {
            let cx = desk.person(name).await;
            assert_eq!(names(&cx).await, ["Company"]);
            let forbidden = Error::Forbidden(Permission::EditSettings);
            // With nonsense as well: the right comes first.
            assert_eq!(fields::save(&cx, &text("")).await.told(), forbidden);
            assert_eq!(fields::delete(&cx, id).await.told(), forbidden);
            assert_eq!(fields::move_by_one(&cx, id, true).await.told(), forbidden);
            assert_eq!(fields::add_examples(&cx).await.told(), forbidden);
        }
        let ingrid = desk.person("ingrid").await;
        assert_eq!(fields::list(&ingrid).await.told(), Error::Forbidden(Permission::ViewUsers));
        assert_eq!(fields::save(&desk.stranger(), &text("")).await.told(), Error::SignedOut);
        desk.clock.advance(5 * MINUTE);
        assert_eq!(fields::save(&ana, &text("")).await.told(), Error::ProofNeeded);
    }
}

on_both! {
    async fn values_of_fields_and_people_that_never_were_are_refused(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let unknown = field("custom_fields", Problem::UnknownField);
        for id in [FieldId::nil(), FieldId(uuid(1))] {
            assert_eq!(fill(&desk, &ana, id, "x").await.told(), unknown);
            assert_eq!(fields::delete(&ana, id).await.told(), Error::NotFound);
            let seen = Field { id, name: "X".into(), kind: FieldKind::Text, required: false, choices: vec![] };
            assert_eq!(fields::save(&ana, &FieldForm::of(&seen)).await.told(), Error::NotFound);
        }
        assert_eq!(users::find(&ana, UserId::nil()).await.told(), Error::NotFound);
    }
}
