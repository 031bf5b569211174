//! Whether this process can do its work.

use std::time::Duration;

use crate::{Context, Failure, Result, setup, trouble::Trouble};

/// How the database does at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Ready,
    /// Others hold it: what is read may still be there, what is changed has to wait.
    Busy,
    Away,
}

/// Looks whether something can be read, and changed, within this time each.
pub async fn health(cx: &Context, patience: Duration) -> Health {
    let read = async { setup::is_set_up(cx).await.map(drop) };
    let found = match within(patience, read).await {
        Health::Ready => within(patience, cx.try_change()).await,
        // Where connections are refused the pool only takes long: whoever asks for one of their own is told.
        Health::Busy if within(patience, cx.try_connect()).await == Health::Away => Health::Away,
        found => found,
    };
    if found == Health::Busy {
        tracing::warn!(?patience, "the health check found the database busy");
    }
    found
}

async fn within(patience: Duration, act: impl Future<Output = Result<()>>) -> Health {
    match tokio::time::timeout(patience, act).await {
        Ok(Ok(())) => Health::Ready,
        Err(_) => Health::Busy,
        Ok(Err(failure)) => {
            let busy = matches!(&failure, Failure::Database(error) if Trouble::of(error) == Some(Trouble::Busy));
            if busy {
                return Health::Busy;
            }
            tracing::warn!(cause = %failure, "the health check found the database away");
            Health::Away
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::net::{TcpListener, TcpSocket};

    use super::*;
    use crate::{Installation, Options, clock::Clock, database, master_key::MasterKey};

    /// Only a failure waits for it.
    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(50);

    /// A Keydesk whose PostgreSQL is said to be at this port.
    async fn at(port: u16) -> Context {
        let database = database::tests::unconnected(&format!("postgres://kd:secret@127.0.0.1:{port}/kd")).await;
        let installation = Installation::new(Options {
            database,
            clock: Clock::fixed(0),
            master_key: MasterKey::new([7; 32]),
            limits: Default::default(),
            name: "Northwind".into(),
            time_zone: None,
            passkeys: None,
            breaches: None,
            outside: None,
        });
        installation.system()
    }

    #[tokio::test]
    async fn t27_a_postgres_that_was_stopped_is_away_and_not_busy() {
        // A port that is taken, and at which nobody listens.
        let port = TcpSocket::new_v4().unwrap();
        port.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let cx = at(port.local_addr().unwrap().port()).await;
        let refused = cx.try_connect().await.unwrap_err();
        assert!(matches!(&refused, Failure::Database(error) if Trouble::of(error) == Some(Trouble::Away)), "{refused}");
        // However slow this machine is, once it hears of the refusal in time.
        let away = async { while health(&cx, SHORT).await != Health::Away {} };
        tokio::time::timeout(LONG, away).await.expect("it is never called away");
    }

    #[tokio::test]
    async fn t30_a_postgres_that_takes_long_to_answer_is_busy_and_not_away() {
        let slow = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let cx = at(slow.local_addr().unwrap().port()).await;
        assert_eq!(health(&cx, SHORT).await, Health::Busy);
    }
}
