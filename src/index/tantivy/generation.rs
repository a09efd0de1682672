//! One index of the engine with its writer: opened, fed and committed.
//!
//! The writer is made when it is first needed and lives long, since merges end with it. After any failure it is dropped,
//! never rolled back: what was not committed is applied again by the caller.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ::tantivy::directory::MmapDirectory;
use ::tantivy::directory::error::OpenReadError;
use ::tantivy::index::Index as EngineIndex;
use ::tantivy::indexer::{IndexWriter, LogMergePolicy};
use ::tantivy::schema::TantivyDocument;
use ::tantivy::{FutureResult, IndexReader, ReloadPolicy, SegmentMeta, TantivyError};

use super::schema::{self, Fields, VERSION};
use super::snapshot::Snapshot;
use super::store::Store;
use super::{TantivySettings, engine_failed, pool};
use crate::domain::{ResourceName, Revision};
use crate::index::{IndexChange, IndexError};

/// The least and the most that the engine takes for one indexing thread.
const WRITER_MEMORY: std::ops::RangeInclusive<usize> = 15_000_000..=2 << 30;
/// Segments of more documents are not merged any more.
const MOST_DOCUMENTS_MERGED: usize = 5_000_000;

/// A segment that is being rewritten; the work goes on also where nobody waits for it.
pub(super) type Rewriting = FutureResult<Option<SegmentMeta>>;

/// One index of the engine.
pub(super) struct Generation {
    pub(super) number: u64,
    fields: Fields,
    index: EngineIndex,
    reader: IndexReader,
    writer: Option<IndexWriter<TantivyDocument>>,
}

impl Generation {
    /// An empty index in a directory of its own.
    pub(super) fn create(store: &Store, number: u64) -> Result<Self, IndexError> {
        let (schema, fields) = schema::schema();
        let index = match store.make(number).map_err(engine_failed)? {
            Some(directory) => EngineIndex::create_in_dir(directory, schema).map_err(failed)?,
            None => EngineIndex::create_in_ram(schema),
        };
        Self::of(number, index, fields)
    }

    /// Opens what a directory holds, after its checksums, and says at which revision it is.
    ///
    /// # Errors
    /// [`IndexError::Unusable`] for whatever is wrong with it.
    pub(super) fn open(directory: &Path, number: u64) -> Result<(Self, Snapshot), IndexError> {
        let open = || {
            let (schema, fields) = schema::schema();
            let mmap = MmapDirectory::open(directory).map_err(|error| unusable(&error))?;
            let index = EngineIndex::open(mmap).map_err(|error| unusable(&error))?;
            if index.schema() != schema {
                return Err(unusable(&"it has other fields"));
            }
            let damaged = index.validate_checksum().map_err(|error| unusable(&error))?;
            if !damaged.is_empty() {
                return Err(unusable(&format!("damaged files: {}", listed(&damaged))));
            }
            let generation = Self::of(number, index, fields)?;
            let snapshot = generation.snapshot()?;
            Ok((generation, snapshot))
        };
        // The engine panics on some kinds of damage.
        match catch_unwind(AssertUnwindSafe(open)) {
            Ok(Err(error @ IndexError::Unusable { .. })) => Err(error),
            Ok(opened) => opened.map_err(|error| unusable(&error)),
            Err(panic) => Err(unusable(&pool::panicked(panic.as_ref()))),
        }
    }

    fn of(number: u64, index: EngineIndex, fields: Fields) -> Result<Self, IndexError> {
        schema::register(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
        Ok(Self { number, fields, index, reader, writer: None })
    }

    /// What the last commit made searchable.
    pub(super) fn snapshot(&self) -> Result<Snapshot, IndexError> {
        self.reader.reload().map_err(failed)?;
        let meta = self.index.load_metas().map_err(failed)?;
        let revision = match meta.payload {
            Some(payload) => read_payload(&payload).ok_or_else(|| unusable(&format!("its commit says \"{payload}\"")))?,
            None if meta.segments.is_empty() => Revision::ZERO,
            None => return Err(unusable(&"its commit says nothing")),
        };
        Snapshot::new(&self.reader.searcher(), self.fields, revision)
    }

    /// Hands changes to the writer, in order.
    pub(super) fn apply(&mut self, settings: &TantivySettings, changes: Vec<IndexChange>) -> Result<(), IndexError> {
        self.writing(settings, |writer, fields| {
            for change in changes {
                match change {
                    IndexChange::Put(document) => {
                        writer.delete_term(fields.name_term(document.name.id()));
                        writer.add_document(fields.document(&document))?;
                    }
                    IndexChange::Delete(name) => {
                        writer.delete_term(fields.name_term(name.id()));
                    }
                }
            }
            Ok(())
        })
    }

    /// Makes everything handed over durable, and opens it.
    pub(super) fn commit(&mut self, settings: &TantivySettings, through: Revision) -> Result<Snapshot, IndexError> {
        self.writing(settings, |writer, _| {
            let mut prepared = writer.prepare_commit()?;
            prepared.set_payload(&payload(through));
            prepared.commit()?;
            Ok(())
        })?;
        let opened = self.snapshot();
        if opened.is_err() {
            self.writer = None;
        }
        opened
    }

    /// Starts to rewrite the segment with the most deleted documents without them; nothing where no segment has any.
    pub(super) fn rewrite_worst(&mut self, settings: &TantivySettings) -> Result<Option<Rewriting>, IndexError> {
        let segments = self.index.searchable_segment_metas().map_err(failed)?;
        let with_deleted = segments.into_iter().filter(|segment| segment.num_deleted_docs() > 0);
        let worst = with_deleted.max_by_key(|segment| (segment.num_deleted_docs(), segment.id()));
        let Some(worst) = worst else { return Ok(None) };
        let mut rewriting = None;
        self.writing(settings, |writer, _| {
            rewriting = Some(writer.merge(&[worst.id()]));
            Ok(())
        })?;
        Ok(rewriting)
    }

    /// Waits for merges and lets go of the writer.
    pub(super) fn close(&mut self) {
        if let Some(writer) = self.writer.take()
            && let Err(error) = writer.wait_merging_threads()
        {
            tracing::warn!(%error, "the index writer did not end well");
        }
    }

    /// Drops the writer with everything that was not committed.
    pub(super) fn abandon(&mut self) {
        self.writer = None;
    }

    fn writing(
        &mut self,
        settings: &TantivySettings,
        work: impl FnOnce(&mut IndexWriter<TantivyDocument>, Fields) -> ::tantivy::Result<()>,
    ) -> Result<(), IndexError> {
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.make_writer(settings).map_err(failed)?,
        };
        // Put back only where all went well.
        work(&mut writer, self.fields).map_err(failed)?;
        self.writer = Some(writer);
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, reason = "a ratio loses digits only")]
    fn make_writer(&self, settings: &TantivySettings) -> ::tantivy::Result<IndexWriter<TantivyDocument>> {
        let threads = settings.indexing_threads.max(1);
        let each = (settings.writer_memory_bytes / threads).clamp(*WRITER_MEMORY.start(), *WRITER_MEMORY.end());
        let writer = self.index.writer_with_num_threads(threads, each.saturating_mul(threads))?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(settings.deleted_ratio_before_merge.clamp(0.01, 1.0) as f32);
        policy.set_max_docs_before_merge(MOST_DOCUMENTS_MERGED);
        writer.set_merge_policy(Box::new(policy));
        Ok(writer)
    }
}

fn payload(revision: Revision) -> String {
    format!("{VERSION} {revision}")
}

fn read_payload(payload: &str) -> Option<Revision> {
    let (version, revision) = payload.split_once(' ')?;
    if version != VERSION.to_string() {
        return None;
    }
    revision.parse().ok().map(Revision)
}

fn listed(files: &HashSet<std::path::PathBuf>) -> String {
    let mut names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    names.sort_unstable();
    names.join(", ")
}

fn unusable(why: &dyn std::fmt::Display) -> IndexError {
    IndexError::Unusable { why: why.to_string() }
}

/// What damages the index as a whole asks for a rebuild; anything else may pass.
fn failed(error: TantivyError) -> IndexError {
    match error {
        TantivyError::DataCorruption(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(_) | OpenReadError::IncompatibleIndex(_)) => {
            unusable(&error)
        }
        other => engine_failed(other),
    }
}

#[cfg(test)]
mod tests {
    //! 1. A commit's payload reads back; 2. another version's is refused.
    use super::*;

    #[test]
    fn a_payload_reads_back_and_another_versions_is_refused() {
        assert_eq!(read_payload(&payload(Revision(7))), Some(Revision(7)));
        for foreign in ["", "7", "0 7", "1 x", "1 7 8"] {
            assert_eq!(read_payload(foreign), None);
        }
    }
}
