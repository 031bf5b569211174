//! What every list has: sort, filters, search and position, an address for all of it, and pages.
//!
//! Pages are found by key, never by number: a cursor holds the sort value and the id of the row
//! at the edge. Which columns and filters there are is the feature's: [`Sort`], [`Filters`].

use serde::{Deserialize, Serialize};

use crate::Result;

mod address;
mod cursor;
mod marks;

pub use address::Listing;
pub(crate) use address::{day, one_of, unreadable};
pub use cursor::{Cursor, Position};
pub use marks::Marks;

/// Rows on a page.
pub const PAGE: u32 = 50;
/// Characters that a search may have.
pub const SEARCH_MOST: u32 = 100;
/// Counting stops here; beyond it a list says "more than".
pub const COUNT_MOST: u32 = 1_000;

/// What the rows of a list can be sorted by; the default needs no word in an address.
pub trait Sort: Copy + Default + PartialEq + 'static {
    /// In the order in which they are offered.
    const ALL: &'static [Self];

    /// The word in an address.
    fn code(self) -> &'static str;

    /// The direction that people expect first: names up, times newest first.
    fn natural(self) -> Direction;

    /// Whether its cursors hold a number.
    fn is_number(self) -> bool;
}

/// What the rows of a list are restricted to. All of it holds at once; the default leaves nothing out.
pub trait Filters: Clone + Default + PartialEq {
    /// Takes one parameter of an address, whose value is not empty; one that is no filter is left alone.
    ///
    /// # Errors
    /// A field error that names the parameter.
    fn read(&mut self, name: &str, value: &str) -> Result<()>;

    /// The parameters that [`Self::read`] reads.
    fn pairs(&self) -> Vec<(String, String)>;

    /// # Errors
    /// A field error for values that no address would have.
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    pub(crate) const ALL: [Self; 2] = [Self::Ascending, Self::Descending];

    /// The word in an address.
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
pub struct Page<Row> {
    pub rows: Vec<Row>,
    /// Towards the beginning of the list.
    pub previous: Option<Cursor>,
    /// Towards its end.
    pub next: Option<Cursor>,
    pub count: Count,
    /// Where looking stopped before the page was full, so that no request takes long: how
    /// many rows were looked at. There may be more; the way onward begins where it stopped.
    pub looked_through: Option<u32>,
}
