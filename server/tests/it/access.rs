//! T20: who gets what. Every server function, route and page, called by everybody.

use http::Method;
use serde_json::json;

use crate::support::{ANOTHER, Answer, Client, Desk, PASSWORD, Request, arguments, functions, pages};

/// Nobody, somebody without groups, an auditor, a user manager, an administrator.
const PEOPLE: [&str; 5] = ["stranger", "ingrid", "priya", "tomas", "ana"];

/// Calls as each person, each from a database that nothing has happened to but their
/// sign-ins, and writes what they got on one line.
async fn row(name: &str, request: impl AsyncFn(&Desk, &str) -> Request) -> String {
    let desk = Desk::open().await;
    let mut line = format!("{name:<36}");
    for person in PEOPLE {
        let client = client(&desk, person).await;
        let answer = client.send(request(&desk, person).await).await;
        line.push_str(&format!(" {:<24}", told(&answer, &desk).await));
    }
    line.trim_end().to_owned()
}

async fn client(desk: &Desk, person: &str) -> Client {
    if person == "stranger" { desk.stranger() } else { desk.person(person).await }
}

async fn told(answer: &Answer, desk: &Desk) -> String {
    let ingrid = desk.id_of("ingrid").await.to_string();
    match answer.location() {
        "" => answer.status.to_string(),
        place => format!("{} {}", answer.status, place.replace(&ingrid, "INGRID")),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t20_everybody_gets_what_the_reviewed_table_says() {
    let mut table = vec![format!("{:<36} {}", "", PEOPLE.map(|person| format!("{person:<24}")).join(" ").trim_end())];
    for function in functions() {
        let asked = async |desk: &Desk, person: &str| {
            let arguments = arguments(desk, function, person).await;
            let arguments = arguments.unwrap_or_else(|| {
                panic!("{function} is new: say in support.rs with what the access table calls it")
            });
            Request::call(function, &arguments)
        };
        table.push(row(&format!("POST /fn/{function}"), asked).await);
    }
    let into_administrators = async |desk: &Desk, person: &str| {
        let mut form = arguments(desk, "users/create", person).await.unwrap();
        form["form"]["groups"] = json!([desk.group("administrators").await]);
        Request::call("users/create", &form)
    };
    table.push(row("   into Administrators", into_administrators).await);
    let others = async |desk: &Desk, _: &str| {
        Request::call("account/end_session", &json!({ "id": desk.session_of("grace").await }))
    };
    let desk_with_grace = async |desk: &Desk, person: &str| {
        desk.person("grace").await;
        others(desk, person).await
    };
    table.push(row("POST /fn/account/end_session grace's", desk_with_grace).await);
    for (method, path) in server::http::ROUTES {
        let asked = async |_: &Desk, _: &str| match (*method, *path) {
            ("GET", path) => Request::get(path),
            (_, "/first-run") => Request::form(path, &[
                ("code", "nonsense"), ("username", "mallory"), ("display_name", "Mallory"), ("password", ANOTHER),
            ]),
            (_, "/sign-in") => Request::form(path, &[("username", "grace"), ("password", PASSWORD)]),
            (_, "/new-password") => Request::form(path, &[("current", PASSWORD), ("new", ANOTHER)]),
            (_, "/sign-out") => Request::form(path, &[]),
            _ => panic!("{method} {path} is new: say here with what the access table calls it"),
        };
        table.push(row(&format!("{method} {path}"), asked).await);
    }
    let desk = Desk::open().await;
    for page in pages(&desk).await {
        let ingrid = desk.id_of("ingrid").await.to_string();
        let shown = page.replace(&ingrid, "INGRID");
        let asked = async |desk: &Desk, _: &str| {
            Request::get(shown.replace("INGRID", &desk.id_of("ingrid").await.to_string()))
        };
        table.push(row(&format!("GET {shown}"), asked).await);
    }
    for request in [
        Request::get("/nowhere"),
        Request::get("/users/00000000-0000-0000-0000-000000000000"),
        Request::get("/users/nonsense"),
        Request::get("/fn/users/list"),
        Request::post("/users"),
        Request::post("/fn/users/nonsense"),
        Request { method: "DELETE", ..Request::post("/fn/users/list") },
        Request::get("/pkg/nonsense"),
        Request::get("/api/v1/users"),
    ] {
        let name = format!("{} {}", request.method, request.path);
        table.push(row(&name, async |_: &Desk, _: &str| request.clone()).await);
    }
    insta::assert_snapshot!("access_table", table.join("\n"));
}

#[test]
fn t20_every_server_function_is_called_by_post_under_fn() {
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert!(path.starts_with("/fn/"), "{path}");
        assert_eq!(method, Method::POST, "{path}");
    }
}
