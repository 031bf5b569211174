//! Rows on their way into one table, many with each statement.

use sea_orm::{ConnectionTrait, Statement, Value};

use crate::Result;

/// Values in a statement at most. Both databases take more, but are not faster then.
const VALUES: usize = 6_000;
/// Rows in a statement: numbers that divide a thousand.
const ROWS: [usize; 5] = [500, 250, 125, 50, 10];

pub(crate) struct Rows {
    head: String,
    width: usize,
    at_once: usize,
    postgres: bool,
    /// The statement for as many rows as go at once; the databases keep it prepared.
    full: String,
    values: Vec<Value>,
}

impl Rows {
    /// Table and columns are names from our sources or from the database's catalogue, never typed ones.
    pub fn of(table: &str, columns: &[&str], postgres: bool) -> Self {
        let head = format!("INSERT INTO \"{table}\" (\"{}\") VALUES ", columns.join("\", \""));
        let width = columns.len().max(1);
        let at_once = ROWS.into_iter().find(|rows| rows * width <= VALUES).unwrap_or(1);
        Self { full: statement(&head, width, at_once, postgres), head, width, at_once, postgres, values: vec![] }
    }

    pub fn push(&mut self, row: impl IntoIterator<Item = Value>) {
        self.values.extend(row);
    }

    /// Whether there are as many as one statement takes.
    pub fn is_full(&self) -> bool {
        self.values.len() >= self.at_once * self.width
    }

    /// Writes all that fills a statement, and keeps the rest for later.
    pub async fn write_full(&mut self, db: &impl ConnectionTrait) -> Result<()> {
        let most = self.at_once * self.width;
        let rest = self.values.split_off(self.values.len() / most * most);
        let mut values = std::mem::replace(&mut self.values, rest).into_iter();
        while values.len() > 0 {
            let some: Vec<Value> = values.by_ref().take(most).collect();
            run(db, self.full.clone(), some).await?;
        }
        Ok(())
    }

    /// Writes all that was pushed.
    pub async fn write(&mut self, db: &impl ConnectionTrait) -> Result<()> {
        self.write_full(db).await?;
        let rest = std::mem::take(&mut self.values);
        if rest.is_empty() {
            return Ok(());
        }
        run(db, statement(&self.head, self.width, rest.len() / self.width, self.postgres), rest).await
    }
}

async fn run(db: &impl ConnectionTrait, sql: String, values: Vec<Value>) -> Result<()> {
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// SQLite gives places without a number by their order; looking numbered ones up takes it
/// longer the more there are.
fn statement(head: &str, width: usize, rows: usize, postgres: bool) -> String {
    let mut sql = String::from(head);
    for row in 0..rows {
        sql.push_str(if row > 0 { ",(" } else { "(" });
        for column in 1..=width {
            sql.push_str(if column > 1 { "," } else { "" });
            if postgres {
                sql.push_str(&format!("${}", row * width + column));
            } else {
                sql.push('?');
            }
        }
        sql.push(')');
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_its_own_place() {
        assert_eq!(statement("INSERT ", 2, 2, true), "INSERT ($1,$2),($3,$4)");
        assert_eq!(statement("INSERT ", 2, 2, false), "INSERT (?,?),(?,?)");
    }
}
