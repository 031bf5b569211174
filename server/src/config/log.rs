//! What is logged, and how a line looks.

use super::given::Given;

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people: in colour on a terminal.
    Text,
    /// For machines: an object of JSON on each line.
    Json,
}

impl LogFormat {
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

pub(super) struct Log {
    pub level: String,
    pub format: LogFormat,
}

impl Log {
    pub fn read(given: &Given) -> Result<Self, String> {
        let format = match given.word("log_format", &["text", "json"])? {
            "json" => LogFormat::Json,
            _ => LogFormat::Text,
        };
        Ok(Self { level: given.word("log", &["error", "warn", "info", "debug", "trace"])?.to_owned(), format })
    }
}
