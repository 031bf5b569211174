//! Who sees what: pages that one may not open, what is greyed and why, and what is not offered at all.

use crate::{page::Part, support::Desk};

/// Why a button cannot be used; nothing where it can.
fn why(button: Part<'_>) -> &str {
    button.attr("aria-description").unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_one_may_not_see_names_the_permission_that_is_missing() {
    let desk = Desk::open().await;
    let ingrid = desk.person("ingrid").await;
    for (path, permission) in [
        ("/users", "This needs the permission “View users” (users:view)"),
        ("/groups", "This needs the permission “View groups” (groups:view)"),
    ] {
        let page = ingrid.open(path).await.expect(403);
        assert!(page.main().has("heading", "You may not see this"), "{path}: {}", page.outline());
        assert!(page.main().shows(permission), "{path}: {}", page.outline());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_manager_has_no_way_to_the_audit_log_of_a_person() {
    let desk = Desk::open().await;
    let tomas = desk.person("tomas").await;
    let ana = format!("/users/{}", desk.id_of("ana").await);
    let page = tomas.open(&ana).await.expect(200);
    let tabs = page.part("navigation", "User");
    assert!(tabs.has("link", "Overview") && !tabs.has("link", "Activity"), "{}", tabs.outline());
    let page = tomas.open(&format!("{ana}/activity")).await.expect(403);
    assert!(page.main().shows("“View the audit log” (audit:view)"), "{}", page.outline());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_manager_touches_nobody_who_may_do_more_and_gives_nobody_more() {
    let desk = Desk::open().await;
    let tomas = desk.person("tomas").await;
    let page = tomas.open(&format!("/users/{}", desk.id_of("grace").await)).await.expect(200);
    for action in ["New password", "Disable"] {
        let button = page.main().part("button", action);
        assert!(button.is_disabled(), "{action}");
        assert!(why(button).contains("Grace Okafor may do more than you"), "{action}: {}", why(button));
    }
    assert!(!page.main().part("button", "Edit").is_disabled(), "their name may be changed");

    let page = tomas.open(&format!("/users/{}/access", desk.id_of("ingrid").await)).await.expect(200);
    let groups = page.closed("menu", "Add to group").parts("menuitem");
    let group = |name: &str| groups.iter().copied().find(|item| item.text().starts_with(name)).unwrap();
    assert!(group("Auditors").is_disabled());
    assert!(group("Auditors").shows("You cannot put anybody into Auditors"), "{}", group("Auditors").text());
    assert!(!group("User managers").is_disabled());
}
