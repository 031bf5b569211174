//! The log as a list: what it is restricted to, and how it goes on.

use domain::{
    DAY, Error, Permission, Problem,
    audit::{Event, LogFilter, LogListing, LogRow},
    time::{Date, TimeZone},
    users::UserId,
};
use services::{Context, audit, groups, users};

use crate::support::*;

fn only(filter: LogFilter) -> LogListing {
    LogListing { filter, before: None }
}

async fn kinds(cx: &Context, filter: LogFilter) -> Vec<String> {
    audit::list(cx, &only(filter)).await.unwrap().rows.into_iter().map(|row| row.kind).collect()
}

/// A few things by a few people, a second apart.
async fn busy_day(desk: &Desk) -> Context {
    desk.cast().await;
    let ana = desk.person("ana").await;
    desk.clock.advance(1_000);
    users::disable(&ana, desk.id_of("ingrid").await).await.unwrap();
    desk.clock.advance(1_000);
    let tomas = desk.person("tomas").await;
    audit::activity(&tomas, desk.id_of("ana").await, None).await.told();
    desk.clock.advance(1_000);
    sign_in(&desk.stranger(), "ingrid", PASSWORD).await.told();
    sign_in(&desk.stranger(), "nobody", PASSWORD).await.told();
    ana
}

on_both! {
    async fn each_filter_restricts_and_all_hold_at_once(desk: Desk) {
        let ana = busy_day(&desk).await;
        let (ingrid, tomas) = (desk.id_of("ingrid").await, desk.id_of("tomas").await);
        let all = ["sign_in_failed", "sign_in_failed", "refused", "signed_in", "user_disabled", "signed_in", "cast_seeded"];
        assert_eq!(kinds(&ana, LogFilter::default()).await, all);
        let person = |id| LogFilter { person: Some(id), ..LogFilter::default() };
        assert_eq!(kinds(&ana, person(ingrid)).await, ["sign_in_failed", "user_disabled"]);
        let by = |id| LogFilter { actor: Some(id), ..LogFilter::default() };
        assert_eq!(kinds(&ana, by(tomas)).await, ["refused"]);
        assert_eq!(kinds(&ana, by(desk.id_of("ana").await)).await, ["user_disabled"]);
        let kind = LogFilter { kind: Some("signed_in".into()), ..LogFilter::default() };
        assert_eq!(kinds(&ana, kind.clone()).await.len(), 2);
        let failed = |failed| LogFilter { failed: Some(failed), ..LogFilter::default() };
        assert_eq!(kinds(&ana, failed(true)).await, ["sign_in_failed", "sign_in_failed", "refused"]);
        assert_eq!(kinds(&ana, failed(false)).await.len(), 4);
        assert_eq!(kinds(&ana, LogFilter { failed: Some(true), ..person(ingrid) }).await, ["sign_in_failed"]);
        assert_eq!(kinds(&ana, LogFilter { actor: Some(tomas), ..person(ingrid) }).await, Vec::<String>::new());
        assert_eq!(kinds(&ana, LogFilter { person: Some(tomas), ..kind }).await.len(), 1);
        for nobody in [UserId::nil(), UserId(uuid(1))] {
            assert!(kinds(&ana, by(nobody)).await.is_empty());
        }
        assert!(kinds(&ana, person(UserId(uuid(1)))).await.is_empty());
    }
}

on_both! {
    async fn a_row_says_who_what_when_and_from_where(desk: Desk) {
        let ana = busy_day(&desk).await;
        let ingrid = desk.id_of("ingrid").await;
        let filter = LogFilter { person: Some(ingrid), actor: Some(desk.id_of("ana").await), ..LogFilter::default() };
        let page = audit::list(&ana, &only(filter)).await.unwrap();
        assert_eq!((page.person.as_deref(), page.actor.as_deref()), (Some("Ingrid Sólveigardóttir"), Some("Ana Moreira")));
        let row = &page.rows[0];
        assert_eq!(row.sentence.as_ref().unwrap().plain(), "Ana Moreira disabled Ingrid Sólveigardóttir");
        assert_eq!((row.at, row.failed, &*row.actor_kind), (START + 1_000, false, "person"));
        assert_eq!((&*row.address, &*row.browser), ("192.0.2.7", "Firefox on Linux"));
        assert_eq!(row.subjects, [ingrid]);
        let failed = LogFilter { failed: Some(true), ..LogFilter::default() };
        let rows = audit::list(&ana, &only(failed)).await.unwrap().rows;
        assert_eq!((rows[0].subjects.len(), rows[0].actor), (0, None), "nobody is no subject to show");
        assert!(rows.iter().all(|row| row.failed));
    }
}

on_both! {
    async fn a_day_begins_and_ends_to_the_millisecond(desk: Desk) {
        desk.cast().await;
        let midnight = TimeZone::default().start_of(Date::parse("2026-07-15").unwrap());
        let event = async |at| {
            desk.clock.advance(at - desk.clock.now());
            tell(&desk.system(), Permission::EditUsers, Event::UsersSeeded { users: 0 }).await.unwrap();
        };
        for at in [midnight - 1, midnight, midnight + DAY - 1, midnight + DAY] {
            event(at).await;
        }
        let ana = desk.person("ana").await;
        let read = |query: &str| {
            LogListing::from_pairs(query.split('&').filter_map(|pair| pair.split_once('='))).unwrap()
        };
        let seen = async |query: &str| -> Vec<i64> {
            let rows = audit::list(&ana, &read(&format!("kind=users_seeded&{query}"))).await.unwrap().rows;
            rows.iter().map(|row| row.at - midnight).collect()
        };
        assert_eq!(seen("from=2026-07-15&to=2026-07-15").await, [DAY - 1, 0]);
        assert_eq!(seen("from=2026-07-16").await, [DAY]);
        assert_eq!(seen("to=2026-07-14").await, [-1]);
        assert_eq!(seen("from=2026-07-15").await, [DAY, DAY - 1, 0]);
        assert_eq!(seen("from=2026-07-16&to=2026-07-14").await, Vec::<i64>::new(), "the wrong way round");
        assert_eq!(seen("from=2099-01-01").await, Vec::<i64>::new());
        assert_eq!(seen("to=1999-01-01").await, Vec::<i64>::new());
        assert_eq!(seen("from=1900-01-01&to=9999-12-31").await.len(), 4);
        assert_eq!(seen("from=9999-12-31&to=1900-01-01").await, Vec::<i64>::new());
    }
}

on_both! {
    async fn pages_lead_to_the_beginning_and_nothing_is_left_out(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        for _ in 0..40 {
            users::disable(&ana, id).await.unwrap();
            users::enable(&ana, id).await.unwrap();
        }
        let walk = async |filter: LogFilter| -> Vec<i64> {
            let mut listing = only(filter);
            let mut seen = vec![];
            loop {
                let page = audit::list(&ana, &listing).await.unwrap();
                assert!(page.rows.len() <= 30 && page.later == listing.before.is_some());
                seen.extend(page.rows.iter().map(|row: &LogRow| row.number));
                let Some(older) = page.older else { break seen };
                assert_eq!(page.rows.len(), 30);
                listing.before = Some(older);
            }
        };
        let all = walk(LogFilter::default()).await;
        assert_eq!(all, (1..=82).rev().collect::<Vec<_>>());
        assert_eq!(walk(LogFilter { person: Some(id), ..LogFilter::default() }).await.len(), 80);
        assert_eq!(walk(LogFilter { kind: Some("user_enabled".into()), ..LogFilter::default() }).await.len(), 40);
        let today = LogFilter { from: Some(TimeZone::default().date_of(START)), ..LogFilter::default() };
        assert_eq!(walk(today).await.len(), 82);
        for before in [i64::MIN, -1, 0, 1] {
            let page = audit::list(&ana, &LogListing { before: Some(before), ..LogListing::default() }).await.unwrap();
            assert!(page.rows.is_empty() && page.older.is_none() && page.later);
        }
    }
}

on_both! {
    async fn t30_a_kind_that_there_is_none_of_is_told(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for kind in ["", "everything", "SIGNED_IN", "a\0b", "' OR 1=1;--", &"x".repeat(10_000)] {
            let filter = LogFilter { kind: Some(kind.into()), ..LogFilter::default() };
            assert_eq!(audit::list(&ana, &only(filter)).await.told(), field("kind", Problem::Unreadable), "{kind:?}");
        }
        for (kind, _) in Event::KINDS {
            audit::list(&ana, &only(LogFilter { kind: Some((*kind).into()), ..LogFilter::default() })).await.unwrap();
        }
    }
}

on_both! {
    async fn what_was_erased_is_still_an_event_and_the_pages_go_on(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let made = users::create(&ana, new_user("fleeting")).await.unwrap();
        for _ in 0..20 {
            users::disable(&ana, made.id).await.unwrap();
            users::enable(&ana, made.id).await.unwrap();
        }
        users::delete(&ana, made.id).await.unwrap();
        users::erase(&ana, made.id, "fleeting").await.unwrap();
        let page = audit::list(&ana, &LogListing::default()).await.unwrap();
        assert_eq!(page.rows.len(), 30);
        assert!(page.older.is_some());
        assert_eq!(page.rows[0].sentence.as_ref().unwrap().plain(), "Ana Moreira erased a user");
        let gone = &page.rows[1];
        assert_eq!((&*gone.kind, &gone.sentence, gone.details.len()), ("user_deleted", &None, 0));
        assert_eq!((&*gone.address, &*gone.browser), ("", ""));
        assert_eq!(gone.actor, Some(desk.id_of("ana").await), "that she did something stays");
        // Her own activity: the older events are reached past those that were erased.
        let id = desk.id_of("ana").await;
        let mut seen = vec![];
        let mut before = None;
        loop {
            let events = audit::activity(&ana, id, before).await.unwrap();
            before = events.last().map(|event| event.number);
            let full = events.len() == 30;
            seen.extend(events.iter().map(|event| event.sentence.plain()));
            if !full {
                break;
            }
        }
        assert_eq!(seen.len(), 44);
        assert_eq!(seen[1], "User deleted; the details were erased");
        assert_eq!(seen.last().unwrap(), "Ana Moreira signed in with a password");
    }
}

on_both! {
    async fn only_who_may_view_the_log_does(desk: Desk) {
        desk.cast().await;
        for name in ["tomas", "ingrid"] {
            let told = audit::list(&desk.person(name).await, &LogListing::default()).await.told();
            assert_eq!(told, Error::Forbidden(Permission::ViewAudit));
        }
        assert_eq!(audit::list(&desk.stranger(), &LogListing::default()).await.told(), Error::SignedOut);
        audit::list(&desk.person("priya").await, &LogListing::default()).await.unwrap();
        // Somebody's name in a filter is no way to learn whether they are there.
        let unknown = LogFilter { person: Some(UserId(uuid(1))), ..LogFilter::default() };
        let page = audit::list(&desk.person("priya").await, &only(unknown)).await.unwrap();
        assert_eq!(page.person, None);
        groups::list(&desk.person("priya").await).await.unwrap();
    }
}
