//! What a database holds as text for the code alone: JSON, and codes of enums. A text that makes no sense was written
//! by a later version or by another hand. It is logged, and never taken for one that is missing.

use std::fmt::{self, Display};

use serde::de::DeserializeOwned;

use crate::{Failure, Result};

/// A stored text that this version cannot read: where it stands and what is wrong with it. Never what it
/// says, which may be for its owner only.
#[derive(Debug)]
pub(crate) struct Unreadable {
    place: String,
    why: String,
}

impl Unreadable {
    /// `place` is a table, a column and the row, such as `settings.value of security`.
    pub fn new(place: impl Display, why: impl Display) -> Self {
        Self { place: place.to_string(), why: why.to_string() }
    }

    /// For callers that go on with something else in its place.
    pub fn log(&self) {
        tracing::error!(place = self.place, why = self.why, "a stored text cannot be read");
    }
}

impl Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be read by this version: it is {}", self.place, self.why)
    }
}

impl From<Unreadable> for Failure {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unexpected(unreadable.to_string())
    }
}

/// Reads JSON.
pub(crate) fn json<T: DeserializeOwned>(place: impl Display, text: &str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|error| Unreadable::new(place, mistake(&error)))
}

/// What became of a code: nothing was found for one that this version does not know.
pub(crate) fn code<T>(place: impl Display, found: Option<T>) -> Result<T, Unreadable> {
    found.ok_or_else(|| Unreadable::new(place, "an unknown code"))
}

/// What kind of mistake it is, and where. The parser's own words repeat what it found.
fn mistake(error: &serde_json::Error) -> String {
    let what = if error.is_data() { "JSON of another shape" } else { "no JSON" };
    format!("{what}, at line {} column {}", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_names_the_place_and_the_mistake_and_repeats_nothing() {
        let told = |text: &str| json::<Vec<u32>>("table.column of 7", text).unwrap_err().to_string();
        let shape = told(r#"["violet anchor"]"#);
        assert!(shape.starts_with("table.column of 7 cannot be read by this version: it is JSON of"), "{shape}");
        let cut = told("[7, violet");
        assert!(cut.contains("no JSON, at line 1 column 5"), "{cut}");
        assert!(![shape, cut].iter().any(|told| told.contains("violet")));
        assert_eq!(json::<Vec<u32>>("", "[7]").unwrap(), [7]);
    }

    #[test]
    fn an_unknown_code_is_told_as_such() {
        let Failure::Unexpected(told) = code::<u32>("table.column of 7", None).unwrap_err().into() else {
            panic!("not for the log");
        };
        assert_eq!(told, "table.column of 7 cannot be read by this version: it is an unknown code");
    }
}
