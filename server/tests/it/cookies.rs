//! T13, T14: what the session's cookie looks like, and when it is exchanged.

use serde_json::json;
use services::setup;
use sha2::Digest as _;

use crate::support::{ANOTHER, Answer, Client, Desk, PASSWORD, Plan, Request, START};

fn cookie(answer: &Answer, name: &str) -> Vec<String> {
    let cookies: Vec<_> = answer.all("set-cookie").filter(|cookie| cookie.starts_with(&format!("{name}="))).collect();
    assert_eq!(cookies.len(), 1, "{:?}", answer.headers);
    let mut parts: Vec<String> = cookies[0].split("; ").skip(1).map(str::to_owned).collect();
    parts.sort_unstable();
    parts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t14_on_loopback_the_cookie_is_http_only_and_for_this_site() {
    let desk = Desk::open().await;
    let answer = desk.stranger().sign_in("ana", PASSWORD).await.expect(303);
    assert_eq!(cookie(&answer, "keydesk"), ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax"]);
    assert_eq!(cookie(&answer, "keydesk-device"), ["HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=Lax"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t14_behind_tls_the_cookie_is_bound_to_the_host_and_secure() {
    let desk = Plan::default().set("origin", "https://keydesk.example").open().await;
    let ana = desk.stranger();
    let answer = ana.sign_in("ana", PASSWORD).await.expect(303);
    assert_eq!(cookie(&answer, "__Host-keydesk"), ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax", "Secure"]);
    assert_eq!(
        cookie(&answer, "__Host-keydesk-device"),
        ["HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=Lax", "Secure"]
    );
    ana.get("/users").await.expect(200);
    // The name without the prefix, which another host could plant, opens nothing.
    let value = ana.cookie("__Host-keydesk").unwrap();
    let planted = desk.stranger();
    planted.set_cookie("keydesk", &value);
    planted.get("/users").await.expect(303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t14_the_setup_codes_cookie_is_short_and_as_closed_as_the_sessions() {
    let desk = Plan::empty().set("origin", "https://keydesk.example").open().await;
    let code = desk.setup_code().await;
    let answer = desk.stranger().get(&format!("/first-run?code={code}")).await.leads_to("/first-run");
    assert_eq!(
        cookie(&answer, "__Host-keydesk-setup"),
        ["HttpOnly", "Max-Age=3600", "Path=/", "SameSite=Lax", "Secure"]
    );
}

/// Whether this cookie still opens anything.
async fn lives(desk: &Desk, value: &str) -> bool {
    let client = desk.stranger();
    client.set_cookie("keydesk", value);
    match client.call("account/time_left", json!({})).await.status {
        200 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_every_sign_in_gives_a_new_cookie_and_ends_the_old_one() {
    let desk = Desk::open().await;
    let client = desk.person("ingrid").await;
    let first = desk.session_cookie(&client);
    client.sign_in("ana", PASSWORD).await.expect(303);
    let second = desk.session_cookie(&client);
    assert_ne!(first, second);
    assert!(!lives(&desk, &first).await);
    assert!(lives(&desk, &second).await);
    assert_eq!(desk.count("sessions").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_a_cookie_that_somebody_planted_is_not_taken_over() {
    let desk = Desk::open().await;
    let planted = desk.session_cookie(&desk.person("ana").await).replace(|c: char| c.is_ascii_lowercase(), "A");
    let victim = desk.stranger();
    victim.set_cookie("keydesk", &planted);
    victim.sign_in("ana", PASSWORD).await.expect(303);
    assert_ne!(desk.session_cookie(&victim), planted);
    assert!(!lives(&desk, &planted).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_recent_proof_gives_a_new_cookie_and_ends_the_old_one() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let first = desk.session_cookie(&ana);
    let session = desk.session_of("ana").await;
    let create = json!({ "form": { "username": "newcomer", "display_name": "N", "email": "", "password": "Random", "groups": [] } });
    desk.clock.advance(6 * domain::MINUTE);
    ana.call("users/create", create.clone()).await.expect(403);
    ana.call("account/prove", json!({ "proof": { "password": "wrong" } })).await.expect(422);
    assert_eq!(desk.session_cookie(&ana), first);
    ana.call("account/prove", json!({ "proof": { "password": PASSWORD } })).await.expect(200);
    let second = desk.session_cookie(&ana);
    assert_ne!(first, second);
    assert!(!lives(&desk, &first).await);
    ana.call("users/create", create).await.expect(200);
    assert_eq!(desk.session_of("ana").await, session, "it is the same session to its person");
    assert_eq!(desk.count("sessions").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_the_first_run_gives_a_new_cookie() {
    let desk = Plan::empty().open().await;
    let code = desk.setup_code().await;
    let client = desk.stranger();
    client.set_cookie("keydesk", "AAAAAAAAAAAAAAAAAAAAAA");
    let fields = [("code", code.as_str()), ("username", "ana"), ("display_name", "Ana"), ("password", PASSWORD)];
    client.form("/first-run", &fields).await.leads_to("/");
    assert_ne!(desk.session_cookie(&client), "AAAAAAAAAAAAAAAAAAAAAA");
    assert!(!lives(&desk, "AAAAAAAAAAAAAAAAAAAAAA").await);
    client.get("/users").await.expect(200);
    assert!(setup::is_set_up(&desk.installation.system()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_two_sign_ins_never_share_a_value_and_each_carries_128_bits() {
    let desk = Desk::open().await;
    let (one, two) = (desk.person("ana").await, desk.person("ana").await);
    let (one, two) = (desk.session_cookie(&one), desk.session_cookie(&two));
    assert_ne!(one, two);
    assert_eq!((one.len(), two.len()), (22, 22), "128 bits in base64");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_strangers_get_neither_a_cookie_nor_a_session() {
    let desk = Desk::open().await;
    let stranger = desk.stranger();
    for path in ["/", "/users", "/first-run", "/new-password", "/health", "/nowhere"] {
        assert_eq!(stranger.get(path).await.all("set-cookie").count(), 0, "{path}");
    }
    // What binds a passkey's question to the browser that it was asked, and nothing more.
    for answer in [
        stranger.get("/sign-in").await,
        stranger.sign_in("ana", "wrong").await,
        stranger.sign_in("samuel", PASSWORD).await,
    ] {
        assert!(answer.all("set-cookie").all(|cookie| cookie.starts_with("keydesk-passkey=")));
    }
    for answer in [
        stranger.call("users/list", json!({})).await,
        stranger.form("/sign-out", &[]).await,
        stranger.form("/first-run", &[("code", "x")]).await,
    ] {
        assert_eq!(answer.all("set-cookie").count(), 0);
    }
    assert_eq!(desk.count("sessions").await, 0);
    assert_eq!(desk.count("known_devices").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_the_database_does_not_hold_what_the_cookies_hold() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    ana.call("account/prove", json!({ "proof": { "password": PASSWORD } })).await.expect(200);
    desk.run("PRAGMA wal_checkpoint(FULL)").await;
    let mut bytes = vec![];
    for file in ["keydesk.db", "keydesk.db-wal"] {
        bytes.extend(std::fs::read(desk.folder.path().join(file)).unwrap_or_default());
    }
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"Ana Moreira"), "this looks at the wrong file");
    let (session, device) = (desk.session_cookie(&ana), ana.cookie("keydesk-device").unwrap());
    assert!(!holds(session.as_bytes()) && !holds(device.as_bytes()) && !holds(PASSWORD.as_bytes()));
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let raw = URL_SAFE_NO_PAD.decode(session).unwrap();
    let turned: Vec<u8> = raw.iter().rev().copied().collect();
    assert!(!holds(&raw) && !holds(&turned));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_garbage_or_enormous_cookie_does_no_harm() {
    let desk = Desk::open().await;
    let many = (0..200).map(|n| format!("c{n}={n}")).collect::<Vec<_>>().join("; ");
    let enormous = format!("keydesk={}", "A".repeat(60_000));
    let cookies: [&[u8]; 8] = [
        b"keydesk=",
        b"keydesk=garbage",
        b"keydesk",
        b"=;=;;=",
        b"keydesk=%00%ff; keydesk-device=\x01",
        b"keydesk=\xff\xfe\x80",
        many.as_bytes(),
        enormous.as_bytes(),
    ];
    for cookie in cookies {
        let about = String::from_utf8_lossy(&cookie[..cookie.len().min(40)]).into_owned();
        let with = |request: Request| request.with("cookie", cookie);
        let stranger = desk.stranger();
        let page = stranger.send(with(Request::get("/sign-in"))).await;
        assert!([200, 400, 431].contains(&page.status), "{about}: {}", page.status);
        let answer = stranger.send(with(Request::call("account/profile", &json!({})))).await;
        assert!([400, 401, 431].contains(&answer.status), "{about}: {}", answer.status);
        let form = Request::form("/sign-in", &[("username", "ana"), ("password", PASSWORD)]);
        let answer = stranger.send(with(form)).await;
        assert!([303, 400, 431].contains(&answer.status), "{about}: {}", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t14_a_password_change_ends_the_persons_other_sessions() {
    let desk = Desk::open().await;
    let (here, there) = (desk.person("ana").await, desk.person("ana").await);
    let change = json!({ "current": PASSWORD, "new": ANOTHER, "end_others": true });
    assert_eq!(here.call("account/change_password", change).await.expect(200).json(), json!(1));
    assert!(!lives(&desk, &desk.session_cookie(&there)).await);
    assert!(lives(&desk, &desk.session_cookie(&here)).await);
    desk.stranger().sign_in("ana", PASSWORD).await.expect(401);
    desk.stranger().sign_in("ana", ANOTHER).await.expect(303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_t13_every_sign_in_draws_a_new_device_cookie_and_takes_over_none_that_was_brought() {
    let desk = Desk::open().await;
    let client: Client = desk.person("ana").await;
    let device = client.cookie("keydesk-device").unwrap();
    client.form("/sign-out", &[]).await.leads_to("/sign-in");
    assert_eq!(client.cookie("keydesk"), None, "signing out takes the session's cookie");
    let answer = client.sign_in("ana", PASSWORD).await.leads_to("/");
    assert_eq!(cookie(&answer, "keydesk-device").len(), 4);
    let second = client.cookie("keydesk-device").unwrap();
    assert_ne!(second, device, "whoever read the first one holds nothing");
    assert_eq!(desk.count("known_devices").await, 1, "it is the same browser to us");
    assert!(desk.value::<i64>("SELECT max(seen_at) FROM known_devices").await >= START);

    let planted = "a".repeat(64);
    let victim = desk.stranger();
    victim.set_cookie("keydesk-device", &planted);
    victim.sign_in("ana", PASSWORD).await.leads_to("/");
    assert_ne!(victim.cookie("keydesk-device").unwrap(), planted);
    let hash = sha2::Sha256::digest(&planted).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let held = format!("SELECT count(*) FROM known_devices WHERE hex(token_hash) = upper('{hash}')");
    assert_eq!(desk.value::<i64>(&held).await, 0);
}
