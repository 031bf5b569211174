//! An administrator's way to let a user try again.

use domain::{Permission, audit::Event, guard, users::UserId};

use super::forget_user;
use crate::{
    Context, Result,
    context::{StandingChange, done, unchanged},
    users::target::Subject,
};

/// Lets a user try again at once who has to wait after wrong tries.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn release_throttle(cx: &Context, id: UserId) -> Result<()> {
    let body = async |change: &StandingChange, user: Subject| {
        if !forget_user(change, id).await? {
            return Ok(unchanged(()));
        }
        Ok(done((), Event::BrakesReleased { user: user.person() }))
    };
    cx.change_user(Permission::ResetCredentials, guard::may_reset_factors, id, body).await
}
