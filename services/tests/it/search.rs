//! Searching users.

use domain::{
    listing::Count,
    users::{NewUserForm, UserListing},
};
use services::{Context, users};

use crate::support::*;

/// Usernames found, in alphabetical order.
async fn found(cx: &Context, search: &str) -> Vec<String> {
    let listing = UserListing { search: search.into(), ..Default::default() };
    let page = users::list(cx, &listing, &[]).await.unwrap();
    assert_eq!(page.count, Count::Exactly(page.rows.len() as u32), "{search}");
    let mut names: Vec<_> = page.rows.into_iter().map(|row| row.username).collect();
    names.sort();
    names
}

on_both! {
    async fn any_part_of_a_name_finds_it(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        for (search, names) in [
            ("ghun", vec!["priya"]),
            ("INGRI", vec!["ingrid"]),
            ("moreira", vec!["ana"]),
            ("ade", vec!["samuel"]),
            ("ra", vec!["priya"]),
            ("ag", vec![]),
            ("her", vec!["tomas"]),
        ] {
            assert_eq!(found(&cx, search).await, names, "{search}");
        }
    }
}

on_both! {
    async fn accents_make_no_difference_either_way(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        desk.set("tomas", "username", "th").await;
        for search in ["tomas herrera", "Tomás Herrera", "toma\u{301}s", "TOMÁS"] {
            assert_eq!(found(&cx, search).await, ["th"], "{search}");
        }
        for search in ["sólveig", "solveig", "sôlvëig"] {
            assert_eq!(found(&cx, search).await, ["ingrid"], "{search}");
        }
    }
}

on_both! {
    async fn part_of_an_email_address_finds_it(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        assert_eq!(found(&cx, "t.herrera@").await, ["tomas"]);
        assert_eq!(found(&cx, "YUTONG.LI@northwind").await, ["yutong"]);
        assert_eq!(found(&cx, "northwind.example").await.len(), 7);
    }
}

on_both! {
    async fn words_count_in_any_order_and_all_of_them(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        for search in ["grace okafor", "okafor grace", "  kaf   gra  ", "okafor northwind"] {
            assert_eq!(found(&cx, search).await, ["grace"], "{search}");
        }
        assert!(found(&cx, "grace moreira").await.is_empty());
        assert_eq!(found(&cx, "yutong li").await, ["yutong"]);
        assert_eq!(found(&cx, "li yutong").await, ["yutong"]);
    }
}

on_both! {
    async fn words_of_one_or_two_letters_begin_a_word_of_a_name(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        assert_eq!(found(&cx, "a").await, ["ana", "samuel"], "Ana, and Adeyemi");
        assert_eq!(found(&cx, "IN").await, ["ingrid"]);
        assert_eq!(found(&cx, "t.").await, ["tomas"], "an e-mail address begins like this");
        assert_eq!(found(&cx, "li").await, ["yutong"], "Yutong Li, and not Olga, who has it nowhere");
        assert!(found(&cx, "no").await.is_empty(), "the host of an address is everybody's");
        assert_eq!(found(&cx, "yu li").await, ["yutong"]);
        assert_eq!(found(&cx, "li yu").await, ["yutong"], "in any order");
    }
}

on_both! {
    async fn signs_that_databases_take_for_wildcards_are_only_signs(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for (at, name) in ["100%_sure", "what*ever", "really?yes", "[brackets]", "back\\slash", "ca^ret"]
            .into_iter()
            .enumerate()
        {
            let form = NewUserForm { display_name: name.into(), ..new_user(&format!("sign{at}")) };
            users::create(&ana, form).await.unwrap();
        }
        for (search, names) in [
            ("100%", vec!["sign0"]),
            ("%_s", vec!["sign0"]),
            ("t*e", vec!["sign1"]),
            ("y?y", vec!["sign2"]),
            ("[bra", vec!["sign3"]),
            ("ets]", vec!["sign3"]),
            ("k\\s", vec!["sign4"]),
            ("a^r", vec!["sign5"]),
            ("[a-z]", vec![]),
            ("100_", vec![]),
            ("w??t", vec![]),
            ("***", vec![]),
            ("%%%", vec![]),
            ("___", vec![]),
            ("\\\\\\", vec![]),
            ("%", vec![]),
            ("_", vec![]),
            ("*", vec![]),
            ("?", vec![]),
            ("[", vec!["sign3"]),
            ("%%", vec![]),
        ] {
            assert_eq!(found(&ana, search).await, names, "{search}");
        }
    }
}

on_both! {
    async fn what_full_text_searches_take_for_their_own_language_is_only_text(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        for search in [
            "grace AND okafor",
            "grace OR ana",
            "NOT grace",
            "NEAR(grace okafor)",
            "search_key:grace",
            "{search_key}: grace",
            "\"grace\"",
            "\"grace",
            "^grace",
            "grace*",
            "grace + okafor",
            "-grace",
            "'grace'",
            "grace;--",
            "\"\"\"",
        ] {
            assert!(found(&cx, search).await.is_empty(), "{search}");
        }
    }
}

on_both! {
    async fn trigrams_of_a_word_in_other_places_are_not_the_word(desk: Desk) {
        desk.cast().await;
        desk.set("ingrid", "search_key", "abcd xbcde cdef").await;
        let cx = desk.person("priya").await;
        assert!(found(&cx, "abcdef").await.is_empty(), "all its trigrams are there, and it is not");
        assert_eq!(found(&cx, "bcde").await, ["ingrid"]);
    }
}

on_both! {
    async fn what_is_nowhere_gives_an_empty_page(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        let listing = UserListing { search: "nobody at all".into(), ..Default::default() };
        let page = users::list(&cx, &listing, &[]).await.unwrap();
        assert!(page.rows.is_empty());
        assert_eq!((page.previous, page.next, page.count), (None, None, Count::Exactly(0)));
    }
}

on_both! {
    async fn a_search_of_blanks_is_none(desk: Desk) {
        desk.cast().await;
        assert_eq!(found(&desk.person("priya").await, "   ").await.len(), 7);
    }
}

on_both! {
    async fn a_new_name_is_found_at_once_and_the_old_one_no_more(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        services::account::update_profile(&ingrid, "Zdenka Novotná").await.unwrap();
        let cx = desk.person("priya").await;
        assert_eq!(found(&cx, "novotna").await, ["ingrid"]);
        assert_eq!(found(&cx, "ingrid").await, ["ingrid"], "the username is still hers");
        assert!(found(&cx, "solveig").await.is_empty());
    }
}

on_both! {
    async fn beyond_a_thousand_a_list_says_more_than(desk: Desk) {
        desk.cast().await;
        let user = "INSERT INTO users (id, username, username_key, display_name, \
            display_name_key, search_key, created_at, updated_at) \
            VALUES ($1, $2, $2, 'Crowd', 'crowd', 'crowd', 1, 1)";
        desk.run("BEGIN", []).await;
        for number in 0..1_001_u128 {
            desk.run(user, [uuid(number).into(), format!("u{number}").into()]).await;
        }
        desk.run("COMMIT", []).await;
        users::rebuild_search(&desk.system(), |_| true).await.unwrap();
        let cx = desk.person("priya").await;
        for search in ["", "crowd", "cr"] {
            let listing = UserListing { search: search.into(), ..Default::default() };
            let count = users::list(&cx, &listing, &[]).await.unwrap().count;
            assert_eq!(count, Count::MoreThan(1_000), "{search}");
        }
        desk.run("DELETE FROM users WHERE username = 'u0'", []).await;
        let listing = UserListing { search: "crowd".into(), ..Default::default() };
        // Each time: PostgreSQL samples the table, and few blocks of it are easily none.
        for _ in 0..100 {
            assert_eq!(users::list(&cx, &listing, &[]).await.unwrap().count, Count::Exactly(1_000));
        }
    }
}
