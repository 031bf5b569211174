//! The log as people read it: newest first, as sentences.

use std::collections::HashMap;

use domain::{
    Permission,
    audit::{Activity, Event, LogFilter, LogListing, LogPage, LogRow, Person, Sentence},
    listing::Filters,
    time::TimeZone,
    users::UserId,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};

use super::{
    Details,
    entity::{event, subject},
};
use crate::{
    Context, Result, settings,
    stored::{self, Unreadable},
    users::entity as user,
};

/// Events shown at a time.
const PAGE: u64 = 30;

/// One page of the whole log.
///
/// # Errors
/// A field error for a kind that there is none of; those of the gate.
pub async fn list(cx: &Context, listing: &LogListing) -> Result<LogPage> {
    let access = cx.read(Permission::ViewAudit).await?;
    let db = access.db();
    let LogListing { filter, before } = listing;
    filter.check()?;
    let zone = settings::time_zone(cx, db).await?;
    let mut query = event::Entity::find()
        .filter(restricted(filter))
        .filter(event::Column::Seq.lt(before.unwrap_or(i64::MAX)))
        .order_by_desc(event::Column::Seq)
        .limit(PAGE + 1);
    // The time is an index of its own; the number follows it, so a day becomes a range of numbers.
    if let Some((first, last)) = numbers(db, filter, &zone).await? {
        query = query.filter(event::Column::Seq.between(first, last));
    }
    let mut rows = query.all(db).await?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let mut subjects = subjects_of(db, &rows).await?;
    let older = rows.last().filter(|_| more).map(|row| row.seq);
    let rows: Vec<_> = rows.into_iter().map(|row| shown(row, &mut subjects, &zone)).collect();
    Ok(LogPage {
        people: people(db, &rows).await?,
        rows,
        older,
        later: before.is_some(),
        person: name(db, filter.person).await?,
        actor: name(db, filter.actor).await?,
    })
}

fn restricted(filter: &LogFilter) -> Condition {
    let about = |id: UserId| event::Column::Seq.in_subquery(about(id));
    Condition::all()
        .add_option(filter.person.map(about))
        .add_option(filter.actor.map(|id| event::Column::ActorId.eq(id.0)))
        .add_option(filter.kind.as_ref().map(|kind| event::Column::Kind.eq(kind)))
        .add_option(filter.failed.map(|failed| event::Column::Failed.eq(i64::from(failed))))
}

/// The numbers of the events about somebody.
fn about(id: UserId) -> SelectStatement {
    Query::select()
        .column(subject::Column::Seq)
        .from(subject::Entity)
        .and_where(Expr::col(subject::Column::UserId).eq(id.0))
        .to_owned()
}

/// The first and the last number within the time that is asked for; nothing where no time is.
async fn numbers(db: &impl ConnectionTrait, filter: &LogFilter, zone: &TimeZone) -> Result<Option<(i64, i64)>> {
    if filter.from.is_none() && filter.to.is_none() {
        return Ok(None);
    }
    let edge = async |within: Condition, order: Order| {
        let found = event::Entity::find().filter(within).order_by(event::Column::At, order.clone());
        Ok::<_, sea_orm::DbErr>(found.order_by(event::Column::Seq, order).one(db).await?.map(|row| row.seq))
    };
    let first = match filter.from {
        Some(from) => edge(Condition::all().add(event::Column::At.gte(zone.start_of(from))), Order::Asc).await?,
        None => Some(0),
    };
    let last = match filter.to {
        Some(to) => edge(Condition::all().add(event::Column::At.lte(zone.end_of(to))), Order::Desc).await?,
        None => Some(i64::MAX),
    };
    // An edge without an event: nothing lies within.
    Ok(Some((first.unwrap_or(i64::MAX), last.unwrap_or(0))))
}

async fn subjects_of(db: &impl ConnectionTrait, rows: &[event::Model]) -> Result<HashMap<i64, Vec<UserId>>> {
    let mut subjects = HashMap::<i64, Vec<UserId>>::new();
    let numbers: Vec<i64> = rows.iter().map(|row| row.seq).collect();
    let found = subject::Entity::find().filter(subject::Column::Seq.is_in(numbers)).all(db).await?;
    for row in found.into_iter().filter(|row| !row.user_id.is_nil()) {
        subjects.entry(row.seq).or_default().push(UserId(row.user_id));
    }
    Ok(subjects)
}

/// Everybody in these rows who is not erased.
async fn people(db: &impl ConnectionTrait, rows: &[LogRow]) -> Result<Vec<Person>> {
    let mut ids: Vec<_> = rows.iter().flat_map(|row| row.subjects.iter().chain(&row.actor)).map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(db).await?;
    Ok(found.into_iter().map(|user| Person { id: UserId(user.id), name: user.display_name }).collect())
}

async fn name(db: &impl ConnectionTrait, id: Option<UserId>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    Ok(user::Entity::find_by_id(id.0).one(db).await?.map(|user| user.display_name))
}

fn shown(row: event::Model, subjects: &mut HashMap<i64, Vec<UserId>>, zone: &TimeZone) -> LogRow {
    let (details, unreadable) = match read(&row) {
        Ok(details) => (details, None),
        Err(unreadable) => {
            unreadable.log();
            (None, Some(left_of(&row, UNREADABLE)))
        }
    };
    let without = if unreadable.is_some() { "alert" } else { "bin" };
    LogRow {
        number: row.seq,
        sentence: details.as_ref().map(|details| details.event.sentence(details.actor.as_ref())).or(unreadable),
        icon: details.as_ref().map_or(without, |details| details.event.icon()).into(),
        details: details.as_ref().map(|details| details.event.details(zone)).unwrap_or_default(),
        kind: row.kind,
        failed: row.failed != 0,
        at: row.at,
        actor: row.actor_id.map(UserId),
        actor_kind: row.actor_kind,
        subjects: subjects.remove(&row.seq).unwrap_or_default(),
        address: details.as_ref().map(|details| details.address.clone()).unwrap_or_default(),
        browser: details.map(|details| details.browser).unwrap_or_default(),
    }
}

/// Nothing where the details were erased.
fn read(row: &event::Model) -> Result<Option<Details>, Unreadable> {
    let read =
        |details: &str| stored::json(format_args!("audit_events.details of event {} ({})", row.seq, row.kind), details);
    row.details.as_deref().map(read).transpose()
}

/// What one person did and what was done to them, newest first; `before` is the number
/// of the last event already shown.
///
/// # Errors
/// Those of the gate.
pub async fn activity(cx: &Context, user: UserId, before: Option<i64>) -> Result<Vec<Activity>> {
    let access = cx.read(Permission::ViewAudit).await?;
    if user::Entity::find_by_id(user.0).one(access.db()).await?.is_none() {
        return Err(domain::Error::NotFound.into());
    }
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
    Ok(rows.iter().map(as_activity).collect())
}

/// An event as a sentence, or what is left of one: it still counts as one, so that a page of them leads on
/// to the older ones.
pub(crate) fn as_activity(row: &event::Model) -> Activity {
    match read(row) {
        Ok(Some(details)) => told(row, details),
        Ok(None) => untold(row, ERASED, "bin"),
        Err(unreadable) => {
            unreadable.log();
            untold(row, UNREADABLE, "alert")
        }
    }
}

/// What is said of details in their place.
const ERASED: &str = "were erased";
const UNREADABLE: &str = "cannot be read by this version";

/// What is left of an event without its details.
fn left_of(row: &event::Model, details: &str) -> Sentence {
    let kind = Event::KINDS.iter().find(|(kind, _)| *kind == row.kind).map_or("Something happened", |(_, name)| name);
    Sentence::new().text(kind).text(&format!("; the details {details}"))
}

fn untold(row: &event::Model, details: &str, icon: &str) -> Activity {
    Activity {
        number: row.seq,
        sentence: left_of(row, details),
        icon: icon.into(),
        failed: row.failed != 0,
        at: row.at,
        place: String::new(),
    }
}

fn told(row: &event::Model, details: Details) -> Activity {
    let place =
        [details.browser, details.address].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    Activity {
        number: row.seq,
        sentence: details.event.sentence(details.actor.as_ref()),
        icon: details.event.icon().into(),
        failed: details.event.failed(),
        at: row.at,
        place,
    }
}
