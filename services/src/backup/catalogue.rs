//! Which tables and columns there are: asked of the database itself, so that a later
//! migration needs no change here.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use super::cell::Kind;
use crate::{Failure, Result};

/// The migrations' own table: a restore migrates instead.
const STEPS: &str = "seaql_migrations";
/// Row numbers that mean something within one SQLite file only.
const LOCAL: [(&str, &str); 1] = [("users", "number")];
/// What opens something for a short time. A restore that brought it back would bring back
/// what somebody has ended since.
const SHORT_LIVED: [&str; 4] = ["sessions", "setup_codes", "pending_sign_ins", "answered_challenges"];

/// The search is no table of its own: it is made anew from the users.
const SQLITE_COLUMNS: &str = "
SELECT t.name AS of_table, c.name AS name, c.type AS kind FROM pragma_table_list t, pragma_table_info(t.name) c
WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid";
const SQLITE_REFERENCES: &str = "
SELECT t.name AS of_table, f.\"table\" AS name, '' AS kind FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
WHERE t.schema = 'main' AND t.type = 'table'";
const POSTGRES_COLUMNS: &str = "
SELECT c.table_name::text AS of_table, c.column_name::text AS name, c.data_type::text AS kind
FROM information_schema.columns c
JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
ORDER BY c.table_name, c.ordinal_position";
const POSTGRES_REFERENCES: &str = "
SELECT t.relname::text AS of_table, r.relname::text AS name, '' AS kind FROM pg_constraint k
JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
WHERE k.contype = 'f'";

#[derive(FromQueryResult)]
struct Found {
    of_table: String,
    name: String,
    kind: String,
}

pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
    /// PostgreSQL keeps these bytes as a `uuid`.
    pub uuid: bool,
}

pub(super) struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

/// Every table that a backup holds, each after those that it refers to.
pub(super) async fn tables(db: &impl ConnectionTrait) -> Result<Vec<Table>> {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let find = async |sql: &str| {
        Found::find_by_statement(Statement::from_string(db.get_database_backend(), sql)).all(db).await
    };
    let mut tables: Vec<Table> = vec![];
    for Found { of_table, name, kind } in find(if postgres { POSTGRES_COLUMNS } else { SQLITE_COLUMNS }).await? {
        if of_table == STEPS || SHORT_LIVED.contains(&&*of_table) || LOCAL.contains(&(&of_table, &name)) {
            continue;
        }
        let known = Kind::of_type(&kind).ok_or_else(|| {
            Failure::Unexpected(format!(
                "The column {of_table}.{name} is of the type {kind}, which a backup cannot hold."
            ))
        })?;
        let column = Column { name, kind: known, uuid: kind == "uuid" };
        match tables.last_mut().filter(|table| table.name == of_table) {
            Some(table) => table.columns.push(column),
            None => tables.push(Table { name: of_table, columns: vec![column] }),
        }
    }
    let references = find(if postgres { POSTGRES_REFERENCES } else { SQLITE_REFERENCES }).await?;
    Ok(in_order(tables, references.into_iter().map(|found| (found.of_table, found.name)).collect()))
}

fn in_order(mut tables: Vec<Table>, references: BTreeSet<(String, String)>) -> Vec<Table> {
    let mut ordered: Vec<Table> = vec![];
    while !tables.is_empty() {
        let waits = |table: &Table| {
            let mut others = tables.iter().filter(|other| other.name != table.name);
            others.any(|other| references.contains(&(table.name.clone(), other.name.clone())))
        };
        // Tables that wait for each other come as they are; there are none today.
        let next = tables.iter().position(|table| !waits(table)).unwrap_or(0);
        ordered.push(tables.remove(next));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_after_those_that_it_refers_to() {
        let table = |name: &str| Table { name: name.into(), columns: vec![] };
        let refers = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let references = BTreeSet::from([refers("a", "c"), refers("b", "a"), refers("c", "c")]);
        let ordered = in_order(vec![table("a"), table("b"), table("c")], references);
        let names: Vec<_> = ordered.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["c", "a", "b"]);
    }
}
