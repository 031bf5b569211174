//! The command line: the same binary serves, and helps on a bad day.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks through these")]

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, Parser, Subcommand};
use services::Installation;

use crate::{
    config::{Config, LogFormat},
    log,
};

mod audit;
mod backup;
mod doctor;
mod factors;
mod flags;
mod progress;
mod restore;
mod search;
mod seed;
mod serve;

use flags::Flags;

/// How long what is left of the work may take once everything else has ended.
const SHUT_DOWN: Duration = Duration::from_secs(2);

/// Users, groups, sessions and an audit log for your product, finished.
#[derive(Parser)]
#[command(name = "keydesk", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the console until told to stop
    Serve,
    /// Bring the database up to this version and stop
    Migrate,
    /// Fill an installation with example data
    Seed(seed::Seed),
    /// Write everything but the master key to one file, while others go on working
    Backup(backup::Backup),
    /// Fill an empty database, of either kind, from a backup
    Restore(restore::Restore),
    /// Print the effective settings and check database, folder, origin and clock
    Doctor,
    /// List and void passkeys and recovery codes that a restore brought back
    #[command(subcommand)]
    Factors(factors::Factors),
    /// Work with the audit log
    #[command(subcommand)]
    Audit(audit::Audit),
}

/// Every setting as a flag. `keydesk doctor` prints what holds.
#[derive(Args)]
struct Settings {
    /// Configuration file (TOML)
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
}

impl Settings {
    fn read(self) -> Result<Config, String> {
        #[allow(clippy::disallowed_methods, reason = "the one place that reads variables")]
        let variables = std::env::vars_os();
        Config::read(self.config.as_deref(), variables, &self.flags.0)
    }
}

/// Does what the command line says. Failures end with a sentence and exit code 1.
pub fn run() -> ExitCode {
    let Cli { command, settings } = Cli::parse();
    let mut format = LogFormat::Text;
    let done = settings.read().and_then(|config| {
        format = config.log.format;
        log::start(&config.log.level, format);
        if !matches!(command, Command::Doctor) {
            for told in &config.remarks.unknown {
                tracing::warn!("{told}; keydesk doctor lists those that there are");
            }
        }
        let runtime = tokio::runtime::Runtime::new()
            .map_err(|error| format!("The operating system refuses threads: {error}."))?;
        let done = runtime.block_on(async {
            match command {
                Command::Serve => serve::serve(&config).await,
                Command::Migrate => migrate(&config).await,
                Command::Seed(seed) => seed.run(&config).await,
                Command::Backup(backup) => backup.run(&config).await,
                Command::Restore(restore) => restore.run(&config).await,
                Command::Doctor => doctor::doctor(&config).await,
                Command::Factors(factors) => factors.run(&config).await,
                Command::Audit(audit) => audit.run(&config).await,
            }
        });
        // A worker that is lost for good is not waited for.
        runtime.shutdown_timeout(SHUT_DOWN);
        done
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            match format {
                LogFormat::Text => eprintln!("keydesk: {sentence}"),
                LogFormat::Json => tracing::error!("{sentence}"),
            }
            ExitCode::FAILURE
        }
    }
}

/// Runs a command that commits. What the audit log holds by then is noted beside the database, however the
/// command ends: a server that is running notes what it commits itself, and this only within the hour.
async fn committing(
    installation: Installation,
    command: impl AsyncFnOnce(&Installation) -> Result<(), String>,
) -> Result<(), String> {
    let done = command(&installation).await;
    match services::audit::note_head(&installation.operator()).await.map(|witness| witness.alarm()) {
        Ok(None) => {}
        Ok(Some(alarm)) => tracing::error!("{alarm}"),
        Err(cause) => tracing::warn!(%cause, "the audit log's head could not be noted; keydesk serve does it"),
    }
    done
}

/// Of somebody who came back and could not be erased again, with what to do about it.
fn kept(username: &str) -> String {
    format!(
        "{username} had been erased and is back, and was NOT erased again: nobody else administers now, and without an \
         administrator nobody could make one. Sign in as {username}, make somebody else an administrator, hand the \
         protection of the first administrator over to them, and have them delete and erase {username}."
    )
}

async fn migrate(config: &Config) -> Result<(), String> {
    crate::start::prepare_data_dir(&config.data_dir)?;
    let database = crate::start::connect(&config.storage.database).await?;
    match crate::start::upgrade(config, &database).await? {
        0 => println!("The database is up to date."),
        steps => println!("The database is up to date now: {steps} steps were applied."),
    }
    search::rebuild(config, database).await
}
