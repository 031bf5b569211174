//! The folder for what is kept in files.

use std::path::{Path, PathBuf};

use super::{
    given::Given,
    setting::{Setting, setting},
};

pub(super) const SETTINGS: [Setting; 1] = [setting(
    "data_dir",
    "KEYDESK_DATA_DIR",
    "Folder for the SQLite file and the master key [KEYDESK_DATA_DIR, default: data]",
)
.or("data")];

pub(super) fn read(given: &Given) -> Result<PathBuf, String> {
    Ok(given.path("data_dir")?.unwrap_or_default())
}

pub(super) fn effective(data_dir: &Path) -> [String; SETTINGS.len()] {
    [data_dir.display().to_string()]
}

#[cfg(test)]
mod tests {
    use crate::config::tests::refuses;

    #[test]
    fn what_cannot_be_used_is_named() {
        refuses(&[("data_dir", "'/srv/kd", "at one end only")]);
    }
}
