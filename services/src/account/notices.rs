//! What happened to how somebody signs in: told on their next pages, in every browser until it was
//! dismissed there, and never in the session that did it. A thief who dismisses it in a browser of
//! their own hides nothing from the owner.

use domain::{
    Millis,
    audit::{Activity, Event, NOTICES_AT_ONCE, NOTICES_KEPT, Person},
    sessions::SessionId,
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::entity::{notice, seen};
use crate::{
    Context, Result,
    audit::{self, entity::event},
    context::{Change, Own, OwnAct, Upkeep, done, person},
    sessions,
};

/// What happened to how one signs in and was not dismissed in this browser, newest first. Where that is
/// much, the oldest of it: the others follow once these are dismissed, so that nobody pushes one out of
/// sight by making many.
///
/// # Errors
/// Those of the gate.
pub async fn notices(cx: &Context) -> Result<Vec<Activity>> {
    unseen(&cx.own_account_for(OwnAct::ReadNotices)?, cx.now()).await
}

/// Tells no more, in this browser, of what has happened up to this number.
///
/// # Errors
/// Those of the gate.
pub async fn see_notices(cx: &Context, number: i64) -> Result<()> {
    let own = cx.own_account_for(OwnAct::ReadNotices)?;
    // Nobody silences what has not happened yet, and only what is told here: nothing that is older
    // was not.
    let told = unseen(&own, cx.now()).await?;
    let dismissed: Vec<_> = told.iter().map(|notice| notice.number).filter(|told| *told <= number).collect();
    let Some(newest) = dismissed.first().copied() else { return Ok(()) };
    let browser = browser(&own).await?;
    cx.own_change(OwnAct::ReadNotices, async |change: &Change| {
        let row = seen::ActiveModel {
            user_id: Set(own.id().0),
            browser_id: Set(browser),
            seq: Set(newest),
            at: Set(change.now()),
        };
        seen::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([seen::Column::UserId, seen::Column::BrowserId])
                    .update_columns([seen::Column::Seq, seen::Column::At])
                    .to_owned(),
            )
            .exec_without_returning(change.db())
            .await?;
        let count = dismissed.len() as u32;
        Ok(done((), Event::NoticesDismissed { user: person(own.actor()), count }))
    })
    .await
}

/// The browser in which one is signed in; a session from before browsers had names is its own.
async fn browser(own: &Own) -> Result<Uuid> {
    let session = own.actor().session;
    Ok(sessions::browser_of(own.db(), session).await?.unwrap_or(session.0))
}

pub(super) async fn unseen(own: &Own, now: Millis) -> Result<Vec<Activity>> {
    let (id, session) = (own.id(), own.actor().session);
    let elsewhere =
        Condition::any().add(notice::Column::SessionId.is_null()).add(notice::Column::SessionId.ne(session.0));
    let elsewheres = notice::Entity::find()
        .select_only()
        .column(notice::Column::Seq)
        .filter(notice::Column::UserId.eq(id.0))
        .filter(notice::Column::At.gt(now - NOTICES_KEPT))
        .filter(elsewhere)
        .order_by_asc(notice::Column::Seq);
    let any: Option<i64> = elsewheres.clone().into_tuple().one(own.db()).await?;
    // Most people, on every page.
    if any.is_none() {
        return Ok(vec![]);
    }
    let seen = seen::Entity::find_by_id((id.0, browser(own).await?)).one(own.db()).await?;
    // Both begin where the primary key has the first one that was not dismissed.
    let untold = elsewheres.filter(notice::Column::Seq.gt(seen.map_or(0, |seen| seen.seq)));
    let untold = untold.limit(NOTICES_AT_ONCE as u64);
    let numbers: Vec<i64> = untold.into_tuple().all(own.db()).await?;
    if numbers.is_empty() {
        return Ok(vec![]);
    }
    let rows = event::Entity::find().filter(event::Column::Seq.is_in(numbers)).order_by_desc(event::Column::Seq);
    let told = |row: &event::Model| {
        let mut told = audit::as_activity(row);
        // Where administrators sit is for the log.
        if row.actor_id.is_some_and(|actor| actor != id.0) {
            told.place.clear();
        }
        told
    };
    Ok(rows.all(own.db()).await?.iter().map(told).collect())
}

/// Within a change, once its events have their numbers: notes whom each of them is to be told.
pub(crate) async fn note(
    tx: &DatabaseTransaction,
    now: Millis,
    session: Option<SessionId>,
    events: &[Event],
) -> Result<()> {
    if events.iter().all(|event| event.told().is_none()) {
        return Ok(());
    }
    let last = audit::last_number(tx).await?;
    let told = events.iter().rev().zip((0..=last).rev());
    let rows = told.filter_map(|(event, seq)| {
        event.told().map(|Person { id: UserId(user), .. }| notice::ActiveModel {
            user_id: Set(*user),
            seq: Set(seq),
            at: Set(now),
            session_id: Set(session.map(|session| session.0)),
        })
    });
    notice::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// Forgets what is no longer told to anybody.
pub(crate) async fn forget_notices(cx: &Context) -> Result<()> {
    let (books, before) = (cx.upkeep(Upkeep::Notices), cx.now() - NOTICES_KEPT);
    notice::Entity::delete_many().filter(notice::Column::At.lte(before)).exec(books.db()).await?;
    seen::Entity::delete_many().filter(seen::Column::At.lte(before)).exec(books.db()).await?;
    Ok(())
}
