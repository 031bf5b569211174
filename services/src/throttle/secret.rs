//! The same brakes for whoever is signed in and proves themselves once more.

use domain::{Actor, Error};

use super::{
    Buckets,
    brake::{PAIR, SECOND_FACTOR},
};
use crate::{Context, Failure, Result, context::person};

/// What a signed-in person proves themselves with once more.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secret {
    Password,
    /// Six digits, as few as after a password.
    Code,
}

/// Runs a check of a signed-in person's secret under the same brakes as a sign-in. Here
/// a wait may be told: the person is known already. `Busy` and `Abandoned` are for a check that has
/// compared nothing: what was under way when its client hung up goes on to its end, and counts.
pub(crate) async fn throttled(
    cx: &Context,
    actor: &Actor,
    secret: Secret,
    check: impl Future<Output = Result<bool>>,
) -> Result<bool> {
    let user = actor.id.0;
    let (name, brake): (&[u8], _) = match secret {
        Secret::Password => (b"own", PAIR),
        Secret::Code => (b"own code", SECOND_FACTOR),
    };
    let pair = cx.bucket(&[name, user.to_string().as_bytes()]);
    let bucket = Buckets { user: Some(user), brake, pair, shared: None };
    let charged = bucket.charge(cx).await?;
    let right = match check.await {
        Err(failure @ (Failure::Abandoned | Failure::Told(Error::Busy { .. }))) => {
            bucket.give_back(cx, charged).await?;
            return Err(failure);
        }
        checked => checked?,
    };
    if right {
        bucket.succeeded(cx).await?;
    } else {
        charged.was_wrong(cx, person(actor)).await;
    }
    Ok(right)
}
