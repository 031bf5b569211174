//! Keeping the last head of the log outside of the database, and asking whether today's log
//! goes on from it.

use domain::audit::Event;
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use uuid::Uuid;

use super::{
    Verdict,
    chain::{hex, seal},
    entity::event,
    held,
    outside::Noted,
    verify::verify_alone,
};
use crate::{Context, Failure, Result, backup::close_everything, context::chain_key, users};

/// What the head that was noted says of today's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Witness {
    /// None was noted here.
    Silent,
    /// The log goes on from the event of this number.
    Agrees(i64),
    /// The log has so many events, and is not the one that reached `noted`.
    CutBack { noted: i64, events: i64 },
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
            Self::Unreadable(why) => format!("the head of the audit log that this machine noted is lost: {why}"),
        };
        Some(format!(
            "{what}. Whoever can write to the database may have removed what happened. If you went back to an earlier \
             state of the database yourself, say so with keydesk audit accept-head"
        ))
    }
}

/// Asks whether today's log goes on from the head that was noted.
///
/// # Errors
/// When the database cannot be read.
pub async fn witness(cx: &Context) -> Result<Witness> {
    Ok(look(cx).await?.0)
}

/// What was noted, and today's head. The file never leads: what it holds was committed.
async fn look(cx: &Context) -> Result<(Witness, Option<Noted>, Noted)> {
    let noted = match &cx.inner().outside {
        Some(outside) => outside.head().await,
        None => Ok(None),
    };
    let access = cx.process_read()?;
    let (seq, head) = held(&access).await?;
    let today = Noted { seq, head: hex(&head) };
    let noted = match noted {
        Ok(Some(noted)) => noted,
        Ok(None) => return Ok((Witness::Silent, None, today)),
        Err(why) => return Ok((Witness::Unreadable(why), None, today)),
    };
    let there = match noted.seq {
        0 => Some(hex(&[0; 32])),
        seq => event::Entity::find_by_id(seq).one(access.db()).await?.map(|row| hex(&seal(chain_key(cx), &row.mac))),
    };
    let witness = if there.as_ref() == Some(&noted.head) && noted.seq <= seq {
        Witness::Agrees(noted.seq)
    } else {
        Witness::CutBack { noted: noted.seq, events: seq }
    };
    Ok((witness, Some(noted), today))
}

/// Notes today's head and who was erased since the last one, unless the log was cut back: then
/// what was noted stays.
///
/// # Errors
/// When the database cannot be read or the file not be written.
pub async fn note_head(cx: &Context) -> Result<Witness> {
    let (witness, noted, today) = look(cx).await?;
    if witness.alarm().is_none() && noted.as_ref() != Some(&today) {
        note(cx, noted.map_or(0, |noted| noted.seq), &today).await?;
    }
    Ok(witness)
}

async fn note(cx: &Context, after: i64, today: &Noted) -> Result<()> {
    let Some(outside) = &cx.inner().outside else { return Ok(()) };
    let access = cx.process_read()?;
    let db = access.db();
    let kind = Event::UserErased { user: domain::users::UserId::nil() }.kind();
    let sql = "SELECT s.user_id FROM audit_events e JOIN audit_subjects s ON s.seq = e.seq \
               WHERE e.kind = $1 AND e.seq > $2 AND e.seq <= $3";
    let sql =
        Statement::from_sql_and_values(db.get_database_backend(), sql, [kind.into(), after.into(), today.seq.into()]);
    let mut erased = vec![];
    for row in db.query_all_raw(sql).await? {
        erased.push(cx.erased(row.try_get_by_index::<Uuid>(0)?));
    }
    // The list first: a head that was noted stands for a list that is complete up to it.
    outside.add_erased(erased).await?;
    outside.write(today).await
}

/// Notes today's head whatever was noted before: a restore has made another log of it.
///
/// # Errors
/// As [`note_head`].
pub async fn set_head(cx: &Context) -> Result<()> {
    let (_, _, today) = look(cx).await?;
    note(cx, 0, &today).await
}

/// Ends once something was committed here since the last time.
pub async fn committed(cx: &Context) {
    cx.inner().committed.notified().await;
}

/// What became of accepting a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Whether sessions and remembered browsers ended: they are those of an earlier moment.
    pub closed: bool,
    /// People who had been erased, and had come back.
    pub erased_again: u64,
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
    let change = cx.process_change().await?;
    let closed = noted.is_some();
    if closed {
        close_everything(change.db(), true).await?;
    }
    change.commit(Event::HeadAccepted { noted, events }).await?;
    let erased_again = users::erase_again(cx).await?;
    set_head(cx).await?;
    Ok(Some(Accepted { closed, erased_again }))
}
