//! Where in a list a page begins or ends.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The row at the edge of a page: its sort value and its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor {
    pub key: String,
    pub id: Uuid,
}

impl Cursor {
    /// The value as hexadecimal digits, a hyphen, the id: nothing that a URL would change.
    pub(super) fn encode(&self) -> String {
        let mut out = String::with_capacity(self.key.len() * 2 + 33);
        for byte in self.key.bytes() {
            let _ = write!(out, "{byte:02x}");
        }
        let _ = write!(out, "-{}", self.id.simple());
        out
    }

    pub(super) fn decode(code: &str) -> Option<Self> {
        let (key, id) = code.split_once('-')?;
        if key.len() % 2 != 0 || key.len() > 2_000 || !key.is_ascii() {
            return None;
        }
        let bytes = (0..key.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&key[at..at + 2], 16).ok())
            .collect::<Option<Vec<_>>>()?;
        Some(Self { key: String::from_utf8(bytes).ok()?, id: Uuid::try_parse(id).ok()? })
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
