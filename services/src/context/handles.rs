//! What the gate hands out: permissions that one holds in one's hand.

use domain::{Actor, users::UserId};
use sea_orm::DatabaseConnection;

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
