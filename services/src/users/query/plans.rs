//! The statements of the two ways to a page, and of counting.
//!
//! *Gathering*: everybody to whom a driver leads, kept if the conditions hold, then sorted.
//! Costs as much as the driver leads to. *Walking*: the order's index from the position on,
//! each row kept if the conditions hold, until the page is full. Costs as much as there are
//! rows between those that are kept.

use domain::listing::{COUNT_MOST, PAGE, Sort};

use super::{Driver, Sql, Wanted};

const COLUMNS: &str = "u.id, u.username, u.display_name, u.email, u.last_sign_in_at, u.created_at, u.disabled_at, \
    u.deleted_at, u.expires_at, u.has_credential, u.factors";

impl Wanted<'_> {
    /// How many a driver leads to, counted no further than one more than `most`.
    pub fn probe(&self, driver: Driver, most: u32) -> Sql {
        let mut sql = self.sql("SELECT count(*) AS found FROM (");
        self.driven(&mut sql, driver, most + 1);
        sql.add(") AS d");
        sql
    }

    /// For PostgreSQL, whose index over words cannot stop early: how many of a sample have the
    /// words, the sample being about 2,000 of `total` people in blocks from all over the table.
    pub fn sample(&self, total: u64) -> Sql {
        let percent = (200_000.0 / total.max(1) as f64).min(100.0);
        let mut sql = self.sql("SELECT count(*) FILTER (WHERE ");
        self.like(&mut sql);
        sql.add(" AND ").add(self.kept());
        sql.add(&format!(") AS found, count(*) AS gathered FROM users AS u TABLESAMPLE SYSTEM ({percent})"));
        sql
    }

    /// A page of those to whom a driver leads: one row at least, which says how many the
    /// driver led to (more than `most`: then the page is not to be trusted), and how many of
    /// them are in the list.
    pub fn gather(&self, driver: Driver, most: u32) -> Sql {
        let row = self.row();
        let mut sql = self.sql("WITH d AS MATERIALIZED (");
        self.driven(&mut sql, driver, most + 1);
        sql.add(&format!("), f AS MATERIALIZED (SELECT u.{row} AS one, u.id AS id, {} AS k FROM d", self.key()));
        sql.add(&self.joined(self.found_by(driver), "d.one"));
        if self.by_stats() {
            sql.add(" LEFT JOIN user_stats AS s ON s.user_id = u.id");
        }
        sql.add(" WHERE ");
        self.conditions(&mut sql, "u.id");
        sql.add(&format!(") SELECT c.found, c.gathered, {COLUMNS}, "));
        self.place(&mut sql, "p.k");
        sql.add(" FROM (SELECT (SELECT count(*) FROM f) AS found, (SELECT count(*) FROM d) AS gathered) AS c ");
        sql.add("LEFT JOIN (SELECT f.one, f.id, f.k FROM f WHERE true");
        let key = if self.key() == "0" { "0" } else { "f.k" };
        self.after(&mut sql, key, "f.id", &self.listing.position);
        self.ordered(&mut sql, key, "f.id");
        sql.limit(PAGE + 1).add(&format!(") AS p ON true LEFT JOIN users AS u ON u.{row} = p.one"));
        self.ordered(&mut sql, "p.k", "p.id");
        sql
    }

    /// A page from the next `look` entries of the order. Nothing sorts it: rows come as the
    /// index has them.
    pub fn walk(&self, look: u32) -> Sql {
        let mut sql = self.sql(&format!("SELECT {COLUMNS}, "));
        self.place(&mut sql, if self.is_wide() { "u.k" } else { "l.k" });
        sql.add(" FROM (");
        self.walked(&mut sql, look);
        sql.limit(PAGE + 1);
        sql
    }

    /// The entry where a walk stopped; none where the order ended before.
    pub fn last_looked_at(&self, look: u32) -> Sql {
        let mut sql = self.sql("SELECT l.id, ");
        self.place(&mut sql, "l.k");
        sql.add(" FROM (");
        self.entries(&mut sql, false, true, 1);
        sql.add(&format!(" OFFSET {}) AS l", look.saturating_sub(1)));
        sql
    }

    /// How many are in the list, counted no further than a list counts among the first `look`
    /// to whom the driver leads, or of the order; and how many were looked at.
    pub fn count(&self, driver: Option<Driver>, look: u32) -> Sql {
        let mut sql = self.sql("WITH d AS MATERIALIZED (");
        let found_by = match driver {
            Some(driver) => {
                self.driven(&mut sql, driver, look + 1);
                self.found_by(driver)
            }
            None => {
                self.entries(&mut sql, false, false, look + 1);
                if self.by_stats() { "id" } else { self.row() }
            }
        };
        sql.add(") SELECT (SELECT count(*) FROM (SELECT 1 FROM d").add(&self.joined(found_by, "d.one")).add(" WHERE ");
        self.conditions(&mut sql, "u.id");
        sql.limit(COUNT_MOST + 1).add(") AS m) AS found, (SELECT count(*) FROM d) AS gathered");
        sql
    }

    /// The order's entries with their rows, and the conditions on them.
    fn walked(&self, sql: &mut Sql, look: u32) {
        let row = if self.by_stats() { "id" } else { self.row() };
        if self.is_wide() {
            self.entries(sql, true, true, look);
            sql.add(") AS u WHERE ");
            self.conditions(sql, "u.id");
        } else {
            self.entries(sql, false, true, look);
            sql.add(") AS l").add(&self.joined(row, "l.one")).add(" WHERE ");
            self.conditions(sql, "l.id");
        }
    }

    /// Whether a walk takes whole rows along. PostgreSQL fetches them through the order's
    /// index for half of what a second look-up costs; where other tables may rule a row out
    /// before it is fetched, that look-up is rarer and so the better way.
    fn is_wide(&self) -> bool {
        self.postgres && !self.by_stats() && !self.has_elsewhere()
    }

    /// The value that a row is sorted by, in the column for its kind.
    fn place(&self, sql: &mut Sql, key: &str) {
        let number = self.listing.sort.is_number();
        let (text, number) = if number { ("NULL", key) } else { (key, "NULL") };
        sql.add(&format!("CAST({text} AS text) AS text_key, CAST({number} AS bigint) AS number_key"));
    }
}
