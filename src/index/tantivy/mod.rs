//! The index on one node, with tantivy; on disk, or in memory for tests.
//!
//! Visibility is part of retrieval: `visible.rs` holds the documents that a sight admits, `statistics.rs` weighs words among
//! exactly these, `search.rs` and `listing.rs` find the best of them, `threads.rs` folds them into discussions, `topics.rs`
//! counts the people behind topics, and `involving.rs` the documents of people.
//! `revocations.rs` takes rights away between commits; `generation.rs` and `store.rs` write, commit and swap. Nothing outside
//! this directory knows the engine. Start reading at `TantivyIndex`.

mod admission;
mod bits;
mod bm25;
mod card;
mod conditions;
mod cursors;
mod details;
mod dictionary;
mod expansion;
mod facets;
mod fold;
mod generation;
mod held;
mod involving;
mod judge;
mod listing;
mod pace;
mod part;
mod phrase;
mod pool;
mod ranked;
mod reached;
mod revocations;
mod schema;
mod search;
mod seen;
mod snapshot;
mod statistics;
mod steps;
mod store;
mod terms;
mod thread;
mod thread_listing;
mod threads;
mod together;
mod topics;
mod visible;
mod weigh;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod thread_properties;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use self::generation::Generation;
use self::pool::Pool;
use self::revocations::Revocations;
use self::snapshot::Snapshot;
use self::store::Store;
use self::visible::VisibleSets;
use super::{
    Ask, AskFacets, AskInvolving, AskTerms, AskThreads, AskTopics, FacetsFound, Found, Index, IndexChange, IndexError,
    IndexStatus, Revocation, TermsFound, ThreadsFound, TopicsFound,
};
use crate::domain::Revision;

/// How the index works.
#[derive(Clone, Debug, PartialEq)]
pub struct TantivySettings {
    /// The directory of the index, made where it is missing; nothing for an index in memory.
    pub path: Option<PathBuf>,
    /// Bytes in which new documents gather before they become a segment, over all indexing threads.
    pub writer_memory_bytes: usize,
    /// Threads that index.
    pub indexing_threads: usize,
    /// The share of deleted documents above which a segment is rewritten without them.
    pub deleted_ratio_before_merge: f64,
    /// Threads that search.
    pub search_threads: usize,
    /// Searches that run or wait for a thread; more are refused.
    pub search_permits: usize,
    /// Visible sets kept in memory, one bit for each document in each.
    pub visible_sets_cached: usize,
}

impl Default for TantivySettings {
    fn default() -> Self {
        Self {
            path: None,
            writer_memory_bytes: 64 << 20,
            indexing_threads: 1,
            deleted_ratio_before_merge: 0.2,
            search_threads: 2,
            search_permits: 64,
            visible_sets_cached: 64,
        }
    }
}

/// The index on one node.
pub struct TantivyIndex {
    shared: Arc<Shared>,
    applied: watch::Receiver<Revision>,
}

struct Shared {
    settings: TantivySettings,
    store: Store,
    pool: Pool,
    sets: VisibleSets,
    published: Mutex<Published>,
    feeds: Mutex<Feeds>,
    applied: watch::Sender<Revision>,
}

/// What searches take, both parts under one lock: a commit drops revocations in the same moment in which it shows what they
/// stood for.
struct Published {
    snapshot: Arc<Snapshot>,
    revocations: Arc<Revocations>,
}

/// What is written to.
struct Feeds {
    live: Generation,
    beside: Option<Generation>,
    closed: bool,
}

/// No rebuild was begun, or a failure ended it.
#[derive(Debug, thiserror::Error)]
#[error("no rebuild is under way")]
struct NoRebuild;

impl TantivyIndex {
    /// Opens the index, or starts an empty one where there is none or where what is there cannot be used: its applied
    /// revision is then zero. What rebuilds left behind is removed.
    ///
    /// # Errors
    /// [`IndexError::Engine`] where not even an empty index can be made.
    pub fn open(settings: TantivySettings) -> Result<Self, IndexError> {
        let store = Store::open(settings.path.clone()).map_err(engine_failed)?;
        let (live, snapshot) = open_live(&store)?;
        let (sender, applied) = watch::channel(snapshot.revision);
        let shared = Shared {
            pool: Pool::start(settings.search_threads, settings.search_permits)?,
            sets: VisibleSets::new(settings.visible_sets_cached),
            published: Mutex::new(Published { snapshot: Arc::new(snapshot), revocations: Arc::default() }),
            feeds: Mutex::new(Feeds { live, beside: None, closed: false }),
            applied: sender,
            settings,
            store,
        };
        Ok(Self { shared: Arc::new(shared), applied })
    }

    /// Runs work on what is written to, off the async threads and one at a time.
    async fn feed<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared, &mut Feeds) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, IndexError> {
        let shared = Arc::clone(&self.shared);
        let task = tokio::task::spawn_blocking(move || {
            let mut feeds = lock(&shared.feeds);
            if feeds.closed {
                return Err(pool::closed());
            }
            catch_unwind(AssertUnwindSafe(|| work(&shared, &mut feeds))).unwrap_or_else(|panic| {
                feeds.live.abandon();
                shared.drop_beside(&mut feeds);
                Err(pool::panicked(panic.as_ref()))
            })
        });
        task.await.unwrap_or_else(|error| Err(engine_failed(error)))
    }
}

impl Shared {
    /// Lets searches see a snapshot, and forgets the revocations that it has applied.
    fn publish(&self, snapshot: Snapshot) {
        let revision = snapshot.revision;
        {
            let mut published = lock(&self.published);
            published.snapshot = Arc::new(snapshot);
            Arc::make_mut(&mut published.revocations).applied(revision);
        }
        self.applied.send_replace(revision);
    }

    fn published(&self) -> (Arc<Snapshot>, Arc<Revocations>) {
        let published = lock(&self.published);
        (Arc::clone(&published.snapshot), Arc::clone(&published.revocations))
    }

    fn search(&self, ask: &Ask) -> Result<Found, IndexError> {
        let (snapshot, revocations) = self.published();
        search::search(ask, &snapshot, &revocations, &self.sets)
    }

    fn threads(&self, ask: &AskThreads) -> Result<ThreadsFound, IndexError> {
        let (snapshot, revocations) = self.published();
        threads::search(ask, &snapshot, &revocations, &self.sets)
    }

    fn involving(&self, ask: &AskInvolving) -> Result<Vec<u64>, IndexError> {
        let (snapshot, revocations) = self.published();
        involving::count(ask, &snapshot, &revocations, &self.sets)
    }

    fn topics(&self, ask: &AskTopics) -> Result<TopicsFound, IndexError> {
        let (snapshot, revocations) = self.published();
        topics::count(ask, &snapshot, &revocations, &self.sets)
    }

    fn terms(&self, ask: &AskTerms) -> Result<TermsFound, IndexError> {
        let (snapshot, revocations) = self.published();
        terms::find(ask, &snapshot, &revocations, &self.sets)
    }

    fn facets(&self, ask: &AskFacets) -> Result<FacetsFound, IndexError> {
        let (snapshot, revocations) = self.published();
        facets::count(ask, &snapshot, &revocations, &self.sets)
    }

    fn drop_beside(&self, feeds: &mut Feeds) {
        if let Some(mut beside) = feeds.beside.take() {
            beside.abandon();
            let number = beside.number;
            drop(beside);
            self.store.remove(number);
        }
    }

    fn begin_rebuild(&self, feeds: &mut Feeds) -> Result<(), IndexError> {
        self.drop_beside(feeds);
        feeds.beside = Some(Generation::create(&self.store, feeds.live.number + 1)?);
        Ok(())
    }

    /// Works on the index beside; a failure ends the rebuild, since what was not committed is gone.
    fn rebuilding<T>(
        &self,
        feeds: &mut Feeds,
        work: impl FnOnce(&mut Generation) -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        let beside = feeds.beside.as_mut().ok_or_else(|| engine_failed(NoRebuild))?;
        let outcome = work(beside);
        if outcome.is_err() {
            self.drop_beside(feeds);
        }
        outcome
    }

    fn finish_rebuild(&self, feeds: &mut Feeds, through: Revision) -> Result<(), IndexError> {
        let snapshot = self.rebuilding(feeds, |beside| {
            let snapshot = beside.commit(&self.settings, through)?;
            self.store.name(beside.number).map_err(engine_failed)?;
            Ok(snapshot)
        })?;
        if let Some(beside) = feeds.beside.take() {
            let mut old = std::mem::replace(&mut feeds.live, beside);
            self.publish(snapshot);
            old.abandon();
            let number = old.number;
            drop(old);
            // Searches that run hold its files open.
            self.store.remove(number);
        }
        Ok(())
    }

    fn status(&self, feeds: &Feeds) -> IndexStatus {
        let published = lock(&self.published);
        let (snapshot, revocations) = (Arc::clone(&published.snapshot), published.revocations.len());
        drop(published);
        let sum = |of: fn(&::tantivy::SegmentReader) -> u32| {
            snapshot.segments.iter().map(|segment| u64::from(of(&segment.reader))).sum()
        };
        IndexStatus {
            applied: snapshot.revision,
            documents: sum(::tantivy::SegmentReader::num_docs),
            deleted: sum(::tantivy::SegmentReader::num_deleted_docs),
            segments: snapshot.segments.len() as u64,
            disk_bytes: self.store.bytes(feeds.live.number),
            revocations: revocations as u64,
        }
    }
}

#[async_trait]
impl Index for TantivyIndex {
    async fn apply(&self, changes: Vec<IndexChange>) -> Result<(), IndexError> {
        self.feed(move |shared, feeds| feeds.live.apply(&shared.settings, changes)).await
    }

    async fn commit(&self, through: Revision) -> Result<(), IndexError> {
        self.feed(move |shared, feeds| {
            let snapshot = feeds.live.commit(&shared.settings, through)?;
            shared.publish(snapshot);
            Ok(())
        })
        .await
    }

    fn applied(&self) -> watch::Receiver<Revision> {
        self.applied.clone()
    }

    fn revoke(&self, revocations: Vec<Revocation>) {
        let mut published = lock(&self.shared.published);
        let applied = published.snapshot.revision;
        let waiting = Arc::make_mut(&mut published.revocations);
        for revocation in revocations {
            waiting.add(revocation, applied);
        }
    }

    async fn search(&self, ask: Ask) -> Result<Found, IndexError> {
        let shared = Arc::clone(&self.shared);
        let patience = ask.patience.clone();
        self.shared.pool.run(&patience, move || shared.search(&ask)).await
    }

    async fn threads(&self, ask: AskThreads) -> Result<ThreadsFound, IndexError> {
        let shared = Arc::clone(&self.shared);
        let patience = ask.messages.patience.clone();
        self.shared.pool.run(&patience, move || shared.threads(&ask)).await
    }

    async fn involving(&self, ask: AskInvolving) -> Result<Vec<u64>, IndexError> {
        let shared = Arc::clone(&self.shared);
        let patience = ask.patience.clone();
        self.shared.pool.run(&patience, move || shared.involving(&ask)).await
    }

    async fn topics(&self, ask: AskTopics) -> Result<TopicsFound, IndexError> {
        let shared = Arc::clone(&self.shared);
        let patience = ask.patience.clone();
        self.shared.pool.run(&patience, move || shared.topics(&ask)).await
    }

    async fn terms(&self, ask: AskTerms) -> Result<TermsFound, IndexError> {
        let shared = Arc::clone(&self.shared);
        let patience = ask.patience.clone();
        self.shared.pool.run(&patience, move || shared.terms(&ask)).await
    }

    async fn facets(&self, ask: AskFacets) -> Result<FacetsFound, IndexError> {
        let shared = Arc::clone(&self.shared);
        let patience = ask.search.patience.clone();
        self.shared.pool.run(&patience, move || shared.facets(&ask)).await
    }

    async fn begin_rebuild(&self) -> Result<(), IndexError> {
        self.feed(Shared::begin_rebuild).await
    }

    async fn apply_to_rebuild(&self, changes: Vec<IndexChange>) -> Result<(), IndexError> {
        self.feed(move |shared, feeds| shared.rebuilding(feeds, |beside| beside.apply(&shared.settings, changes))).await
    }

    async fn finish_rebuild(&self, through: Revision) -> Result<(), IndexError> {
        self.feed(move |shared, feeds| shared.finish_rebuild(feeds, through)).await
    }

    async fn vacuum(&self) -> Result<bool, IndexError> {
        let Some(rewriting) = self.feed(|shared, feeds| feeds.live.rewrite_worst(&shared.settings)).await? else {
            return Ok(false);
        };
        // Not while holding what is written to: it takes as long as the segment is large.
        rewriting.await.map_err(engine_failed)?;
        self.feed(|shared, feeds| {
            let snapshot = feeds.live.snapshot()?;
            shared.publish(snapshot);
            Ok(true)
        })
        .await
    }

    async fn status(&self) -> Result<IndexStatus, IndexError> {
        self.feed(|shared, feeds| Ok(shared.status(feeds))).await
    }

    async fn close(&self) {
        let closing = self.feed(|shared, feeds| {
            feeds.closed = true;
            shared.drop_beside(feeds);
            feeds.live.close();
            shared.pool.close();
            Ok(())
        });
        // Closed already: nothing is left to do.
        let _closed_already = closing.await;
    }
}

/// Opens the current generation, or an empty one after it.
fn open_live(store: &Store) -> Result<(Generation, Snapshot), IndexError> {
    let current = store.current().map_err(engine_failed)?;
    let generations = store.generations().map_err(engine_failed)?;
    for leftover in generations.iter().filter(|number| Some(**number) != current) {
        store.remove(*leftover);
    }
    if let Some(number) = current
        && let Some(directory) = store.directory(number)
    {
        match Generation::open(&directory, number) {
            Ok(opened) => return Ok(opened),
            Err(error) => tracing::warn!(%error, "the index is started anew"),
        }
    }
    let number = current.into_iter().chain(generations).max().map_or(1, |last| last.saturating_add(1));
    let fresh = Generation::create(store, number)?;
    let snapshot = fresh.snapshot()?;
    store.name(number).map_err(engine_failed)?;
    if let Some(old) = current {
        store.remove(old);
    }
    Ok((fresh, snapshot))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn engine_failed(error: impl std::error::Error + Send + Sync + 'static) -> IndexError {
    IndexError::Engine(Arc::new(error))
}
