//! The page of groups.

use crate::support::Desk;

on_both! {
    async fn the_groups_page_says_who_is_in_which_group_and_what_it_allows(desk: Desk) {
        let page = desk.person("ana").await.open("/groups").await.expect(200);
        let main = page.main();
        for heading in ["Groups", "Administrators", "Auditors", "User managers"] {
            assert!(main.has("heading", heading), "{heading}: {}", page.outline());
        }
        let words = main.text();
        assert_eq!(words.matches("2 people").count(), 1, "{}", page.outline());
        assert_eq!(words.matches("1 person").count(), 2, "{}", page.outline());
        assert!(words.contains("May see everything and change nothing."), "{}", page.outline());
        let codes = page.select("code").filter(|code| code.text() == "audit:view").count();
        assert_eq!(codes, 2, "administrators and auditors");
        let here = page.part("navigation", "Console").part("link", "Groups");
        assert_eq!((here.href(), here.attr("aria-current")), ("/groups", Some("page")));
    }
}
