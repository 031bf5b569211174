//! What the gate hands out: permissions that one holds in one's hand.

use std::sync::Arc;

use domain::{Actor, Error, Millis, Permission, audit::Event, users::UserId};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, Statement};

use super::{Caller, Context};
use crate::{Failure, Result, account, audit, sessions};

/// The permission to read.
pub struct Access {
    pub(super) db: DatabaseConnection,
}

impl Access {
    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.db
    }
}

/// The permission to read what is one's own.
pub struct Own {
    pub(super) access: Access,
    pub(super) actor: Actor,
}

impl Own {
    pub(crate) fn db(&self) -> &DatabaseConnection {
        self.access.db()
    }

    /// Queries start from here, never from a parameter.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn id(&self) -> UserId {
        self.actor.id
    }
}

/// The permission to keep the books.
pub struct Bookkeeping<'a> {
    pub(super) db: &'a DatabaseConnection,
}

impl Bookkeeping<'_> {
    pub(crate) fn db(&self) -> &DatabaseConnection {
        self.db
    }
}

/// What changes wait for each other about. The numbers are any that no other lock of this
/// database has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// What people are and may do.
    Standing = 0x6b64_0001,
    /// Which custom fields there are.
    Fields = 0x6b64_0002,
    /// What is decided for the whole installation.
    Settings = 0x6b64_0003,
}

/// The permission to change: a transaction that ends with an event, or not at all.
#[must_use = "a change that is not committed is rolled back"]
pub struct Change {
    pub(super) tx: DatabaseTransaction,
    pub(super) cx: Context,
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
            // Recorded by `Context::recording` once this change is gone.
            Caller::Person(actor) if !actor.may(permission) => Err(Error::Forbidden(permission).into()),
            _ => Ok(()),
        }
    }

    pub(crate) fn context(&self) -> &Context {
        &self.cx
    }

    /// Waits for every other change that holds the same. SQLite has one writer and needs
    /// nothing more.
    pub(crate) async fn hold(&self, what: Held) -> Result<()> {
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

    /// Asks once more inside of the transaction: whoever was disabled or lost the right
    /// while the request waited changes nothing any more. From here on the rules look at
    /// what the actor may do now.
    pub(super) async fn recheck(&mut self, permission: Option<Permission>) -> Result<()> {
        let Caller::Person(actor) = &self.cx.caller else { return Ok(()) };
        let permissions = sessions::permissions_of(self, actor).await?.ok_or(Error::SignedOut)?;
        if let Some(missing) = permission.filter(|permission| !permissions.has(*permission)) {
            return Err(Error::Forbidden(missing).into());
        }
        self.cx.caller = Caller::Person(Arc::new(Actor { permissions, ..Actor::clone(actor) }));
        Ok(())
    }

    /// Asks a rule that only concerns people; the operator and the system stand above it.
    pub(crate) fn guard<E: Into<Failure>>(&self, rule: impl FnOnce(&Actor) -> Result<(), E>) -> Result<()> {
        match &self.cx.caller {
            Caller::Person(actor) => rule(actor).map_err(Into::into),
            _ => Ok(()),
        }
    }

    /// The only commit: the event goes into the same transaction.
    ///
    /// # Errors
    /// When the database refuses; then nothing was changed.
    pub async fn commit(self, event: Event) -> Result<()> {
        self.commit_all(vec![event]).await
    }

    /// As [`Self::commit`], where one change is several events.
    ///
    /// # Errors
    /// When the database refuses; then nothing was changed.
    pub async fn commit_all(self, events: Vec<Event>) -> Result<()> {
        let by = self.cx.by();
        self.commit_by(&by, &events).await
    }

    pub(super) async fn commit_by(self, by: &audit::By, events: &[Event]) -> Result<()> {
        let chain_key = &self.cx.inner().chain_key;
        audit::append(&self.tx, chain_key, self.cx.now(), by, events).await?;
        let session = self.cx.actor().ok().map(|actor| actor.session);
        account::note_notices(&self.tx, self.cx.now(), session, events).await?;
        self.tx.commit().await?;
        self.cx.inner().committed.notify_one();
        Ok(())
    }
}
