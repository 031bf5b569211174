//! `keydesk restore`

use std::{fs::File, path::PathBuf};

use clap::Args;
use services::{
    audit::{self, Verdict},
    backup::{self, Header},
    master_key::MasterKey,
    setup,
};

use super::progress::Progress;
use crate::{config::Config, schema, start};

#[derive(Args)]
pub struct Restore {
    /// A file that keydesk backup wrote
    file: PathBuf,
}

impl Restore {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        let mut progress = Progress::new();
        progress.show(|| "reading the backup".into());
        // All of it is read once before anything is made or opened.
        let contents = backup::check(self.open()?).map_err(|error| error.to_string())?;
        let key = key(config, &contents.header)?;
        schema::refuse_unknown(&contents.header.steps)?;
        start::prepare_data_dir(&config.data_dir)?;
        let database = start::connect(&config.database).await?;
        let installation = start::installation(config, database.clone(), &key);
        let operator = installation.operator();
        backup::refuse_unless_empty(&operator).await.map_err(|error| error.to_string())?;
        schema::migrate_to(&database, &contents.header.steps).await?;
        let each = |table: &str, rows: u64| progress.show(|| format!("{table}: {rows} rows"));
        backup::restore(&operator, self.open()?, each).await.map_err(|error| error.to_string())?;
        let later = schema::migrate(&database).await?;
        setup::prepare(&installation.system(), &key).await.map_err(|error| error.to_string())?;
        drop(progress);
        println!(
            "Restored into {}: {} users, {} audit events, as of {}. Everybody has to sign in again.",
            config.database.masked(),
            contents.of("users"),
            contents.of("audit_events"),
            domain::time::TimeZone::default().exact(contents.header.created_at)
        );
        if later > 0 {
            println!("The backup was older than this Keydesk by {later} steps, which were applied.");
        }
        match audit::verify(&operator).await.map_err(|error| error.to_string())? {
            Verdict::Intact { events, head, .. } => {
                println!("The audit log is intact: {events} events, head {head}");
                Ok(())
            }
            Verdict::Broken { seq, what } => Err(format!(
                "Everything was restored, but its audit log is not intact: event {seq}: {what}. It was not when it was backed up, either."
            )),
        }
    }

    fn open(&self) -> Result<File, String> {
        File::open(&self.file).map_err(|error| format!("Cannot read the backup {}: {error}.", self.file.display()))
    }
}

/// The key that the backup needs. None is made: a new one would fit nothing.
fn key(config: &Config, header: &Header) -> Result<MasterKey, String> {
    let (path, needed) = (config.master_key_file.display(), &header.master_key);
    let put = format!(
        "Put the copy that you kept there, or say where it is with KEYDESK_MASTER_KEY_FILE. The one that is needed has the id {needed}"
    );
    if !config.master_key_file.exists() {
        return Err(format!("The master key {path} is missing. {put}."));
    }
    let key = MasterKey::open(&config.master_key_file)?;
    if key.id() != *needed {
        return Err(format!("The backup belongs to another master key than {path}. {put}, and this one {}.", key.id()));
    }
    Ok(key)
}
