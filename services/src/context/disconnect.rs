//! Whether whoever asked still waits for the answer.

use tokio::sync::watch;

/// Tells a use case that its client has hung up. By itself it never does: jobs and the command
/// line have no client.
#[derive(Clone, Debug, Default)]
pub struct Disconnect(Option<watch::Receiver<()>>);

/// The client's end: dropped when it hangs up.
#[derive(Debug)]
pub struct ClientGuard {
    _here: watch::Sender<()>,
}

impl Disconnect {
    /// One that is told when the guard is dropped.
    pub fn watched() -> (Self, ClientGuard) {
        let (here, watched) = watch::channel(());
        (Self(Some(watched)), ClientGuard { _here: here })
    }

    /// Waits until the client has hung up.
    pub async fn happened(&self) {
        match self.0.clone() {
            // Nothing is ever sent: it ends when the other end is gone.
            Some(mut watched) => while watched.changed().await.is_ok() {},
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_client_that_hangs_up_is_noticed_by_everybody_who_asks() {
        let (disconnect, client) = Disconnect::watched();
        let others = [disconnect.clone(), disconnect.clone()];
        drop(client);
        for one in others {
            one.happened().await;
        }
        disconnect.happened().await;
    }
}
