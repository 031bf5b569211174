//! What is asked of each row: everything that the filters and the search say.

use domain::users::{FactorFilter, Status};

use super::{Sql, Wanted};

impl Wanted<'_> {
    /// All conditions on a row `u`. `id` is where its id stands: beside the index, so that a
    /// row which is in none of the groups and fields asked for is not even fetched.
    pub(super) fn conditions(&self, sql: &mut Sql, id: &str) {
        sql.add("true");
        if id != "u.id" {
            self.few(sql, id);
        }
        self.elsewhere(sql, id);
        sql.add(" AND ").add(self.kept());
        self.status(sql);
        self.factors(sql);
        self.times(sql);
        self.matching(sql);
    }

    /// Whether there are conditions that can be asked before the row is fetched.
    pub(super) fn has_elsewhere(&self) -> bool {
        let filters = &self.listing.filters;
        let few = matches!(filters.status, Some(Status::Disabled | Status::Invited));
        let proof = matches!(filters.factors, Some(FactorFilter::PasskeyOnly | FactorFilter::LockedOut));
        few || proof || filters.group.is_some() || !filters.fields.is_empty()
    }

    /// States that few are in have an index to ask before the row is fetched.
    fn few(&self, sql: &mut Sql, id: &str) {
        if let Some(status @ (Status::Disabled | Status::Invited)) = self.listing.filters.status {
            let (index, condition) = super::drivers::state(status);
            let index = self.indexed(index);
            sql.add(&format!(" AND (SELECT true FROM users AS u{index} WHERE u.id = {id} AND {condition})"));
        }
        if self.listing.filters.factors == Some(FactorFilter::PasskeyOnly) && !self.in_bin() {
            let index = self.indexed("users_passkey_only");
            let condition = super::drivers::PASSKEY_ONLY;
            sql.add(&format!(" AND (SELECT true FROM users AS u{index} WHERE u.id = {id} AND {condition})"));
        }
    }

    /// Asked as one value each, so that neither database turns it round into a join, and by
    /// the indexes in which those of one group or value stand together: these few pages stay
    /// in memory, those that belong to each person do not.
    fn elsewhere(&self, sql: &mut Sql, id: &str) {
        if let Some(group) = self.listing.filters.group {
            let index = self.indexed("memberships_by_group");
            sql.add(&format!(
                " AND (SELECT true FROM memberships AS m{index} WHERE m.user_id = {id} AND m.group_id = "
            ));
            sql.bind(group.0).add(")");
        }
        if self.listing.filters.factors == Some(FactorFilter::LockedOut) {
            let index = self.indexed("throttle_by_user");
            // Several brakes may hold somebody up at once.
            sql.add(&format!(
                " AND (SELECT true FROM throttle AS t{index} WHERE t.user_id = {id} AND t.blocked_until > "
            ));
            sql.bind(self.now).add(" LIMIT 1)");
        }
        for (field, value) in &self.listing.filters.fields {
            let index = self.indexed("custom_values_by_value");
            sql.add(&format!(
                " AND (SELECT true FROM custom_values AS v{index} WHERE v.user_id = {id} AND v.field_id = "
            ));
            sql.bind(field.0);
            self.valued(sql, value);
            sql.add(")");
        }
    }

    /// The rules of [`Status::of`], with the same precedence.
    fn status(&self, sql: &mut Sql) {
        match self.listing.filters.status {
            None | Some(Status::InBin) => {}
            Some(Status::Disabled) => {
                sql.add(" AND u.disabled_at IS NOT NULL");
            }
            Some(Status::Expired) => {
                sql.add(" AND u.disabled_at IS NULL AND u.expires_at <= ").bind(self.now);
            }
            Some(status @ (Status::Invited | Status::Active)) => {
                let credential = if status == Status::Active { "1" } else { "0" };
                sql.add(" AND u.disabled_at IS NULL AND u.has_credential = ").add(credential);
                sql.add(" AND (u.expires_at IS NULL OR u.expires_at > ").bind(self.now).add(")");
            }
        }
    }

    fn factors(&self, sql: &mut Sql) {
        match self.listing.filters.factors {
            Some(FactorFilter::NoSecondFactor) => sql.add(" AND u.factors IN (0, 1)"),
            Some(FactorFilter::PasskeyOnly) => sql.add(" AND u.factors IN (2, 6)"),
            Some(FactorFilter::LockedOut) | None => sql,
        };
    }

    fn times(&self, sql: &mut Sql) {
        if self.listing.filters.never_signed_in {
            sql.add(" AND u.last_sign_in_at IS NULL");
        }
        for (condition, bound) in [
            (" AND u.last_sign_in_at >= ", self.signed_in.from),
            (" AND u.last_sign_in_at <= ", self.signed_in.to),
            (" AND u.created_at >= ", self.created.from),
            (" AND u.created_at <= ", self.created.to),
        ] {
            if let Some(bound) = bound {
                sql.add(condition).bind(bound);
            }
        }
    }
}
