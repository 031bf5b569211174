//! A change: a transaction that ends with events, or not at all.

use std::{ops::Deref, sync::Arc};

use domain::{Actor, Error, Millis, Permission, audit::Event, guard::Refusal};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};

use super::{Caller, Context, Held, remaining};
use crate::{Failure, Result, account, audit, sessions};

/// What came of the body of a change, with the events that tell of it.
#[must_use = "a change ends with what came of it"]
pub struct Done<T> {
    outcome: T,
    events: Vec<Event>,
}

/// Something was changed, and this event tells of it.
pub fn done<T>(outcome: T, event: Event) -> Done<T> {
    Done { outcome, events: vec![event] }
}

/// As [`done`], where one change is several events. Without any, nothing was changed.
pub fn done_all<T>(outcome: T, events: Vec<Event>) -> Done<T> {
    Done { outcome, events }
}

/// There was nothing to change. What the body wrote, if anything, is rolled back.
pub fn unchanged<T>(outcome: T) -> Done<T> {
    Done { outcome, events: vec![] }
}

/// The permission to change, for as long as the body of a change runs.
pub struct Change {
    pub(super) tx: DatabaseTransaction,
    pub(super) cx: Context,
}

/// A change to what people are or may do. No other one runs meanwhile, and none is committed that
/// takes the last administrator away: what could do that takes this type. Where nobody administered before,
/// such as in a database that was mended by hand, nothing is refused for that.
pub struct StandingChange {
    change: Change,
    /// Whether anybody administered before it.
    administered: bool,
}

impl Deref for StandingChange {
    type Target = Change;

    fn deref(&self) -> &Change {
        &self.change
    }
}

impl Change {
    pub(crate) fn db(&self) -> &DatabaseTransaction {
        &self.tx
    }

    pub fn now(&self) -> Millis {
        self.cx.now()
    }

    /// The signed-in person.
    ///
    /// # Errors
    /// `SignedOut` where nobody is.
    pub fn actor(&self) -> Result<&Actor> {
        self.cx.actor()
    }

    /// Asks for one more permission.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn also(&self, permission: Permission) -> Result<()> {
        match &self.cx.caller {
            Caller::Person(actor) if !actor.may(permission) => Err(Error::Forbidden(permission).into()),
            _ => Ok(()),
        }
    }

    pub(crate) fn context(&self) -> &Context {
        &self.cx
    }

    /// Asks a rule that only concerns people; the operator and the system stand above it.
    pub(crate) fn guard<E: Into<Failure>>(&self, rule: impl FnOnce(&Actor) -> Result<(), E>) -> Result<()> {
        match &self.cx.caller {
            Caller::Person(actor) => rule(actor).map_err(Into::into),
            _ => Ok(()),
        }
    }

    /// Waits for every other change that holds the same. SQLite has one writer and needs
    /// nothing more.
    async fn hold(&self, what: Held) -> Result<()> {
        if self.cx.is_postgres() {
            let lock = Statement::from_sql_and_values(
                self.tx.get_database_backend(),
                "SELECT pg_advisory_xact_lock($1)",
                [(what as i64).into()],
            );
            self.tx.execute_raw(lock).await?;
        }
        Ok(())
    }

    /// Asks once more inside of the transaction: a person who was disabled or lost the right
    /// while the request waited changes nothing any more. From here on the rules look at
    /// what the actor may do now.
    async fn recheck(&mut self, permission: Option<Permission>) -> Result<()> {
        let Caller::Person(actor) = &self.cx.caller else { return Ok(()) };
        let permissions = sessions::permissions_of(self, actor).await?.ok_or(Error::SignedOut)?;
        if let Some(missing) = permission.filter(|permission| !permissions.has(*permission)) {
            return Err(Error::Forbidden(missing).into());
        }
        self.cx.caller = Caller::Person(Arc::new(Actor { permissions, ..Actor::clone(actor) }));
        Ok(())
    }

    /// The only commit: the events go into the same transaction.
    pub(super) async fn commit_by(self, by: &audit::By, events: &[Event]) -> Result<()> {
        let chain_key = &self.cx.inner().chain_key;
        audit::append(&self.tx, chain_key, self.cx.now(), by, events).await?;
        let session = self.cx.actor().ok().map(|actor| actor.session);
        account::note_notices(&self.tx, self.cx.now(), session, events).await?;
        self.tx.commit().await?;
        self.cx.inner().committed.notify_one();
        Ok(())
    }

    /// Ends it without a trace. One that cannot be rolled back is at the latest when its connection ends.
    async fn roll_back(self) {
        if let Err(cause) = self.tx.rollback().await {
            tracing::warn!(%cause, "a change could not be rolled back at once");
        }
    }
}

impl StandingChange {
    /// Passes on what came of the body, unless nobody would be left to administer Keydesk.
    async fn judged<T>(&self, result: Result<Done<T>>) -> Result<Done<T>> {
        let done = result?;
        if self.administered && !done.events.is_empty() && !remaining::administrator(self.db()).await? {
            return Err(Refusal::LastAdministrator.into());
        }
        Ok(done)
    }
}

impl Context {
    pub(super) async fn begin(&self) -> Result<Change> {
        let tx = self.inner().database.begin().await?;
        Ok(Change { tx, cx: self.clone() })
    }

    /// Opens a change, runs its body and ends it: with a commit where the body tells of something,
    /// else as if it had never been.
    pub(super) async fn run<T>(
        &self,
        permission: Option<Permission>,
        held: Option<Held>,
        body: impl AsyncFnOnce(&Change) -> Result<Done<T>>,
    ) -> Result<T> {
        let change = self.opened(permission, held).await?;
        let result = body(&change).await;
        self.end(change, result).await
    }

    /// As [`Self::run`], for a change to what people are or may do.
    pub(super) async fn run_standing<T>(
        &self,
        permission: Option<Permission>,
        body: impl AsyncFnOnce(&StandingChange) -> Result<Done<T>>,
    ) -> Result<T> {
        let change = self.opened(permission, Some(Held::Standing)).await?;
        let administered = remaining::administrator(change.db()).await?;
        let change = StandingChange { change, administered };
        let result = body(&change).await;
        let result = change.judged(result).await;
        self.end(change.change, result).await
    }

    /// A change by an actor who is asked once more whether they still may.
    async fn opened(&self, permission: Option<Permission>, held: Option<Held>) -> Result<Change> {
        let mut change = self.begin().await?;
        let ready = async {
            if let Some(held) = held {
                change.hold(held).await?;
            }
            change.recheck(permission).await
        };
        match ready.await {
            Ok(()) => Ok(change),
            Err(failure) => Err(self.given_up(change, failure).await),
        }
    }

    pub(super) async fn end<T>(&self, change: Change, result: Result<Done<T>>) -> Result<T> {
        match result {
            Ok(Done { outcome, events }) if events.is_empty() => {
                change.roll_back().await;
                Ok(outcome)
            }
            Ok(Done { outcome, events }) => {
                change.commit_by(&self.by(), &events).await?;
                Ok(outcome)
            }
            Err(failure) => Err(self.given_up(change, failure).await),
        }
    }

    /// A refusal is written down once the change is gone: on SQLite a second one beside it would wait for it.
    async fn given_up(&self, change: Change, failure: Failure) -> Failure {
        change.roll_back().await;
        self.record_missing(&failure).await;
        failure
    }
}
