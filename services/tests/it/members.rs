//! Who is in a group.

use domain::{
    Permission, Problem,
    groups::{Builtin, GroupId},
};
use services::{groups, users};

use crate::support::*;

on_both! {
    async fn somebody_is_put_into_groups_and_taken_out_of_others(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let ingrid = desk.seated("ingrid", PASSWORD).await;
        let id = desk.id_of("ingrid").await;
        let (auditors, managers) = (desk.group(Builtin::Auditors).await, desk.group(Builtin::UserManagers).await);
        groups::assign(&ana, id, &[auditors, auditors]).await.unwrap();
        desk.clock.advance(1_000);
        groups::assign(&ana, id, &[managers]).await.unwrap();
        let told = users::find(&ana, id).await.unwrap();
        assert_eq!(told.groups.iter().map(|group| &*group.name).collect::<Vec<_>>(), ["User managers"]);
        let now = desk.resume(ingrid.token).await.expect("the session goes on").loaded.actor;
        assert!(now.may(Permission::CreateUsers) && !now.may(Permission::ViewAudit), "with the rights of now");
        let moved = desk.events_of("groups_changed").await;
        assert_eq!(moved[0].event("added"), &serde_json::json!(["Auditors"]));
        assert_eq!(moved[1].event("added"), &serde_json::json!(["User managers"]));
        assert_eq!(moved[1].event("removed"), &serde_json::json!(["Auditors"]));
    }
}

on_both! {
    async fn the_same_groups_again_are_no_change_and_keep_since_when(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let id = desk.id_of("ingrid").await;
        let (auditors, managers) = (desk.group(Builtin::Auditors).await, desk.group(Builtin::UserManagers).await);
        groups::assign(&ana, id, &[auditors]).await.unwrap();
        let version = desk.form(&ana, "ingrid").await.version;
        groups::assign(&ana, id, &[auditors, auditors]).await.unwrap();
        assert_eq!(desk.form(&ana, "ingrid").await.version, version);
        assert_eq!(desk.events_of("groups_changed").await.len(), 1);
        desk.clock.advance(1_000);
        groups::assign(&ana, id, &[managers, auditors]).await.unwrap();
        let since = "SELECT since FROM memberships WHERE user_id = $1 AND group_id = $2";
        assert_eq!(desk.value::<i64, 2>(since, [id.0.into(), auditors.0.into()]).await, START);
    }
}

on_both! {
    async fn a_group_that_does_not_exist_is_told_and_nothing_is_taken_away(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let (id, auditors) = (desk.id_of("ingrid").await, desk.group(Builtin::Auditors).await);
        groups::assign(&ana, id, &[auditors]).await.unwrap();
        let many: Vec<_> = (1..1_500).map(|number| GroupId(uuid(number))).collect();
        for unknown in [vec![GroupId::nil()], vec![auditors, GroupId(uuid(1))], many] {
            let told = groups::assign(&ana, id, &unknown).await.told();
            assert_eq!(told, field("groups", Problem::UnknownGroup));
        }
        assert_eq!(users::find(&ana, id).await.unwrap().groups[0].id, auditors);
    }
}

on_both! {
    async fn t21_of_two_who_assign_at_once_the_later_one_counts_and_both_are_recorded(desk: Desk) {
        desk.cast().await;
        let (ana, grace, id) = (desk.person("ana").await, desk.person("grace").await, desk.id_of("ingrid").await);
        let (auditors, managers) = (desk.group(Builtin::Auditors).await, desk.group(Builtin::UserManagers).await);
        for round in 1..=6 {
            let (a, g) = (ana.clone(), grace.clone());
            let (one, other) = at_once(
                async move { groups::assign(&a, id, &[auditors]).await },
                async move { groups::assign(&g, id, &[managers]).await },
            )
            .await;
            no_accident(one).unwrap();
            no_accident(other).unwrap();
            let now = users::find(&ana, id).await.unwrap().groups;
            assert_eq!(now.len(), 1, "round {round}: never both");
            let last = desk.events_of("groups_changed").await.pop().unwrap();
            assert_eq!(last.event("added")[0], *now[0].name, "the log ends with what is there");
            groups::assign(&ana, id, &[]).await.unwrap();
        }
    }
}
