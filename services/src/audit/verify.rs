//! Following the chain: whether every event is as it was written.

use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};

use super::{entity::event, hash, held, link, seal};
use crate::{Context, Result, context::chain_key};

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
