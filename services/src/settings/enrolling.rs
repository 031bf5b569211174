//! Whom rules would make set a second factor up, counted as far as that is cheap.

use domain::{
    Permission,
    factors::{Factors, Required},
    listing::{COUNT_MOST, Count},
    settings::SecurityForm,
};
use sea_orm::FromQueryResult;

use crate::{Context, Result, users::query::Sql};

/// So many are looked at.
const LOOK: u32 = 20_000;

#[derive(FromQueryResult)]
struct Counted {
    found: i64,
    looked: i64,
}

/// How many people have none of the kinds that would count, of those who would need one.
///
/// # Errors
/// Field errors; those of the gate.
pub async fn count_enrolling(cx: &Context, form: &SecurityForm) -> Result<Count> {
    let access = cx.read(Permission::EditSettings).await?;
    let zone = super::time_zone(cx, access.db()).await?;
    let policy = form.parse(&zone, None)?.second_factor;
    let counts = |number: i64| {
        let kinds = [Factors::APP, Factors::PASSKEY];
        kinds.into_iter().any(|kind| policy.allowed.has(kind) && Factors::of(number).has(kind))
    };
    let lacking: Vec<_> = (0..8).filter(|number| !counts(*number)).map(|number| number.to_string()).collect();
    let lacking = format!("u.factors IN ({})", lacking.join(", "));
    let mut sql = Sql::new("SELECT count(*) AS looked, count(CASE WHEN ", cx.is_postgres());
    sql.add(&lacking).add(" THEN 1 END) AS found FROM (SELECT u.factors FROM users AS u");
    match &policy.required {
        Required::Nobody => return Ok(Count::Exactly(0)),
        Required::Everyone => {
            sql.add(" WHERE u.deleted_at IS NULL");
            // Whoever has none at all stands in an index of their own.
            if policy.allowed.has(Factors::APP.and(Factors::PASSKEY)) {
                sql.add(" AND u.factors IN (0, 1)");
            }
        }
        Required::Groups(groups) => {
            sql.add(" JOIN (SELECT DISTINCT m.user_id FROM memberships AS m WHERE m.group_id IN (");
            for (at, group) in groups.iter().enumerate() {
                sql.add(if at > 0 { ", " } else { "" }).bind(group.0);
            }
            sql.add(")").limit(LOOK + 1).add(") AS g ON g.user_id = u.id WHERE u.deleted_at IS NULL");
        }
    }
    sql.limit(LOOK + 1).add(") AS u");
    let db = access.db();
    let counted = Counted::find_by_statement(sql.statement(db)).one(db).await?;
    let Counted { found, looked } = counted.unwrap_or(Counted { found: 0, looked: 0 });
    let found = found as u32;
    Ok(if looked > i64::from(LOOK) && found <= COUNT_MOST { Count::AtLeast(found) } else { Count::of(found) })
}
