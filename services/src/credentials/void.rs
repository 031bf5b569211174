//! After a restore: recovery codes that were used and passkeys that were removed since the backup
//! are back, and nobody can say which. The operator sees who has some, and voids them.

use domain::{Error, Permission, audit::Event, guard::Refusal, users::UserId};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Statement};

use super::{Browsers, passkey, recovery_codes, refresh_factor_flags};
use crate::{
    Context, Result,
    context::{StandingChange, done, unchanged},
    sessions,
    users::{entity as user, target},
};

/// Somebody with what a restore may have brought back.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Holder {
    pub username: String,
    pub passkeys: i64,
    /// Those that are not used.
    pub recovery_codes: i64,
}

/// Everybody who has passkeys or recovery codes, by username. For the operator.
///
/// # Errors
/// `SignedOut` for anybody else.
pub async fn holders(cx: &Context) -> Result<Vec<Holder>> {
    let access = cx.process_read()?;
    let sql = "SELECT username, passkeys, recovery_codes FROM (SELECT username, username_key, \
        (SELECT count(*) FROM passkeys p WHERE p.user_id = users.id) AS passkeys, \
        (SELECT count(*) FROM recovery_codes r WHERE r.user_id = users.id AND r.used_at IS NULL) AS recovery_codes \
        FROM users) AS held WHERE passkeys > 0 OR recovery_codes > 0 ORDER BY username_key";
    let db = access.db();
    Ok(Holder::find_by_statement(Statement::from_string(db.get_database_backend(), sql)).all(db).await?)
}

/// Voids the passkeys and recovery codes of one user, and ends their sessions. For the operator.
///
/// # Errors
/// `NotFound`; `Refused` where nothing would be left to sign in with; those of the gate.
pub async fn void(cx: &Context, username: &str) -> Result<Holder> {
    // Nobody's request: a person resets factors under the rules of `reset_second_factors`.
    cx.process_read()?;
    cx.change_standing(Permission::ResetCredentials, async |change: &StandingChange| {
        let key = username.trim().to_ascii_lowercase();
        let row = user::Entity::find().filter(user::Column::UsernameKey.eq(key)).one(change.db()).await?;
        let id = UserId(row.ok_or(Error::NotFound)?.id);
        let user = target::find(change, id).await?;
        let voided = Holder {
            username: user.row.username.clone(),
            passkeys: passkey::delete_all(change, id).await? as i64,
            recovery_codes: recovery_codes::delete_unused(change, id).await? as i64,
        };
        if voided.passkeys == 0 && voided.recovery_codes == 0 {
            return Ok(unchanged(voided));
        }
        let left = refresh_factor_flags(change, id, Browsers::AskedAgain).await?;
        if voided.passkeys > 0 && !left.can_sign_in() {
            return Err(Refusal::LastWayIn.into());
        }
        let sessions_ended = sessions::end_all(change, id).await?;
        let event = Event::FactorsVoided {
            user: user.person(),
            passkeys: voided.passkeys as u32,
            recovery_codes: voided.recovery_codes as u32,
            sessions_ended,
        };
        Ok(done(voided, event))
    })
    .await
}
