//! Where passkeys work, and those that were registered for another domain: they open nothing
//! here.

use domain::{
    Permission,
    factors::{PasskeyPlace, StrandedPasskeys},
    listing::{COUNT_MOST, Count},
};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::{Context, Result, credentials::passkey, users::query::Sql};

/// So many passkeys are looked at, and so many of their domains are told.
const LOOK: u32 = 20_000;
const DOMAINS: u32 = 3;

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

#[derive(FromQueryResult)]
struct Counted {
    looked: i64,
    people: i64,
}

#[derive(FromQueryResult)]
struct Domain {
    rp_id: String,
}

async fn stranded(cx: &Context, db: &impl ConnectionTrait) -> Result<Option<StrandedPasskeys>> {
    // Where passkeys do not work at all, all of them are for elsewhere.
    let here = cx.installation().passkeys().map_or("", |party| party.id());
    // Both sides of ours in the index, so that ours are not read.
    let elsewhere = |start: &str| {
        let mut sql = Sql::new(start, cx.is_postgres());
        sql.add(" FROM (SELECT rp_id, user_id FROM passkeys WHERE rp_id < ").bind(here);
        sql.add(" UNION ALL SELECT rp_id, user_id FROM passkeys WHERE rp_id > ").bind(here);
        sql.limit(LOOK + 1).add(") AS p");
        sql
    };
    let count = elsewhere("SELECT count(*) AS looked, count(DISTINCT p.user_id) AS people");
    let counted = Counted::find_by_statement(count.statement(db)).one(db).await?;
    let Some(Counted { looked, people }) = counted.filter(|counted| counted.looked > 0) else { return Ok(None) };
    let mut domains = elsewhere("SELECT p.rp_id");
    domains.add(" GROUP BY p.rp_id ORDER BY count(*) DESC, p.rp_id").limit(DOMAINS);
    let domains = Domain::find_by_statement(domains.statement(db)).all(db).await?;
    let others_work = passkey::any_for_domain(db, here).await?;
    let people = people as u32;
    Ok(Some(StrandedPasskeys {
        domains: domains.into_iter().map(|domain| domain.rp_id).collect(),
        people: if looked > i64::from(LOOK) && people <= COUNT_MOST {
            Count::AtLeast(people)
        } else {
            Count::of(people)
        },
        others_work,
    }))
}
