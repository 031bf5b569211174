//! What proves people: their own passkeys, authenticator app and recovery codes, and what
//! administrators may do about other people's.

use domain::{Error, Obligation, audit::Event, factors::Factors, guard::Refusal, users::UserId};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};

use crate::{
    Context, Result,
    auth::{gate, passkey},
    context::{Change, Done, OwnAct, StandingChange, person},
    sessions,
    users::entity as user,
};

mod app;
mod list;
mod of_users;
mod own;
mod passkeys;
mod proof;
mod providers;
mod void;

pub use app::{add_app, begin_app, continue_app, remove_app};
pub use list::list_own;
pub use of_users::{ask_second_factor, forget_devices_of, list_of, release, remove_passkey_of, reset};
pub(crate) use own::forget_devices;
pub use own::{forget_own_devices, make_recovery_codes, remove_password};
pub use passkeys::{add_passkey, begin_passkey, kept_passkeys, remove_passkey, rename_passkey};
pub use proof::{ask_proof, give_proof};
pub use void::{Holder, holders, void};

/// What a change to somebody's factors is to the browsers that are not asked for a second one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Browsers {
    /// Something was added beside what there was: they stay.
    Stay,
    /// What they were remembered for was replaced or taken away: each is asked again.
    AskedAgain,
}

/// Within a change: notes on the user's row which factors there are now.
pub(crate) async fn recount(change: &StandingChange, id: UserId, browsers: Browsers) -> Result<Factors> {
    let text = "UPDATE users SET \
        factors = (SELECT count(*) FROM passwords WHERE user_id = users.id) \
            + 2 * (CASE WHEN EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id) THEN 1 ELSE 0 END) \
            + 4 * (SELECT count(*) FROM authenticator_apps WHERE user_id = users.id), \
        has_credential = (CASE WHEN EXISTS (SELECT 1 FROM passwords WHERE user_id = users.id) \
            OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = users.id) THEN 1 ELSE 0 END) \
        WHERE id = $1";
    let db = change.db();
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), text, [id.0.into()])).await?;
    // After the user's row is held, in the order in which a sign-in takes them.
    if browsers == Browsers::AskedAgain {
        own::forget_devices(change, id).await?;
    }
    let row = user::Entity::find_by_id(id.0).one(db).await?.ok_or(Error::NotFound)?;
    Ok(Factors::of(row.factors))
}

/// Within a change to one's own factors, by `before` as they were: what was added counts. Where it
/// is the first that protects its owner, only the session that acts goes on, and whoever had to add
/// it is free in that one. The event says how many others ended.
async fn added(change: &StandingChange, before: &user::Model, browsers: Browsers) -> Result<Option<Event>> {
    let factors = recount(change, UserId(before.id), browsers).await?;
    let row = user::Model { factors: factors.number(), ..before.clone() };
    let held = gate::ask(change.context(), change.db(), &row).await?.held;
    let owed = change.actor()?.obligation == Some(Obligation::SecondFactor);
    let enrolled = owed && !held.must_enrol();
    if !enrolled && !domain::factors::enrols(Factors::of(before.factors), factors, held.allowed) {
        return Ok(None);
    }
    let count = sessions::keep_acting(change, enrolled).await?;
    let event = own_event(change, |user| Event::SessionsEnded { user, count })?;
    Ok((count > 0).then_some(event))
}

/// The factors of a person that can be shown at this address.
pub(crate) async fn working(cx: &Context, db: &impl ConnectionTrait, row: &user::Model) -> Result<Factors> {
    let factors = Factors::of(row.factors);
    let stranded = factors.has(Factors::PASSKEY) && passkey::usable(cx, db, row.id).await?.is_empty();
    Ok(if stranded { factors.without(Factors::PASSKEY) } else { factors })
}

/// Within a change to one's own factors, after something was taken away: what is left and
/// works here lets its owner sign in, and is what is required of them.
async fn enough_left(change: &StandingChange, id: UserId) -> Result<()> {
    recount(change, id, Browsers::AskedAgain).await?;
    let mut row = user::Entity::find_by_id(id.0).one(change.db()).await?.ok_or(Error::SignedOut)?;
    let left = working(change.context(), change.db(), &row).await?;
    if !left.can_sign_in() {
        return Err(Refusal::LastWayIn.into());
    }
    row.factors = left.number();
    if gate::must_enrol(change.context(), change.db(), &row).await? {
        return Err(Refusal::OnlySecondFactor.into());
    }
    Ok(())
}

/// Makes a change to one's own factors, with their owner's row held until its end.
async fn own_change<T>(
    cx: &Context,
    act: OwnAct,
    body: impl AsyncFnOnce(&StandingChange, user::Model) -> Result<Done<T>>,
) -> Result<T> {
    use sea_orm::{QuerySelect, sea_query::LockType};
    cx.own_change_of_factors(act, async |change: &StandingChange| {
        let id = change.actor()?.id;
        let row = user::Entity::find_by_id(id.0).lock(LockType::Update).one(change.db()).await?;
        body(change, row.ok_or(Error::SignedOut)?).await
    })
    .await
}

/// An event about whoever acts.
fn own_event(change: &Change, event: impl FnOnce(domain::audit::Person) -> Event) -> Result<Event> {
    Ok(event(person(change.actor()?)))
}
