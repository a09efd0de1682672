//! What the configuration means: one field for each key of `default.toml`, which says more about each.
//!
//! A value of [`Config`] that came out of `load` is sound: every range and every rule between keys holds. The fields
//! are public so that tests can build one from [`Config::default`] and change what they need.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::units::ByteSize;
use super::{load, read};

/// The whole configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Listeners and the life of calls.
    pub server: Server,
    /// Browsers.
    pub web: Web,
    /// The ledger and the profiles.
    pub storage: Storage,
    /// The search index.
    pub index: Index,
    /// What callers are held to.
    pub limits: Limits,
    /// What is told of queries that find nothing.
    pub report: Report,
    /// Languages.
    pub text: Text,
    /// Logging.
    pub log: Log,
}

impl Default for Config {
    /// The values of `default.toml`, without file, environment or flags.
    fn default() -> Self {
        read::read(&load::defaults()).config
    }
}

/// `[server]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// The gRPC listener.
    pub listen: SocketAddr,
    /// A plaintext listener for health alone.
    pub health_listen: Option<SocketAddr>,
    /// Whether reflection is served.
    pub reflection: bool,
    /// `NOT_SERVING` for this long before the listeners close.
    pub drain_delay: Duration,
    /// What running calls get after that.
    pub drain_timeout: Duration,
    /// Whether metadata may name the asker.
    pub development: Development,
    /// `[server.limits]`.
    pub limits: ServerLimits,
}

/// Whether call metadata may name the asker. Resolved: [`Development::On`] only ever comes with a loopback listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Development {
    /// `rookery-as`, `rookery-groups` and `rookery-scopes` are ignored.
    Off,
    /// `rookery-as`, `rookery-groups` and `rookery-scopes` are believed.
    On,
}

/// `[server.limits]`: what one peer may ask of the transport.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerLimits {
    /// Of a unary request's message, decompressed.
    pub max_request_bytes: ByteSize,
    /// Of any message sent.
    pub max_response_bytes: ByteSize,
    /// Of one message of an import stream, decompressed.
    pub max_import_message_bytes: ByteSize,
    /// Of the header fields of one call.
    pub max_header_list_bytes: ByteSize,
    /// Open calls of one connection.
    pub max_concurrent_streams: u32,
    /// Open connections.
    pub max_connections: usize,
    /// Calls of one connection that are worked on at once.
    pub concurrency_per_connection: usize,
    /// Calls of all connections that are worked on at once.
    pub concurrency: usize,
    /// Searches of one asker in a second; 0: no bound.
    pub searches_per_second: u32,
    /// Reads of one asker in a second; 0: no bound.
    pub reads_per_second: u32,
    /// Writes of one asker in a second; 0: no bound.
    pub writes_per_second: u32,
    /// The deadline of a unary call that brings none.
    pub unary_timeout: Duration,
    /// The longest deadline that a unary call may bring.
    pub max_deadline: Duration,
    /// Age at which a connection is told to leave, give or take a tenth.
    pub connection_age: Duration,
    /// What its calls may still take then.
    pub connection_age_grace: Duration,
    /// What a new connection may take to begin to speak HTTP.
    pub handshake_timeout: Duration,
    /// How long a peer may leave unread what is sent to it.
    pub write_timeout: Duration,
    /// Silence after which the server pings.
    pub keepalive_interval: Duration,
    /// What the answer to a ping may take.
    pub keepalive_timeout: Duration,
    /// Streams reset by the client before they were accepted.
    pub max_pending_accept_reset_streams: usize,
    /// Streams reset by the server for the client's errors.
    pub max_local_error_reset_streams: usize,
}

/// `[web]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Web {
    /// Whose pages may call.
    pub cors_allow_origins: CorsOrigins,
    /// Whether gRPC-Web is served.
    pub grpc_web: bool,
}

/// The origins whose pages may call by gRPC-Web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorsOrigins {
    /// Every origin; a list that holds just `*`.
    Any,
    /// These; possibly none.
    Listed(Vec<Origin>),
}

/// An origin as a browser sends it: scheme, host and, unless it is the scheme's own, port. ASCII, so a header value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(pub(super) String);

impl Origin {
    /// The origin as it stands in the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `[storage]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Storage {
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// redb's page cache.
    pub ledger_cache_bytes: ByteSize,
    /// Writes in one durable commit.
    pub ledger_group_max_writes: usize,
    /// Bytes in one durable commit.
    pub ledger_group_max_bytes: ByteSize,
    /// Writes that may wait.
    pub ledger_queue: usize,
    /// Age up to which applied journal entries are kept.
    pub journal_keep: Duration,
    /// sled's page cache.
    pub profiles_cache_bytes: ByteSize,
    /// Time between two checkpoints of the profiles.
    pub checkpoint_interval: Duration,
}

/// `[index]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// Memory for documents that are not yet a segment, over all indexing threads.
    pub writer_memory_bytes: ByteSize,
    /// Threads that index.
    pub indexing_threads: usize,
    /// Shortest time between commits.
    pub commit_interval_min: Duration,
    /// Longest time between commits.
    pub commit_interval_max: Duration,
    /// Share of deleted documents, above 0 and up to 1, above which a segment is rewritten.
    pub deleted_ratio_before_merge: f32,
    /// Threads that search.
    pub search_threads: usize,
    /// Searches that run or wait.
    pub search_permits: usize,
    /// Visible sets kept in memory.
    pub visible_sets_cached: usize,
}

/// `[limits]`: what callers are held to, and what `GetLimits` serves.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Of a query.
    pub query_bytes: ByteSize,
    /// Terms of a query.
    pub query_terms: usize,
    /// Clauses of a query.
    pub query_clauses: usize,
    /// How deep brackets of a query may be nested.
    pub query_depth: usize,
    /// The page size when none is named.
    pub page_size_default: usize,
    /// What a page size is clamped to.
    pub page_size_max: usize,
    /// The best visible documents that vote for people in one search; also the best hits, and the newest messages of a discussion, of
    /// which people are counted.
    pub window: usize,
    /// Of a document's text.
    pub document_text_bytes: ByteSize,
    /// Of a document's title.
    pub title_bytes: ByteSize,
    /// Principals of an audience, denies included.
    pub audience_principals: usize,
    /// Groups of an asker.
    pub asker_groups: usize,
    /// Hashtags of a document.
    pub hashtags_per_document: usize,
    /// People of a document, in all roles.
    pub people_per_document: usize,
    /// Resources of a batch request.
    pub batch: usize,
    /// Documents of one step of a sweep.
    pub sweep_batch: usize,
    /// Values of a filter field.
    pub filter_values: usize,
    /// Members of a community.
    pub community_members: usize,
    /// Reactions of people to a document.
    pub reactors_per_document: usize,
    /// Words of a community's description by which it is found.
    pub description_words: usize,
    /// Characters of a snippet.
    pub snippet_chars: usize,
    /// Documents shown as evidence for a person.
    pub evidence_per_person: usize,
    /// Endorsements of a person.
    pub endorsements_per_person: usize,
    /// Topics shown of a person.
    pub topics_per_person: usize,
    /// Lines in the journal of a person's aliases.
    pub alias_links_per_person: usize,
    /// Matching messages shown of a discussion, beside its best.
    pub matches_per_discussion: usize,
    /// People shown as taking part in a discussion.
    pub participants_per_discussion: usize,
    /// Words for which near ones are found.
    pub misspelt_words: usize,
    /// Words for which a beginning of words stands.
    pub prefix_expansions: usize,
    /// Fewer hits with every word of a query bring documents with some.
    pub relax_below: usize,
    /// Synonym sets.
    pub synonym_sets: usize,
    /// Curations.
    pub curations: usize,
    /// Values told of a facet.
    pub facet_values: usize,
}

/// `[report]`: queries that find nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Queries that are kept.
    pub queries_kept: usize,
    /// How long they count.
    pub window: Duration,
    /// People who must have asked one.
    pub min_askers: usize,
}

/// `[text]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The languages whose stems a query is searched by; never empty, each once.
    pub languages: Vec<LanguageCode>,
    /// The language of a text whose own is not certain; one of `languages`.
    pub default_language: LanguageCode,
}

/// The code of a language that has a stemmer: two lower-case letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageCode(pub(super) &'static str);

impl LanguageCode {
    /// Every language that has a stemmer.
    pub const ALL: [Self; 18] = [
        Self("ar"),
        Self("da"),
        Self("de"),
        Self("el"),
        Self("en"),
        Self("es"),
        Self("fi"),
        Self("fr"),
        Self("hu"),
        Self("it"),
        Self("nl"),
        Self("no"),
        Self("pt"),
        Self("ro"),
        Self("ru"),
        Self("sv"),
        Self("ta"),
        Self("tr"),
    ];

    /// The code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// `[log]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// For people or for machines.
    pub format: LogFormat,
    /// What is logged.
    pub level: LogDirectives,
}

/// How an event is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line.
    Text,
    /// One JSON object a line.
    Json,
}

/// Levels by target, in the form that tracing's filters read; checked, so that parsing it cannot fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDirectives(pub(super) String);

impl LogDirectives {
    /// The directives, separated by commas.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
