//! Keeping the last head of the log outside of the database, and asking whether today's log
//! goes on from it.

use domain::audit::Event;
use sea_orm::EntityTrait;

use super::{
    Verdict,
    chain::{hex, seal},
    entity::event,
    held,
    outside::{Noted, Outside},
    verify::verify_alone,
    way::{Way, Wrong},
};
use crate::{
    Context, Failure, Result,
    backup::close_everything,
    context::{Change, chain_key, done},
    users,
};

/// What the head that was noted says of today's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Witness {
    /// None was noted here.
    Silent,
    /// The log goes on from the event of this number.
    Agrees(i64),
    /// The log has so many events, and is not the one that reached `noted`.
    CutBack { noted: i64, events: i64 },
    /// The log goes on from what was noted, and not to its head: what is wrong with which event.
    Altered { seq: i64, what: String },
    /// Why it cannot be read.
    Unreadable(String),
}

impl Witness {
    /// What an operator has to hear.
    pub fn alarm(&self) -> Option<String> {
        let what = match self {
            Self::Silent | Self::Agrees(_) => return None,
            Self::CutBack { noted, events } => format!(
                "the audit log has {events} events and does not go on from event {noted}, which this machine noted: \
                 it was cut back or replaced"
            ),
            Self::Altered { seq, what } => {
                return Some(format!(
                    "the audit log does not go on to its head as it was written: event {seq}: {what}. Whoever can \
                     write to the database may have added to the log. Nothing of it is noted until that is mended; \
                     keydesk audit verify looks at all of it"
                ));
            }
            Self::Unreadable(why) => format!("the head of the audit log that this machine noted is lost: {why}"),
        };
        Some(format!(
            "{what}. Whoever can write to the database may have removed what happened. If you went back to an earlier \
             state of the database yourself, say so with keydesk audit accept-head"
        ))
    }
}

/// Asks whether today's log goes on from the head that was noted, and to its own. Where none was noted,
/// that is all of the log, and for `verify` to say.
///
/// # Errors
/// When the database cannot be read.
pub async fn witness(cx: &Context) -> Result<Witness> {
    let Look { witness, way, today } = look(cx).await?;
    match way {
        Some(mut way) if way.from.is_some() => Ok(way.follow(cx, &today).await?.map_or_else(altered, |()| witness)),
        _ => Ok(witness),
    }
}

/// As [`witness`], without a look at what came since: for whoever looks at all of the log.
pub(super) async fn noted(cx: &Context) -> Result<Witness> {
    Ok(look(cx).await?.witness)
}

fn altered((seq, what): Wrong) -> Witness {
    Witness::Altered { seq, what: what.into() }
}

/// What the head that was noted says, and the way from it to today's; none where something is wrong.
struct Look {
    witness: Witness,
    way: Option<Way>,
    today: Noted,
}

/// The file never leads: what it holds was committed.
async fn look(cx: &Context) -> Result<Look> {
    let noted = match &cx.inner().outside {
        Some(outside) => outside.head().await,
        None => Ok(None),
    };
    let access = cx.process_read()?;
    let (events, head) = held(&access).await?;
    let today = Noted { seq: events, head: hex(&head) };
    let noted = match noted {
        Ok(Some(noted)) => noted,
        Ok(None) => return Ok(Look { witness: Witness::Silent, way: Some(Way::from_the_first(None)), today }),
        Err(why) => return Ok(Look { witness: Witness::Unreadable(why), way: None, today }),
    };
    let there = match noted.seq {
        0 => Some(vec![0; 32]),
        seq => event::Entity::find_by_id(seq).one(access.db()).await?.map(|row| seal(chain_key(cx), &row.mac)),
    };
    let seq = noted.seq;
    Ok(match there.filter(|there| hex(there) == noted.head && seq <= events) {
        Some(there) => Look { witness: Witness::Agrees(seq), way: Some(Way::onward(noted, there)), today },
        None => Look { witness: Witness::CutBack { noted: seq, events }, way: None, today },
    })
}

/// Notes today's head and who was erased since the last one, unless something is wrong with the log:
/// then what was noted stays.
///
/// # Errors
/// When the database cannot be read or the file not be written.
pub async fn note_head(cx: &Context) -> Result<Witness> {
    // One at a time, so that nobody notes an earlier head after a later one.
    let mut followed = cx.inner().followed.0.lock().await;
    let Look { witness, way, today } = look(cx).await?;
    let (Some(outside), Some(way)) = (&cx.inner().outside, way) else { return Ok(witness) };
    if way.from.as_ref() == Some(&today) {
        return Ok(witness);
    }
    let known = followed.take().filter(|known| known.from == way.from);
    let way = followed.insert(known.unwrap_or(way));
    if let Err(wrong) = note(cx, outside, way, &today).await? {
        return Ok(altered(wrong));
    }
    *followed = None;
    Ok(witness)
}

/// Notes what a way leads to, once it was followed to its end.
async fn note(cx: &Context, outside: &Outside, way: &mut Way, today: &Noted) -> Result<Result<(), Wrong>> {
    let followed = way.follow(cx, today).await?;
    if followed.is_ok() {
        // The list first: a head that was noted stands for a list that is complete up to it.
        outside.add_erased(way.erased.iter().map(|id| cx.erased(*id)).collect()).await?;
        outside.write(today).await?;
    }
    Ok(followed)
}

/// Notes today's head whatever was noted before: a restore has made another log of it. All of it is
/// followed first, and nothing is noted of one that is not intact.
///
/// # Errors
/// As [`note_head`].
pub async fn set_head(cx: &Context) -> Result<Witness> {
    let mut followed = cx.inner().followed.0.lock().await;
    *followed = None;
    let today = look(cx).await?.today;
    let Some(outside) = &cx.inner().outside else { return Ok(Witness::Silent) };
    let set = note(cx, outside, &mut Way::from_the_first(None), &today).await?;
    Ok(set.map_or_else(altered, |()| Witness::Agrees(today.seq)))
}

/// Ends once something was committed here since the last time.
pub async fn committed(cx: &Context) {
    cx.inner().committed.notified().await;
}

/// What became of accepting a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Whether sessions and remembered browsers ended: they are those of an earlier moment.
    pub closed: bool,
    /// People who had been erased, and had come back.
    pub erased_again: u64,
    /// The username of whoever had been erased too and was kept: nobody else administers.
    pub kept: Option<String>,
}

/// Takes today's log for the right one, though it does not go on from what was noted. Where the
/// database went back to an earlier state, what was open then ends, and whoever was erased since
/// is erased again. Nothing where there is nothing to accept.
///
/// # Errors
/// `Unexpected` with a sentence for the operator where the log is not intact.
pub async fn accept_head(cx: &Context) -> Result<Option<Accepted>> {
    let witness = witness(cx).await?;
    if witness.alarm().is_none() {
        return Ok(None);
    }
    if let Verdict::Broken { seq, what } = verify_alone(cx).await? {
        return Err(Failure::Unexpected(format!(
            "The audit log is not intact, and that cannot be accepted: event {seq}: {what}."
        )));
    }
    let (noted, events) = match witness {
        Witness::CutBack { noted, events } => (Some(noted), events),
        _ => (None, held(&cx.process_read()?).await?.0),
    };
    let closed = noted.is_some();
    cx.process_change(async |change: &Change| {
        if closed {
            close_everything(change.db(), true).await?;
        }
        Ok(done((), Event::HeadAccepted { noted, events }))
    })
    .await?;
    let (erased_again, kept) = users::erase_again(cx).await?;
    if let Some(alarm) = set_head(cx).await?.alarm() {
        return Err(Failure::Unexpected(alarm));
    }
    Ok(Some(Accepted { closed, erased_again, kept }))
}
