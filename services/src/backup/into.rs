//! Rows of a backup on their way into a table.

use sea_orm::Value;

use super::{
    Head,
    catalogue::{Column, Table},
    cell::Cell,
    damaged,
};
use crate::{Failure, Result, bulk_load::Rows};

/// The table that rows are read into.
pub(super) struct Into<'a> {
    pub table: &'a str,
    columns: Vec<&'a Column>,
    pub rows: Rows,
    pub read: u64,
}

impl<'a> Into<'a> {
    pub fn of(head: &Head, tables: &'a [Table], postgres: bool) -> Result<Self> {
        let unknown = |what: String| Failure::Unexpected(format!("This database has no {what}. Nothing was restored."));
        let table = tables.iter().find(|table| table.name == head.table);
        let table = table.ok_or_else(|| unknown(format!("table {}", head.table)))?;
        let mut columns = vec![];
        for (name, kind) in &head.columns {
            let column = table.columns.iter().find(|column| column.name == *name && column.kind == *kind);
            columns.push(
                column.ok_or_else(|| unknown(format!("column {}.{name} for what the backup holds", table.name)))?,
            );
        }
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        Ok(Self { table: &table.name, rows: Rows::of(&table.name, &names, postgres), columns, read: 0 })
    }

    pub fn push(&mut self, row: Vec<serde_json::Value>) -> Result<()> {
        if row.len() != self.columns.len() {
            return Err(damaged("a row has too many or too few values"));
        }
        let values: Option<Vec<Value>> = row
            .into_iter()
            .zip(&self.columns)
            .map(|(json, column)| Cell::parse(json, column.kind)?.bound(column))
            .collect();
        self.rows.push(values.ok_or_else(|| damaged("a row has a value that does not fit its column"))?);
        self.read += 1;
        Ok(())
    }
}
