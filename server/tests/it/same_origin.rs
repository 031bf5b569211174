//! T24: changes come only from our own pages.

use serde_json::json;

use crate::support::{Answer, Client, Desk, PASSWORD, Plan, Request, functions};

/// A sign-in and a server function, with these headers.
async fn both(client: &Client, site: Option<&'static str>, origin: Option<&str>) -> [Answer; 2] {
    let form = Request::form("/sign-in", &[("username", "ana"), ("password", PASSWORD)]);
    let call = Request::call("account/update_profile", &json!({ "display_name": "Ana M." }));
    let with = |request: Request| {
        let request = request.of_site(site);
        match origin {
            Some(origin) => request.with("origin", origin),
            None => request,
        }
    };
    [client.send(with(form)).await, client.send(with(call)).await]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_a_change_that_another_site_asks_for_is_refused() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let ours = desk.config.listening.origin.to_string();
    let before = desk.count("audit_events").await;
    for site in ["cross-site", "same-site", "none", "nonsense", ""] {
        for origin in [None, Some(ours.as_str()), Some("https://evil.example")] {
            for answer in both(&ana, Some(site), origin).await {
                let answer = answer.expect(403);
                assert!(answer.text().contains("was refused"), "{site}");
                assert_eq!(answer.all("set-cookie").count(), 0);
            }
        }
    }
    assert_eq!(desk.count("audit_events").await, before, "something was done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_without_word_of_the_site_the_origin_must_be_ours() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let ours = desk.config.listening.origin.to_string();
    let other_port = format!("{ours}1");
    for origin in
        [None, Some("null"), Some(""), Some("https://evil.example"), Some(&other_port), Some("http://localhost")]
    {
        for answer in both(&ana, None, origin).await {
            answer.expect(403);
        }
    }
    let [form, call] = both(&ana, None, Some(&ours)).await;
    form.expect(303);
    call.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_what_our_own_pages_ask_for_is_done() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let [form, call] = both(&ana, Some("same-origin"), None).await;
    form.expect(303);
    call.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_two_headers_that_disagree_do_not_open_the_door() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let request = Request::call("account/update_profile", &json!({ "display_name": "Ana M." }));
    let request = request.of_site(Some("cross-site")).with("sec-fetch-site", "same-origin");
    ana.send(request).await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_looking_at_a_server_function_does_not_run_it() {
    let desk = Desk::open().await;
    let (ana, other) = (desk.person("ana").await, desk.person("ana").await);
    for function in functions() {
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] {
            for path in [
                format!("/fn/{function}"),
                format!("/fn/{function}?display_name=X&password={PASSWORD}").replace(' ', "+"),
            ] {
                let answer = ana.send(Request { method, ..Request::post(path) }).await;
                assert_eq!(answer.status, 405, "{method} {function}");
            }
        }
    }
    other.get("/account").await.expect(200);
    assert_eq!(desk.count("sessions").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_nobody_is_led_to_somebody_elses_address() {
    let desk = Desk::open().await;
    let places = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        " //evil.example",
        "///evil.example",
        "\r\nSet-Cookie: a=b",
    ];
    let ana = desk.person("ana").await;
    for place in places {
        let escaped = crate::client::escaped(place);
        ana.get(&format!("/sign-in?next={escaped}")).await.leads_to("/");
        let fields = [("username", "ana"), ("password", PASSWORD), ("next", place)];
        desk.stranger().form("/sign-in", &fields).await.leads_to("/");
    }
    for path in ["//evil.example/users", "/\\evil.example", "///evil.example"] {
        let answer = desk.stranger().get(path).await;
        assert!(answer.status >= 400 || answer.location().starts_with("/sign-in"), "{path}: {}", answer.location());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_wanted_before_signing_in_comes_after_it() {
    let desk = Desk::open().await;
    let ana = desk.stranger();
    let answer = ana.get("/users?q=ana&sort=name").await.leads_to("/sign-in?next=/users%3Fq%3Dana%26sort%3Dname");
    let page = ana.get(answer.location()).await.expect(200).text();
    assert!(page.contains("name=\"next\" value=\"/users?q=ana&amp;sort=name\""), "{page}");
    let fields = [("username", "ana"), ("password", PASSWORD), ("next", "/users?q=ana&sort=name")];
    ana.form("/sign-in", &fields).await.leads_to("/users?q=ana&sort=name");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_name_of_this_machine_leads_to_the_public_one() {
    let desk = Desk::open().await;
    let port = desk.address.port();
    for host in [format!("127.0.0.1:{port}"), format!("[::1]:{port}"), format!("keydesk.localhost:{port}")] {
        let client = desk.stranger().under(&host);
        let answer = client.get("/users?q=ana").await.expect(307);
        assert_eq!(answer.location(), format!("http://localhost:{port}/users?q=ana"));
        client.get("/health").await.expect(200);
        let answer = client.get("//evil.example/x").await.expect(307);
        assert!(answer.location().starts_with(&format!("http://localhost:{port}/")), "{}", answer.location());
    }
    for host in ["127.0.0.1:1", "evil.example", "localhost.evil.example"] {
        let answer = desk.stranger().under(host).get("/users").await;
        assert_eq!(answer.place(), "/sign-in?next=/users", "{host}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_public_address_no_name_leads_anywhere_else() {
    let desk = Plan::default().set("origin", "https://keydesk.example").open().await;
    desk.stranger().under("127.0.0.1").get("/users").await.leads_to("/sign-in?next=/users");
}
