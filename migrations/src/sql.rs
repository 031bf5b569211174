//! One spelling of SQL for both databases.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Runs statements that are divided by lines holding only `;`. In them stand
/// `{uuid}`, `{bytes}`, `{integer}`, `{key}` (text compared byte by byte) and
/// `{strict}`, for which each database has its own word.
pub async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let words: [(&str, &str); 5] = match manager.get_database_backend() {
        DbBackend::Postgres => [
            ("{uuid}", "uuid"),
            ("{bytes}", "bytea"),
            ("{integer}", "bigint"),
            ("{key}", "text COLLATE \"C\""),
            ("{strict}", ""),
        ],
        _ => [
            ("{uuid}", "BLOB"),
            ("{bytes}", "BLOB"),
            ("{integer}", "INTEGER"),
            ("{key}", "TEXT"),
            ("{strict}", "STRICT"),
        ],
    };
    for statement in statements.split("\n;\n").filter(|s| !s.trim().is_empty()) {
        let statement = words.iter().fold(statement.to_owned(), |text, (word, own)| text.replace(word, own));
        manager.get_connection().execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Whether this is PostgreSQL.
pub fn is_postgres(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DbBackend::Postgres
}

/// Declares a step that only runs SQL, inside a transaction on both databases.
macro_rules! step {
    ($doc:literal, $manager:ident => $statements:expr) => {
        #[doc = $doc]
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub struct Migration;

        #[async_trait::async_trait]
        impl sea_orm_migration::prelude::MigrationTrait for Migration {
            async fn up(
                &self,
                $manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                crate::sql::run($manager, $statements).await
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}
pub(crate) use step;
