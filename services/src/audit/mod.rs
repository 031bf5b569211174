//! The audit log: appended within the change it records, chained under a key that the
//! database does not hold, verified by command. Nothing edits it.

use domain::{
    Millis,
    audit::{Event, Person},
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, LockType, Query},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Failure, Result,
    context::{Access, Change},
    master_key::mac,
    random,
    users::entity as user,
};

pub mod entity;
mod log;
mod verify;

use entity::{event, head, subject};
pub(crate) use log::as_activity;
pub use log::{activity, list};
pub use verify::{Verdict, head, verify, verify_with};

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
        let row = record(key, seq, &previous, now, by, event)?;
        previous = seal(key, &row.mac);
        event::Entity::insert(event::ActiveModel::from(row)).exec_without_returning(tx).await?;
        let mut subjects = event.subjects();
        subjects.dedup();
        for user in subjects {
            let row = subject::ActiveModel { user_id: Set(user.0), seq: Set(seq) };
            subject::Entity::insert(row).exec_without_returning(tx).await?;
        }
    }
    let next = head::ActiveModel { id: Set(1), seq: Set(seq), mac: Set(previous) };
    head::Entity::update(next).exec(tx).await?;
    Ok(())
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

fn record(key: &[u8; 32], seq: i64, previous: &[u8], at: Millis, by: &By, event: &Event) -> Result<event::Model> {
    let details = serde_json::to_string(&Details {
        event: event.clone(),
        actor: by.person.clone(),
        address: by.address.clone(),
        browser: by.browser.clone(),
    })
    .map_err(|error| Failure::Unexpected(format!("an event cannot be written: {error}")))?;
    let salt = random::bytes::<16>().to_vec();
    let mut row = event::Model {
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
    };
    row.mac = link(key, previous, &row);
    Ok(row)
}

fn hash(salt: &[u8], details: &str) -> Vec<u8> {
    Sha256::new().chain_update(salt).chain_update(details.as_bytes()).finalize().to_vec()
}

/// The chain covers ids, kind, time and the salted hash of the details.
fn link(key: &[u8; 32], previous: &[u8], row: &event::Model) -> Vec<u8> {
    let actor = row.actor_id.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
    mac(
        key,
        &[
            previous,
            &row.seq.to_be_bytes(),
            row.id.as_bytes(),
            row.kind.as_bytes(),
            &row.version.to_be_bytes(),
            &row.at.to_be_bytes(),
            row.actor_kind.as_bytes(),
            &actor,
            &row.failed.to_be_bytes(),
            &row.details_hash,
        ],
    )
    .to_vec()
}

/// What the head holds after an event and the next event is linked to. It cannot be worked
/// out from the events, so that nobody without the key can set the head back to an earlier one.
fn seal(key: &[u8; 32], link: &[u8]) -> Vec<u8> {
    mac(key, &[b"head", link]).to_vec()
}

/// The last event's number and its seal.
async fn held(access: &Access) -> Result<(i64, Vec<u8>)> {
    let head = head::Entity::find_by_id(1).one(access.db()).await?;
    Ok(head.map_or((0, vec![0; 32]), |head| (head.seq, head.mac)))
}

/// Within a change: takes away what the log says of an erased person: the details of every
/// event about them or by them. The chain holds without them. Their row is gone by now:
/// whatever is recorded about them from here on waits for the head and finds nobody.
pub(crate) async fn forget(change: &Change, user: UserId) -> Result<()> {
    hold_head(change.db()).await?;
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
            .exec(change.db())
            .await?;
    }
    Ok(())
}
