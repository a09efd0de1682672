//! Bytes of the ledger's values: a format byte, a checksum over table, key and value, and the value.
//!
//! The checksum covers the key too, so that a value under another key is found out. What is read here came from a disk: every
//! length is checked, and what does not fit is `LedgerError::Corrupt`.

use super::super::plan::Answered;
use super::super::{Change, JournalEntry, LedgerError, Outcome, SourceSync, Stored, SyncEnd, SyncRef, Written};
use crate::domain::{DocumentName, Moment, Record, RecordKey, RecordKind, ResourceName, Revision, Source};

/// The format of every value that is written, and of the whole ledger; raised with any change of what is below.
/// 1 had no threads, 2 no syncs, 3 no synonym sets and no curations.
pub(super) const FORMAT: u8 = 4;

/// The oldest format that is read. What a ledger of an older format keeps is written alike; it lacks kinds of records, no more.
pub(super) const OLDEST_FORMAT: u8 = 3;

/// A format as this build knows it; nothing where it does not.
pub(super) fn known_format(found: u32) -> Option<u8> {
    u8::try_from(found).ok().filter(|format| (OLDEST_FORMAT..=FORMAT).contains(format))
}

/// Bytes of a format byte and a checksum.
const SEAL: usize = 5;

/// A value as it is stored.
pub(super) fn seal(table: &str, key: &[u8], payload: &[u8]) -> Vec<u8> {
    seal_as(FORMAT, table, key, payload)
}

/// A value as a build of another format stores it.
pub(super) fn seal_as(format: u8, table: &str, key: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(SEAL + payload.len());
    value.push(format);
    value.extend_from_slice(&checksum(table, key, format, payload).to_le_bytes());
    value.extend_from_slice(payload);
    value
}

/// The payload of a stored value, once its checksum is verified.
pub(super) fn unseal<'a>(table: &str, key: &[u8], value: &'a [u8]) -> Result<&'a [u8], LedgerError> {
    let parts = value.split_first().and_then(|(format, rest)| rest.split_first_chunk().map(|(sum, rest)| (*format, *sum, rest)));
    let Some((format, sum, payload)) = parts else { return Err(corrupt(table, key)) };
    if checksum(table, key, format, payload) != u32::from_le_bytes(sum) {
        return Err(corrupt(table, key));
    }
    known_format(format.into()).map(|_| payload).ok_or_else(|| unknown_format(format.into()))
}

/// A value of a table cannot be read.
pub(super) fn corrupt(table: &str, key: &[u8]) -> LedgerError {
    LedgerError::Corrupt { what: format!("{table}/{}", key.escape_ascii()) }
}

/// The ledger was written by a build that this one does not know.
pub(super) fn unknown_format(found: u32) -> LedgerError {
    LedgerError::Format { found, known: u32::from(FORMAT) }
}

fn checksum(table: &str, key: &[u8], format: u8, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(table.as_bytes());
    // Without the length, table and key could trade bytes.
    hasher.update(&key.len().to_le_bytes());
    hasher.update(key);
    hasher.update(&[format]);
    hasher.update(payload);
    hasher.finalize()
}

/// A record with its revision.
pub(super) fn encode_record(revision: Revision, record: &Record) -> Result<Vec<u8>, LedgerError> {
    let mut payload = revision.0.to_le_bytes().to_vec();
    serde_json::to_writer(&mut payload, record).map_err(|error| LedgerError::Store(std::sync::Arc::new(error)))?;
    Ok(payload)
}

/// Reads what [`encode_record`] wrote.
pub(super) fn decode_record(payload: &[u8]) -> Option<Stored> {
    let mut bytes = Bytes(payload);
    let revision = bytes.revision()?;
    Some(Stored { record: serde_json::from_slice(bytes.0).ok()?, revision })
}

/// The revision of what [`encode_record`] wrote.
pub(super) fn decode_record_revision(payload: &[u8]) -> Option<Revision> {
    Bytes(payload).revision()
}

/// A journal entry without its revision, which is its key.
pub(super) fn encode_entry(key: &RecordKey, change: Change, at: Moment) -> Vec<u8> {
    let change = match change {
        Change::Put => 1,
        Change::Delete => 2,
    };
    let mut payload = vec![change];
    payload.extend_from_slice(&at.unix_seconds().to_le_bytes());
    payload.extend_from_slice(&encode_key(key));
    payload
}

/// Reads what [`encode_entry`] wrote.
pub(super) fn decode_entry(revision: Revision, payload: &[u8]) -> Option<JournalEntry> {
    let mut bytes = Bytes(payload);
    let change = match bytes.byte()? {
        1 => Change::Put,
        2 => Change::Delete,
        _ => return None,
    };
    let at = bytes.moment()?;
    Some(JournalEntry { revision, key: decode_key(bytes.0)?, change, at })
}

/// A tombstone.
pub(super) fn encode_tombstone(revision: Revision, at: Moment) -> [u8; 16] {
    let mut payload = [0; 16];
    payload[..8].copy_from_slice(&revision.0.to_le_bytes());
    payload[8..].copy_from_slice(&at.unix_seconds().to_le_bytes());
    payload
}

/// Reads what [`encode_tombstone`] wrote.
pub(super) fn decode_tombstone(payload: &[u8]) -> Option<(Revision, Moment)> {
    let mut bytes = Bytes(payload);
    let tombstone = (bytes.revision()?, bytes.moment()?);
    bytes.0.is_empty().then_some(tombstone)
}

/// What was answered to a request id.
pub(super) fn encode_answer(answered: &Answered) -> Vec<u8> {
    let mut payload = answered.at.unix_seconds().to_le_bytes().to_vec();
    payload.extend_from_slice(&answered.fingerprint);
    payload.extend_from_slice(&answered.written.revision.0.to_le_bytes());
    for outcome in &answered.written.outcomes {
        let key = encode_key(&outcome.key);
        payload.push(u8::from(outcome.changed) | u8::from(outcome.existed) << 1);
        payload.extend_from_slice(&outcome.revision.0.to_le_bytes());
        // Ids hold 200 bytes at most, so a key's length fits into a byte.
        payload.push(u8::try_from(key.len()).unwrap_or(u8::MAX));
        payload.extend_from_slice(&key);
    }
    payload
}

/// Reads what [`encode_answer`] wrote.
pub(super) fn decode_answer(payload: &[u8]) -> Option<Answered> {
    let mut bytes = Bytes(payload);
    let at = bytes.moment()?;
    let fingerprint = bytes.array()?;
    let revision = bytes.revision()?;
    let mut outcomes = Vec::new();
    while !bytes.0.is_empty() {
        let flags = bytes.byte()?;
        let revision = bytes.revision()?;
        let length = usize::from(bytes.byte()?);
        let key = decode_key(bytes.take(length)?)?;
        outcomes.push(Outcome { key, revision, changed: flags & 1 != 0, existed: flags & 2 != 0 });
    }
    Some(Answered { fingerprint, at, written: Written { revision, outcomes, replayed: false } })
}

/// The key of a request in the table that is ordered by age.
pub(super) fn encode_age(at: Moment, id: &[u8; 32]) -> [u8; 40] {
    let mut key = [0; 40];
    key[..8].copy_from_slice(&age(at).to_be_bytes());
    key[8..].copy_from_slice(id);
    key
}

/// The lowest key of [`encode_age`] at a moment.
pub(super) fn first_of_age(at: Moment) -> [u8; 8] {
    age(at).to_be_bytes()
}

/// The request id in a key of [`encode_age`].
pub(super) fn decode_age(key: &[u8]) -> Option<[u8; 32]> {
    let mut bytes = Bytes(key);
    bytes.take(8)?;
    bytes.0.try_into().ok()
}

/// Seconds, moved so that their bytes sort like moments do.
fn age(at: Moment) -> u64 {
    at.unix_seconds().cast_unsigned() ^ 1 << 63
}

/// A record's key: the byte of its kind and its id.
pub(super) fn encode_key(key: &RecordKey) -> Vec<u8> {
    let mut bytes = vec![key.kind() as u8];
    bytes.extend_from_slice(key.id().as_bytes());
    bytes
}

/// Reads what [`encode_key`] wrote.
pub(super) fn decode_key(bytes: &[u8]) -> Option<RecordKey> {
    let (kind, id) = bytes.split_first()?;
    let kind = RecordKind::ALL.into_iter().find(|known| *known as u8 == *kind)?;
    RecordKey::new(kind, std::str::from_utf8(id).ok()?)
}

/// The key of a source id within a kind.
pub(super) fn encode_source(kind: RecordKind, source: &Source) -> Vec<u8> {
    let mut bytes = vec![kind as u8];
    // With its length, so that no system's name can run into an id.
    bytes.extend_from_slice(&source.system.len().to_be_bytes());
    bytes.extend_from_slice(source.system.as_bytes());
    bytes.extend_from_slice(source.id.as_bytes());
    bytes
}

/// The key of a source system within a kind.
pub(super) fn encode_system(kind: RecordKind, system: &str) -> Vec<u8> {
    let mut bytes = vec![kind as u8];
    bytes.extend_from_slice(system.as_bytes());
    bytes
}

/// A sync without its kind and system, which are its key.
pub(super) fn encode_sync(sync: &SourceSync) -> Vec<u8> {
    let mut payload = sync.name.number.to_le_bytes().to_vec();
    payload.extend_from_slice(&sync.begin.0.to_le_bytes());
    payload.extend_from_slice(&sync.at.unix_seconds().to_le_bytes());
    payload.extend_from_slice(&sync.swept.to_le_bytes());
    payload.push(u8::from(sync.request.is_some()) | u8::from(sync.end.is_some()) << 1);
    payload.extend(sync.request.iter().flatten());
    if let Some(SyncEnd { kept, revision }) = sync.end {
        payload.extend_from_slice(&kept.to_le_bytes());
        payload.extend_from_slice(&revision.0.to_le_bytes());
    }
    payload
}

/// Reads what [`encode_sync`] wrote.
pub(super) fn decode_sync(kind: RecordKind, system: &str, payload: &[u8]) -> Option<SourceSync> {
    let mut bytes = Bytes(payload);
    let name = SyncRef { kind, system: system.to_owned(), number: bytes.number()? };
    let (begin, at, swept) = (bytes.revision()?, bytes.moment()?, bytes.number()?);
    let flags = bytes.byte()?;
    let request = if flags & 1 == 0 { None } else { Some(bytes.array()?) };
    let end = if flags & 2 == 0 { None } else { Some(SyncEnd { kept: bytes.number()?, revision: bytes.revision()? }) };
    bytes.0.is_empty().then_some(SourceSync { name, begin, at, request, swept, end })
}

/// The number of the sync that marked a source id.
pub(super) fn encode_mark(number: u64) -> [u8; 8] {
    number.to_le_bytes()
}

/// Reads what [`encode_mark`] wrote.
pub(super) fn decode_mark(payload: &[u8]) -> Option<u64> {
    payload.try_into().ok().map(u64::from_le_bytes)
}

/// The key of a document in the thread of a root.
pub(super) fn encode_reply(root: &DocumentName, reply: &str) -> Vec<u8> {
    // No id holds this byte, so that no root runs into a reply, and a thread's keys sort like its replies' ids.
    [root.id().as_bytes(), &[0], reply.as_bytes()].concat()
}

/// What every key of a thread begins with, and the first key behind them.
pub(super) fn replies_of(root: &DocumentName) -> (Vec<u8>, Vec<u8>) {
    (encode_reply(root, ""), [root.id().as_bytes(), &[1]].concat())
}

/// The document in a key of [`encode_reply`], by what the thread's keys begin with.
pub(super) fn decode_reply(first: &[u8], key: &[u8]) -> Option<DocumentName> {
    DocumentName::from_id(std::str::from_utf8(key.strip_prefix(first)?).ok()?).ok()
}

/// When a document last came into a thread.
pub(super) fn encode_joined(revision: Revision) -> [u8; 8] {
    revision.0.to_le_bytes()
}

/// Reads what [`encode_joined`] wrote.
pub(super) fn decode_joined(payload: &[u8]) -> Option<Revision> {
    payload.try_into().ok().map(|bytes| Revision(u64::from_le_bytes(bytes)))
}

/// What is left to read of a payload.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn number(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn revision(&mut self) -> Option<Revision> {
        self.number().map(Revision)
    }

    fn moment(&mut self) -> Option<Moment> {
        Moment::from_unix_seconds(i64::from_le_bytes(self.array()?))
    }
}

#[cfg(test)]
mod tests {
    //! 1. what is sealed is unsealed under its own table and key only; 2. every flipped bit is found; 3. no bytes panic;
    //! 4. another format is named; 5. ages sort like moments.
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_opens_under_its_own_table_and_key_only() {
        let value = seal("people", b"ada", b"payload");
        assert_eq!(unseal("people", b"ada", &value).unwrap(), b"payload");
        for (table, key) in [("people", &b"bob"[..]), ("documents", b"ada"), ("peoplea", b"da")] {
            assert!(matches!(unseal(table, key, &value), Err(LedgerError::Corrupt { .. })));
        }
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let value = seal("people", b"ada", b"payload");
        for bit in 0..value.len() * 8 {
            let mut flipped = value.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(unseal("people", b"ada", &flipped).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_sound_value_of_another_format_is_named() {
        let value = seal_as(9, "people", b"ada", b"new");
        assert!(matches!(unseal("people", b"ada", &value), Err(LedgerError::Format { found: 9, known: 4 })));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unseal("people", b"ada", &bytes);
            let _ = decode_record(&bytes);
            let _ = decode_entry(Revision(1), &bytes);
            let _ = decode_tombstone(&bytes);
            let _ = decode_answer(&bytes);
            let _ = decode_age(&bytes);
            let _ = decode_key(&bytes);
            let _ = decode_reply(b"a\0", &bytes);
            let _ = decode_joined(&bytes);
            let _ = decode_record_revision(&bytes);
            let _ = decode_sync(RecordKind::Document, "wiki", &bytes);
            let _ = decode_mark(&bytes);
        }

        #[test]
        fn ages_sort_like_moments(one in Moment::MIN.unix_seconds()..=Moment::MAX.unix_seconds(), two in -10_i64..10) {
            let moments = [one, two].map(|seconds| Moment::from_unix_seconds(seconds).unwrap());
            let keys = moments.map(|moment| encode_age(moment, &[7; 32]));
            prop_assert_eq!(keys[0].cmp(&keys[1]), moments[0].cmp(&moments[1]));
            prop_assert_eq!(decode_age(&keys[0]), Some([7; 32]));
        }
    }
}
