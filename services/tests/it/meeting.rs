//! Where two meet who do something at once: at a point that is come to for certain, however fast the
//! machine is and however many cores it has.

use std::{pin::pin, sync::mpsc};

use services::Context;
use tokio::task::JoinHandle;

use crate::support::*;

/// How far one of them has come when the other begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Their first hash waits to be worked out.
    Queued,
    /// They have sent a statement with these words; nothing of theirs is held.
    After(&'static str),
    /// They have sent a statement with these words in a transaction, for whose end the other has to wait.
    Within(&'static str),
    /// They are done.
    Done,
}

impl Point {
    /// Whether they are through before the other is.
    pub fn is_first(self) -> bool {
        matches!(self, Self::Within(_) | Self::Done)
    }
}

/// What a sign-in does last.
pub const SEAT: Point = Point::Within("UPDATE \"users\" SET \"last_sign_in_at\"");

/// The points of a sign-in with a password: looked up, verified, about to be written, over.
pub const SIGN_IN: [Point; 4] = [Point::Queued, Point::After("FROM \"throttle\""), SEAT, Point::Done];

/// Where they sit.
const ADDRESS: &str = "192.0.2.99";

/// Has one of them come to this point, on a node of their own, and then the other do all that they want.
/// Gives what came of both.
pub async fn meet<T, U, F>(
    desk: &Desk,
    point: Point,
    one: impl FnOnce(Context) -> F,
    other: impl Future<Output = U>,
) -> (T, U)
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    match point {
        Point::Queued => {
            let node = desk.node().await;
            let held = node.hasher().hold().await;
            let mut counts = node.hasher().counts();
            let mut going = tokio::spawn(one(node.stranger(origin(ADDRESS))));
            tokio::select! {
                _ = &mut going => panic!("nothing of theirs is hashed"),
                waits = counts.wait_for(|counts| counts.waiting == 1) => drop(waits.unwrap()),
            }
            let done = other.await;
            drop(held);
            (going.await.unwrap(), done)
        }
        Point::After(words) => {
            let (going, go_on) = stopped(desk, words, one).await;
            let done = other.await;
            drop(go_on);
            (going.await.unwrap(), done)
        }
        Point::Within(words) => {
            let (going, go_on) = stopped(desk, words, one).await;
            let mut other = pin!(other);
            tokio::select! {
                biased;
                _ = &mut other => panic!("nobody has to wait for who has come to {words}"),
                () = desk.somebody_waits() => {}
            }
            drop(go_on);
            let done = other.await;
            (going.await.unwrap(), done)
        }
        Point::Done => {
            let done = one(desk.node().await.stranger(origin(ADDRESS))).await;
            (done, other.await)
        }
    }
}

/// One who has come to this point, and what keeps them there.
async fn stopped<T, F>(
    desk: &Desk,
    words: &'static str,
    one: impl FnOnce(Context) -> F,
) -> (JoinHandle<T>, mpsc::Sender<()>)
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let (node, reached) = desk.node_stopping_after(words).await;
    let going = tokio::spawn(one(node.stranger(origin(ADDRESS))));
    // Whoever ends without coming there takes the node along.
    drop(node);
    let go_on = reached.await.unwrap_or_else(|_| panic!("nobody comes to {words}"));
    (going, go_on)
}
