//! What a list of users is restricted to. All of it holds at once.

use serde::{Deserialize, Serialize};

use super::Status;
use crate::{
    Error, Problem, Result,
    fields::FieldId,
    groups::GroupId,
    listing::{Filters, day, one_of, unreadable},
    text,
    time::Date,
};

/// Days are whole days in the installation's zone, from their beginning (`*_from`) or to their end (`*_to`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserFilters {
    /// Without one, everybody who is not in the bin.
    pub status: Option<Status>,
    pub group: Option<GroupId>,
    pub factors: Option<FactorFilter>,
    /// Has never signed in. Goes with neither of the next two.
    pub never_signed_in: bool,
    pub signed_in_from: Option<Date>,
    pub signed_in_to: Option<Date>,
    pub created_from: Option<Date>,
    pub created_to: Option<Date>,
    /// Custom fields and the value that each has to have, without regard to case and accents.
    pub fields: Vec<(FieldId, String)>,
}

/// What proves somebody, or that it does not for the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FactorFilter {
    /// Nothing beside a password.
    NoSecondFactor,
    /// A passkey, and no password.
    PasskeyOnly,
    /// The brakes on guessing hold them up.
    LockedOut,
}

impl FactorFilter {
    pub const ALL: [Self; 3] = [Self::NoSecondFactor, Self::PasskeyOnly, Self::LockedOut];

    /// The word in an address.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoSecondFactor => "none",
            Self::PasskeyOnly => "passkey_only",
            Self::LockedOut => "locked",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::NoSecondFactor => "No second factor",
            Self::PasskeyOnly => "Passkey only",
            Self::LockedOut => "Locked out",
        }
    }
}

/// Before each custom field's id in an address.
const FIELD: &str = "field-";

impl Filters for UserFilters {
    fn read(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "status" => self.status = Some(one_of(&Status::ALL, Status::code, name, value)?),
            "group" => self.group = Some(GroupId::parse(value).ok_or_else(|| unreadable(name))?),
            "factors" => self.factors = Some(one_of(&FactorFilter::ALL, FactorFilter::code, name, value)?),
            "signed-in" => match value {
                "never" => self.never_signed_in = true,
                _ => return Err(unreadable(name)),
            },
            "signed-in-from" => self.signed_in_from = Some(day(name, value)?),
            "signed-in-to" => self.signed_in_to = Some(day(name, value)?),
            "created-from" => self.created_from = Some(day(name, value)?),
            "created-to" => self.created_to = Some(day(name, value)?),
            _ => {
                if let Some(id) = name.strip_prefix(FIELD) {
                    let id = FieldId::parse(id).ok_or_else(|| unreadable(name))?;
                    let value = text::sought(value, 1, 200).map_err(|problem| Error::field(name, problem))?;
                    self.fields.retain(|(other, _)| *other != id);
                    self.fields.push((id, value));
                }
            }
        }
        Ok(())
    }

    fn pairs(&self) -> Vec<(String, String)> {
        let days = [
            ("signed-in-from", self.signed_in_from),
            ("signed-in-to", self.signed_in_to),
            ("created-from", self.created_from),
            ("created-to", self.created_to),
        ];
        let mut pairs: Vec<(String, String)> = vec![];
        pairs.extend(self.status.map(|status| ("status".into(), status.code().into())));
        pairs.extend(self.group.map(|group| ("group".into(), group.to_string())));
        pairs.extend(self.factors.map(|filter| ("factors".into(), filter.code().into())));
        pairs.extend(self.never_signed_in.then(|| ("signed-in".into(), "never".into())));
        pairs.extend(days.into_iter().filter_map(|(name, day)| Some((name.into(), day?.to_string()))));
        pairs.extend(self.fields.iter().map(|(id, value)| (format!("{FIELD}{id}"), value.clone())));
        pairs
    }

    fn check(&self) -> Result<()> {
        if self.fields.len() > crate::fields::FIELDS_MOST as usize {
            return Err(Error::field("fields", Problem::TooMany { most: crate::fields::FIELDS_MOST }));
        }
        for (id, value) in &self.fields {
            text::sought(value, 1, 200).map_err(|problem| Error::field(&format!("{FIELD}{id}"), problem))?;
        }
        Ok(())
    }
}

impl UserFilters {
    /// Whether a day is among the restrictions: then it depends on the zone who meets them.
    pub fn has_days(&self) -> bool {
        [self.signed_in_from, self.signed_in_to, self.created_from, self.created_to].iter().any(Option::is_some)
    }

    /// How many restrictions there are.
    pub fn len(&self) -> usize {
        self.pairs().len()
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::UserListing;

    fn read(query: &str) -> Result<UserListing> {
        UserListing::from_pairs(query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('=')))
    }

    #[test]
    fn filters_survive_their_address() {
        let group = "018f2f6e-0000-7000-8000-000000000001";
        for query in [
            "?status=disabled".to_owned(),
            format!("?group={group}"),
            "?factors=none".into(),
            "?status=active&factors=passkey_only&signed-in=never".into(),
            "?factors=locked".into(),
            "?signed-in=never".into(),
            "?signed-in-from=2026-01-01&signed-in-to=2026-03-31".into(),
            "?q=ana&status=bin&created-from=2024-02-29&sort=name".into(),
            format!("?field-{group}=Porto"),
        ] {
            assert_eq!(read(&query).unwrap().query(), query);
        }
    }

    #[test]
    fn a_tampered_filter_is_named() {
        for (query, field) in [
            ("status=god", "status"),
            ("group=1", "group"),
            ("factors=fingers", "factors"),
            ("factors=None", "factors"),
            ("signed-in=often", "signed-in"),
            ("created-to=2026-02-30", "created-to"),
            ("field-x=y", "field-x"),
        ] {
            let Err(Error::Invalid(fields)) = read(query) else { panic!("{query} was accepted") };
            assert_eq!(fields[0].field, field, "{query}");
        }
    }

    #[test]
    fn an_empty_form_field_restricts_nothing() {
        assert!(read("status=&group=&factors=&created-from=").unwrap().filters.is_empty());
    }
}
