//! Stopping: told by a signal, and never without an end, whatever hangs. A thread of its own
//! listens, so that a runtime whose workers are all lost is ended as well.

use std::{io::Write as _, sync::mpsc, thread, time::Duration};

use tokio::sync::watch;

/// What ends the process from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    Interrupt,
    #[cfg(unix)]
    Terminate,
}

impl Signal {
    /// As shells have it: 128 and the signal's number.
    fn code(self) -> i32 {
        match self {
            Self::Interrupt => 130,
            #[cfg(unix)]
            Self::Terminate => 143,
        }
    }
}

/// Whether the process was told to stop.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Listens from now on. Once told, the process has `patience` to end; then it is ended, with
    /// exit code 1 and a list of what `under_way` says. A second signal ends it at once.
    ///
    /// # Errors
    /// When the operating system refuses the thread.
    pub fn listen(patience: Duration, under_way: impl Fn() -> Vec<String> + Send + 'static) -> std::io::Result<Self> {
        let (tell, told) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut signals = {
            let _inside = runtime.enter();
            Signals::new()?
        };
        let listening = move || {
            let again = runtime.block_on(async {
                signals.next().await;
                tracing::info!("told to stop: finishing what is under way");
                // Nobody may be left to hear it.
                let _ = tell.send(true);
                tokio::time::timeout(patience, signals.next()).await
            });
            match again {
                Ok(signal) => end(signal.code(), || tracing::warn!("told to stop again: stopped at once")),
                Err(_) => end(1, move || {
                    let what = list(&under_way());
                    tracing::error!("not stopped after {patience:?}, so ended with exit code 1; {what}");
                }),
            }
        };
        thread::Builder::new().name("stop".into()).spawn(listening)?;
        Ok(Self(told))
    }

    /// Done once the process is told to stop.
    pub async fn told(&self) {
        let mut told = self.0.clone();
        // The sender lives as long as the process.
        if told.wait_for(|told| *told).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// What was under way, in words.
pub fn list(under_way: &[String]) -> String {
    match under_way {
        [] => "nothing that is known of was under way".into(),
        some => format!("still under way: {}", some.join(", ")),
    }
}

/// Ends the process, after a word on why: unless that word hangs, too.
fn end(code: i32, say: impl FnOnce() + Send + 'static) -> ! {
    let (said, waiting) = mpsc::channel::<()>();
    let saying = thread::Builder::new().spawn(move || {
        say();
        let _ = std::io::stderr().flush();
        drop(said);
    });
    if saying.is_ok() {
        let _ = waiting.recv_timeout(Duration::from_secs(1));
    }
    std::process::exit(code)
}

/// The signals that end us, from the moment that this is there.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(not(unix))]
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> Signal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Signal::Interrupt
    }
}
