//! After an upgrade: keys that 0.4.0 wrote are folded anew while everybody goes on working.

use domain::users::{UserFilters, UserListing};
use services::{Context, jobs, users};

use crate::support::*;

const FIELD: u128 = 0xc;

/// Writes people as version 0.4.0 did: so many, of whom every tenth is a Łukasz from Łódź.
async fn former(desk: &Desk, many: u128) {
    let user = "INSERT INTO users (id, username, username_key, display_name, display_name_key, search_key, created_at, \
        updated_at) VALUES ($1, $2, $2, $3, $4, $5, 1, 1)";
    let field = "INSERT INTO custom_fields (id, name, name_key, kind, required, choices, place, created_at) \
        VALUES ($1, 'Town', 'town', 'text', 0, '[]', 1, 1)";
    let value = "INSERT INTO custom_values (user_id, field_id, value, value_key) VALUES ($1, $2, 'Łódź', 'łodz')";
    desk.run("BEGIN", []).await;
    desk.run(field, [uuid(FIELD).into()]).await;
    for number in 0..many {
        let (name, key, town) = match number % 10 {
            0 => ("Łukasz Żak", "łukasz zak", "\nłodz"),
            1 => ("山田太郎", "山田太郎", ""),
            _ => ("Olga Lindqvist", "olga lindqvist", ""),
        };
        let username = format!("old{number}");
        let search = format!("{username}\n{key}{town}");
        desk.run(user, [uuid(number + 1_000).into(), username.into(), name.into(), key.into(), search.into()]).await;
        if number % 10 == 0 {
            desk.run(value, [uuid(number + 1_000).into(), uuid(FIELD).into()]).await;
        }
    }
    desk.run("COMMIT", []).await;
}

async fn count(cx: &Context, search: &str) -> usize {
    let (mut listing, mut count) = (UserListing { search: search.into(), ..Default::default() }, 0);
    loop {
        let page = users::list(cx, &listing, &[]).await.unwrap();
        count += page.rows.len();
        let Some(next) = page.next else { return count };
        listing = listing.at(domain::listing::Position::After(next));
    }
}

async fn from_lodz(cx: &Context, value: &str) -> usize {
    let filters =
        UserFilters { fields: vec![(domain::fields::FieldId(uuid(FIELD)), value.into())], ..Default::default() };
    users::list(cx, &UserListing::default().filtered(filters), &[]).await.unwrap().rows.len()
}

/// What finds people by the rules of before, whether or not theirs were folded anew.
async fn works_as_before(cx: &Context, many: usize) {
    for (search, share) in [("łukasz", 1), ("ŁUKASZ żak", 1), ("lindqvist", 8), ("łu", 1), ("ol", 8), ("山田", 1)]
    {
        // Some usernames begin so as well.
        let all = if search == "ol" { many } else { many / 10 * share };
        assert_eq!(count(cx, search).await, all, "{search}");
    }
    assert_eq!(from_lodz(cx, "łÓDŹ").await, (many / 10).min(50));
}

on_both! {
    async fn t29_an_upgrade_folds_everybody_anew_and_the_search_works_meanwhile(desk: Desk) {
        desk.cast().await;
        former(&desk, 3_500).await;
        let cx = desk.person("priya").await;
        assert_eq!(users::count_former(&desk.system()).await.unwrap(), 3_500);
        works_as_before(&cx, 3_500).await;
        assert_eq!(count(&cx, "lukasz").await, 0, "by the rules of before");

        // Stopped after the first people.
        let mut done = 0;
        let stop_at_once = |all| {
            done = all;
            false
        };
        users::rebuild_search(&desk.system(), stop_at_once).await.unwrap();
        assert_eq!(users::count_former(&desk.system()).await.unwrap(), 3_500 - done);
        assert_eq!(done, if desk.backend == Backend::Sqlite { 1_000 } else { 3_000 });
        works_as_before(&cx, 3_500).await;

        // Whoever is edited meanwhile is written as now, and nobody does it twice.
        assert_eq!(users::rebuild_search(&desk.system(), |_| true).await.unwrap(), 3_500 - done);
        assert_eq!(users::rebuild_search(&desk.system(), |_| true).await.unwrap(), 0);
        works_as_before(&cx, 3_500).await;
        for (search, expected) in [("lukasz", 350), ("zak", 350), ("太郎", 350), ("li", 2_801), ("lodz", 350)] {
            assert_eq!(count(&cx, search).await, expected, "{search}");
        }
        assert_eq!(from_lodz(&cx, "lodz").await, 50);
    }
}

on_both! {
    async fn what_an_older_node_writes_after_the_upgrade_is_folded_within_a_minute(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        assert_eq!(count(&cx, "lukasz").await, 0);
        former(&desk, 10).await;
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(count(&cx, "lukasz").await, 1);
        assert_eq!(users::count_former(&desk.system()).await.unwrap(), 0);
    }
}

on_both! {
    async fn t29_tidying_up_folds_no_more_people_at_a_time_than_a_stop_can_wait_for(desk: Desk) {
        former(&desk, 1_500).await;
        for left in [500, 0] {
            jobs::cleanup(&desk.system()).await.unwrap();
            assert_eq!(users::count_former(&desk.system()).await.unwrap(), left);
        }
    }
}

on_both! {
    async fn two_nodes_fold_everybody_once(desk: Desk) {
        desk.cast().await;
        former(&desk, 1_500).await;
        let (here, there) = (desk.system(), desk.node().await.system());
        let (first, second) = at_once(
            async move { users::rebuild_search(&here, |_| true).await.unwrap() },
            async move { users::rebuild_search(&there, |_| true).await.unwrap() },
        )
        .await;
        // One that finds all held by the other leaves them to it.
        assert_eq!(first + second, 1_500);
        assert_eq!(users::count_former(&desk.system()).await.unwrap(), 0);
    }
}
