//! The list of users and the page of one of them.

on_both! {
    /// A1
    async fn the_list_shows_everybody_with_username_and_group(desk: Desk) {
        let page = desk.person("ana").await.open("/users").await.expect(200);
        for (name, username, group) in [
            ("Ana Moreira", "ana", "Administrators"),
            ("Grace Okafor", "grace", "Administrators"),
            ("Tomás Herrera", "tomas", "User managers"),
            ("Priya Raghunathan", "priya", "Auditors"),
            ("Ingrid Sólveigardóttir", "ingrid", "—"),
            ("Samuel Adeyemi", "samuel", "—"),
            ("Yutong Li", "yutong", "—"),
        ] {
            let row = page.main().row(name);
            assert!(row.only("rowheader").shows(username), "{}", row.outline());
            assert_eq!(row.cell("Groups").text(), group, "{}", row.outline());
        }
        assert_eq!(page.main().parts("rowheader").len(), 7);
    }
}
