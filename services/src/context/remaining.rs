//! At least one administrator always remains: active, without an end of the account, and
//! with a password or a passkey.

use domain::groups::Builtin;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::Result;

/// Whoever is active for good, in the group of this kind.
const MEMBERS: &str = "FROM groups g JOIN memberships m ON m.group_id = g.id JOIN users u ON u.id = m.user_id \
                       WHERE g.builtin = $1 \
                       AND u.deleted_at IS NULL AND u.disabled_at IS NULL AND u.expires_at IS NULL";

/// Whether anybody is left who administers.
pub(super) async fn administrator(db: &impl ConnectionTrait) -> Result<bool> {
    let query = Statement::from_sql_and_values(
        db.get_database_backend(),
        format!("SELECT 1 AS found {MEMBERS} AND u.has_credential = 1 LIMIT 1"),
        [Builtin::Administrators.code().into()],
    );
    Ok(db.query_one_raw(query).await?.is_some())
}

/// Whether this is the only one who administers, asked before a change that would take them away.
/// `counted` says whether users have `has_credential`: before 0.3.0 a password is all that there is.
pub(crate) async fn is_the_last(db: &impl ConnectionTrait, user: Uuid, counted: bool) -> Result<bool> {
    let credential =
        if counted { "u.has_credential = 1" } else { "EXISTS (SELECT 1 FROM passwords p WHERE p.user_id = u.id)" };
    let query = Statement::from_sql_and_values(
        db.get_database_backend(),
        format!("SELECT u.id {MEMBERS} AND {credential} LIMIT 2"),
        [Builtin::Administrators.code().into()],
    );
    let rows = db.query_all_raw(query).await?;
    let found = rows.iter().map(|row| row.try_get_by_index::<Uuid>(0)).collect::<Result<Vec<_>, _>>()?;
    Ok(found == [user])
}
