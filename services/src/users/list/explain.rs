//! The plans of a list, for tests and for whoever wonders.

use domain::{Permission, users::UserListing};
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::{super::query::BY_WORDS, Bounds, STEADY, Wanted, spelling};
use crate::{Context, Result};

/// What the database means to do for every statement that this list may lead to, whichever
/// of them the probes would choose: a name, and the plan's lines.
///
/// # Errors
/// Those of the gate.
pub async fn explain(cx: &Context, listing: &UserListing, bounds: Bounds) -> Result<Vec<(String, Vec<String>)>> {
    let access = cx.read(Permission::ViewUsers).await?;
    let spelling = spelling(cx, access.db(), listing).await?;
    let zone = super::days(cx, access.db(), listing).await?;
    let wanted = Wanted::new(listing, spelling, &zone, cx.now(), cx.is_postgres());
    let mut statements = vec![
        ("walk".to_owned(), wanted.walk(bounds.look)),
        ("last looked at".to_owned(), wanted.last_looked_at(bounds.look)),
        ("count".to_owned(), wanted.count(None, bounds.count)),
    ];
    for driver in wanted.drivers() {
        statements.push((format!("probe {driver:?}"), wanted.probe(driver, bounds.gather)));
        statements.push((format!("gather {driver:?}"), wanted.gather(driver, bounds.gather)));
        statements.push((format!("count {driver:?}"), wanted.count(Some(driver), bounds.count)));
    }
    let db = access.db().begin().await?;
    if cx.is_postgres() {
        db.execute_unprepared(STEADY).await?;
    }
    let mut plans = vec![];
    for (name, sql) in statements {
        if cx.is_postgres() {
            db.execute_unprepared(BY_WORDS[usize::from(!name.ends_with("Words"))]).await?;
        }
        let lines = db.query_all_raw(sql.explained().statement(&db)).await?;
        // SQLite tells it in the fourth column, PostgreSQL in its only one.
        let column = if cx.is_postgres() { 0 } else { 3 };
        let lines = lines.iter().map(|line| line.try_get_by_index::<String>(column)).collect::<Result<_, _>>()?;
        plans.push((name, lines));
    }
    db.rollback().await?;
    Ok(plans)
}
