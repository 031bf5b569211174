//! Pages before the console, without any script: who gets in, and where they get to; and what every page has in common.

use crate::{
    page::Page,
    support::{ANOTHER, Desk, PASSWORD, Plan, pages},
};

fn theme(page: &Page) -> String {
    page.select("html").next().unwrap().attr("data-theme").unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_comes_in_the_theme_that_was_chosen_also_before_signing_in() {
    let desk = Desk::open().await;
    let (ana, stranger) = (desk.person("ana").await, desk.stranger());
    for path in ["/users", "/account"] {
        assert_eq!(theme(&ana.open(path).await.expect(200)), "system");
    }
    assert_eq!(theme(&stranger.open("/sign-in").await.expect(200)), "system");
    for (chosen, shown) in [("dark", "dark"), ("light", "light"), ("system", "system"), ("pink", "system")] {
        ana.set_cookie("keydesk-theme", chosen);
        stranger.set_cookie("keydesk-theme", chosen);
        for path in ["/users", "/account"] {
            assert_eq!(theme(&ana.open(path).await.expect(200)), shown, "{path}");
        }
        assert_eq!(theme(&stranger.open("/sign-in").await.expect(200)), shown);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_signed_in_is_not_asked_again_but_led_on() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    ana.get("/sign-in?next=/groups").await.leads_to("/groups");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_administrator_is_made_by_a_plain_form() {
    let desk = Plan::empty().open().await;
    let code = desk.setup_code().await;
    let mira = desk.stranger();
    mira.get(&format!("/first-run?code={code}")).await.leads_to("/first-run");
    let page = mira.open("/first-run").await.expect(200);
    let form = page.select("form").next().unwrap();
    assert_eq!((form.attr("method"), form.attr("action")), (Some("post"), Some("/first-run")));
    let names: Vec<_> = page.select("form input").filter_map(|input| input.attr("name")).collect();
    assert_eq!(names, ["username", "display_name", "email", "password"]);
    let fields = [("username", "mira"), ("display_name", "Mira Castellanos"), ("email", ""), ("password", PASSWORD)];
    mira.form("/first-run", &fields).await.leads_to("/");
    let page = mira.open("/users").await.expect(200);
    assert_eq!(page.main().row("Mira Castellanos").cell("Groups").text(), "Administrators");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_one_time_password_is_replaced_by_a_plain_form() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let mut form = crate::support::new_user("olga");
    form["form"]["groups"] = serde_json::json!([desk.group("auditors").await]);
    let made = ana.call("users/create", form).await.expect(200).json();
    let once = made["one_time_password"].as_str().unwrap();
    let olga = desk.stranger();
    olga.sign_in("olga", once).await.leads_to("/");
    olga.get("/").await.leads_to("/new-password");

    let refused = olga.form("/new-password", &[("current", "not the right one"), ("new", ANOTHER)]).await;
    let page = Page::of(&refused).expect(422);
    let current = page.part("textbox", "Password you signed in with");
    assert_eq!(current.description(), "This is not your current password.");
    assert_eq!(page.select("[data-strength]").next().unwrap().text(), "", "only a script fills it");
    olga.form("/new-password", &[("current", once), ("new", ANOTHER)]).await.leads_to("/");
    assert_eq!(olga.get("/").await.expect(302).place(), "/users");
}

/// Hashes of one password, made by Python: hashlib, the bcrypt package, argon2-cffi and Django's encoding.
const HASHES: [(&str, &str); 5] = [
    ("bcrypt", "$2b$10$ehFa/aLB3tWQ2JR.JoZcB.ZcshawMCOuCJKhmkQe3rQCNNZE9kPLG"),
    ("scrypt", "$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$4FneHJ70IBD/qT4wDVRXh8QE8riGJNg/6IChq7brvO8"),
    ("PBKDF2", "$pbkdf2-sha256$i=100000,l=32$AAECAwQFBgcICQoLDA0ODw$0g80MDKtWGowFD50y5ZmVF2/o+z+yaK502Iqq40oLXQ"),
    ("Django", "pbkdf2_sha256$100000$QwErTy123456$luQrc2r3SKUn/TVm2z36js8/dWwq5lg1Ba1m/kSgnAo="),
    (
        "an older argon2",
        "$argon2i$v=19$m=4096,t=3,p=1$ar60kFd8hy96lV9wlRq78w$e5JWYvt6GqKHJL2U2vK5tCydpwLvHMG/wQnawARHAFc",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d6_hashes_of_other_products_let_in_with_the_old_password_and_are_argon2id_afterwards() {
    const THEIRS: &str = "violet tractor humming seventeen";
    let desk = Desk::open().await;
    let whose = "user_id = (SELECT id FROM users WHERE username_key = 'ingrid')";
    let stored = format!("SELECT hash FROM passwords WHERE {whose}");
    for (kind, hash) in HASHES {
        desk.run(&format!("UPDATE passwords SET hash = '{hash}' WHERE {whose}")).await;
        desk.stranger().sign_in("ingrid", "violet tractor humming eighteen").await.expect(401);
        assert_eq!(desk.value::<String>(&stored).await, hash, "{kind}: a wrong password upgrades nothing");

        desk.stranger().sign_in("ingrid", THEIRS).await.leads_to("/");
        let upgraded: String = desk.value(&stored).await;
        assert!(upgraded.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kind}: {upgraded}");
        let ingrid = desk.stranger();
        ingrid.sign_in("ingrid", THEIRS).await.leads_to("/");
        assert_eq!(ingrid.get("/").await.expect(302).place(), "/account", "{kind}");
        assert_eq!(desk.value::<String>(&stored).await, upgraded, "{kind}: it is left alone now");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t24_every_page_of_the_console_carries_the_headers_that_close_it_against_others() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let mut policies = vec![];
    for path in pages(&desk).await.into_iter().filter(|path| path != "/").chain(["/nowhere".to_owned()]) {
        let answer = ana.get(&path).await;
        assert_eq!(answer.status, if path == "/nowhere" { 404 } else { 200 }, "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}: {name}");
        }
        let policy = answer.header("content-security-policy").unwrap_or_default().to_owned();
        for part in [
            "default-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "script-src 'self' 'nonce-",
            "'wasm-unsafe-eval'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        policies.push(policy);
    }
    // Another page, another nonce.
    let all = policies.len();
    policies.sort_unstable();
    policies.dedup();
    assert_eq!(policies.len(), all);
}
