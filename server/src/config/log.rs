//! What is logged, and how a line looks.

use super::{
    given::Given,
    setting::{Setting, setting},
};

pub(super) const SETTINGS: [Setting; 2] = [
    setting("log", "KEYDESK_LOG", "error, warn, info, debug or trace [KEYDESK_LOG, default: info]").or("info"),
    setting(
        "log_format",
        "KEYDESK_LOG_FORMAT",
        "How lines of the log look: text, or json for machines [KEYDESK_LOG_FORMAT, default: text]",
    )
    .or("text"),
];

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

#[derive(Clone, Debug)]
pub struct Log {
    /// The least level that is logged.
    pub level: String,
    pub format: LogFormat,
}

pub(super) fn read(given: &Given) -> Result<Log, String> {
    let format = match given.word("log_format", &["text", "json"])? {
        "json" => LogFormat::Json,
        _ => LogFormat::Text,
    };
    Ok(Log { level: given.word("log", &["error", "warn", "info", "debug", "trace"])?.to_owned(), format })
}

pub(super) fn effective(log: &Log) -> [String; SETTINGS.len()] {
    [log.level.clone(), log.format.name().to_owned()]
}

#[cfg(test)]
mod tests {
    use crate::config::tests::refuses;

    #[test]
    fn what_cannot_be_used_is_named() {
        refuses(&[("log", "loud", "KEYDESK_LOG"), ("log_format", "xml", "text or json")]);
    }
}
