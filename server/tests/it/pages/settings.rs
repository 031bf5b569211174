//! The settings: what those see who may look and change nothing, and those who may not look.

use domain::fields::{FieldForm, FieldKind};
use services::fields;

use crate::{page::Part, support::Desk};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_sees_the_settings_greyed_with_the_permission_that_is_missing() {
    let desk = Desk::open().await;
    let page = desk.person("priya").await.open("/settings").await.expect(200);
    let main = page.main();
    assert!(main.has("heading", "Settings") && main.has("heading", "No custom fields yet"), "{}", main.outline());
    for name in ["Save settings", "Save security settings", "Add field", "Add company, origin and location"] {
        let button = main.part("button", name);
        assert!(button.is_disabled(), "{name}");
        assert_eq!(button.attr("aria-description"), Some("Needs the permission “Edit settings”"), "{name}");
    }
    for name in ["Days until a deleted user is erased", "Shortest password", "Words not for passwords"] {
        assert!(main.part("textbox", name).is_disabled(), "{name}");
    }
    for (role, name) in [("checkbox", "Authenticator app"), ("radio", "Everyone")] {
        let found = main.parts(role).into_iter().find(|part| part.name().starts_with(name));
        assert!(found.expect(name).is_disabled(), "{name}");
    }
    assert_eq!(page.select(".field-line").count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_manager_has_no_way_to_the_settings() {
    let desk = Desk::open().await;
    let tomas = desk.person("tomas").await;
    let page = tomas.open("/users").await.expect(200);
    let ways: Vec<_> = page.part("navigation", "Console").parts("link").into_iter().map(Part::name).collect();
    assert!(ways.iter().any(|way| way.starts_with("Users")), "{ways:?}");
    assert!(!ways.iter().any(|way| way.contains("Settings")), "{ways:?}");
    let page = tomas.open("/settings").await.expect(403);
    assert!(page.main().shows("“View settings” (settings:view)"), "{}", page.outline());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn markup_in_the_name_and_the_choices_of_a_field_is_text() {
    let desk = Desk::open().await;
    let form = FieldForm {
        name: "<b>Bold</b>".into(),
        kind: FieldKind::Choice,
        choices: "<i>a</i>\n\"b\" & c".into(),
        ..FieldForm::default()
    };
    fields::save(&desk.installation.operator(), &form).await.unwrap();
    let page = desk.person("ana").await.open("/settings").await.expect(200);
    let lines: Vec<_> = page.select(".field-line").map(Part::text).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("<b>Bold</b>") && lines[0].contains("One of <i>a</i>, \"b\" & c"), "{lines:?}");
    assert_eq!(page.select("main .field-line i, main .field-line b b").count(), 0);
}
