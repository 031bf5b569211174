//! Everything that decides what a list shows, to and from the query string of its address.

use serde::{Deserialize, Serialize};

use super::{Cursor, Direction, Filters, Position, SEARCH_MOST, Sort};
use crate::{Error, Problem, Result, text, time::Date};

/// Everything that decides what a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Listing<F, S> {
    pub search: String,
    pub filters: F,
    pub sort: S,
    pub direction: Direction,
    pub position: Position,
}

impl<F: Filters, S: Sort> Default for Listing<F, S> {
    fn default() -> Self {
        let sort = S::default();
        Self {
            search: String::new(),
            filters: F::default(),
            sort,
            direction: sort.natural(),
            position: Position::First,
        }
    }
}

impl<F: Filters, S: Sort> Listing<F, S> {
    /// Reads the parameters of a URL. Parameters that it does not know are left alone.
    ///
    /// # Errors
    /// A field error that names a known parameter whose value makes no sense.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self> {
        let mut listing = Self::default();
        let mut direction = None;
        let cursor = |name: &str, value: &str| Cursor::decode(value).ok_or_else(|| unreadable(name));
        for (name, value) in pairs {
            let (name, value) = (name.as_ref(), value.as_ref());
            match name {
                "q" => listing.search = sought(value)?,
                "sort" => listing.sort = one_of(S::ALL, S::code, name, value)?,
                "dir" => direction = Some(one_of(&Direction::ALL, Direction::code, name, value)?),
                "after" => listing.position = Position::After(cursor(name, value)?),
                "before" => listing.position = Position::Before(cursor(name, value)?),
                // A form sends its empty fields too: no restriction.
                _ if value.is_empty() => {}
                _ => listing.filters.read(name, value)?,
            }
        }
        listing.direction = direction.unwrap_or_else(|| listing.sort.natural());
        listing.check_position()?;
        Ok(listing)
    }

    /// # Errors
    /// A field error for values that no address would have.
    pub fn check(&self) -> Result<()> {
        sought(&self.search)?;
        self.check_position()?;
        self.filters.check()
    }

    /// A cursor must hold a value of the kind that the list is sorted by.
    fn check_position(&self) -> Result<()> {
        match &self.position {
            Position::After(cursor) | Position::Before(cursor)
                if cursor.key.contains('\0') || self.sort.is_number() && cursor.key.parse::<i64>().is_err() =>
            {
                Err(unreadable("after"))
            }
            _ => Ok(()),
        }
    }

    /// The query string, with its question mark, or nothing where all is as by default.
    pub fn query(&self) -> String {
        let mut pairs: Vec<(String, String)> = vec![];
        if !self.search.is_empty() {
            pairs.push(("q".into(), self.search.clone()));
        }
        pairs.extend(self.filters.pairs());
        if self.sort != S::default() {
            pairs.push(("sort".into(), self.sort.code().into()));
        }
        if self.direction != self.sort.natural() {
            pairs.push(("dir".into(), self.direction.code().into()));
        }
        match &self.position {
            Position::First => {}
            Position::After(cursor) => pairs.push(("after".into(), cursor.encode())),
            Position::Before(cursor) => pairs.push(("before".into(), cursor.encode())),
        }
        text::query(pairs)
    }

    /// Whether it leaves any row out.
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || self.filters != F::default()
    }

    /// The same list from its beginning, with another search.
    #[must_use]
    pub fn searching(&self, search: &str) -> Self {
        Self { search: text::trimmed(search).to_owned(), position: Position::First, ..self.clone() }
    }

    /// The same list sorted by `sort`; by the same column once more, the other way round.
    #[must_use]
    pub fn sorted_by(&self, sort: S) -> Self {
        let direction = if sort == self.sort { self.direction.reversed() } else { sort.natural() };
        Self { sort, direction, position: Position::First, ..self.clone() }
    }

    /// The same list from its beginning, with other filters.
    #[must_use]
    pub fn filtered(&self, filters: F) -> Self {
        Self { filters, position: Position::First, ..self.clone() }
    }

    /// The same list at another place.
    #[must_use]
    pub fn at(&self, position: Position) -> Self {
        Self { position, ..self.clone() }
    }
}

fn sought(search: &str) -> Result<String> {
    text::sought(search, 0, SEARCH_MOST).map_err(|problem| Error::field("q", problem))
}

/// What a parameter with a value that makes no sense leads to.
pub(crate) fn unreadable(name: &str) -> Error {
    Error::field(name, Problem::Unreadable)
}

/// The one of `all` whose word is the parameter's value.
///
/// # Errors
/// A field error.
pub(crate) fn one_of<T: Copy>(all: &[T], code: fn(T) -> &'static str, name: &str, value: &str) -> Result<T> {
    all.iter().copied().find(|one| code(*one) == value).ok_or_else(|| unreadable(name))
}

/// The day that a parameter names, year-month-day.
///
/// # Errors
/// A field error.
pub(crate) fn day(name: &str, value: &str) -> Result<Date> {
    Date::parse(value).ok_or_else(|| Error::field(name, Problem::NoSuchDay))
}
