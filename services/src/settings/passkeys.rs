//! The domain that stored passkeys are for. It is noted with the first of them: none of them
//! opens anything under another one.

use domain::{
    Permission,
    listing::{COUNT_MOST, Count},
    settings::{PasskeyPlace, StrandedPasskeys},
};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};

use super::{entity, write};
use crate::{Context, Result, auth::entity::passkey, context::Change};

const DOMAIN: &str = "passkeys_rp_id";

/// Where passkeys work.
///
/// # Errors
/// Those of the gate.
pub async fn passkey_place(cx: &Context) -> Result<PasskeyPlace> {
    let access = cx.read(Permission::ViewSettings).await?;
    let party = cx.installation().passkeys();
    Ok(PasskeyPlace {
        domain: party.map(|party| party.id().to_owned()),
        addresses: party.map(|party| party.origins().to_vec()).unwrap_or_default(),
        stranded: stranded(cx, access.db()).await?,
    })
}

/// Passkeys for another domain, for the operator and the log.
///
/// # Errors
/// Those of the gate.
pub async fn stranded_passkeys(cx: &Context) -> Result<Option<StrandedPasskeys>> {
    stranded(cx, cx.process_read()?.db()).await
}

async fn stranded(cx: &Context, db: &impl ConnectionTrait) -> Result<Option<StrandedPasskeys>> {
    let Some(row) = entity::Entity::find_by_id(DOMAIN).one(db).await? else { return Ok(None) };
    if cx.installation().passkeys().is_some_and(|party| party.id() == row.value) {
        return Ok(None);
    }
    let most = COUNT_MOST + 1;
    let text = format!(
        "SELECT count(*) AS found FROM (SELECT DISTINCT user_id FROM passkeys ORDER BY user_id LIMIT {most}) AS p"
    );
    let found = db.query_one_raw(Statement::from_string(db.get_database_backend(), text)).await?;
    let found = found.map_or(Ok(0), |row| row.try_get::<i64>("", "found"))?;
    Ok((found > 0).then(|| StrandedPasskeys { domain: row.value, people: Count::of(found as u32) }))
}

/// Within a change that is about to add a passkey: notes their domain where there is none yet.
pub(crate) async fn note_passkey_domain(change: &Change) -> Result<()> {
    let Some(party) = change.context().installation().passkeys() else { return Ok(()) };
    let db = change.db();
    let noted = entity::Entity::find_by_id(DOMAIN).one(db).await?.is_some();
    if noted && passkey::Entity::find().one(db).await?.is_some() {
        return Ok(());
    }
    write(change, DOMAIN, party.id().to_owned()).await
}
