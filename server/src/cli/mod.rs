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
mod progress;
mod restore;
mod search;
mod seed;
mod serve;

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
    /// Folder for the SQLite file and the master key [KEYDESK_DATA_DIR, default: data]
    #[arg(long, global = true)]
    data_dir: Option<String>,
    /// Address and port to listen on [KEYDESK_LISTEN, default: 127.0.0.1:3000]
    #[arg(long, global = true)]
    listen: Option<String>,
    /// sqlite:PATH or postgres://... [KEYDESK_DATABASE_URL]
    #[arg(long, global = true)]
    database_url: Option<String>,
    /// Public address, such as https://keydesk.example.org [KEYDESK_ORIGIN]
    #[arg(long, global = true)]
    origin: Option<String>,
    /// File of the master key [KEYDESK_MASTER_KEY_FILE]
    #[arg(long, global = true)]
    master_key_file: Option<String>,
    /// Upgrade the database without a snapshot of it before [KEYDESK_NO_SNAPSHOT]
    #[arg(long, global = true)]
    no_snapshot: bool,
    /// Name of your organisation [KEYDESK_NAME]
    #[arg(long, global = true)]
    name: Option<String>,
    /// Zone whose days are shown and typed, such as Europe/Lisbon [KEYDESK_TIME_ZONE]
    #[arg(long, global = true)]
    time_zone: Option<String>,
    /// Networks whose X-Forwarded-For counts, with commas between [KEYDESK_TRUSTED_PROXIES]
    #[arg(long, global = true)]
    trusted_proxies: Option<String>,
    /// Connections at once, a quarter of them for one address [KEYDESK_CONNECTIONS, default: 1024]
    #[arg(long, global = true)]
    connections: Option<String>,
    /// error, warn, info, debug or trace [KEYDESK_LOG, default: info]
    #[arg(long, global = true)]
    log: Option<String>,
    /// How lines of the log look: text, or json for machines [KEYDESK_LOG_FORMAT, default: text]
    #[arg(long, global = true)]
    log_format: Option<String>,
    /// Allow a public address without TLS [KEYDESK_INSECURE_HTTP]
    #[arg(long, global = true)]
    insecure_http: bool,
    /// Minutes without activity after which a session ends [KEYDESK_SESSIONS_IDLE_MINUTES, default: 120]
    #[arg(long, global = true)]
    sessions_idle_minutes: Option<String>,
    /// Minutes after which a session ends in any case [KEYDESK_SESSIONS_ABSOLUTE_MINUTES, default: 720]
    #[arg(long, global = true)]
    sessions_absolute_minutes: Option<String>,
    /// Sessions that one person may have at a time; one more ends the oldest [KEYDESK_SESSIONS_PER_PERSON, default: 20]
    #[arg(long, global = true)]
    sessions_per_person: Option<String>,
    /// Domain that passkeys are bound to, for good [KEYDESK_PASSKEYS_RP_ID]
    #[arg(long, global = true)]
    passkeys_rp_id: Option<String>,
    /// Further addresses that may use these passkeys, with commas between [KEYDESK_PASSKEYS_ORIGINS]
    #[arg(long, global = true)]
    passkeys_origins: Option<String>,
    /// File of SHA-1 hashes of published passwords, sorted; nobody may use these [KEYDESK_BREACH_LIST]
    #[arg(long, global = true)]
    breach_list: Option<String>,
}

impl Settings {
    fn read(self) -> Result<Config, String> {
        let flags = [
            ("data_dir", self.data_dir),
            ("listen", self.listen),
            ("database_url", self.database_url),
            ("origin", self.origin),
            ("master_key_file", self.master_key_file),
            ("no_snapshot", self.no_snapshot.then(|| "true".into())),
            ("name", self.name),
            ("time_zone", self.time_zone),
            ("trusted_proxies", self.trusted_proxies),
            ("connections", self.connections),
            ("log", self.log),
            ("log_format", self.log_format),
            ("insecure_http", self.insecure_http.then(|| "true".into())),
            ("sessions.idle_minutes", self.sessions_idle_minutes),
            ("sessions.absolute_minutes", self.sessions_absolute_minutes),
            ("sessions.per_person", self.sessions_per_person),
            ("passkeys.rp_id", self.passkeys_rp_id),
            ("passkeys.origins", self.passkeys_origins),
            ("breach_list", self.breach_list),
        ];
        let flags: Vec<_> = flags.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect();
        #[allow(clippy::disallowed_methods, reason = "the one place that reads variables")]
        let variables = std::env::vars_os();
        Config::read(self.config.as_deref(), variables, &flags)
    }
}

/// Does what the command line says. Failures end with a sentence and exit code 1.
pub fn run() -> ExitCode {
    let Cli { command, settings } = Cli::parse();
    let mut format = LogFormat::Text;
    let done = settings.read().and_then(|config| {
        format = config.log_format;
        log::start(&config.log, format);
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
    let database = crate::start::connect(&config.database).await?;
    match crate::start::upgrade(config, &database).await? {
        0 => println!("The database is up to date."),
        steps => println!("The database is up to date now: {steps} steps were applied."),
    }
    search::rebuild(config, database).await
}
