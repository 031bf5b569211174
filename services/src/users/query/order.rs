//! The order of a list: which index it is, and from where to where it is read.

use domain::{
    listing::{Cursor, Direction, Position, Sort},
    users::{Status, UserSort},
};

use super::{Sql, Wanted};

/// An index to read a list from.
struct Index {
    name: &'static str,
    /// What it is sorted by before the id.
    key: &'static str,
}

impl Wanted<'_> {
    fn index(&self) -> Index {
        let (people, bin, key) = match self.listing.sort {
            UserSort::Name => ("users_by_name", "bin_by_name", "u.display_name_key"),
            UserSort::Email => ("users_by_email", "bin_by_email", self.email()),
            UserSort::LastSignIn => ("users_by_last_sign_in", "bin_by_last_sign_in", self.signed_in()),
            UserSort::Expires => ("users_by_expiry", "bin_by_expiry", self.end()),
            UserSort::Created => ("users_by_created", "bin_by_created", "u.created_at"),
            UserSort::Sessions if self.in_bin() => ("", "bin_by_id", "0"),
            UserSort::Sessions => ("user_stats_by_sessions", "", "s.sessions"),
        };
        Index { name: if self.in_bin() { bin } else { people }, key }
    }

    /// The e-mail address, or the least text.
    pub(super) fn email(&self) -> &'static str {
        if self.postgres { "COALESCE(u.email_key, '')" } else { "u.email_order" }
    }

    /// The last sign-in, or the least moment.
    pub(super) fn signed_in(&self) -> &'static str {
        if self.postgres { "COALESCE(u.last_sign_in_at, 0)" } else { "u.signed_in_order" }
    }

    /// The end of the account, or the greatest moment.
    pub(super) fn end(&self) -> &'static str {
        if self.postgres { "COALESCE(u.expires_at, 9223372036854775807)" } else { "u.end_order" }
    }

    /// Whether the order is one of `user_stats`. Nobody in the bin has a session.
    pub(super) fn by_stats(&self) -> bool {
        self.listing.sort == UserSort::Sessions && !self.in_bin()
    }

    /// The value a row is sorted by, where rows come from elsewhere than the order's index.
    pub(super) fn key(&self) -> &'static str {
        if self.by_stats() { "COALESCE(s.sessions, 0)" } else { self.index().key }
    }

    /// That users are in this list or in the bin, in the words of the indexes' own conditions.
    pub(super) fn kept(&self) -> &'static str {
        if self.in_bin() { "u.deleted_at IS NOT NULL" } else { "u.deleted_at IS NULL" }
    }

    /// So many entries of the order's index from the position on, or from the list's beginning:
    /// whole rows with their place, or the row's number, its id and its place.
    pub(super) fn entries(&self, sql: &mut Sql, whole: bool, from_position: bool, most: u32) {
        let Index { name, key } = self.index();
        let (table, id) = if self.by_stats() { ("user_stats AS s", "s.user_id") } else { ("users AS u", "u.id") };
        let row = if self.by_stats() { id.to_owned() } else { format!("u.{}", self.row()) };
        let columns = if whole { "u.*".to_owned() } else { format!("{row} AS one, {id} AS id") };
        sql.add(&format!("SELECT {columns}, {key} AS k FROM {table}{}", self.indexed(name)));
        sql.add(" WHERE ").add(if self.by_stats() { "true" } else { self.kept() });
        let position = if from_position { &self.listing.position } else { &Position::First };
        self.ends(sql, key, position);
        self.after(sql, key, id, position);
        self.ordered(sql, key, id);
        sql.limit(most);
    }

    /// Beyond the position, in the direction in which the page is read.
    pub(super) fn after(&self, sql: &mut Sql, key: &str, id: &str, position: &Position) {
        let (Position::After(Cursor { key: value, id: place }) | Position::Before(Cursor { key: value, id: place })) =
            position
        else {
            return;
        };
        let beyond = if self.reads() == Direction::Ascending { ">" } else { "<" };
        if key == "0" {
            sql.add(&format!(" AND {id} {beyond} ")).bind(*place);
            return;
        }
        sql.add(&format!(" AND ({key}, {id}) {beyond} ("));
        match value.parse::<i64>() {
            Ok(number) if self.listing.sort.is_number() => sql.bind(number),
            _ => sql.bind(value.as_str()),
        };
        sql.add(", ").bind(*place).add(")");
    }

    pub(super) fn ordered(&self, sql: &mut Sql, key: &str, id: &str) {
        let direction = if self.reads() == Direction::Ascending { "ASC" } else { "DESC" };
        let first = if key == "0" { String::new() } else { format!("{key} {direction}, ") };
        sql.add(&format!(" ORDER BY {first}{id} {direction}"));
    }

    /// Where a filter is a range of the order itself, reading begins and ends with it. The
    /// position takes the place of the end where reading begins.
    fn ends(&self, sql: &mut Sql, key: &str, position: &Position) {
        let (least, most) = self.range();
        let begun = *position != Position::First;
        let upwards = self.reads() == Direction::Ascending;
        if let Some(least) = least.filter(|_| !begun || !upwards) {
            sql.add(&format!(" AND {key} >= ")).bind(least);
        }
        if let Some(most) = most.filter(|_| !begun || upwards) {
            sql.add(&format!(" AND {key} <= ")).bind(most);
        }
    }

    /// The least and the most of the order's key that the filters leave.
    fn range(&self) -> (Option<i64>, Option<i64>) {
        let filters = &self.listing.filters;
        match self.listing.sort {
            UserSort::Created => (self.created.from, self.created.to),
            UserSort::LastSignIn if filters.never_signed_in => (Some(0), Some(0)),
            UserSort::LastSignIn => {
                let signed_in = self.signed_in.to.map(|_| 1);
                (self.signed_in.from.or(signed_in), self.signed_in.to)
            }
            UserSort::Expires => match filters.status {
                Some(Status::Expired) => (None, Some(self.now)),
                Some(Status::Active | Status::Invited) => (Some(self.now + 1), None),
                _ => (None, None),
            },
            UserSort::Name | UserSort::Email | UserSort::Sessions => (None, None),
        }
    }
}
