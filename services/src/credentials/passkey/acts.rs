//! One's own passkeys, and what an administrator does to another user's.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    Error, Problem,
    audit::Event,
    factors::{Challenge, KeptPasskeys, PasskeyId},
    guard::Refusal,
    text,
    users::{Ended, UserId},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    entity::{handle, passkey as rows},
    providers,
    registration::{finish_registration, start_registration},
    stored::{self, list, usable_ids, works},
};
use crate::{
    Context, Failure, Result,
    context::{Change, OwnAct, StandingChange, Upkeep, done, done_all, unchanged},
    credentials::{
        Browsers, added, change_for_user, ensure_can_sign_in, own_change, own_event, recovery_codes,
        refresh_factor_flags,
    },
    random, sessions,
    users::{entity as user, target::Subject},
};

/// A person may have so many; nobody needs more, and a browser is shown all of them.
const MOST: u64 = 50;
/// Characters of a passkey's name.
const NAME: u32 = 60;

/// A challenge for a new passkey. Proof is asked for here already: otherwise somebody
/// makes one in vain, and their device keeps it.
///
/// # Errors
/// `Malformed` where passkeys do not work; those of the gate.
pub async fn begin_passkey(cx: &Context) -> Result<Challenge> {
    let own = cx.own_factors(OwnAct::AddFactor)?;
    let person = user::Entity::find_by_id(own.id().0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    let known = list(own.db(), person.id).await?;
    let handle = own_handle(cx, own.id()).await?;
    start_registration(cx, own.actor().session.0.as_bytes(), &person, handle, &known)
}

/// What authenticators know this person by: drawn once.
async fn own_handle(cx: &Context, id: UserId) -> Result<Uuid> {
    let books = cx.upkeep(Upkeep::UsedPasskey);
    let handle = uuid::Builder::from_random_bytes(random::bytes()).into_uuid();
    let row = handle::ActiveModel { user_id: Set(id.0), handle: Set(handle) };
    handle::Entity::insert(row)
        .on_conflict(OnConflict::column(handle::Column::UserId).do_nothing().to_owned())
        .exec_without_returning(books.db())
        .await?;
    let kept = handle::Entity::find_by_id(id.0).one(books.db()).await?;
    Ok(kept.map_or(handle, |kept| kept.handle))
}

/// Stores a passkey; says the recovery codes where they were made. An empty name is filled in
/// from the authenticator and the browser.
///
/// # Errors
/// Field errors `passkey` and `name`; those of the gate.
pub async fn add_passkey(cx: &Context, ticket: &str, answer: &str, name: &str) -> Result<Option<Vec<String>>> {
    let own = cx.own_account_for(OwnAct::AddFactor)?;
    let id = own.id();
    let binder = own.actor().session.0;
    let registered = finish_registration(cx, binder.as_bytes(), id, ticket, answer)?;
    let name = match text::trimmed(name) {
        "" => providers::suggested(registered.aaguid, &cx.origin().browser),
        typed => parsed(typed)?,
    };
    own_change(cx, OwnAct::AddFactor, async |change: &StandingChange, user: user::Model| {
        let had = rows::Entity::find().filter(rows::Column::UserId.eq(id.0)).count(change.db()).await?;
        if had >= MOST {
            return Err(Failure::field("passkey", Problem::TooMany { most: MOST as u32 }));
        }
        registered.write(change, id, &name).await?;
        let ended = added(change, &user, Browsers::Stay).await?;
        let codes = recovery_codes::make_first(change, id).await?;
        let mut events = vec![own_event(change, |user| Event::PasskeyAdded { user, name })?];
        if codes.is_some() {
            events.push(own_event(change, |user| Event::RecoveryCodesMade { user })?);
        }
        events.extend(ended);
        Ok(done_all(codes, events))
    })
    .await
}

fn parsed(name: &str) -> Result<String> {
    text::line(name, 1, NAME).map_err(|problem| Failure::field("name", problem))
}

/// Gives one of one's own passkeys another name.
///
/// # Errors
/// A field error `name`; `NotFound` for anybody else's; those of the gate.
pub async fn rename_passkey(cx: &Context, id: PasskeyId, name: &str) -> Result<()> {
    let after = parsed(name)?;
    cx.own_change(OwnAct::RemoveFactor, async |change: &Change| {
        let own = change.actor()?.id;
        let row = rows::Entity::find_by_id(id.0).filter(rows::Column::UserId.eq(own.0)).one(change.db()).await?;
        let before = row.ok_or(Error::NotFound)?.name;
        if before == after {
            return Ok(unchanged(()));
        }
        rows::Entity::update_many()
            .col_expr(rows::Column::Name, Expr::value(after.clone()))
            .filter(rows::Column::Id.eq(id.0))
            .exec(change.db())
            .await?;
        let event = own_event(change, |user| Event::PasskeyRenamed { user, before, after })?;
        Ok(done((), event))
    })
    .await
}

/// Takes one of one's own passkeys away.
///
/// # Errors
/// `NotFound` for anybody else's; `Refused` where nothing would be left; those of the gate.
pub async fn remove_passkey(cx: &Context, id: PasskeyId) -> Result<()> {
    own_change(cx, OwnAct::RemoveFactor, async |change: &StandingChange, user: user::Model| {
        let row = rows::Entity::find_by_id(id.0).filter(rows::Column::UserId.eq(user.id)).one(change.db()).await?;
        let row = row.ok_or(Error::NotFound)?;
        stored::delete(change, id).await?;
        if works(cx, &row) {
            ensure_can_sign_in(change, UserId(user.id)).await?;
        } else {
            // One that works nowhere takes nothing along, as long as the account keeps any way in.
            if !refresh_factor_flags(change, UserId(user.id), Browsers::AskedAgain).await?.can_sign_in() {
                return Err(Refusal::LastWayIn.into());
            }
        }
        let event = own_event(change, |user| Event::PasskeyRemoved { user, name: row.name })?;
        Ok(done((), event))
    })
    .await
}

/// Takes one passkey of a user away. Their sessions end: its holder may be in one.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn remove_passkey_for_user(cx: &Context, id: UserId, which: PasskeyId) -> Result<Ended> {
    change_for_user(cx, id, async |change: &StandingChange, user: Subject| {
        let row = rows::Entity::find_by_id(which.0).filter(rows::Column::UserId.eq(id.0)).one(change.db()).await?;
        let name = row.ok_or(Error::NotFound)?.name;
        stored::delete(change, which).await?;
        if !refresh_factor_flags(change, id, Browsers::AskedAgain).await?.can_sign_in() {
            return Err(Refusal::LastWayIn.into());
        }
        let sessions = sessions::end_all(change, id).await?;
        Ok(done(Ended { sessions }, Event::PasskeyRemoved { user: user.person(), name }))
    })
    .await
}

/// What the keeper of one's own passkeys, such as a browser, should know of them. Nothing where passkeys do not
/// work, and for people who never had one.
///
/// # Errors
/// Those of the gate.
pub async fn kept_passkeys(cx: &Context) -> Result<Option<KeptPasskeys>> {
    let own = cx.own_account()?;
    let Some(party) = cx.installation().passkeys() else { return Ok(None) };
    let Some(handle) = handle::Entity::find_by_id(own.id().0).one(own.db()).await? else { return Ok(None) };
    let person = user::Entity::find_by_id(own.id().0).one(own.db()).await?.ok_or(Error::SignedOut)?;
    let accepted = usable_ids(cx, own.db(), person.id).await?;
    Ok(Some(KeptPasskeys {
        rp_id: party.id().to_owned(),
        user_id: URL_SAFE_NO_PAD.encode(handle.handle.as_bytes()),
        name: person.username,
        display_name: person.display_name,
        accepted: accepted.iter().map(|id| URL_SAFE_NO_PAD.encode(id)).collect(),
    }))
}
