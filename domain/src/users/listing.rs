//! The list of users: what it is sorted by, and all that decides what it shows.

use serde::{Deserialize, Serialize};

use super::UserFilters;
use crate::listing::{Direction, Listing, Sort};

/// Everything that decides what the users table shows.
pub type UserListing = Listing<UserFilters, UserSort>;

/// What the users table is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UserSort {
    Name,
    Email,
    LastSignIn,
    /// How many live sessions, from a count that is at most a minute old.
    Sessions,
    /// When the account ends; accounts without an end come last.
    Expires,
    #[default]
    Created,
}

impl Sort for UserSort {
    const ALL: &'static [Self] =
        &[Self::Name, Self::Email, Self::LastSignIn, Self::Sessions, Self::Expires, Self::Created];

    fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::LastSignIn => "last-sign-in",
            Self::Sessions => "sessions",
            Self::Expires => "expires",
            Self::Created => "created",
        }
    }

    fn natural(self) -> Direction {
        match self {
            Self::Name | Self::Email | Self::Expires => Direction::Ascending,
            Self::LastSignIn | Self::Sessions | Self::Created => Direction::Descending,
        }
    }

    fn is_number(self) -> bool {
        !matches!(self, Self::Name | Self::Email)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use uuid::Uuid;

    use super::*;
    use crate::{
        Error, Result,
        listing::{Cursor, Position},
    };

    fn read(query: &str) -> Result<UserListing> {
        UserListing::from_pairs(query.split('&').filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k, decode(v))))
    }

    fn decode(value: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = value.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let hex: String = [rest.next().unwrap(), rest.next().unwrap()].iter().map(|b| *b as char).collect();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_plain_list_has_a_plain_address() {
        assert_eq!(UserListing::default().query(), "");
        assert_eq!(read("").unwrap(), UserListing::default());
    }

    #[test]
    fn sorting_by_the_same_column_again_turns_it_round() {
        let by_name = UserListing::default().sorted_by(UserSort::Name);
        assert_eq!(by_name.query(), "?sort=name");
        assert_eq!(by_name.sorted_by(UserSort::Name).query(), "?sort=name&dir=down");
    }

    #[test]
    fn a_tampered_parameter_is_named() {
        for (query, field) in [
            ("sort=password", "sort"),
            ("dir=sideways", "dir"),
            ("after=zz-1", "after"),
            ("after=6162-00000000000000000000000000000000", "after"),
            ("before=%F0", "before"),
        ] {
            let parsed =
                if query.contains('%') { UserListing::from_pairs([("before", "\u{1f511}")]) } else { read(query) };
            let Err(Error::Invalid(fields)) = parsed else { panic!("{query} was accepted") };
            assert_eq!(fields[0].field, field, "{query}");
        }
    }

    #[test]
    fn an_unknown_parameter_is_left_alone() {
        assert_eq!(read("utm_source=mail").unwrap(), UserListing::default());
    }

    proptest! {
        #[test]
        fn every_listing_survives_its_address(
            search in "[^\\p{C}\\p{Z}]{0,20}",
            sort in proptest::sample::select(UserSort::ALL),
            up in any::<bool>(),
            key in "[a-zà-ÿ0-9 .@]{0,12}",
            at in any::<i64>(),
            place in 0..3,
        ) {
            let key = if sort.is_number() { at.to_string() } else { key };
            let cursor = Cursor { key, id: Uuid::from_u128(at as u128) };
            let listing = UserListing {
                search, filters: UserFilters::default(), sort,
                direction: if up { Direction::Ascending } else { Direction::Descending },
                position: match place {
                    0 => Position::First,
                    1 => Position::After(cursor),
                    _ => Position::Before(cursor),
                },
            };
            let query = listing.query();
            prop_assert_eq!(read(query.trim_start_matches('?')).unwrap(), listing);
        }

        #[test]
        fn no_address_makes_it_panic(value in ".*") {
            for name in ["q", "sort", "dir", "after", "before"] {
                let _ = UserListing::from_pairs([(name, value.as_str())]);
            }
        }
    }
}
