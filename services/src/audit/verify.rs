//! Following the chain: whether every event is as it was written, about the same people,
//! and has its details unless one of them was erased.

use std::collections::HashMap;

use domain::audit::Event;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use uuid::Uuid;

use super::{
    Details, about,
    chain::{Subjects, hash, hex, is_older, seal},
    entity::event,
    erased_kind, held, sealed_kind, subjects_between,
    witness::{Witness, noted},
};
use crate::{Context, Result, context::chain_key};

/// Events read at a time.
const AT_ONCE: u64 = 1_000;

/// What a look along the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every event is as it was written. The head can be kept elsewhere and compared later.
    /// `erased` counts those whose details went with a person who was erased.
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

/// Follows the chain from its first event.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify(cx: &Context) -> Result<Verdict> {
    verify_with(cx, None).await
}

/// As [`verify`]. `expect` is a head that was noted earlier: it must still be somewhere in the
/// chain, or the whole was written anew. So must the one that is kept outside of the database.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify_with(cx: &Context, expect: Option<&str>) -> Result<Verdict> {
    // Read before the events: it may lag, but never leads.
    let witness = noted(cx).await?;
    let verdict = follow(cx, expect).await?;
    Ok(match (verdict, witness.alarm()) {
        (Verdict::Intact { events, .. }, Some(what)) => {
            let seq = if let Witness::CutBack { noted, .. } = witness { noted } else { events };
            Verdict::Broken { seq, what }
        }
        (verdict, _) => verdict,
    })
}

/// As [`verify`], without the head that is kept outside of the database.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn verify_alone(cx: &Context) -> Result<Verdict> {
    follow(cx, None).await
}

async fn follow(cx: &Context, expect: Option<&str>) -> Result<Verdict> {
    let access = cx.process_read()?;
    let db = access.db();
    // Read before the events and once more after them, since commits go on meanwhile.
    let noted = held(&access).await?;
    let mut walk = Walk {
        key: chain_key(cx),
        expect,
        met: false,
        agrees: false,
        erasures: erasures(db).await?,
        noted,
        seq: 0,
        previous: vec![0; 32],
        subjects: Subjects::default(),
        erased: 0,
        late: vec![],
    };
    walk.arrive();
    loop {
        let rows = event::Entity::find()
            .filter(event::Column::Seq.gt(walk.seq))
            .order_by(event::Column::Seq, Order::Asc)
            .limit(AT_ONCE)
            .all(db)
            .await?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { break };
        let mut subjects = subjects_between(db, first.seq, last.seq).await?;
        for row in &rows {
            if let Err(what) = walk.step(row, &subjects.remove(&row.seq).unwrap_or_default()) {
                return Ok(Verdict::Broken { seq: walk.seq + 1, what: what.into() });
            }
        }
        if let Some((seq, _)) = subjects.pop_first() {
            return Ok(Verdict::Broken { seq, what: NO_EVENT.into() });
        }
    }
    let ends = held(&access).await?.0 >= walk.seq;
    walk.finish(ends, &erasures(db).await?, stray(db).await?)
}

const NO_EVENT: &str = "it is missing, and people are said to be in it";

/// The last erasure of each person, by number. Its event is followed like any other.
async fn erasures(db: &impl ConnectionTrait) -> Result<HashMap<Uuid, i64>> {
    #[derive(FromQueryResult)]
    struct Erasure {
        user_id: Uuid,
        seq: i64,
    }
    let sql = "SELECT s.user_id AS user_id, max(e.seq) AS seq FROM audit_events e \
               JOIN audit_subjects s ON s.seq = e.seq WHERE e.kind = $1 GROUP BY s.user_id";
    let found = Statement::from_sql_and_values(db.get_database_backend(), sql, [erased_kind().into()]);
    let found = Erasure::find_by_statement(found).all(db).await?;
    Ok(found.into_iter().map(|erasure| (erasure.user_id, erasure.seq)).collect())
}

/// The number of an event that there is none of, and that is said to be about somebody.
async fn stray(db: &impl ConnectionTrait) -> Result<Option<i64>> {
    let sql = "SELECT min(seq) AS seq FROM audit_subjects s \
               WHERE NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.seq = s.seq)";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.flatten())
}

struct Walk<'a> {
    key: &'a [u8; 32],
    expect: Option<&'a str>,
    met: bool,
    noted: (i64, Vec<u8>),
    agrees: bool,
    /// As they were when the walk began.
    erasures: HashMap<Uuid, i64>,
    /// The last event that was followed, and the head after it.
    seq: i64,
    previous: Vec<u8>,
    subjects: Subjects,
    erased: i64,
    /// Events without details whose people nobody had erased when the walk began.
    late: Vec<(i64, Vec<Uuid>)>,
}

impl Walk<'_> {
    /// Takes one step; says what is wrong with the event.
    fn step(&mut self, row: &event::Model, subjects: &[Uuid]) -> Result<(), &'static str> {
        if row.seq != self.seq + 1 {
            return Err("it is missing");
        }
        let old = is_older(self.key, &self.previous, row, subjects)?;
        let salt = row.salt.as_deref().unwrap_or_default();
        match &row.details {
            Some(details) if hash(salt, details) != row.details_hash => return Err("its details were altered"),
            Some(details) => self.told(row, details, subjects, old)?,
            None if row.salt.is_some() => return Err("its details were taken away, and not by an erasure"),
            None => self.untold(row, subjects),
        }
        subjects.iter().for_each(|id| self.subjects.add(row.seq, *id));
        (self.seq, self.previous) = (row.seq, seal(self.key, &row.mac));
        self.arrive();
        Ok(())
    }

    fn told(&self, row: &event::Model, details: &str, subjects: &[Uuid], old: bool) -> Result<(), &'static str> {
        // Later than the head that was read first, an erasure may have come in between.
        let erased = |id: &Uuid| self.erasures.get(id).is_some_and(|at| *at > row.seq && *at <= self.noted.0);
        if people(row, subjects).any(|id| erased(&id)) {
            return Err("its details were put back after somebody's erasure");
        }
        if old || row.kind == sealed_kind() { agree(details, subjects, &self.subjects) } else { Ok(()) }
    }

    fn untold(&mut self, row: &event::Model, subjects: &[Uuid]) {
        self.erased += 1;
        let erased = |id: Uuid| self.erasures.get(&id).is_some_and(|at| *at > row.seq);
        if !people(row, subjects).any(erased) {
            self.late.push((row.seq, people(row, subjects).collect()));
        }
    }

    /// Compares the head after the last event with those that are looked for.
    fn arrive(&mut self) {
        self.met |= self.expect.is_none_or(|expect| hex(&self.previous).eq_ignore_ascii_case(expect));
        self.agrees |= self.noted.0 == self.seq && self.noted.1 == self.previous;
    }

    /// `ends` says whether the head is no earlier than the last event; `erasures` are those
    /// of now.
    fn finish(self, ends: bool, erasures: &HashMap<Uuid, i64>, stray: Option<i64>) -> Result<Verdict> {
        let broken = |seq, what: &str| Ok(Verdict::Broken { seq, what: what.into() });
        let unexplained =
            |(seq, people): &&(i64, Vec<Uuid>)| !people.iter().any(|id| erasures.get(id).is_some_and(|at| at > seq));
        if let Some((seq, _)) = self.late.iter().find(unexplained) {
            return broken(*seq, "its details were taken away, and nobody in it was erased");
        }
        if !self.agrees || !ends {
            return broken(self.seq + 1, "the log does not end where its head says: events were removed or added");
        }
        if let Some(seq) = stray {
            return broken(seq, NO_EVENT);
        }
        if !self.met {
            return broken(self.seq, "the expected head is not in the chain");
        }
        Ok(Verdict::Intact { events: self.seq, erased: self.erased, head: hex(&self.previous) })
    }
}

/// Asks the details of an older event, or of the one that seals those before it, whom they are about.
pub(super) fn agree(details: &str, subjects: &[Uuid], before: &Subjects) -> Result<(), &'static str> {
    let Ok(Details { event, .. }) = serde_json::from_str(details) else {
        return Err("this version cannot read its details");
    };
    match event {
        Event::LogSealed { sha256, .. } if sha256 != before.sha256() => {
            Err("whom the events before it are about was altered")
        }
        event if about(&event) != subjects => Err("whom it is about was altered"),
        _ => Ok(()),
    }
}

/// Who is in an event: whoever did it, and whom it is about.
fn people(row: &event::Model, subjects: &[Uuid]) -> impl Iterator<Item = Uuid> {
    row.actor_id.into_iter().chain(subjects.iter().copied())
}
