//! The same limits for a signed-in person who gives a secret once more.

use domain::{Actor, Error};

use super::{
    Buckets,
    limit::{PAIR, SECOND_FACTOR},
};
use crate::{Context, Failure, Result, context::person};

/// What a signed-in person proves themselves with once more.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secret {
    Password,
    /// Six digits, as few as after a password.
    Code,
}

/// Runs a check of a signed-in person's secret under the same limits as a sign-in. Here
/// a wait may be told: the person is known already. `Busy` and `Abandoned` are for a check that has
/// compared nothing: what was under way when its client hung up goes on to its end, and counts.
pub(crate) async fn throttled(
    cx: &Context,
    actor: &Actor,
    secret: Secret,
    check: impl Future<Output = Result<bool>>,
) -> Result<bool> {
    let user = actor.id.0;
    let (name, limit): (&[u8], _) = match secret {
        Secret::Password => (b"own", PAIR),
        Secret::Code => (b"own code", SECOND_FACTOR),
    };
    let pair = cx.bucket(&[name, user.to_string().as_bytes()]);
    let bucket = Buckets { user: Some(user), limit, pair, shared: None };
    let reserved = bucket.reserve(cx).await?;
    let right = match check.await {
        Err(failure @ (Failure::Abandoned | Failure::Told(Error::Busy { .. }))) => {
            bucket.give_back(cx, reserved).await?;
            return Err(failure);
        }
        checked => checked?,
    };
    if right {
        bucket.succeeded(cx).await?;
    } else {
        reserved.was_wrong(cx, person(actor)).await;
    }
    Ok(right)
}
