//! The users table: every sort, walked page by page in both directions.

use domain::{
    Error, Problem,
    listing::{Count, Cursor, Direction, PAGE, Position, Sort},
    users::{UserId, UserListing, UserRow, UserSort},
};
use services::{
    Context, jobs,
    users::{self, Bounds},
};

use crate::support::*;

/// Names that databases like to sort each in their own way, as written and as sorted.
const NAMES: [(&str, &str); 12] = [
    ("Zoë", "zoe"),
    ("Åsa", "asa"),
    ("asa", "asa"),
    ("a b", "a b"),
    ("a-b", "a-b"),
    ("a_b", "a_b"),
    ("ab", "ab"),
    ("Éab", "eab"),
    ("Ωmega", "ωmega"),
    ("名前", "名前"),
    ("1st", "1st"),
    ("~last", "~last"),
];

/// Writes 130 users with ties and gaps in every column, in a jumbled order of ids.
async fn crowd(desk: &Desk) {
    let sql = "INSERT INTO users (id, username, username_key, display_name, display_name_key, \
        email, email_key, search_key, created_at, updated_at, last_sign_in_at) \
        VALUES ($1, $2, $2, $3, $4, $5, $5, $2, $6, $6, $7)";
    desk.run("BEGIN", []).await;
    for number in 0..130_u128 {
        let jumbled = number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let (name, key) = NAMES[number as usize % NAMES.len()];
        let email = (number % 3 != 0).then(|| format!("{}@x.example", jumbled % 1_000_003));
        let last = (number % 2 == 0).then_some(START - (number as i64 % 5) * 1_000);
        desk.run(
            sql,
            [
                uuid(jumbled).into(),
                format!("user{number}").into(),
                name.into(),
                key.into(),
                email.into(),
                (START - (number as i64 % 7) * 1_000).into(),
                last.into(),
            ],
        )
        .await;
    }
    desk.run("COMMIT", []).await;
    let counted = "INSERT INTO user_stats (user_id, sessions) SELECT id, created_at % 3 FROM users WHERE id NOT IN \
        (SELECT user_id FROM user_stats)";
    desk.run(counted, []).await;
    // Some accounts end, several of them at the same moment.
    desk.run("UPDATE users SET expires_at = created_at + 5000 WHERE last_sign_in_at % 2000 = 0", []).await;
}

/// All ids in the order that the sort promises, worked out without the database's help.
async fn promised(desk: &Desk, sort: UserSort, direction: Direction) -> Vec<UserId> {
    let sql = "SELECT u.id, u.display_name_key, u.email_key, u.last_sign_in_at, u.created_at, s.sessions, u.expires_at \
        FROM users u JOIN user_stats s ON s.user_id = u.id WHERE u.deleted_at IS NULL";
    let mut keyed: Vec<_> = desk
        .rows(sql, [])
        .await
        .iter()
        .map(|row| {
            let text = |at| row.try_get_by_index::<Option<String>>(at).unwrap().unwrap_or_default();
            let time = |at| row.try_get_by_index::<Option<i64>>(at).unwrap().unwrap_or_default();
            let id: uuid::Uuid = row.try_get_by_index(0).unwrap();
            match sort {
                UserSort::Name => (text(1).into_bytes(), 0, id),
                UserSort::Email => (text(2).into_bytes(), 0, id),
                UserSort::LastSignIn => (vec![], time(3), id),
                UserSort::Created => (vec![], time(4), id),
                UserSort::Sessions => (vec![], time(5), id),
                UserSort::Expires => {
                    let end: Option<i64> = row.try_get_by_index(6).unwrap();
                    (vec![], end.unwrap_or(i64::MAX), id)
                }
            }
        })
        .collect();
    keyed.sort();
    if direction == Direction::Descending {
        keyed.reverse();
    }
    keyed.into_iter().map(|(_, _, id)| UserId(id)).collect()
}

pub fn ids(rows: &[UserRow]) -> Vec<UserId> {
    rows.iter().map(|row| row.id).collect()
}

/// Reads on until there is no next page, then back until there is no previous one.
pub async fn walk(cx: &Context, listing: &UserListing, bounds: Bounds) -> (Vec<UserId>, Vec<UserId>) {
    let at = async |position| users::list_within(cx, &listing.at(position), &[], bounds).await.unwrap();
    let mut page = at(Position::First).await;
    assert_eq!(page.previous, None, "nothing is before the first page");
    let mut forward = ids(&page.rows);
    let mut pages = 0;
    while let Some(next) = page.next {
        page = at(Position::After(next)).await;
        assert!(page.rows.len() <= PAGE as usize && page.previous.is_some());
        forward.extend(ids(&page.rows));
        pages += 1;
        assert!(pages < 1_000, "the walk does not end");
    }
    let mut backward = ids(&page.rows);
    while let Some(previous) = page.previous {
        page = at(Position::Before(previous)).await;
        assert!(page.next.is_some(), "there is a way back");
        let mut rows = ids(&page.rows);
        rows.extend(backward);
        backward = rows;
        pages += 1;
        assert!(pages < 2_000, "the walk does not end");
    }
    (forward, backward)
}

on_both! {
    async fn every_sort_gives_every_user_once_both_ways_in_one_order_on_both_databases(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        let cx = desk.person("priya").await;
        for &sort in UserSort::ALL {
            for direction in [Direction::Ascending, Direction::Descending] {
                let listing = UserListing { sort, direction, ..Default::default() };
                let promised = promised(&desk, sort, direction).await;
                assert_eq!(promised.len(), 137);
                let (forward, backward) = walk(&cx, &listing, Bounds::default()).await;
                assert!(forward == promised, "forward by {sort:?}, {direction:?}");
                assert!(backward == promised, "backward by {sort:?}, {direction:?}");
            }
        }
    }
}

on_both! {
    async fn a_search_is_walked_like_the_whole_list(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        let cx = desk.person("priya").await;
        let listing = UserListing { search: "user1".into(), ..Default::default() };
        let (forward, backward) = walk(&cx, &listing, Bounds::default()).await;
        assert_eq!(forward.len(), 41, "user1, user10 to user19, user100 to user129");
        assert_eq!(forward, backward);
        let page = users::list(&cx, &listing, &[]).await.unwrap();
        assert_eq!(page.count, Count::Exactly(41));
    }
}

on_both! {
    async fn a_full_page_has_fifty_rows_and_the_count_is_of_all(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        let page = users::list(&desk.person("priya").await, &UserListing::default(), &[]).await.unwrap();
        assert_eq!(page.rows.len(), 50);
        assert_eq!(page.count, Count::Exactly(137));
        assert!(page.next.is_some() && page.previous.is_none());
    }
}

on_both! {
    async fn exactly_fifty_rows_are_one_page(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        let surplus = "DELETE FROM users WHERE id IN (SELECT id FROM users \
            WHERE username LIKE 'user%' ORDER BY id LIMIT 87)";
        assert_eq!(desk.run(surplus, []).await, 87);
        let page = users::list(&desk.person("priya").await, &UserListing::default(), &[]).await.unwrap();
        assert_eq!((page.rows.len(), page.next, page.previous), (50, None, None));
    }
}

on_both! {
    async fn a_row_that_is_gone_does_not_lose_the_place(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        let cx = desk.person("priya").await;
        let page = users::list(&cx, &UserListing::default(), &[]).await.unwrap();
        let next = page.next.unwrap();
        let listing = UserListing::default().at(Position::After(next.clone()));
        let wanted = ids(&users::list(&cx, &listing, &[]).await.unwrap().rows);
        desk.run("DELETE FROM users WHERE id = $1", [next.id.into()]).await;
        let again = users::list(&cx, &listing, &[]).await.unwrap();
        assert_eq!(ids(&again.rows), wanted);
    }
}

on_both! {
    async fn nobody_in_the_bin_is_listed(desk: Desk) {
        desk.cast().await;
        desk.set("ingrid", "deleted_at", START).await;
        let cx = desk.person("priya").await;
        for search in ["", "ingrid", "in"] {
            let listing = UserListing { search: search.into(), ..Default::default() };
            let page = users::list(&cx, &listing, &[]).await.unwrap();
            assert!(page.rows.iter().all(|row| row.username != "ingrid"));
            assert_eq!(page.count, Count::Exactly(page.rows.len() as u32));
        }
    }
}

on_both! {
    async fn rows_show_groups_and_times(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let rows = users::list(&ana, &UserListing::default(), &[]).await.unwrap().rows;
        let names: Vec<_> = rows.iter().map(|row| row.username.as_str()).collect();
        assert_eq!(names, ["yutong", "samuel", "ingrid", "priya", "tomas", "grace", "ana"]);
        let row = &rows[6];
        assert_eq!(row.groups[0].name, "Administrators");
        assert_eq!(row.last_sign_in_at, Some(START));
        assert_eq!(rows[2].last_sign_in_at, None);
        assert!(rows[2].groups.is_empty());
    }
}

on_both! {
    async fn a_place_of_the_wrong_kind_is_told_at_its_field(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        for sort in [UserSort::Created, UserSort::LastSignIn] {
            for key in ["", "ana", "1.5", "99999999999999999999"] {
                let cursor = Cursor { key: key.into(), id: uuid::Uuid::nil() };
                for position in [Position::After(cursor.clone()), Position::Before(cursor)] {
                    let listing = UserListing { sort, position, ..Default::default() };
                    let told = fields(users::list(&cx, &listing, &[]).await.told());
                    assert_eq!(told[0].1, Problem::Unreadable, "{key}");
                }
            }
        }
    }
}

on_both! {
    async fn t30_hostile_places_and_searches_never_break_the_list(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        for key in ["\0", "a\0", "' OR 1=1 --", "\u{10ffff}", "\\", "%"] {
            let cursor = Cursor { key: key.into(), id: uuid::Uuid::nil() };
            for sort in [UserSort::Name, UserSort::Email] {
                let position = Position::After(cursor.clone());
                let listing = UserListing { sort, position, ..Default::default() };
                told_or_fine(users::list(&cx, &listing, &[]).await, key);
            }
        }
        for key in [i64::MIN, -1, i64::MAX] {
            let position = Position::After(Cursor { key: key.to_string(), id: uuid::Uuid::nil() });
            let listing = UserListing { position, ..Default::default() };
            told_or_fine(users::list(&cx, &listing, &[]).await, "a number");
        }
        for search in ["\0", "ab\0c", "a\nb", "' OR '1'='1", "\"", "a\u{10ffff}b", "\u{300}\u{301}", "NEAR(a b)"] {
            let listing = UserListing { search: search.into(), ..Default::default() };
            told_or_fine(users::list(&cx, &listing, &[]).await, search);
        }
        let listing = UserListing { search: "x".repeat(101), ..Default::default() };
        let told = users::list(&cx, &listing, &[]).await.told();
        assert_eq!(told, field("q", Problem::TooLong { most: 100 }));
    }
}

#[track_caller]
fn told_or_fine<T>(result: services::Result<T>, input: &str) {
    match result {
        Ok(_) | Err(services::Failure::Told(Error::Invalid(_))) => {}
        Err(other) => panic!("{input:?} led to {other}"),
    }
}

on_both! {
    async fn the_whole_list_says_about_how_many_once_a_job_has_counted(desk: Desk) {
        desk.cast().await;
        let user = "INSERT INTO users (id, username, username_key, display_name, display_name_key, search_key, \
            created_at, updated_at) VALUES ($1, $2, $2, 'Crowd', 'crowd', 'crowd', 1, 1)";
        desk.run("BEGIN", []).await;
        for number in 0..1_000_u128 {
            desk.run(user, [uuid(number).into(), format!("u{number}").into()]).await;
        }
        desk.run("COMMIT", []).await;
        let cx = desk.person("priya").await;
        let count = async || users::list(&cx, &UserListing::default(), &[]).await.unwrap().count;
        assert_eq!(count().await, Count::MoreThan(1_000), "nobody has counted yet");
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(count().await, Count::About(1_007));
        desk.run("DELETE FROM users WHERE username IN ('u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7')", []).await;
        assert_eq!(count().await, Count::Exactly(1_000), "as few as this are counted at once");
    }
}

on_both! {
    async fn the_order_by_sessions_follows_them_within_a_minute(desk: Desk) {
        desk.cast().await;
        let priya = desk.person("priya").await;
        desk.person("grace").await;
        desk.person("grace").await;
        let first = async |desk: &Desk| {
            jobs::cleanup(&desk.system()).await.unwrap();
            let listing = UserListing::default().sorted_by(UserSort::Sessions);
            let rows = users::list(&priya, &listing, &[]).await.unwrap().rows;
            rows.into_iter().take(2).map(|row| (row.username, row.sessions)).collect::<Vec<_>>()
        };
        assert_eq!(first(&desk).await, [("grace".to_owned(), 2), ("priya".to_owned(), 1)]);
        // Whoever is stopped has none from this moment on; the order follows.
        desk.disable("grace").await;
        assert_eq!(first(&desk).await[0], ("priya".to_owned(), 1));
        let counted = "SELECT sessions FROM user_stats WHERE user_id = $1";
        assert_eq!(desk.value::<i64, 1>(counted, [desk.id_of("grace").await.0.into()]).await, 0);
    }
}

on_both! {
    async fn whoever_is_not_counted_yet_is_counted_by_the_job_on_any_node(desk: Desk) {
        desk.cast().await;
        desk.run("DELETE FROM user_stats", []).await;
        desk.set("ingrid", "deleted_at", START).await;
        let other = desk.node().await;
        let (one, two) = (desk.system(), other.system());
        let (first, second) = tokio::join!(jobs::cleanup(&one), jobs::cleanup(&two));
        first.and(second).unwrap();
        assert_eq!(desk.count("user_stats").await, 6, "all but the one in the bin");
        desk.set("ingrid", "deleted_at", None::<i64>).await;
        desk.set("grace", "deleted_at", START).await;
        jobs::cleanup(&one).await.unwrap();
        let cx = desk.person("priya").await;
        let listing = UserListing::default().sorted_by(UserSort::Sessions);
        let page = users::list(&cx, &listing, &[]).await.unwrap();
        assert_eq!(page.rows.len(), 6);
        assert!(page.rows.iter().any(|row| row.username == "ingrid"));
    }
}

on_both! {
    async fn only_sessions_that_open_something_are_counted(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        desk.person("tomas").await;
        let shown = async |name: &str| {
            let rows = users::list(&cx, &UserListing::default(), &[]).await.unwrap().rows;
            rows.into_iter().find(|row| row.username == name).unwrap().sessions
        };
        assert_eq!(shown("tomas").await, 1);
        desk.run("UPDATE users SET security_epoch = security_epoch + 1 WHERE username = 'tomas'", []).await;
        assert_eq!(shown("tomas").await, 0, "of another epoch");
        assert_eq!(shown("priya").await, 1);
        desk.clock.advance(3 * domain::HOUR);
        assert_eq!(shown("priya").await, 0, "idle");
    }
}
