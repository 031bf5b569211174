//! Filters of the list of users by its address: who is left, how each is told and taken off, the form, and the bin.

use domain::fields::{FieldForm, FieldKind};
use serde_json::json;
use services::fields;

use super::list::{BY_NAME, names};
use crate::{
    client::escaped,
    page::{Page, Part},
    support::{Desk, new_user},
};

const REMOVE: &str = "Remove: ";

/// The filters that are told to be on, each by the link that takes it off.
fn chips(page: &Page) -> Vec<Part<'_>> {
    page.main().parts("link").into_iter().filter(|link| link.name().starts_with(REMOVE)).collect()
}

fn told(page: &Page) -> Vec<String> {
    chips(page).into_iter().map(|link| link.name().trim_start_matches(REMOVE).to_owned()).collect()
}

on_both! {
    async fn each_filter_leaves_those_who_match_and_is_told(desk: Desk) {
        let ana = desk.person("ana").await;
        let [administrators, auditors] =
            [desk.group("administrators").await, desk.group("auditors").await].map(|group| group.to_string());
        let [ingrid, priya, tomas, grace] =
            ["Ingrid Sólveigardóttir", "Priya Raghunathan", "Tomás Herrera", "Grace Okafor"];
        let all: [(String, &[&str], &[&str]); 8] = [
            ("status=active".into(), &[ingrid, priya, tomas, grace, "Ana Moreira"], &["Status is active"]),
            ("status=invited".into(), &["Yutong Li"], &["Status is invited"]),
            ("status=disabled".into(), &["Samuel Adeyemi"], &["Status is disabled"]),
            (format!("group={administrators}"), &[grace, "Ana Moreira"], &["Group is Administrators"]),
            (
                "signed-in=never".into(),
                &["Yutong Li", "Samuel Adeyemi", ingrid, priya, tomas, grace],
                &["Last sign-in is never"],
            ),
            // Days are whole, the first and the last included.
            (
                "signed-in-from=2026-05-28&signed-in-to=2026-05-28".into(),
                &["Ana Moreira"],
                &["Last sign-in since 28 May 2026", "Last sign-in until 28 May 2026"],
            ),
            // The cast was created three days apart from each other, the last of them three days ago.
            (
                "created-from=2026-05-19&created-to=2026-05-22".into(),
                &["Samuel Adeyemi", ingrid],
                &["Created since 19 May 2026", "Created until 22 May 2026"],
            ),
            (
                format!("q=northwind&status=active&group={auditors}&created-to=2026-05-28&sort=name"),
                &[priya],
                &["Status is active", "Group is Auditors", "Created until 28 May 2026"],
            ),
        ];
        for (query, left, chips) in all {
            let page = ana.open(&format!("/users?{query}")).await.expect(200);
            assert_eq!(names(&page), left, "{query}");
            assert_eq!(told(&page), chips, "{query}");
        }
        // To whoever else opens the address as well.
        let page = desk.person("priya").await.open("/users?status=disabled").await.expect(200);
        assert_eq!(names(&page), ["Samuel Adeyemi"]);
        assert_eq!(told(&page), ["Status is disabled"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_search_and_order_hold_together_and_come_off_one_by_one() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let auditors = desk.group("auditors").await;
    let page = ana.open("/users?status=disabled").await.expect(200);
    assert_eq!(chips(&page)[0].href(), "/users");
    assert!(!page.main().has("link", "Clear all"), "one is taken off by itself");

    let page = ana.open(&format!("/users?q=northwind&status=active&group={auditors}&sort=name")).await.expect(200);
    assert_eq!(page.part("searchbox", "Search name, username, e-mail").value(), "northwind");
    assert_eq!(page.main().part("columnheader", "Person").attr("aria-sort"), Some("ascending"));
    assert_eq!(page.main().part("link", "Clear all").href(), "/users?q=northwind&sort=name");
    let page = ana.open(page.main().part("link", "Remove: Group is Auditors").href()).await.expect(200);
    assert_eq!(told(&page), ["Status is active"]);
    let active: Vec<_> = BY_NAME.into_iter().filter(|name| !["Samuel Adeyemi", "Yutong Li"].contains(name)).collect();
    assert_eq!(names(&page), active);
    assert_eq!(page.part("searchbox", "Search name, username, e-mail").value(), "northwind");
}

on_both! {
    async fn custom_fields_filter_by_their_exact_value_without_regard_to_case(desk: Desk) {
        let ana = desk.person("ana").await;
        let mut ids = vec![];
        for (name, kind, choices) in [
            ("Company", FieldKind::Text, ""),
            ("Site", FieldKind::Choice, "North\nSouth"),
            ("First day", FieldKind::Date, ""),
        ] {
            let form = FieldForm { name: name.into(), kind, choices: choices.into(), ..FieldForm::default() };
            ids.push(fields::save(&desk.installation.operator(), &form).await.unwrap());
        }
        for (username, name, values) in [
            ("noor", "Noor Haddad", ["Öresund Works", "North", "2026-03-01"]),
            ("kofi", "Kofi Mensah", ["Öresund", "South", "2026-03-02"]),
        ] {
            let mut form = new_user(username);
            form["form"]["display_name"] = json!(name);
            let values = ids.iter().zip(values).map(|(field, value)| json!({ "field": field, "value": value }));
            form["form"]["fields"] = values.collect();
            ana.call("users/create", form).await.expect(200);
        }
        for (field, value, chip, found) in [
            (ids[0], "öresund works", "Company is öresund works", "Noor Haddad"),
            (ids[1], "South", "Site is South", "Kofi Mensah"),
            (ids[2], "2026-03-01", "First day is 1 Mar 2026", "Noor Haddad"),
        ] {
            let page = ana.open(&format!("/users?field-{field}={}", escaped(value))).await.expect(200);
            assert_eq!(names(&page), [found], "{chip}");
            assert_eq!(told(&page), [chip]);
        }
    }
}

/// What is sent along unseen by the form that this selects.
fn unseen(page: &Page, form: &str) -> Vec<String> {
    let inputs = page.select(&format!("{form} input[type=hidden]"));
    inputs.map(|input| format!("{}={}", input.attr("name").unwrap(), input.value())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filter_and_search_are_plain_forms_that_keep_what_else_the_address_says() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let address = "/users?q=northwind&status=disabled&signed-in=never&sort=name&dir=down";
    let page = ana.open(address).await.expect(200);
    for form in ["form.filters", "form[role=search]"] {
        let form = page.select(form).next().unwrap();
        assert_eq!((form.attr("method"), form.attr("action")), (Some("get"), Some("/users")));
    }
    assert_eq!(unseen(&page, "form.filters"), ["q=northwind", "sort=name", "dir=down"]);
    let kept = ["status=disabled", "signed-in=never", "sort=name", "dir=down"];
    assert_eq!(unseen(&page, "form[role=search]"), kept);

    let panel = page.closed("dialog", "Filter");
    assert_eq!(panel.part("combobox", "Status").value(), "Disabled");
    assert_eq!(panel.part("combobox", "Group").value(), "Any group");
    let signed_in = panel.part("group", "Last sign-in");
    assert!(signed_in.part("checkbox", "Never signed in").is_checked());
    assert!(signed_in.part("textbox", "From").is_disabled() && signed_in.part("textbox", "To").is_disabled());
    assert!(!panel.part("group", "Created").part("textbox", "From").is_disabled());

    // A form sends its empty fields too.
    let sent = "/users?status=disabled&group=&factors=&created-from=&created-to=&q=northwind&sort=name&dir=down";
    let page = ana.open(sent).await.expect(200);
    assert_eq!(names(&page), ["Samuel Adeyemi"]);
    assert_eq!(told(&page), ["Status is disabled"]);
    assert_eq!(page.part("searchbox", "Search name, username, e-mail").value(), "northwind");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bin_has_its_own_words_and_columns() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let ingrid = desk.id_of("ingrid").await;
    ana.call("users/delete", json!({ "id": ingrid })).await.expect(200);
    let page = ana.open("/users").await.expect(200);
    assert!(!names(&page).contains(&"Ingrid Sólveigardóttir".to_owned()));
    assert_eq!(page.main().part("link", "Bin").href(), "/users?status=bin");

    let page = ana.open("/users?status=bin").await.expect(200);
    assert!(page.main().has("heading", "Bin"), "{}", page.outline());
    assert!(page.main().shows("Deleted people can be restored until they are erased."), "{}", page.outline());
    assert_eq!(names(&page), ["Ingrid Sólveigardóttir"]);
    assert_eq!(page.main().row("Ingrid").cell("Erased on").text(), "27 Jun 2026");
    assert!(!page.main().has("columnheader", "Status"), "it would say the same of everybody");

    ana.call("users/restore", json!({ "id": ingrid })).await.expect(200);
    let page = ana.open("/users?status=bin").await.expect(200);
    assert!(page.main().has("heading", "The bin is empty"), "{}", page.outline());
    let back: Vec<_> = page.main().parts("link").into_iter().filter(|link| link.text() == "Back to users").collect();
    assert!(!back.is_empty() && back.iter().all(|link| link.href() == "/users"));
    assert_eq!(names(&ana.open("/users").await.expect(200)).len(), 7);
}
