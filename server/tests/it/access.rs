//! T20: who gets what. Every server function, route and page, called by everybody.

use domain::{time::TimeZone, users::UserChanges};
use futures::{StreamExt, stream};
use http::Method;
use serde_json::json;
use services::users;

use crate::support::{ANOTHER, Answer, Client, Desk, PASSWORD, Request, arguments, functions, pages};

/// Nobody, somebody without groups, an auditor, a user manager, an administrator.
const PEOPLE: [&str; 5] = ["stranger", "ingrid", "priya", "tomas", "ana"];

/// What nobody does to somebody who may do more than they.
const TO_GRACE: [&str; 11] = [
    "users/ask_second_factor",
    "users/assign_groups",
    "users/delete",
    "users/disable",
    "users/end_sessions",
    "users/forget_devices",
    "users/release",
    "users/remove_passkey",
    "users/reset_factors",
    "users/reset_password",
    "users/update",
];

/// What is asked for.
enum Asked {
    Function(&'static str),
    NewAdministrator,
    EndOfAnothersSession,
    /// Done to grace, who outranks all but ana.
    ToGrace(&'static str),
    Route(&'static str, &'static str),
    /// With ingrid's id where it says INGRID.
    Page(String),
    Odd(Request),
}

impl Asked {
    fn name(&self) -> String {
        match self {
            Self::Function(function) => format!("POST /fn/{function}"),
            Self::NewAdministrator => "  into Administrators".into(),
            Self::EndOfAnothersSession => "POST /fn/account/end_session grace's".into(),
            Self::ToGrace(function) => format!("POST /fn/{function} grace's"),
            Self::Route(method, path) => format!("{method} {path}"),
            Self::Page(page) => format!("GET {page}"),
            Self::Odd(request) => format!("{} {}", request.method, request.path),
        }
    }

    /// Whether it may change something; then it is asked of a Keydesk of its own.
    fn changes(&self) -> bool {
        !matches!(self, Self::Route("GET", _) | Self::Page(_) | Self::Odd(_))
    }

    async fn request(&self, desk: &Desk, person: &str) -> Request {
        match self {
            Self::Function(function) => {
                let arguments = arguments(desk, function, person).await.unwrap_or_else(|| {
                    panic!("{function} is new: say in support.rs with what the access table calls it")
                });
                Request::call(function, &arguments)
            }
            Self::NewAdministrator => {
                let mut form = arguments(desk, "users/create", person).await.unwrap();
                form["form"]["groups"] = json!([desk.group("administrators").await]);
                Request::call("users/create", &form)
            }
            Self::EndOfAnothersSession => {
                desk.person("grace").await;
                Request::call("account/end_session", &json!({ "id": desk.session_of("grace").await }))
            }
            Self::ToGrace(function) => {
                let grace = desk.id_of("grace").await;
                let mut arguments = arguments(desk, function, person).await.unwrap();
                match *function {
                    // Another address, as the form for her has it.
                    "users/update" => {
                        let opened = users::find(&desk.installation.operator(), grace).await.unwrap();
                        let form = UserChanges {
                            email: "grace@b.example".into(),
                            ..UserChanges::of(&opened, &TimeZone::default())
                        };
                        arguments = json!({ "form": form });
                    }
                    "users/remove_passkey" => {
                        arguments = json!({ "id": grace, "passkey": desk.passkey_of("grace").await });
                    }
                    _ => arguments["id"] = json!(grace),
                }
                Request::call(function, &arguments)
            }
            Self::Route("GET", path) => Request::get(*path),
            Self::Route(_, "/first-run/strength") => {
                Request::json("/first-run/strength", &json!({ "code": "x", "password": ANOTHER }))
            }
            Self::Route(_, path) => Request::form(
                path,
                match *path {
                    "/first-run" => {
                        &[("code", "x"), ("username", "mallory"), ("display_name", "M"), ("password", ANOTHER)]
                    }
                    "/sign-in" => &[("username", "grace"), ("password", PASSWORD)],
                    "/new-password" => &[("current", PASSWORD), ("new", ANOTHER)],
                    "/sign-in/passkey" | "/second-factor/passkey" | "/set-up/passkey" => {
                        &[("ticket", "none"), ("answer", "{}")]
                    }
                    "/sign-in/passkey/ask" => &[("username", "grace")],
                    "/second-factor/passkey/ask" | "/set-up/passkey/ask" => &[],
                    "/second-factor" => &[("with", "app"), ("code", "000000")],
                    "/set-up" => &[("ticket", "none"), ("code", "000000")],
                    "/sign-out" => &[],
                    _ => panic!("{path} is new: say here with what the access table calls it"),
                },
            ),
            Self::Page(page) => Request::get(page.replace("INGRID", &desk.id_of("ingrid").await.to_string())),
            Self::Odd(request) => request.clone(),
        }
    }
}

/// A Keydesk that nothing has happened to but these people's sign-ins.
async fn open() -> (Desk, Vec<(&'static str, Client)>) {
    let desk = Desk::open().await;
    let mut people = vec![];
    for person in PEOPLE {
        let client = if person == "stranger" { desk.stranger() } else { desk.person(person).await };
        people.push((person, client));
    }
    (desk, people)
}

/// What everybody got, on one line.
async fn row(asked: &Asked, (desk, people): &(Desk, Vec<(&'static str, Client)>)) -> String {
    let mut line = format!("{:<36}", asked.name());
    for (person, client) in people {
        let answer = client.send(asked.request(desk, person).await).await;
        line.push_str(&format!(" {:<24}", told(&answer, desk).await));
    }
    line.trim_end().to_owned()
}

async fn told(answer: &Answer, desk: &Desk) -> String {
    let ingrid = desk.id_of("ingrid").await.to_string();
    match answer.place().as_str() {
        "" => answer.status.to_string(),
        place => format!("{} {}", answer.status, place.replace(&ingrid, "INGRID")),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t20_everybody_gets_what_the_reviewed_table_says() {
    let shared = open().await;
    let ingrid = shared.0.id_of("ingrid").await.to_string();
    let mut all: Vec<_> = functions().into_iter().map(Asked::Function).collect();
    all.extend([Asked::NewAdministrator, Asked::EndOfAnothersSession]);
    all.extend(TO_GRACE.map(Asked::ToGrace));
    all.extend(server::http::ROUTES.iter().map(|(method, path)| Asked::Route(method, path)));
    all.extend(pages(&shared.0).await.into_iter().map(|page| Asked::Page(page.replace(&ingrid, "INGRID"))));
    all.extend(
        [
            Request::get("/nowhere"),
            Request::get("/users/00000000-0000-0000-0000-000000000000"),
            Request::get("/users/nonsense"),
            Request::get("/fn/users/list"),
            Request::post("/users"),
            Request::post("/fn/users/nonsense"),
            Request { method: "DELETE", ..Request::post("/fn/users/list") },
            Request::get("/pkg/nonsense"),
            Request::get("/api/v1/users"),
        ]
        .map(Asked::Odd),
    );
    let rows = stream::iter(&all)
        .map(async |asked| if asked.changes() { row(asked, &open().await).await } else { row(asked, &shared).await })
        .buffered(4);
    let rows: Vec<String> = rows.collect().await;
    let head = PEOPLE.map(|person| format!("{person:<24}")).join(" ");
    let table = format!("{:<36} {}\n{}", "", head.trim_end(), rows.join("\n"));
    insta::assert_snapshot!("access_table", table);
}

#[test]
fn t20_every_server_function_is_called_by_post_under_fn() {
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert!(path.starts_with("/fn/"), "{path}");
        assert_eq!(method, Method::POST, "{path}");
    }
}
