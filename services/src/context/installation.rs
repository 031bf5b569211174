//! What all requests of a process share.

use std::sync::Arc;

use domain::{Actor, Millis, sessions::SessionLimits, time::TimeZone};
use tokio::sync::Notify;

use super::{Caller, Context, Disconnect};
use crate::{
    audit::{Followed, Outside},
    backup::BackupKey,
    clock::Clock,
    credentials::{Breaches, Hasher, RelyingParty, Turns},
    database::Database,
    encryption::SecretBox,
    master_key::{self, MasterKey},
    sessions::Seen,
    tally::Tally,
    throttle::WaitingSources,
    traces::Traces,
    users::{Rebuilt, stats::Total},
};

/// One running Keydesk: what all requests share.
#[derive(Clone)]
pub struct Installation(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(super) database: Database,
    clock: Clock,
    pub(super) chain_key: [u8; 32],
    pub(super) throttle_key: [u8; 32],
    pub(super) retired_key: [u8; 32],
    pub(super) sealer: SecretBox,
    pub(super) recovery_key: [u8; 32],
    pub(crate) backup_key: BackupKey,
    pub(super) erasures_key: [u8; 32],
    pub(crate) outside: Option<Outside>,
    /// Told of each commit, so that its head is noted outside.
    pub(crate) committed: Notify,
    pub(crate) followed: Followed,
    pub(crate) nobodys_key: [u8; 32],
    pub(crate) passkeys: Option<RelyingParty>,
    pub(crate) breaches: Option<Breaches>,
    pub(crate) hasher: Hasher,
    pub(crate) turns: Turns,
    pub(crate) waiting_sources: WaitingSources,
    pub(crate) limits: SessionLimits,
    pub(crate) name: String,
    pub(crate) time_zone: Option<Arc<TimeZone>>,
    pub(crate) seen: Seen,
    pub(crate) tally: Tally,
    pub(crate) traces: Traces,
    pub(crate) total: Total,
    pub(crate) rebuilt: Rebuilt,
}

/// What an installation is made of.
pub struct Options {
    pub database: Database,
    pub clock: Clock,
    pub master_key: MasterKey,
    pub limits: SessionLimits,
    /// The organisation's name, shown beside the product's.
    pub name: String,
    /// The zone of days where the configuration says it; else the settings do.
    pub time_zone: Option<Arc<TimeZone>>,
    /// Nothing where passkeys cannot work, such as under a bare IP address.
    pub passkeys: Option<RelyingParty>,
    /// A list of published passwords that nobody may use.
    pub breaches: Option<Breaches>,
    /// Where the last head of the audit log is kept beside the database.
    pub outside: Option<Outside>,
}

impl Installation {
    pub fn new(options: Options) -> Self {
        Self(Arc::new(Inner {
            chain_key: options.master_key.derive(master_key::Use::AuditChain),
            throttle_key: options.master_key.derive(master_key::Use::Throttle),
            retired_key: options.master_key.derive(master_key::Use::RetiredUsernames),
            sealer: SecretBox::new(&options.master_key),
            recovery_key: options.master_key.derive(master_key::Use::RecoveryCodes),
            backup_key: BackupKey::of(&options.master_key),
            erasures_key: options.master_key.derive(master_key::Use::Erasures),
            outside: options.outside,
            committed: Notify::new(),
            followed: Followed::default(),
            nobodys_key: options.master_key.derive(master_key::Use::NobodysPasskeys),
            passkeys: options.passkeys,
            breaches: options.breaches,
            database: options.database,
            clock: options.clock,
            hasher: Hasher::new(),
            turns: Turns::default(),
            waiting_sources: WaitingSources::default(),
            limits: options.limits,
            name: options.name,
            time_zone: options.time_zone,
            seen: Seen::default(),
            tally: Tally::default(),
            traces: Traces::default(),
            total: Total::default(),
            rebuilt: Rebuilt::default(),
        }))
    }

    /// A request from nobody that we know.
    pub fn stranger(&self, origin: Origin) -> Context {
        self.context(Caller::Stranger, origin)
    }

    /// A request from a signed-in person.
    pub fn person(&self, actor: Actor, origin: Origin) -> Context {
        self.context(Caller::Person(Arc::new(actor)), origin)
    }

    /// Jobs of this process.
    pub fn system(&self) -> Context {
        self.context(Caller::System, Origin::default())
    }

    /// Somebody at the command line of this machine.
    pub fn operator(&self) -> Context {
        self.context(Caller::Operator, Origin::default())
    }

    fn context(&self, caller: Caller, origin: Origin) -> Context {
        Context { installation: self.clone(), caller, origin, disconnect: Disconnect::default() }
    }

    pub fn now(&self) -> Millis {
        self.0.clock.now()
    }

    pub fn limits(&self) -> SessionLimits {
        self.0.limits
    }

    /// Whom passkeys are for; nothing where they do not work.
    pub fn passkeys(&self) -> Option<&RelyingParty> {
        self.0.passkeys.as_ref()
    }

    /// Where the last head of the audit log is kept beside the database.
    pub fn outside(&self) -> Option<&Outside> {
        self.0.outside.as_ref()
    }

    /// Where passwords are hashed.
    pub fn hasher(&self) -> &Hasher {
        &self.0.hasher
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
