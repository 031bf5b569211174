//! One's own password: changed, set where there is none, and given up.

use domain::{
    Error, Obligation, Problem,
    audit::Event,
    factors::{Factors, Strength},
    guard::Refusal,
    users::UserId,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    StoredPassword, judge,
    policy::{PasswordRules, normal_form},
    stored, verify_own,
};
use crate::{
    Context, Failure, Result,
    context::{Change, OwnAct, StandingChange, done, person, unchanged},
    credentials::{Browsers, devices, ensure_can_sign_in, own_change, own_event, refresh_factor_flags},
    random, sessions, throttle,
    users::{entity as user, target},
};

/// Changes one's own password; the current one is asked for (ASVS 5.0.0, 6.2.3). Says
/// how many other sessions that ended.
///
/// # Errors
/// Field errors `current` and `new`; `TooMany` after several wrong tries.
pub async fn change_password(cx: &Context, current: &str, new: &str, end_others: bool) -> Result<u32> {
    let own = cx.own_account_for(OwnAct::ChangePassword)?;
    let actor = own.actor().clone();
    let row = user::Entity::find_by_id(actor.id.0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    let stored = stored::find(own.db(), own.id()).await?;
    let Some(StoredPassword { hash: checked, .. }) = stored else { return set_password(cx, &row, new).await };
    let names = [&row.username, &row.display_name, row.email.as_deref().unwrap_or_default()];
    // First of all: nobody has passwords judged who does not know this one.
    if !verify_own(cx, &own, current).await? {
        cx.record_attempt(format!("password|{}", actor.id), |times| Event::PasswordChangeFailed {
            user: person(&actor),
            times,
        })
        .await;
        return Err(Failure::field("current", Problem::PasswordWrong));
    }
    let rules = PasswordRules::of(cx, own.db(), &row).await?;
    let new = judge(cx, new, &names, rules).await?.accepted();
    let new = new
        .and_then(|new| if same(&new, current) { Err(Problem::PasswordUnchanged) } else { Ok(new) })
        .map_err(|problem| Failure::field("new", problem))?;
    let hash = cx.hash(&new).await?;

    cx.own_change(OwnAct::ChangePassword, async |change: &Change| {
        let was_due = actor.obligation == Some(Obligation::NewPassword);
        // Held before the password, in the order in which a reset by somebody else takes them.
        target::own_row(change).await?;
        // Equal epochs: nobody has reset or disabled this person since the old one was checked.
        if !stored::replace(change, actor.id, checked, hash).await? {
            // Of two changes at once, this is the later: the current password is another now.
            return Err(Failure::field("current", Problem::PasswordWrong));
        }
        // A sign-in that has verified the old password and not yet written its session dies with
        // the old epoch; only the sessions that are there now and stay are taken along.
        let epoch = row.security_epoch + 1;
        let bumped = user::Entity::update_many()
            .col_expr(user::Column::SecurityEpoch, Expr::value(epoch))
            .filter(user::Column::Id.eq(actor.id.0))
            .filter(user::Column::SecurityEpoch.eq(row.security_epoch))
            .exec(change.db())
            .await?;
        if bumped.rows_affected == 0 {
            return Err(Error::SignedOut.into());
        }
        devices::forget(change, actor.id).await?;
        throttle::forget_codes(change, actor.id).await?;
        // Where a new one was due, each session owed it: what one of them does frees no other (T8).
        let end_others = end_others || was_due;
        let sessions_ended =
            if end_others { sessions::remove_others(change, actor.id, actor.session).await? } else { 0 };
        sessions::carry_over(change, actor.id, row.security_epoch, epoch).await?;
        Ok(done(sessions_ended, Event::PasswordChanged { user: person(&actor), sessions_ended, was_due }))
    })
    .await
}

/// Gives oneself a password who has none so far. There is no current one to ask for: a
/// passkey given recently stands for it.
async fn set_password(cx: &Context, row: &user::Model, new: &str) -> Result<u32> {
    cx.own_account_for(OwnAct::AddFactor)?;
    if !cx.actor()?.has_recent_proof(cx.now()) {
        return Err(Error::ProofNeeded.into());
    }
    let names = [&*row.username, &row.display_name, row.email.as_deref().unwrap_or_default()];
    let rules = PasswordRules::of(cx, cx.own_account()?.db(), row).await?;
    let new = judge(cx, new, &names, rules).await?.accepted();
    let new = new.map_err(|problem| Failure::field("new", problem))?;
    let hash = cx.hash(&new).await?;
    cx.own_change_of_factors(OwnAct::AddFactor, async |change: &StandingChange| {
        let actor = change.actor()?.clone();
        target::own_row(change).await?;
        if !stored::insert_if_none(change, actor.id, hash).await? {
            // Of two at once, this is the later: there is a password by now, which it does not know.
            return Err(Failure::field("current", Problem::PasswordWrong));
        }
        refresh_factor_flags(change, actor.id, Browsers::AskedAgain).await?;
        Ok(done(0, Event::PasswordChanged { user: person(&actor), sessions_ended: 0, was_due: false }))
    })
    .await
}

/// What would be said of this as one's new password, also while one has to be chosen first.
///
/// # Errors
/// Those of the gate.
pub async fn password_strength(cx: &Context, password: &str) -> Result<Strength> {
    let own = cx.own_account_for(OwnAct::ChangePassword)?;
    let row = user::Entity::find_by_id(own.id().0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    let names = [&*row.username, &row.display_name, row.email.as_deref().unwrap_or_default()];
    let rules = PasswordRules::of(cx, own.db(), &row).await?;
    Ok(judge(cx, password, &names, rules).await?.strength())
}

/// How many characters a new password of one's own has at least.
///
/// # Errors
/// Those of the gate.
pub async fn min_password_length(cx: &Context) -> Result<u32> {
    let own = cx.own_account_for(OwnAct::ChangePassword)?;
    let row = user::Entity::find_by_id(own.id().0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    Ok(PasswordRules::of(cx, own.db(), &row).await?.min_length)
}

/// Whether a new password is the one of now: a one-time password stays one however it is typed.
fn same(new: &str, current: &str) -> bool {
    let made = random::as_one_time_password;
    new == normal_form(current) || made(new).is_some_and(|new| made(current).is_some_and(|current| new == current))
}

/// Takes one's own password away: from then on, passkeys are the way in.
///
/// # Errors
/// `Refused` without a passkey; those of the gate.
pub async fn remove_password(cx: &Context) -> Result<()> {
    own_change(cx, OwnAct::RemoveFactor, async |change: &StandingChange, user: user::Model| {
        if !Factors::of(user.factors).has(Factors::PASSKEY) {
            return Err(Refusal::LastWayIn.into());
        }
        if !stored::delete(change, UserId(user.id)).await? {
            return Ok(unchanged(()));
        }
        ensure_can_sign_in(change, UserId(user.id)).await?;
        let event = own_event(change, |user| Event::PasswordRemoved { user })?;
        Ok(done((), event))
    })
    .await
}
