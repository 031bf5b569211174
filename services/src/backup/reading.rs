//! Lines out of the file, in an order that makes sense, and nothing taken on trust.

use std::io::{BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::{AUTHENTICATED, BackupKey, Contents, FORMAT, Head, Header, Trailer, cell::hex, damaged};
use crate::{Failure, Result};

/// A line is a row, and no row is that long.
const LINE_MOST: u64 = 64 << 20;

/// What comes after the header.
pub(super) enum Item {
    Table(Head),
    Row(Vec<Json>),
    /// The file is whole.
    End(Contents),
}

pub(super) struct Reading<R: Read> {
    input: BufReader<MultiGzDecoder<R>>,
    hash: Sha256,
    line: Vec<u8>,
    pub header: Header,
    rows: Vec<(String, u64)>,
    key: Option<BackupKey>,
}

/// Only enough of a header to know whether the rest can be read.
#[derive(serde::Deserialize)]
struct Format {
    keydesk_backup: u32,
    keydesk: String,
}

impl<R: Read> Reading<R> {
    /// Without a key, nothing but the header can be read.
    pub fn open(input: R, key: Option<&BackupKey>) -> Result<Self> {
        let header = Header {
            keydesk_backup: FORMAT,
            keydesk: String::new(),
            steps: vec![],
            master_key: String::new(),
            created_at: 0,
        };
        let input = BufReader::with_capacity(1 << 16, MultiGzDecoder::new(input));
        let mut reading = Self { input, hash: Sha256::new(), line: vec![], header, rows: vec![], key: key.cloned() };
        let no_backup = || Failure::Unexpected("This is not a backup of Keydesk.".into());
        // Something else is told apart from a backup that lost its end.
        let first = reading.next_line().map_err(|failure| match reading.line.first() {
            Some(b'{') => failure,
            _ => no_backup(),
        })?;
        let format: Format = serde_json::from_slice(&first).map_err(|_| no_backup())?;
        if format.keydesk_backup > FORMAT {
            return Err(Failure::Unexpected(format!(
                "This backup was written by Keydesk {} in a newer format ({}, and this version reads up to {FORMAT}). \
                 Restore it with that version.",
                format.keydesk, format.keydesk_backup
            )));
        }
        reading.header = parse(&first)?;
        reading.hash.update(&first);
        Ok(reading)
    }

    pub fn next(&mut self) -> Result<Item> {
        let line = self.next_line()?;
        let item = match (line.first(), self.rows.last_mut()) {
            (Some(b'['), Some((_, rows))) => {
                *rows += 1;
                Item::Row(parse(&line)?)
            }
            (Some(b'{'), _) if line.starts_with(b"{\"table\":") => {
                let head: Head = parse(&line)?;
                self.rows.push((head.table.clone(), 0));
                Item::Table(head)
            }
            (Some(b'{'), _) => return self.end(&parse(&line)?),
            _ => return Err(damaged("it has a line that makes no sense")),
        };
        self.hash.update(&line);
        // The same room again for the next line.
        self.line = line;
        Ok(item)
    }

    fn end(&mut self, trailer: &Trailer) -> Result<Item> {
        let sha256 = self.hash.clone().finalize();
        if trailer.sha256 != hex(&sha256) {
            return Err(damaged("it was altered after it was written"));
        }
        let authenticated = self.header.keydesk_backup >= AUTHENTICATED;
        let mac = self.key.as_ref().map(|key| key.mac(&sha256));
        if authenticated && (mac.is_none() || trailer.mac != mac) {
            return Err(damaged("it was altered after it was written, by somebody without the master key"));
        }
        if trailer.rows != self.rows {
            return Err(damaged("it does not hold as many rows as it says"));
        }
        if self.input.read(&mut [0]).map_err(|error| unreadable(&error))? > 0 {
            return Err(damaged("something follows its end"));
        }
        Ok(Item::End(Contents { header: self.header.clone(), rows: std::mem::take(&mut self.rows), authenticated }))
    }

    fn next_line(&mut self) -> Result<Vec<u8>> {
        self.line.clear();
        let read = (&mut self.input).take(LINE_MOST).read_until(b'\n', &mut self.line);
        read.map_err(|error| unreadable(&error))?;
        if self.line.last() != Some(&b'\n') {
            return Err(damaged("its end is missing"));
        }
        Ok(std::mem::take(&mut self.line))
    }
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T> {
    serde_json::from_slice(line).map_err(|_| damaged("it has a line that makes no sense"))
}

fn unreadable(error: &std::io::Error) -> Failure {
    use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match error.kind() {
        UnexpectedEof => damaged("its end is missing"),
        InvalidData | InvalidInput => damaged("it was altered after it was written"),
        _ => Failure::Unexpected(format!("The backup cannot be read: {error}.")),
    }
}

/// Reads the first line: what it says of the rest is not checked yet.
///
/// # Errors
/// `Unexpected` with a sentence for the operator.
pub fn header(input: impl Read) -> Result<Header> {
    Ok(Reading::open(input, None)?.header)
}

/// Reads a file to its end and says what it holds.
///
/// # Errors
/// `Unexpected` with a sentence for the operator.
pub fn check(input: impl Read, key: &BackupKey) -> Result<Contents> {
    let mut reading = Reading::open(input, Some(key))?;
    loop {
        if let Item::End(contents) = reading.next()? {
            return Ok(contents);
        }
    }
}
