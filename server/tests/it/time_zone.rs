//! Two calendars on one screen: the pages as they are rendered show, take and find the same days,
//! those of the installation's zone.

use domain::{
    HOUR,
    time::{Date, TimeZone},
};
use serde_json::json;

use crate::support::*;

/// 23:30 in UTC on the 27th of February, which is 08:30 on the 28th in Tokyo.
fn night() -> i64 {
    TimeZone::default().start_of(Date::parse("2026-02-27").unwrap()) + 23 * HOUR + HOUR / 2
}

/// A page as ana gets it, without its comments, which only tell texts apart.
async fn page(ana: &Client, path: &str) -> String {
    ana.get(path).await.expect(200).text().replace("<!>", "").replace("<!---->", "")
}

/// The text within the first element that has these words in its beginning tag.
fn within<'a>(html: &'a str, tag: &str) -> &'a str {
    let from = html.find(tag).unwrap_or_else(|| panic!("there is no {tag} in {html}"));
    let rest = &html[from..];
    let rest = &rest[rest.find('>').unwrap() + 1..];
    &rest[..rest.find("</td>").or_else(|| rest.find("</p>")).unwrap_or(rest.len())]
}

async fn in_tokyo(desk: &Desk) -> Client {
    desk.run(&format!("UPDATE users SET created_at = {} WHERE username_key = 'ingrid'", night())).await;
    let ana = desk.person("ana").await;
    ana.call("settings/update_time_zone", json!({ "name": "Asia/Tokyo" })).await.expect(200);
    ana
}

on_both! {
    async fn who_was_created_at_night_is_of_the_28th_in_tokyo_in_column_chip_and_filter(desk: Desk) {
        let ana = in_tokyo(&desk).await;
        let found = page(&ana, "/users?created-from=2026-02-28&created-to=2026-02-28").await;
        assert!(found.contains("Ingrid"), "found under the 28th");
        let cell = within(&found, "data-label=\"Created\"");
        assert!(cell.contains(">28 Feb 2026<"), "{cell}");
        assert!(cell.contains("28 Feb 2026, 08:30 Asia/Tokyo"), "the exact time names its zone: {cell}");
        for chip in ["Created since", "Created until"] {
            let chip = &found[found.find(chip).unwrap_or_else(|| panic!("no chip {chip}"))..][..200];
            assert!(chip.contains("28 Feb 2026"), "{chip}");
        }
        assert!(found.contains("Days begin and end at midnight in Asia/Tokyo."), "said where a day is typed");
        let none = page(&ana, "/users?created-from=2026-02-27&created-to=2026-02-27").await;
        assert!(!none.contains("data-label=\"Created\""), "nobody is found under the 27th");
    }
}

on_both! {
    async fn the_browser_gets_the_zone_that_the_page_was_rendered_in(desk: Desk) {
        let ana = in_tokyo(&desk).await;
        let html = page(&ana, "/users").await;
        let head = &html[html.find("name=\"keydesk-time-zone\"").unwrap()..][..200];
        assert!(head.contains("Asia/Tokyo") && head.contains("540"), "{head}");
        ana.call("settings/update_time_zone", json!({ "name": "Europe/Lisbon" })).await.expect(200);
        let html = page(&ana, "/users").await;
        assert!(html.contains("27 Feb 2026") && !html.contains("28 Feb 2026"), "Lisbon's clocks are those of UTC then");
    }
}

on_both! {
    async fn the_log_shows_and_finds_the_days_of_the_zone(desk: Desk) {
        let ana = in_tokyo(&desk).await;
        desk.run(&format!("UPDATE audit_events SET at = {} WHERE kind = 'cast_seeded'", night())).await;
        let found = page(&ana, "/audit?kind=cast_seeded&from=2026-02-28&to=2026-02-28").await;
        assert!(found.contains("example users were created"), "found under the 28th");
        assert!(found.contains(">28 Feb 2026, 08:30 Asia/Tokyo<"), "and of that day when it is opened");
        assert!(found.contains("Days begin and end at midnight in Asia/Tokyo."), "said where a day is typed");
        let none = page(&ana, "/audit?kind=cast_seeded&from=2026-02-27&to=2026-02-27").await;
        assert!(none.contains("Nothing like this is recorded"));
    }
}

on_both! {
    async fn an_end_is_shown_as_a_day_and_one_in_the_middle_of_a_day_with_its_time(desk: Desk) {
        let ana = in_tokyo(&desk).await;
        let tokyo = TimeZone::new("Asia/Tokyo", 540, vec![]);
        let (id, day) = (desk.id_of("ingrid").await, Date::parse("2027-03-31").unwrap());
        let ends = async |at: i64| {
            desk.run(&format!("UPDATE users SET expires_at = {at} WHERE username_key = 'ingrid'")).await;
            page(&ana, &format!("/users/{id}")).await
        };
        assert!(ends(tokyo.end_of(day)).await.contains(">31 Mar 2027<"));
        let set_under_utc = ends(TimeZone::default().end_of(day)).await;
        assert!(set_under_utc.contains(">1 Apr 2027, 08:59 Asia/Tokyo<"), "true to the minute");
    }
}

on_both! {
    async fn a_custom_date_is_the_same_day_in_every_zone(desk: Desk) {
        let ana = in_tokyo(&desk).await;
        let form = json!({ "seen": null, "name": "Joined", "kind": "Date", "required": false, "choices": "" });
        let field = ana.call("fields/save", json!({ "form": form })).await.expect(200).json();
        let opened = ana.call("users/find", json!({ "id": desk.id_of("ingrid").await })).await.json();
        let mut form = arguments(&desk, "users/update", "ana").await.unwrap();
        for (name, value) in [("id", &opened["id"]), ("version", &opened["version"])] {
            form["form"][name] = value.clone();
        }
        form["form"]["fields"] = json!([{ "field": field, "value": "2024-03-14" }]);
        form["form"]["groups"] = json!([]);
        form["form"]["email"] = opened["email"].clone();
        ana.call("users/update", form).await.expect(200);
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            ana.call("settings/update_time_zone", json!({ "name": zone })).await.expect(200);
            let path = format!("/users?field-{}=2024-03-14", field.as_str().unwrap());
            let html = page(&ana, &path).await;
            assert!(html.contains("ingrid"), "{zone}");
            assert!(html.contains("14 Mar 2024"), "{zone}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_zone_of_the_configuration_wins_and_is_shown_with_its_source() {
    let desk = Plan::default().set("time_zone", "Asia/Tokyo").open().await;
    let ana = desk.person("ana").await;
    let told = ana.call("settings/update_time_zone", json!({ "name": "Europe/Lisbon" })).await.expect(422).text();
    assert!(told.contains("KEYDESK_TIME_ZONE"), "{told}");
    desk.run("INSERT INTO settings (name, value) VALUES ('time_zone', 'Europe/Lisbon')").await;
    let html = page(&ana, "/settings").await;
    assert!(html.contains("It is set where Keydesk is started, with KEYDESK_TIME_ZONE."));
    assert!(html.contains("value=\"Asia/Tokyo\"") && !html.contains("Europe/Lisbon"));
}
