//! The use cases: what a caller can do, written once above the seams.
//!
//! A use case fetches through `storage` and `index`, lets `ranking` and `expertise` judge, and answers in domain words. It
//! decides who may see what by asking `access`, before anything leaves. This room must never speak protobuf, and never know
//! which backend it works on. Start reading in `discovery.rs` for a request, in `content.rs` for a write.

mod aliases;
mod answers;
mod behind;
mod communities;
mod content;
mod copies;
mod curated;
mod curation;
mod directory;
mod discovery;
mod discussions;
mod endorsements;
mod error;
mod expertise;
mod experts;
mod facets;
mod found;
mod freshness;
mod fruitless;
mod import;
mod listing;
mod lookup;
mod members;
mod moderation;
mod naming;
mod operations;
mod patch;
mod peers;
mod people;
mod projection;
mod queries;
mod reactions;
mod reading;
mod reviews;
mod rights;
mod seen;
mod settings;
mod signals;
mod similar;
mod snippets;
mod suggest;
mod sync;
mod threads;
mod topics;
mod understood;
mod upkeep;
mod votes;
mod writes;

use std::sync::Arc;

pub use aliases::LinksPage;
pub use answers::Acceptance;
pub use behind::PersonBehind;
pub use copies::Copies;
pub use curation::{Curated, MOST_BURIES, MOST_PINS, distinct_words, words};
pub use directory::{CommunitiesFound, CommunityFound, FindPeople, PeopleFound, PersonFound};
pub use discovery::{BlendedFound, DocumentsFound, FindDocuments, SearchEverything};
pub use discussions::{DiscussionFound, DiscussionsFound, FindDiscussions};
pub use error::{AppError, FieldFault};
pub use expertise::{EndorsedSkill, Expertise};
pub use experts::{EvidenceShown, ExpertFound, ExpertsFound, FindExperts};
pub use facets::{FacetFound, FacetValue, FacetWanted};
pub use found::{DocumentFound, Warning};
pub use fruitless::{FruitlessAfter, FruitlessPage, FruitlessQuery, ReportSettings};
pub use import::{Imported, ImportedAs};
pub use listing::Page;
pub use lookup::{DocumentBatch, PeopleBatch, PersonKey};
pub use members::{Member, MembersPage};
pub use moderation::Moderation;
pub use naming::{ExpertsPosition, Naming};
pub use operations::{ReadModelState, ReadModelStatus, Status};
pub use patch::{CommunityPatch, CurationPatch, DocumentPatch, PersonPatch, SynonymSetPatch};
pub use peers::{FindPeers, InterestFound, PeerFound, PeersFound, PeersPosition, SharedFound};
pub use projection::{IndexPace, Projection};
pub use reactions::Reaction;
pub use reviews::{Remark, ReviewAction};
pub use seen::SeenDocument;
pub use settings::{Limits, Settings};
pub use similar::{FindSimilar, Like, SimilarFound};
pub use suggest::{Suggest, SuggestionFound, SuggestionSort, SuggestionsFound};
pub use sync::{BegunSync, Sweep, SweepSummary, Swept};
pub use topics::{InferredTopic, TopicEvidence};
pub use understood::Interpreted;
pub use upkeep::{JobEnd, JobRun, JobStatus};
pub use votes::Votes;
pub use writes::{Acknowledged, Etag, Presence, Shown, WriteOptions};

/// What the doors need of the rooms below, so that they import this room only.
pub use crate::directory::{Field as DirectoryField, How, Match};
pub use crate::expertise::{Evidence, Level, Standing, Trend};
pub use crate::index::{After, Basis, Facet, HitCount, IndexStatus, Order, Pass, Patience, Stretch, Stretched, ThreadState};
pub use crate::query::{
    Filter, Mode, Note, OPERATORS, Operator, OperatorValue, QueryError, SYNTAX, Syntax, TimeRange, Typed, parse as parse_query,
};
pub use crate::ranking::{Factor, Reason};
pub use crate::storage::ledger::{Identity, LedgerStatus, RequestKey, SyncRef};
pub use crate::storage::profiles::{Month, PeopleAfter, PeopleFilter, ProfilesStatus};
pub use crate::text::Snippet;

use tokio::sync::Semaphore;

use crate::access::{Asker, Memberships, Sight};
use crate::domain::{
    Clock, Community, CommunityName, Document, DocumentName, Person, PersonName, Record, RecordKey, RecordKind, Revision,
};
use crate::index::Index;
use crate::storage::ledger::Ledger;
use crate::storage::profiles::Profiles;
use curation::Curations;
use directory::CommunityDirectory;
use fruitless::Fruitless;
use rights::Rights;

/// What the service stands on.
#[derive(Clone)]
pub struct Backends {
    /// The truth.
    pub ledger: Arc<dyn Ledger>,
    /// People as they are served.
    pub profiles: Arc<dyn Profiles>,
    /// Documents, searchable.
    pub index: Arc<dyn Index>,
}

/// One call: who asks, how fresh the answer must be, and how long the caller waits.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Who asks.
    pub asker: Asker,
    /// Both read models must have applied this revision before the answer is made.
    pub min_revision: Option<Revision>,
    /// When to stop.
    pub patience: Patience,
}

/// Fills bytes with randomness that nobody can guess; a parameter like the clock.
pub type Randomness = fn(&mut [u8]) -> Result<(), getrandom::Error>;

/// The use cases over one set of backends.
pub struct App {
    backends: Backends,
    memberships: Arc<Memberships>,
    rights: Arc<Rights>,
    communities: Arc<CommunityDirectory>,
    curations: Arc<Curations>,
    /// One: see [`App::one_curation_at_a_time`].
    curation_writes: Semaphore,
    fruitless: Arc<Fruitless>,
    settings: Arc<Settings>,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    projection: Projection,
}

impl App {
    /// The use cases over backends. Rights follow the ledger's commits from here on; nothing is read yet: see [`App::start`].
    #[must_use]
    pub fn new(
        backends: Backends,
        settings: Settings,
        pace: IndexPace,
        clock: Arc<dyn Clock>,
        randomness: Randomness,
    ) -> Arc<Self> {
        let (backends, doubt) = projection::doubting(backends);
        let memberships = Arc::new(Memberships::default());
        let rights = Arc::new(Rights::new(Arc::clone(&memberships), Arc::clone(&backends.index)));
        let communities = Arc::new(CommunityDirectory::new(settings.limits.description_words));
        backends.ledger.observe(rights.clone());
        backends.ledger.observe(communities.clone());
        let curations = Arc::new(Curations::default());
        backends.ledger.observe(curations.clone());
        let projection = Projection::new(backends.clone(), doubt, pace, Arc::clone(&clock));
        Arc::new(Self {
            backends,
            memberships,
            rights,
            communities,
            curations,
            curation_writes: Semaphore::new(1),
            fruitless: Arc::new(Fruitless::new(settings.report)),
            settings: Arc::new(settings),
            clock,
            randomness,
            projection,
        })
    }

    /// Reads what is kept in memory of the ledger's records, starts the projectors, and returns once both read models have caught up with the ledger.
    ///
    /// # Errors
    /// [`AppError`] where the ledger cannot be read, or the system gives no randomness.
    pub async fn start(&self) -> Result<(), AppError> {
        let mut key = [0; 32];
        (self.randomness)(&mut key).map_err(|error| AppError::Internal(Arc::new(error)))?;
        self.fruitless.begin(key);
        let ledger = self.backends.ledger.as_ref();
        let take = |record: &Record| {
            self.rights.fill(record);
            if let Record::Community(community) = record {
                self.communities.put(community);
            }
        };
        rights::each(ledger, RecordKind::Community, take).await?;
        rights::each(ledger, RecordKind::Person, take).await?;
        for kind in [RecordKind::SynonymSet, RecordKind::Curation] {
            rights::each(ledger, kind, |record| self.curations.put(record)).await?;
        }
        let head = *self.backends.ledger.head().borrow();
        self.projection.start(head);
        self.projection.caught_up(head, &Patience::default()).await
    }

    /// Stops the projectors, and closes index and ledger.
    pub async fn stop(&self) {
        self.projection.stop().await;
        self.backends.index.close().await;
        if let Err(error) = self.backends.profiles.checkpoint().await {
            tracing::warn!(error = %error, "the last checkpoint of the profiles failed; they will be caught up or rebuilt at the next start");
        }
        self.backends.ledger.close().await;
    }

    /// Returns once the ledger takes no more writes although nobody stopped this app: it failed in a way after which only a
    /// new process may write. Never returns where [`App::stop`] closed it.
    pub async fn ledger_failed(&self) {
        let closed = self.backends.ledger.head().wait_for(|_| false).await.is_err();
        if !closed || self.projection.stopping() {
            std::future::pending::<()>().await;
        }
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the ledger was born with, for sealing tokens.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.backends.ledger.identity()
    }

    /// The record of a key, as its kind.
    async fn record<T>(&self, key: RecordKey, kind: fn(Record) -> Option<T>) -> Result<Option<T>, AppError> {
        Ok(self.backends.ledger.get(&key).await?.and_then(|stored| kind(stored.record)))
    }

    async fn document(&self, name: &DocumentName) -> Result<Option<Document>, AppError> {
        self.record(RecordKey::Document(name.clone()), Record::into_document).await
    }

    async fn community(&self, name: &CommunityName) -> Result<Option<Community>, AppError> {
        self.record(RecordKey::Community(name.clone()), Record::into_community).await
    }

    /// A person with what is kept beside the profile.
    async fn person_record(&self, name: &PersonName) -> Result<Option<Person>, AppError> {
        self.record(RecordKey::Person(name.clone()), Record::into_person).await
    }

    fn sight(&self, call: &Call) -> Sight {
        Sight::of(&call.asker, &self.memberships)
    }
}
