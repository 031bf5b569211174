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
//!     let change = cx.change(domain::Permission::CreateUsers).await?;
//!     change.commit().await
//! }
//! ```
//!
//! The same with an event does:
//!
//! ```
//! async fn told(cx: &services::Context) -> services::Result<()> {
//!     let change = cx.change(domain::Permission::CreateUsers).await?;
//!     change.commit(domain::audit::Event::CastSeeded { users: 0 }).await
//! }
//! ```
#![allow(clippy::disallowed_types, reason = "the gate is what hands the database out")]

use std::sync::Arc;

use domain::{
    Actor, Error, Millis, Obligation, Permission,
    audit::{Event, Person},
    guard::Refusal,
    sessions::SessionLimits,
    users::UserId,
};
use sea_orm::{DatabaseConnection, DatabaseTransaction};

use crate::{
    Failure, Result, audit,
    auth::Hasher,
    clock::Clock,
    database::Database,
    master_key::{self, MasterKey},
    sessions::Seen,
    tally::Tally,
};

/// One running Keydesk: what all requests share.
#[derive(Clone)]
pub struct Installation(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    database: Database,
    clock: Clock,
    chain_key: [u8; 32],
    throttle_key: [u8; 32],
    pub(crate) hasher: Hasher,
    pub(crate) limits: SessionLimits,
    pub(crate) name: String,
    pub(crate) seen: Seen,
    pub(crate) tally: Tally,
}

/// What an installation is made of.
pub struct Options {
    pub database: Database,
    pub clock: Clock,
    pub master_key: MasterKey,
    pub limits: SessionLimits,
    /// The organisation's name, shown beside the product's.
    pub name: String,
}

impl Installation {
    pub fn new(options: Options) -> Self {
        Self(Arc::new(Inner {
            chain_key: options.master_key.derive(master_key::Use::AuditChain),
            throttle_key: options.master_key.derive(master_key::Use::Throttle),
            database: options.database,
            clock: options.clock,
            hasher: Hasher::new(),
            limits: options.limits,
            name: options.name,
            seen: Seen::default(),
            tally: Tally::default(),
        }))
    }

    /// A request from nobody that we know.
    pub fn stranger(&self, origin: Origin) -> Context {
        Context { installation: self.clone(), caller: Caller::Stranger, origin }
    }

    /// A request from a signed-in person.
    pub fn person(&self, actor: Actor, origin: Origin) -> Context {
        Context { installation: self.clone(), caller: Caller::Person(Arc::new(actor)), origin }
    }

    /// Jobs of this process.
    pub fn system(&self) -> Context {
        Context { installation: self.clone(), caller: Caller::System, origin: Origin::default() }
    }

    /// Somebody at the command line of this machine.
    pub fn operator(&self) -> Context {
        Context { installation: self.clone(), caller: Caller::Operator, origin: Origin::default() }
    }

    pub fn now(&self) -> Millis {
        self.0.clock.now()
    }

    pub fn limits(&self) -> SessionLimits {
        self.0.limits
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }
}

/// Where a request comes from, in words for the log.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub address: String,
    /// Such as `Firefox on Windows`.
    pub browser: String,
}

#[derive(Clone)]
enum Caller {
    Stranger,
    Person(Arc<Actor>),
    System,
    Operator,
}

/// What strangers may do: the complete list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Finding out whose session a cookie belongs to.
    Authenticate,
    FirstRun,
    SignIn,
}

/// What people may do with their own account, whatever their permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnAct {
    ChangePassword,
    UpdateProfile,
    EndSessions,
    SignOut,
    GiveProof,
}

impl OwnAct {
    /// Whether it is allowed while something else must be done first.
    fn fulfils(self, obligation: Obligation) -> bool {
        match obligation {
            Obligation::NewPassword => {
                matches!(self, Self::ChangePassword | Self::SignOut)
            }
        }
    }
}

/// Writes that carry no event: bookkeeping that nobody would look for in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upkeep {
    Installation,
    SetupCode,
    SessionStore,
    LastSeen,
    DeadSessions,
    Throttle,
    KnownDevice,
    RehashPassword,
}

/// One request's way to everything. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    installation: Installation,
    caller: Caller,
    origin: Origin,
}

impl Context {
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
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

    /// Opens a change. Dropped without a commit, it is rolled back.
    ///
    /// # Errors
    /// As [`Self::read`], and `ProofNeeded`.
    pub async fn change(&self, permission: Permission) -> Result<Change> {
        self.check(permission, true).await?;
        self.begin().await
    }

    /// Asks what [`Self::change`] asks, without opening a transaction: before work that
    /// nobody should get out of us who may not use it.
    ///
    /// # Errors
    /// As [`Self::change`].
    pub async fn may_change(&self, permission: Permission) -> Result<()> {
        self.check(permission, true).await
    }

    /// Opens what belongs to the signed-in person, and only that.
    ///
    /// # Errors
    /// `SignedOut`, `ObligationFirst`.
    pub fn own_account(&self) -> Result<Own> {
        let actor = self.actor()?.clone();
        if let Some(obligation) = actor.obligation {
            return Err(Error::ObligationFirst(obligation).into());
        }
        Ok(Own { access: self.access(), actor })
    }

    /// As [`Self::own_account`], for the few things that an obligation does not bar.
    ///
    /// # Errors
    /// `SignedOut`, `ObligationFirst`.
    pub fn own_account_for(&self, act: OwnAct) -> Result<Own> {
        let actor = self.actor()?.clone();
        match actor.obligation {
            Some(obligation) if !act.fulfils(obligation) => Err(Error::ObligationFirst(obligation).into()),
            _ => Ok(Own { access: self.access(), actor }),
        }
    }

    /// Opens a change to one's own account.
    ///
    /// # Errors
    /// `SignedOut`, `ObligationFirst`.
    pub async fn own_change(&self, act: OwnAct) -> Result<Change> {
        self.own_account_for(act)?;
        self.begin().await
    }

    /// Opens a change that strangers may make.
    ///
    /// # Errors
    /// When no connection comes free.
    pub async fn public(&self, _purpose: Purpose) -> Result<Change> {
        self.begin().await
    }

    /// Opens what strangers' requests have to look up before they change anything.
    pub fn public_read(&self, _purpose: Purpose) -> Access {
        self.access()
    }

    /// Opens a change by this process or its operator.
    ///
    /// # Errors
    /// `SignedOut` for anybody else: no request comes through here.
    pub async fn process_change(&self) -> Result<Change> {
        self.process()?;
        self.begin().await
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

    /// The name of a throttle bucket, unreadable without the master key.
    pub(crate) fn bucket(&self, parts: &[&[u8]]) -> [u8; 32] {
        master_key::mac(&self.inner().throttle_key, parts)
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

    async fn begin(&self) -> Result<Change> {
        let tx = self.inner().database.begin().await?;
        Ok(Change { tx, cx: self.clone() })
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

    /// Writes the refusal down, once a minute per person, permission and source. A
    /// failure to do so must not turn a refusal into something else.
    async fn record_refusal(&self, actor: &Actor, permission: Permission) {
        let event = |times| Event::Refused { user: person(actor), permission, times };
        let key = format!("{}|{}|{}", actor.id, permission.code(), self.origin.address);
        self.record_attempt(key, event).await;
    }

    /// Passes a use case's result on and records a refusal that it met within a change. Call
    /// it once the change is gone: on SQLite a second one beside it would wait for it.
    pub(crate) async fn recording<T>(&self, result: Result<T>) -> Result<T> {
        let missing = match &result {
            Err(Failure::Told(Error::Forbidden(missing))) => Some(*missing),
            Err(Failure::Told(Error::Refused(Refusal::GrantsMore { missing, .. }))) => Some(*missing),
            _ => None,
        };
        if let (Some(missing), Caller::Person(actor)) = (missing, &self.caller) {
            self.record_refusal(actor, missing).await;
        }
        result
    }

    /// Records an attempt in a transaction of its own. Of the same attempts within a
    /// minute the first is written at once and the others are counted.
    pub(crate) async fn record_attempt(&self, key: String, event: impl FnOnce(u32) -> Event) {
        let by = self.by();
        if let Some(event) = self.inner().tally.count(key, self.now(), &by, event) {
            self.record(&by, event).await;
        }
    }

    /// Writes attempts down that were only counted so far; `all` when the process stops.
    pub(crate) async fn record_counted(&self, all: bool) {
        for (by, event) in self.inner().tally.due(self.now(), all) {
            self.record(&by, event).await;
        }
    }

    async fn record(&self, by: &audit::By, event: Event) {
        let written = match self.begin().await {
            Ok(change) => change.commit_by(by, &[event]).await,
            Err(failure) => Err(failure),
        };
        if let Err(failure) = written {
            tracing::error!(cause = %failure, "an attempt could not be recorded");
        }
    }

    fn by(&self) -> audit::By {
        audit::By {
            kind: match self.caller {
                Caller::Stranger => "stranger",
                Caller::Person(_) => "person",
                Caller::System => "system",
                Caller::Operator => "operator",
            },
            person: self.actor().ok().map(person),
            address: self.origin.address.clone(),
            browser: self.origin.browser.clone(),
        }
    }
}

/// The permission to read.
pub struct Access {
    db: DatabaseConnection,
}

impl Access {
    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.db
    }
}

/// The permission to read what is one's own.
pub struct Own {
    access: Access,
    actor: Actor,
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
    db: &'a DatabaseConnection,
}

impl Bookkeeping<'_> {
    pub(crate) fn db(&self) -> &DatabaseConnection {
        self.db
    }
}

/// The permission to change: a transaction that ends with an event, or not at all.
#[must_use = "a change that is not committed is rolled back"]
pub struct Change {
    tx: DatabaseTransaction,
    cx: Context,
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

    async fn commit_by(self, by: &audit::By, events: &[Event]) -> Result<()> {
        let chain_key = &self.cx.inner().chain_key;
        audit::append(&self.tx, chain_key, self.cx.now(), by, events).await?;
        self.tx.commit().await?;
        Ok(())
    }
}

pub(crate) fn person(actor: &Actor) -> Person {
    Person { id: actor.id, name: actor.display_name.clone() }
}

/// For `audit::verify`, which reads the chain with the key that wrote it.
pub(crate) fn chain_key(cx: &Context) -> &[u8; 32] {
    &cx.inner().chain_key
}
