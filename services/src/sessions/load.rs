//! From a cookie to a person with rights: one query on every request.

use domain::{Actor, MINUTE, Millis, Obligation, PermissionSet, sessions::SessionId, users::UserId};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{NewSession, method_of, strangers_read};
use crate::{Context, Result, context::Change, groups};

/// A live session and whose it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Loaded {
    pub session: NewSession,
    pub actor: Actor,
    /// When it ends if nothing more happens.
    pub ends_at: Millis,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    epoch: i64,
    method: String,
    address: String,
    browser: String,
    created_at: i64,
    last_seen_at: i64,
    proof_at: i64,
    username: String,
    display_name: String,
    account_end: Option<i64>,
    must_change_at: Option<i64>,
    must_enrol: i64,
    builtin: Option<String>,
}

/// How far another node's clock may be ahead of ours.
const AHEAD: Millis = 5 * MINUTE;

const QUERY: &str = "
SELECT s.id, s.user_id, s.epoch, s.method, s.address, s.browser, s.created_at, s.last_seen_at,
    s.proof_at, s.must_enrol, u.username, u.display_name, u.expires_at AS account_end, p.must_change_at,
    (SELECT string_agg(g.builtin, ',') FROM memberships m JOIN groups g ON g.id = m.group_id
     WHERE m.user_id = u.id) AS builtin
FROM sessions s
JOIN users u ON u.id = s.user_id AND u.security_epoch = s.epoch
LEFT JOIN passwords p ON p.user_id = u.id
WHERE s.token_hash = $1 AND s.expires_at > $2
    AND u.deleted_at IS NULL AND u.disabled_at IS NULL
    AND (u.expires_at IS NULL OR u.expires_at > $2)";

/// The session behind the hash of a cookie's value; nothing once it has ended, for
/// whatever reason.
///
/// # Errors
/// When the database cannot be read.
pub async fn load(cx: &Context, token_hash: [u8; 32]) -> Result<Option<Loaded>> {
    let access = strangers_read(cx);
    let now = cx.now();
    let query = Statement::from_sql_and_values(
        access.db().get_database_backend(),
        QUERY,
        [token_hash.to_vec().into(), now.into()],
    );
    let Some(row) = Row::find_by_statement(query).one(access.db()).await? else {
        return Ok(None);
    };
    // Begun in a future from which the clock was set back: nothing would end it until then.
    if row.created_at > now + AHEAD {
        return Ok(None);
    }
    let id = SessionId(row.id);
    let seen = cx.inner().seen.of(id).unwrap_or_default().max(row.last_seen_at);
    let ends_at = cx.installation().limits().end(row.created_at, seen, row.account_end);
    if ends_at <= now {
        return Ok(None);
    }
    let permissions = added_up(row.builtin.as_deref());
    let session = NewSession {
        id,
        user: UserId(row.user_id),
        epoch: row.epoch,
        method: method_of(row.id, &row.method),
        address: row.address,
        browser: row.browser,
        created_at: row.created_at,
        proof_at: row.proof_at,
        must_enrol: row.must_enrol != 0,
    };
    let enrolment = session.must_enrol.then_some(Obligation::SecondFactor);
    let actor = Actor {
        id: session.user,
        username: row.username,
        display_name: row.display_name,
        permissions,
        obligation: row.must_change_at.map(|_| Obligation::NewPassword).or(enrolment),
        session: id,
        proof_at: row.proof_at,
    };
    Ok(Some(Loaded { session, actor, ends_at }))
}

/// What the groups with these codes, with commas between, allow together.
fn added_up(codes: Option<&str>) -> PermissionSet {
    let groups = codes.into_iter().flat_map(|codes| codes.split(',')).filter_map(groups::known);
    groups.fold(PermissionSet::NONE, |all, group| all.and(group.permissions()))
}

/// Within a change: what the actor may do now; nothing where their session has ended.
pub(crate) async fn permissions_of(change: &Change, actor: &Actor) -> Result<Option<PermissionSet>> {
    #[derive(FromQueryResult)]
    struct Held {
        builtin: Option<String>,
    }
    let query = Statement::from_sql_and_values(
        change.db().get_database_backend(),
        "SELECT (SELECT string_agg(g.builtin, ',') FROM memberships m JOIN groups g ON g.id = m.group_id \
         WHERE m.user_id = u.id) AS builtin \
         FROM sessions s JOIN users u ON u.id = s.user_id AND u.security_epoch = s.epoch \
         WHERE s.id = $1 AND s.expires_at > $2 AND u.deleted_at IS NULL AND u.disabled_at IS NULL \
         AND (u.expires_at IS NULL OR u.expires_at > $2)",
        [actor.session.0.into(), change.now().into()],
    );
    let held = Held::find_by_statement(query).one(change.db()).await?;
    Ok(held.map(|held| added_up(held.builtin.as_deref())))
}
