//! Secondary indexes and the search, deferred while many rows come in: built at the end, they
//! cost a fraction. What they are is read from the database's own catalogue.

use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Statement};

use crate::Result;

/// Indexes of the tables, but for those that constraints rest on.
const POSTGRES: &str = "
SELECT c.relname::text AS name, t.relname::text AS of_table, 'INDEX' AS kind, pg_get_indexdef(i.indexrelid) AS sql
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)";

/// The same, and the triggers that keep the search up to date row by row.
const SQLITE: &str = "
SELECT name, tbl_name AS of_table, upper(type) AS kind, sql FROM sqlite_master
WHERE sql IS NOT NULL AND (type = 'index' OR type = 'trigger' AND name LIKE 'user_search_%')";

/// Memory for sorting and for the pages of indexes while it lasts: 256 MiB.
const POSTGRES_MEMORY: &str = "SET LOCAL maintenance_work_mem = '256MB'";
const SQLITE_MEMORY: &str = "PRAGMA cache_size = -262144";
/// As `database.rs` opens it.
const SQLITE_AS_EVER: &str = "PRAGMA cache_size = -8000";

#[derive(FromQueryResult)]
struct Found {
    name: String,
    of_table: String,
    kind: String,
    sql: String,
}

/// What has to be built within the same transaction; rolled back, it was never gone.
#[must_use = "without its indexes the database crawls"]
pub(crate) struct DeferredIndexes {
    statements: Vec<String>,
    search: bool,
    tables: Vec<String>,
}

impl DeferredIndexes {
    /// Takes the indexes of these tables away. On PostgreSQL everybody else waits for the
    /// commit from here on; on SQLite only who writes.
    pub async fn defer(db: &DatabaseTransaction, tables: &[&str]) -> Result<Self> {
        let postgres = db.get_database_backend() == sea_orm::DbBackend::Postgres;
        db.execute_unprepared(if postgres { POSTGRES_MEMORY } else { SQLITE_MEMORY }).await?;
        let found = Statement::from_string(db.get_database_backend(), if postgres { POSTGRES } else { SQLITE });
        let quoted = tables.iter().map(|table| format!("\"{table}\"")).collect();
        let mut deferred = Self { statements: vec![], search: false, tables: quoted };
        for Found { name, of_table, kind, sql } in Found::find_by_statement(found).all(db).await? {
            if tables.contains(&of_table.as_str()) {
                db.execute_unprepared(&format!("DROP {kind} \"{name}\"")).await?;
                deferred.statements.push(sql);
                deferred.search |= kind == "TRIGGER";
            }
        }
        Ok(deferred)
    }

    /// Builds all of it; `each` is told how many of how many are done.
    pub async fn build(self, db: &DatabaseTransaction, each: &mut (dyn FnMut(usize, usize) + Send)) -> Result<()> {
        let all = self.statements.len() + usize::from(self.search);
        for (at, statement) in self.statements.iter().enumerate() {
            each(at, all);
            db.execute_unprepared(statement).await?;
        }
        if self.search {
            each(all - 1, all);
            db.execute_unprepared("INSERT INTO user_search (user_search) VALUES ('rebuild')").await?;
        }
        each(all, all);
        if db.get_database_backend() == sea_orm::DbBackend::Postgres {
            // The planner knows nothing of the new rows yet. Only of ours: an ordinary role is
            // warned about each of the system's own tables.
            db.execute_unprepared(&format!("ANALYZE {}", self.tables.join(", "))).await?;
        } else {
            db.execute_unprepared(SQLITE_AS_EVER).await?;
        }
        Ok(())
    }
}
