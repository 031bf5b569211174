//! Backups: everything but sessions in one file, which either database can be filled from.
//!
//! The file is gzip over lines of JSON: a [`Header`]; for each table its name and columns,
//! then a line for each row; last a trailer with the number of rows, a SHA-256 over all lines
//! before it, and a MAC of that under a key derived from the master key. The master key is
//! not in it.

use domain::Millis;
use serde::{Deserialize, Serialize};

use crate::{
    Failure,
    master_key::{self, MasterKey},
};

mod aftermath;
mod catalogue;
mod cell;
mod into;
mod reading;
mod restore;
mod take;
mod writing;

pub(crate) use aftermath::close_everything;
pub use reading::{check, header};
pub use restore::{Restored, Trust, refuse_unless_empty, restore};
pub use take::take;

use cell::{Kind, hex};

/// The format that this version writes, and the latest that it reads.
const FORMAT: u32 = 2;
/// The first format with a MAC. Before it, and where somebody took the MAC away and wrote an
/// older number, a file can be anybody's.
const AUTHENTICATED: u32 = 2;

/// What a backup is authenticated with.
#[derive(Clone)]
pub struct BackupKey([u8; 32]);

impl BackupKey {
    pub fn of(key: &MasterKey) -> Self {
        Self(key.derive(master_key::Use::Backups))
    }

    /// The MAC of all lines of a file, as hexadecimal digits.
    fn mac(&self, sha256: &[u8]) -> String {
        hex(&master_key::mac(&self.0, &[sha256]))
    }
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub keydesk_backup: u32,
    /// The version of Keydesk that wrote it.
    pub keydesk: String,
    /// The schema's steps that were applied, in order.
    pub steps: Vec<String>,
    /// Which master key belongs to it.
    pub master_key: String,
    pub created_at: Millis,
}

/// The line before the rows of a table.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    table: String,
    columns: Vec<(String, Kind)>,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
struct Trailer {
    rows: Vec<(String, u64)>,
    sha256: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mac: Option<String>,
}

/// What a whole file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    pub header: Header,
    /// Each table with the number of its rows.
    pub rows: Vec<(String, u64)>,
    /// Whether it is certain that an installation with this master key wrote it.
    pub authenticated: bool,
}

impl Contents {
    pub fn of(&self, table: &str) -> u64 {
        self.rows.iter().find(|(name, _)| name == table).map_or(0, |(_, rows)| *rows)
    }
}

/// A file that nothing can be restored from, and why.
fn damaged(what: &str) -> Failure {
    Failure::Unexpected(format!("This backup is damaged: {what}. Nothing was restored; take another copy of it."))
}
