//! How one person likes the users table.

use domain::{
    Error, Problem,
    fields::FieldId,
    users::{Column, TableView},
};
use services::users;

use crate::{logged::watched, support::*};

on_both! {
    async fn a_view_is_kept_for_whoever_chose_it_and_nobody_else(desk: Desk) {
        desk.cast().await;
        let (ana, tomas) = (desk.person("ana").await, desk.person("tomas").await);
        assert_eq!(users::table_view(&ana).await.unwrap(), TableView::default());
        let events = desk.count("audit_events").await;
        for columns in [vec![], vec![Column::Created, Column::Field(FieldId(uuid(7))), Column::Email]] {
            let view = TableView { columns, dense: true };
            users::keep_table_view(&ana, &view).await.unwrap();
            assert_eq!(users::table_view(&ana).await.unwrap(), view);
        }
        assert_eq!(users::table_view(&tomas).await.unwrap(), TableView::default());
        assert_eq!(users::table_view(&desk.person("ana").await).await.unwrap().columns.len(), 3, "in every browser");
        assert_eq!(desk.count("preferences").await, 1);
        assert_eq!(desk.count("audit_events").await, events + 1, "nothing but the sign-in");
    }
}

on_both! {
    async fn nonsense_in_the_table_is_the_usual_view(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        users::keep_table_view(&ana, &TableView { columns: vec![Column::Email], dense: true }).await.unwrap();
        let many = serde_json::to_string(&TableView { columns: vec![Column::Email; 1_000], dense: false }).unwrap();
        let (logged, _guard) = watched();
        for nonsense in ["", "x", "null", "[]", "{}", r#"{"columns":["shoe_size"],"dense":false}"#, &many] {
            desk.run("UPDATE preferences SET value = $1", [nonsense.into()]).await;
            assert_eq!(users::table_view(&ana).await.unwrap(), TableView::default(), "{nonsense:.40}");
            // The log says where, and not what: habits are their owner's.
            let lines = logged.take();
            assert!(lines.len() == 1 && lines[0].contains("preferences.value of users-table for "), "{lines:?}");
            assert!(!lines[0].contains("shoe_size"), "{lines:?}");
        }
        let view = TableView { columns: vec![Column::Status], dense: false };
        users::keep_table_view(&ana, &view).await.unwrap();
        assert_eq!(users::table_view(&ana).await.unwrap(), view, "and is written over");
        desk.run("DELETE FROM preferences", []).await;
        assert_eq!(users::table_view(&ana).await.unwrap(), TableView::default());
        assert_eq!(logged.take(), [""; 0], "one that is not there is no mistake");
    }
}

on_both! {
    async fn more_columns_than_there_can_be_are_refused(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let view = |count: u128| TableView {
            columns: (0..count).map(|number| Column::Field(FieldId(uuid(number)))).collect(),
            dense: false,
        };
        users::keep_table_view(&ana, &view(28)).await.unwrap();
        let told = users::keep_table_view(&ana, &view(29)).await.told();
        assert_eq!(told, field("columns", Problem::TooMany { most: 28 }));
        assert_eq!(users::table_view(&ana).await.unwrap(), view(28));
        assert_eq!(users::table_view(&desk.stranger()).await.told(), Error::SignedOut);
        assert_eq!(users::keep_table_view(&desk.stranger(), &view(1)).await.told(), Error::SignedOut);
    }
}

on_both! {
    async fn two_browsers_that_choose_at_once_leave_one_of_both_views(desk: Desk) {
        desk.cast().await;
        let (one, other) = (desk.person("ana").await, desk.person("ana").await);
        let (a, b) = at_once(
            async move { users::keep_table_view(&one, &TableView { columns: vec![], dense: true }).await },
            async move { users::keep_table_view(&other, &TableView { columns: vec![], dense: false }).await },
        )
        .await;
        no_accident(a).unwrap();
        no_accident(b).unwrap();
        assert_eq!(desk.count("preferences").await, 1);
    }
}
