//! Who is in a group.

use domain::{
    Permission, Problem,
    groups::{Builtin, GroupId},
};
use services::{Context, groups, users};

use crate::support::*;

on_both! {
    async fn somebody_is_put_into_groups_and_taken_out_of_others(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let ingrid = desk.seated("ingrid", PASSWORD).await;
        let id = desk.id_of("ingrid").await;
        let (auditors, managers) = (desk.group(Builtin::Auditors).await, desk.group(Builtin::UserManagers).await);
        assert!(groups::assign(&ana, id, &[auditors, auditors], &[]).await.unwrap());
        desk.clock.advance(1_000);
        assert!(groups::assign(&ana, id, &[managers], &[auditors]).await.unwrap());
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
    async fn a_group_that_is_there_or_gone_already_is_no_change_and_keeps_since_when(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let id = desk.id_of("ingrid").await;
        let (auditors, managers) = (desk.group(Builtin::Auditors).await, desk.group(Builtin::UserManagers).await);
        groups::assign(&ana, id, &[auditors], &[]).await.unwrap();
        let version = desk.form(&ana, "ingrid").await.version;
        let unknown = GroupId(uuid(1));
        for (into, out_of) in [
            (vec![auditors, auditors], vec![]),
            (vec![], vec![managers]),
            (vec![], vec![unknown]),
            (vec![managers], vec![managers]),
            (vec![], vec![]),
        ] {
            assert!(!groups::assign(&ana, id, &into, &out_of).await.unwrap(), "{into:?}, {out_of:?}");
        }
        assert_eq!(desk.form(&ana, "ingrid").await.version, version);
        assert_eq!(desk.events_of("groups_changed").await.len(), 1);
        desk.clock.advance(1_000);
        groups::assign(&ana, id, &[managers, auditors], &[]).await.unwrap();
        let since = "SELECT since FROM memberships WHERE user_id = $1 AND group_id = $2";
        assert_eq!(desk.value::<i64, 2>(since, [id.0.into(), auditors.0.into()]).await, START);
    }
}

on_both! {
    async fn a_group_that_does_not_exist_is_told_and_nothing_is_taken_away(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let (id, auditors) = (desk.id_of("ingrid").await, desk.group(Builtin::Auditors).await);
        groups::assign(&ana, id, &[auditors], &[]).await.unwrap();
        let many: Vec<_> = (1..1_500).map(|number| GroupId(uuid(number))).collect();
        for unknown in [vec![GroupId::nil()], vec![auditors, GroupId(uuid(1))], many] {
            let told = groups::assign(&ana, id, &unknown, &[auditors]).await.told();
            assert_eq!(told, field("groups", Problem::UnknownGroup));
        }
        assert_eq!(users::find(&ana, id).await.unwrap().groups[0].id, auditors);
    }
}

on_both! {
    async fn t21_whoever_presses_on_an_older_page_gives_no_removed_group_back(desk: Desk) {
        desk.cast().await;
        let (ana, grace, id) = (desk.person("ana").await, desk.person("grace").await, desk.id_of("ingrid").await);
        let administrators = desk.group(Builtin::Administrators).await;
        let auditors = desk.group(Builtin::Auditors).await;
        groups::assign(&ana, id, &[administrators, auditors], &[]).await.unwrap();
        let names = async |cx: &Context| -> Vec<String> {
            users::find(cx, id).await.unwrap().groups.into_iter().map(|group| group.name).collect()
        };
        assert_eq!(names(&ana).await, ["Administrators", "Auditors"]);
        // Both pages show both groups. What follows is pressed on them, in this order.
        groups::assign(&ana, id, &[], &[administrators]).await.unwrap();
        groups::assign(&grace, id, &[], &[auditors]).await.unwrap();
        assert_eq!(names(&ana).await, Vec::<String>::new(), "the second press takes one away and gives none back");
        // "Undo" of the second press.
        groups::assign(&grace, id, &[auditors], &[]).await.unwrap();
        assert_eq!(names(&ana).await, ["Auditors"]);
        let moved = desk.events_of("groups_changed").await;
        let told: Vec<_> =
            moved.iter().map(|event| (event.event("added").clone(), event.event("removed").clone())).collect();
        let list = |names: &[&str]| serde_json::json!(names);
        assert_eq!(
            told[1..],
            [
                (list(&[]), list(&["Administrators"])),
                (list(&[]), list(&["Auditors"])),
                (list(&["Auditors"]), list(&[])),
            ]
        );
    }
}

on_both! {
    async fn t21_of_two_who_assign_at_once_neither_takes_the_others_change_back_and_both_are_recorded(desk: Desk) {
        desk.cast().await;
        let (ana, grace, id) = (desk.person("ana").await, desk.person("grace").await, desk.id_of("ingrid").await);
        let (auditors, managers) = (desk.group(Builtin::Auditors).await, desk.group(Builtin::UserManagers).await);
        groups::assign(&ana, id, &[managers], &[]).await.unwrap();
        for round in 1..=6 {
            let (a, g) = (ana.clone(), grace.clone());
            let (one, other) = at_once(
                async move { groups::assign(&a, id, &[auditors], &[]).await },
                async move { groups::assign(&g, id, &[], &[managers]).await },
            )
            .await;
            assert!(no_accident(one).unwrap() && no_accident(other).unwrap(), "round {round}");
            let now = users::find(&ana, id).await.unwrap().groups;
            assert_eq!(now.iter().map(|group| group.id).collect::<Vec<_>>(), [auditors], "round {round}");
            groups::assign(&ana, id, &[managers], &[auditors]).await.unwrap();
            assert_eq!(desk.events_of("groups_changed").await.len(), 1 + 3 * round, "round {round}");
        }
    }
}
