//! Pages before the console, with forms as every browser sends them: the first run, and a second factor that has to be
//! set up and given.

use domain::{
    SECOND,
    factors::{Required, SecondFactorPolicy},
    settings::Security,
};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::{
    page::Page,
    support::{Client, Desk, PASSWORD, Plan},
};

/// What mira types at the first run, but for the password and the code.
const MIRA: [(&str, &str); 3] =
    [("username", "mira"), ("display_name", "Mira Castellanos"), ("email", "mira@northwind.example")];

/// What an app shows that was given this secret as it is typed.
fn code(desk: &Desk, secret: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<u8> = secret
        .bytes()
        .filter(|byte| *byte != b' ')
        .flat_map(|byte| {
            let value = ALPHABET.iter().position(|letter| *letter == byte).unwrap();
            (0..5).rev().map(move |bit| (value >> bit & 1) as u8)
        })
        .collect();
    let key: Vec<u8> = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |all, bit| all << 1 | bit)).collect();
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(&(desk.clock.now() / SECOND / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Somebody who has opened the printed link.
async fn with_link(desk: &Desk, setup_code: &str) -> Client {
    let client = desk.stranger();
    client.get(&format!("/first-run?code={setup_code}")).await.leads_to("/first-run");
    client
}

async fn first_run(client: &Client, password: &str) -> crate::support::Answer {
    let mut fields = MIRA.to_vec();
    fields.push(("password", password));
    client.form("/first-run", &fields).await
}

/// What mira typed is still there, and no password.
#[track_caller]
fn assert_kept(page: &Page) {
    for (label, value) in
        ["Username", "Display name", "E-mail (optional)"].into_iter().zip(MIRA.map(|(_, value)| value))
    {
        assert_eq!(page.part("textbox", label).value(), value, "{label}");
    }
    assert_eq!(page.part("textbox", "Password").value(), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_of_the_first_run_asks_for_the_code_unless_the_link_brought_it() {
    let desk = Plan::empty().open().await;
    let setup_code = desk.setup_code().await;
    let page = desk.stranger().open("/first-run").await.expect(200);
    assert!(page.has("heading", "Create the first administrator") && page.has("textbox", "Setup code"));
    let page = with_link(&desk, &setup_code).await.open("/first-run").await.expect(200);
    assert!(page.has("heading", "Create the first administrator") && !page.has("textbox", "Setup code"));

    let page = Page::of(&first_run(&with_link(&desk, "WRONGWRONGWRONGWRONG").await, PASSWORD).await.expect(422));
    let told = page.part("textbox", "Setup code").description();
    assert!(told.contains("This setup code is not valid"), "{told}");
    assert_kept(&page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_weak_password_at_the_first_run_is_refused_with_the_reason_and_what_was_typed_stays() {
    let desk = Plan::empty().open().await;
    let setup_code = desk.setup_code().await;
    for (password, reasons) in [
        ("short", ["Use at least 15 characters.", "Use at least 15 characters."]),
        ("passwordpassword", ["Many people use this password", "easy to guess"]),
        ("mira castellanos", ["made of your name or ours", "made of your name or ours"]),
    ] {
        let page = Page::of(&first_run(&with_link(&desk, &setup_code).await, password).await.expect(422));
        let told = page.part("textbox", "Password").description();
        assert!(reasons.iter().any(|reason| told.contains(reason)), "{password}: {told}");
        assert_kept(&page);
    }
    assert_eq!(desk.count("users").await, 0);
}

/// D1
async fn sign_up(desk: Desk) {
    let setup_code = desk.setup_code().await;
    // Somebody else has the form open already.
    let other = with_link(&desk, &setup_code).await;
    let mira = with_link(&desk, &setup_code).await;
    first_run(&mira, PASSWORD).await.leads_to("/");
    let page = mira.open("/users").await.expect(200);
    assert_eq!(page.main().parts("rowheader").len(), 1);
    assert_eq!(page.main().row("Mira Castellanos").cell("Groups").text(), "Administrators");
    let buttons: Vec<_> = page.part("navigation", "Console").parts("button").iter().map(|own| own.name()).collect();
    assert!(
        buttons.iter().any(|name| name.contains("Mira Castellanos") && name.contains("Administrator")),
        "{buttons:?}"
    );

    let late = Page::of(&first_run(&other, PASSWORD).await.expect(409));
    assert!(
        late.shows("Keydesk is set up already. Sign in, or ask an administrator for an account."),
        "{}",
        late.outline()
    );
    other.get(&format!("/first-run?code={setup_code}")).await.leads_to("/sign-in");
    assert_eq!(desk.count("users").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_the_link_makes_the_first_person_an_administrator_and_then_sign_up_is_closed_on_sqlite() {
    sign_up(Plan::empty().open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_the_link_makes_the_first_person_an_administrator_and_then_sign_up_is_closed_on_postgres() {
    if crate::support::left_out(module_path!()) {
        return;
    }
    let database = crate::support::create_database().await;
    sign_up(Plan::empty().on_postgres(&database).open().await).await;
    crate::support::drop_database(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_is_set_up_by_plain_forms_and_its_code_and_a_recovery_code_let_in() {
    let desk = Desk::open().await;
    let second_factor = SecondFactorPolicy { required: Required::Everyone, ..SecondFactorPolicy::default() };
    let security = serde_json::to_string(&Security { second_factor, ..Security::default() }).unwrap();
    desk.run(&format!("INSERT INTO settings (name, value) VALUES ('security', '{security}')")).await;

    let ingrid = desk.person("ingrid").await;
    let page = ingrid.open("/set-up").await.expect(200);
    assert!(page.has("heading", "Set up a second factor") && page.has("img", "QR code for an authenticator app"));
    let secret = |page: &Page| page.select(".secret code").next().unwrap().text();
    let ticket = |page: &Page| page.select("form[action='/set-up'] [name=ticket]").next().unwrap().value();
    let (shown, first) = (secret(&page), ticket(&page));

    let page = Page::of(&ingrid.form("/set-up", &[("ticket", &*first), ("code", "000000")]).await.expect(422));
    let told = page.part("textbox", "Code that the app shows").description();
    assert!(told.contains("not right"), "{told}");
    assert_eq!(secret(&page), shown, "the same app goes on");

    let (again, right) = (ticket(&page), code(&desk, &shown));
    let page = Page::of(&ingrid.form("/set-up", &[("ticket", &*again), ("code", &*right)]).await.expect(200));
    assert!(page.has("heading", "Keep your recovery codes"), "{}", page.outline());
    let recovery: Vec<_> = page.select("#codes li").map(|line| line.text()).collect();
    assert_eq!(recovery.len(), 10);
    assert!(page.part("checkbox", "I have kept these codes").attr("required").is_some());
    assert!(page.has("button", "Go on"));
    ingrid.get("/account").await.expect(200);

    // A code counts once.
    desk.clock.advance(30 * SECOND);
    for (with, given) in [("app", code(&desk, &shown)), ("recovery", recovery[0].clone())] {
        ingrid.form("/sign-out", &[]).await.leads_to("/sign-in");
        ingrid.sign_in("ingrid", PASSWORD).await.leads_to("/second-factor");
        ingrid.form("/second-factor", &[("with", with), ("code", &*given)]).await.leads_to("/");
        ingrid.get("/account").await.expect(200);
    }
}
