//! The way from the head that was noted to today's. It is followed before anything of it is noted:
//! whoever can write to the database can add to it, but not to the chain.

use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{
    chain::{Subjects, hash, hex, is_older, old_link, seal},
    entity::event,
    erased_kind,
    outside::Noted,
    sealed_kind, subjects_between,
    verify::agree,
};
use crate::{Context, Result, context::chain_key};

/// Events read at a time.
const AT_ONCE: u64 = 1_000;

/// The way that this process is on, kept until its end is noted: however long it is and whatever is wrong
/// with it, nothing of it is followed twice.
#[derive(Default)]
pub(crate) struct Followed(pub(super) Mutex<Option<Way>>);

/// An event that is not as it was written, by its number, and what is wrong with it.
pub(super) type Wrong = (i64, &'static str);

/// As far as it was followed.
pub(super) struct Way {
    /// What was noted where it begins.
    pub from: Option<Noted>,
    /// Whether it begins with the first event.
    whole: bool,
    /// The last event that was followed, and the head after it.
    seq: i64,
    head: Vec<u8>,
    subjects: Subjects,
    /// Whom the erasures along it are about.
    pub erased: Vec<Uuid>,
    /// Whom older ones without details are about: nothing says so until the log is sealed.
    open: Vec<Uuid>,
}

impl Way {
    /// From what was noted, whose head `head` is.
    pub fn onward(from: Noted, head: Vec<u8>) -> Self {
        Self { whole: from.seq == 0, seq: from.seq, head, ..Self::from_the_first(Some(from)) }
    }

    /// From the first event, whatever was noted.
    pub fn from_the_first(from: Option<Noted>) -> Self {
        let (head, subjects) = (vec![0; 32], Subjects::default());
        Self { from, whole: true, seq: 0, head, subjects, erased: vec![], open: vec![] }
    }

    /// Goes on to today's head, in pages.
    ///
    /// # Errors
    /// When the database cannot be read. What is wrong with the log is no error.
    pub async fn follow(&mut self, cx: &Context, today: &Noted) -> Result<Result<(), Wrong>> {
        let access = cx.process_read()?;
        let (db, key) = (access.db(), chain_key(cx));
        'pages: while self.seq < today.seq {
            let rows = event::Entity::find()
                .filter(event::Column::Seq.gt(self.seq))
                .filter(event::Column::Seq.lte(today.seq))
                .order_by(event::Column::Seq, Order::Asc)
                .limit(AT_ONCE)
                .all(db)
                .await?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                return Ok(Err((self.seq + 1, "it is missing")));
            };
            let mut subjects = subjects_between(db, first.seq, last.seq).await?;
            for row in &rows {
                if !self.whole && self.needs_those_before(key, row) {
                    *self = Self::from_the_first(self.from.take());
                    continue 'pages;
                }
                if let Err(what) = self.step(key, row, &subjects.remove(&row.seq).unwrap_or_default()) {
                    return Ok(Err((self.seq + 1, what)));
                }
            }
        }
        if self.seq != today.seq || hex(&self.head) != today.head {
            return Ok(Err((self.seq + 1, "the log does not end where its head says: events were removed or added")));
        }
        Ok(Ok(()))
    }

    /// Whom older events are about is covered by what comes later, together with all before them: once in
    /// the life of a log.
    fn needs_those_before(&self, key: &[u8; 32], row: &event::Model) -> bool {
        row.kind == sealed_kind() || row.mac == old_link(key, &self.head, row)
    }

    fn step(&mut self, key: &[u8; 32], row: &event::Model, subjects: &[Uuid]) -> Result<(), &'static str> {
        if row.seq != self.seq + 1 {
            return Err("it is missing");
        }
        let (older, seals) = (is_older(key, &self.head, row, subjects)?, row.kind == sealed_kind());
        if older || seals {
            match &row.details {
                Some(details) if hash(row.salt.as_deref().unwrap_or_default(), details) != row.details_hash => {
                    return Err("its details were altered");
                }
                Some(details) => agree(details, subjects, &self.subjects)?,
                None if seals => return Err("its details were taken away, and not by an erasure"),
                None => {}
            }
        }
        if seals {
            self.erased.append(&mut self.open);
        }
        if row.kind == erased_kind() {
            let covered = !older || row.details.is_some();
            let list = if covered { &mut self.erased } else { &mut self.open };
            list.extend(subjects);
        }
        subjects.iter().for_each(|id| self.subjects.add(row.seq, *id));
        (self.seq, self.head) = (row.seq, seal(key, &row.mac));
        Ok(())
    }
}
