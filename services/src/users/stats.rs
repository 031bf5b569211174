//! What is counted: how many people there are, and how many sessions each has. A cell that
//! somebody sees is counted at that moment; what lists are sorted by is at most a minute old.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicI64, Ordering},
};

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use uuid::Uuid;

use crate::{Context, Result, context::Upkeep};

/// How many people were not in the bin when somebody last counted.
pub(crate) struct Total(AtomicI64);

impl Default for Total {
    fn default() -> Self {
        Self(AtomicI64::new(-1))
    }
}

impl Total {
    pub fn get(&self) -> Option<u64> {
        self.0.load(Ordering::Relaxed).try_into().ok()
    }
}

/// A session `s` of a user `u` that opens something: of `$1` now and, at `$2`, idle.
const LIVE: &str = "s.user_id = u.id AND s.epoch = u.security_epoch AND s.expires_at > $1 AND s.last_seen_at > $2 \
    AND u.deleted_at IS NULL AND u.disabled_at IS NULL AND (u.expires_at IS NULL OR u.expires_at > $1)";

/// Users whose sessions are recounted with one statement.
const AT_ONCE: usize = 500;
/// Statements of one run. What is left over is for the next minute.
const RUNS: usize = 200;

#[derive(FromQueryResult)]
struct Live {
    user_id: Uuid,
    live: i64,
}

/// How many live sessions each of these users has, now.
pub(crate) async fn live_of(cx: &Context, db: &impl ConnectionTrait, users: &[Uuid]) -> Result<HashMap<Uuid, u32>> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let text = format!(
        "SELECT s.user_id, count(*) AS live FROM sessions AS s, users AS u WHERE {LIVE} AND s.user_id IN ({}) \
         GROUP BY s.user_id",
        places(3, users.len())
    );
    let rows = Live::find_by_statement(statement(cx, db, &text, users)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.live as u32)).collect())
}

/// Counts the people, and brings the counted sessions up to date. Every minute.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn recount(cx: &Context) -> Result<()> {
    let (books, access) = (cx.upkeep(Upkeep::UserStats), cx.process_read()?);
    let people = number(access.db(), "SELECT count(*) FROM users WHERE deleted_at IS NULL").await?;
    cx.inner().total.0.store(people, Ordering::Relaxed);
    complete(access.db(), books.db(), people).await?;
    for _ in 0..RUNS {
        let stale = stale(cx, access.db()).await?;
        if stale.is_empty() {
            break;
        }
        let text = format!(
            "UPDATE user_stats SET sessions = (SELECT count(*) FROM sessions AS s, users AS u WHERE {LIVE} \
             AND u.id = user_stats.user_id) WHERE user_id IN ({})",
            chosen(books.db(), stale.len())
        );
        books.db().execute_raw(statement(cx, books.db(), &text, &stale)).await?;
        if stale.len() < AT_ONCE {
            break;
        }
    }
    Ok(())
}

/// A row for everybody who is not in the bin, and for nobody else: whoever is in the bin
/// would only be stepped over. The numbers tell whether anything is to be done at all.
async fn complete(reader: &impl ConnectionTrait, db: &impl ConnectionTrait, people: i64) -> Result<()> {
    let surplus = "DELETE FROM user_stats WHERE user_id IN (SELECT id FROM users WHERE deleted_at IS NOT NULL \
        AND EXISTS (SELECT 1 FROM user_stats AS s WHERE s.user_id = users.id) LIMIT 5000)";
    db.execute_unprepared(surplus).await?;
    if number(reader, "SELECT count(*) FROM user_stats").await? < people {
        let missing = "INSERT INTO user_stats (user_id) SELECT id FROM users WHERE deleted_at IS NULL \
            AND NOT EXISTS (SELECT 1 FROM user_stats AS s WHERE s.user_id = users.id) LIMIT 50000 \
            ON CONFLICT (user_id) DO NOTHING";
        db.execute_unprepared(missing).await?;
    }
    Ok(())
}

/// Users whose count is not what it was, among those who have sessions or had some.
async fn stale(cx: &Context, db: &impl ConnectionTrait) -> Result<Vec<Uuid>> {
    let text = format!(
        "SELECT c.user_id, c.sessions AS live FROM (SELECT user_id, sessions FROM user_stats WHERE sessions > 0 UNION \
         SELECT t.user_id, t.sessions FROM user_stats AS t JOIN (SELECT DISTINCT user_id FROM sessions) AS d \
         ON d.user_id = t.user_id) AS c WHERE c.sessions <> (SELECT count(*) FROM sessions AS s, users AS u WHERE {LIVE} \
         AND u.id = c.user_id) LIMIT {AT_ONCE}"
    );
    let rows = Live::find_by_statement(statement(cx, db, &text, &[])).all(db).await?;
    Ok(rows.into_iter().map(|row| row.user_id).collect())
}

/// The rows to write. On PostgreSQL, those that another node holds at the moment are left
/// to it: two that wait for each other would both lose.
fn chosen(db: &impl ConnectionTrait, ids: usize) -> String {
    let places = places(3, ids);
    if db.get_database_backend() == DbBackend::Postgres {
        format!("SELECT user_id FROM user_stats WHERE user_id IN ({places}) FOR UPDATE SKIP LOCKED")
    } else {
        places
    }
}

fn places(from: usize, many: usize) -> String {
    let places: Vec<_> = (from..from + many).map(|n| format!("${n}")).collect();
    places.join(", ")
}

/// The text with its `$1` and `$2` for [`LIVE`], and the ids after them.
fn statement(cx: &Context, db: &impl ConnectionTrait, text: &str, ids: &[Uuid]) -> Statement {
    let idle = cx.now() - cx.installation().limits().idle;
    let values = [cx.now().into(), idle.into()].into_iter().chain(ids.iter().map(|id| (*id).into()));
    Statement::from_sql_and_values(db.get_database_backend(), text, values)
}

async fn number(db: &impl ConnectionTrait, text: &str) -> Result<i64> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), text)).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get_by_index(0))?)
}
