//! Every string by which others find this server: addresses, forms, cookies, settings, the command line, and the names
//! that browsers keep. `pins.txt` holds them, to be read as a whole.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use app::layout::{THEME_COOKIE, Theme};
use domain::{
    factors::{Required, SecondFactorPolicy},
    settings::Security,
};
use serde_json::json;
use server::config::{Config, LogFormat, SETTINGS};
use sha2::{Digest, Sha256};
use testing::Reviewed;
use tower_sessions::session::Id;

use crate::support::{ANOTHER, Answer, Client, Desk, PASSWORD, Plan, arguments, functions, pages};

fn settings(pins: &mut Reviewed) {
    pins.heading("Settings: the key in the file, the variable, the default");
    for setting in &SETTINGS {
        let default = setting.default.map_or_else(|| "none".to_owned(), |default| format!("{default:?}"));
        pins.line(setting.key, format_args!("{}, {default}", setting.variable));
    }
    for format in every!(LogFormat: Text, Json) {
        pins.line("log_format", format.name());
    }
    pins.heading("What holds where nothing is set");
    for (key, value) in Config::read(None, [], &[]).unwrap().effective() {
        pins.json(key, &value);
    }
}

/// What a command says of itself.
fn help(command: &[String]) -> String {
    let said = Command::new(env!("CARGO_BIN_EXE_keydesk")).args(command).arg("--help").output().unwrap();
    assert!(said.status.success(), "{command:?}");
    String::from_utf8(said.stdout).unwrap()
}

/// The flags in a help text.
fn flags(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    lines.filter_map(|line| line.split(' ').find(|word| word.starts_with("--"))).map(str::to_owned).collect()
}

/// A command with its own flags, and those under it.
fn commands(pins: &mut Reviewed, command: &[String], everywhere: &BTreeSet<String>) {
    let help = help(command);
    let usage = help.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap();
    let own: Vec<_> = flags(&help).into_iter().filter(|flag| !everywhere.contains(flag)).collect();
    pins.line(usage, own.join(" "));
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    for name in listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty())) {
        if name != "help" {
            commands(pins, &[command, &[name.to_owned()]].concat(), everywhere);
        }
    }
}

fn command_line(pins: &mut Reviewed) {
    pins.heading("The command line: flags for every command, then each with its own");
    let everywhere = flags(&help(&[]));
    pins.line("everywhere", everywhere.iter().map(String::as_str).collect::<Vec<_>>().join(" "));
    for setting in &SETTINGS {
        let flag = format!("--{}", setting.key.replace(['.', '_'], "-"));
        assert!(everywhere.contains(&flag), "{flag} is no flag");
    }
    commands(pins, &[], &everywhere);
}

/// Each cookie of an answer with all but its value.
fn note(answer: &Answer, found: &mut BTreeSet<String>) {
    for cookie in answer.all("set-cookie") {
        let mut parts = cookie.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let value = if value.is_empty() { "" } else { "..." };
        // The day on which a cookie was taken away means nothing.
        let attributes: Vec<_> = parts.filter(|part| !part.starts_with("Expires=")).collect();
        found.insert(format!("{name}={value}; {}", attributes.join("; ")));
    }
}

async fn cookies(pins: &mut Reviewed, origin: Option<&str>) {
    let at = |plan: Plan| match origin {
        Some(origin) => plan.set("origin", origin),
        None => plan,
    };
    let (desk, empty) = (at(Plan::default()).open().await, at(Plan::empty()).open().await);
    let mut found = BTreeSet::new();
    let ana = desk.stranger();
    note(&ana.get("/sign-in").await, &mut found);
    note(&ana.sign_in("ana", PASSWORD).await, &mut found);
    note(&ana.form("/sign-out", &[]).await, &mut found);
    desk.passkey_of("ingrid").await;
    desk.run("UPDATE users SET factors = 3 WHERE username_key = 'ingrid'").await;
    note(&desk.stranger().sign_in("ingrid", PASSWORD).await, &mut found);
    let (first, code) = (empty.stranger(), empty.setup_code().await);
    note(&first.get(&format!("/first-run?code={code}")).await, &mut found);
    let form = [("username", "ana"), ("display_name", "Ana Moreira"), ("email", ""), ("password", ANOTHER)];
    note(&first.form("/first-run", &form).await.leads_to("/"), &mut found);
    pins.heading(&format!("Cookies at {}", origin.unwrap_or("http://localhost")));
    for cookie in found {
        let (name, attributes) = cookie.split_once('=').unwrap();
        pins.line(name, attributes);
    }
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the database keeps of cookies.
async fn hashes_of_cookies(pins: &mut Reviewed) {
    pins.heading("Cookies: what is kept of them, and what is read from them");
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let is = async |table: &str, hash: String, what: &'static str| {
        let there = desk.count(&format!("{table} WHERE token_hash = x'{hash}'")).await == 1;
        if there { what.to_owned() } else { format!("no longer {what}") }
    };
    let id: Id = desk.session_cookie(&ana).parse().unwrap();
    let hash = hex(Sha256::digest(id.0.to_be_bytes()));
    pins.line("sessions.token_hash", is("sessions", hash, "SHA-256 of the number, the highest byte first").await);
    let hash = hex(Sha256::digest(ana.cookie("keydesk-device").unwrap()));
    pins.line("known_devices.token_hash", is("known_devices", hash, "SHA-256 of the text").await);
    for theme in every!(Theme: Light, Dark, System) {
        assert_eq!(Theme::from_name(theme.name()), theme);
        pins.line(THEME_COOKIE, theme.name());
    }
}

async fn routes(pins: &mut Reviewed, desk: &Desk) {
    pins.heading("Routes");
    for (method, path) in server::http::ROUTES {
        pins.line(method, path);
    }
    let ingrid = desk.id_of("ingrid").await.to_string();
    for page in pages(desk).await {
        pins.line("page", page.replace(&ingrid, ":id"));
    }
}

/// A call with an argument that no type takes is refused for it: under another name the argument would be missing, or
/// nobody would look at it.
async fn server_functions(pins: &mut Reviewed, desk: &Desk, ana: &Client) {
    pins.heading("Server functions: POST, with arguments as JSON");
    for function in functions() {
        let given = arguments(desk, function, "ana").await.expect("support.rs says with what it is called");
        let mut names: Vec<_> = given.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        for name in &names {
            let mut wrong = given.clone();
            wrong[*name] = json!(1.5);
            let answer = ana.call(function, wrong).await;
            let told = answer.text();
            let refused = (400..500).contains(&answer.status) && told.contains("Malformed");
            assert!(refused && !told.contains("missing field"), "{function} takes no {name}: {} {told}", answer.status);
        }
        pins.line(format_args!("/fn/{function}"), names.join(" "));
    }
}

/// The forms of a page that work without any script: method, address, names of fields.
fn forms(pins: &mut Reviewed, page: &str, answer: &Answer) {
    let html = answer.text();
    let attribute = |form: &str, name: &str| {
        let (_, rest) = form.split_once(&format!(" {name}=\""))?;
        rest.split('"').next().map(str::to_owned)
    };
    for form in html.split("<form").skip(1) {
        let form = form.split("</form>").next().unwrap_or_default();
        // Others are sent by the console's own half.
        let Some(action) = attribute(form, "action") else { continue };
        let mut names: Vec<_> = form.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        names.dedup();
        let method = attribute(form, "method").unwrap_or_default();
        pins.line(format_args!("{page}, {method} {action}"), names.join(" "));
    }
}

async fn entry_forms(pins: &mut Reviewed, desk: &Desk, ana: &Client) {
    pins.heading("Forms");
    let empty = Plan::empty().open().await;
    forms(pins, "/first-run", &empty.stranger().get("/first-run").await.expect(200));
    forms(pins, "/sign-in", &desk.stranger().get("/sign-in").await.expect(200));
    let (newcomer, _) = desk.newcomer().await;
    forms(pins, "/new-password", &newcomer.get("/new-password").await.expect(200));
    desk.passkey_of("ingrid").await;
    desk.run("UPDATE users SET factors = 7 WHERE username_key = 'ingrid'").await;
    let ingrid = desk.stranger();
    ingrid.sign_in("ingrid", PASSWORD).await.leads_to("/second-factor");
    forms(pins, "/second-factor", &ingrid.get("/second-factor").await.expect(200));
    forms(pins, "/second-factor?with=recovery", &ingrid.get("/second-factor?with=recovery").await.expect(200));
    for page in ["/users", "/audit"] {
        forms(pins, page, &ana.get(page).await.expect(200));
    }
    pins.line("/new-password is where", newcomer.get("/users").await.location());
}

/// From here on a second factor is required of everybody.
async fn enrolment(pins: &mut Reviewed, desk: &Desk) {
    let second_factor = SecondFactorPolicy { required: Required::Everyone, ..SecondFactorPolicy::default() };
    let security = serde_json::to_string(&Security { second_factor, ..Security::default() }).unwrap();
    desk.run(&format!("INSERT INTO settings (name, value) VALUES ('security', '{security}')")).await;
    let tomas = desk.person("tomas").await;
    forms(pins, "/set-up", &tomas.get("/set-up").await.expect(200));
    pins.line("/set-up is where", tomas.get("/users").await.location());
}

async fn addresses(pins: &mut Reviewed, desk: &Desk, ana: &Client) {
    pins.heading("Where requests are led to");
    let stranger = desk.stranger();
    let led = async |client: &Client, path: &str| client.get(path).await.location().to_owned();
    for path in ["/", "/users?q=ana", "/second-factor", "/set-up", "/new-password", "/.well-known/change-password"] {
        pins.line(path, led(&stranger, path).await);
    }
    let ended = desk.stranger();
    ended.set_cookie("keydesk", &desk.session_cookie(&desk.person("priya").await));
    desk.run("DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE username_key = 'priya')").await;
    pins.line("/users after the session has ended", led(&ended, "/users").await);
    for path in ["/sign-in?next=%2Fgroups", "/sign-in?next=//evil.example"] {
        pins.line(format_args!("{path} of somebody signed in"), led(ana, path).await);
    }
    let form = [("username", "grace"), ("password", PASSWORD), ("next", "/groups")];
    pins.line("next of the form", desk.stranger().form("/sign-in", &form).await.location());
    desk.passkey_of("grace").await;
    desk.run("UPDATE users SET factors = 3 WHERE username_key = 'grace'").await;
    pins.line("next before a second factor", desk.stranger().form("/sign-in", &form).await.location());

    pins.heading("Answers for scripts and other programs");
    let own = desk.id_of("ana").await.to_string();
    let origin = desk.config.listening.origin.to_string();
    for path in ["/session", "/health", "/health/ready", "/.well-known/webauthn"] {
        for (who, client) in [("a stranger", &stranger), ("ana", ana)] {
            let text = client.get(path).await.expect(200).text().replace(&own, "ANA").replace(&origin, "ORIGIN");
            pins.json(format_args!("{path} of {who}"), &text);
        }
    }
}

/// Every source file of the browser's half.
fn sources(folder: &Path, found: &mut Vec<String>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort_unstable();
    for path in paths {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "js") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

/// What storage a source asks for by a name: a text, or a constant of the same file.
fn stored(source: &str, found: &mut BTreeSet<String>) {
    for call in ["setItem(", "getItem(", "removeItem(", "set_item(", "get_item(", "remove_item("] {
        for (at, _) in source.match_indices(call) {
            let name = source[at + call.len()..].split([',', ')']).next().unwrap_or_default().trim();
            let constant = source.split_once(&format!("const {name} = ")).map(|(_, rest)| rest);
            let name = constant.map_or(name, |rest| rest.split(';').next().unwrap_or_default());
            found.insert(name.trim_matches(['\'', '"']).to_owned());
        }
    }
}

/// Names that begin with ours: of cookies, storage, events, scripts and what stands in a page's head.
fn named_after_us(source: &str, found: &mut BTreeSet<String>) {
    for (at, _) in source.match_indices("keydesk") {
        let begins = !source[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || "-_/".contains(c));
        let rest = source[at..].split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        if begins && rest.len() > "keydesk".len() {
            found.insert(rest.to_owned());
        }
    }
}

fn browsers(pins: &mut Reviewed) {
    pins.heading("What browsers keep, and names that pages and their scripts share");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = vec![];
    for folder in ["app/src", "frontend/src", "public/js"] {
        sources(&root.join(folder), &mut all);
    }
    let (mut kept, mut names) = (BTreeSet::new(), BTreeSet::new());
    for source in &all {
        stored(source, &mut kept);
        named_after_us(source, &mut names);
    }
    let sessions = all.iter().any(|source| source.contains("sessionStorage") || source.contains("session_storage"));
    pins.line("storage", kept.iter().map(String::as_str).collect::<Vec<_>>().join(" "));
    pins.line("storage of one tab", if sessions { "used" } else { "unused" });
    for name in names {
        pins.line("name", name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_string_by_which_others_find_this_server_is_as_it_was_reviewed() {
    let mut pins = reviewed!("pins");
    settings(&mut pins);
    command_line(&mut pins);
    cookies(&mut pins, None).await;
    cookies(&mut pins, Some("https://keydesk.example")).await;
    hashes_of_cookies(&mut pins).await;
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    routes(&mut pins, &desk).await;
    addresses(&mut pins, &desk, &ana).await;
    entry_forms(&mut pins, &desk, &ana).await;
    enrolment(&mut pins, &desk).await;
    let another = Desk::open().await;
    server_functions(&mut pins, &another, &another.person("ana").await).await;
    browsers(&mut pins);
    pins.check();
}
