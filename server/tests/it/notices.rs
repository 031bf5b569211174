//! What happened to how somebody signs in stands on every page of the console and of the account, as it
//! comes from the server, until it is dismissed.

use serde_json::json;

use crate::support::{ANOTHER, Client, Desk, PASSWORD};

const PAGES: [&str; 6] = ["/users", "/groups", "/settings", "/account", "/account/security", "/account/sessions"];

/// The pages on which this browser is told.
async fn told(client: &Client) -> Vec<&'static str> {
    let mut told = vec![];
    for page in PAGES {
        let body = client.get(page).await.expect(200).text();
        if body.contains("News about your sign-in") && body.contains("changed the password") {
            told.push(page);
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_every_other_session_tells_its_owner_of_a_new_password_until_it_is_dismissed() {
    let desk = Desk::open().await;
    let (acting, other) = (desk.person("ana").await, desk.person("ana").await);
    assert_eq!(told(&other).await, [""; 0]);
    let change = json!({ "current": PASSWORD, "new": ANOTHER, "end_others": false });
    acting.call("account/change_password", change).await.expect(200);
    assert_eq!(told(&other).await, PAGES);
    assert_eq!(told(&acting).await, [""; 0], "whoever did it knows");
    let notices = other.call("account/notices", json!({})).await.expect(200).json();
    other.call("account/see_notices", json!({ "number": notices[0]["number"] })).await.expect(200);
    assert_eq!(told(&other).await, [""; 0]);

    // A browser in which nobody has dismissed it, and whoever has no right in the console.
    let third = desk.stranger();
    third.sign_in("ana", ANOTHER).await.expect(303);
    assert_eq!(told(&third).await, PAGES);
    let (acting, other) = (desk.person("ingrid").await, desk.person("ingrid").await);
    let change = json!({ "current": PASSWORD, "new": ANOTHER, "end_others": false });
    acting.call("account/change_password", change).await.expect(200);
    let page = other.get("/account").await.expect(200).text();
    assert!(page.contains("News about your sign-in"), "also in the frame of those who have only their account");
}
