//! The master key: 32 bytes outside the database. Keys for single purposes are
//! derived from it, so that no two purposes ever share one.

use std::{io::Write, path::Path};

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::files::NewFile;

/// What a derived key is for.
#[derive(Clone, Copy, Debug)]
pub enum Use {
    /// The chain of audit events.
    AuditChain,
    /// Names of throttle buckets, so that the table does not list what people typed.
    Throttle,
    /// What remains of an erased person's username: a keyed hash, so that it is never given again.
    RetiredUsernames,
    /// Encrypts secrets that have to be read back, and what is handed out to be brought back unchanged.
    SecretsEncrypted,
    /// Binds the same to what it is about.
    SecretsBound,
    /// Did both until 0.4.0.
    SecretsUntil04,
    /// What is stored of recovery codes.
    RecoveryCodes,
    /// Passkeys that nobody has, shown for usernames that nobody has.
    NobodysPasskeys,
    /// Who was erased, in a list outside of the database.
    Erasures,
    /// What a backup ends with, so that nobody else can write one.
    Backups,
    /// Stored in the database, to notice a node with another key.
    Check,
}

#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the key file: 64 hexadecimal digits. Where there is none, makes one that
    /// only the owner can read.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub fn open(path: &Path) -> Result<Self, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::from_hex(text.trim()).ok_or_else(|| {
                format!(
                    "{} does not hold a master key: 64 hexadecimal digits. \
                     Put the right file back from your backup.",
                    path.display()
                )
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(format!("Cannot read the master key {}: {error}.", path.display())),
        }
    }

    /// Whether others on this machine may read or change the key file, and what to do. The rule is
    /// PostgreSQL's own for its server key: for its owner only; one of root's may be for a group.
    ///
    /// # Errors
    /// The end of a sentence that begins with the path.
    pub fn check_mode(path: &Path) -> Result<(), Exposed> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            // Where it is missing or cannot be asked, opening it says so.
            let Ok(there) = std::fs::metadata(path) else { return Ok(()) };
            let allowed = if there.uid() == 0 { 0o740 } else { 0o700 };
            if there.mode() & 0o777 & !allowed != 0 {
                let kept = path.parent().is_none_or(crate::files::keeps_modes);
                return Err(Exposed { mode: there.mode() & 0o777, kept });
            }
        }
        Ok(())
    }

    fn create(path: &Path) -> Result<Self, String> {
        let key = Self::new(crate::random::bytes());
        let written = NewFile::create_in_turn(path).and_then(|mut file| {
            file.write_all(key.hex().as_bytes())?;
            file.keep()
        });
        match written {
            Ok(_) => Ok(key),
            // Another process was first: its key counts.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && path.exists() => Self::open(path),
            Err(error) => Err(format!("Cannot write the master key {}: {error}.", path.display())),
        }
    }

    fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
        }
        Some(Self::new(bytes))
    }

    fn hex(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n")
    }

    /// A key for one purpose (HKDF-SHA256, RFC 5869).
    pub fn derive(&self, purpose: Use) -> [u8; 32] {
        let info: &[u8] = match purpose {
            Use::AuditChain => b"keydesk audit chain 1",
            Use::Throttle => b"keydesk throttle 1",
            Use::RetiredUsernames => b"keydesk retired usernames 1",
            Use::SecretsEncrypted => b"keydesk secrets encrypted 2",
            Use::SecretsBound => b"keydesk secrets bound 2",
            Use::SecretsUntil04 => b"keydesk secrets 1",
            Use::RecoveryCodes => b"keydesk recovery codes 1",
            Use::NobodysPasskeys => b"keydesk nobody's passkeys 1",
            Use::Erasures => b"keydesk erasures 1",
            Use::Backups => b"keydesk backups 1",
            Use::Check => b"keydesk check 1",
        };
        let mut out = [0; 32];
        // 32 bytes are far below the limit of 255 blocks, the only way this can fail.
        let expanded = Hkdf::<Sha256>::new(None, self.0.as_slice()).expand(info, &mut out);
        debug_assert!(expanded.is_ok());
        out
    }

    /// A public name for the key: the first 8 bytes of a hash, as hexadecimal digits.
    pub fn id(&self) -> String {
        let digest = Sha256::digest(self.derive(Use::Check));
        digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A key file that is not for its owner only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposed {
    mode: u32,
    /// Whether the file system keeps modes, so that this one can be mended.
    pub kept: bool,
}

impl std::fmt::Display for Exposed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "others on this machine can read or change it (mode {:03o}); ", self.mode)?;
        f.write_str(if self.kept {
            "make it for its owner only (chmod 600; a secret of an orchestrator: mode 0400, or 0440 owned by root). \
             If others use this machine, count it as known to them"
        } else {
            "its file system keeps no modes, as FAT does: mount it with umask=077, or keep the key elsewhere with \
             KEYDESK_MASTER_KEY_FILE"
        })
    }
}

/// HMAC-SHA256 over length-prefixed parts, so that no two lists of parts read the same.
///
/// # Panics
/// Never: HMAC takes keys of any length.
#[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
pub fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let first = MasterKey::open(&path).unwrap();
        assert_eq!(MasterKey::open(&path).unwrap().id(), first.id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn of_processes_that_start_together_all_get_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || MasterKey::open(&path).unwrap().id())
            })
            .collect();
        let mut ids: Vec<_> = starts.into_iter().map(|start| start.join().unwrap()).collect();
        ids.dedup();
        assert_eq!(ids.len(), 1);
        assert_eq!(folder.path().read_dir().unwrap().count(), 1, "nothing is left aside");
    }

    #[test]
    fn a_damaged_key_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        std::fs::write(&path, "not a key").unwrap();
        assert!(MasterKey::open(&path).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "not a key");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_may_read_is_noticed() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        assert_eq!(MasterKey::check_mode(&path), Ok(()), "there is none yet");
        MasterKey::open(&path).unwrap();
        let by_root = path.metadata().unwrap().uid() == 0;
        for (mode, fine) in [
            (0o600, true),
            (0o400, true),
            (0o440, by_root),
            (0o640, by_root),
            (0o660, false),
            (0o644, false),
            (0o604, false),
            (0o602, false),
        ] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let checked = MasterKey::check_mode(&path);
            assert_eq!(checked.is_ok(), fine, "{mode:o}");
            if let Err(exposed) = checked {
                assert!(exposed.kept && exposed.to_string().contains("chmod 600"), "{exposed}");
            }
        }
        assert_eq!(folder.path().read_dir().unwrap().count(), 1, "something is left beside it");
    }

    #[test]
    fn purposes_have_different_keys() {
        let key = MasterKey::new([7; 32]);
        assert_ne!(key.derive(Use::AuditChain), key.derive(Use::Throttle));
    }

    #[test]
    fn parts_cannot_be_shifted() {
        assert_ne!(mac(&[0; 32], &[b"ab", b"c"]), mac(&[0; 32], &[b"a", b"bc"]));
    }
}
