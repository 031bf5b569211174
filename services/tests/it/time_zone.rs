//! Issue's words: two calendars on one screen. One zone says what a day is, wherever days are
//! shown, typed or asked for; and no stored moment moves with it.

use domain::{
    DAY, Error, HOUR, Permission, Problem,
    audit::{Event, LogListing},
    settings::{SecurityForm, TimeZoneSetting},
    time::{Date, TimeZone, rfc3339},
    users::{NewUserForm, Status, UserChanges, UserListing},
};
use services::{Context, audit, settings, users};

use crate::support::*;

/// 23:30 in UTC on a 27th: the 28th in Tokyo, and the 27th in New York.
const NIGHT: &str = "2026-02-27";

fn night() -> i64 {
    TimeZone::default().start_of(Date::parse(NIGHT).unwrap()) + 23 * HOUR + HOUR / 2
}

async fn found(cx: &Context, query: &str) -> Vec<String> {
    let listing = UserListing::from_pairs(query.split('&').filter_map(|pair| pair.split_once('='))).unwrap();
    let mut names: Vec<_> =
        users::list(cx, &listing, &[]).await.unwrap().rows.into_iter().map(|row| row.username).collect();
    names.sort_unstable();
    names
}

async fn events(cx: &Context, query: &str) -> usize {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let listing = LogListing::from_pairs(pairs.chain([("kind", "users_seeded")])).unwrap();
    audit::list(cx, &listing).await.unwrap().rows.len()
}

on_both! {
    async fn who_was_created_at_night_is_found_under_the_day_of_the_zone(desk: Desk) {
        desk.cast().await;
        desk.set("ingrid", "created_at", night()).await;
        desk.set("ingrid", "last_sign_in_at", night()).await;
        let ana = desk.person("ana").await;
        for (zone, day, other) in [
            ("UTC", "2026-02-27", "2026-02-28"),
            ("Asia/Tokyo", "2026-02-28", "2026-02-27"),
            ("America/New_York", "2026-02-27", "2026-02-28"),
        ] {
            settings::update_time_zone(&ana, zone).await.unwrap();
            let shown = settings::find_time_zone(&ana).await.unwrap();
            assert_eq!(shown.date_of(night()).to_string(), day, "what the column shows in {zone}");
            for about in ["created", "signed-in"] {
                let on = |day: &str| format!("{about}-from={day}&{about}-to={day}");
                assert_eq!(found(&ana, &on(day)).await, ["ingrid"], "{about} in {zone}");
                assert_eq!(found(&ana, &on(other)).await, Vec::<String>::new(), "{about} in {zone}");
                // By the order that has an index of its own, and by another.
                let by_name = format!("{}&sort=name", on(day));
                assert_eq!(found(&ana, &by_name).await, ["ingrid"], "{about} by name in {zone}");
            }
        }
    }
}

on_both! {
    async fn days_of_23_and_25_hours_leave_nobody_out_and_count_nobody_twice(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for (zone, day, hours) in [
            ("Europe/Lisbon", "2026-03-29", 23),
            ("Europe/Lisbon", "2026-10-25", 25),
            ("America/Santiago", "2026-09-06", 23),
            ("Africa/Cairo", "2026-04-24", 23),
            ("Asia/Beirut", "2026-03-29", 23),
            ("Pacific/Apia", "2011-12-31", 24),
        ] {
            settings::update_time_zone(&ana, zone).await.unwrap();
            let shown = settings::find_time_zone(&ana).await.unwrap();
            let date = Date::parse(day).unwrap();
            let (start, end) = (shown.start_of(date), shown.end_of(date));
            assert_eq!(end + 1 - start, hours * HOUR, "{zone} {day}");
            for (at, within) in [(start - 1, false), (start, true), (end, true), (end + 1, false)] {
                desk.set("ingrid", "created_at", at).await;
                let there = found(&ana, &format!("created-from={day}&created-to={day}")).await == ["ingrid"];
                assert_eq!(there, within, "{} in {zone} on {day}", rfc3339(at));
                assert_eq!(shown.date_of(at) == date, within, "and it is shown as such");
            }
        }
        // Samoa went from the 29th to the 31st.
        desk.set("ingrid", "created_at", TimeZone::default().start_of(Date::parse("2011-12-30").unwrap())).await;
        assert_eq!(found(&ana, "created-from=2011-12-30&created-to=2011-12-30").await, Vec::<String>::new());
        assert_eq!(found(&ana, "created-from=2011-12-29&created-to=2011-12-29").await, ["ingrid"]);
    }
}

on_both! {
    async fn the_log_has_the_days_of_the_zone(desk: Desk) {
        desk.cast().await;
        let july = TimeZone::default().start_of(Date::parse("2026-07-14").unwrap());
        desk.clock.advance(july + 23 * HOUR + HOUR / 2 - desk.clock.now());
        tell(&desk.system(), Permission::EditUsers, Event::UsersSeeded { users: 0 }).await.unwrap();
        let ana = desk.person("ana").await;
        assert_eq!(events(&ana, "from=2026-07-14&to=2026-07-14").await, 1);
        settings::update_time_zone(&ana, "Asia/Tokyo").await.unwrap();
        assert_eq!(events(&ana, "from=2026-07-14&to=2026-07-14").await, 0);
        assert_eq!(events(&ana, "from=2026-07-15&to=2026-07-15").await, 1);
        // What a deletion says of the erasure is a day, too.
        users::delete(&ana, desk.id_of("samuel").await).await.unwrap();
        let log = audit::list(&ana, &LogListing::default()).await.unwrap();
        let deleted = log.rows.iter().find(|row| row.kind == "user_deleted").unwrap();
        assert_eq!(deleted.details[0].after.as_deref(), Some("14 Aug 2026"), "30 days after the 15th in Tokyo");
    }
}

on_both! {
    async fn an_account_ends_with_its_last_day_in_the_zone_and_another_zone_moves_no_end(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        settings::update_time_zone(&ana, "Asia/Tokyo").await.unwrap();
        let end_of = async |name: &str| desk.value::<Option<i64>, 1>(
            "SELECT expires_at FROM users WHERE username_key = $1", [name.into()]).await;
        let new = NewUserForm { expires_on: "2027-03-31".into(), ..new_user("newcomer") };
        users::create(&ana, new).await.unwrap();
        let form = UserChanges { expires_on: "2027-03-31".into(), ..desk.form(&ana, "ingrid").await };
        users::update(&ana, &form).await.unwrap();
        let end = end_of("ingrid").await.unwrap();
        assert_eq!(rfc3339(end), "2027-03-31T14:59:59Z", "the end of that day in Tokyo");
        assert_eq!(end_of("newcomer").await, Some(end));
        let told = desk.events_of("user_updated").await.last().unwrap().event("changes").to_string();
        assert!(told.contains("2027-03-31 (Asia/Tokyo)"), "the log says whose day: {told}");

        settings::update_time_zone(&ana, "America/New_York").await.unwrap();
        assert_eq!(end_of("ingrid").await, Some(end));
        let opened = desk.form(&ana, "ingrid").await;
        assert_eq!(opened.expires_on, "2027-03-31", "in New York it ends on that day as well, at 10:59");
        let named = UserChanges { display_name: "Ingrid B".into(), ..opened };
        users::update(&ana, &named).await.unwrap();
        assert_eq!(end_of("ingrid").await, Some(end), "saving a form that nobody typed a day in moves nothing");

        settings::update_time_zone(&ana, "Pacific/Auckland").await.unwrap();
        let opened = desk.form(&ana, "ingrid").await;
        assert_eq!(opened.expires_on, "2027-04-01", "in Auckland it is the next day already");
        let later = UserChanges { expires_on: "2027-04-02".into(), ..opened };
        users::update(&ana, &later).await.unwrap();
        assert_eq!(end_of("ingrid").await.map(rfc3339).as_deref(), Some("2027-04-02T10:59:59Z"));
    }
}

on_both! {
    async fn a_form_that_was_opened_under_another_zone_moves_nothing_unseen(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let form = UserChanges { expires_on: "2027-03-31".into(), ..desk.form(&ana, "ingrid").await };
        users::update(&ana, &form).await.unwrap();
        let security = SecurityForm { from: "2027-01-31".into(), ..SecurityForm::of(&settings::find_security(&ana).await.unwrap(), &TimeZone::default()) };
        let saved = settings::update_security(&ana, &security).await.unwrap();
        let opened = desk.form(&ana, "ingrid").await;

        settings::update_time_zone(&ana, "Asia/Tokyo").await.unwrap();
        let named = UserChanges { display_name: "Ingrid B".into(), ..opened };
        let changed = field("expires_on", Problem::TimeZoneChanged);
        assert_eq!(users::update(&ana, &named).await.told(), changed);
        let new = NewUserForm {
            expires_on: "2027-03-31".into(), time_zone: Some("UTC".into()), ..new_user("newcomer")
        };
        assert_eq!(users::create(&ana, new).await.told(), changed);
        let stricter = SecurityForm { least: "16".into(), ..security };
        assert_eq!(settings::update_security(&ana, &stricter).await.told(), field("from", Problem::TimeZoneChanged));
        assert_eq!(settings::find_security(&ana).await.unwrap(), saved);
        // Opened anew, the same is saved and the beginning stays where it was.
        let zone = settings::find_time_zone(&ana).await.unwrap();
        let stricter = SecurityForm { least: "16".into(), ..SecurityForm::of(&saved, &zone) };
        let saved_now = settings::update_security(&ana, &stricter).await.unwrap();
        assert_eq!(saved_now.second_factor.from, saved.second_factor.from);
    }
}

on_both! {
    async fn today_is_the_last_day_as_long_as_it_lasts_in_the_zone(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        settings::update_time_zone(&ana, "Pacific/Kiritimati").await.unwrap();
        let zone = settings::find_time_zone(&ana).await.unwrap();
        let (today, before) = (zone.date_of(START), zone.date_of(START - DAY));
        assert_ne!(today, TimeZone::default().date_of(START), "there it is tomorrow");
        let form = UserChanges { expires_on: before.to_string(), ..desk.form(&ana, "ingrid").await };
        assert_eq!(users::update(&ana, &form).await.told(), field("expires_on", Problem::DayIsOver));
        let form = UserChanges { expires_on: today.to_string(), ..form };
        users::update(&ana, &form).await.unwrap();
        assert_eq!(users::find(&ana, form.id).await.unwrap().status, Status::Active);
        desk.clock.advance(zone.end_of(today) - START);
        let ana = desk.person("ana").await;
        assert_eq!(users::find(&ana, form.id).await.unwrap().status, Status::Expired);
    }
}

on_both! {
    async fn the_zone_is_chosen_recorded_and_refused(desk: Desk) {
        desk.cast().await;
        let (ana, priya) = (desk.person("ana").await, desk.person("priya").await);
        let utc = TimeZoneSetting { name: "UTC".into(), configured: false };
        assert_eq!(settings::find_time_zone_setting(&ana).await.unwrap(), utc);
        for unknown in ["", " ", "Mars/Olympus", "Asia/", "+09:00", "Europe/Lisbon\0", &"x".repeat(3_000)] {
            let told = settings::update_time_zone(&ana, unknown).await.told();
            assert_eq!(told, field("time_zone", Problem::UnknownTimeZone), "{unknown:?}");
        }
        let forbidden = Error::Forbidden(Permission::EditSettings);
        assert_eq!(settings::update_time_zone(&priya, "Asia/Tokyo").await.told(), forbidden);
        assert_eq!(settings::update_time_zone(&desk.stranger(), "Asia/Tokyo").await.told(), Error::SignedOut);
        assert_eq!(settings::find_time_zone(&desk.stranger()).await.told(), Error::SignedOut);
        assert_eq!(desk.events_of("settings_changed").await.len(), 0);
        // As people type it; the same once more is no second event.
        for typed in ["america/new york", "America/New_York"] {
            assert_eq!(settings::update_time_zone(&ana, typed).await.unwrap().name(), "America/New_York");
        }
        assert_eq!(settings::find_time_zone(&priya).await.unwrap().name(), "America/New_York");
        let told = desk.events_of("settings_changed").await;
        assert_eq!(told.len(), 1);
        let told = told[0].event("changes").to_string();
        assert!(told.contains("Time zone") && told.contains("UTC") && told.contains("America/New_York"), "{told}");
        // A name of a later version is no reason to show nothing.
        desk.run("UPDATE settings SET value = 'Mars/Olympus' WHERE name = 'time_zone'", []).await;
        assert_eq!(settings::find_time_zone(&priya).await.unwrap().name(), "UTC");
    }
}
