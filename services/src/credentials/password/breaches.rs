//! A list of published passwords, kept by the operator: lines of a SHA-1 hash in hexadecimal
//! digits, sorted, each perhaps with a colon and a count behind it, as Have I Been Pwned
//! hands them out. It is searched where it lies: such lists are larger than memory.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use sha1::{Digest, Sha1};

const HEX: usize = 40;
/// A line is a hash, a colon, a number and an end.
const LINE: u64 = 64;

#[derive(Clone, Debug)]
pub struct Breaches(PathBuf);

impl Breaches {
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn open(path: &Path) -> Result<Self, String> {
        let list = Self(path.to_owned());
        let shown = path.display();
        let first = list.line_at(0).map_err(|error| format!("Cannot read the breach list {shown}: {error}."))?;
        match first.map(|(_, line)| line) {
            Some(line) if is_hash(&line) => Ok(list),
            _ => Err(format!("{shown} is no breach list: lines of SHA-1 hashes in hexadecimal digits, sorted.")),
        }
    }

    /// Whether the password was published. Reads some dozens of lines of the file.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn contains(&self, password: &str) -> std::io::Result<bool> {
        let wanted: String = Sha1::digest(password).iter().map(|byte| format!("{byte:02X}")).collect();
        let (mut low, mut high) = (0, std::fs::metadata(&self.0)?.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let Some((start, line)) = self.line_at(middle)?.filter(|(start, _)| *start < high) else {
                high = middle;
                continue;
            };
            let hash = line.get(..HEX).unwrap_or_default().to_ascii_uppercase();
            match hash.cmp(&wanted) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => low = start + line.len() as u64 + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(false)
    }

    /// The first line that begins at this byte or after it, and where it begins.
    fn line_at(&self, from: u64) -> std::io::Result<Option<(u64, String)>> {
        let mut file = File::open(&self.0)?;
        // From the byte before: where that ends a line, the one wanted begins here.
        let start = from.saturating_sub(1);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(LINE * 2 + 2).read_to_end(&mut bytes)?;
        let skipped = match from {
            0 => 0,
            _ => match bytes.iter().position(|byte| *byte == b'\n') {
                Some(end) => end + 1,
                None => return Ok(None),
            },
        };
        let rest = bytes.get(skipped..).unwrap_or_default();
        let line: Vec<u8> = rest.iter().copied().take_while(|byte| *byte != b'\n').collect();
        let text = String::from_utf8_lossy(&line).into_owned();
        Ok((!text.trim().is_empty()).then_some((start + skipped as u64, text)))
    }
}

fn is_hash(line: &str) -> bool {
    let (hash, rest) = line.split_at_checked(HEX).unwrap_or_default();
    !hash.is_empty() && hash.bytes().all(|b| b.is_ascii_hexdigit()) && (rest.trim().is_empty() || rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t2_a_published_password_is_found_wherever_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.txt");
        let mut lines: Vec<String> = (0..1_000)
            .map(|number| {
                let hash: String =
                    Sha1::digest(format!("stolen {number}")).iter().map(|b| format!("{b:02X}")).collect();
                format!("{hash}:{}", number % 7 + 1)
            })
            .collect();
        lines.sort();
        for end in ["\n", "\r\n"] {
            std::fs::write(&path, lines.join(end)).unwrap();
            let list = Breaches::open(&path).unwrap();
            for number in 0..1_000 {
                assert!(list.contains(&format!("stolen {number}")).unwrap(), "{number}");
            }
            assert!(!list.contains("nobody has this one").unwrap());
        }
    }

    #[test]
    fn a_file_of_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.txt");
        assert!(Breaches::open(&path).unwrap_err().contains("Cannot read"));
        std::fs::write(&path, "password\nletmein\n").unwrap();
        assert!(Breaches::open(&path).unwrap_err().contains("is no breach list"));
    }
}
