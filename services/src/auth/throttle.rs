//! Brakes on guessing (T7): waits that grow, per account and source, per source, and
//! per account over all unknown devices. The last is short, so that no outsider can
//! keep somebody out; and a browser in which somebody signed in before does not share it.

use domain::{HOUR, MINUTE, Millis, SECOND};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::entity::failures;
use crate::{
    Context, Result,
    context::{Bookkeeping, Upkeep},
};

/// How a bucket brakes.
#[derive(Clone, Copy)]
struct Brake {
    /// Failures that cost nothing.
    free: i64,
    /// The longest wait.
    most: Millis,
    /// After so long without a failure, counting starts again.
    memory: Millis,
}

const PAIR: Brake = Brake { free: 5, most: 15 * MINUTE, memory: 15 * MINUTE };
const SOURCE: Brake = Brake { free: 50, most: 5 * MINUTE, memory: HOUR };
const ACCOUNT: Brake = Brake { free: 30, most: 30 * SECOND, memory: HOUR };

impl Brake {
    /// The wait after this many failures: a second, doubled each time.
    fn wait(self, failures: i64) -> Millis {
        match failures - self.free {
            ..=0 => 0,
            over => Ord::min(SECOND << Ord::min(over - 1, 30), self.most),
        }
    }
}

/// The buckets that one attempt falls into.
pub struct Buckets {
    pair: [u8; 32],
    /// Shared by everybody behind one address, and by everybody else who tries this account:
    /// a browser that the account knows is braked by neither.
    shared: Option<Shared>,
}

struct Shared {
    source: [u8; 32],
    account: [u8; 32],
}

/// Whether an attempt may go on.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Free,
    /// The source waits this many seconds; the answer may say so, since it depends on
    /// nothing but the source.
    SourceWaits(u32),
    /// This account waits so many seconds. A stranger's answer must read as for a wrong password.
    AccountWaits(u32),
}

impl Buckets {
    /// `account` is the user's id, or what was typed where it names nobody: username and
    /// e-mail share one allowance. `device` where the browser is known to the account.
    pub fn new(cx: &Context, account: &str, device: Option<&[u8]>) -> Self {
        let source = network(&cx.origin().address);
        let nearer = device.unwrap_or(source.as_bytes());
        Self {
            pair: cx.bucket(&[b"pair", account.as_bytes(), nearer]),
            shared: device.is_none().then(|| Shared {
                source: cx.bucket(&[b"source", source.as_bytes()]),
                account: cx.bucket(&[b"account", account.as_bytes()]),
            }),
        }
    }

    fn all(&self) -> impl Iterator<Item = ([u8; 32], Brake)> {
        let shared = self.shared.iter().flat_map(|shared| [(shared.source, SOURCE), (shared.account, ACCOUNT)]);
        std::iter::once((self.pair, PAIR)).chain(shared)
    }

    /// Asks the brakes.
    pub async fn verdict(&self, cx: &Context) -> Result<Verdict> {
        let access = cx.public_read(crate::context::Purpose::SignIn);
        let buckets = self.all().map(|(bucket, _)| bucket.to_vec());
        let rows = failures::Entity::find().filter(failures::Column::Bucket.is_in(buckets)).all(access.db()).await?;
        let now = cx.now();
        let waits =
            |bucket: &[u8]| rows.iter().find(|row| row.bucket == bucket).map_or(0, |row| row.blocked_until - now);
        let (source, account) =
            self.shared.as_ref().map_or((0, 0), |shared| (waits(&shared.source), waits(&shared.account)));
        if source > 0 {
            return Ok(Verdict::SourceWaits(seconds(source)));
        }
        let longer = Ord::max(waits(&self.pair), account);
        Ok(if longer > 0 { Verdict::AccountWaits(seconds(longer)) } else { Verdict::Free })
    }

    /// Notes a failure in every bucket. Each note is one statement, so that attempts at
    /// once are all counted.
    pub async fn failed(&self, cx: &Context) -> Result<()> {
        let books = cx.upkeep(Upkeep::Throttle);
        for (bucket, brake) in self.all() {
            let failures = note(&books, &bucket, cx.now(), brake).await?;
            let wait = brake.wait(failures);
            if wait > 0 {
                failures::Entity::update_many()
                    .col_expr(failures::Column::BlockedUntil, Expr::value(cx.now() + wait))
                    .filter(failures::Column::Bucket.eq(bucket.to_vec()))
                    // A wait that runs is not prolonged: who keeps trying would never end it.
                    .filter(failures::Column::BlockedUntil.lte(cx.now()))
                    .exec(books.db())
                    .await?;
            }
        }
        Ok(())
    }

    /// A success forgives the pair's failures; the source and the account keep theirs.
    pub async fn succeeded(&self, cx: &Context) -> Result<()> {
        let books = cx.upkeep(Upkeep::Throttle);
        failures::Entity::delete_by_id(self.pair.to_vec()).exec(books.db()).await?;
        Ok(())
    }
}

/// Runs a check of a signed-in person's secret under the same brakes as a sign-in. Here
/// a wait may be told: the person is known already.
pub(crate) async fn throttled(cx: &Context, account: &str, check: impl Future<Output = Result<bool>>) -> Result<bool> {
    let bucket = Buckets { pair: cx.bucket(&[b"own", account.as_bytes()]), shared: None };
    if let Verdict::SourceWaits(retry_after) | Verdict::AccountWaits(retry_after) = bucket.verdict(cx).await? {
        return Err(domain::Error::TooMany { retry_after }.into());
    }
    let right = check.await?;
    if right {
        bucket.succeeded(cx).await?
    } else {
        bucket.failed(cx).await?
    }
    Ok(right)
}

/// Whole seconds, never fewer than the wait has.
fn seconds(wait: Millis) -> u32 {
    (wait as u64).div_ceil(1_000) as u32
}

async fn note(books: &Bookkeeping<'_>, bucket: &[u8], now: Millis, brake: Brake) -> Result<i64> {
    let first = failures::ActiveModel {
        bucket: Set(bucket.to_vec()),
        failures: Set(1),
        last_failure_at: Set(now),
        blocked_until: Set(0),
    };
    let counted = Expr::case(Expr::col((failures::Entity, failures::Column::LastFailureAt)).lt(now - brake.memory), 1)
        .finally(Expr::col((failures::Entity, failures::Column::Failures)).add(1));
    let row = failures::Entity::insert(first)
        .on_conflict(
            OnConflict::column(failures::Column::Bucket)
                .value(failures::Column::Failures, counted)
                .value(failures::Column::LastFailureAt, now)
                .to_owned(),
        )
        .exec_with_returning(books.db())
        .await?;
    Ok(row.failures)
}

/// Forgets what no brake remembers.
pub(crate) async fn forget_old(cx: &Context) -> Result<()> {
    let books = cx.upkeep(Upkeep::Throttle);
    failures::Entity::delete_many()
        .filter(failures::Column::LastFailureAt.lt(cx.now() - HOUR))
        .exec(books.db())
        .await?;
    Ok(())
}

/// An IPv6 network of 64 bits is one source: a single host owns it whole.
fn network(address: &str) -> String {
    match address.parse::<std::net::Ipv6Addr>() {
        Ok(v6) => v6.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t7_a_few_slips_cost_nothing_and_then_waits_double() {
        let waits: Vec<_> = (4..10).map(|failures| PAIR.wait(failures) / SECOND).collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 8]);
        assert_eq!(PAIR.wait(1_000), 15 * MINUTE);
    }

    #[test]
    fn t7_an_outsider_keeps_nobody_out_for_more_than_half_a_minute() {
        assert_eq!(ACCOUNT.wait(i64::MAX / 2), 30 * SECOND);
    }

    #[test]
    fn t7_one_ipv6_network_is_one_source() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
