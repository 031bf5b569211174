//! Lines on their way into the file: counted, hashed and compressed.

use std::io::{BufWriter, Write};

use flate2::{Compression, write::GzEncoder};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{BackupKey, Trailer, cell::hex};
use crate::{Failure, Result};

pub(super) struct Writing<W: Write> {
    out: BufWriter<GzEncoder<W>>,
    hash: Sha256,
    line: Vec<u8>,
    key: BackupKey,
}

impl<W: Write> Writing<W> {
    pub fn new(out: W, key: BackupKey) -> Self {
        // Level 3: half the time of the usual 6 for a file that is a tenth larger.
        let out = BufWriter::with_capacity(1 << 16, GzEncoder::new(out, Compression::new(3)));
        Self { out, hash: Sha256::new(), line: vec![], key }
    }

    pub fn line(&mut self, line: &impl Serialize) -> Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, line).map_err(|error| told(&error.into()))?;
        self.line.push(b'\n');
        self.hash.update(&self.line);
        self.out.write_all(&self.line).map_err(|error| told(&error))
    }

    /// Writes the last line and all that was held back.
    pub fn finish(mut self, rows: Vec<(String, u64)>) -> Result<W> {
        let sha256 = self.hash.clone().finalize();
        let mac = Some(self.key.mac(&sha256));
        self.line(&Trailer { rows, sha256: hex(&sha256), mac })?;
        let encoder = self.out.into_inner().map_err(|error| told(error.error()))?;
        encoder.finish().map_err(|error| told(&error))
    }
}

fn told(error: &std::io::Error) -> Failure {
    Failure::Unexpected(format!("The backup cannot be written: {error}."))
}
