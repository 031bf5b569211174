//! Brakes on guessing (T7): waits that grow, per account and source, per source, and
//! per account over all unknown devices. The last is short, so that no outsider can
//! keep somebody out; and a browser in which somebody signed in before does not share it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{
    Error, Millis,
    audit::{Event, Person},
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::entity::failures;
use crate::{
    Context, Result,
    context::{Bookkeeping, Upkeep},
};

mod brake;
mod rows;
mod secret;

use brake::{ACCOUNT, Brake, PAIR, SECOND_FACTOR, SOURCE};
pub(crate) use rows::{forget_old, held_up, new_password, release};
pub(crate) use secret::{Secret, throttled};

/// An attempt that was counted before it is looked at.
#[must_use = "whoever guesses is to be told of"]
pub struct Charged {
    noted: Noted,
    brake: Brake,
}

impl Charged {
    /// It was wrong: tells the account's owner where there were too many.
    pub async fn was_wrong(self, cx: &Context, user: Person) {
        let failures = self.noted.failures;
        if self.brake.tells(failures) {
            let (key, count) = (format!("codes|{}|{failures}", user.id), failures as u32);
            cx.record_attempt(key, |_| Event::CodesGuessed { user, count }).await;
        }
    }
}

/// Sources that this process found waiting, and until when, so that a flood from one of them
/// is sent away before it costs a hash. The database decides; what is not here yet is found there.
#[derive(Default)]
pub(crate) struct WaitingSources(Mutex<HashMap<[u8; 32], Millis>>);

impl WaitingSources {
    /// Sources at most: a few hundred kilobytes.
    const MOST: usize = 4_096;

    fn until(&self, source: &[u8; 32]) -> Option<Millis> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(source).copied()
    }

    fn note(&self, source: [u8; 32], until: Millis, now: Millis) {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= Self::MOST {
            sources.retain(|_, until| *until > now);
        }
        if sources.len() < Self::MOST {
            sources.insert(source, until);
        }
    }
}

/// The buckets that one attempt falls into.
pub struct Buckets {
    /// Whom it is about, for an administrator who looks for people held up.
    user: Option<Uuid>,
    pair: [u8; 32],
    brake: Brake,
    /// Shared by everybody behind one address, and by everybody else who tries this account:
    /// a browser that the account knows is braked by neither.
    shared: Option<Shared>,
}

struct Shared {
    source: [u8; 32],
    account: [u8; 32],
}

/// What came of noting a failure.
struct Noted {
    /// No brake was put on, or this attempt put on all that were.
    first: bool,
    /// Of this account from here.
    failures: i64,
    /// The brakes that this attempt put on, and until when.
    put_on: Vec<([u8; 32], Millis)>,
}

/// What a failure does to the brake of one bucket.
enum Braked {
    /// So many failures cost nothing.
    Not,
    Until(Millis),
    /// It was put on before.
    Already,
}

/// Whether an attempt may go on.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Free {
        /// Of this account from here: what a success forgives.
        failed_before: bool,
    },
    /// The source waits this many seconds; the answer may say so, since it depends on
    /// nothing but the source.
    SourceWaits(u32),
    /// This account waits so many seconds. A stranger's answer must read as for a wrong password.
    AccountWaits(u32),
}

impl Buckets {
    /// `account` is the user's id, or what was typed where it names nobody: username and
    /// e-mail share one allowance. `browser` where it is known to the account.
    pub fn new(cx: &Context, user: Option<Uuid>, account: &str, browser: Option<Uuid>) -> Self {
        let source = network(&cx.origin().address);
        let nearer = browser.as_ref().map_or(source.as_bytes(), |browser| browser.as_bytes().as_slice());
        Self {
            user,
            brake: PAIR,
            pair: cx.bucket(&[b"pair", account.as_bytes(), nearer]),
            shared: browser.is_none().then(|| Shared {
                source: cx.bucket(&[b"source", source.as_bytes()]),
                account: cx.bucket(&[b"account", account.as_bytes()]),
            }),
        }
    }

    /// For the second factor of somebody whose password was right.
    pub fn second(cx: &Context, user: Uuid, browser: Option<Uuid>) -> Self {
        let nearer = browser.as_ref().map_or(b"any".as_slice(), |browser| browser.as_bytes().as_slice());
        let pair = cx.bucket(&[b"second", user.as_bytes(), nearer]);
        Self { user: Some(user), brake: SECOND_FACTOR, pair, shared: None }
    }

    fn all(&self) -> impl Iterator<Item = ([u8; 32], Brake)> {
        let shared = self.shared.iter().flat_map(|shared| [(shared.source, SOURCE), (shared.account, ACCOUNT)]);
        std::iter::once((self.pair, self.brake)).chain(shared)
    }

    /// How many seconds the source has to wait, as far as this process knows.
    pub fn source_waits(&self, cx: &Context) -> Option<u32> {
        let wait = cx.inner().waiting_sources.until(&self.shared.as_ref()?.source)? - cx.now();
        // A longer one was found before the clock was set back.
        (0 < wait && wait <= SOURCE.most).then(|| seconds(wait))
    }

    /// Asks the brakes.
    pub async fn verdict(&self, cx: &Context) -> Result<Verdict> {
        let access = cx.public_read(crate::context::Purpose::SignIn);
        let buckets = self.all().map(|(bucket, _)| bucket.to_vec());
        let rows = failures::Entity::find().filter(failures::Column::Bucket.is_in(buckets)).all(access.db()).await?;
        let now = cx.now();
        let waits =
            |bucket: &[u8]| rows.iter().find(|row| row.bucket == bucket).map_or(0, |row| row.blocked_until - now);
        let mut longer = waits(&self.pair);
        if let Some(Shared { source, account }) = &self.shared {
            let wait = waits(source);
            if wait > 0 {
                cx.inner().waiting_sources.note(*source, now + wait, now);
                return Ok(Verdict::SourceWaits(seconds(wait)));
            }
            longer = Ord::max(longer, waits(account));
        }
        let failed_before = rows.iter().any(|row| row.bucket == self.pair);
        Ok(if longer > 0 { Verdict::AccountWaits(seconds(longer)) } else { Verdict::Free { failed_before } })
    }

    /// Notes a failure in every bucket. Each note is one statement, so that attempts at
    /// once are all counted.
    pub async fn failed(&self, cx: &Context) -> Result<()> {
        self.note_all(cx).await.map(drop)
    }

    /// Notes an attempt whose client hung up before any work was done for it: against where it
    /// came from, and never against the account, or hanging up would be a brake on somebody
    /// else that costs its maker nothing.
    pub async fn abandoned(&self, cx: &Context) -> Result<()> {
        let books = cx.upkeep(Upkeep::Throttle);
        match &self.shared {
            Some(Shared { source, .. }) => {
                self.note_one(cx, &books, *source, SOURCE).await?;
                // Looked at again, so that the next one is sent away at once.
                self.verdict(cx).await.map(drop)
            }
            // A browser that the account knows answers for itself.
            None => self.note_one(cx, &books, self.pair, self.brake).await.map(drop),
        }
    }

    /// Counts an attempt before it is looked at: for checks so fast that many at once would all
    /// find the brakes free. Success takes it back, and so does [`Self::give_back`].
    ///
    /// # Errors
    /// `TooMany` where it has to wait, or comes beside another that was let through.
    pub async fn charge(&self, cx: &Context) -> Result<Charged> {
        if let Verdict::AccountWaits(retry_after) | Verdict::SourceWaits(retry_after) = self.verdict(cx).await? {
            return Err(Error::TooMany { retry_after }.into());
        }
        let noted = self.note_all(cx).await?;
        if noted.first {
            Ok(Charged { noted, brake: self.brake })
        } else {
            Err(Error::TooMany { retry_after: 1 }.into())
        }
    }

    /// Takes back what an attempt was charged that nothing came to look at, and the brakes that it put
    /// on. A brake that another attempt has put on since stays.
    async fn give_back(&self, cx: &Context, charged: Charged) -> Result<()> {
        let books = cx.upkeep(Upkeep::Throttle);
        for (bucket, _) in self.all() {
            let mut less = failures::Entity::update_many()
                .col_expr(failures::Column::Failures, Expr::col(failures::Column::Failures).sub(1))
                .filter(failures::Column::Bucket.eq(bucket.to_vec()))
                // A success of somebody else forgave it meanwhile.
                .filter(failures::Column::Failures.gt(0));
            if let Some((_, until)) = charged.noted.put_on.iter().find(|(one, _)| *one == bucket) {
                let lifted = Expr::case(failures::Column::BlockedUntil.eq(*until), 0_i64)
                    .finally(Expr::col(failures::Column::BlockedUntil));
                less = less.col_expr(failures::Column::BlockedUntil, lifted.into());
            }
            less.exec(books.db()).await?;
        }
        Ok(())
    }

    async fn note_all(&self, cx: &Context) -> Result<Noted> {
        let books = cx.upkeep(Upkeep::Throttle);
        let mut noted = Noted { first: true, failures: 0, put_on: vec![] };
        for (bucket, brake) in self.all() {
            let (failures, braked) = self.note_one(cx, &books, bucket, brake).await?;
            if bucket == self.pair {
                noted.failures = failures;
            }
            match braked {
                Braked::Not => {}
                Braked::Until(until) => noted.put_on.push((bucket, until)),
                Braked::Already => noted.first = false,
            }
        }
        Ok(noted)
    }

    /// How many failures there are now, and what this one did to the brake.
    async fn note_one(
        &self,
        cx: &Context,
        books: &Bookkeeping<'_>,
        bucket: [u8; 32],
        brake: Brake,
    ) -> Result<(i64, Braked)> {
        // The source's is nobody's: it is not what one person's release lets go.
        let user = self.user.filter(|_| self.shared.as_ref().is_none_or(|shared| shared.source != bucket));
        let failures = rows::note(books, &bucket, user, cx.now(), brake).await?;
        let wait = brake.wait(failures);
        if wait == 0 {
            return Ok((failures, Braked::Not));
        }
        let until = cx.now() + wait;
        let put_on = failures::Entity::update_many()
            .col_expr(failures::Column::BlockedUntil, Expr::value(until))
            .col_expr(failures::Column::KeptUntil, Expr::value(cx.now() + brake.keeps(failures)))
            .filter(failures::Column::Bucket.eq(bucket.to_vec()))
            // A wait that runs is not prolonged: who keeps trying would never end it.
            .filter(failures::Column::BlockedUntil.lte(cx.now()))
            .exec(books.db())
            .await?;
        Ok((failures, if put_on.rows_affected == 1 { Braked::Until(until) } else { Braked::Already }))
    }

    /// A success forgives the pair's failures; the source and the account keep theirs.
    pub async fn succeeded(&self, cx: &Context) -> Result<()> {
        let books = cx.upkeep(Upkeep::Throttle);
        failures::Entity::delete_by_id(self.pair.to_vec()).exec(books.db()).await?;
        Ok(())
    }
}

/// Whole seconds, never fewer than the wait has.
fn seconds(wait: Millis) -> u32 {
    (wait as u64).div_ceil(1_000) as u32
}

/// An IPv6 network of 64 bits is one source: a single host owns it whole.
pub(super) fn network(address: &str) -> String {
    match address.parse::<std::net::Ipv6Addr>() {
        Ok(v6) => v6.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t7_one_ipv6_network_is_one_source() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
