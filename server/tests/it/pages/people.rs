//! The pages of one person: who they are, what is recorded of them, and what is not to be found.

use domain::users::UserId;

use crate::{page::Page, support::Desk};

/// What stands beside a name on the overview.
fn fact(page: &Page, name: &str) -> String {
    let (names, values) = (page.main().parts("term"), page.main().parts("definition"));
    let at = names.iter().position(|term| term.text() == name);
    let at = at.unwrap_or_else(|| panic!("no {name:?} in\n{}", page.outline()));
    values[at].text()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_a_person_shows_their_names_state_and_groups_and_the_way_back() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let list = ana.open("/users").await.expect(200);
    let page = ana.open(list.main().part("link", "Samuel Adeyemi").href()).await.expect(200);
    assert!(page.title().starts_with("Samuel Adeyemi"), "{}", page.title());
    assert!(page.main().has("heading", "Samuel Adeyemi"));
    assert!(page.main().shows("Disabled"), "{}", page.outline());
    for (name, value) in [
        ("Username", "samuel"),
        ("Display name", "Samuel Adeyemi"),
        ("E-mail", "samuel@northwind.example (not verified)"),
        ("Groups", "None: no rights beyond their own account"),
        ("Account ends", "Never"),
        ("Last sign-in", "Never"),
    ] {
        assert_eq!(fact(&page, name), value, "{name}");
    }
    assert_eq!(page.part("navigation", "Breadcrumbs").part("link", "Users").href(), "/users");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_activity_of_a_person_reads_as_sentences() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let own = format!("/users/{}", desk.id_of("ana").await);
    let page = ana.open(&own).await.expect(200);
    let way = page.part("navigation", "User").part("link", "Activity").href();
    assert_eq!(way, format!("{own}/activity"));
    let page = ana.open(way).await.expect(200);
    assert!(page.main().shows("signed in"), "{}", page.outline());
    assert_eq!(page.part("navigation", "User").part("link", "Activity").attr("aria-current"), Some("page"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_person_a_mangled_id_and_an_unknown_page_are_not_found() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let nobody = UserId::nil();
    for path in [
        format!("/users/{nobody}"),
        "/users/ana".into(),
        format!("/users/{nobody}/access"),
        format!("/users/{nobody}/security"),
        format!("/users/{nobody}/sessions"),
        format!("/users/{nobody}/activity"),
        "/nowhere".into(),
    ] {
        let page = ana.open(&path).await.expect(404);
        assert!(page.main().has("heading", "Not found"), "{path}: {}", page.outline());
        assert!(page.title().starts_with("Not found"), "{path}: {}", page.title());
    }
}
