//! Taking a backup: everything as it is at one moment, while others go on working.

use std::io::Write;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult, QueryResult, Statement};

use super::{
    Contents, FORMAT, Head, Header,
    catalogue::{Table, tables},
    cell::Cell,
    writing::Writing,
};
use crate::{Context, Failure, Result};

/// Rows read at a time.
const AT_ONCE: i64 = 1_000;

/// Writes everything; `each` is told of every table before its rows come.
///
/// # Errors
/// `Unexpected` with a sentence for the operator.
pub async fn take<W: Write + Send>(
    cx: &Context,
    out: W,
    mut each: impl FnMut(&str, u64) + Send,
) -> Result<(Contents, W)> {
    let snapshot = cx.process_snapshot().await?;
    let db = snapshot.db();
    let header = header(cx, db).await?;
    let mut out = Writing::new(out, cx.inner().backup_key.clone());
    out.line(&header)?;
    let mut rows = vec![];
    for table in tables(db).await? {
        let columns = table.columns.iter().map(|column| (column.name.clone(), column.kind)).collect();
        out.line(&Head { table: table.name.clone(), columns })?;
        let mut pages = Pages::open(db, &table).await?;
        let mut written = 0;
        loop {
            each(&table.name, written);
            let page = pages.next(db).await?;
            for row in &page {
                // The first column is the row's number on SQLite.
                let cells = table.columns.iter().enumerate().map(|(at, column)| Cell::read(row, at + 1, column.kind));
                out.line(&cells.collect::<Result<Vec<_>>>()?)?;
            }
            written += page.len() as u64;
            if page.len() < AT_ONCE as usize {
                break;
            }
        }
        rows.push((table.name, written));
    }
    let out = out.finish(rows.clone())?;
    Ok((Contents { header, rows, authenticated: true }, out))
}

#[derive(FromQueryResult)]
struct Step {
    version: String,
}

#[derive(FromQueryResult)]
struct Key {
    master_key_id: String,
}

async fn header(cx: &Context, db: &DatabaseTransaction) -> Result<Header> {
    let query = |sql: &str| Statement::from_string(db.get_database_backend(), sql);
    let steps = Step::find_by_statement(query("SELECT version FROM seaql_migrations ORDER BY version")).all(db).await?;
    let key = Key::find_by_statement(query("SELECT master_key_id FROM installation")).one(db).await?;
    let key = key.ok_or_else(|| Failure::Unexpected("There is nothing in this database yet to back up.".into()))?;
    Ok(Header {
        keydesk_backup: FORMAT,
        keydesk: env!("CARGO_PKG_VERSION").into(),
        steps: steps.into_iter().map(|step| step.version).collect(),
        master_key: key.master_key_id,
        created_at: cx.now(),
    })
}

/// A table's rows, so many at a time: by a cursor on PostgreSQL, by row number on SQLite.
struct Pages {
    next: String,
    after: Option<i64>,
}

impl Pages {
    async fn open(db: &DatabaseTransaction, table: &Table) -> Result<Self> {
        let postgres = db.get_database_backend() == DbBackend::Postgres;
        let columns: Vec<_> = table.columns.iter().map(|column| Cell::expression(column, postgres)).collect();
        let (columns, table) = (columns.join(", "), &table.name);
        if postgres {
            let declare =
                format!("DECLARE \"backup_{table}\" NO SCROLL CURSOR FOR SELECT 0, {columns} FROM \"{table}\"");
            db.execute_unprepared(&declare).await?;
            return Ok(Self { next: format!("FETCH FORWARD {AT_ONCE} FROM \"backup_{table}\""), after: None });
        }
        let next = format!("SELECT rowid, {columns} FROM \"{table}\" WHERE rowid > $1 ORDER BY rowid LIMIT {AT_ONCE}");
        Ok(Self { next, after: Some(i64::MIN) })
    }

    async fn next(&mut self, db: &DatabaseTransaction) -> Result<Vec<QueryResult>> {
        let values: Vec<sea_orm::Value> = self.after.map(Into::into).into_iter().collect();
        let page = Statement::from_sql_and_values(db.get_database_backend(), &self.next, values);
        let rows = db.query_all_raw(page).await?;
        if let (Some(_), Some(last)) = (self.after, rows.last()) {
            self.after = Some(last.try_get_by_index(0)?);
        }
        Ok(rows)
    }
}
