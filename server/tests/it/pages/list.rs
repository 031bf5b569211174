//! The list of users by its address: in which order, on which page, with which columns. Who is in it is in `filters` and
//! `search`.

use domain::users::{Column, TableView};
use serde_json::json;
use services::seed;

use crate::{page::Page, support::Desk};

pub const BY_NAME: [&str; 7] = [
    "Ana Moreira",
    "Grace Okafor",
    "Ingrid Sólveigardóttir",
    "Priya Raghunathan",
    "Samuel Adeyemi",
    "Tomás Herrera",
    "Yutong Li",
];

/// The names in the order in which they stand.
pub fn names(page: &Page) -> Vec<String> {
    page.main().parts("rowheader").into_iter().map(|head| head.only("link").text()).collect()
}

/// The heads that say that the list is sorted by them, and which way.
fn sorted(page: &Page) -> Vec<String> {
    let heads = page.main().parts("columnheader").into_iter();
    heads.filter_map(|head| Some(format!("{} {}", head.text(), head.attr("aria-sort")?))).collect()
}

on_both! {
    /// A1
    async fn the_list_shows_everybody_with_username_and_group(desk: Desk) {
        let page = desk.person("ana").await.open("/users").await.expect(200);
        for (name, username, group) in [
            ("Ana Moreira", "ana", "Administrators"),
            ("Grace Okafor", "grace", "Administrators"),
            ("Tomás Herrera", "tomas", "User managers"),
            ("Priya Raghunathan", "priya", "Auditors"),
            ("Ingrid Sólveigardóttir", "ingrid", "—"),
            ("Samuel Adeyemi", "samuel", "—"),
            ("Yutong Li", "yutong", "—"),
        ] {
            let row = page.main().row(name);
            assert!(row.only("rowheader").shows(username), "{}", row.outline());
            assert_eq!(row.cell("Groups").text(), group, "{}", row.outline());
        }
        assert_eq!(page.main().parts("rowheader").len(), 7);
    }
}

on_both! {
    async fn a_row_says_in_which_state_somebody_is_since_when_and_where_they_are_signed_in(desk: Desk) {
        let page = desk.person("ana").await.open("/users").await.expect(200);
        for (name, status, created, last, sessions) in [
            ("Ana Moreira", "Active", "7 May 2026", "Just now", "1"),
            ("Samuel Adeyemi", "Disabled", "22 May 2026", "Never", "0"),
            ("Yutong Li", "Invited", "25 May 2026", "Never", "0"),
        ] {
            let row = page.main().row(name);
            let told = ["Status", "Created", "Last sign-in", "Sessions"].map(|head| row.cell(head).text());
            assert_eq!(told, [status, created, last, sessions], "{}", row.outline());
        }
        let sessions = page.main().row("Ana Moreira").cell("Sessions").part("link", "1 session");
        assert_eq!(sessions.href(), format!("/users/{}/sessions", desk.id_of("ana").await));
        assert!(page.main().row("Yutong Li").cell("Sessions").parts("link").is_empty());
    }
}

on_both! {
    async fn the_order_is_the_addresss_and_newest_first_without_one(desk: Desk) {
        let ana = desk.person("ana").await;
        let newest = ["Yutong Li", "Samuel Adeyemi", "Ingrid Sólveigardóttir", "Priya Raghunathan", "Tomás Herrera",
            "Grace Okafor", "Ana Moreira"];
        let mut backwards = BY_NAME;
        backwards.reverse();
        for (query, order) in [("", newest), ("?sort=name", BY_NAME), ("?sort=name&dir=down", backwards),
            ("?sort=email", BY_NAME)] {
            let page = ana.open(&format!("/users{query}")).await.expect(200);
            assert_eq!(names(&page), order, "{query}");
        }
        let page = ana.open("/users?sort=last-sign-in").await.expect(200);
        assert_eq!(names(&page)[0], "Ana Moreira", "nobody else was here");

        // The same address is the same list for somebody else.
        let page = desk.person("priya").await.open("/users?q=northwind&sort=name").await.expect(200);
        assert_eq!(names(&page), BY_NAME);
        assert_eq!(page.part("searchbox", "Search name, username, e-mail").value(), "northwind");
    }
}

on_both! {
    async fn each_head_that_can_be_sorted_by_leads_there_turns_it_round_and_says_so(desk: Desk) {
        let ana = desk.person("ana").await;
        let view = TableView { columns: Column::FIXED.to_vec(), dense: false };
        ana.call("users/keep_table_view", json!({ "view": view })).await.expect(200);
        for (head, code, first, then) in [
            ("Person", "name", "ascending", "descending"),
            ("E-mail", "email", "ascending", "descending"),
            ("Last sign-in", "last-sign-in", "descending", "ascending"),
            ("Sessions", "sessions", "descending", "ascending"),
            ("Account ends", "expires", "ascending", "descending"),
            ("Created", "created", "descending", "ascending"),
        ] {
            let link = |page: &Page| page.main().part("columnheader", head).only("link").href().to_owned();
            let begin = if code == "name" { "/users" } else { "/users?sort=name" };
            let once = link(&ana.open(begin).await.expect(200));
            assert_eq!(once, if code == "created" { "/users".to_owned() } else { format!("/users?sort={code}") });
            let page = ana.open(&once).await.expect(200);
            assert_eq!(sorted(&page), [format!("{head} {first}")]);
            assert_eq!(names(&page).len(), 7);
            let twice = link(&page);
            assert!(twice.contains("?dir=") || twice.contains("&dir="), "{twice}");
            let page = ana.open(&twice).await.expect(200);
            assert_eq!(sorted(&page), [format!("{head} {then}")]);
            assert_eq!(names(&page).len(), 7);
        }
        let page = ana.open("/users").await.expect(200);
        assert_eq!(sorted(&page), ["Created descending"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_and_density_are_those_of_the_person_in_every_browser_and_nobody_elses() {
    let desk = Desk::open().await;
    let (ana, elsewhere) = (desk.person("ana").await, desk.person("ana").await);
    let page = ana.open("/users").await.expect(200);
    assert!(page.main().has("columnheader", "E-mail") && !page.main().has("columnheader", "Account ends"));
    assert_eq!(page.select("table.dense").count(), 0);
    let view = TableView { columns: vec![Column::Groups, Column::Expires, Column::Created], dense: true };
    ana.call("users/keep_table_view", json!({ "view": view })).await.expect(200);
    for browser in [ana, elsewhere] {
        let page = browser.open("/users").await.expect(200);
        assert!(!page.main().has("columnheader", "E-mail") && page.main().has("columnheader", "Account ends"));
        assert_eq!(page.select("td[data-label='E-mail']").count(), 0);
        assert_eq!(page.select("td[data-label='Account ends']").count(), 7);
        assert_eq!(page.select("table.dense").count(), 1);
    }
    let page = desk.person("priya").await.open("/users").await.expect(200);
    assert!(page.main().has("columnheader", "E-mail") && page.main().has("columnheader", "Person"));
    assert_eq!(page.select("table.dense").count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_holds_fifty_says_how_many_there_are_and_leads_on_and_back() {
    let desk = Desk::open().await;
    seed::seed_users(&desk.installation.operator(), 120, 7, |_| {}).await.unwrap();
    let ana = desk.person("ana").await;
    let way = |page: &Page, name: &str| page.part("navigation", "Pages").part("link", name).href().to_owned();
    // By their addresses: two people may have the same name.
    let people = |page: &Page| -> Vec<String> {
        page.main().parts("rowheader").into_iter().map(|head| head.only("link").href().to_owned()).collect()
    };

    let first = ana.open("/users?sort=name").await.expect(200);
    let about = first.select(".bar .about").next().unwrap().text();
    let count: usize = about.trim_start_matches("about ").parse().unwrap();
    assert!((100..130).contains(&count), "{about}");
    let before = people(&first);
    assert_eq!(before.len(), 50);
    assert!(!first.part("navigation", "Pages").has("link", "Back"), "there is nothing before the beginning");

    let on = way(&first, "On");
    assert!(on.starts_with("/users?sort=name&after="), "{on}");
    let second = ana.open(&on).await.expect(200);
    let after = people(&second);
    assert_eq!(after.len(), 50);
    assert!(!after.iter().any(|person| before.contains(person)), "{before:?} {after:?}");

    let back = ana.open(&way(&second, "Back")).await.expect(200);
    assert_eq!(people(&back), before);
}
