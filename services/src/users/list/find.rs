//! The rows of one page: gathered and sorted, or walked to.

use domain::listing::{COUNT_MOST, Count, Cursor, PAGE};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult};

use super::{
    Bounds,
    choose::{Chosen, counted, narrowest},
    rows::{Place, Row},
};
use crate::{
    Result,
    users::query::{BY_WORDS, Driver, Wanted},
};

/// A page's rows, in the order they were read.
pub(super) struct Found {
    pub rows: Vec<Row>,
    /// Whether there is another row beyond them.
    pub more: bool,
    /// Where looking stopped before the page was full and before the list ended.
    pub stopped: Option<Cursor>,
    pub count: Count,
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    wanted: &Wanted<'_>,
    bounds: Bounds,
    total: Option<u64>,
) -> Result<Found> {
    let chosen = narrowest(db, wanted, bounds.gather, total).await?;
    if let Some(found) = gather(db, wanted, chosen.driver, bounds.gather).await? {
        return Ok(found);
    }
    let mut found = walk(db, wanted, bounds.glance).await?;
    if found.stopped.is_some() {
        let again = narrowest(db, wanted, bounds.gather_after, total).await?;
        if let Some(found) = gather(db, wanted, again.driver, bounds.gather_after).await? {
            return Ok(found);
        }
        found = walk(db, wanted, bounds.look).await?;
    }
    if !(wanted.at_first() && !found.more && found.stopped.is_none()) {
        found.count = count(db, wanted, &chosen, bounds, total).await?;
    }
    Ok(found)
}

/// Nothing where there is no driver, or where it leads to more than it seemed.
async fn gather(
    db: &impl ConnectionTrait,
    wanted: &Wanted<'_>,
    driver: Option<Driver>,
    most: u32,
) -> Result<Option<Found>> {
    let Some(driver) = driver else { return Ok(None) };
    if wanted.is_sampled(driver) {
        db.execute_unprepared(BY_WORDS[0]).await?;
    }
    let answer = db.query_all_raw(wanted.gather(driver, most).statement(db)).await?;
    if wanted.is_sampled(driver) {
        db.execute_unprepared(BY_WORDS[1]).await?;
    }
    let number = |name| answer.first().and_then(|row| row.try_get::<i64>("", name).ok()).unwrap_or_default();
    if number("gathered") > i64::from(most) {
        return Ok(None);
    }
    let count = Count::of(number("found") as u32);
    // The one row of an empty page has no user in it.
    let users = answer.iter().filter(|row| matches!(row.try_get::<Option<uuid::Uuid>>("", "id"), Ok(Some(_))));
    Ok(Some(Found { stopped: None, count, ..page(users)? }))
}

async fn walk(db: &impl ConnectionTrait, wanted: &Wanted<'_>, look: u32) -> Result<Found> {
    let answer = db.query_all_raw(wanted.walk(look).statement(db)).await?;
    let mut found = page(answer.iter())?;
    if !found.more {
        let last = Place::find_by_statement(wanted.last_looked_at(look).statement(db)).one(db).await?;
        found.stopped = last.map(|place| place.cursor(wanted.sort()));
    }
    Ok(found)
}

fn page<'r>(answer: impl Iterator<Item = &'r QueryResult>) -> Result<Found> {
    let mut rows = answer.map(|row| Row::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let count = Count::Exactly(rows.len() as u32);
    Ok(Found { rows, more, stopped: None, count })
}

/// How many are in a list that was walked.
async fn count(
    db: &impl ConnectionTrait,
    wanted: &Wanted<'_>,
    chosen: &Chosen,
    bounds: Bounds,
    total: Option<u64>,
) -> Result<Count> {
    if wanted.is_everybody() {
        let (found, gathered) = counted(db, wanted.count(None, COUNT_MOST)).await?;
        return Ok(match total {
            Some(total) if gathered > COUNT_MOST => Count::About(total),
            _ => Count::of(found),
        });
    }
    let drivers = wanted.drivers();
    if let (Some(about), [_]) = (chosen.sampled, &drivers[..])
        && wanted.is_only_a_search()
        && about > u64::from(COUNT_MOST) * 4
    {
        return Ok(Count::MoreThan(COUNT_MOST));
    }
    let driver = drivers.into_iter().find(|driver| !wanted.is_sampled(*driver));
    let (found, gathered) = counted(db, wanted.count(driver, bounds.count)).await?;
    Ok(if found <= COUNT_MOST && gathered > bounds.count { Count::AtLeast(found) } else { Count::of(found) })
}
