//! Where the data is: the database, the master key.

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use services::database::Location;

use super::{
    given::Given,
    setting::{Setting, setting},
};

pub(super) const SETTINGS: [Setting; 3] = [
    setting("database_url", "KEYDESK_DATABASE_URL", "sqlite:PATH or postgres://... [KEYDESK_DATABASE_URL]"),
    setting("master_key_file", "KEYDESK_MASTER_KEY_FILE", "File of the master key [KEYDESK_MASTER_KEY_FILE]"),
    setting(
        "no_snapshot",
        "KEYDESK_NO_SNAPSHOT",
        "Upgrade the database without a snapshot of it before [KEYDESK_NO_SNAPSHOT]",
    )
    .switch(),
];

#[derive(Clone, Debug)]
pub struct Storage {
    /// `keydesk.db` in the data folder without.
    pub database: Location,
    /// `master.key` in the data folder without.
    pub master_key_file: PathBuf,
    /// Whether the schema is brought up to date without a snapshot before.
    pub no_snapshot: bool,
}

pub(super) fn read(given: &Given, data_dir: &Path) -> Result<Storage, String> {
    let master_key_file = given.path("master_key_file")?.unwrap_or_else(|| data_dir.join("master.key"));
    let database = match given.get("database_url") {
        Some(url) => location(given, &url.raw, &url.text)?,
        None => Location::Sqlite(data_dir.join("keydesk.db")),
    };
    Ok(Storage { database, master_key_file, no_snapshot: given.switch("no_snapshot")? })
}

fn location(given: &Given, raw: &str, url: &str) -> Result<Location, String> {
    const KEY: &str = "database_url";
    let parsed = Location::parse(url).map_err(|told| format!("{}: {told}", given.named(KEY)))?;
    let Location::Sqlite(path) = parsed else { return Ok(parsed) };
    let text = path.to_string_lossy();
    let literal = raw.strip_prefix("sqlite:").map_or(&*text, |path| path.strip_prefix("//").unwrap_or(path));
    let path = given.path_in(KEY, literal, &text)?;
    let decoded = PathBuf::from(percent_decode_str(&path.to_string_lossy()).decode_utf8_lossy().into_owned());
    if decoded != path && decoded.exists() && !path.exists() {
        return Err(format!(
            "{}: there is no {}, but there is {}. After sqlite: stands the path as it is, not percent-encoded.",
            given.named(KEY),
            path.display(),
            decoded.display()
        ));
    }
    Ok(Location::Sqlite(path))
}

/// Passwords masked.
pub(super) fn effective(storage: &Storage) -> [String; SETTINGS.len()] {
    let Storage { database, master_key_file, no_snapshot } = storage;
    [database.masked(), master_key_file.display().to_string(), no_snapshot.to_string()]
}

#[cfg(test)]
mod tests {
    use crate::config::tests::refuses;

    #[test]
    fn what_cannot_be_used_is_named() {
        refuses(&[("database_url", "mysql://x", "database URL")]);
    }
}
