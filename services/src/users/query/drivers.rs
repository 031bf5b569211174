//! Conditions with an index of their own.

use domain::users::{FactorFilter, Status, UserSort};

use super::{Sql, Wanted};

/// A condition by which users can be found without looking at anybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Driver {
    Group,
    /// The custom field at this place among the filters.
    Field(usize),
    Status(Status),
    Factors(FactorFilter),
    SignedIn,
    Created,
    /// The words of the search that are in its index.
    Words,
    /// Short words as beginnings of names, while the search is not built anew.
    Beginnings,
}

/// Those with nothing beside a password, and those with a passkey and no password, in the
/// words of their indexes.
const NO_SECOND_FACTOR: &str = "u.factors IN (0, 1) AND u.deleted_at IS NULL";
pub(super) const PASSKEY_ONLY: &str = "u.factors IN (2, 6) AND u.deleted_at IS NULL";

/// The index of those in a state, and its condition.
pub(super) fn state(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Disabled => ("users_disabled", "u.disabled_at IS NOT NULL AND u.deleted_at IS NULL"),
        Status::Invited => ("users_invited", "u.has_credential = 0 AND u.disabled_at IS NULL AND u.deleted_at IS NULL"),
        _ => ("users_active", "u.has_credential = 1 AND u.disabled_at IS NULL AND u.deleted_at IS NULL"),
    }
}

impl Wanted<'_> {
    /// Every driver of this list. What is a range of the order itself is none: there, the
    /// order's own index is the better way.
    pub fn drivers(&self) -> Vec<Driver> {
        let (filters, sort) = (&self.listing.filters, self.listing.sort);
        let mut drivers = vec![];
        drivers.extend(filters.group.map(|_| Driver::Group));
        drivers.extend((0..filters.fields.len()).map(Driver::Field));
        drivers.extend(filters.status.map(Driver::Status).filter(|status| match status {
            Driver::Status(Status::InBin) => false,
            Driver::Status(Status::Expired) => sort != UserSort::Expires,
            _ => true,
        }));
        // In the bin, what proved somebody is no way to find them.
        let factors = filters.factors.filter(|filter| !self.in_bin() || *filter == FactorFilter::LockedOut);
        drivers.extend(factors.map(Driver::Factors));
        let signed_in = filters.never_signed_in || self.signed_in.any();
        drivers.extend((signed_in && sort != UserSort::LastSignIn).then_some(Driver::SignedIn));
        let created = self.created.any();
        drivers.extend((created && sort != UserSort::Created).then_some(Driver::Created));
        if self.words.indexed(self.postgres).next().is_some() {
            drivers.push(Driver::Words);
        } else if !self.words.beginnings.is_empty() {
            drivers.push(Driver::Beginnings);
        }
        drivers
    }

    /// The column of `users` that a driver's rows are found by.
    pub(super) fn found_by(&self, driver: Driver) -> &'static str {
        match driver {
            Driver::Group | Driver::Field(_) | Driver::Factors(FactorFilter::LockedOut) => "id",
            _ => self.row(),
        }
    }

    /// The rows that a driver leads to, as a column `one`.
    pub(super) fn driven(&self, sql: &mut Sql, driver: Driver, most: u32) {
        let filters = &self.listing.filters;
        match driver {
            Driver::Group => {
                sql.add("SELECT m.user_id AS one FROM memberships AS m").add(&self.indexed("memberships_by_group"));
                sql.add(" WHERE m.group_id = ");
                match filters.group {
                    Some(group) => sql.bind(group.0),
                    None => sql.add("NULL"),
                };
            }
            Driver::Field(at) => {
                sql.add("SELECT v.user_id AS one FROM custom_values AS v");
                sql.add(&self.indexed("custom_values_by_value")).add(" WHERE v.field_id = ");
                match filters.fields.get(at) {
                    Some((field, value)) => self.valued(sql.bind(field.0), value),
                    None => {
                        sql.add("NULL");
                    }
                }
            }
            Driver::Status(status) => self.in_status(sql, status),
            Driver::Factors(filter) => self.proven_by(sql, filter),
            Driver::SignedIn => {
                let (from, to) = (self.signed_in.from.unwrap_or(1), self.signed_in.to.unwrap_or(i64::MAX));
                let (from, to) = if filters.never_signed_in { (0, 0) } else { (from, to) };
                self.between(sql, "by_last_sign_in", self.signed_in(), from, to);
            }
            Driver::Created => {
                let (from, to) = (self.created.from.unwrap_or(i64::MIN), self.created.to.unwrap_or(i64::MAX));
                self.between(sql, "by_created", "u.created_at", from, to);
            }
            Driver::Words if self.postgres => {
                sql.add("SELECT u.id AS one FROM users AS u WHERE ");
                self.like(sql);
            }
            Driver::Words => {
                sql.add("SELECT f.rowid AS one FROM user_search AS f WHERE f.user_search MATCH ");
                sql.bind(self.words.trigrams());
            }
            Driver::Beginnings => self.begun(sql, most),
        }
        sql.limit(most);
    }

    fn in_status(&self, sql: &mut Sql, status: Status) {
        if matches!(status, Status::Expired | Status::InBin) {
            // Nobody's end was before 1970; whoever is in the bin is no driver.
            return self.between(sql, "by_expiry", self.end(), 0, self.now);
        }
        let (index, condition) = state(status);
        sql.add(&format!("SELECT u.{} AS one FROM users AS u{}", self.row(), self.indexed(index)));
        sql.add(&format!(" WHERE {condition}"));
    }

    fn proven_by(&self, sql: &mut Sql, filter: FactorFilter) {
        let (index, condition) = match filter {
            FactorFilter::NoSecondFactor => ("users_without_second_factor", NO_SECOND_FACTOR),
            FactorFilter::PasskeyOnly => ("users_passkey_only", PASSKEY_ONLY),
            FactorFilter::LockedOut => {
                let index = self.indexed("throttle_by_end");
                sql.add(&format!("SELECT DISTINCT t.user_id AS one FROM throttle AS t{index}"));
                sql.add(" WHERE t.user_id IS NOT NULL AND t.blocked_until > ").bind(self.now);
                return;
            }
        };
        sql.add(&format!("SELECT u.{} AS one FROM users AS u{}", self.row(), self.indexed(index)));
        sql.add(&format!(" WHERE {condition}"));
    }

    fn between(&self, sql: &mut Sql, index: &str, key: &str, from: i64, to: i64) {
        let index = format!("{}_{index}", if self.in_bin() { "bin" } else { "users" });
        sql.add(&format!("SELECT u.{} AS one FROM users AS u{}", self.row(), self.indexed(&index)));
        sql.add(&format!(" WHERE {} AND {key} >= ", self.kept())).bind(from);
        sql.add(&format!(" AND {key} <= ")).bind(to);
    }

    /// That a custom field `v` has this value.
    pub(super) fn valued(&self, sql: &mut Sql, value: &str) {
        let spelt = self.spelling.value(value);
        sql.add(if spelt.len() > 1 { " AND v.value_key IN (" } else { " AND v.value_key = (" });
        for (at, value) in spelt.into_iter().enumerate() {
            sql.add(if at > 0 { ", " } else { "" }).bind(value);
        }
        sql.add(")");
    }
}
