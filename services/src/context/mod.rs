//! The gate. Whoever wants to read or change anything goes through [`Context`], and
//! what it hands out is the permission: there is no other way to a connection.
//!
//! Querying without a permission does not compile:
//!
//! ```compile_fail,E0616
//! fn peek(cx: &services::Context) {
//!     let _ = cx.installation.0.database;
//! }
//! ```
//!
//! A change that is committed without an event does not compile:
//!
//! ```compile_fail,E0061
//! async fn silent(cx: &services::Context) -> services::Result<()> {
//!     cx.change(domain::Permission::CreateUsers, async |_| Ok(services::done(()))).await
//! }
//! ```
//!
//! The same with an event does:
//!
//! ```
//! async fn told(cx: &services::Context) -> services::Result<()> {
//!     let event = domain::audit::Event::CastSeeded { users: 0 };
//!     cx.change(domain::Permission::CreateUsers, async |_| Ok(services::done((), event))).await
//! }
//! ```
#![allow(clippy::disallowed_types, reason = "the gate is what hands the database out")]

use std::sync::Arc;

use domain::{Actor, Error, Millis, Permission};

use crate::{Result, audit};

mod change;
mod disconnect;
mod handles;
mod installation;
mod keyed;
mod openings;
mod own;
mod recording;
pub(crate) mod remaining;
mod whole;

pub use change::{Change, Done, StandingChange, done, done_all, unchanged};
pub use disconnect::{ClientGuard, Disconnect};
pub(crate) use handles::Held;
pub use handles::{Access, Bookkeeping, Own};
pub(crate) use installation::Inner;
pub use installation::{Installation, Options, Origin};
pub use openings::{OwnAct, Purpose, Upkeep};
pub(crate) use recording::person;
pub use whole::{Filling, Snapshot};

#[derive(Clone)]
enum Caller {
    Stranger,
    Person(Arc<Actor>),
    System,
    Operator,
}

/// One request's way to everything. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    installation: Installation,
    caller: Caller,
    origin: Origin,
    disconnect: Disconnect,
}

impl Context {
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The same for a request whose client may hang up before it is answered.
    pub fn on_connection(self, disconnect: Disconnect) -> Self {
        Self { disconnect, ..self }
    }

    pub(crate) fn disconnect(&self) -> &Disconnect {
        &self.disconnect
    }

    pub fn now(&self) -> Millis {
        self.installation.now()
    }

    /// The signed-in person.
    ///
    /// # Errors
    /// `SignedOut` where there is none.
    pub fn actor(&self) -> Result<&Actor> {
        match &self.caller {
            Caller::Person(actor) => Ok(actor),
            _ => Err(Error::SignedOut.into()),
        }
    }

    /// Opens lists and details.
    ///
    /// # Errors
    /// `SignedOut`, `ObligationFirst`, `Forbidden`.
    pub async fn read(&self, permission: Permission) -> Result<Access> {
        self.check(permission, false).await?;
        Ok(self.access())
    }

    /// Makes a change: `body` runs in a transaction, which is committed with the events that it ends
    /// with. Where it fails, or ends without one, nothing was changed.
    ///
    /// # Errors
    /// As [`Self::read`], and `ProofNeeded`; those of the body.
    pub async fn change<T>(
        &self,
        permission: Permission,
        body: impl AsyncFnOnce(&Change) -> Result<Done<T>>,
    ) -> Result<T> {
        self.check(permission, true).await?;
        self.run(Some(permission), None, body).await
    }

    /// As [`Self::change`], one at a time of those that hold the same.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn change_holding<T>(
        &self,
        permission: Permission,
        held: Held,
        body: impl AsyncFnOnce(&Change) -> Result<Done<T>>,
    ) -> Result<T> {
        self.check(permission, true).await?;
        self.run(Some(permission), Some(held), body).await
    }

    /// Makes a change to what somebody is or may do: nobody else makes one meanwhile, so
    /// that rules about what remains hold at the commit.
    ///
    /// # Errors
    /// As [`Self::change`]; `LastAdministrator` where nobody would be left to administer.
    pub async fn change_standing<T>(
        &self,
        permission: Permission,
        body: impl AsyncFnOnce(&StandingChange) -> Result<Done<T>>,
    ) -> Result<T> {
        self.check(permission, true).await?;
        self.run_standing(Some(permission), body).await
    }

    /// Asks what [`Self::change`] asks, without opening a transaction: before work that
    /// nobody should get out of us who may not use it.
    ///
    /// # Errors
    /// As [`Self::change`].
    pub async fn may_change(&self, permission: Permission) -> Result<()> {
        self.check(permission, true).await
    }

    /// Makes a change that strangers may make: whether the caller is signed in, and still is, does not matter.
    ///
    /// # Errors
    /// When no connection comes free; those of the body.
    pub async fn public_change<T>(
        &self,
        _purpose: Purpose,
        body: impl AsyncFnOnce(&Change) -> Result<Done<T>>,
    ) -> Result<T> {
        let change = self.begin().await?;
        let result = body(&change).await;
        self.end(change, result).await
    }

    /// Opens what strangers' requests have to look up before they change anything.
    pub fn public_read(&self, _purpose: Purpose) -> Access {
        self.access()
    }

    /// Makes a change by this process or its operator.
    ///
    /// # Errors
    /// `SignedOut` for anybody else: no request comes through here. Those of the body.
    pub async fn process_change<T>(&self, body: impl AsyncFnOnce(&Change) -> Result<Done<T>>) -> Result<T> {
        self.process()?;
        self.run(None, None, body).await
    }

    /// As [`Self::process_change`], to what somebody is or may do.
    ///
    /// # Errors
    /// As there; `LastAdministrator`.
    pub(crate) async fn process_change_standing<T>(
        &self,
        body: impl AsyncFnOnce(&StandingChange) -> Result<Done<T>>,
    ) -> Result<T> {
        self.process()?;
        self.run_standing(None, body).await
    }

    /// Opens reading for this process or its operator.
    ///
    /// # Errors
    /// `SignedOut` for anybody else.
    pub fn process_read(&self) -> Result<Access> {
        self.process()?;
        Ok(self.access())
    }

    /// Opens bookkeeping.
    pub fn upkeep(&self, _upkeep: Upkeep) -> Bookkeeping<'_> {
        Bookkeeping { db: self.inner().database.writer() }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.installation.0
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.inner().database.is_postgres()
    }

    fn process(&self) -> Result<()> {
        match self.caller {
            Caller::System | Caller::Operator => Ok(()),
            _ => Err(Error::SignedOut.into()),
        }
    }

    fn access(&self) -> Access {
        Access { db: self.inner().database.reader().clone() }
    }

    /// Whether a change could be made now: one is begun, and given up.
    pub(crate) async fn try_change(&self) -> Result<()> {
        let change = self.begin().await?;
        // On PostgreSQL every change ends with this lock; on SQLite it began with one.
        if self.is_postgres() {
            audit::hold(&change).await?;
        }
        change.tx.rollback().await?;
        Ok(())
    }

    /// Whether the database can be reached at all, be it busy or not.
    pub(crate) async fn try_connect(&self) -> Result<()> {
        Ok(self.inner().database.try_connect().await?)
    }

    async fn check(&self, permission: Permission, change: bool) -> Result<()> {
        let actor = match &self.caller {
            Caller::System | Caller::Operator => return Ok(()),
            Caller::Stranger => return Err(Error::SignedOut.into()),
            Caller::Person(actor) => actor,
        };
        if let Some(obligation) = actor.obligation {
            return Err(Error::ObligationFirst(obligation).into());
        }
        if !actor.may(permission) {
            self.record_refusal(actor, permission).await;
            return Err(Error::Forbidden(permission).into());
        }
        // Every change that needs a permission is one of those that T17 names.
        if change && !actor.has_recent_proof(self.now()) {
            return Err(Error::ProofNeeded.into());
        }
        Ok(())
    }
}

/// For `audit::verify`, which reads the chain with the key that wrote it.
pub(crate) fn chain_key(cx: &Context) -> &[u8; 32] {
    &cx.inner().chain_key
}
