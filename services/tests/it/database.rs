//! Starting: the schema, the settings of connections, the master key.

use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use services::{Failure, master_key::MasterKey, setup};

use crate::support::*;

async fn pragma(connection: &DatabaseConnection, name: &str) -> String {
    let backend = connection.get_database_backend();
    let row =
        connection.query_one_raw(Statement::from_string(backend, format!("PRAGMA {name}"))).await.unwrap().unwrap();
    row.try_get_by_index::<String>(0)
        .or_else(|_| row.try_get_by_index::<i64>(0).map(|number| number.to_string()))
        .unwrap()
}

#[tokio::test]
async fn what_sqlite_acknowledges_survives_a_power_cut() {
    let desk = Desk::open(Backend::Sqlite).await;
    let writer = desk.database.writer();
    assert_eq!(pragma(writer, "journal_mode").await, "wal");
    assert_eq!(pragma(writer, "synchronous").await, "2", "FULL");
    assert_eq!(pragma(writer, "foreign_keys").await, "1");
}

#[tokio::test]
async fn sqlite_has_one_writer() {
    let desk = Desk::open(Backend::Sqlite).await;
    let pool = desk.database.writer().get_sqlite_connection_pool();
    assert_eq!(pool.options().get_max_connections(), 1);
}

on_both! {
    async fn migrating_again_changes_nothing(desk: Desk) {
        desk.cast().await;
        let steps = desk.count("seaql_migrations").await;
        assert_eq!(steps, Migrator::migrations().len() as i64);
        Migrator::up(desk.database.writer(), None).await.unwrap();
        assert_eq!(desk.count("seaql_migrations").await, steps);
        assert_eq!(desk.count("users").await, 7);
        desk.person("ana").await;
    }
}

on_both! {
    async fn preparing_again_changes_nothing(desk: Desk) {
        desk.cast().await;
        let created: i64 = desk.value("SELECT created_at FROM installation", []).await;
        desk.clock.advance(1_000);
        for _ in 0..2 {
            setup::prepare(&desk.system(), &master_key()).await.unwrap();
        }
        assert_eq!(desk.count("groups").await, 3);
        assert_eq!(desk.count("installation").await, 1);
        assert_eq!(desk.value::<i64, 0>("SELECT created_at FROM installation", []).await, created);
    }
}

on_both! {
    async fn nodes_that_start_at_once_prepare_one_installation(desk: Desk) {
        desk.run("DELETE FROM groups", []).await;
        desk.run("DELETE FROM installation", []).await;
        let (here, there) = (desk.system(), desk.node().await.system());
        let key = master_key();
        let (a, b) = tokio::join!(setup::prepare(&here, &key), setup::prepare(&there, &key));
        a.unwrap();
        b.unwrap();
        assert_eq!(desk.count("groups").await, 3);
        assert_eq!(desk.count("installation").await, 1);
    }
}

on_both! {
    async fn a_group_that_a_later_version_brings_is_added_beside_the_others(desk: Desk) {
        desk.run("DELETE FROM groups WHERE builtin = 'auditors'", []).await;
        setup::prepare(&desk.system(), &master_key()).await.unwrap();
        assert_eq!(desk.count("groups").await, 3);
    }
}

on_both! {
    async fn a_database_of_another_master_key_is_refused(desk: Desk) {
        let other = MasterKey::new([8; 32]);
        let node = desk.node_with(other.clone()).await;
        let Err(Failure::Unexpected(why)) = setup::prepare(&node.system(), &other).await else {
            panic!("it was accepted")
        };
        assert!(why.contains("another master key") && why.contains("KEYDESK_MASTER_KEY_FILE"), "{why}");
        setup::prepare(&desk.system(), &master_key()).await.expect("the right key still works");
    }
}

on_both! {
    async fn a_column_that_refers_to_nobody_is_refused(desk: Desk) {
        let backend = desk.database.writer().get_database_backend();
        let orphan = Statement::from_sql_and_values(
            backend,
            "INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, 'x', 1)",
            [uuid(1).into()],
        );
        assert!(desk.database.writer().execute_raw(orphan).await.is_err());
    }
}
