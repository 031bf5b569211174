//! How users are looked for. The words are those of a list: its *order* is an index that
//! is read from one end to the other, its *conditions* are asked of each row, and a
//! *driver* is a condition with an index of its own, so that whoever meets it can be found
//! without looking at anybody else.

use domain::{
    Millis,
    listing::{Direction, Position},
    time::{Date, TimeZone},
    users::{Status, UserListing, UserSort},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select, sea_query::ExprTrait};

use super::entity;

mod conditions;
mod drivers;
mod former;
mod order;
mod plans;
mod sql;
mod words;

pub(crate) use drivers::Driver;
pub(crate) use former::Spelling;
pub(crate) use sql::Sql;
use words::Words;

/// The user that a login names: by username, or by an e-mail address that was verified.
pub(crate) fn by_login(login: &str) -> Select<entity::Entity> {
    entity::Entity::find().filter(
        Condition::any()
            .add(entity::Column::UsernameKey.eq(login))
            .add(entity::Column::EmailKey.eq(login).and(entity::Column::EmailVerifiedAt.is_not_null())),
    )
}

/// A list of users as the databases are asked for it.
pub(crate) struct Wanted<'a> {
    listing: &'a UserListing,
    words: Words,
    spelling: Spelling,
    signed_in: Times,
    created: Times,
    now: Millis,
    postgres: bool,
}

/// The first and the last moment of the days that a filter says.
struct Times {
    from: Option<Millis>,
    to: Option<Millis>,
}

impl Times {
    fn of(zone: &TimeZone, from: Option<Date>, to: Option<Date>) -> Self {
        Self { from: from.map(|day| zone.start_of(day)), to: to.map(|day| zone.end_of(day)) }
    }

    fn any(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }
}

impl<'a> Wanted<'a> {
    /// `zone` is the one whose days the filters mean.
    pub fn new(listing: &'a UserListing, spelling: Spelling, zone: &TimeZone, now: Millis, postgres: bool) -> Self {
        let filters = &listing.filters;
        Self {
            listing,
            words: Words::of(&listing.search, spelling),
            spelling,
            signed_in: Times::of(zone, filters.signed_in_from, filters.signed_in_to),
            created: Times::of(zone, filters.created_from, filters.created_to),
            now,
            postgres,
        }
    }

    pub fn sort(&self) -> UserSort {
        self.listing.sort
    }

    pub fn at_first(&self) -> bool {
        self.listing.position == Position::First
    }

    /// Whether nobody is left out but whoever is in the bin.
    pub fn is_everybody(&self) -> bool {
        self.listing.filters.is_empty() && self.words.is_empty()
    }

    /// Whether a search is all that leaves anybody out.
    pub fn is_only_a_search(&self) -> bool {
        self.listing.filters.is_empty()
    }

    /// Whether a driver's size is estimated from a sample, since its index cannot stop early.
    pub fn is_sampled(&self, driver: Driver) -> bool {
        self.postgres && driver == Driver::Words
    }

    pub fn in_bin(&self) -> bool {
        self.listing.filters.status == Some(Status::InBin)
    }

    /// A page before a cursor is read backwards and turned round afterwards.
    pub fn backwards(&self) -> bool {
        matches!(self.listing.position, Position::Before(_))
    }

    /// In which direction of the order this page is read.
    pub fn reads(&self) -> Direction {
        if self.backwards() { self.listing.direction.reversed() } else { self.listing.direction }
    }

    fn sql(&self, text: &str) -> Sql {
        Sql::new(text, self.postgres)
    }

    /// What a row of `users` is found by again: SQLite has a number for that.
    fn row(&self) -> &'static str {
        if self.postgres { "id" } else { "number" }
    }

    /// Joins the row `u` of `users` to what was found before, so that neither database turns
    /// the two round: SQLite keeps the order around these words, PostgreSQL has to look for
    /// the row with the other's value in its hand.
    fn joined(&self, column: &str, value: &str) -> String {
        if self.postgres {
            format!(" CROSS JOIN LATERAL (SELECT * FROM users AS w WHERE w.{column} = {value} OFFSET 0) AS u")
        } else {
            format!(" CROSS JOIN users AS u ON u.{column} = {value}")
        }
    }

    /// Names the index, where a database can be told.
    fn indexed(&self, index: &str) -> String {
        if self.postgres { String::new() } else { format!(" INDEXED BY {index}") }
    }
}

/// For PostgreSQL, at the beginning of a transaction: plans for the values at hand, that
/// follow the indexes as the statements mean them, in one process. Without it a table that
/// has just grown, or a value that is more common than most, leads to a walk over everybody.
/// What has no index to come from in order is sorted all the same.
pub(crate) const STEADY: &str = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL jit = off; \
    SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; \
    SET LOCAL enable_sort = off; SET LOCAL max_parallel_workers_per_gather = 0";

/// The index over words knows no other way, and nothing else may go that way.
pub(crate) const BY_WORDS: [&str; 2] = ["SET LOCAL enable_bitmapscan = on", "SET LOCAL enable_bitmapscan = off"];
