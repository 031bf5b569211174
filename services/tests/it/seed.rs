//! Made-up people: the same from the same seed, within every rule, and beside who is there.

use domain::{
    Problem,
    users::{UserListing, Username},
};
use services::{
    audit::{self, Verdict},
    seed::{self, Progress},
    users,
};

use crate::support::*;

async fn seed(desk: &Desk, users: u32, seed: u64) {
    seed::seed_users(&desk.installation.operator(), users, seed, |_| {}).await.unwrap();
}

async fn usernames(desk: &Desk) -> Vec<String> {
    let rows = desk.rows("SELECT username FROM users ORDER BY username_key", []).await;
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// How many rows a condition holds for.
async fn some(desk: &Desk, what: &str) -> i64 {
    desk.count(what).await
}

on_both! {
    async fn two_thousand_people_are_made_up_within_every_rule(desk: Desk) {
        desk.cast().await;
        let mut told = vec![];
        let each = |progress| told.push(progress);
        seed::seed_users(&desk.installation.operator(), 2_000, 1, each).await.unwrap();
        assert_eq!(told[..2], [Progress::People(1_000), Progress::People(2_000)]);
        assert!(matches!(told.last(), Some(Progress::Indexes(done, all)) if done == all));
        assert_eq!(desk.count("users").await, 2_007);
        for name in usernames(&desk).await {
            assert!(Username::parse(&name).is_ok(), "{name}");
        }
        // A row of everything that belongs to a user, as if they had been created one by one.
        assert_eq!(some(&desk, "users u LEFT JOIN user_stats s ON s.user_id = u.id WHERE s.user_id IS NULL").await, 0);
        let alike = "users u WHERE (u.has_credential = 1) <> (EXISTS (SELECT 1 FROM passwords p WHERE p.user_id = u.id) \
                     OR EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = u.id))";
        assert_eq!(some(&desk, alike).await, 0);
        let noted = "users u WHERE u.factors <> (SELECT count(*) FROM passwords p WHERE p.user_id = u.id) \
                     + CASE WHEN EXISTS (SELECT 1 FROM passkeys k WHERE k.user_id = u.id) THEN 2 ELSE 0 END \
                     + 4 * (SELECT count(*) FROM authenticator_apps a WHERE a.user_id = u.id)";
        assert_eq!(some(&desk, noted).await, 0);
        for table in ["authenticator_apps", "passkeys"] {
            let sooner = format!(
                "{table} f JOIN users u ON u.id = f.user_id WHERE f.created_at < u.created_at OR f.created_at > {START} \
                 OR f.last_used_at < f.created_at OR f.last_used_at > u.last_sign_in_at"
            );
            assert_eq!(some(&desk, &sooner).await, 0);
        }
        let counted = "user_stats s WHERE s.sessions <> (SELECT count(*) FROM sessions x WHERE x.user_id = s.user_id)";
        assert_eq!(some(&desk, counted).await, 0);
        let required = "users u WHERE u.username LIKE '%.%' AND NOT EXISTS (SELECT 1 FROM custom_values v \
                        JOIN custom_fields f ON f.id = v.field_id WHERE v.user_id = u.id AND f.required = 1)";
        assert_eq!(some(&desk, required).await, 0);
        // Times in an order that can be.
        let later = format!("users WHERE last_sign_in_at < created_at OR last_sign_in_at > {START} OR created_at > {START}");
        assert_eq!(some(&desk, &later).await, 0);
        let dead = format!("sessions WHERE expires_at <= {START} OR last_seen_at > {START} OR last_seen_at < created_at");
        assert_eq!(some(&desk, &dead).await, 0);
    }
}

on_both! {
    async fn people_are_in_every_state_and_in_groups_of_very_different_sizes(desk: Desk) {
        desk.cast().await;
        seed(&desk, 4_000, 1).await;
        let cast = 7;
        let between = async |what: &str, least: i64, most: i64| {
            let found = some(&desk, what).await;
            assert!((least..=most + cast).contains(&found), "{what}: {found}");
        };
        between("users WHERE deleted_at IS NOT NULL", 20, 65).await;
        between("users WHERE disabled_at IS NOT NULL", 80, 165).await;
        between("users WHERE expires_at IS NOT NULL", 50, 120).await;
        between("users WHERE has_credential = 0", 110, 220).await;
        between("users WHERE last_sign_in_at IS NULL", 240, 410).await;
        between("users WHERE email IS NULL", 250, 400).await;
        between("users WHERE factors IN (4, 5, 6, 7)", 360, 580).await;
        between("users WHERE factors IN (2, 3, 6, 7)", 230, 400).await;
        between("users WHERE factors IN (2, 6)", 15, 75).await;
        between("sessions", 8, 45).await;
        let members = |name: &str| format!("memberships m JOIN groups g ON g.id = m.group_id WHERE g.name = '{name}'");
        between(&members("Everyone in the field"), 1_050, 1_350).await;
        between(&members("Night shift"), 150, 260).await;
        between(&members("Works council"), 43, 50).await;
        between(&members("Auditors"), 20, 65).await;
        assert_eq!(some(&desk, &members("Administrators")).await, 2, "nobody made up becomes one");
        assert_eq!(desk.count("custom_fields").await, 5);
        between("custom_values", 15_000, 19_000).await;
    }
}

on_both! {
    async fn the_list_finds_them_and_the_audit_log_holds(desk: Desk) {
        desk.cast().await;
        seed(&desk, 2_000, 1).await;
        let ana = desk.person("ana").await;
        let page = users::list(&ana, &UserListing::default(), &[]).await.unwrap();
        assert_eq!(page.rows.len(), 50);
        // The search knows them, in other scripts and by what their fields hold.
        for search in ["кравець", "ödegard", "ingrid", "παπαδάκη"] {
            let listing = UserListing { search: search.into(), ..Default::default() };
            let page = users::list(&ana, &listing, &[]).await.unwrap();
            assert!(!page.rows.is_empty(), "{search} finds nobody");
        }
        let seeded = desk.events_of("users_seeded").await;
        assert_eq!(seeded[0].event("users"), 2_000);
        assert_eq!(desk.events_of("field_created").await.len(), 5);
        let verdict = audit::verify(&desk.installation.operator()).await.unwrap();
        assert!(matches!(verdict, Verdict::Intact { .. }), "{verdict:?}");
    }
}

on_both! {
    async fn a_second_run_adds_others_and_the_same_seed_again_clashes_with_nobody(desk: Desk) {
        desk.cast().await;
        seed(&desk, 300, 1).await;
        seed(&desk, 1_200, 2).await;
        assert_eq!(desk.count("users").await, 1_507);
        // Fewer than there are: the indexes stay where they are.
        seed(&desk, 300, 1).await;
        assert_eq!(desk.count("users").await, 1_807);
        assert_eq!(desk.count("custom_fields").await, 5);
        assert_eq!(some(&desk, "users WHERE username LIKE '%-2'").await, 300);
        assert_eq!(desk.count("groups").await, 9);
        seed(&desk, 100, 1).await;
    }
}

on_both! {
    async fn a_retired_username_is_not_given_to_made_up_people_either(desk: Desk) {
        desk.cast().await;
        seed(&desk, 20, 1).await;
        let name: String = desk.value("SELECT username FROM users WHERE deleted_at IS NULL AND username LIKE '%7'", []).await;
        desk.set(&name, "deleted_at", START - 1_000).await;
        let ana = desk.person("ana").await;
        users::erase(&ana, desk.id_of(&name).await, &name).await.unwrap();
        seed(&desk, 20, 1).await;
        assert_eq!(some(&desk, &format!("users WHERE username = '{name}'")).await, 0);
        assert_eq!(some(&desk, &format!("users WHERE username = '{name}-2'")).await, 1);
    }
}

on_both! {
    async fn as_many_as_none_or_far_too_many_are_refused(desk: Desk) {
        for users in [0, seed::MOST + 1, u32::MAX] {
            let told = seed::seed_users(&desk.installation.operator(), users, 1, |_| {}).await.told();
            assert_eq!(told, field("users", Problem::OutOfBounds { least: 1, most: seed::MOST }));
        }
        assert!(seed::seed_users(&desk.stranger(), 5, 1, |_| {}).await.is_err(), "a stranger made people up");
        assert_eq!(desk.count("users").await, 0);
        assert_eq!(desk.count("custom_fields").await, 0);
    }
}

#[tokio::test]
async fn the_same_seed_makes_the_same_people_up_and_another_does_not() {
    let mut made = vec![];
    for number in [1, 1, 2] {
        let desk = Desk::open(Backend::Sqlite).await;
        seed(&desk, 2_000, number).await;
        made.push(usernames(&desk).await);
    }
    assert_eq!(made[0], made[1]);
    assert_ne!(made[0], made[2]);
    let nobody = Desk::open(Backend::Sqlite).await;
    assert_eq!(nobody.count("users").await, 0);
}

#[tokio::test]
async fn both_databases_hold_the_same_people() {
    if left_out(module_path!()) {
        return;
    }
    let (here, there) = (Desk::open(Backend::Sqlite).await, Desk::open(Backend::Postgres).await);
    let mut all = vec![];
    for desk in [&here, &there] {
        seed(desk, 500, 9).await;
        let people = "SELECT username, display_name, email, search_key, created_at, last_sign_in_at FROM users ORDER BY username_key";
        let rows = desk.rows(people, []).await;
        let told: Vec<_> = rows
            .iter()
            .map(|row| {
                let text = |at| row.try_get_by_index::<Option<String>>(at).unwrap();
                let time = |at| row.try_get_by_index::<Option<i64>>(at).unwrap();
                ((text(0), text(1), text(2), text(3)), (time(4), time(5)))
            })
            .collect();
        all.push(told);
    }
    assert_eq!(all[0], all[1]);
    drop_database(&there.database_name()).await;
}

on_both! {
    async fn deferred_indexes_are_there_again(desk: Desk) {
        let indexes = match desk.backend {
            Backend::Sqlite => "SELECT name || coalesce(sql, '') FROM sqlite_master ORDER BY 1",
            Backend::Postgres => "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        };
        let told = async || {
            let rows = desk.rows(indexes, []).await;
            rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect::<Vec<String>>()
        };
        let before = told().await;
        seed(&desk, 100, 1).await;
        assert_eq!(told().await, before);
    }
}
