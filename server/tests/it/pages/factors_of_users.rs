//! What proves a user, as others see it: greyed, with the reason, for whoever may not touch it.

use crate::{page::Page, support::Desk};

/// Why the buttons of this name cannot be pressed: none of them can.
#[track_caller]
fn reasons(page: &Page, action: &str) -> Vec<String> {
    let buttons = page.select(".card").flat_map(|card| card.parts("button"));
    let buttons: Vec<_> = buttons.filter(|button| button.name() == action).collect();
    assert!(!buttons.is_empty(), "no {action:?} in\n{}", page.outline());
    assert!(buttons.iter().all(|button| button.is_disabled()), "{action:?} can be pressed in\n{}", page.outline());
    buttons.iter().map(|button| button.attr("aria-description").unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t12_a_user_manager_cannot_touch_the_factors_of_an_administrator_and_an_auditor_sees_and_touches_none() {
    const ACTIONS: [&str; 5] = [
        "New password",
        "Reset second factors",
        "Forget remembered devices",
        "Require a second factor",
        "Remove Laptop",
    ];
    let desk = Desk::open().await;
    desk.passkey_of("grace").await;
    let of_grace = format!("/users/{}/security", desk.id_of("grace").await);

    let tomas = desk.person("tomas").await;
    let page = tomas.open(&of_grace).await.expect(200);
    for action in ACTIONS {
        for reason in reasons(&page, action) {
            assert!(reason.starts_with("Grace Okafor may do more than you"), "{action}: {reason}");
        }
    }
    let page = tomas.open(&format!("/users/{}/security", desk.id_of("ingrid").await)).await.expect(200);
    assert!(!page.main().part("button", "Require a second factor").is_disabled(), "{}", page.outline());
    let page = tomas.open(&format!("/users/{}/security", desk.id_of("tomas").await)).await.expect(200);
    let own = reasons(&page, "Require a second factor");
    assert_eq!(own, ["Change your own factors under My account, Security."]);

    let page = desk.person("priya").await.open(&of_grace).await.expect(200);
    assert!(page.main().shows("Laptop"), "{}", page.outline());
    for action in ACTIONS {
        for reason in reasons(&page, action) {
            assert_eq!(reason, "Needs the permission “Reset credentials”", "{action}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_only_way_in_of_somebody_without_a_password_is_greyed_with_the_reason() {
    let desk = Desk::open().await;
    // Yutong has never had a password.
    desk.passkey_of("yutong").await;
    desk.run("UPDATE users SET factors = 2, has_credential = 1 WHERE username_key = 'yutong'").await;
    let yutong = format!("/users/{}/security", desk.id_of("yutong").await);
    let page = desk.person("ana").await.open(&yutong).await.expect(200);
    let reason = "Nothing would be left to sign in with. Give them a new password first.";
    assert_eq!(reasons(&page, "Remove Laptop"), [reason]);
}
