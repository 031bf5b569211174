//! `keydesk backup`

use std::{
    fs::{File, OpenOptions},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use clap::Args;
use services::backup::{self, Contents};

use super::progress::Progress;
use crate::{config::Config, start};

#[derive(Args)]
pub struct Backup {
    /// Where it is written; there must be nothing yet
    file: PathBuf,
}

impl Backup {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        let file = &self.file;
        if file.exists() {
            return Err(format!(
                "{} is there already, and a backup overwrites nothing. Choose another name.",
                file.display()
            ));
        }
        let installation = start::open_at_any_step(config).await?;
        let partial = partial(file);
        let out = create(&partial)?;
        let mut progress = Progress::new();
        let each = |table: &str, rows: u64| progress.show(|| format!("{table}: {rows} rows"));
        let taken = backup::take(&installation.operator(), out, each).await.map_err(|error| error.to_string());
        let taken = taken.and_then(|(contents, out)| {
            let size = keep(&out, &partial, file).map_err(|error| {
                format!("The backup {} cannot be written: {error}. Choose another place.", file.display())
            })?;
            Ok((contents, size))
        });
        drop(progress);
        // What is left of it, whether it was named or not.
        let _ = std::fs::remove_file(&partial);
        let (contents, size) = taken?;
        tell(file, size, &contents);
        println!(
            "The master key is not in it. Keep a copy of {} somewhere else: without it, this backup cannot be restored.",
            config.master_key_file.display()
        );
        Ok(())
    }
}

fn tell(file: &Path, size: u64, contents: &Contents) {
    println!(
        "Backed up to {} ({:.1} MB): {} users, {} audit events, as of {}.",
        std::path::absolute(file).unwrap_or_else(|_| file.into()).display(),
        size as f64 / 1e6,
        contents.of("users"),
        contents.of("audit_events"),
        domain::time::exact(contents.header.created_at)
    );
}

fn partial(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// A file for its owner only.
fn create(partial: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(partial).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => format!(
            "{} is there already: another backup is being written, or one was interrupted. Remove it if none is.",
            partial.display()
        ),
        _ => format!(
            "Cannot write {}: {error}. Choose a folder that exists and that this user can write to.",
            partial.display()
        ),
    })
}

/// Gives the finished file its name once all of it is on the disk. Says how large it is.
fn keep(out: &File, partial: &Path, file: &Path) -> std::io::Result<u64> {
    out.sync_all()?;
    // A link never overwrites. Where a file system knows none, renaming has to do.
    match std::fs::hard_link(partial, file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
        Err(_) => std::fs::rename(partial, file)?,
        Ok(()) => {}
    }
    #[cfg(unix)]
    if let Some(folder) = std::path::absolute(file)?.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(out.metadata()?.len())
}
