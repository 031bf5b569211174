//! The audit log: appended within the change it records, chained under a key that the
//! database does not hold, verified by command. Nothing edits it.

use domain::{
    Millis, Permission,
    audit::{Activity, Event, Person},
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, LockType, Query},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Context, Failure, Result,
    context::{Access, chain_key},
    master_key::mac,
    random,
};

pub mod entity;
use entity::{event, head, subject};

/// Events of a person shown at a time.
const PAGE: u64 = 30;

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

/// What a look along the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every event is as it was written. The head can be kept elsewhere and compared later.
    /// `erased` counts those whose details were taken away, which the chain allows.
    Intact { events: i64, erased: i64, head: String },
    /// The first event that is not as it was written, and what is wrong with it.
    Broken { seq: i64, what: String },
}

/// The last event's number and code, without following the chain: for the log.
///
/// # Errors
/// When the database cannot be read.
pub async fn head(cx: &Context) -> Result<Verdict> {
    let (events, seal) = held(&cx.process_read()?).await?;
    Ok(Verdict::Intact { events, erased: 0, head: hex(&seal) })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Follows the chain from its first event.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify(cx: &Context) -> Result<Verdict> {
    verify_with(cx, None).await
}

/// As [`verify`]. `expect` is a head that was noted earlier: it
/// must still be somewhere in the chain, or the whole was written anew.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify_with(cx: &Context, expect: Option<&str>) -> Result<Verdict> {
    let access = cx.process_read()?;
    let key = chain_key(cx);
    // Read before the events and once more after them, since commits go on meanwhile.
    let noted = held(&access).await?;
    let (mut seq, mut previous) = (0, vec![0; 32]);
    let expected = |seal: &[u8]| expect.is_none_or(|expect| hex(seal).eq_ignore_ascii_case(expect));
    let mut met = expected(&previous);
    let mut erased = 0;
    let mut agrees = noted.0 == seq && noted.1 == previous;
    loop {
        let rows = event::Entity::find()
            .filter(event::Column::Seq.gt(seq))
            .order_by(event::Column::Seq, Order::Asc)
            .limit(1_000)
            .all(access.db())
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let broken = |what: &str| Ok(Verdict::Broken { seq: seq + 1, what: what.into() });
            if row.seq != seq + 1 {
                return broken("it is missing");
            }
            if row.mac != link(key, &previous, &row) {
                return broken("it was altered, or written under another master key");
            }
            // Erasing removes details and salt together; how often that happened is told.
            erased += i64::from(row.details.is_none());
            let salt = row.salt.as_deref().unwrap_or_default();
            if row.details.as_deref().is_some_and(|it| hash(salt, it) != row.details_hash) {
                return broken("its details were altered");
            }
            (seq, previous) = (row.seq, seal(key, &row.mac));
            met = met || expected(&previous);
            agrees = agrees || noted.0 == seq && noted.1 == previous;
        }
    }
    if !agrees || held(&access).await?.0 < seq {
        return Ok(Verdict::Broken {
            seq: seq + 1,
            what: "the log does not end where its head says: events were removed or added".into(),
        });
    }
    if !met {
        return Ok(Verdict::Broken { seq, what: "the expected head is not in the chain".into() });
    }
    Ok(Verdict::Intact { events: seq, erased, head: hex(&previous) })
}

/// What one person did and what was done to them, newest first; `before` is the number
/// of the last event already shown.
///
/// # Errors
/// Those of the gate.
pub async fn activity(cx: &Context, user: UserId, before: Option<i64>) -> Result<Vec<Activity>> {
    let access = cx.read(Permission::ViewAudit).await?;
    let about = Query::select()
        .column(subject::Column::Seq)
        .from(subject::Entity)
        .and_where(Expr::col(subject::Column::UserId).eq(user.0))
        .and_where(Expr::col(subject::Column::Seq).lt(before.unwrap_or(i64::MAX)))
        .order_by(subject::Column::Seq, Order::Desc)
        .limit(PAGE)
        .to_owned();
    let page = |condition: Condition| {
        event::Entity::find()
            .filter(condition)
            .filter(event::Column::Seq.lt(before.unwrap_or(i64::MAX)))
            .order_by(event::Column::Seq, Order::Desc)
            .limit(PAGE)
    };
    // Two bounded walks along an index each; together they hold the newest PAGE.
    let about = page(Condition::all().add(event::Column::Seq.in_subquery(about)));
    let by = page(Condition::all().add(event::Column::ActorId.eq(user.0)));
    let mut rows = about.all(access.db()).await?;
    rows.extend(by.all(access.db()).await?);
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.seq));
    rows.dedup_by_key(|row| row.seq);
    rows.truncate(PAGE as usize);
    Ok(rows.into_iter().filter_map(told).collect())
}

/// An event as a sentence; nothing where its details were erased or are of a later version.
fn told(row: event::Model) -> Option<Activity> {
    let details: Details = serde_json::from_str(row.details.as_deref()?).ok()?;
    let place =
        [details.browser, details.address].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    Some(Activity {
        number: row.seq,
        sentence: details.event.sentence(details.actor.as_ref()),
        icon: details.event.icon().into(),
        failed: details.event.failed(),
        at: row.at,
        place,
    })
}
