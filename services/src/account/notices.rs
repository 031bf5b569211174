//! What others or Keydesk itself did to how somebody proves themselves: told to them once.

use domain::{DAY, Millis, audit::Activity, users::UserId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};

use crate::{
    Context, Result,
    audit::{
        self,
        entity::{event, subject},
    },
    context::{OwnAct, Upkeep},
    users::entity::preference,
};

const SEEN: &str = "notices_seen";
/// So many are shown at a time.
const MOST: u64 = 20;
/// Among so many events about somebody they are looked for.
const WITHIN: u64 = 1_000;
/// What is older is history, for the log.
const RECENT: Millis = 90 * DAY;

/// Told whoever did it: a thief who signs in does it as the person.
const ALWAYS: [&str; 2] = ["recovery_code_used", "passkey_suspect"];
/// Told where somebody else did it.
const BY_OTHERS: [&str; 7] = [
    "second_factors_reset",
    "passkey_removed",
    "app_removed",
    "password_reset",
    "brakes_released",
    "second_factor_asked",
    "devices_forgotten",
];

/// What was done to one's own factors since one last said that one has seen it, newest first.
///
/// # Errors
/// Those of the gate.
pub async fn notices(cx: &Context) -> Result<Vec<Activity>> {
    let own = cx.own_account_for(OwnAct::ReadNotices)?;
    let rows = unseen(own.db(), own.id(), cx.now()).await?;
    let told = |row: &event::Model| {
        let mut told = audit::as_activity(row);
        // Where administrators sit is for the log.
        if row.actor_id.is_some_and(|actor| actor != own.id().0) {
            told.place.clear();
        }
        told
    };
    Ok(rows.iter().map(told).collect())
}

/// Tells no more of what has happened up to this number.
///
/// # Errors
/// Those of the gate.
pub async fn see_notices(cx: &Context, number: i64) -> Result<()> {
    let own = cx.own_account_for(OwnAct::ReadNotices)?;
    // Nobody silences what has not happened yet.
    let newest = subject::Entity::find()
        .filter(subject::Column::UserId.eq(own.id().0))
        .order_by_desc(subject::Column::Seq)
        .one(own.db())
        .await?;
    let before = seen(own.db(), own.id()).await?;
    let seen = number.clamp(before, newest.map_or(before, |row| row.seq));
    let row =
        preference::ActiveModel { user_id: Set(own.id().0), name: Set(SEEN.into()), value: Set(seen.to_string()) };
    preference::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([preference::Column::UserId, preference::Column::Name])
                .update_column(preference::Column::Value)
                .to_owned(),
        )
        .exec_without_returning(cx.upkeep(Upkeep::Preferences).db())
        .await?;
    Ok(())
}

/// The number up to which somebody has seen everything.
async fn seen(db: &impl ConnectionTrait, id: UserId) -> Result<i64> {
    let row = preference::Entity::find_by_id((id.0, SEEN.to_owned())).one(db).await?;
    Ok(row.and_then(|row| row.value.parse().ok()).unwrap_or(0))
}

pub(super) async fn unseen(db: &impl ConnectionTrait, id: UserId, now: Millis) -> Result<Vec<event::Model>> {
    // A bounded walk along the index of who an event is about.
    let about = Query::select()
        .column(subject::Column::Seq)
        .from(subject::Entity)
        .and_where(Expr::col(subject::Column::UserId).eq(id.0))
        .and_where(Expr::col(subject::Column::Seq).gt(seen(db, id).await?))
        .order_by(subject::Column::Seq, Order::Desc)
        .limit(WITHIN)
        .to_owned();
    let by_others = Condition::any().add(event::Column::ActorId.is_null()).add(event::Column::ActorId.ne(id.0));
    let told = Condition::any()
        .add(event::Column::Kind.is_in(ALWAYS))
        .add(Condition::all().add(event::Column::Kind.is_in(BY_OTHERS)).add(by_others));
    let rows = event::Entity::find()
        .filter(event::Column::Seq.in_subquery(about))
        .filter(told)
        .filter(event::Column::At.gt(now - RECENT))
        .order_by_desc(event::Column::Seq)
        .limit(MOST);
    Ok(rows.all(db).await?)
}
