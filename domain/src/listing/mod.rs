//! Tables: search, sort and position, to and from the query string.
//!
//! Pages are found by key, never by number: a cursor holds the sort value and the
//! id of the row at the edge.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::{Error, Problem, Result, text, users::UserId};

mod columns;
mod filters;
mod found;

pub use columns::{Column, TableView};
pub use filters::{FactorFilter, UserFilters};
pub use found::{Found, Marks};

/// Rows on a page.
pub const PAGE: u32 = 50;
/// Characters that a search may have.
pub const SEARCH_MOST: u32 = 100;
/// Counting stops here; beyond it a list says "more than".
pub const COUNT_MOST: u32 = 1_000;

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

impl UserSort {
    pub const ALL: [Self; 6] =
        [Self::Name, Self::Email, Self::LastSignIn, Self::Sessions, Self::Expires, Self::Created];

    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::LastSignIn => "last-sign-in",
            Self::Sessions => "sessions",
            Self::Expires => "expires",
            Self::Created => "created",
        }
    }

    /// The direction that people expect first: names up, times newest first.
    pub fn natural(self) -> Direction {
        match self {
            Self::Name | Self::Email | Self::Expires => Direction::Ascending,
            Self::LastSignIn | Self::Sessions | Self::Created => Direction::Descending,
        }
    }

    /// Whether its cursors hold a number.
    pub fn is_number(self) -> bool {
        !matches!(self, Self::Name | Self::Email)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    pub fn code(self) -> &'static str {
        match self {
            Self::Ascending => "up",
            Self::Descending => "down",
        }
    }

    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// The row at the edge of a page: its sort value and its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor {
    pub key: String,
    pub id: UserId,
}

impl Cursor {
    /// The value as hexadecimal digits, a hyphen, the id: nothing that a URL would change.
    fn encode(&self) -> String {
        let mut out = String::with_capacity(self.key.len() * 2 + 33);
        for byte in self.key.bytes() {
            let _ = write!(out, "{byte:02x}");
        }
        let _ = write!(out, "-{}", self.id.0.simple());
        out
    }

    fn decode(code: &str) -> Option<Self> {
        let (key, id) = code.split_once('-')?;
        if key.len() % 2 != 0 || key.len() > 2_000 || !key.is_ascii() {
            return None;
        }
        let bytes = (0..key.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&key[at..at + 2], 16).ok())
            .collect::<Option<Vec<_>>>()?;
        Some(Self { key: String::from_utf8(bytes).ok()?, id: UserId::parse(id)? })
    }
}

/// Which page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Position {
    #[default]
    First,
    After(Cursor),
    Before(Cursor),
}

/// Everything that decides what the users table shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserListing {
    pub search: String,
    pub filters: UserFilters,
    pub sort: UserSort,
    pub direction: Direction,
    pub position: Position,
}

impl Default for UserListing {
    fn default() -> Self {
        let sort = UserSort::default();
        Self {
            search: String::new(),
            filters: UserFilters::default(),
            sort,
            direction: sort.natural(),
            position: Position::First,
        }
    }
}

impl UserListing {
    /// Reads the parameters of a URL. Parameters that it does not know are left alone;
    /// a known one that makes no sense is an error that names it.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self> {
        let mut listing = Self::default();
        let mut direction = None;
        for (name, value) in pairs {
            let (name, value) = (name.as_ref(), value.as_ref());
            let unreadable = || Error::field(name, Problem::Unreadable);
            match name {
                "q" => {
                    listing.search =
                        text::sought(value, 0, SEARCH_MOST).map_err(|problem| Error::field("q", problem))?;
                }
                "sort" => {
                    listing.sort =
                        UserSort::ALL.into_iter().find(|sort| sort.code() == value).ok_or_else(unreadable)?;
                }
                "dir" => {
                    direction = Some(
                        [Direction::Ascending, Direction::Descending]
                            .into_iter()
                            .find(|direction| direction.code() == value)
                            .ok_or_else(unreadable)?,
                    );
                }
                "after" => {
                    let cursor = Cursor::decode(value).ok_or_else(unreadable)?;
                    listing.position = Position::After(cursor);
                }
                "before" => {
                    let cursor = Cursor::decode(value).ok_or_else(unreadable)?;
                    listing.position = Position::Before(cursor);
                }
                _ => listing.filters.read(name, value)?,
            }
        }
        listing.direction = direction.unwrap_or_else(|| listing.sort.natural());
        listing.check()?;
        Ok(listing)
    }

    /// A cursor must hold a value of the kind that the list is sorted by.
    pub fn check(&self) -> Result<()> {
        text::sought(&self.search, 0, SEARCH_MOST).map_err(|problem| Error::field("q", problem))?;
        match &self.position {
            Position::After(cursor) | Position::Before(cursor)
                if cursor.key.contains('\0') || self.sort.is_number() && cursor.key.parse::<i64>().is_err() =>
            {
                Err(Error::field("after", Problem::Unreadable))
            }
            _ => Ok(()),
        }
    }

    /// The query string, with its question mark, or nothing where all is as by default.
    pub fn query(&self) -> String {
        let mut pairs: Vec<(String, String)> = vec![];
        let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
        if !self.search.is_empty() {
            add("q", self.search.clone());
        }
        self.filters.pairs().into_iter().for_each(|(name, value)| add(&name, value));
        if self.sort != UserSort::default() {
            add("sort", self.sort.code().into());
        }
        if self.direction != self.sort.natural() {
            add("dir", self.direction.code().into());
        }
        match &self.position {
            Position::First => {}
            Position::After(cursor) => add("after", cursor.encode()),
            Position::Before(cursor) => add("before", cursor.encode()),
        }
        text::query(pairs)
    }

    /// Whether it leaves anybody out.
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || self.filters != UserFilters::default()
    }

    /// The same list from its beginning, with another search.
    #[must_use]
    pub fn searching(&self, search: &str) -> Self {
        Self { search: text::trimmed(search).to_owned(), position: Position::First, ..self.clone() }
    }

    /// The same list sorted by `sort`; by the same column once more, the other way round.
    #[must_use]
    pub fn sorted_by(&self, sort: UserSort) -> Self {
        let direction = if sort == self.sort { self.direction.reversed() } else { sort.natural() };
        Self { sort, direction, position: Position::First, ..self.clone() }
    }

    /// The same list from its beginning, with other filters.
    #[must_use]
    pub fn filtered(&self, filters: UserFilters) -> Self {
        Self { filters, position: Position::First, ..self.clone() }
    }

    /// The same list at another place.
    #[must_use]
    pub fn at(&self, position: Position) -> Self {
        Self { position, ..self.clone() }
    }
}

/// How many rows match: exactly, about (counted a while ago), more than [`COUNT_MOST`], or
/// at least as many as were found before counting would have taken too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Count {
    Exactly(u32),
    About(u64),
    MoreThan(u32),
    AtLeast(u32),
}

impl Count {
    pub fn of(counted: u32) -> Self {
        if counted > COUNT_MOST { Self::MoreThan(COUNT_MOST) } else { Self::Exactly(counted) }
    }
}

/// One page of a list and the ways onward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Towards the beginning of the list.
    pub previous: Option<Cursor>,
    /// Towards its end.
    pub next: Option<Cursor>,
    pub count: Count,
    /// Where looking stopped before the page was full, so that no request takes long: how
    /// many rows were looked at. There may be more; the way onward begins where it stopped.
    pub looked_through: Option<u32>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            sort in proptest::sample::select(&UserSort::ALL[..]),
            up in any::<bool>(),
            key in "[a-zà-ÿ0-9 .@]{0,12}",
            at in any::<i64>(),
            place in 0..3,
        ) {
            let key = if sort.is_number() { at.to_string() } else { key };
            let cursor = Cursor { key, id: UserId(uuid::Uuid::from_u128(at as u128)) };
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
