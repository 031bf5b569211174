//! What must not come back with a backup. In the restore's own transaction, so at the step of the
//! schema that the backup is of: only by tables and columns that are there.

use domain::{audit::Event, users::UserId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, Value};

use super::catalogue::Table;
use crate::{Context, Result, audit, context, users};

/// What was done beside filling the tables.
pub(super) struct Aftermath {
    pub devices: u64,
    /// One event for each person who was erased again.
    pub erased: Vec<Event>,
    /// Who was not, since nobody else administers.
    pub kept: Option<String>,
}

/// Makes everything that was open at the time of the backup worth nothing, and erases again
/// whoever was erased since, but for the only one who administers: without them nobody ever would.
pub(super) async fn settle(cx: &Context, db: &DatabaseTransaction, tables: &[Table]) -> Result<Aftermath> {
    let has = |table: &str, column: &str| {
        tables.iter().any(|own| own.name == table && own.columns.iter().any(|own| own.name == column))
    };
    let devices = close_everything(db, has("known_devices", "remembered_until")).await?;
    if has("user_stats", "sessions") {
        // Sessions are not restored.
        db.execute_unprepared("UPDATE user_stats SET sessions = 0 WHERE sessions <> 0").await?;
    }
    let (mut erased, mut kept) = (vec![], None);
    for (id, username_key) in users::erased_and_back(cx, db).await? {
        if context::remaining::is_the_last(db, id, has("users", "has_credential")).await? {
            kept = Some(username_key);
            continue;
        }
        let run = async |sql: &str, values: Vec<Value>| {
            db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await
        };
        if has("retired_usernames", "hash") {
            let retire =
                "INSERT INTO retired_usernames (hash, retired_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
            run(retire, vec![cx.retired(&username_key).into(), cx.now().into()]).await?;
        }
        if has("throttle", "user_id") {
            run("DELETE FROM throttle WHERE user_id = $1", vec![id.into()]).await?;
        }
        run("DELETE FROM users WHERE id = $1", vec![id.into()]).await?;
        audit::forget(db, UserId(id)).await?;
        erased.push(Event::UserErased { user: UserId(id) });
    }
    Ok(Aftermath { devices, erased, kept })
}

/// Within a change: ends whatever was open at an earlier moment that is now again, all sessions
/// and remembered browsers. Says how many browsers those were.
pub(crate) async fn close_everything(db: &DatabaseTransaction, remembers: bool) -> Result<u64> {
    // Whatever was handed out under the epochs of then, or of after then, opens nothing.
    db.execute_unprepared("UPDATE users SET security_epoch = security_epoch + 1").await?;
    if !remembers {
        return Ok(0);
    }
    let forget = "UPDATE known_devices SET remembered_until = NULL WHERE remembered_until IS NOT NULL";
    Ok(db.execute_unprepared(forget).await?.rows_affected())
}
