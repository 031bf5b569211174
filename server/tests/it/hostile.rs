//! T30: input that means harm, and bugs of our own.

use axum::{Router, routing::get};
use serde_json::{Value, json};

use crate::support::{Answer, Client, Desk, PASSWORD, Plan, Request, arguments, functions, pages};

fn with_bugs(app: &server::http::App) -> Router {
    let bugs = Router::new()
        .route(
            "/bug",
            get(|| async {
                if true {
                    panic!("the secret {}", 42)
                }
            }),
        )
        .route(
            "/bug/nobody-says-why",
            get(|| async {
                if true {
                    std::panic::panic_any(7)
                }
            }),
        );
    server::http::harden(bugs, app).with_state(app.clone()).merge(server::http::router(app.clone()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_bug_in_one_request_ends_neither_the_process_nor_the_others() {
    let desk = Plan::default().routes(with_bugs).open().await;
    let ana = desk.person("ana").await;
    for path in ["/bug", "/bug/nobody-says-why"] {
        let answer = ana.get(path).await.expect(500);
        let text = answer.text();
        assert!(text.contains("give your administrator this reference: "), "{text}");
        assert!(!text.contains("secret"), "{text}");
        ana.get("/users").await.expect(200);
    }
    let (bugs, pages) = futures::join!(
        futures::future::join_all((0..20).map(|_| ana.get("/bug"))),
        futures::future::join_all((0..20).map(|_| ana.get("/users"))),
    );
    assert!(bugs.iter().all(|answer| answer.status == 500) && pages.iter().all(|answer| answer.status == 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t30_pages_that_many_ask_for_at_once_all_come() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let pages: Vec<_> = pages(&desk).await.into_iter().filter(|page| page != "/").collect();
    for _ in 0..5 {
        let asked = (0..48).map(|number| ana.get(&pages[number % pages.len()]));
        for (number, answer) in futures::future::join_all(asked).await.iter().enumerate() {
            let page = &pages[number % pages.len()];
            assert_eq!(answer.status, 200, "{page}: {}", answer.text());
            assert!(answer.text().contains("<title>") && !answer.text().contains("<title> "), "{page} has no title");
        }
    }
}

/// An answer that names what is wrong with the request, and is no failure of ours.
#[track_caller]
fn is_refused(answer: &Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
    assert!(!answer.body.is_empty(), "{what}: {} without a word", answer.status);
}

fn garbage() -> Vec<u8> {
    // Bytes without a pattern, the same in every run.
    let mut state = 88_172_645_463_325_252_u64;
    (0..3_000)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        })
        .collect()
}

/// Bodies that no function can understand, whatever its arguments.
fn nonsense() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("nothing", vec![]),
        ("random bytes", garbage()),
        ("no UTF-8", b"{\"id\":\"\xff\xfe\"}".to_vec()),
        ("half of it", b"{\"id\":".to_vec()),
        ("a number", b"7".to_vec()),
        ("a text", b"\"users\"".to_vec()),
        ("deep lists", [vec![b'['; 30_000], vec![b']'; 30_000]].concat()),
        ("deep objects", "{\"form\":".repeat(7_000).into_bytes()),
        ("null bytes", vec![0; 1_000]),
        ("a form", b"username=ana&password=x".to_vec()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_no_function_stumbles_over_a_malformed_call() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    for function in functions() {
        let takes_nothing = crate::support::arguments(&desk, function, "ana").await == Some(json!({}));
        for (what, body) in nonsense() {
            // Whoever is told nothing reads nothing of an object.
            if takes_nothing && what == "no UTF-8" {
                continue;
            }
            for kind in [Some("application/json"), Some("application/x-www-form-urlencoded"), None] {
                let mut request = Request::post(format!("/fn/{function}")).body(body.clone());
                if let Some(kind) = kind {
                    request = request.with("content-type", kind);
                }
                is_refused(&ana.send(request).await, &format!("{function} with {what} as {kind:?}"));
            }
        }
    }
    ana.get("/users").await.expect(200);
    assert_eq!(desk.count("sessions").await, 1, "a malformed call ended something");
}

/// What looks wrong and is right: what may be left out, and lists of nothing.
fn takes(function: &str, name: &str, value: &Value) -> bool {
    match (function, name) {
        ("users/activity", "before") => value.is_null() || *value == json!(-1),
        ("account/see_notices", "number") => *value == json!(-1),
        ("users/end_sessions", "only") => value.is_null(),
        ("users/list", "fields") | ("users/assign_groups", "add" | "remove") => *value == json!([]),
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_no_function_takes_arguments_of_another_kind() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    for function in functions() {
        let right = crate::support::arguments(&desk, function, "ana").await.unwrap();
        for name in right.as_object().unwrap().keys() {
            for wrong in
                [json!(null), json!(-1), json!(1e300), json!([]), json!({}), json!([[[]]]), json!({ "$ne": null })]
            {
                if takes(function, name, &wrong) {
                    continue;
                }
                let mut arguments = right.clone();
                arguments[name] = wrong.clone();
                is_refused(&ana.call(function, arguments).await, &format!("{function} with {name} = {wrong}"));
            }
            let mut arguments = right.clone();
            arguments.as_object_mut().unwrap().remove(name);
            if !takes(function, name, &json!(null)) {
                is_refused(&ana.call(function, arguments).await, &format!("{function} without {name}"));
            }
        }
    }
}

/// The same with one text or number within it replaced, for each of them.
fn tampered(value: &Value, text: &Value, number: &Value) -> Vec<Value> {
    match value {
        Value::String(_) => vec![text.clone()],
        Value::Number(_) => vec![number.clone()],
        Value::Array(items) => (0..items.len())
            .flat_map(|at| {
                tampered(&items[at], text, number).into_iter().map(move |changed| {
                    let mut items = items.clone();
                    items[at] = changed;
                    Value::Array(items)
                })
            })
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, inner)| {
                tampered(inner, text, number).into_iter().map(move |changed| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), changed);
                    Value::Object(fields)
                })
            })
            .collect(),
        Value::Null | Value::Bool(_) => vec![],
    }
}

/// Arguments with something in every place that can hold a text or a number.
async fn full_arguments(desk: &Desk) -> Vec<(&'static str, Value)> {
    let mut all = vec![];
    for function in functions() {
        all.push((function, arguments(desk, function, "ana").await.unwrap()));
    }
    // Out of the bin again, for those that would stop there.
    desk.run("UPDATE users SET deleted_at = NULL").await;
    let (field, group, ana) = (desk.field().await, desk.group("auditors").await, desk.id_of("ana").await);
    let mut listing = json!({ "listing": domain::users::UserListing::default(), "fields": [field] });
    listing["listing"]["search"] = json!("in");
    listing["listing"]["filters"]["fields"] = json!([[field, "Porto"]]);
    listing["listing"]["filters"]["group"] = json!(group);
    listing["listing"]["filters"]["created_from"] = json!("2026-01-01");
    listing["listing"]["filters"]["created_to"] = json!("2026-01-31");
    listing["listing"]["position"] = json!({ "After": { "key": "1", "id": ana } });
    all.push(("users/list", listing));
    let mut log = json!({ "listing": domain::audit::LogListing::default() });
    log["listing"]["filter"] = json!({ "person": ana, "actor": ana, "kind": "signed_in", "from": "2026-01-01", "to": "2026-01-31", "failed": false });
    log["listing"]["before"] = json!(9);
    all.push(("audit/list", log));
    let mut form = arguments(desk, "users/create", "x").await.unwrap();
    form["form"]["fields"] = json!([{ "field": field, "value": "Porto" }]);
    form["form"]["expires_on"] = json!("2027-03-31");
    form["form"]["groups"] = json!([group]);
    all.push(("users/create", form));
    let mut form = arguments(desk, "users/update", "x").await.unwrap();
    form["form"]["fields"] = json!([{ "field": field, "value": "Porto" }]);
    form["form"]["groups"] = json!([group]);
    form["form"]["password"] = json!({ "Typed": "copper window gentle orbit" });
    all.push(("users/update", form));
    let seen = json!({ "id": field, "name": "Company", "kind": "Text", "required": false, "choices": ["a"] });
    let choice = json!({ "seen": seen, "name": "Site", "kind": "Choice", "required": false, "choices": "a\nb" });
    all.push(("fields/save", json!({ "form": choice })));
    let view = json!({ "columns": [{ "field": field }, "email"], "dense": false });
    all.push(("users/keep_table_view", json!({ "view": view })));
    all
}

on_both! {
    async fn t30_no_function_stumbles_over_a_hostile_text_or_number_anywhere(desk: Desk) {
        let ana = desk.person("ana").await;
        let all = full_arguments(&desk).await;
        let long = "x".repeat(50_000);
        for (function, right) in all {
            for text in ["", "\0", "a\0b", "\u{202e}", "' OR '1'='1'; DROP TABLE users;--", "%_\\*\"", &long, "🦀"] {
                for number in [i64::MIN, -1, i64::MAX] {
                    for arguments in tampered(&right, &json!(text), &json!(number)) {
                        let answer = ana.call(function, arguments.clone()).await;
                        let about: String = arguments.to_string().chars().take(300).collect();
                        assert!(answer.status < 500, "{function} {about}: {}", answer.text());
                    }
                }
            }
        }
        assert_eq!(desk.count("users WHERE username_key IN ('ana', 'grace', 'ingrid', 'priya', 'tomas')").await, 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_body_beyond_the_limit_is_refused_at_once() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let forms = ["/sign-in", "/first-run", "/new-password", "/sign-out"].map(str::to_owned);
    let calls = functions().into_iter().map(|function| format!("/fn/{function}"));
    for path in forms.into_iter().chain(calls) {
        let large = Request::post(&path).body(vec![b'x'; 1_000_000]);
        is_refused(&ana.send(large).await.expect(413), &path);
        // Only announced, never sent.
        let announced = Request { length: Some(10_000_000_000), ..Request::post(&path) };
        is_refused(&ana.send(announced).await.expect(413), &path);
    }
    ana.get("/users").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_no_form_stumbles_over_a_malformed_body() {
    let desk = Desk::open().await;
    let empty = Plan::empty().open().await;
    let (newcomer, _) = desk.newcomer().await;
    let stranger = desk.stranger();
    let first = empty.stranger();
    let forms: [(&Client, &str); 4] =
        [(&stranger, "/sign-in"), (&newcomer, "/new-password"), (&first, "/first-run"), (&stranger, "/first-run")];
    for (client, path) in forms {
        let mut bodies = nonsense();
        bodies.push(("broken escapes", b"username=%zz%&password=%ff%fe%00".to_vec()));
        bodies.push(("a field twice", b"username=a&username=b&password=c&new=d&new=e".to_vec()));
        bodies.push(("lists", b"username[]=a&password[x]=b".to_vec()));
        for (what, body) in bodies {
            for kind in
                [Some("application/x-www-form-urlencoded"), Some("application/json"), Some("multipart/form-data"), None]
            {
                let mut request = Request::post(path).body(body.clone());
                if let Some(kind) = kind {
                    request = request.with("content-type", kind);
                }
                let answer = client.send(request).await;
                is_refused(&answer, &format!("{path} with {what} as {kind:?}"));
                assert!(answer.text().starts_with("<!DOCTYPE html>"), "{path} with {what}: no page");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_characters_that_mean_something_elsewhere_are_only_characters() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let names = [
        "\0",
        "a\0b",
        "' OR '1'='1",
        "ana'--",
        "%",
        "_",
        "\\",
        "a\u{202e}na",
        "🦀",
        "ana\r\nSet-Cookie: a=b",
        "*",
        "\"",
        "ana\" OR",
    ];
    for name in names {
        let answer = desk.stranger().sign_in(name, PASSWORD).await;
        assert_eq!(answer.status, 401, "{name:?}");
        assert!(answer.all("set-cookie").all(|cookie| cookie.starts_with("keydesk-passkey=")));
        let mut listing = json!({ "listing": domain::users::UserListing::default(), "fields": [] });
        listing["listing"]["search"] = json!(name);
        let answer = ana.call("users/list", listing).await;
        assert!([200, 422].contains(&answer.status), "{name:?}: {}", answer.text());
        if answer.status == 200 && !["_", "*", "\"", "%", "\\", "a\u{202e}na"].contains(&name) {
            assert_eq!(answer.json()["rows"], json!([]), "{name:?} found somebody");
        }
        let page = ana.get(&format!("/users?q={}", crate::client::escaped(name))).await;
        assert!([200, 422].contains(&page.status), "{name:?}: {}", page.status);
        let answer = ana.call("users/check_username", json!({ "username": name })).await;
        assert_eq!(answer.status, 422, "{name:?}");
        let answer = ana.call("account/prove", json!({ "proof": { "password": name } })).await;
        assert!([422, 429].contains(&answer.status), "{name:?}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_hostile_addresses_lead_nowhere() {
    let desk = Desk::open().await;
    let (ana, stranger) = (desk.person("ana").await, desk.stranger());
    let long = format!("/{}", "a".repeat(10_000));
    let deep = "/users".repeat(1_000);
    for path in [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..;/users",
        "/%00",
        "/%ff%fe",
        "/%",
        "/%zz",
        "/users/%00",
        "/users/%2e%2e",
        "/users/..",
        "/users/<script>alert(1)</script>",
        "/users/'--",
        "/users/\u{202e}",
        "/Users/",
        "//users",
        "/users//",
        "/users/./x",
        "/fn",
        "/fn/",
        "/fn/../users",
        "/fn/%00",
        "/.git/config",
        "/.env",
        "/;",
        "/?",
        "/users?",
        &long,
        &deep,
    ] {
        let path = path.replace('\u{202e}', "%E2%80%AE");
        let about: String = path.chars().take(60).collect();
        let answer = ana.get(&path).await;
        assert!(answer.status < 500, "{about}: {}", answer.status);
        assert!(!answer.text().contains("<script>alert"), "{about}");
        assert!(!answer.text().contains("root:") && !answer.text().contains("[core]"), "{about}");
        let answer = stranger.get(&path).await;
        assert!(answer.status < 500 && answer.status != 200, "{about}: {}", answer.status);
        if answer.status == 303 {
            assert!(answer.location().starts_with("/sign-in") && !answer.location().contains(['<', '\'']), "{about}");
        }
        let posted = ana.send(Request::form(&path, &[("a", "b")])).await;
        assert!((400..500).contains(&posted.status), "POST {about}: {}", posted.status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_query_of_any_length_and_kind_is_answered() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let queries = [
        format!("q={}", "a".repeat(10_000)),
        "a=b&".repeat(2_500),
        "&".repeat(10_000),
        "%".repeat(10_000),
        "q=%ff%fe&sort=%00".into(),
        "q=a&q=b&sort=name&sort=email".into(),
        format!("next={}", "/".repeat(10_000)),
        format!("code={}", "x".repeat(10_000)),
        format!("a{}=1", "[a]".repeat(3_000)),
    ];
    let empty = Plan::empty().open().await;
    for query in &queries {
        let about: String = query.chars().take(40).collect();
        for page in
            pages(&desk).await.iter().map(String::as_str).chain(["/sign-in", "/nowhere", "/health", "/robots.txt"])
        {
            for client in [&ana, &desk.stranger()] {
                let answer = client.get(&format!("{page}?{query}")).await;
                assert!(answer.status < 500, "{page}?{about}: {}", answer.status);
                assert!(answer.location().len() < 8_000, "{page}?{about}");
            }
        }
        let answer = empty.stranger().get(&format!("/first-run?{query}")).await;
        assert!(answer.status < 500, "/first-run?{about}: {}", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_a_tampered_cursor_is_named_and_not_followed() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let id = desk.id_of("ana").await.0.simple().to_string();
    for (query, status) in [
        (format!("after=zz-{id}"), 422),
        ("after=".into(), 422),
        ("after=-".into(), 422),
        (format!("after=31-{id}x"), 422),
        (format!("after=616161-{id}"), 422),
        (format!("after=ff-{id}&sort=name"), 422),
        (format!("after=00-{id}&sort=name"), 422),
        (format!("after={}-{id}&sort=name", "61".repeat(3_000)), 422),
        (format!("before=3939393939393939393939393939393939393939-{id}"), 422),
        ("sort=password".into(), 422),
        ("dir=sideways".into(), 422),
        (format!("q={}", "a".repeat(101)), 422),
        // Readable, though nobody was ever given it.
        (format!("after=39323233333732303336383534373735383037-{id}"), 200),
        (format!("before=2d39323233333732303336383534373735383038-{id}"), 200),
        (format!("after=31-{}", "0".repeat(32)), 200),
    ] {
        let answer = ana.get(&format!("/users?{query}")).await;
        assert_eq!(answer.status, status, "{query}");
        if status == 422 {
            assert!(answer.text().contains("of the address makes no sense here"), "{query}");
        }
    }
    for (sort, position) in [
        ("Created", json!({ "After": { "key": "abc", "id": id } })),
        ("Created", json!({ "After": { "key": "1; DROP TABLE users", "id": id } })),
        ("Name", json!({ "Before": { "key": "a\u{0}", "id": id } })),
        ("Name", json!({ "After": { "key": "a", "id": "nobody" } })),
        ("Name", json!({ "Elsewhere": 7 })),
        ("Password", json!("First")),
    ] {
        let filters = domain::users::UserListing::default().filters;
        let listing = json!({
            "listing": { "search": "", "filters": filters, "sort": sort, "direction": "Descending", "position": position },
            "fields": [],
        });
        is_refused(&ana.call("users/list", listing).await, &format!("{sort} {position}"));
    }
    for before in [i64::MIN, -1, 0, i64::MAX] {
        let asked = json!({ "id": desk.id_of("ana").await, "before": before });
        ana.call("users/activity", asked).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_html_in_a_name_comes_back_as_text() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let name = "<img src=x onerror=alert(1)>\"'&</title></script><script>alert(2)</script>";
    let mut form: Value = crate::support::new_user("mallory");
    form["form"]["display_name"] = json!(name);
    let id = ana.call("users/create", form).await.expect(200).json()["id"].as_str().unwrap().to_owned();
    ana.call("account/update_profile", json!({ "display_name": name })).await.expect(200);
    for path in [
        "/users",
        &format!("/users/{id}"),
        &format!("/users/{id}/activity"),
        "/account",
        "/account/sessions",
        "/groups",
    ] {
        let html = ana.get(path).await.expect(200).text();
        for raw in ["<img src=x", "<script>alert", "</title></script>", "</script><script>"] {
            assert!(!html.contains(raw), "{path}: {raw}");
        }
        assert!(html.contains("&lt;img src=x") || html.contains("\\u003cimg"), "{path} does not show the name");
    }
    let search = crate::client::escaped("<script>alert(3)</script>\"><b>");
    for path in [format!("/users?q={search}"), format!("/sign-in?next={search}"), format!("/users?sort={search}")] {
        for client in [&ana, &desk.stranger()] {
            let html = client.get(&path).await.text();
            assert!(!html.contains("<script>alert(3)") && !html.contains("\"><b>"), "{path}: {html}");
        }
    }
}
