//! `keydesk backup`

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use clap::Args;
use services::{
    backup::{self, Contents},
    files::NewFile,
};

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
        let out = create(file)?;
        let mut progress = Progress::new();
        let each = |table: &str, rows: u64| progress.show(|| format!("{table}: {rows} rows"));
        let taken = backup::take(&installation.operator(), out, each).await.map_err(|error| error.to_string());
        let taken = taken.and_then(|(contents, out)| {
            let size = out.keep().map_err(|error| {
                format!("The backup {} cannot be written: {error}. Choose another place.", file.display())
            })?;
            Ok((contents, size))
        });
        drop(progress);
        let (contents, size) = taken?;
        tell(file, size, &contents);
        println!(
            "The master key is not in it. Keep a copy of {} somewhere else: without it, this backup cannot be restored.",
            config.storage.master_key_file.display()
        );
        if let Some(outside) = installation.outside() {
            println!(
                "Whoever is erased from now on is in this backup, and in the list {}: keep a copy of that as well, and \
                 name it with --erasures where you restore into another database.",
                outside.erasures_path().display()
            );
        }
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
        domain::time::TimeZone::default().exact(contents.header.created_at)
    );
}

/// A file for its owner only, which has its name once it is whole.
fn create(file: &Path) -> Result<NewFile, String> {
    NewFile::create(file).map_err(|error| match error.kind() {
        ErrorKind::WouldBlock => {
            format!("Another process is writing {} just now. Wait for it, or choose another name.", file.display())
        }
        ErrorKind::AlreadyExists => {
            format!("Cannot write {}: {error}. Choose another name.", file.display())
        }
        _ => format!(
            "Cannot write {}: {error}. Choose a folder that exists and that this user can write to.",
            file.display()
        ),
    })
}
