//! Telling whoever waits how far it is, on the standard error stream.
#![allow(clippy::print_stderr, reason = "that is what this is for")]

use std::{
    io::{IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

/// One line that changes on a terminal; elsewhere a plain line now and then.
pub struct Progress {
    terminal: bool,
    pause: Duration,
    last: Option<Instant>,
    shown: bool,
}

impl Progress {
    pub fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let pause = if terminal { Duration::from_millis(100) } else { Duration::from_secs(10) };
        Self { terminal, pause, last: (!terminal).then(Instant::now), shown: false }
    }

    /// Shows the line, unless the last one is too fresh.
    pub fn show(&mut self, line: impl FnOnce() -> String) {
        if self.last.is_some_and(|last| last.elapsed() < self.pause) {
            return;
        }
        self.last = Some(Instant::now());
        let mut err = std::io::stderr();
        // Nobody may be reading any more: that stops nothing.
        let _ = if self.terminal { write!(err, "\r\x1b[K{}", line()) } else { writeln!(err, "{}", line()) };
        let _ = err.flush();
        self.shown = true;
    }

    /// As [`Self::show`], with a bar for how many of how many are done.
    pub fn bar(&mut self, done: u64, all: u64, what: &str) {
        const WIDTH: u64 = 30;
        let (full, terminal) = (done * WIDTH / all.max(1), self.terminal);
        self.show(|| {
            let bar = if terminal {
                format!("[{}{}] ", "█".repeat(full as usize), "·".repeat((WIDTH - full.min(WIDTH)) as usize))
            } else {
                String::new()
            };
            format!("{bar}{done} of {all} {what}")
        });
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.terminal && self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
