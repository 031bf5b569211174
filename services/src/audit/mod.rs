//! The audit log: appended within the change it records, chained under a key that the
//! database does not hold, verified by command. Nothing edits it.

use std::collections::BTreeMap;

use domain::{
    Millis,
    audit::{Event, Person},
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, LockType, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Failure, Result,
    context::{Access, Change},
    random,
    users::entity as user,
};

mod chain;
pub mod entity;
mod log;
mod outside;
mod sealing;
mod verify;
mod way;
mod witness;

use chain::{hash, link, seal};
use entity::{event, head, subject};
pub(crate) use log::as_activity;
pub use log::{activity, list};
pub use outside::Outside;
pub use sealing::seal_older;
pub use verify::{Verdict, head, verify, verify_with};
pub(crate) use way::Followed;
pub use witness::{Accepted, Witness, accept_head, committed, note_head, set_head, witness};

/// Who did it and from where.
#[derive(Clone)]
pub(crate) struct By {
    pub kind: &'static str,
    pub person: Option<Person>,
    pub address: String,
    pub browser: String,
}

/// What stands beside the chain, so that it can be removed without breaking it.
#[derive(Serialize, Deserialize)]
struct Details {
    event: Event,
    actor: Option<Person>,
    address: String,
    browser: String,
}

/// Appends events as the last statements of a transaction. The head's row is locked,
/// so that numbers follow the order of commits.
pub(crate) async fn append(
    tx: &DatabaseTransaction,
    key: &[u8; 32],
    now: Millis,
    by: &By,
    events: &[Event],
) -> Result<()> {
    let head::Model { mut seq, mac: mut previous, .. } = hold_head(tx).await?;
    for event in events {
        seq += 1;
        let subjects = about(event);
        let mut row = record(seq, now, by, event)?;
        row.mac = link(key, &previous, &row, &subjects);
        previous = seal(key, &row.mac);
        event::Entity::insert(event::ActiveModel::from(row)).exec_without_returning(tx).await?;
        for user in subjects {
            let row = subject::ActiveModel { user_id: Set(user), seq: Set(seq) };
            subject::Entity::insert(row).exec_without_returning(tx).await?;
        }
    }
    let next = head::ActiveModel { id: Set(1), seq: Set(seq), mac: Set(previous) };
    head::Entity::update(next).exec(tx).await?;
    Ok(())
}

/// Whom an event is about: each once, in order of id.
fn about(event: &Event) -> Vec<Uuid> {
    let mut subjects: Vec<_> = event.subjects().into_iter().map(|user| user.0).collect();
    subjects.sort_unstable();
    subjects.dedup();
    subjects
}

/// The kind of the event that says whom those of older versions are about.
fn sealed_kind() -> &'static str {
    Event::LogSealed { subjects: 0, sha256: String::new() }.kind()
}

/// The kind of the event of somebody's erasure.
fn erased_kind() -> &'static str {
    Event::UserErased { user: UserId::nil() }.kind()
}

/// Within a change, after [`append`]: the number of its last event.
pub(crate) async fn last_number(tx: &DatabaseTransaction) -> Result<i64> {
    Ok(head::Entity::find_by_id(1).one(tx).await?.map_or(0, |head| head.seq))
}

/// Locks the head's row. Where there is none yet, writes it first: of several first events
/// at once, one does and the others wait for it.
async fn hold_head(tx: &DatabaseTransaction) -> Result<head::Model> {
    let find = || head::Entity::find_by_id(1).lock(LockType::Update).one(tx);
    if let Some(head) = find().await? {
        return Ok(head);
    }
    let first = head::ActiveModel { id: Set(1), seq: Set(0), mac: Set(vec![0; 32]) };
    head::Entity::insert(first).on_conflict_do_nothing().exec_without_returning(tx).await?;
    find().await?.ok_or_else(|| Failure::Unexpected("the audit log has no head".into()))
}

/// Within a change: waits for the head, as its commit would.
pub(crate) async fn hold(change: &Change) -> Result<()> {
    hold_head(change.db()).await.map(drop)
}

/// Within a change: whether an attempt is about somebody who was erased since it was made.
/// Nobody is erased between this and the commit.
pub(crate) async fn names_the_erased(change: &Change, event: &Event) -> Result<bool> {
    hold_head(change.db()).await?;
    for subject in event.subjects() {
        // Asked of nobody as well: unknown and known names take the same steps.
        let found = user::Entity::find_by_id(subject.0).count(change.db()).await?;
        if found == 0 && subject != UserId::nil() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The event as a row that is not linked yet.
fn record(seq: i64, at: Millis, by: &By, event: &Event) -> Result<event::Model> {
    let details = serde_json::to_string(&Details {
        event: event.clone(),
        actor: by.person.clone(),
        address: by.address.clone(),
        browser: by.browser.clone(),
    })
    .map_err(|error| Failure::Unexpected(format!("an event cannot be written: {error}")))?;
    let salt = random::bytes::<16>().to_vec();
    Ok(event::Model {
        seq,
        id: random::id(at),
        kind: event.kind().into(),
        version: i64::from(Event::VERSION),
        at,
        actor_kind: by.kind.into(),
        actor_id: by.person.as_ref().map(|person| person.id.0),
        failed: i64::from(event.failed()),
        details_hash: hash(&salt, &details),
        details: Some(details),
        salt: Some(salt),
        mac: vec![],
    })
}

/// Whom the events of a range of numbers are about, in order of number and id.
async fn subjects_between(db: &impl ConnectionTrait, first: i64, last: i64) -> Result<BTreeMap<i64, Vec<Uuid>>> {
    let mut found = BTreeMap::<i64, Vec<Uuid>>::new();
    for row in subject::Entity::find().filter(subject::Column::Seq.between(first, last)).all(db).await? {
        found.entry(row.seq).or_default().push(row.user_id);
    }
    found.values_mut().for_each(|ids| ids.sort_unstable());
    Ok(found)
}

/// The last event's number and its seal.
async fn held(access: &Access) -> Result<(i64, Vec<u8>)> {
    let head = head::Entity::find_by_id(1).one(access.db()).await?;
    Ok(head.map_or((0, vec![0; 32]), |head| (head.seq, head.mac)))
}

/// Within a change: takes away what the log says of an erased person: the details of every
/// event about them or by them. The chain holds without them. Their row is gone by now:
/// whatever is recorded about them from here on waits for the head and finds nobody.
pub(crate) async fn forget(db: &DatabaseTransaction, user: UserId) -> Result<()> {
    hold_head(db).await?;
    let about = Query::select()
        .column(subject::Column::Seq)
        .from(subject::Entity)
        .and_where(Expr::col(subject::Column::UserId).eq(user.0))
        .to_owned();
    for whose in [event::Column::Seq.in_subquery(about), event::Column::ActorId.eq(user.0)] {
        event::Entity::update_many()
            .col_expr(event::Column::Details, Expr::value(Option::<String>::None))
            .col_expr(event::Column::Salt, Expr::value(Option::<Vec<u8>>::None))
            .filter(whose)
            .exec(db)
            .await?;
    }
    Ok(())
}
