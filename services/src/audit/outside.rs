//! What is kept of the log outside of the database, in a folder of this machine: its last head,
//! and who was erased. Whoever can write to the database but not there cannot cut the log back
//! to an older head unnoticed.

use std::{
    collections::HashSet,
    fs::OpenOptions,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::chain::hex;
use crate::{Failure, Result, database::Location, files};

/// A head, with the number of its event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Noted {
    pub seq: i64,
    /// As hexadecimal digits.
    pub head: String,
}

/// The two files of one database.
#[derive(Clone, Debug)]
pub struct Outside {
    head: PathBuf,
    erasures: PathBuf,
}

impl Outside {
    /// The files in this folder. Each database that is used with it has a head of its own;
    /// erasures count for all, since no two people have the same id.
    pub fn in_folder(folder: &Path, database: &Location) -> Self {
        let digest = Sha256::digest(identity(folder, database));
        Self { head: folder.join(format!("audit-head-{}", &hex(&digest)[..8])), erasures: folder.join("erasures") }
    }

    /// The file of the head.
    pub fn path(&self) -> &Path {
        &self.head
    }

    /// The file of erasures.
    pub fn erasures_path(&self) -> &Path {
        &self.erasures
    }

    /// Nothing where none was noted; a sentence where it cannot be read.
    pub(super) async fn head(&self) -> std::result::Result<Option<Noted>, String> {
        let path = self.head.clone();
        blocking(move || read(&path)).await.map_err(|failure| failure.to_string())?
    }

    /// Writes the head down for good, or leaves what was there.
    pub(super) async fn write(&self, noted: &Noted) -> Result<()> {
        let (path, text) = (self.head.clone(), format!("{} {}\n", noted.seq, noted.head));
        blocking(move || files::replace(&path, text.as_bytes()).map_err(|error| unwritable(&path, &error))).await?
    }

    /// Everybody in the list of erasures. A list that is not there is empty.
    pub(crate) async fn erased(&self) -> Result<HashSet<String>> {
        let path = self.erasures.clone();
        blocking(move || match std::fs::read_to_string(&path) {
            Ok(text) => Ok(text.lines().map(ToOwned::to_owned).collect()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(HashSet::new()),
            Err(error) => {
                Err(Failure::Unexpected(format!("Cannot read the list of erasures {}: {error}.", path.display())))
            }
        })
        .await?
    }

    /// Adds to the list of erasures. Somebody who is in it twice is in it.
    pub(super) async fn add_erased(&self, hashes: Vec<String>) -> Result<()> {
        if hashes.is_empty() {
            return Ok(());
        }
        let path = self.erasures.clone();
        let text: String = hashes.iter().map(|hash| format!("{hash}\n")).collect();
        blocking(move || {
            let mut options = OpenOptions::new();
            options.append(true).create(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let written =
                options.open(&path).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
            written.map_err(|error| unwritable(&path, &error))
        })
        .await?
    }
}

/// What names a database, whoever connects to it and however. A file within the folder moves
/// with it.
fn identity(folder: &Path, database: &Location) -> String {
    match database {
        Location::Sqlite(path) => {
            let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.into());
            let (path, folder) = (absolute(path), absolute(folder));
            format!("sqlite {}", path.strip_prefix(&folder).unwrap_or(&path).display())
        }
        Location::Postgres(url) => {
            let options = url.options();
            format!("postgres {}:{}/{}", options.get_host(), options.get_port(), url.database())
        }
    }
}

fn read(path: &Path) -> std::result::Result<Option<Noted>, String> {
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| format!("{} cannot be read: {error}", path.display()))?,
    };
    let noted = text.trim_end().split_once(' ').and_then(|(seq, head)| {
        let whole = head.len() == 64 && head.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Noted { seq: seq.parse().ok().filter(|_| whole)?, head: head.to_owned() })
    });
    noted.map(Some).ok_or_else(|| format!("{} holds no head of the audit log", path.display()))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Unexpected(format!(
        "Cannot write {}: {error}. Give this user the right to write there, or choose another folder with \
         KEYDESK_DATA_DIR.",
        path.display()
    ))
}

/// Files are slow at times, and requests do not wait for them.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Unexpected(format!("a thread failed: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_head_is_read_back_and_anything_else_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let outside = Outside::in_folder(folder.path(), &Location::Sqlite(folder.path().join("keydesk.db")));
        assert_eq!(outside.head().await, Ok(None));
        for seq in [0, 7, i64::MAX] {
            let noted = Noted { seq, head: "ab".repeat(32) };
            outside.write(&noted).await.unwrap();
            assert_eq!(outside.head().await, Ok(Some(noted)));
        }
        assert_eq!(folder.path().read_dir().unwrap().count(), 1, "nothing is left aside");
        for text in ["", "7", "7 ab", &format!("x {}", "ab".repeat(32)), &format!("7 {}", "zz".repeat(32))] {
            std::fs::write(outside.path(), text).unwrap();
            assert!(outside.head().await.is_err(), "{text:?}");
        }
    }

    #[test]
    fn each_database_has_a_head_of_its_own_whoever_connects() {
        let folder = Path::new("/srv/data");
        let of = |database: Location| Outside::in_folder(folder, &database).head;
        let postgres = |url: &str| of(Location::parse(url).unwrap());
        assert_eq!(postgres("postgres://kd:a@db:5432/kd"), postgres("postgres://other:b@db/kd?sslmode=require"));
        assert_ne!(postgres("postgres://kd@db/kd"), postgres("postgres://kd@db/kd2"));
        assert_ne!(postgres("postgres://kd@db/kd"), postgres("postgres://kd@db2/kd"));
        let sqlite = |folder: &str, path: &str| {
            let head = Outside::in_folder(Path::new(folder), &Location::Sqlite(path.into())).head;
            head.file_name().unwrap().to_owned()
        };
        assert_eq!(sqlite("/a", "/a/keydesk.db"), sqlite("/b", "/b/keydesk.db"), "the folder was moved");
        assert_ne!(sqlite("/a", "/a/keydesk.db"), sqlite("/a", "/b/keydesk.db"));
    }

    #[tokio::test]
    async fn erasures_are_added_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let outside = Outside::in_folder(folder.path(), &Location::Sqlite("x".into()));
        assert!(outside.erased().await.unwrap().is_empty());
        outside.add_erased(vec!["a".into(), "b".into()]).await.unwrap();
        outside.add_erased(vec!["b".into(), "c".into()]).await.unwrap();
        assert_eq!(outside.erased().await.unwrap().len(), 3);
    }
}
