//! After an upgrade that folds texts in another way: what users are searched, sorted and
//! filtered by is written anew, so many at a time, while everybody goes on working.
//!
//! Nothing has to be remembered about how far it is: a key says by its beginning which way it
//! was folded, and an index leads to those that are still to be done. So it can be killed at any
//! moment, run on several nodes at once, and meets what an older node writes meanwhile.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait, Value,
};
use uuid::Uuid;

use super::{fold, search_key, search_key::IS_FORMER};
use crate::{Context, Result, context::Upkeep};

/// People in a transaction: on SQLite, whoever wants to write waits for so many.
const AT_ONCE: usize = 1_000;
/// Rows of one statement.
const ROWS: usize = 250;

/// Whether this process has seen that all was folded anew.
#[derive(Default)]
pub(crate) struct Rebuilt(AtomicBool);

/// Whether nobody's key is of an earlier version. Once it is so, nothing is asked any more.
pub(crate) async fn is_rebuilt(cx: &Context, db: &impl ConnectionTrait) -> Result<bool> {
    let known = &cx.inner().rebuilt.0;
    if known.load(Ordering::Relaxed) {
        return Ok(true);
    }
    let index = if cx.is_postgres() { "" } else { " INDEXED BY users_former" };
    let text = format!("SELECT 1 AS one FROM users{index} WHERE {IS_FORMER} LIMIT 1");
    let rebuilt = db.query_one_raw(Statement::from_string(db.get_database_backend(), text)).await?.is_none();
    known.store(rebuilt, Ordering::Relaxed);
    Ok(rebuilt)
}

/// How many people have keys of an earlier version.
///
/// # Errors
/// When the database cannot be read; `SignedOut` for requests.
pub async fn count_former(cx: &Context) -> Result<u64> {
    let access = cx.process_read()?;
    let text = format!("SELECT count(*) AS former FROM users WHERE {IS_FORMER}");
    let row = access.db().query_one_raw(Statement::from_string(access.db().get_database_backend(), text)).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get::<i64>("", "former"))? as u64)
}

/// Folds anew what an earlier version has folded. After so many at a time `each` is told how many
/// are done, and says whether to go on. Says how many there were.
///
/// # Errors
/// When the database refuses; what is left is done the next time.
pub async fn rebuild_search(cx: &Context, mut each: impl FnMut(u64) -> bool + Send) -> Result<u64> {
    let mut all = 0;
    loop {
        // On PostgreSQL each holds people of its own, and nobody else waits for them.
        let done = if cx.is_postgres() {
            let (one, other, third) = tokio::try_join!(batch(cx), batch(cx), batch(cx))?;
            one + other + third
        } else {
            batch(cx).await?
        };
        all += done as u64;
        if done == 0 || !each(all) {
            return Ok(all);
        }
        // Others who wait for the writer come first.
        tokio::task::yield_now().await;
    }
}

/// Folds some of them anew: not more than a stop can wait for.
pub(crate) async fn rebuild_some(cx: &Context) -> Result<()> {
    batch(cx).await.map(drop)
}

#[derive(FromQueryResult)]
struct Person {
    id: Uuid,
    username: String,
    display_name: String,
    display_name_key: String,
    email: Option<String>,
}

#[derive(FromQueryResult)]
struct Held {
    user_id: Uuid,
    field_id: Uuid,
    value: String,
    value_key: String,
    shown: i64,
}

async fn batch(cx: &Context) -> Result<usize> {
    let postgres = cx.is_postgres();
    let options = TransactionOptions {
        isolation_level: None,
        access_mode: None,
        sqlite_transaction_mode: (!postgres).then_some(SqliteTransactionMode::Immediate),
    };
    let tx = cx.upkeep(Upkeep::SearchKeys).db().begin_with_options(options).await?;
    if postgres {
        // The table may have had statistics of another time.
        tx.execute_unprepared("SET LOCAL enable_seqscan = off").await?;
    }
    let people = people(&tx).await?;
    if people.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = people.iter().map(|person| person.id).collect();
    let held = held(&tx, &ids).await?;
    let mut texts = HashMap::<Uuid, Vec<&str>>::new();
    for held in held.iter().filter(|held| held.shown != 0) {
        texts.entry(held.user_id).or_default().push(&held.value);
    }
    let mut keys = Update::of("users", "search_key", &["id"], postgres);
    let mut names = Update::of("users", "display_name_key", &["id"], postgres);
    let mut values = Update::of("custom_values", "value_key", &["user_id", "field_id"], postgres);
    for person in &people {
        let own = texts.remove(&person.id).unwrap_or_default();
        keys.push([person.id], search_key(&person.username, &person.display_name, person.email.as_deref(), own));
        let name = fold(&person.display_name);
        if name != person.display_name_key {
            names.push([person.id], name);
        }
    }
    for held in &held {
        let key = fold(&held.value);
        if key != held.value_key {
            values.push([held.user_id, held.field_id], key);
        }
    }
    for update in [keys, names, values] {
        update.run(&tx).await?;
    }
    tx.commit().await?;
    Ok(people.len())
}

/// The next people, held until the end. Those whom somebody else holds are left for later.
async fn people(tx: &DatabaseTransaction) -> Result<Vec<Person>> {
    let (index, lock) = match tx.get_database_backend() {
        DbBackend::Postgres => ("", " FOR UPDATE SKIP LOCKED"),
        _ => (" INDEXED BY users_former", ""),
    };
    let text = format!(
        "SELECT id, username, display_name, display_name_key, email FROM users{index} WHERE {IS_FORMER} \
         LIMIT {AT_ONCE}{lock}"
    );
    Ok(Person::find_by_statement(Statement::from_string(tx.get_database_backend(), text)).all(tx).await?)
}

/// Their values of custom fields; those of deleted fields are not shown.
async fn held(tx: &DatabaseTransaction, ids: &[Uuid]) -> Result<Vec<Held>> {
    let postgres = tx.get_database_backend() == DbBackend::Postgres;
    let place = |n: usize| if postgres { format!("${n}") } else { "?".to_owned() };
    let places: Vec<_> = (1..=ids.len()).map(place).collect();
    let text = format!(
        "SELECT v.user_id, v.field_id, v.value, v.value_key, \
         CASE WHEN f.deleted_at IS NULL THEN CAST(1 AS bigint) ELSE CAST(0 AS bigint) END AS shown \
         FROM custom_values AS v JOIN custom_fields AS f ON f.id = v.field_id WHERE v.user_id IN ({})",
        places.join(", ")
    );
    let query = Statement::from_sql_and_values(tx.get_database_backend(), text, ids.iter().map(|id| (*id).into()));
    Ok(Held::find_by_statement(query).all(tx).await?)
}

/// One text column of many rows, each with a value of its own.
struct Update {
    table: &'static str,
    column: &'static str,
    keys: &'static [&'static str],
    postgres: bool,
    values: Vec<Value>,
}

impl Update {
    fn of(table: &'static str, column: &'static str, keys: &'static [&'static str], postgres: bool) -> Self {
        Self { table, column, keys, postgres, values: vec![] }
    }

    fn push<const N: usize>(&mut self, keys: [Uuid; N], value: String) {
        self.values.extend(keys.map(Value::from));
        self.values.push(value.into());
    }

    async fn run(self, tx: &DatabaseTransaction) -> Result<()> {
        let width = self.keys.len() + 1;
        for rows in self.values.chunks(ROWS * width) {
            let text = self.text(rows.len() / width);
            tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), text, rows.to_vec())).await?;
        }
        Ok(())
    }

    fn text(&self, rows: usize) -> String {
        let Self { table, column, keys, postgres, .. } = self;
        let row = |row: usize| {
            let place = |at: usize| match (postgres, at < keys.len()) {
                (false, _) => "?".to_owned(),
                (true, true) => format!("${}::uuid", row * (keys.len() + 1) + at + 1),
                (true, false) => format!("${}::text", row * (keys.len() + 1) + at + 1),
            };
            format!("({})", (0..=keys.len()).map(place).collect::<Vec<_>>().join(","))
        };
        let all: Vec<_> = (0..rows).map(row).collect();
        let found: Vec<_> =
            keys.iter().enumerate().map(|(at, key)| format!("{table}.{key} = v.column{}", at + 1)).collect();
        format!(
            "UPDATE {table} SET {column} = v.column{} FROM (VALUES {}) AS v WHERE {}",
            keys.len() + 1,
            all.join(","),
            found.join(" AND ")
        )
    }
}
