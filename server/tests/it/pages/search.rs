//! Searching the list of users by its address: who is found, what is marked, and what is said where nobody is.

use domain::users::{Column, TableView};
use serde_json::json;

use super::list::names;
use crate::{
    client::escaped,
    page::{Page, Part},
    support::{Desk, new_user},
};

/// What the search found inside of texts, in the order of the page.
fn marks(page: &Page) -> Vec<String> {
    page.select("mark").map(Part::text).collect()
}

on_both! {
    async fn any_part_of_a_name_or_an_address_finds_its_owner_without_regard_to_case_and_accents(desk: Desk) {
        let ana = desk.person("ana").await;
        for (words, found) in [
            ("grace", "Grace Okafor"),
            ("GRACE", "Grace Okafor"),
            ("kafo", "Grace Okafor"),
            ("tomas", "Tomás Herrera"),
            ("Tomás", "Tomás Herrera"),
            ("solveig", "Ingrid Sólveigardóttir"),
            ("t.herrera@", "Tomás Herrera"),
            ("yu", "Yutong Li"),
        ] {
            let page = ana.open(&format!("/users?q={}", escaped(words))).await.expect(200);
            assert_eq!(names(&page), [found], "{words}");
            assert_eq!(page.part("searchbox", "Search name, username, e-mail").value(), words);
        }
    }
}

on_both! {
    async fn what_was_found_is_marked_as_it_is_written(desk: Desk) {
        let ana = desk.person("ana").await;
        let page = ana.open("/users?q=TOMAS+herr").await.expect(200);
        assert_eq!(names(&page), ["Tomás Herrera"]);
        assert_eq!(marks(&page), ["Tomás", "Herr", "tomas", "herr"]);
        let page = ana.open("/users").await.expect(200);
        assert_eq!(names(&page).len(), 7);
        assert!(marks(&page).is_empty());
    }
}

on_both! {
    async fn a_custom_field_is_a_column_like_the_others_and_found_and_marked(desk: Desk) {
        let ana = desk.person("ana").await;
        let company = desk.field().await;
        let mut noor = new_user("noor");
        noor["form"]["display_name"] = json!("Noor Haddad");
        noor["form"]["fields"] = json!([{ "field": company, "value": "Öresund Works" }]);
        ana.call("users/create", noor).await.expect(200);
        let view = TableView { columns: vec![Column::Email, Column::Field(company)], dense: false };
        ana.call("users/keep_table_view", json!({ "view": view })).await.expect(200);

        let page = ana.open("/users").await.expect(200);
        assert_eq!(page.main().row("Noor Haddad").cell("Company").text(), "Öresund Works");
        assert_eq!(page.main().row("Ana Moreira").cell("Company").text(), "—");
        let page = ana.open("/users?q=oresund").await.expect(200);
        assert_eq!(names(&page), ["Noor Haddad"]);
        assert_eq!(marks(&page), ["Öresund"]);

        ana.call("fields/delete", json!({ "id": company })).await.expect(200);
        let page = ana.open("/users").await.expect(200);
        assert!(page.main().has("columnheader", "E-mail") && !page.main().has("columnheader", "Company"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_is_found_the_page_says_for_what_and_leads_back() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;

    let page = ana.open("/users?q=zebedee").await.expect(200);
    assert!(page.main().has("heading", "Nobody matches “zebedee”"), "{}", page.outline());
    assert_eq!(page.main().part("link", "Show everybody").href(), "/users");

    let page = ana.open("/users?q=grace&status=disabled").await.expect(200);
    assert!(page.main().has("heading", "Nobody matches “grace”"), "{}", page.outline());
    assert!(page.main().shows("Looked only where all of this holds: Status is disabled."), "{}", page.outline());
    let page = ana.open(page.main().part("link", "Clear filters").href()).await.expect(200);
    assert_eq!(names(&page), ["Grace Okafor"]);

    let page = ana.open("/users?status=expired&signed-in=never").await.expect(200);
    assert!(page.main().has("heading", "Nobody matches these filters"), "{}", page.outline());
    assert!(page.main().shows("Status is expired, Last sign-in is never."), "{}", page.outline());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_was_tampered_with_says_so_and_leads_back_to_the_beginning() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let long = format!("q={}", "a".repeat(101));
    for (query, part) in [
        ("sort=sideways", "sort"),
        ("dir=round", "dir"),
        ("after=zzzz", "after"),
        ("before=00-1", "before"),
        (long.as_str(), "q"),
        ("status=god", "status"),
        ("created-to=2026-02-30", "created-to"),
        ("field-x=y", "field-x"),
    ] {
        let page = ana.open(&format!("/users?{query}")).await.expect(422);
        assert!(page.main().has("heading", "This address cannot be read"), "{query}: {}", page.outline());
        assert!(page.main().shows(&format!("“{part}”")), "{query}: {}", page.outline());
        assert_eq!(page.main().part("link", "Start over").href(), "/users", "{query}");
    }
}
