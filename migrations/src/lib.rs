//! The schema's history, for SQLite and PostgreSQL. Each file is one change and
//! imports nothing of ours, so that an old step stays what it was.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod sql;

macro_rules! steps {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every step in order.
        pub struct Migrator;

        #[async_trait::async_trait]
        impl MigratorTrait for Migrator {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![$(Box::new($name::Migration),)*]
            }
        }
    };
}

steps! {
    m20261121_000001_create_installation,
    m20261121_000002_create_users,
    m20261121_000003_create_groups,
    m20261121_000004_create_sessions,
    m20261121_000005_create_audit,
    m20261121_000006_create_throttle,
    m20261121_000007_create_user_search,
    m20261121_000008_create_fields_and_bin,
    m20261121_000009_index_lists,
    m20261121_000010_create_factors,
    m20261128_000030_say_how_devices_are_remembered,
    m20261128_000031_keep_failures_until,
    m20261128_000032_create_notices,
    m20261128_000050_index_former_search_keys,
}
