//! The users table: one page, found by key.

use std::sync::Arc;

use domain::{
    Permission,
    fields::FieldId,
    listing::{Cursor, Direction, Page, Sort},
    time::TimeZone,
    users::{UserListing, UserRow, UserSort},
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    query::{STEADY, Spelling, Wanted},
    rebuild::is_rebuilt,
};
use crate::{Context, Result, settings};

mod choose;
mod explain;
mod find;
mod found;
mod rows;

pub use explain::explain;
use find::Found;

/// How far one request goes. What costs most in each unit differs, but not by much: a row
/// that is looked at anywhere takes a few millionths of a second.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Those to whom a condition's own index leads are all sorted, up to so many.
    pub gather: u32,
    /// So many entries of the list's order are looked at for a page.
    pub glance: u32,
    /// After looking at those in vain, up to so many are sorted after all.
    pub gather_after: u32,
    /// Where not even that helps, so many entries are looked at before a page stops.
    pub look: u32,
    /// So many are looked at to count the list.
    pub count: u32,
}

impl Default for Bounds {
    /// Found by measuring. Sorting costs 4 to 7 millionths of a second for each person, an
    /// entry of the order 1 where an index answers and 4 where the row has to be fetched.
    /// Among a million, what 3,000 meet fills a page from 17,000 entries, unless those who
    /// meet it stand together.
    fn default() -> Self {
        Self { gather: 3_000, glance: 20_000, gather_after: 30_000, look: 30_000, count: 5_000 }
    }
}

/// One page of the users, with the values of some custom fields.
///
/// # Errors
/// A field error for a position that does not fit the sort; those of the gate.
pub async fn list(cx: &Context, listing: &UserListing, fields: &[FieldId]) -> Result<Page<UserRow>> {
    list_within(cx, listing, fields, Bounds::default()).await
}

/// As [`list`], within other bounds.
///
/// # Errors
/// As [`list`].
pub async fn list_within(
    cx: &Context,
    listing: &UserListing,
    fields: &[FieldId],
    bounds: Bounds,
) -> Result<Page<UserRow>> {
    let access = cx.read(Permission::ViewUsers).await?;
    listing.check()?;
    let db = access.db();
    let zone = days(cx, db, listing).await?;
    let total = cx.inner().total.get();
    let wanted = |spelling| Wanted::new(listing, spelling, &zone, cx.now(), cx.is_postgres());
    let (found, wanted) = if cx.is_postgres() {
        let steady = db.begin().await?;
        steady.execute_unprepared(STEADY).await?;
        let wanted = wanted(spelling(cx, &steady, listing).await?);
        let found = find::find(&steady, &wanted, bounds, total).await?;
        steady.commit().await?;
        (found, wanted)
    } else {
        let wanted = wanted(spelling(cx, db, listing).await?);
        (find::find(db, &wanted, bounds, total).await?, wanted)
    };
    let (previous, next) = ways_onward(listing, &found, &wanted);
    let looked_through = found.stopped.is_some().then_some(bounds.look);
    let count = found.count;
    let mut rows = found.rows;
    if wanted.backwards() {
        rows.reverse();
    }
    let mut rows = rows::filled(cx, db, rows, fields).await?;
    found::mark(&mut rows, &listing.search);
    Ok(Page { rows, previous, next, count, looked_through })
}

/// How the words of this list are spelt in the database. On PostgreSQL, within what begins with
/// [`STEADY`].
async fn spelling(cx: &Context, db: &impl ConnectionTrait, listing: &UserListing) -> Result<Spelling> {
    let asks = !listing.search.is_empty() || !listing.filters.fields.is_empty();
    Ok(if !asks || is_rebuilt(cx, db).await? { Spelling::Present } else { Spelling::Former })
}

/// The zone whose days the filters mean, asked for only where there are any.
async fn days(cx: &Context, db: &impl ConnectionTrait, listing: &UserListing) -> Result<Arc<TimeZone>> {
    if listing.filters.has_days() { settings::time_zone(cx, db).await } else { Ok(Arc::default()) }
}

/// Towards the list's beginning and towards its end. Rows are in the order they were read.
fn ways_onward(listing: &UserListing, found: &Found, wanted: &Wanted<'_>) -> (Option<Cursor>, Option<Cursor>) {
    let at = |row: Option<&rows::Row>| row.map(|row| row.cursor(listing.sort));
    let came_from = || {
        // A page without rows may have come from a row of the list, which a way back from
        // there would leave out: go back from where looking stopped, or from the very end.
        at(found.rows.first()).or_else(|| found.stopped.clone()).or_else(|| Some(end(listing.sort, wanted.reads())))
    };
    let back = if wanted.at_first() { None } else { came_from() };
    let onward = if found.more { at(found.rows.last()) } else { found.stopped.clone() };
    if wanted.backwards() { (onward, back) } else { (back, onward) }
}

/// Beyond everybody, in this direction.
fn end(sort: UserSort, direction: Direction) -> Cursor {
    let (number, text, id) = match direction {
        Direction::Ascending => (i64::MAX, "\u{10ffff}\u{10ffff}", Uuid::max()),
        Direction::Descending => (i64::MIN, "", Uuid::nil()),
    };
    Cursor { key: if sort.is_number() { number.to_string() } else { text.to_owned() }, id }
}
