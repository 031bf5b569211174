//! Giving another name to those whose own is somebody's already.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::people::Person;
use crate::{Result, context::Change};

/// What has to be looked up: on an installation without users nothing.
pub(super) struct Existing {
    pub users: bool,
    pub retired: bool,
}

impl Existing {
    pub async fn of(change: &Change) -> Result<Self> {
        let any = async |table: &str| {
            let sql = format!("SELECT 1 AS one FROM {table} LIMIT 1");
            let db = change.db();
            db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await
        };
        Ok(Self { users: any("users").await?.is_some(), retired: any("retired_usernames").await?.is_some() })
    }

    /// Lengthens usernames until nobody has them, neither as a name nor before the @ of an address.
    pub async fn avoid(&self, change: &Change, people: &mut [Person]) -> Result<()> {
        loop {
            let mut again = false;
            let existing = self.among(change, people).await?;
            for person in people.iter_mut().filter(|person| existing.contains(&person.username)) {
                person.username.push_str("-2");
                again = true;
            }
            if !again {
                return Ok(());
            }
        }
    }

    async fn among(&self, change: &Change, people: &[Person]) -> Result<HashSet<String>> {
        let mut existing = HashSet::new();
        if self.users {
            let names = people.iter().map(|person| person.username.clone().into());
            let found = found(change, "username_key", "users", names.collect()).await?;
            existing.extend(found.into_iter().filter_map(|name| name.try_get_by_index::<String>(0).ok()));
            let addresses = people.iter().filter_map(|person| Some(person.email()?.into()));
            let found = self::found(change, "email_key", "users", addresses.collect()).await?;
            let names = found.into_iter().filter_map(|address| address.try_get_by_index::<String>(0).ok());
            existing.extend(names.filter_map(|address| Some(address.split_once('@')?.0.to_owned())));
        }
        if self.retired {
            let hash = |person: &Person| change.context().retired(&person.username);
            let hashes = people.iter().map(|person| hash(person).into()).collect();
            let found: HashSet<Vec<u8>> = found(change, "hash", "retired_usernames", hashes)
                .await?
                .into_iter()
                .filter_map(|row| row.try_get_by_index(0).ok())
                .collect();
            existing.extend(people.iter().filter(|p| found.contains(&hash(p))).map(|p| p.username.clone()));
        }
        Ok(existing)
    }
}

async fn found(change: &Change, column: &str, table: &str, values: Vec<Value>) -> Result<Vec<sea_orm::QueryResult>> {
    if values.is_empty() {
        return Ok(vec![]);
    }
    let db = change.db();
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    // As in `bulk_load::rows`: SQLite is slow with many numbered places.
    let place = |place: usize| if postgres { format!("${place}") } else { "?".to_owned() };
    let places: Vec<_> = (1..=values.len()).map(place).collect();
    let sql = format!("SELECT {column} FROM {table} WHERE {column} IN ({})", places.join(","));
    Ok(db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?)
}
