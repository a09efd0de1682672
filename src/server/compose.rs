//! Opening a data directory, and the use cases on top of it.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::app::{App, AppError, Backends, IndexPace, Limits, ReportSettings, Settings};
use crate::config::{Config, CorsOrigins, Development};
use crate::domain::{Clock, Language, Moment};
use crate::expertise;
use crate::grpc::{GrpcOptions, Naming, RateLimits, TransportLimits, WebOrigins};
use crate::index::IndexError;
use crate::index::tantivy::{TantivyIndex, TantivySettings};
use crate::storage::ledger::{Identity, LedgerError, MemoryLedger, RedbLedger, RedbSettings};
use crate::storage::profiles::{MemoryProfiles, ProfilesError, SledProfiles, SledSettings};

/// Relevance below which nobody is named unless a request says otherwise: at it one of ten was judged right.
const ABSTAIN_BELOW: f64 = 0.1;

/// Why a data directory could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The directory cannot be made or entered.
    #[error("{}: {error}", dir.display())]
    Directory {
        /// The data directory.
        dir: PathBuf,
        /// What failed.
        error: io::Error,
    },
    /// The ledger cannot be opened.
    #[error("{}: {error}", dir.display())]
    Ledger {
        /// The data directory.
        dir: PathBuf,
        /// What failed.
        error: LedgerError,
    },
    /// The profiles cannot be opened, not even anew.
    #[error("the profiles cannot be opened: {0}")]
    Profiles(#[from] ProfilesError),
    /// The index cannot be opened, not even anew.
    #[error("the index cannot be opened: {0}")]
    Index(#[from] IndexError),
    /// The first reads failed.
    #[error("the house cannot be started: {0}")]
    App(#[from] AppError),
    /// The system gave no randomness for a new ledger's key.
    #[error("no randomness for a new key: {0}")]
    Randomness(getrandom::Error),
    /// A task died.
    #[error("opening was cut off: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock becomes the parameter")]
    fn now(&self) -> Moment {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        i64::try_from(seconds).ok().and_then(Moment::from_unix_seconds).unwrap_or(Moment::MAX)
    }
}

/// Opens the backends of a data directory, the ledger first: it holds the directory's lock, so that a second process leaves
/// before it touches anything.
///
/// # Errors
/// [`StartError`].
pub async fn open_backends(config: &Config) -> Result<Backends, StartError> {
    let config = config.clone();
    tokio::task::spawn_blocking(move || {
        let dir = config.storage.data_dir.clone();
        fs::create_dir_all(&dir).map_err(|error| StartError::Directory { dir: dir.clone(), error })?;
        let fresh = fresh_identity().map_err(StartError::Randomness)?;
        let ledger = RedbLedger::open(ledger_settings(&config), || fresh).map_err(|error| StartError::Ledger { dir, error })?;
        let profiles = SledProfiles::open(SledSettings {
            path: config.storage.data_dir.join("profiles"),
            cache_bytes: config.storage.profiles_cache_bytes.as_u64(),
        })?;
        let index = TantivyIndex::open(index_settings(&config))?;
        Ok(Backends { ledger: Arc::new(ledger), profiles: Arc::new(profiles), index: Arc::new(index) })
    })
    .await?
}

/// Opens a data directory and returns once both read models have caught up.
///
/// # Errors
/// [`StartError`].
pub async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Arc<App>, StartError> {
    let app = App::new(open_backends(config).await?, settings(config), pace(config), clock, getrandom::fill);
    app.start().await?;
    Ok(app)
}

/// The epoch and the sealing key of a new ledger.
fn fresh_identity() -> Result<Identity, getrandom::Error> {
    let mut epoch = [0; 8];
    let mut sealing_key = [0; 32];
    getrandom::fill(&mut epoch)?;
    getrandom::fill(&mut sealing_key)?;
    Ok(Identity { epoch: u64::from_le_bytes(epoch), sealing_key })
}

fn ledger_settings(config: &Config) -> RedbSettings {
    let storage = &config.storage;
    RedbSettings {
        path: storage.data_dir.clone(),
        cache_bytes: storage.ledger_cache_bytes.as_usize(),
        group_max_writes: storage.ledger_group_max_writes,
        group_max_bytes: storage.ledger_group_max_bytes.as_usize(),
        queue: storage.ledger_queue,
    }
}

fn index_settings(config: &Config) -> TantivySettings {
    let index = &config.index;
    TantivySettings {
        path: Some(config.storage.data_dir.join("index")),
        writer_memory_bytes: index.writer_memory_bytes.as_usize(),
        indexing_threads: index.indexing_threads,
        deleted_ratio_before_merge: f64::from(index.deleted_ratio_before_merge),
        search_threads: index.search_threads,
        search_permits: index.search_permits,
        visible_sets_cached: index.visible_sets_cached,
    }
}

/// The settings of the use cases.
#[must_use]
pub fn settings(config: &Config) -> Settings {
    let limits = &config.limits;
    let language = |code: &str| Language::parse(code).unwrap_or(Language::ENGLISH);
    Settings {
        limits: Limits {
            query_bytes: limits.query_bytes.as_usize(),
            query_terms: limits.query_terms,
            query_clauses: limits.query_clauses,
            query_depth: limits.query_depth,
            page_size_default: limits.page_size_default,
            page_size_max: limits.page_size_max,
            window: limits.window,
            document_text_bytes: limits.document_text_bytes.as_usize(),
            title_bytes: limits.title_bytes.as_usize(),
            audience_principals: limits.audience_principals,
            asker_groups: limits.asker_groups,
            hashtags_per_document: limits.hashtags_per_document,
            people_per_document: limits.people_per_document,
            batch: limits.batch,
            sweep_batch: limits.sweep_batch,
            filter_values: limits.filter_values,
            community_members: limits.community_members,
            reactors_per_document: limits.reactors_per_document,
            description_words: limits.description_words,
            snippet_chars: limits.snippet_chars,
            evidence_per_person: limits.evidence_per_person,
            endorsements_per_person: limits.endorsements_per_person,
            topics_per_person: limits.topics_per_person,
            alias_links_per_person: limits.alias_links_per_person,
            matches_per_discussion: limits.matches_per_discussion,
            participants_per_discussion: limits.participants_per_discussion,
            prefix_expansions: limits.prefix_expansions,
            misspelt_words: limits.misspelt_words,
            relax_below: limits.relax_below,
            synonym_sets: limits.synonym_sets,
            curations: limits.curations,
            facet_values: limits.facet_values,
        },
        report: ReportSettings {
            queries_kept: config.report.queries_kept,
            window: config.report.window,
            min_askers: config.report.min_askers,
        },
        query_languages: config.text.languages.iter().map(|code| language(code.as_str())).collect(),
        default_language: language(config.text.default_language.as_str()),
        experts: expertise::Settings::default(),
        abstain_below: ABSTAIN_BELOW,
    }
}

/// How the services are served.
#[must_use]
pub fn grpc_options(config: &Config) -> GrpcOptions {
    let limits = &config.server.limits;
    let origins = || match &config.web.cors_allow_origins {
        CorsOrigins::Any => WebOrigins::Any,
        CorsOrigins::Listed(origins) => WebOrigins::Listed(origins.iter().map(|origin| origin.as_str().to_owned()).collect()),
    };
    GrpcOptions {
        naming: match config.server.development {
            Development::On => Naming::Metadata,
            Development::Off => Naming::Nobody,
        },
        reflection: config.server.reflection,
        web: config.web.grpc_web.then(origins),
        max_request_bytes: limits.max_request_bytes.as_usize(),
        max_response_bytes: limits.max_response_bytes.as_usize(),
        max_import_message_bytes: limits.max_import_message_bytes.as_usize(),
        unary_timeout: limits.unary_timeout,
        max_deadline: limits.max_deadline,
        transport: TransportLimits {
            max_concurrent_streams: limits.max_concurrent_streams,
            concurrency_per_connection: limits.concurrency_per_connection,
            concurrency: limits.concurrency,
            connection_age: limits.connection_age,
            connection_age_grace: limits.connection_age_grace,
        },
        rates: RateLimits {
            searches_per_second: limits.searches_per_second,
            reads_per_second: limits.reads_per_second,
            writes_per_second: limits.writes_per_second,
        },
    }
}

/// How often the index commits and the read models are made safe.
#[must_use]
pub fn pace(config: &Config) -> IndexPace {
    IndexPace {
        commit_at_least: config.index.commit_interval_min,
        commit_at_most: config.index.commit_interval_max,
        checkpoint_every: config.storage.checkpoint_interval,
        journal_keep: config.storage.journal_keep,
    }
}

/// Opens a house that keeps everything in memory.
///
/// # Errors
/// [`StartError`].
pub async fn open_in_memory(config: &Config, clock: Arc<dyn Clock>) -> Result<Arc<App>, StartError> {
    let app = App::new(backends_in_memory(config)?, settings(config), pace(config), clock, getrandom::fill);
    app.start().await?;
    Ok(app)
}

/// Backends that are gone with the process.
///
/// # Errors
/// [`StartError`].
pub fn backends_in_memory(config: &Config) -> Result<Backends, StartError> {
    let identity = fresh_identity().map_err(StartError::Randomness)?;
    let index = TantivyIndex::open(TantivySettings { path: None, ..index_settings(config) })?;
    Ok(Backends {
        ledger: Arc::new(MemoryLedger::new(identity)),
        profiles: Arc::new(MemoryProfiles::new()),
        index: Arc::new(index),
    })
}
