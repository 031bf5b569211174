//! Restoring: an empty database becomes what a backup holds, or stays empty.

use std::io::Read;

use domain::audit::Event;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};

use super::{
    Contents,
    aftermath::{Aftermath, settle},
    catalogue::{Table, tables},
    damaged,
    into::Into,
    reading::{Item, Reading},
};
use crate::{
    Context, Failure, Result,
    bulk_load::{self, DeferredIndexes},
};

/// Refuses a database that somebody uses already.
///
/// # Errors
/// `Unexpected` with a sentence for the operator.
pub async fn refuse_unless_empty(cx: &Context) -> Result<()> {
    refuse_unless_unused(cx.process_snapshot().await?.db()).await
}

async fn refuse_unless_unused(db: &DatabaseTransaction) -> Result<()> {
    let there = tables(db).await?;
    for (table, condition) in [("users", "1 = 1"), ("installation", "set_up_at IS NOT NULL")] {
        if !there.iter().any(|own| own.name == table) {
            continue;
        }
        let sql = format!("SELECT 1 AS one FROM {table} WHERE {condition} LIMIT 1");
        if db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?.is_some() {
            return Err(Failure::Unexpected(
                "A backup is restored into an empty database only, and this one is in use. Name another one with \
                 KEYDESK_DATABASE_URL or KEYDESK_DATA_DIR."
                    .into(),
            ));
        }
    }
    Ok(())
}

/// Whether a file is restored of which nobody can say who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    Authenticated,
    Anything,
}

impl Trust {
    /// Refuses what is not trusted.
    ///
    /// # Errors
    /// `Unexpected` with a sentence for the operator.
    pub fn judge(self, contents: &Contents) -> Result<()> {
        if contents.authenticated || self == Self::Anything {
            return Ok(());
        }
        Err(Failure::Unexpected(
            "This backup is not authenticated: Keydesk 0.4.0 and before wrote such files, and a newer one that \
             somebody altered can be made to look like them. Nothing was restored. If you know where it has been since \
             it was written, restore it with --unauthenticated."
                .into(),
        ))
    }
}

/// Fills an empty database, whose schema is at the backup's own step, in one transaction, and
/// takes away what must not come back.
///
/// # Errors
/// `Unexpected` with a sentence for the operator; then nothing was written.
pub async fn restore(
    cx: &Context,
    input: impl Read + Send,
    trust: Trust,
    mut each: impl FnMut(&str, u64) + Send,
) -> Result<Restored> {
    let mut reading = Reading::open(input, Some(&cx.inner().backup_key))?;
    let filling = cx.process_filling().await?;
    let db = filling.db();
    let tables = tables(db).await?;
    clear(db, &tables).await?;
    let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
    let deferred = DeferredIndexes::defer(db, &names).await?;
    let mut into: Option<Into> = None;
    let contents = loop {
        match reading.next()? {
            Item::Table(head) => {
                finish(&mut into, db).await?;
                into = Some(Into::of(&head, &tables, cx.is_postgres())?);
            }
            Item::Row(row) => {
                let Some(into) = &mut into else { return Err(damaged("it has rows of no table")) };
                into.push(row)?;
                if into.rows.is_full() {
                    each(into.table, into.read);
                    into.rows.write_full(db).await.map_err(|failure| refused(into.table, &failure))?;
                }
            }
            Item::End(contents) => break contents,
        }
    };
    trust.judge(&contents)?;
    finish(&mut into, db).await?;
    deferred.build(db, &mut |done, _| each("indexes", done as u64)).await?;
    let Aftermath { devices, erased, kept } = settle(cx, db, &tables).await?;
    let restored = Restored { devices_forgotten: devices, erased_again: erased.len() as u32, kept, contents };
    let mut events = vec![Event::BackupRestored {
        taken_at: restored.contents.header.created_at,
        authenticated: restored.contents.authenticated,
        erased_again: restored.erased_again,
    }];
    events.extend(erased);
    filling.commit(&events).await?;
    bulk_load::checkpoint(cx).await;
    Ok(restored)
}

/// What became of a restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    pub contents: Contents,
    /// People who were erased after the backup was taken.
    pub erased_again: u32,
    /// The username of whoever was erased too and was kept: nobody else administers.
    pub kept: Option<String>,
    /// Browsers that are asked for a second factor again.
    pub devices_forgotten: u64,
}

/// Makes sure that nobody writes meanwhile, and takes away what a first start has written.
async fn clear(db: &DatabaseTransaction, tables: &[Table]) -> Result<()> {
    if db.get_database_backend() == DbBackend::Postgres {
        let names: Vec<_> = tables.iter().map(|table| format!("\"{}\"", table.name)).collect();
        db.execute_unprepared(&format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names.join(", "))).await?;
    }
    refuse_unless_unused(db).await?;
    for table in tables.iter().rev() {
        db.execute_unprepared(&format!("DELETE FROM \"{}\"", table.name)).await?;
    }
    Ok(())
}

async fn finish(into: &mut Option<Into<'_>>, db: &DatabaseTransaction) -> Result<()> {
    if let Some(into) = into {
        into.rows.write(db).await.map_err(|failure| refused(into.table, &failure))?;
    }
    Ok(())
}

fn refused(table: &str, failure: &Failure) -> Failure {
    Failure::Unexpected(format!("The database does not take the rows of {table}: {failure}. Nothing was restored."))
}
