//! Writing a file so that others find all of it or nothing: aside, synced, then named, and the
//! folder synced. A new file never takes the place of another one.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io::{Error, ErrorKind, Result, Write},
    path::{Path, PathBuf},
};

/// A file under way. It has its name once [`Self::keep`] is done; dropped before, nothing is left.
///
/// It is written as `NAME.partial`, for its owner only, and locked for as long: a second process
/// finds it being written, and takes over what an interrupted one left.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    partial: PathBuf,
    path: PathBuf,
    /// Whether `partial` is ours to remove.
    left: bool,
    /// Whether an older file of ours gives its name up.
    replaces: bool,
}

/// What to do where another process is writing the same file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Wait,
    Refuse,
}

impl NewFile {
    /// Begins a file that is not there yet.
    ///
    /// # Errors
    /// `AlreadyExists` where it is there; `WouldBlock` where another process writes it at this moment.
    pub fn create(path: &Path) -> Result<Self> {
        let file = Self::aside(path, Turn::Refuse)?;
        file.refuse_another()?;
        Ok(file)
    }

    /// As [`Self::create`], but waits while another process writes the same file.
    ///
    /// # Errors
    /// `AlreadyExists` where it is there, also where the other process has just made it.
    pub fn create_in_turn(path: &Path) -> Result<Self> {
        let file = Self::aside(path, Turn::Wait)?;
        file.refuse_another()?;
        Ok(file)
    }

    /// Begins a file that takes the place of our own older one, where there is one.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn replacing(path: &Path) -> Result<Self> {
        let mut file = Self::aside(path, Turn::Wait)?;
        file.replaces = true;
        Ok(file)
    }

    /// Where it is until it has its name: for what writes files by itself.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    fn refuse_another(&self) -> Result<()> {
        if std::fs::symlink_metadata(&self.path).is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        Ok(())
    }

    fn aside(path: &Path, turn: Turn) -> Result<Self> {
        let partial = partial(path)?;
        loop {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = match options.open(&partial) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => match take_over(&partial) {
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    taken => taken?,
                },
                made => made?,
            };
            lock(&file, turn)?;
            // While this process waited, the other one may have named its file or removed it.
            if is_at(&file, &partial)? {
                file.set_len(0)?;
                return Ok(Self { file, partial, path: path.to_owned(), left: true, replaces: false });
            }
        }
    }

    /// Gives the finished file its name. Says how large it is in bytes.
    ///
    /// # Errors
    /// `AlreadyExists` where somebody else has made a file of that name meanwhile.
    pub fn keep(mut self) -> Result<u64> {
        self.file.sync_all()?;
        self.left = if self.replaces {
            std::fs::rename(&self.partial, &self.path)?;
            false
        } else {
            name(&self.partial, &self.path, link, rename_if_free)? == Named::Twice
        };
        sync_folder(&self.path)?;
        Ok(self.file.metadata()?.len())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Still locked: nobody else has begun one of the same name.
        if self.left {
            let _ = std::fs::remove_file(&self.partial);
        }
    }
}

/// A turn at something that one process of this machine does at a time: over when this is dropped, or its
/// process ends. Where a file system knows no locks, nobody waits.
#[derive(Debug)]
pub struct Lock {
    _file: NewFile,
}

impl Lock {
    /// Waits for the turn, and tells of it first where another process has it. `path` names what it
    /// is about: `NAME.partial` is there meanwhile.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn wait(path: &Path, waits: impl FnOnce()) -> Result<Self> {
        let file = match NewFile::aside(path, Turn::Refuse) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                waits();
                NewFile::aside(path, Turn::Wait)
            }
            taken => taken,
        };
        Ok(Self { _file: file? })
    }
}

/// Writes a whole file anew in the place of our own older one; readers find the one or the other.
///
/// # Errors
/// Those of the file system; then the older one is there as before.
pub fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let mut new = NewFile::replacing(path)?;
    new.write_all(content)?;
    new.keep().map(drop)
}

/// Bytes that this user can still write in a folder; nothing where the file system does not say.
///
/// # Errors
/// Where the folder cannot be asked.
pub fn free_space(folder: &Path) -> Result<Option<u64>> {
    #[cfg(unix)]
    {
        let there = rustix::fs::statvfs(folder)?;
        Ok((there.f_blocks > 0).then(|| there.f_bavail.saturating_mul(there.f_frsize)))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        Ok(None)
    }
}

/// Whether a file that is made in this folder has the mode that it was made with: FAT and some network
/// shares keep none. Taken for granted where none can be made there.
#[cfg(unix)]
pub fn keeps_modes(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let probe = folder.join(format!(".keydesk-mode-{}", crate::random::reference()));
    let Ok(probe) = NewFile::create(&probe) else { return true };
    std::fs::metadata(probe.partial()).is_ok_and(|there| there.permissions().mode() & 0o077 == 0)
}

/// The name under which a file is written.
fn partial(path: &Path) -> Result<PathBuf> {
    let mut name: OsString = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
    name.push(".partial");
    Ok(path.with_file_name(name))
}

/// Opens what an interrupted process left, or what another one is writing. Changes nothing yet.
fn take_over(partial: &Path) -> Result<File> {
    let there = std::fs::symlink_metadata(partial)?;
    if !there.is_file() {
        return Err(Error::new(ErrorKind::AlreadyExists, format!("{} is in the way and no file", partial.display())));
    }
    OpenOptions::new().write(true).open(partial)
}

fn lock(file: &File, turn: Turn) -> Result<()> {
    let locked = match turn {
        Turn::Wait => file.lock(),
        Turn::Refuse => match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => Err(error),
            Ok(()) => Ok(()),
        },
    };
    match locked {
        // Some network shares know no locks. There the name decides alone, when it is given.
        Err(error) if refused(&error) => Ok(()),
        locked => locked,
    }
}

/// Whether the file system knows no such thing, as opposed to having failed at it.
fn refused(error: &Error) -> bool {
    use rustix::io::Errno;
    let errno = error.raw_os_error().map(Errno::from_raw_os_error);
    let unknown =
        [Errno::PERM, Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::NOLCK, Errno::MLINK];
    error.kind() == ErrorKind::Unsupported || errno.is_some_and(|errno| unknown.contains(&errno))
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let own = file.metadata()?;
    match std::fs::symlink_metadata(path) {
        Ok(there) => Ok((own.dev(), own.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> Result<bool> {
    Ok(path.is_file())
}

#[derive(Debug, PartialEq, Eq)]
enum Named {
    /// The file has its own name only.
    Once,
    /// It has both names.
    Twice,
}

/// Gives `partial` the name `path`, never over another file: by a link; where a file system
/// knows none, by a renaming that refuses to overwrite; where it knows neither, after a look.
fn name(
    partial: &Path,
    path: &Path,
    link: impl FnOnce(&Path, &Path) -> Result<()>,
    rename_if_free: impl FnOnce(&Path, &Path) -> Result<()>,
) -> Result<Named> {
    match link(partial, path) {
        Err(error) if refused(&error) => {}
        linked => return linked.map(|()| Named::Twice),
    }
    match rename_if_free(partial, path) {
        Err(error) if refused(&error) => {}
        renamed => return renamed.map(|()| Named::Once),
    }
    if std::fs::symlink_metadata(path).is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    std::fs::rename(partial, path).map(|()| Named::Once)
}

fn link(partial: &Path, path: &Path) -> Result<()> {
    std::fs::hard_link(partial, path)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn rename_if_free(partial: &Path, path: &Path) -> Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, partial, CWD, path, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn rename_if_free(_: &Path, _: &Path) -> Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Writes the folder's list of names to the disk, where a folder can be opened for that.
fn sync_folder(path: &Path) -> Result<()> {
    #[cfg(unix)]
    if let Some(folder) = std::path::absolute(path)?.parent() {
        match File::open(folder).and_then(|folder| folder.sync_all()) {
            Err(error) if refused(&error) => {}
            synced => synced?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As FAT and some network shares answer.
    fn unknown(_: &Path, _: &Path) -> Result<()> {
        Err(rustix::io::Errno::PERM.into())
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_file_has_its_name_once_it_is_whole_and_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut new = NewFile::create(&path).unwrap();
        new.write_all(b"whole").unwrap();
        assert_eq!(names(folder.path()), ["file.partial"]);
        assert_eq!(new.keep().unwrap(), 5);
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["file"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn nothing_is_left_of_a_file_that_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        drop(NewFile::create(&folder.path().join("file")).unwrap());
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn no_file_takes_the_place_of_another_whatever_the_file_system_knows() {
        let folder = tempfile::tempdir().unwrap();
        let (partial, path) = (folder.path().join("file.partial"), folder.path().join("file"));
        type Way = fn(&Path, &Path) -> Result<()>;
        let ways: [(&str, Way, Way); 3] = [
            ("links", link, unknown),
            ("a renaming that refuses", unknown, rename_if_free),
            ("neither", unknown, unknown),
        ];
        for (what, link, rename) in ways {
            std::fs::write(&partial, "new").unwrap();
            name(&partial, &path, link, rename).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(std::fs::read(&path).unwrap(), b"new", "{what}");
            for name in names(folder.path()) {
                std::fs::remove_file(folder.path().join(name)).unwrap();
            }
            std::fs::write(&path, "another's").unwrap();
            std::fs::write(&partial, "new").unwrap();
            let error = name(&partial, &path, link, rename).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{what}");
            assert_eq!(std::fs::read(&path).unwrap(), b"another's", "{what}");
            std::fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn a_name_that_is_taken_is_refused_before_and_after_the_writing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let new = NewFile::create(&path).unwrap();
        std::fs::write(&path, "another's").unwrap();
        assert_eq!(new.keep().unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(NewFile::create(&path).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"another's");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn what_is_being_written_is_left_alone_and_what_was_interrupted_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut first = NewFile::create(&path).unwrap();
        first.write_all(b"first").unwrap();
        assert_eq!(NewFile::create(&path).unwrap_err().kind(), ErrorKind::WouldBlock);
        first.keep().unwrap();
        let (path, left) = (folder.path().join("other"), folder.path().join("other.partial"));
        std::fs::write(&left, "as far as an interrupted process came").unwrap();
        let mut second = NewFile::create(&path).unwrap();
        second.write_all(b"second").unwrap();
        second.keep().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(names(folder.path()), ["file", "other"]);
    }

    #[test]
    fn one_has_the_turn_and_the_next_has_it_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("turn");
        let first = Lock::wait(&path, || panic!("nobody has it")).unwrap();
        let (waits, waiting) = std::sync::mpsc::channel();
        let next = std::thread::spawn({
            let path = path.clone();
            move || Lock::wait(&path, move || waits.send(()).unwrap()).unwrap()
        });
        waiting.recv().unwrap();
        assert!(!next.is_finished(), "both have it");
        drop(first);
        let next = next.join().unwrap();
        assert_eq!(NewFile::aside(&path, Turn::Refuse).unwrap_err().kind(), ErrorKind::WouldBlock);
        drop(next);
        assert_eq!(names(folder.path()), [""; 0], "nothing is left");
    }

    #[test]
    fn a_link_in_the_way_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        std::fs::write(&target, "somebody's").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&target, folder.path().join("file.partial")).unwrap();
        assert!(NewFile::create(&folder.path().join("file")).is_err());
        assert_eq!(std::fs::read(&target).unwrap(), b"somebody's");
    }

    #[test]
    fn readers_find_the_older_file_or_the_newer_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("head");
        for content in ["first", "a longer second", "3"] {
            replace(&path, content.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(names(folder.path()), ["head"]);
    }

    #[cfg(unix)]
    #[test]
    fn whether_a_folder_keeps_modes_is_asked_without_a_trace() {
        let folder = tempfile::tempdir().unwrap();
        assert!(keeps_modes(folder.path()));
        assert!(keeps_modes(&folder.path().join("nowhere")), "where nothing can be made");
        assert!(names(folder.path()).is_empty());
    }
}
