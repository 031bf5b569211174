//! Whether to filter first or to sort first: a bounded probe decides.

use sea_orm::ConnectionTrait;

use super::super::query::{Driver, Wanted};
use crate::Result;

/// What probing has shown.
#[derive(Default)]
pub(super) struct Chosen {
    /// The driver that leads to the fewest, if those are few enough.
    pub driver: Option<Driver>,
    /// About how many of the list have the words of the search, where that was sampled.
    pub sampled: Option<u64>,
}

/// Assumed while nobody has counted yet: too many rather than too few, so that a sample is
/// never large.
const UNCOUNTED: u64 = 1_000_000;

/// What short words lead to is gathered up to so many, however large the bound.
const BEGINNINGS: u32 = 10_000;

/// The driver to gather from, if one leads to `most` or fewer.
pub(super) async fn narrowest(
    db: &impl ConnectionTrait,
    wanted: &Wanted<'_>,
    most: u32,
    total: Option<u64>,
) -> Result<Chosen> {
    let mut chosen = Chosen::default();
    let mut least = most;
    for driver in wanted.drivers() {
        if wanted.is_sampled(driver) {
            continue;
        }
        // Short words lead there by three indexes each, and PostgreSQL fetches every row.
        let bound = if driver == Driver::Beginnings { least.min(BEGINNINGS) } else { least };
        let (found, _) = counted(db, wanted.probe(driver, bound)).await?;
        if found <= bound {
            (chosen.driver, least) = (Some(driver), found);
        }
    }
    let words = wanted.drivers().into_iter().find(|driver| wanted.is_sampled(*driver));
    if let (Some(words), None) = (words, chosen.driver) {
        let assumed = total.unwrap_or(UNCOUNTED);
        let (found, of) = counted(db, wanted.sample(assumed)).await?;
        let about = u64::from(found) * assumed / u64::from(of.max(1));
        // A sample errs; gathering notices when it erred too far.
        chosen.driver = (about <= u64::from(most)).then_some(words);
        // Part of a number that was only assumed says nothing about how many there are.
        chosen.sampled = total.map(|_| about);
    }
    Ok(chosen)
}

/// The columns `found` and `gathered` of a statement's only row.
pub(super) async fn counted(db: &impl ConnectionTrait, sql: super::super::query::Sql) -> Result<(u32, u32)> {
    let row = db.query_one_raw(sql.statement(db)).await?;
    let column = |name| row.as_ref().and_then(|row| row.try_get::<i64>("", name).ok()).unwrap_or_default();
    Ok((column("found") as u32, column("gathered") as u32))
}
