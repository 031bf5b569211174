//! `keydesk restore`

use std::{fs::File, path::PathBuf};

use clap::Args;
use services::{
    Installation,
    audit::{self, Verdict},
    backup::{self, BackupKey, Header, Restored, Trust},
    credentials,
    master_key::MasterKey,
    setup,
};

use super::progress::Progress;
use crate::{config::Config, schema, start};

#[derive(Args)]
pub struct Restore {
    /// A file that keydesk backup wrote
    file: PathBuf,
    /// Leave the schema as it was in the backup, for the version of then to be started on it
    #[arg(long)]
    as_it_was: bool,
    /// Also restore a file of which nobody can say who wrote it: one of 0.4.0 or before
    #[arg(long)]
    unauthenticated: bool,
    /// The list of erasures of the database that the backup is of (erasures-* in its data folder), where
    /// another database is restored into
    #[arg(long)]
    erasures: Option<PathBuf>,
}

impl Restore {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        let mut progress = Progress::new();
        progress.show(|| "reading the backup".into());
        // All of it is read once before anything is made or opened.
        let header = backup::header(self.open()?).map_err(|error| error.to_string())?;
        let key = key(config, &header)?;
        let trust = if self.unauthenticated { Trust::Anything } else { Trust::Authenticated };
        let contents = backup::check(self.open()?, &BackupKey::of(&key)).map_err(|error| error.to_string())?;
        trust.judge(&contents).map_err(|error| error.to_string())?;
        schema::refuse_unknown(&contents.header.steps)?;
        start::prepare_data_dir(&config.data_dir)?;
        let database = start::connect(&config.storage.database).await?;
        let installation = start::installation(config, database.clone(), &key);
        let operator = installation.operator();
        backup::refuse_unless_empty(&operator).await.map_err(|error| error.to_string())?;
        if let (Some(list), Some(outside)) = (&self.erasures, installation.outside()) {
            outside.add_list(list).await.map_err(|error| error.to_string())?;
        }
        let listed = installation.outside().is_none_or(|outside| outside.erasures_path().exists());
        schema::migrate_to(&database, &contents.header.steps).await?;
        let each = |table: &str, rows: u64| progress.show(|| format!("{table}: {rows} rows"));
        let restored =
            backup::restore(&operator, self.open()?, trust, each).await.map_err(|error| error.to_string())?;
        if self.as_it_was {
            let witness = audit::set_head(&operator).await.map_err(|error| error.to_string())?;
            drop(progress);
            println!(
                "Restored into {} as it was: {} users, as of {}. Start the Keydesk of then on it; this one would bring \
                 it up to date.",
                config.storage.database.masked(),
                contents.of("users"),
                domain::time::TimeZone::default().exact(contents.header.created_at)
            );
            if !contents.authenticated {
                println!("{UNAUTHENTICATED}");
            }
            if let Some(username) = &restored.kept {
                println!("{}", super::kept(username));
            }
            return witness.alarm().map_or(Ok(()), |alarm| Err(format!("Everything was restored, but {alarm}.")));
        }
        let later = schema::migrate(&database).await?;
        setup::prepare(&installation.system(), &key).await.map_err(|error| error.to_string())?;
        // Of a log that is not intact nothing is noted, and the look at the end says what is wrong.
        audit::set_head(&operator).await.map_err(|error| error.to_string())?;
        drop(progress);
        println!(
            "Restored into {}: {} users, {} audit events, as of {}. Everybody has to sign in again.",
            config.storage.database.masked(),
            contents.of("users"),
            contents.of("audit_events"),
            domain::time::TimeZone::default().exact(contents.header.created_at)
        );
        if !contents.authenticated {
            println!("{UNAUTHENTICATED}");
        }
        tell(&installation, &restored, listed).await?;
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

const UNAUTHENTICATED: &str = "This backup was not authenticated. Its audit log can be trusted as far as it is intact; \
    nothing else can: whoever had the file may have changed who is an administrator, passwords, passkeys, groups and \
    settings. That it was restored so is in the log.";

/// People shown who may have got something back.
const SHOWN: usize = 20;

/// What came back, what did not, and what is left to do. `listed` says whether there was a list of erasures.
async fn tell(installation: &Installation, restored: &Restored, listed: bool) -> Result<(), String> {
    println!("Browsers that were remembered are asked for a second factor again: {}.", restored.devices_forgotten);
    if let Some(outside) = installation.outside() {
        let list = outside.erasures_path();
        if restored.erased_again > 0 {
            println!("People who were erased after the backup, and were erased again: {}.", restored.erased_again);
        } else if !listed {
            println!(
                "There is no list of erasures at {}: whoever was erased after the backup is back. The database that \
                 the backup is of has one, erasures-* in the data folder of the machine that Keydesk ran on: if it is \
                 still there, restore again into a new database and name it with --erasures.",
                list.display()
            );
        }
    }
    if let Some(username) = &restored.kept {
        println!("{}", super::kept(username));
    }
    let operator = installation.operator();
    if !credentials::holders(&operator).await.map_err(|error| error.to_string())?.is_empty() {
        println!(
            "Recovery codes that were used and passkeys that were removed after the backup are back. These people had \
             some then; keydesk factors void USERNAME... (or --all) voids them:"
        );
        super::factors::list(&operator, SHOWN).await?;
    }
    Ok(())
}

/// The key that the backup needs. None is made: a new one would fit nothing.
fn key(config: &Config, header: &Header) -> Result<MasterKey, String> {
    let (path, needed) = (config.storage.master_key_file.display(), &header.master_key);
    let put = format!(
        "Put the copy that you kept there, or say where it is with KEYDESK_MASTER_KEY_FILE. The one that is needed has the id {needed}"
    );
    if !config.storage.master_key_file.exists() {
        return Err(format!("The master key {path} is missing. {put}."));
    }
    let key = MasterKey::open(&config.storage.master_key_file)?;
    if key.id() != *needed {
        return Err(format!("The backup belongs to another master key than {path}. {put}, and this one {}.", key.id()));
    }
    Ok(key)
}
