//! At least one administrator always remains: active, without an end of the account, and
//! with a password or a passkey. Asked after a change, inside of it.

use domain::{groups::Builtin, guard::Refusal};
use sea_orm::{ConnectionTrait, Statement};

use crate::{Result, context::Change};

/// # Errors
/// `LastAdministrator` where this change would leave nobody.
pub(crate) async fn administrator(change: &Change) -> Result<()> {
    let query = Statement::from_sql_and_values(
        change.db().get_database_backend(),
        "SELECT 1 AS found FROM groups g JOIN memberships m ON m.group_id = g.id JOIN users u ON u.id = m.user_id \
         WHERE g.builtin = $1 AND u.has_credential = 1 \
         AND u.deleted_at IS NULL AND u.disabled_at IS NULL AND u.expires_at IS NULL LIMIT 1",
        [Builtin::Administrators.code().into()],
    );
    match change.db().query_one_raw(query).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::LastAdministrator.into()),
    }
}
