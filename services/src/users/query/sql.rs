//! SQL under construction.

use sea_orm::{ConnectionTrait, Statement, Value};

/// A statement's text, with its values in order.
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
    postgres: bool,
}

impl Sql {
    pub fn new(text: &str, postgres: bool) -> Self {
        Self { text: text.into(), values: vec![], postgres }
    }

    pub fn add(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder for the value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push_str(&format!("${}", self.values.len()));
        self
    }

    /// Appends a number of ours. Not as a value: a planner that knows it plans better.
    pub fn limit(&mut self, most: u32) -> &mut Self {
        self.text.push_str(&format!(" LIMIT {most}"));
        self
    }

    pub fn statement(&self, db: &impl ConnectionTrait) -> Statement {
        Statement::from_sql_and_values(db.get_database_backend(), &self.text, self.values.clone())
    }

    /// The same statement with its plan asked for instead of its rows.
    pub fn explained(mut self) -> Self {
        self.text.insert_str(0, if self.postgres { "EXPLAIN " } else { "EXPLAIN QUERY PLAN " });
        self
    }
}
