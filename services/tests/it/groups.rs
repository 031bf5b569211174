//! Groups: what they allow, and who is offered them.

use domain::{Error, Permission, groups::Builtin, listing::Count};
use services::groups;

use crate::support::*;

on_both! {
    async fn every_installation_has_its_groups_with_what_they_allow(desk: Desk) {
        desk.cast().await;
        let rows = groups::list(&desk.person("priya").await).await.unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.members)).collect();
        assert_eq!(told, [
            ("Administrators", Count::Exactly(2)),
            ("Auditors", Count::Exactly(1)),
            ("User managers", Count::Exactly(1)),
        ]);
        for row in rows {
            assert_eq!(row.permissions, row.builtin.unwrap().permissions());
        }
    }
}

on_both! {
    async fn nobody_without_the_permission_sees_the_groups(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        assert_eq!(groups::list(&ingrid).await.told(), Error::Forbidden(Permission::ViewGroups));
        let priya = desk.person("priya").await;
        assert_eq!(groups::choices(&priya).await.told(), Error::Forbidden(Permission::AssignGroups));
    }
}

on_both! {
    async fn a_form_says_which_groups_one_may_not_assign(desk: Desk) {
        desk.cast().await;
        assert_eq!(refused_choices(&desk.person("ana").await).await, Vec::<String>::new());
        let tomas = desk.person("tomas").await;
        assert_eq!(refused_choices(&tomas).await, ["Administrators", "Auditors"]);
        let choices = groups::choices(&tomas).await.unwrap();
        let why = choices[0].refused.as_deref().unwrap();
        assert!(why.contains("Administrators") && why.contains("Erase users"), "{why}");
    }
}

on_both! {
    async fn large_groups_are_counted_no_further_than_a_list_counts(desk: Desk) {
        desk.cast().await;
        let group = desk.group(Builtin::Auditors).await;
        let user = "INSERT INTO users (id, username, username_key, display_name, \
            display_name_key, search_key, created_at, updated_at) \
            VALUES ($1, $2, $2, 'X', 'x', 'x', 1, 1)";
        desk.run("BEGIN", []).await;
        for number in 0..1_005_u128 {
            desk.run(user, [uuid(number).into(), format!("u{number}").into()]).await;
            let join = "INSERT INTO memberships (user_id, group_id, since) VALUES ($1, $2, 1)";
            desk.run(join, [uuid(number).into(), group.0.into()]).await;
        }
        desk.run("COMMIT", []).await;
        let rows = groups::list(&desk.person("priya").await).await.unwrap();
        assert_eq!(rows[1].members, Count::MoreThan(1_000));
    }
}
