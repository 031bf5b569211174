//! People are found by what is typed, however their names are written: the same on both databases.

use domain::{
    fields::{FieldForm, FieldValue},
    listing::Count,
    users::{NewUserForm, UserFilters, UserListing, UserRow},
};
use services::{Context, fields, users};

use crate::support::*;

/// Whoever is found, by username in alphabetical order.
async fn found(cx: &Context, search: &str) -> Vec<String> {
    let mut names: Vec<_> = rows(cx, search).await.into_iter().map(|row| row.username).collect();
    names.sort();
    names
}

async fn rows(cx: &Context, search: &str) -> Vec<UserRow> {
    let page = users::list(cx, &UserListing { search: search.into(), ..Default::default() }, &[]).await.unwrap();
    assert_eq!(page.count, Count::Exactly(page.rows.len() as u32), "{search}");
    page.rows
}

/// A username, a display name, and searches that find it.
const PEOPLE: [(&str, &str, &[&str]); 15] = [
    ("person-1", "Franz Josef Strauß", &["strauss", "Strauß", "STRAUSS", "STRAUẞ", "josef strau", "st fr"]),
    ("person-2", "Łukasz Nowak", &["lukasz", "Łukasz", "ŁUKASZ", "lu", "łu no", "Łu"]),
    ("person-3", "Phạm Đức", &["duc", "Đức", "ĐỨC", "đu", "du", "pham duc"]),
    ("person-4", "Γιώργος Παπαδόπουλος", &["ΓΙΩΡΓΟΣ", "γιωργος", "γιώργος", "ΠΑΠΑΔΟΠΟΥΛΟΣ", "πα γι"]),
    ("person-5", "Işık Yılmaz", &["isik", "IŞIK", "ışık", "Isik Yilmaz", "yı", "yi"]),
    ("person-6", "Yutong Li", &["Li", "li", "LI yu", "yutong li"]),
    ("person-7", "山田太郎", &["太郎", "山田", "田太", "郎", "田", "山田太郎", "山田太"]),
    ("person-8", "أحمد بن علي", &["احمد", "أحمد", "على", "علی", "اح", "أَحْمَد", "احـــمد"]),
    ("person-9", "فاطمة الزهراء", &["فاطمه", "فاطمة", "الزهرا"]),
    ("person-10", "김민수", &["김", "민수", "김민수", "수"]),
    ("person-11", "Seán O’Brien", &["o'brien", "O’Brien", "sean", "br se"]),
    ("person-12", "Søren Ærøskøbing", &["soren", "aeroskobing", "ÆRØ"]),
    ("person-13", "علی\u{200c}رضا محمدی", &["علیرضا", "علی\u{200c}رضا", "محمدي"]),
    ("person-14", "राम शर्मा", &["राम", "रा", "शर्मा"]),
    ("person-15", "สมชาย ใจดี", &["สมชาย", "ชา", "ใจ"]),
];

async fn people(ana: &Context) {
    for (username, name, _) in PEOPLE {
        let form = NewUserForm { display_name: name.into(), ..new_user(username) };
        users::create(ana, form).await.unwrap();
    }
}

on_both! {
    async fn people_are_found_by_what_is_typed(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        users::delete(&ana, desk.id_of("yutong").await).await.unwrap();
        people(&ana).await;
        for (username, name, searches) in PEOPLE {
            for search in searches {
                let found = rows(&ana, search).await;
                let row = found.iter().find(|row| row.username == username);
                let row = row.unwrap_or_else(|| panic!("{search} does not find {name}"));
                assert_eq!(row.display_name, name, "shown whole");
                assert!(!row.found.display_name.0.is_empty(), "{search} is marked in {name}");
            }
        }
        for search in ["rauß nowak", "tong yu x", "郎太", "ong", "ut", "ık", "रोम", "عل بن x", "ex", "no ex"] {
            let names = found(&ana, search).await;
            assert!(names.iter().all(|name| !name.starts_with("person")) || search == "ong", "{search}: {names:?}");
        }
    }
}

on_both! {
    async fn values_of_custom_fields_are_found_and_filtered_by_what_is_typed(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let form = FieldForm { name: "Town".into(), ..FieldForm::default() };
        let town = fields::save(&ana, &form).await.unwrap();
        for (username, value) in [("first", "Łódź"), ("second", "東京都"), ("third", "İstanbul"), ("fourth", "Straße 7")] {
            let fields = vec![FieldValue { field: town, value: value.into() }];
            users::create(&ana, NewUserForm { fields, ..new_user(username) }).await.unwrap();
        }
        for (search, username) in [
            ("lodz", "first"),
            ("łó", "first"),
            ("東京", "second"),
            ("京", "second"),
            ("istanbul", "third"),
            ("IST", "third"),
            ("strasse", "fourth"),
            ("7", "fourth"),
            ("٧", "fourth"),
        ] {
            assert_eq!(found(&ana, search).await, [username], "{search}");
            let listing = UserListing { search: search.into(), ..Default::default() };
            let row = users::list(&ana, &listing, &[town]).await.unwrap().rows.remove(0);
            assert!(!row.found.field(town).0.is_empty(), "{search} is marked");
        }
        for (value, username) in [("LODZ", "first"), ("istanbul", "third"), ("STRASSE ７", "fourth"), ("東京都\u{200b}", "second")] {
            let filters = UserFilters { fields: vec![(town, value.into())], ..UserFilters::default() };
            let page = users::list(&ana, &UserListing::default().filtered(filters), &[]).await.unwrap();
            let names: Vec<_> = page.rows.iter().map(|row| row.username.as_str()).collect();
            assert_eq!(names, [username], "{value}");
        }
    }
}

on_both! {
    async fn a_search_may_hold_what_nobody_sees(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for search in ["\u{202a}gra\u{ad}ce\u{202c}", "grace\u{200b}", "\u{feff}Grace"] {
            assert_eq!(found(&ana, search).await, ["grace"], "{search:?}");
        }
        assert_eq!(found(&ana, "\u{200b}\u{ad}").await.len(), 7, "nothing that can be looked for");
    }
}
