//! What ties the events together: links under a key that the database does not hold.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::entity::event;
use crate::master_key::mac;

/// A salted hash of the details, which the chain covers in their place: they can be erased.
pub(super) fn hash(salt: &[u8], details: &str) -> Vec<u8> {
    Sha256::new().chain_update(salt).chain_update(details.as_bytes()).finalize().to_vec()
}

/// The link of an event: it covers the event before, ids, kind, time, the hash of the
/// details, and whom the event is about, in order of id.
pub(super) fn link(key: &[u8; 32], previous: &[u8], row: &event::Model, subjects: &[Uuid]) -> Vec<u8> {
    let subjects: Vec<u8> = subjects.iter().flat_map(|id| *id.as_bytes()).collect();
    covering(key, previous, row, Some(&subjects))
}

/// The link that 0.4.0 and before wrote, which says nothing of whom the event is about.
/// Without the key nobody can write one.
pub(super) fn old_link(key: &[u8; 32], previous: &[u8], row: &event::Model) -> Vec<u8> {
    covering(key, previous, row, None)
}

/// Whether an event that follows on `previous` is of 0.4.0 or before, and says nothing of whom it is
/// about. Says what is wrong with one that does not follow.
pub(super) fn is_older(
    key: &[u8; 32],
    previous: &[u8],
    row: &event::Model,
    subjects: &[Uuid],
) -> Result<bool, &'static str> {
    if row.mac == link(key, previous, row, subjects) {
        Ok(false)
    } else if row.mac == old_link(key, previous, row) {
        Ok(true)
    } else {
        Err("it or whom it is about was altered, or it was written under another master key")
    }
}

fn covering(key: &[u8; 32], previous: &[u8], row: &event::Model, subjects: Option<&[u8]>) -> Vec<u8> {
    let actor = row.actor_id.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
    let (seq, version, at, failed) =
        (row.seq.to_be_bytes(), row.version.to_be_bytes(), row.at.to_be_bytes(), row.failed.to_be_bytes());
    let mut parts: Vec<&[u8]> = vec![
        previous,
        &seq,
        row.id.as_bytes(),
        row.kind.as_bytes(),
        &version,
        &at,
        row.actor_kind.as_bytes(),
        &actor,
        &failed,
        &row.details_hash,
    ];
    parts.extend(subjects);
    mac(key, &parts).to_vec()
}

/// What the head holds after an event and the next event is linked to. It cannot be worked
/// out from the events, so that nobody without the key can set the head back to an earlier one.
pub(super) fn seal(key: &[u8; 32], link: &[u8]) -> Vec<u8> {
    mac(key, &[b"head", link]).to_vec()
}

/// A hash over whom events are about, fed in order of number and id.
#[derive(Clone, Default)]
pub(super) struct Subjects {
    hash: Sha256,
    pub count: u64,
}

impl Subjects {
    pub fn add(&mut self, seq: i64, id: Uuid) {
        self.hash.update(seq.to_be_bytes());
        self.hash.update(id.as_bytes());
        self.count += 1;
    }

    pub fn sha256(&self) -> String {
        hex(&self.hash.clone().finalize())
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
