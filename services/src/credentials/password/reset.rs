//! A new password from an administrator: it must always be changed at the next sign-in, so
//! that nobody but its owner knows one that lasts (T12).

use domain::{
    Error, Permission, Problem,
    audit::Event,
    guard::{self, Target},
    users::{Changed, NewPassword, PasswordGiven, UserId},
};
use sea_orm::EntityTrait;

use super::{PasswordRules, judge, stored};
use crate::{
    Context, Failure, Result,
    context::{StandingChange, done},
    credentials::{Browsers, refresh_factor_flags},
    random, sessions, throttle,
    users::{
        entity as user,
        target::{self, NO_RULE, Subject},
    },
};

/// A password that was checked and hashed, before any transaction.
pub(crate) struct Prepared {
    hash: String,
    /// Shown once, where it was made up.
    one_time: Option<String>,
}

/// Gives a user a one-time password, and ends their sessions.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn reset_password(cx: &Context, id: UserId) -> Result<PasswordGiven> {
    cx.may_change(Permission::ResetCredentials).await?;
    let prepared = hash(cx, random::one_time_password(), true).await?;
    // The rule is asked by `give`, as for a form that gives one.
    cx.change_user(Permission::ResetCredentials, NO_RULE, id, async |change: &StandingChange, user: Subject| {
        let (shown, event) = give(change, &user.target, prepared).await?;
        Ok(done(shown, event))
    })
    .await
}

/// Checks and hashes what the form asks for. Not a word of it is kept.
pub(crate) async fn prepare(cx: &Context, id: UserId, wanted: &NewPassword, changed: &Changed) -> Result<Prepared> {
    let NewPassword::Typed(typed) = wanted else {
        return hash(cx, random::one_time_password(), true).await;
    };
    let access = cx.read(Permission::EditUsers).await?;
    let row = user::Entity::find_by_id(id.0).one(access.db()).await?.ok_or(Error::NotFound)?;
    let email = changed.email.as_ref().map_or("", |email| email.as_str());
    let own = [row.username.as_str(), changed.display_name.as_str(), email];
    let rules = PasswordRules::of(cx, access.db(), &row).await?;
    let judged = judge(cx, typed, &own, rules).await?;
    let typed = judged.accepted().map_err(|problem: Problem| Failure::field("password", problem))?;
    hash(cx, typed, false).await
}

async fn hash(cx: &Context, password: String, one_time: bool) -> Result<Prepared> {
    let hash = cx.hash(&password).await?;
    Ok(Prepared { hash, one_time: one_time.then_some(password) })
}

/// Within a change: writes it, raises the epoch and ends the sessions.
pub(crate) async fn give(
    change: &StandingChange,
    target: &Target,
    prepared: Prepared,
) -> Result<(PasswordGiven, Event)> {
    change.guard(|actor| guard::may_reset_password(actor, target))?;
    stored::put(change, target.id, prepared.hash).await?;
    refresh_factor_flags(change, target.id, Browsers::AskedAgain).await?;
    throttle::forget_codes(change, target.id).await?;
    let sessions_ended = sessions::end_all(change, target.id).await?;
    let event =
        Event::PasswordReset { user: target::person(target), one_time: prepared.one_time.is_some(), sessions_ended };
    Ok((PasswordGiven { one_time_password: prepared.one_time, sessions_ended }, event))
}
