//! What is kept of the log outside of the database, in a folder of this machine: its last head,
//! and who was erased. Whoever can write to the database but not there cannot cut the log back
//! to an older head unnoticed.

use std::{
    collections::HashSet,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::chain::hex;
use crate::{
    Failure, Result,
    database::Location,
    files::{self, NewFile},
};

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
    /// The files in this folder. Each database that is used with it has its own: in a copy of one are the
    /// same people, and who is erased there lives on in the other.
    pub fn in_folder(folder: &Path, database: &Location) -> Self {
        let digest = hex(&Sha256::digest(identity(folder, database)));
        let file = |name: &str| folder.join(format!("{name}-{}", &digest[..8]));
        Self { head: file("audit-head"), erasures: file("erasures") }
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
        Ok(blocking(move || List::read(&path)).await??.unwrap_or_default().hashes)
    }

    /// Adds to the list of erasures, and loses nothing that is in it.
    pub(super) async fn add_erased(&self, hashes: Vec<String>) -> Result<()> {
        if hashes.is_empty() {
            return Ok(());
        }
        let path = self.erasures.clone();
        blocking(move || {
            let told = |error: std::io::Error| unwritable(&path, &error);
            // Begun before the list is read: whoever else adds to it waits until this is done.
            let mut file = NewFile::replacing(&path).map_err(told)?;
            let List { mut text, hashes: there, .. } = List::read(&path)?.unwrap_or_default();
            let new: Vec<_> = hashes.into_iter().filter(|hash| !there.contains(hash)).collect();
            if new.is_empty() {
                return Ok(());
            }
            // What was cut off stays a line of its own.
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            new.iter().for_each(|hash| text.extend([hash.as_str(), "\n"]));
            file.write_all(text.as_bytes()).map_err(told)?;
            file.keep().map_err(told).map(drop)
        })
        .await?
    }

    /// Adds everybody in another list: that of the database that a backup was taken of.
    ///
    /// # Errors
    /// `Unexpected` with a sentence for the operator, also where there is no such list.
    pub async fn add_list(&self, path: &Path) -> Result<()> {
        let path = path.to_owned();
        let list = blocking(move || {
            let list = List::read(&path)?.filter(|list| list.damaged.is_empty() || !list.hashes.is_empty());
            list.ok_or_else(|| Failure::Unexpected(format!("{} is no list of erasures.", path.display())))
        });
        self.add_erased(list.await??.hashes.into_iter().collect()).await
    }
}

/// A list of erasures as it stands in its file: a keyed hash in each line, as hexadecimal digits.
#[derive(Default)]
struct List {
    text: String,
    hashes: HashSet<String>,
    /// Numbers of lines that are something else.
    damaged: Vec<usize>,
}

impl List {
    fn of(text: String) -> Self {
        let (mut hashes, mut damaged) = (HashSet::new(), vec![]);
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty()) {
            if is_hash(line) {
                hashes.insert(line.to_owned());
            } else {
                damaged.push(number);
            }
        }
        Self { text, hashes, damaged }
    }

    /// Nothing where there is none. Whom a damaged line stood for nobody knows, so that it is told of.
    fn read(path: &Path) -> Result<Option<Self>> {
        let list = match std::fs::read_to_string(path) {
            Ok(text) => Self::of(text),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let what = format!("Cannot read the list of erasures {}: {error}.", path.display());
                return Err(Failure::Unexpected(what));
            }
        };
        if !list.damaged.is_empty() {
            tracing::error!(
                lines = ?list.damaged,
                "the list of erasures {} is damaged: whoever stood in these lines is not erased again after a restore",
                path.display()
            );
        }
        Ok(Some(list))
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
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
        Some(Noted { seq: seq.parse().ok().filter(|_| is_hash(head))?, head: head.to_owned() })
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
    fn each_database_has_files_of_its_own_whoever_connects() {
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

    fn hash(digit: &str) -> String {
        digit.repeat(64)
    }

    #[tokio::test]
    async fn erasures_are_added_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let outside = Outside::in_folder(folder.path(), &Location::Sqlite("x".into()));
        assert!(outside.erased().await.unwrap().is_empty());
        outside.add_erased(vec![hash("a"), hash("b")]).await.unwrap();
        outside.add_erased(vec![hash("b"), hash("c")]).await.unwrap();
        assert_eq!(outside.erased().await.unwrap(), HashSet::from(["a", "b", "c"].map(hash)));
        // Lists of two databases are brought together, each once.
        let other = Outside::in_folder(folder.path(), &Location::Sqlite("y".into()));
        other.add_erased(vec![hash("c"), hash("d")]).await.unwrap();
        assert_eq!(other.erased().await.unwrap().len(), 2, "each database has a list of its own");
        other.add_list(outside.erasures_path()).await.unwrap();
        assert_eq!(std::fs::read_to_string(other.erasures_path()).unwrap().lines().count(), 4);
        for nothing in [folder.path().join("nowhere"), outside.path().to_owned()] {
            assert!(other.add_list(&nothing).await.is_err());
            std::fs::write(outside.path(), "something else").unwrap();
        }
    }

    #[tokio::test]
    async fn t27_an_erasure_that_could_not_be_written_whole_swallows_no_later_one_and_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let outside = Outside::in_folder(folder.path(), &Location::Sqlite("x".into()));
        outside.add_erased(vec![hash("a")]).await.unwrap();
        // What cannot be written leaves the list as it was.
        let mut partial = outside.erasures.clone().into_os_string();
        partial.push(".partial");
        std::fs::create_dir(&partial).unwrap();
        assert!(outside.add_erased(vec![hash("b")]).await.is_err());
        std::fs::remove_dir(&partial).unwrap();
        let text = std::fs::read_to_string(&outside.erasures).unwrap();
        assert_eq!(text, format!("{}\n", hash("a")));
        // One that was cut off all the same.
        std::fs::write(&outside.erasures, text + &hash("b")[..20]).unwrap();
        outside.add_erased(vec![hash("c")]).await.unwrap();
        assert_eq!(outside.erased().await.unwrap(), HashSet::from(["a", "c"].map(hash)));
        let list = List::read(&outside.erasures).unwrap().unwrap();
        assert_eq!((list.damaged, list.text.lines().nth(1)), (vec![2], Some(&hash("b")[..20])), "nothing is dropped");
    }
}
