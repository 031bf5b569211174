//! Names as people have them, and names that nobody can see: everywhere a name is typed.

use domain::{
    Problem,
    factors::PasskeyId,
    fields::{FieldForm, FieldKind, FieldValue},
    settings::{Security, SecurityForm},
    users::UserChanges,
};
use services::{account, credentials, fields, settings, setup, users};

use crate::support::*;

/// Real names that need what nobody sees, or more than one mark on a letter.
const REAL: [&str; 5] = ["علی\u{200c}رضا", "ක්\u{200d}රිස්ටි", "क्\u{200d}षेत्र", "Ana 👩\u{200d}💻", "Nguye\u{302}\u{303}n"];

/// Names that nobody can see, or that hide something, and what is said of them.
fn unseen() -> Vec<(&'static str, Problem)> {
    let named = |code: &str| Problem::Character(format!("the invisible character {code}"));
    vec![
        ("\u{3164}", Problem::Missing),
        ("\u{2800}\u{ad}", Problem::Missing),
        ("A\u{3164}B", named("U+3164")),
        ("A\u{e0041}", named("U+E0041")),
        ("A\u{ad}B", named("U+00AD")),
        ("A\u{200d}B", named("U+200D")),
        ("A\u{202e}B", named("U+202E")),
    ]
}

on_both! {
    async fn a_name_that_nobody_can_see_is_refused_wherever_a_name_is_typed(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let text = FieldForm { name: "Nickname".into(), ..FieldForm::default() };
        let nickname = fields::save(&ana, &text).await.unwrap();
        for (name, problem) in unseen() {
            let told = |field: &str, result: Result<(), domain::Error>| {
                let expected = vec![(field.to_owned(), problem.clone())];
                assert_eq!(fields_of(result.unwrap_err()), expected, "{field}: {name:?}");
            };
            let form = domain::users::NewUserForm { display_name: name.into(), ..new_user("newcomer") };
            told("display_name", no_accident(users::create(&ana, form).await).map(drop));
            let form = UserChanges { display_name: name.into(), ..desk.form(&ana, "ingrid").await };
            told("display_name", no_accident(users::update(&ana, &form).await).map(drop));
            told("display_name", no_accident(account::update_profile(&ana, name).await));
            let form = FieldForm { name: name.into(), ..FieldForm::default() };
            told("name", no_accident(fields::save(&ana, &form).await).map(drop));
            let rename = credentials::rename_passkey(&ana, PasskeyId::nil(), name).await;
            told("name", no_accident(rename));
            if problem == Problem::Missing {
                // What is optional is left empty by it.
                continue;
            }
            let choices = format!("North\n{name}");
            let form = FieldForm { name: "Site".into(), kind: FieldKind::Choice, choices, ..FieldForm::default() };
            told("choices", no_accident(fields::save(&ana, &form).await).map(drop));
            let value = vec![FieldValue { field: nickname, value: name.into() }];
            let form = UserChanges { fields: value, ..desk.form(&ana, "ingrid").await };
            told("custom_nickname", no_accident(users::update(&ana, &form).await).map(drop));
            let form = SecurityForm { words: format!("Fjord\n{name}"), ..SecurityForm::of(&Security::default(), &domain::time::TimeZone::default()) };
            told("words", no_accident(settings::update_security(&ana, &form).await).map(drop));
        }
    }
}

on_both! {
    async fn the_first_administrator_has_a_name_that_can_be_seen(desk: Desk) {
        let code = setup::issue_code(&desk.system()).await.unwrap().unwrap();
        for (name, problem) in unseen() {
            let form = setup::FirstRun { code: &code, username: "ana", display_name: name, email: "", password: PASSWORD };
            let told = setup::create_first_administrator(&desk.stranger(), form, fresh()).await.told();
            assert_eq!(told, field("display_name", problem), "{name:?}");
        }
        assert_eq!(desk.count("users").await, 0);
    }
}

on_both! {
    async fn real_names_are_kept_as_they_are_and_without_what_pasting_brings_along(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for (at, name) in REAL.into_iter().enumerate() {
            let username = format!("real{at}");
            let form = domain::users::NewUserForm {
                display_name: format!("\u{202a}{name}\u{200e} "),
                email: format!("{username}@b.example\u{200b}"),
                expires_on: "２０３０-01-31\u{200e}".into(),
                username: format!("{username}\u{200e}"),
                ..new_user("")
            };
            let made = users::create(&ana, form).await.unwrap();
            let user = users::find(&ana, made.id).await.unwrap();
            assert_eq!((user.display_name.as_str(), &user.username), (name, &username));
            assert_eq!(user.email, Some(format!("{username}@b.example")));
            assert_eq!(user.expires_at.map(|end| domain::time::TimeZone::default().date_of(end).to_string()).as_deref(), Some("2030-01-31"));
            let login = format!("\u{200e}{username} \u{200b}");
            let seat = sign_in(&desk.stranger(), &login, &made.one_time_password.unwrap()).await.unwrap();
            assert_eq!(seat.user, made.id, "a name that was pasted signs in");
        }
        let seen = settings::find(&ana).await.unwrap();
        let form = domain::settings::SettingsForm { seen, bin_days: "３１\u{200f}".into() };
        assert_eq!(settings::update(&ana, &form).await.unwrap().bin_days, 31);
    }
}

on_both! {
    async fn a_choice_of_an_earlier_version_can_still_be_chosen(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let choices = "North\nSouth".to_owned();
        let form = FieldForm { name: "Site".into(), kind: FieldKind::Choice, choices, ..FieldForm::default() };
        let site = fields::save(&ana, &form).await.unwrap();
        desk.run("UPDATE custom_fields SET choices = $1", ["[\"No\u{ad}rth\",\"South\"]".into()]).await;
        let value = vec![FieldValue { field: site, value: "No\u{ad}rth".into() }];
        let form = UserChanges { fields: value, ..desk.form(&ana, "ingrid").await };
        users::update(&ana, &form).await.unwrap();
    }
}

/// The fields that an error is about, in order.
#[track_caller]
fn fields_of(error: domain::Error) -> Vec<(String, Problem)> {
    crate::support::fields(error)
}
