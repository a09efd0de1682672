//! From what was typed to what it means: each key's check, then the rules between keys.
//!
//! One line for each key, in the order of `default.toml`. A check that fails records its fault and goes on with a
//! stand-in, so that the next fault is found too; a configuration with faults is never handed out.

use std::path::PathBuf;

use super::fault::{Fault, Found, Problem};
use super::meaning::{
    Config, CorsOrigins, Development, Index, LanguageCode, Limits, Log, LogDirectives, LogFormat, Origin, Report, Server,
    ServerLimits, Storage, Text, Web,
};
use super::reader::Reader;
use super::typed::{Raw, Typed};
use super::units::ByteSize;

/// The outcome of reading.
pub(super) struct Read {
    /// The configuration; only to be used while there are no faults.
    pub config: Config,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
    /// Each key that was read, in order, with its range in words.
    pub keys: Vec<(&'static str, Option<String>)>,
}

/// Reads every key.
pub(super) fn read(typed: &Typed) -> Read {
    let mut from = Reader::new(typed);
    let config = Config {
        server: server(&mut from),
        web: web(&mut from),
        storage: storage(&mut from),
        index: index(&mut from),
        limits: limits(&mut from),
        report: report(&mut from),
        text: text(&mut from),
        log: log(&mut from),
    };
    rules(&config, &mut from);
    let (faults, keys) = from.finish();
    Read { config, faults, keys }
}

fn server(from: &mut Reader<'_>) -> Server {
    use std::time::Duration as D;
    let (kib, mib) = (ByteSize::kib, ByteSize::mib);
    let listen = from.address("server.listen");
    Server {
        listen,
        health_listen: from.optional_address("server.health_listen"),
        reflection: from.boolean("server.reflection"),
        drain_delay: from.duration("server.drain_delay", D::ZERO..=D::from_mins(5)),
        drain_timeout: from.duration("server.drain_timeout", D::from_secs(1)..=D::from_mins(10)),
        development: development(from, listen.ip().to_canonical().is_loopback()),
        limits: ServerLimits {
            max_request_bytes: from.bytes("server.limits.max_request_bytes", kib(64)..=mib(64)),
            max_response_bytes: from.bytes("server.limits.max_response_bytes", kib(64)..=mib(256)),
            max_import_message_bytes: from.bytes("server.limits.max_import_message_bytes", kib(64)..=mib(64)),
            max_header_list_bytes: from.bytes("server.limits.max_header_list_bytes", kib(4)..=kib(256)),
            max_concurrent_streams: from.integer("server.limits.max_concurrent_streams", 1..=10_000),
            max_connections: from.integer("server.limits.max_connections", 1..=100_000),
            concurrency_per_connection: from.integer("server.limits.concurrency_per_connection", 1..=10_000),
            concurrency: from.integer("server.limits.concurrency", 1..=100_000),
            searches_per_second: from.integer("server.limits.searches_per_second", 0..=1_000_000),
            reads_per_second: from.integer("server.limits.reads_per_second", 0..=1_000_000),
            writes_per_second: from.integer("server.limits.writes_per_second", 0..=1_000_000),
            unary_timeout: from.duration("server.limits.unary_timeout", D::from_millis(100)..=D::from_mins(5)),
            max_deadline: from.duration("server.limits.max_deadline", D::from_millis(100)..=D::from_mins(10)),
            connection_age: from.duration("server.limits.connection_age", D::from_secs(1)..=D::from_hours(30 * 24)),
            connection_age_grace: from.duration("server.limits.connection_age_grace", D::from_secs(1)..=D::from_hours(24)),
            handshake_timeout: from.duration("server.limits.handshake_timeout", D::from_millis(100)..=D::from_mins(5)),
            write_timeout: from.duration("server.limits.write_timeout", D::from_secs(1)..=D::from_mins(10)),
            keepalive_interval: from.duration("server.limits.keepalive_interval", D::from_secs(1)..=D::from_hours(1)),
            keepalive_timeout: from.duration("server.limits.keepalive_timeout", D::from_secs(1)..=D::from_mins(5)),
            max_pending_accept_reset_streams: from.integer("server.limits.max_pending_accept_reset_streams", 1..=10_000),
            max_local_error_reset_streams: from.integer("server.limits.max_local_error_reset_streams", 1..=100_000),
        },
    }
}

fn development(from: &mut Reader<'_>, on_loopback: bool) -> Development {
    const KEY: &str = "server.development";
    match from.one_of(KEY, &[("auto", None), ("on", Some(Development::On)), ("off", Some(Development::Off))]) {
        // Only what is said outright is a fault: a chart or a service unit that listens everywhere just goes without.
        None => {
            if on_loopback {
                Development::On
            } else {
                Development::Off
            }
        }
        Some(Development::On) => {
            let rule = "callers may name themselves only where the listener is on a loopback address";
            from.rule(on_loopback, KEY, "server.listen", rule.to_owned());
            Development::On
        }
        Some(Development::Off) => Development::Off,
    }
}

fn web(from: &mut Reader<'_>) -> Web {
    const KEY: &str = "web.cors_allow_origins";
    let origins = from.texts(KEY);
    let cors_allow_origins = if origins == ["*"] {
        CorsOrigins::Any
    } else {
        if let Some(wrong) = origins.iter().find(|origin| !is_origin(origin)) {
            let expected = "origins such as https://intranet.example, in lower case and without a path, or only *";
            from.fault(
                KEY,
                Problem::Expected { expected: expected.to_owned(), found: Found::of(KEY, &Raw::Text(wrong.clone())) },
            );
        }
        CorsOrigins::Listed(origins.into_iter().map(Origin).collect())
    };
    Web { cors_allow_origins, grpc_web: from.boolean("web.grpc_web") }
}

/// Whether a browser would send exactly this as the origin of a page.
fn is_origin(text: &str) -> bool {
    let authority = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    authority.is_some_and(|authority| {
        !authority.is_empty()
            && authority.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b':' | b'[' | b']'))
    })
}

fn storage(from: &mut Reader<'_>) -> Storage {
    use std::time::Duration as D;
    let (kib, mib, gib) = (ByteSize::kib, ByteSize::mib, ByteSize::gib);
    Storage {
        data_dir: PathBuf::from(from.filled_text("storage.data_dir", "the path of a directory")),
        ledger_cache_bytes: from.bytes("storage.ledger_cache_bytes", mib(4)..=gib(64)),
        ledger_group_max_writes: from.integer("storage.ledger_group_max_writes", 1..=65_536),
        ledger_group_max_bytes: from.bytes("storage.ledger_group_max_bytes", kib(64)..=mib(256)),
        ledger_queue: from.integer("storage.ledger_queue", 1..=1_000_000),
        journal_keep: from.duration("storage.journal_keep", D::from_mins(1)..=D::from_hours(90 * 24)),
        profiles_cache_bytes: from.bytes("storage.profiles_cache_bytes", mib(4)..=gib(4)),
        checkpoint_interval: from.duration("storage.checkpoint_interval", D::from_secs(1)..=D::from_mins(10)),
    }
}

fn index(from: &mut Reader<'_>) -> Index {
    use std::time::Duration as D;
    Index {
        writer_memory_bytes: from.bytes("index.writer_memory_bytes", WRITER_MEMORY_PER_THREAD..=ByteSize::gib(2)),
        indexing_threads: from.integer("index.indexing_threads", 1..=8),
        commit_interval_min: from.duration("index.commit_interval_min", D::from_millis(10)..=D::from_secs(10)),
        commit_interval_max: from.duration("index.commit_interval_max", D::from_millis(10)..=D::from_mins(1)),
        deleted_ratio_before_merge: from.ratio("index.deleted_ratio_before_merge", 0.05..=1.0),
        search_threads: from.integer("index.search_threads", 1..=256),
        search_permits: from.integer("index.search_permits", 1..=65_536),
        visible_sets_cached: from.integer("index.visible_sets_cached", 1..=65_536),
    }
}

fn limits(from: &mut Reader<'_>) -> Limits {
    let (bytes, kib, mib) = (ByteSize::bytes, ByteSize::kib, ByteSize::mib);
    Limits {
        query_bytes: from.bytes("limits.query_bytes", bytes(16)..=kib(64)),
        query_terms: from.integer("limits.query_terms", 1..=64),
        query_clauses: from.integer("limits.query_clauses", 1..=256),
        query_depth: from.integer("limits.query_depth", 1..=32),
        page_size_default: from.integer("limits.page_size_default", 1..=1000),
        page_size_max: from.integer("limits.page_size_max", 1..=1000),
        window: from.integer("limits.window", 10..=10_000),
        document_text_bytes: from.bytes("limits.document_text_bytes", kib(1)..=mib(16)),
        title_bytes: from.bytes("limits.title_bytes", bytes(64)..=kib(64)),
        audience_principals: from.integer("limits.audience_principals", 1..=10_000),
        asker_groups: from.integer("limits.asker_groups", 1..=65_536),
        hashtags_per_document: from.integer("limits.hashtags_per_document", 1..=1024),
        people_per_document: from.integer("limits.people_per_document", 1..=10_000),
        batch: from.integer("limits.batch", 1..=5000),
        sweep_batch: from.integer("limits.sweep_batch", 1..=5000),
        filter_values: from.integer("limits.filter_values", 1..=10_000),
        community_members: from.integer("limits.community_members", 1..=1_000_000),
        reactors_per_document: from.integer("limits.reactors_per_document", 1..=100_000),
        description_words: from.integer("limits.description_words", 0..=10_000),
        snippet_chars: from.integer("limits.snippet_chars", 40..=2000),
        evidence_per_person: from.integer("limits.evidence_per_person", 1..=100),
        endorsements_per_person: from.integer("limits.endorsements_per_person", 1..=100_000),
        topics_per_person: from.integer("limits.topics_per_person", 1..=1000),
        alias_links_per_person: from.integer("limits.alias_links_per_person", 2..=100_000),
        matches_per_discussion: from.integer("limits.matches_per_discussion", 0..=100),
        misspelt_words: from.integer("limits.misspelt_words", 0..=64),
        prefix_expansions: from.integer("limits.prefix_expansions", 1..=1024),
        relax_below: from.integer("limits.relax_below", 0..=1000),
        participants_per_discussion: from.integer("limits.participants_per_discussion", 0..=1000),
        synonym_sets: from.integer("limits.synonym_sets", 1..=100_000),
        curations: from.integer("limits.curations", 1..=100_000),
        facet_values: from.integer("limits.facet_values", 1..=1000),
    }
}

fn report(from: &mut Reader<'_>) -> Report {
    use std::time::Duration as D;
    Report {
        queries_kept: from.integer("report.queries_kept", 1..=1_000_000),
        window: from.duration("report.window", D::from_hours(24)..=D::from_hours(365 * 24)),
        min_askers: from.integer("report.min_askers", 1..=1000),
    }
}

fn text(from: &mut Reader<'_>) -> Text {
    const KEY: &str = "text.languages";
    let known: Vec<_> = LanguageCode::ALL.iter().map(|code| (code.as_str(), *code)).collect();
    let mut languages = Vec::new();
    for typed in from.texts(KEY) {
        match LanguageCode::ALL.iter().find(|code| code.as_str() == typed) {
            Some(code) if languages.contains(code) => from.expected(KEY, "each language once"),
            Some(code) => languages.push(*code),
            None => from
                .expected(KEY, &format!("languages among {}", known.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(" "))),
        }
    }
    if languages.is_empty() && from.is_sound(KEY) {
        from.expected(KEY, "at least one language");
    }
    Text { languages, default_language: from.one_of("text.default_language", &known) }
}

fn log(from: &mut Reader<'_>) -> Log {
    const KEY: &str = "log.level";
    let format = from.one_of("log.format", &[("text", LogFormat::Text), ("json", LogFormat::Json)]);
    let level = from.filled_text(KEY, LEVELS);
    if from.is_sound(KEY) && !level.split(',').all(is_directive) {
        from.expected(KEY, LEVELS);
    }
    Log { format, level: LogDirectives(level) }
}

const LEVELS: &str =
    "a level (off, error, warn, info, debug, trace), and levels of targets such as rookery::index=debug after commas";

/// Whether this is a level, or a target and its level. tracing takes any other bare word for a target and logs all of
/// it, so that a misspelt level would log more instead of being refused.
fn is_directive(text: &str) -> bool {
    let (target, level) = match text.trim().split_once('=') {
        Some((target, level)) => (Some(target), level),
        None => (None, text.trim()),
    };
    let target_is_path = |target: &str| {
        !target.is_empty() && target.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':')
    };
    matches!(level, "off" | "error" | "warn" | "info" | "debug" | "trace") && target.is_none_or(target_is_path)
}

/// What tantivy needs for one indexing thread at the least is 15 million bytes.
const WRITER_MEMORY_PER_THREAD: ByteSize = ByteSize::mib(16);

/// What a message carries beside a document's text: title, names, hashtags and an audience.
const BESIDE_THE_TEXT: ByteSize = ByteSize::kib(32);

/// The rules between keys. Each is checked only while both of its keys are sound.
fn rules(config: &Config, from: &mut Reader<'_>) {
    let (server, index, limits) = (&config.server, &config.index, &config.limits);
    let distinct = server.listen.port() == 0 || server.health_listen != Some(server.listen);
    from.rule(distinct, "server.health_listen", "server.listen", "health needs an address of its own".to_owned());

    let least = ByteSize::bytes(limits.document_text_bytes.as_u64() + BESIDE_THE_TEXT.as_u64());
    for (key, size) in [
        ("server.limits.max_request_bytes", server.limits.max_request_bytes),
        ("server.limits.max_response_bytes", server.limits.max_response_bytes),
        ("server.limits.max_import_message_bytes", server.limits.max_import_message_bytes),
    ] {
        let rule = format!("{key} must hold limits.document_text_bytes and {BESIDE_THE_TEXT} beside it");
        from.rule(size >= least, key, "limits.document_text_bytes", rule);
    }

    let ordered = [
        (server.limits.unary_timeout <= server.limits.max_deadline, "server.limits.max_deadline", "server.limits.unary_timeout"),
        (index.commit_interval_min <= index.commit_interval_max, "index.commit_interval_max", "index.commit_interval_min"),
        (index.search_threads <= index.search_permits, "index.search_permits", "index.search_threads"),
        (limits.page_size_default <= limits.page_size_max, "limits.page_size_max", "limits.page_size_default"),
        (limits.page_size_max <= limits.window, "limits.window", "limits.page_size_max"),
    ];
    for (holds, key, other) in ordered {
        from.rule(holds, key, other, format!("{key} must not be below {other}"));
    }

    let memory = WRITER_MEMORY_PER_THREAD.as_usize().saturating_mul(index.indexing_threads);
    let enough = index.writer_memory_bytes.as_usize() >= memory;
    from.rule(
        enough,
        "index.writer_memory_bytes",
        "index.indexing_threads",
        format!("every indexing thread needs {WRITER_MEMORY_PER_THREAD}"),
    );

    let known = config.text.languages.contains(&config.text.default_language);
    from.rule(known, "text.default_language", "text.languages", "the default must be one of the languages".to_owned());
}
