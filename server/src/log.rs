//! Where the log goes: the standard error stream, for people or for machines.

use std::{ffi::OsStr, io::IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Starts the log of this process, once.
pub fn start(level: &str, format: LogFormat) {
    // Statements and their values stay out of the log at every level, and lines of a password file
    // that cannot be read, which the library would quote.
    let filter = format!(
        "{level},sqlx=warn,sqlx_postgres::options=off,sea_orm=warn,sea_orm_migration=warn,hyper=warn,tower_sessions_core=warn"
    );
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_target(false)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => {
            #[allow(clippy::disallowed_methods, reason = "conventions of terminals are no settings of ours")]
            let (no_color, term) = (std::env::var_os("NO_COLOR"), std::env::var_os("TERM"));
            let terminal = std::io::stderr().is_terminal();
            log.with_ansi(is_coloured(terminal, no_color.as_deref(), term.as_deref())).init();
        }
        LogFormat::Json => {
            log.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
            // Every line can be read by a machine, also the last one.
            std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
        }
    }
}

/// Colours are for a terminal that shows them, unless `NO_COLOR` is there and not empty (no-color.org).
fn is_coloured(terminal: bool, no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    terminal && no_color.is_none_or(OsStr::is_empty) && term.is_none_or(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_and_for_who_wants_them() {
        let coloured = |terminal, no_color: Option<&str>, term: Option<&str>| {
            is_coloured(terminal, no_color.map(OsStr::new), term.map(OsStr::new))
        };
        assert!(coloured(true, None, Some("xterm")) && coloured(true, Some(""), None));
        assert!(!coloured(false, None, Some("xterm")));
        assert!(!coloured(true, Some("1"), Some("xterm")) && !coloured(true, Some("0"), None));
        assert!(!coloured(true, None, Some("dumb")));
    }
}
