//! The audit log: what a page of it says, its filters and pages by their addresses, and who has a way to it.

use domain::fields::FieldForm;
use serde_json::json;
use services::fields;

use crate::{
    page::Part,
    support::{ANOTHER, Desk, new_user},
};

/// The lines of the events, newest first.
fn events(main: Part<'_>) -> Vec<Part<'_>> {
    main.parts("summary")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_was_tampered_with_names_what_is_wrong_and_leads_to_the_whole_log() {
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    for query in
        ["person=ana", "actor=1", "kind=everything", "from=2026-02-30", "to=tomorrow", "result=maybe", "before=last"]
    {
        let page = ana.open(&format!("/audit?{query}")).await.expect(422);
        let main = page.main();
        let (name, _) = query.split_once('=').unwrap();
        assert!(main.has("heading", "This address cannot be read"), "{query}: {}", main.outline());
        assert!(main.shows(&format!("“{name}”")), "{query}: {}", main.outline());
        assert_eq!(main.part("link", "Start over").href(), "/audit", "{query}");
    }
    assert!(!events(ana.open("/audit").await.expect(200).main()).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn markup_in_a_name_is_text() {
    const MARKUP: &str = "<img src=x onerror=alert(1)>";
    let desk = Desk::open().await;
    let ana = desk.person("ana").await;
    let form = FieldForm { name: MARKUP.into(), ..FieldForm::default() };
    ana.call("fields/save", json!({ "form": form })).await.expect(200);
    let page = ana.open("/audit").await.expect(200);
    let newest = events(page.main())[0];
    assert!(newest.shows(&format!("added the custom field {MARKUP}")), "{}", newest.text());
    assert_eq!(page.select("main img").count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_manager_has_no_way_to_the_log() {
    let desk = Desk::open().await;
    let tomas = desk.person("tomas").await;
    let page = tomas.open("/users").await.expect(200);
    let ways: Vec<_> = page.part("navigation", "Console").parts("link").into_iter().map(Part::name).collect();
    assert!(ways.iter().any(|way| way.starts_with("Users")), "{ways:?}");
    assert!(!ways.iter().any(|way| way.contains("Audit log")), "{ways:?}");
    let page = tomas.open("/audit").await.expect(403);
    assert!(page.main().shows("“View the audit log” (audit:view)"), "{}", page.outline());
}

on_both! {
    async fn what_was_erased_with_a_person_says_so_and_names_nobody(desk: Desk) {
        let ana = desk.person("ana").await;
        let mut olga = new_user("olga");
        olga["form"]["display_name"] = json!("Olga Petrova");
        let id = ana.call("users/create", olga).await.expect(200).json()["id"].as_str().unwrap().to_owned();
        ana.call("users/delete", json!({ "id": id })).await.expect(200);
        ana.call("users/erase", json!({ "id": id, "name": "olga" })).await.expect(200);
        let page = ana.open(&format!("/audit?person={id}")).await.expect(200);
        let main = page.main();
        assert!(main.shows("About somebody who was erased"), "{}", main.outline());
        assert!(!main.shows("Olga"), "{}", main.outline());
        let created = page.select("details.event").find(|event| event.shows("User created (details erased)"));
        let created = created.expect("that somebody was created stays");
        assert!(created.shows("The details of this event were erased with the person it was about."));
        assert!(created.shows("user_created"), "{}", created.text());
        assert!(events(main).iter().any(|event| event.shows("erased a user")), "{}", main.outline());
    }
}

on_both! {
    async fn long_logs_go_on_page_by_page_and_back_to_the_newest(desk: Desk) {
        let operator = desk.installation.operator();
        let field = |name: &str| FieldForm { name: name.into(), ..FieldForm::default() };
        let first = fields::save(&operator, &field("First")).await.unwrap();
        fields::save(&operator, &field("Second")).await.unwrap();
        for at in 0..62 {
            fields::move_by_one(&operator, first, at % 2 == 1).await.unwrap();
        }
        let ana = desk.person("ana").await;
        let newest = ana.open("/audit?kind=field_updated").await.expect(200);
        assert_eq!(events(newest.main()).len(), 30);
        assert!(!newest.has("link", "Newest"));
        let older = newest.main().part("link", "Older").href().to_owned();
        assert!(older.starts_with("/audit?kind=field_updated&before="), "{older}");
        let middle = ana.open(&older).await.expect(200);
        assert_eq!(events(middle.main()).len(), 30);
        assert_eq!(middle.main().part("link", "Newest").href(), "/audit?kind=field_updated");
        let last = ana.open(middle.main().part("link", "Older").href()).await.expect(200);
        assert_eq!(events(last.main()).len(), 2);
        assert!(!last.has("link", "Older"));
        assert_eq!(last.main().part("link", "Newest").href(), "/audit?kind=field_updated");
    }
}

on_both! {
    /// The clock stands still on 28 May 2026.
    async fn the_log_is_read_and_filtered_by_plain_requests(desk: Desk) {
        desk.stranger().sign_in("priya", ANOTHER).await.expect(401);
        let ana = desk.person("ana").await;
        let page = ana.open("/audit").await.expect(200);
        let all = events(page.main()).len();
        let newest = page.select("details.event").next().unwrap();
        assert!(newest.only("summary").shows("Ana Moreira signed in with a password"), "{}", newest.text());
        assert!(newest.shows("signed_in"), "{}", newest.text());

        let about = ana.open(newest.part("link", "Events about this person").href()).await.expect(200);
        assert_eq!(events(about.main()).len(), 1);
        assert!(about.main().has("link", "Remove: About Ana Moreira"), "{}", about.outline());
        // The form sends all its fields, and keeps whom the list is about.
        let form = about.closed("dialog", "Filter");
        assert!(form.has("button", "Show matches"), "{}", form.outline());
        let form = about.select("#log-filter form").next().unwrap();
        assert_eq!((form.attr("method"), form.attr("action")), (Some("get"), Some("/audit")));
        let sent: Vec<_> = about
            .select("#log-filter [name]")
            .map(|field| match field.attr("name").unwrap() {
                "result" => "result=failed".to_owned(),
                "person" => format!("person={}", field.value()),
                name => format!("{name}="),
            })
            .collect();
        let person = format!("person={}", desk.id_of("ana").await);
        let asked = [&*person, "actor=", "kind=", "from=", "to=", "result=failed"];
        assert!(sent.len() == asked.len() && asked.iter().all(|part| sent.iter().any(|own| own == part)), "{sent:?}");

        let none = ana.open(&format!("/audit?{}", sent.join("&"))).await.expect(200);
        assert!(none.main().has("heading", "Nothing like this is recorded"), "{}", none.outline());
        let without = ana.open(none.main().part("link", "Remove: Result is failed").href()).await.expect(200);
        assert_eq!(events(without.main()).len(), 1);

        let done = ana.open("/audit?result=done").await.expect(200);
        assert_eq!(events(done.main()).len(), all - 1);
        for query in ["from=2026-05-30", "to=2026-05-26"] {
            let page = ana.open(&format!("/audit?{query}")).await.expect(200);
            assert!(page.main().has("heading", "Nothing like this is recorded"), "{query}: {}", page.outline());
            assert_eq!(page.main().part("link", "Show everything").href(), "/audit", "{query}");
        }
    }
}
