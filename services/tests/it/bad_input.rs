//! Hostile and unusual texts (`bad_input.json`), typed into everything that takes a text: what
//! is refused names its field, and what is accepted is found again and shown whole.

use domain::{
    Error,
    factors::PasskeyId,
    fields::{FieldForm, FieldId, FieldKind, FieldValue},
    listing::{Cursor, Position, Sort},
    settings::{Security, SecurityForm, SettingsForm},
    text,
    users::{FirstPassword, NewPassword, NewUserForm, UserChanges, UserFilters, UserListing, UserSort},
};
use serde::Deserialize;
use services::{Context, account, credentials, fields, settings, users};

use crate::support::*;

#[derive(Deserialize)]
struct Text {
    what: String,
    text: String,
    times: usize,
}

fn texts() -> Vec<(String, String)> {
    let all: Vec<Text> = serde_json::from_str(include_str!("../bad_input.json")).unwrap();
    all.into_iter().map(|Text { what, text, times }| (what, text.repeat(times))).collect()
}

/// What came of it, if anything did: an error is about this field and no other.
#[track_caller]
fn about<T>(field: &str, what: &str, result: services::Result<T>) -> Option<T> {
    match no_accident(result) {
        Ok(done) => Some(done),
        Err(Error::Invalid(problems)) => {
            let named: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
            assert_eq!(named, [field], "{what} as {field}");
            assert!(!problems[0].problem.sentence().is_empty());
            None
        }
        Err(other) => panic!("{what} as {field} led to {other:?}"),
    }
}

on_both! {
    async fn t30_a_name_of_any_kind_is_refused_by_name_or_found_again_and_shown_whole(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let mut made = 0;
        for (at, (what, name)) in texts().into_iter().enumerate() {
            let username = format!("person{at}");
            let password = FirstPassword::Typed(ANOTHER.into());
            let form = NewUserForm { display_name: name.clone(), password, ..new_user(&username) };
            let Some(user) = about("display_name", &what, users::create(&ana, form).await) else { continue };
            made += 1;
            let shown = users::find(&ana, user.id).await.unwrap().display_name;
            // As it was typed, but for its edges and its blanks.
            let blanks = |text: &str| text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect::<String>();
            assert_eq!(blanks(&shown), blanks(text::trimmed(&name)), "{what}");
            for search in [shown.clone(), shown.to_uppercase(), shown.to_lowercase()] {
                // Capitals may be more letters than a search takes.
                let search: String = search.chars().take(100).collect();
                let listing = UserListing { search, ..UserListing::default() };
                let page = users::list(&ana, &listing, &[]).await.unwrap();
                let row = page.rows.iter().find(|row| row.id == user.id);
                assert_eq!(row.map(|row| &row.display_name), Some(&shown), "{what} is not found by {}", listing.search);
            }
        }
        assert!(made > 70, "only {made} were accepted");
        // Everybody is there once, whatever their names are sorted as.
        let everybody = UserListing { sort: UserSort::Name, ..UserListing::default() };
        let (forward, backward) = crate::list::walk(&ana, &everybody, users::Bounds::default()).await;
        assert_eq!(forward.len(), made + 7);
        assert_eq!(backward.len(), made + 7);
    }
}

/// Everything else about a person that is typed.
async fn in_every_field_of_a_person(ana: &Context, desk: &Desk, what: &str, typed: &str, town: FieldId, site: FieldId) {
    let new = || NewUserForm { password: FirstPassword::Typed(ANOTHER.into()), ..new_user("newcomer") };
    let made = users::create(ana, NewUserForm { username: typed.into(), ..new() }).await;
    if let Some(made) = about("username", what, made) {
        assert_eq!(users::find(ana, made.id).await.unwrap().username, text::trimmed(typed));
        users::delete(ana, made.id).await.unwrap();
        users::erase(ana, made.id, typed).await.unwrap();
    }
    about("username", what, users::check_username(ana, typed).await);
    let form = UserChanges { email: typed.into(), ..desk.form(ana, "ingrid").await };
    about("email", what, users::update(ana, &form).await);
    let form = UserChanges { expires_on: typed.into(), ..desk.form(ana, "ingrid").await };
    about("expires_on", what, users::update(ana, &form).await);
    let form = UserChanges { password: NewPassword::Typed(typed.into()), ..desk.form(ana, "ingrid").await };
    about("password", what, users::update(ana, &form).await);
    for (field, name) in [(town, "custom_town"), (site, "custom_site")] {
        let value = vec![FieldValue { field, value: typed.into() }];
        let form = UserChanges { fields: value, ..desk.form(ana, "ingrid").await };
        if about(name, what, users::update(ana, &form).await).is_none() || text::trimmed(typed).is_empty() {
            continue;
        }
        let user = users::find(ana, form.id).await.unwrap();
        let kept = user.fields.into_iter().find(|shown| shown.field == field).unwrap().value.unwrap();
        let filters = UserFilters { fields: vec![(field, kept)], ..UserFilters::default() };
        let page = users::list(ana, &UserListing::default().filtered(filters), &[field]).await.unwrap();
        assert_eq!(page.rows.len(), 1, "{what} is not found as a value");
    }
}

on_both! {
    async fn t30_every_form_filter_and_setting_takes_a_text_of_any_kind_or_names_its_field(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let text = FieldForm { name: "Town".into(), ..FieldForm::default() };
        let town = fields::save(&ana, &text).await.unwrap();
        let date = FieldForm { name: "Site".into(), kind: FieldKind::Date, ..FieldForm::default() };
        let site = fields::save(&ana, &date).await.unwrap();
        // Parsing is the same on both: PostgreSQL is asked for a third of them.
        let texts = texts().into_iter().enumerate();
        for (_, (what, typed)) in texts.filter(|(at, _)| desk.backend == Backend::Sqlite || at % 3 == 0) {
            in_every_field_of_a_person(&ana, &desk, &what, &typed, town, site).await;
            about("display_name", &what, account::update_profile(&ana, &typed).await);
            let form = FieldForm { name: typed.clone(), ..FieldForm::default() };
            if let Some(id) = about("name", &what, fields::save(&ana, &form).await) {
                fields::delete(&ana, id).await.unwrap();
            }
            let choices = format!("North\nSouth\n{typed}");
            let form = FieldForm { name: "Floor".into(), kind: FieldKind::Choice, choices, ..FieldForm::default() };
            if let Some(id) = about("choices", &what, fields::save(&ana, &form).await) {
                fields::delete(&ana, id).await.unwrap();
            }
            let seen = settings::find(&ana).await.unwrap();
            about("bin_days", &what, settings::update(&ana, &SettingsForm { seen, bin_days: typed.clone() }).await);
            // The rules of an installation where nothing was decided, typed into the page of now.
            let rules = async || {
                let seen = settings::find_security(&ana).await.unwrap();
                SecurityForm { seen, ..SecurityForm::of(&Security::default(), &domain::time::TimeZone::default()) }
            };
            let words = SecurityForm { words: typed.clone(), ..rules().await };
            about("words", &what, settings::update_security(&ana, &words).await);
            let least = SecurityForm { least: typed.clone(), ..rules().await };
            about("least", &what, settings::update_security(&ana, &least).await);
            let from = SecurityForm { from: typed.clone(), ..rules().await };
            about("from", &what, settings::update_security(&ana, &from).await);
            let remember = SecurityForm { remember_days: typed.clone(), ..rules().await };
            about("remember_days", &what, settings::update_security(&ana, &remember).await);
            settings::update_security(&ana, &rules().await).await.unwrap();
            match credentials::rename_passkey(&ana, PasskeyId::nil(), &typed).await.told() {
                Error::NotFound => {}
                other => assert_eq!(fields_of(&other), ["name"], "{what}"),
            }

            let listing = UserListing { search: typed.clone(), ..UserListing::default() };
            about("q", &what, users::list(&ana, &listing, &[]).await);
            let filters = UserFilters { fields: vec![(town, typed.clone())], ..UserFilters::default() };
            about(&format!("field-{town}"), &what, users::list(&ana, &UserListing::default().filtered(filters), &[]).await);
            for &sort in UserSort::ALL {
                let cursor = Cursor { key: typed.clone(), id: uuid::Uuid::nil() };
                let listing = UserListing { sort, position: Position::After(cursor), ..UserListing::default() };
                about("after", &what, users::list(&ana, &listing, &[]).await);
            }
            for name in ["q", "status", "group", "factors", "signed-in", "created-from", "sort", "dir", "after"] {
                if let Err(error) = UserListing::from_pairs([(name, typed.as_str())]) {
                    assert_eq!(fields_of(&error), [name], "{what}");
                }
            }
        }
    }
}

fn fields_of(error: &Error) -> Vec<&str> {
    match error {
        Error::Invalid(problems) => problems.iter().map(|problem| problem.field.as_str()).collect(),
        other => panic!("not about a field: {other:?}"),
    }
}

on_both! {
    async fn t30_whoever_signs_in_with_a_text_of_any_kind_is_not_recognised(desk: Desk) {
        desk.cast().await;
        // One text each for a name, a password and a code: each costs a hash.
        for (at, (what, typed)) in texts().into_iter().enumerate().filter(|(at, _)| at % 3 == 0) {
            let stranger = desk.stranger_at(&format!("192.0.2.{at}"));
            assert_eq!(sign_in(&stranger, &typed, ANOTHER).await.told(), Error::NotRecognised, "{what}");
            let somebody = desk.stranger_at(&format!("198.51.100.{at}"));
            assert_eq!(sign_in(&somebody, "samuel", &typed).await.told(), Error::NotRecognised, "{what}");
        }
    }
}
