//! The whole database at once: what a backup reads, and what a restore fills.

use domain::audit::Event;
use sea_orm::DatabaseTransaction;

use super::Context;
use crate::{Result, audit};

/// The permission to read everything as it was at one moment, while others go on writing.
pub struct Snapshot {
    tx: DatabaseTransaction,
}

impl Snapshot {
    pub(crate) fn db(&self) -> &DatabaseTransaction {
        &self.tx
    }
}

/// The permission to fill an empty database. The log comes with what is restored, and goes
/// on with what the restore itself has to tell.
#[must_use = "what is not committed is rolled back"]
pub struct Filling {
    tx: DatabaseTransaction,
    cx: Context,
}

impl Filling {
    pub(crate) fn db(&self) -> &DatabaseTransaction {
        &self.tx
    }

    pub(crate) async fn commit(self, events: &[Event]) -> Result<()> {
        audit::append(&self.tx, &self.cx.inner().chain_key, self.cx.now(), &self.cx.by(), events).await?;
        Ok(self.tx.commit().await?)
    }
}

impl Context {
    /// Opens a snapshot for this process or its operator.
    ///
    /// # Errors
    /// `SignedOut` for anybody else.
    pub async fn process_snapshot(&self) -> Result<Snapshot> {
        self.process()?;
        Ok(Snapshot { tx: self.inner().database.snapshot().await? })
    }

    /// Opens an empty database for filling, for this process or its operator.
    ///
    /// # Errors
    /// `SignedOut` for anybody else.
    pub async fn process_filling(&self) -> Result<Filling> {
        self.process()?;
        Ok(Filling { tx: self.inner().database.begin().await?, cx: self.clone() })
    }
}
