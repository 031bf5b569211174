//! Limits on guessing (T7): waits that grow, per account and source, per source, and
//! per account over all unknown devices. The last is short, so that no outsider can
//! keep an owner out; and a browser in which the owner signed in before does not share it.

use domain::{
    Error, Millis,
    audit::{Event, Person},
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Context, Result,
    context::{Bookkeeping, Upkeep},
};

mod entity;
mod limit;
mod release;
mod rows;
mod secret;
mod waiting_sources;

use self::entity as failures;
use limit::{ACCOUNT, Limit, PAIR, SECOND_FACTOR, SOURCE};
pub use release::release_throttle;
pub(crate) use rows::{cleanup, forget_codes, forget_user, locked_until};
pub(crate) use secret::{Secret, throttled};
pub(crate) use waiting_sources::WaitingSources;

/// An attempt that was counted before it is looked at.
#[must_use = "guesses are to be told of"]
pub(crate) struct Reservation {
    noted: Noted,
    limit: Limit,
}

impl Reservation {
    /// It was wrong: tells the account's owner where there were too many.
    pub async fn was_wrong(self, cx: &Context, user: Person) {
        let failures = self.noted.failures;
        if self.limit.tells(failures) {
            let (key, count) = (format!("codes|{}|{failures}", user.id), failures as u32);
            cx.record_attempt(key, |_| Event::CodesGuessed { user, count }).await;
        }
    }
}

/// The buckets that one attempt falls into.
pub(crate) struct Buckets {
    /// The user it is about, for an administrator who looks for people who have to wait.
    user: Option<Uuid>,
    pair: [u8; 32],
    limit: Limit,
    /// Shared by everybody behind one address, and by everybody else who tries this account:
    /// a browser that the account knows is held to neither.
    shared: Option<Shared>,
}

struct Shared {
    source: [u8; 32],
    account: [u8; 32],
}

/// What came of noting a failure.
struct Noted {
    /// No wait began, or this attempt began all of them.
    first: bool,
    /// Of this account from here.
    failures: i64,
    /// The buckets whose waits this attempt began, and until when.
    begun: Vec<([u8; 32], Millis)>,
}

/// What a failure does to one bucket.
enum Blocked {
    /// So many failures cost nothing.
    Not,
    Until(Millis),
    /// A wait had begun before.
    Already,
}

/// Whether an attempt may go on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decision {
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
            limit: PAIR,
            pair: cx.bucket(&[b"pair", account.as_bytes(), nearer]),
            shared: browser.is_none().then(|| Shared {
                source: cx.bucket(&[b"source", source.as_bytes()]),
                account: cx.bucket(&[b"account", account.as_bytes()]),
            }),
        }
    }

    /// For the second factor of a user whose password was right.
    pub fn second(cx: &Context, user: Uuid, browser: Option<Uuid>) -> Self {
        let nearer = browser.as_ref().map_or(b"any".as_slice(), |browser| browser.as_bytes().as_slice());
        let pair = cx.bucket(&[b"second", user.as_bytes(), nearer]);
        Self { user: Some(user), limit: SECOND_FACTOR, pair, shared: None }
    }

    fn all(&self) -> impl Iterator<Item = ([u8; 32], Limit)> {
        let shared = self.shared.iter().flat_map(|shared| [(shared.source, SOURCE), (shared.account, ACCOUNT)]);
        std::iter::once((self.pair, self.limit)).chain(shared)
    }

    /// How many seconds the source has to wait, as far as this process knows.
    pub fn source_waits(&self, cx: &Context) -> Option<u32> {
        let wait = cx.inner().waiting_sources.until(&self.shared.as_ref()?.source)? - cx.now();
        // A longer one was found before the clock was set back.
        (0 < wait && wait <= SOURCE.most).then(|| seconds(wait))
    }

    /// Whether an attempt may go on.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn decision(&self, cx: &Context) -> Result<Decision> {
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
                return Ok(Decision::SourceWaits(seconds(wait)));
            }
            longer = Ord::max(longer, waits(account));
        }
        let failed_before = rows.iter().any(|row| row.bucket == self.pair);
        Ok(if longer > 0 { Decision::AccountWaits(seconds(longer)) } else { Decision::Free { failed_before } })
    }

    /// Notes a failure in every bucket. Each note is one statement, so that attempts at
    /// once are all counted.
    pub async fn failed(&self, cx: &Context) -> Result<()> {
        self.note_all(cx).await.map(drop)
    }

    /// Notes an attempt whose client hung up before any work was done for it: against where it
    /// came from, and never against the account, or hanging up would make its
    /// owner wait at no cost.
    pub async fn abandoned(&self, cx: &Context) -> Result<()> {
        let books = cx.upkeep(Upkeep::Throttle);
        match &self.shared {
            Some(Shared { source, .. }) => {
                self.note_one(cx, &books, *source, SOURCE).await?;
                // Looked at again, so that the next one is sent away at once.
                self.decision(cx).await.map(drop)
            }
            // A browser that the account knows answers for itself.
            None => self.note_one(cx, &books, self.pair, self.limit).await.map(drop),
        }
    }

    /// Counts an attempt before it is looked at: for checks so fast that many at once would all
    /// find nothing in their way. Success takes it back, and so does [`Self::give_back`].
    ///
    /// # Errors
    /// `TooMany` where it has to wait, or comes beside another that was let through.
    pub async fn reserve(&self, cx: &Context) -> Result<Reservation> {
        if let Decision::AccountWaits(retry_after) | Decision::SourceWaits(retry_after) = self.decision(cx).await? {
            return Err(Error::TooMany { retry_after }.into());
        }
        let noted = self.note_all(cx).await?;
        if noted.first {
            Ok(Reservation { noted, limit: self.limit })
        } else {
            Err(Error::TooMany { retry_after: 1 }.into())
        }
    }

    /// Takes back the failures of an attempt that nothing came to look at, and the waits that they began.
    /// A wait that another attempt has begun since stays.
    async fn give_back(&self, cx: &Context, reserved: Reservation) -> Result<()> {
        let books = cx.upkeep(Upkeep::Throttle);
        for (bucket, _) in self.all() {
            let mut less = failures::Entity::update_many()
                .col_expr(failures::Column::Failures, Expr::col(failures::Column::Failures).sub(1))
                .filter(failures::Column::Bucket.eq(bucket.to_vec()))
                // Another success forgave it meanwhile.
                .filter(failures::Column::Failures.gt(0));
            if let Some((_, until)) = reserved.noted.begun.iter().find(|(one, _)| *one == bucket) {
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
        let mut noted = Noted { first: true, failures: 0, begun: vec![] };
        for (bucket, limit) in self.all() {
            let (failures, blocked) = self.note_one(cx, &books, bucket, limit).await?;
            if bucket == self.pair {
                noted.failures = failures;
            }
            match blocked {
                Blocked::Not => {}
                Blocked::Until(until) => noted.begun.push((bucket, until)),
                Blocked::Already => noted.first = false,
            }
        }
        Ok(noted)
    }

    /// How many failures there are now, and what this one did to the bucket.
    async fn note_one(
        &self,
        cx: &Context,
        books: &Bookkeeping<'_>,
        bucket: [u8; 32],
        limit: Limit,
    ) -> Result<(i64, Blocked)> {
        // The source's is nobody's: it is not what one person's release lets go.
        let user = self.user.filter(|_| self.shared.as_ref().is_none_or(|shared| shared.source != bucket));
        let failures = rows::note(books, &bucket, user, cx.now(), limit).await?;
        let wait = limit.wait(failures);
        if wait == 0 {
            return Ok((failures, Blocked::Not));
        }
        let until = cx.now() + wait;
        let begun = failures::Entity::update_many()
            .col_expr(failures::Column::BlockedUntil, Expr::value(until))
            .col_expr(failures::Column::KeptUntil, Expr::value(cx.now() + limit.keeps(failures)))
            .filter(failures::Column::Bucket.eq(bucket.to_vec()))
            // A wait that runs is not prolonged: who keeps trying would never end it.
            .filter(failures::Column::BlockedUntil.lte(cx.now()))
            .exec(books.db())
            .await?;
        Ok((failures, if begun.rows_affected == 1 { Blocked::Until(until) } else { Blocked::Already }))
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
pub(crate) fn network(address: &str) -> String {
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
