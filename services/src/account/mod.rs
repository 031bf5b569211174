//! One's own account: profile and password. Everything starts from who is signed in.

use domain::{
    Actor, Error, Obligation, PermissionSet, Problem,
    audit::Event,
    factors::Strength,
    sessions::IDLE_WARNING,
    users::{DisplayName, Profile, Viewer},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType},
};

use crate::{
    Context, Failure, Result,
    auth::{self, Secret, entity::password, normal_form, sign_in::handed_out, throttle, throttled},
    context::{Change, Own, OwnAct, StandingChange, done, person, unchanged},
    factors::{self, Browsers},
    fields, groups, random, sessions, setup,
    users::{entity as user, fold, search_key},
};

mod entity;
mod notices;

pub(crate) use notices::{forget_notices, note as note_notices};
pub use notices::{notices, see_notices};

/// What the console's frame shows of whoever is signed in.
///
/// # Errors
/// Those of the gate.
pub async fn viewer(cx: &Context) -> Result<Viewer> {
    let own = cx.own_account()?;
    let actor = own.actor().clone();
    let row = user::Entity::find_by_id(actor.id.0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    let idle = cx.installation().limits().idle;
    Ok(Viewer {
        id: actor.id,
        username: actor.username,
        display_name: actor.display_name,
        permissions: actor.permissions,
        administrator: actor.permissions == PermissionSet::all(),
        installation: cx.installation().name().to_owned(),
        // A short limit leaves little time to warn.
        idle_warning: IDLE_WARNING.min(idle / 4),
        session_left: idle,
        factors: factors::working(cx, own.db(), &row).await?,
        notices: notices::unseen(&own, cx.now()).await?,
    })
}

/// One's own profile.
///
/// # Errors
/// Those of the gate.
pub async fn profile(cx: &Context) -> Result<Profile> {
    let own = cx.own_account()?;
    let row = user::Entity::find_by_id(own.id().0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    let password = password::Entity::find_by_id(row.id).one(own.db()).await?;
    let mut groups = groups::tags_of(own.db(), &[row.id]).await?;
    Ok(Profile {
        id: own.id(),
        username: row.username,
        display_name: row.display_name,
        email: row.email,
        groups: groups.remove(&row.id).unwrap_or_default().into_iter().map(|g| g.name).collect(),
        created_at: row.created_at,
        password_changed_at: password.map(|password| password.changed_at),
        first_administrator: setup::first_administrator(own.db()).await? == Some(own.id()),
    })
}

/// Changes one's own display name.
///
/// # Errors
/// A field error; those of the gate.
pub async fn update_profile(cx: &Context, display_name: &str) -> Result<()> {
    let after = DisplayName::parse(display_name).map_err(|problem| Failure::field("display_name", problem))?;
    cx.own_change(OwnAct::UpdateProfile, async |change: &Change| {
        let actor = change.actor()?.clone();
        let row = own_row(change, &actor).await?;
        if row.display_name == after.as_str() {
            return Ok(unchanged(()));
        }
        let before = row.display_name.clone();
        user::Entity::update(user::ActiveModel {
            id: Set(row.id),
            display_name: Set(after.as_str().into()),
            display_name_key: Set(fold(after.as_str())),
            search_key: Set(search_key(
                &row.username,
                after.as_str(),
                row.email.as_deref(),
                fields::of(change.db(), actor.id).await?.values().map(String::as_str),
            )),
            updated_at: Set(change.now()),
            version: Set(row.version + 1),
            ..Default::default()
        })
        .exec(change.db())
        .await?;
        let after = after.as_str().to_owned();
        Ok(done((), Event::ProfileUpdated { user: person(&actor), before, after }))
    })
    .await
}

/// Changes one's own password; the current one is asked for (ASVS 5.0.0, 6.2.3). Says
/// how many other sessions that ended.
///
/// # Errors
/// Field errors `current` and `new`; `TooMany` after several wrong tries.
pub async fn change_password(cx: &Context, current: &str, new: &str, end_others: bool) -> Result<u32> {
    let own = cx.own_account_for(OwnAct::ChangePassword)?;
    let actor = own.actor().clone();
    let row = user::Entity::find_by_id(actor.id.0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    let password = password::Entity::find_by_id(row.id).one(own.db()).await?;
    let Some(password) = password else { return set_password(cx, &row, new).await };
    let checked = password.hash;
    let names = [&row.username, &row.display_name, row.email.as_deref().unwrap_or_default()];
    // First of all: nobody has passwords judged who does not know this one.
    if !verify_own_password(cx, &own, current).await? {
        cx.record_attempt(format!("password|{}", actor.id), |times| Event::PasswordChangeFailed {
            user: person(&actor),
            times,
        })
        .await;
        return Err(Failure::field("current", Problem::PasswordWrong));
    }
    let rules = auth::Rules::of(cx, own.db(), &row).await?;
    let new = auth::judge(cx, new, &names, rules).await?.accepted();
    let new = new
        .and_then(|new| if same(&new, current) { Err(Problem::PasswordUnchanged) } else { Ok(new) })
        .map_err(|problem| Failure::field("new", problem))?;
    let hash = cx.hash(&new).await?;

    cx.own_change(OwnAct::ChangePassword, async |change: &Change| {
        let was_due = actor.obligation == Some(Obligation::NewPassword);
        // Held before the password, in the order in which a reset by somebody else takes them.
        own_row(change, &actor).await?;
        // Equal epochs: nobody has reset or disabled this person since the old one was checked.
        let updated = password::Entity::update_many()
            .col_expr(password::Column::Hash, Expr::value(hash))
            .col_expr(password::Column::ChangedAt, Expr::value(change.now()))
            .col_expr(password::Column::MustChangeAt, Expr::value(Option::<i64>::None))
            .filter(password::Column::UserId.eq(actor.id.0))
            .filter(password::Column::Hash.eq(checked))
            .exec(change.db())
            .await?;
        if updated.rows_affected == 0 {
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
        factors::forget_devices(change, actor.id).await?;
        throttle::new_password(change, actor.id.0).await?;
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
    let rules = auth::Rules::of(cx, cx.own_account()?.db(), row).await?;
    let new = auth::judge(cx, new, &names, rules).await?.accepted();
    let new = new.map_err(|problem| Failure::field("new", problem))?;
    let hash = cx.hash(&new).await?;
    cx.own_change_of_factors(OwnAct::AddFactor, async |change: &StandingChange| {
        let actor = change.actor()?.clone();
        own_row(change, &actor).await?;
        let added = password::ActiveModel {
            user_id: Set(actor.id.0),
            hash: Set(hash),
            changed_at: Set(change.now()),
            must_change_at: Set(None),
        };
        password::Entity::insert(added).on_conflict_do_nothing().exec_without_returning(change.db()).await?;
        factors::recount(change, actor.id, Browsers::AskedAgain).await?;
        Ok(done(0, Event::PasswordChanged { user: person(&actor), sessions_ended: 0, was_due: false }))
    })
    .await
}

/// What would be said of this as one's new password, also to whoever has to choose one first.
///
/// # Errors
/// Those of the gate.
pub async fn password_strength(cx: &Context, password: &str) -> Result<Strength> {
    let own = cx.own_account_for(OwnAct::ChangePassword)?;
    let row = user::Entity::find_by_id(own.id().0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    let names = [&*row.username, &row.display_name, row.email.as_deref().unwrap_or_default()];
    let rules = auth::Rules::of(cx, own.db(), &row).await?;
    Ok(auth::judge(cx, password, &names, rules).await?.strength())
}

/// How many characters a new password of one's own has at least.
///
/// # Errors
/// Those of the gate.
pub async fn least_password(cx: &Context) -> Result<u32> {
    let own = cx.own_account_for(OwnAct::ChangePassword)?;
    let row = user::Entity::find_by_id(own.id().0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    Ok(auth::Rules::of(cx, own.db(), &row).await?.least)
}

/// Whether a new password is the one of now: a one-time password stays one however it is typed.
fn same(new: &str, current: &str) -> bool {
    let made = random::as_one_time_password;
    new == normal_form(current) || made(new).is_some_and(|new| made(current).is_some_and(|current| new == current))
}

/// Whether this is the person's password; wrong answers are braked like sign-ins.
pub(crate) async fn verify_own_password(cx: &Context, own: &Own, typed: &str) -> Result<bool> {
    let id = own.id().0;
    let row = password::Entity::find_by_id(id).one(own.db()).await?;
    let typed = if typed.len() <= domain::passwords::MOST as usize * 8 { typed } else { "" };
    let (hash, handed_out) = (row.as_ref().map(|row| row.hash.as_str()), handed_out(row.as_ref()));
    // First of all, as for a sign-in: a flood costs the database nothing.
    let place = cx.hashing_place()?;
    throttled(cx, own.actor(), Secret::Password, async { place.verify(typed, hash, handed_out).await }).await
}

/// Within a change: one's own row, held until the change ends.
async fn own_row(change: &Change, actor: &Actor) -> Result<user::Model> {
    let row = user::Entity::find_by_id(actor.id.0).lock(LockType::Update).one(change.db()).await?;
    row.ok_or_else(|| Error::SignedOut.into())
}
