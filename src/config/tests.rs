//! What is proved here:
//! 1. the defaults are sound, and `default.toml`, the types and the checks name the same keys and ranges;
//! 2. later layers win, key by key, and the winner is remembered;
//! 3. every fault of every layer is reported at once, with its source; a misspelt key gets a suggestion;
//! 4. a value that is wrong, out of range or at odds with another never becomes a configuration;
//! 5. what is printed reads back as the same configuration;
//! 6. sizes and durations read back as they are shown; a secret is never shown.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;
use std::time::Duration;

use proptest::prelude::*;

use super::fault::{Found, is_secret};
use super::load::defaults;
use super::typed::Raw;
use super::units::{parse_duration, show_duration};
use super::*;

/// Loads with a file of this text.
fn with_file(text: &str) -> Result<Loaded, ConfigError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rookery.toml");
    std::fs::write(&path, text).unwrap();
    load(&Sources { file: Some(path), ..Sources::default() })
}

/// Loads with these environment variables.
fn with_environment(variables: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    let environment = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
    load(&Sources { environment, ..Sources::default() })
}

/// The faults as they are shown, the temporary file called FILE.
fn faults(result: Result<Loaded, ConfigError>) -> Vec<String> {
    let shown = |fault: &Fault| fault.to_string();
    let faults = result.expect_err("this configuration has faults").faults;
    let path = faults.iter().find_map(|fault| match &fault.source {
        Source::File(path) => Some(path.display().to_string()),
        _ => None,
    });
    faults.iter().map(shown).map(|text| path.as_ref().map_or(text.clone(), |path| text.replace(path, "FILE"))).collect()
}

/// The one fault of a file that sets one key.
fn fault_of(line: &str) -> String {
    let mut all = faults(with_file(line));
    assert_eq!(all.len(), 1, "{line}: {all:#?}");
    all.remove(0)
}

#[test]
fn the_defaults_are_sound() {
    let loaded = load(&Sources::default()).unwrap();
    assert_eq!(loaded.config, Config::default());
    assert_eq!(loaded.config.server.listen.to_string(), "127.0.0.1:50051");
    assert_eq!(loaded.config.server.health_listen, None);
    assert_eq!(loaded.config.server.limits.max_request_bytes, ByteSize::mib(4));
    assert_eq!(loaded.config.server.development, Development::On);
    assert_eq!(loaded.config.web.cors_allow_origins, CorsOrigins::Listed(Vec::new()));
    assert_eq!(loaded.config.storage.journal_keep, Duration::from_hours(24));
    assert_eq!(loaded.config.limits.query_bytes, ByteSize::bytes(1024));
    assert_eq!(loaded.config.text.default_language.as_str(), "en");
}

#[test]
fn every_key_has_a_default_and_every_default_is_read() {
    let mut read: Vec<_> = keys().into_iter().map(|(key, _)| key.to_owned()).collect();
    assert_eq!(read.len(), loaded_defaults().settings.len(), "a key without a default");
    read.sort();
    let unique: std::collections::BTreeSet<_> = read.iter().cloned().collect();
    assert_eq!(read.len(), unique.len(), "a key is read twice");
    assert_eq!(unique, defaults().0.keys().cloned().collect());
}

#[test]
fn every_default_is_commented_and_states_the_range_that_is_checked() {
    let ranges: std::collections::BTreeMap<_, _> = keys().into_iter().collect();
    let (mut section, mut comment, mut commented) = (String::new(), String::new(), 0);
    for line in include_str!("default.toml").lines() {
        if let Some(words) = line.strip_prefix('#') {
            comment.push_str(words);
        } else if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name.to_owned();
            comment.clear();
        } else if let Some((name, _)) = line.split_once(" = ") {
            let key = format!("{section}.{name}");
            assert!(comment.trim().len() > 20, "{key} has no comment");
            match &ranges[key.as_str()] {
                Some(range) => assert!(comment.contains(&format!("Range: {range}.")), "{key} does not say: Range: {range}."),
                None => assert!(!comment.contains("Range:"), "{key} promises a range that is not checked"),
            }
            comment.clear();
            commented += 1;
        }
    }
    assert_eq!(commented, ranges.len());
}

fn loaded_defaults() -> Loaded {
    load(&Sources::default()).unwrap()
}

#[test]
fn later_layers_win_and_are_remembered() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rookery.toml");
    std::fs::write(&path, "[server]\nlisten = \"127.0.0.1:1\"\ndrain_timeout = \"1s\"\n[storage]\ndata_dir = \"of-file\"")
        .unwrap();
    let loaded = load(&Sources {
        file: Some(path.clone()),
        environment: vec![
            ("ROOKERY__SERVER__LISTEN".into(), "127.0.0.1:2".into()),
            ("ROOKERY__STORAGE__DATA_DIR".into(), "of-environment".into()),
            ("ROOKERY_BIN".into(), "not ours".into()),
            ("PATH".into(), "/bin".into()),
        ],
        overrides: vec![Override::listen("127.0.0.1:3"), Override::listen("127.0.0.1:4")],
    })
    .unwrap();
    let source = |wanted: &str| loaded.settings.iter().find(|(key, _)| *key == wanted).unwrap().1.source.clone();

    assert_eq!(loaded.config.server.listen.port(), 4);
    assert_eq!(source("server.listen"), Source::Flag("--listen".into()));
    assert_eq!(loaded.config.storage.data_dir, PathBuf::from("of-environment"));
    assert_eq!(source("storage.data_dir"), Source::Environment("ROOKERY__STORAGE__DATA_DIR".into()));
    assert_eq!(loaded.config.server.drain_timeout, Duration::from_secs(1));
    assert_eq!(source("server.drain_timeout"), Source::File(path));
    assert_eq!(source("server.drain_delay"), Source::Default);
}

#[test]
fn variables_are_read_as_the_kind_of_the_default() {
    let loaded = with_environment(&[
        ("ROOKERY__STORAGE__DATA_DIR", "007"),
        ("ROOKERY__SERVER__REFLECTION", "false"),
        ("ROOKERY__SERVER__LIMITS__MAX_REQUEST_BYTES", "8388608"),
        ("ROOKERY__INDEX__SEARCH_THREADS", "3"),
        ("ROOKERY__INDEX__DELETED_RATIO_BEFORE_MERGE", "0.5"),
        ("ROOKERY__WEB__CORS_ALLOW_ORIGINS", "https://a.example, http://localhost:8080"),
        ("ROOKERY__TEXT__LANGUAGES", "en"),
        ("ROOKERY__LOG__LEVEL", "warn,rookery::index=debug"),
    ])
    .unwrap()
    .config;
    assert_eq!(loaded.storage.data_dir, PathBuf::from("007"));
    assert!(!loaded.server.reflection);
    assert_eq!(loaded.server.limits.max_request_bytes, ByteSize::mib(8));
    assert_eq!(loaded.index.search_threads, 3);
    assert!((loaded.index.deleted_ratio_before_merge - 0.5).abs() < f32::EPSILON);
    let CorsOrigins::Listed(origins) = loaded.web.cors_allow_origins else { panic!("not a list") };
    assert_eq!(origins.iter().map(Origin::as_str).collect::<Vec<_>>(), ["https://a.example", "http://localhost:8080"]);
    assert_eq!(loaded.text.languages.len(), 1);
    assert_eq!(loaded.log.level.as_str(), "warn,rookery::index=debug");
}

#[test]
fn every_fault_of_every_layer_is_reported_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rookery.toml");
    std::fs::write(&path, "[server]\nlisten = 5\nlisten_on = \"x\"\n[index]\nsearch_threads = 0\n[webb]\ngrpc_web = true")
        .unwrap();
    let error = load(&Sources {
        file: Some(path.clone()),
        environment: vec![
            ("ROOKERY__STORAGE__JOURNAL_KEEP".into(), "soon".into()),
            ("ROOKERY__UNARY_TIMEOUT".into(), "5s".into()),
            ("ROOKERY__STORAGE__DATA_DIR".into(), OsString::from_vec(vec![0xff])),
        ],
        overrides: vec![Override::log_level("verbose")],
    })
    .unwrap_err();
    let shown = error.to_string().replace(&path.display().to_string(), "FILE");
    assert_eq!(
        shown,
        "the configuration has 8 faults:
- index.search_threads (file FILE): 0 is out of range: 1 to 256
- server.listen (file FILE): expected an address and port such as 127.0.0.1:50051 or [::1]:50051, found 5
- server.listen_on (file FILE): no such key; did you mean server.listen?
- webb (file FILE): no such key; did you mean web?
- storage.data_dir (environment variable ROOKERY__STORAGE__DATA_DIR): expected a text, found bytes that are not UTF-8
- storage.journal_keep (environment variable ROOKERY__STORAGE__JOURNAL_KEEP): expected a duration such as 25s, 1m to 2160h, found \"soon\"
- unary_timeout (environment variable ROOKERY__UNARY_TIMEOUT): no such key; did you mean ROOKERY__SERVER__LIMITS__UNARY_TIMEOUT?
- log.level (flag --log-level): expected a level (off, error, warn, info, debug, trace), and levels of targets such as \
rookery::index=debug after commas, found \"verbose\""
    );
}

#[test]
fn a_file_that_cannot_be_read_is_one_fault_beside_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let not_text = dir.path().join("not-text");
    std::fs::write(&not_text, [0xff, 0xfe]).unwrap();
    for path in [dir.path().join("absent"), dir.path().to_owned(), not_text] {
        let environment = vec![("ROOKERY__LOG__FORMAT".into(), "xml".into())];
        let error = load(&Sources { file: Some(path.clone()), environment, overrides: Vec::new() }).unwrap_err();
        assert_eq!(error.faults.len(), 2, "{error}");
        assert!(matches!(error.faults[0].problem, Problem::Unreadable { .. }), "{error}");
        assert_eq!(error.faults[0].source, Source::File(path));
    }
    let fault = fault_of("[server]\nlisten = ");
    assert!(fault.starts_with("file FILE: is not valid TOML: ") && fault.contains("line 2"), "{fault}");
}

#[test]
fn unknown_and_misplaced_keys_are_faults() {
    for (file, expected) in [
        ("listen = \"127.0.0.1:1\"", "listen (file FILE): no such key; did you mean server.listen?"),
        ("server = 5", "server (file FILE): expected a section, found a value"),
        ("[server.listen]\nport = 1", "server.listen (file FILE): expected a value, found a section"),
        (
            "[server]\nmax_deadline = \"1s\"",
            "server.max_deadline (file FILE): no such key; did you mean server.limits.max_deadline?",
        ),
        ("[limits]\nquery_byte = 1", "limits.query_byte (file FILE): no such key; did you mean limits.query_bytes?"),
        ("[embeddings]\nmodel = \"x\"", "embeddings (file FILE): no such key"),
        ("[[server]]\nlisten = \"127.0.0.1:1\"", "server (file FILE): expected a section, found a value"),
    ] {
        assert_eq!(fault_of(file), expected, "{file}");
    }
    // Only the exact name of a variable counts, so that a misspelt one is not passed over.
    assert_eq!(
        faults(with_environment(&[("ROOKERY__server__listen", "127.0.0.1:1")])),
        ["server.listen (environment variable ROOKERY__server__listen): no such key; did you mean ROOKERY__SERVER__LISTEN?"]
    );
}

#[test]
fn values_of_the_wrong_kind_or_out_of_range_are_faults() {
    for (file, expected) in [
        ("server.reflection = \"yes\"", "expected true or false, found \"yes\""),
        ("server.reflection = 1", "expected true or false, found 1"),
        ("server.listen = \"localhost:50051\"", "found \"localhost:50051\""),
        ("server.listen = \"127.0.0.1\"", "found \"127.0.0.1\""),
        ("server.listen = \"127.0.0.1:65536\"", "found \"127.0.0.1:65536\""),
        ("server.listen = \"\"", "found \"\""),
        ("server.health_listen = \"50052\"", "found \"50052\""),
        ("server.development = \"yes\"", "expected one of auto, on, off, found \"yes\""),
        ("server.drain_delay = 5", "expected a duration such as 25s, 0s to 5m, found 5"),
        ("server.drain_delay = \"-5s\"", "found \"-5s\""),
        ("server.drain_delay = \"301s\"", "\"301s\" is out of range: 0s to 5m"),
        ("server.limits.max_connections = 0", "0 is out of range: 1 to 100000"),
        ("server.limits.max_connections = -1", "-1 is out of range: 1 to 100000"),
        ("server.limits.max_concurrent_streams = 9223372036854775807", "is out of range: 1 to 10000"),
        ("server.limits.max_connections = 1.0", "expected a whole number, 1 to 100000, found 1.0"),
        ("server.limits.max_connections = \"10\"", "expected a whole number, 1 to 100000, found \"10\""),
        ("server.limits.max_request_bytes = \"4MB\"", "expected a size such as 64MiB, 64KiB to 64MiB, found \"4MB\""),
        ("server.limits.max_request_bytes = \"1GiB\"", "\"1GiB\" is out of range: 64KiB to 64MiB"),
        ("server.limits.max_request_bytes = -1", "expected a size"),
        ("web.cors_allow_origins = \"*\"", "expected a list of texts, found \"*\""),
        ("web.cors_allow_origins = [1]", "expected a list of texts, found [1]"),
        ("web.cors_allow_origins = [\"*\", \"https://a.example\"]", "found \"*\""),
        ("web.cors_allow_origins = [\"https://a.example/\"]", "found \"https://a.example/\""),
        ("web.cors_allow_origins = [\"https://A.example\"]", "found \"https://A.example\""),
        ("web.cors_allow_origins = [\"https://a.example\\r\\nx: y\"]", "expected origins such as"),
        ("storage.data_dir = \" \"", "expected the path of a directory, found \" \""),
        ("storage.data_dir = \"a\\u0000b\"", "expected the path of a directory"),
        ("index.deleted_ratio_before_merge = 0", "0 is out of range: 0.05 to 1"),
        ("index.deleted_ratio_before_merge = 1.5", "1.5 is out of range: 0.05 to 1"),
        ("index.deleted_ratio_before_merge = nan", "NaN is out of range"),
        ("text.languages = []", "expected at least one language, found []"),
        ("text.languages = [\"en\", \"en\"]", "expected each language once"),
        ("text.languages = [\"en\", \"ja\"]", "expected languages among ar da de"),
        ("text.default_language = \"EN\"", "found \"EN\""),
        ("log.format = \"\"", "expected one of text, json, found \"\""),
        ("log.level = \"\"", "found \"\""),
        ("log.level = \"info,\"", "found \"info,\""),
        ("log.level = \"rookery=\"", "found \"rookery=\""),
        ("log.level = \"rookery[span]=info\"", "found \"rookery[span]=info\""),
    ] {
        let fault = fault_of(file);
        assert!(fault.contains(expected), "{file}: {fault}");
        assert!(fault.starts_with(file.split(" = ").next().unwrap()), "{file}: {fault}");
    }
}

#[test]
fn values_that_contradict_each_other_are_faults_of_the_later_layer() {
    for (file, expected) in [
        (
            "server.listen = \"0.0.0.0:1\"\nserver.development = \"on\"",
            "server.development (file FILE): callers may name themselves only where the listener is on a loopback address; \
             server.listen is \"0.0.0.0:1\" (file FILE)",
        ),
        (
            "server.health_listen = \"127.0.0.1:50051\"",
            "server.health_listen (file FILE): health needs an address of its own; server.listen is \"127.0.0.1:50051\" (default)",
        ),
        (
            "limits.document_text_bytes = \"2MiB\"",
            "limits.document_text_bytes (file FILE): server.limits.max_import_message_bytes must hold limits.document_text_bytes and \
             32KiB beside it; server.limits.max_import_message_bytes is \"2MiB\" (default)",
        ),
        (
            "server.limits.unary_timeout = \"31s\"",
            "server.limits.unary_timeout (file FILE): server.limits.max_deadline must not be below server.limits.unary_timeout; \
             server.limits.max_deadline is \"30s\" (default)",
        ),
        (
            "index.indexing_threads = 5",
            "index.indexing_threads (file FILE): every indexing thread needs 16MiB; index.writer_memory_bytes is \"64MiB\" (default)",
        ),
        (
            "text.languages = [\"de\", \"fr\"]",
            "text.languages (file FILE): the default must be one of the languages; text.default_language is \"en\" (default)",
        ),
        (
            "limits.page_size_max = 10",
            "limits.page_size_max (file FILE): limits.page_size_max must not be below limits.page_size_default; \
             limits.page_size_default is 20 (default)",
        ),
    ] {
        assert_eq!(fault_of(file), expected, "{file}");
    }
}

#[test]
fn a_fault_is_not_told_again_by_the_rules() {
    // The listener is unreadable; whether it is a loopback address is then no question.
    assert_eq!(faults(with_file("server.listen = \"x\"\nserver.development = \"on\"")).len(), 1);
    assert_eq!(faults(with_file("text.languages = 5")).len(), 1);
}

#[test]
fn callers_name_themselves_only_on_loopback() {
    for (listen, typed, expected) in [
        ("127.0.0.1:1", "auto", Development::On),
        ("127.8.8.8:1", "auto", Development::On),
        ("[::1]:1", "auto", Development::On),
        ("[::ffff:127.0.0.1]:1", "auto", Development::On),
        ("127.0.0.1:1", "on", Development::On),
        ("127.0.0.1:1", "off", Development::Off),
        ("0.0.0.0:1", "auto", Development::Off),
        ("[::]:1", "auto", Development::Off),
        ("10.0.0.1:1", "auto", Development::Off),
        ("0.0.0.0:1", "off", Development::Off),
    ] {
        let config = with_file(&format!("server.listen = {listen:?}\nserver.development = {typed:?}")).unwrap().config;
        assert_eq!(config.server.development, expected, "{listen} {typed}");
    }
    assert!(with_file("server.listen = \"0.0.0.0:1\"\nserver.development = \"on\"").is_err());
}

#[test]
fn what_is_printed_reads_back_as_the_same() {
    let file = "[storage]\ndata_dir = \"a \\\"b\\\" \\\\ c\\nd é\"\n[web]\ncors_allow_origins = [\"https://a.example\"]\n\
                [index]\ndeleted_ratio_before_merge = 1\n[server.limits]\nmax_request_bytes = 5000000";
    for loaded in [loaded_defaults(), with_file(file).unwrap()] {
        let printed = loaded.print();
        let again = with_file(&printed).unwrap_or_else(|error| panic!("{error}\n{printed}"));
        assert_eq!(again.config, loaded.config);
    }
    let printed = loaded_defaults().print();
    for line in [
        "[server]\nlisten = \"127.0.0.1:50051\"  # default\n",
        "development = \"auto\"  # default; in force: on\n",
        "\n[server.limits]\nmax_request_bytes = \"4MiB\"  # default\n",
        "cors_allow_origins = []  # default\n",
    ] {
        assert!(printed.contains(line), "{line} in\n{printed}");
    }
}

#[test]
fn a_secret_is_never_shown() {
    for (key, secret) in [
        ("access.signing_key", true),
        ("access.client_secret", true),
        ("access.token", true),
        ("storage.password", true),
        ("limits.window", false),
        ("access.key_url", false),
    ] {
        assert_eq!(is_secret(key), secret, "{key}");
        let shown = Found::of(key, &Raw::Text("hunter2".to_owned())).to_string();
        assert_eq!(shown.contains("hunter2"), !secret, "{key}: {shown}");
    }
    assert!(keys().iter().all(|(key, _)| !is_secret(key)), "a secret has joined: test `print` with it");
}

#[test]
fn a_long_value_is_shown_in_part() {
    let fault = fault_of(&format!("log.format = \"{}\"", "é".repeat(10_000)));
    assert!(fault.len() < 400, "{} bytes", fault.len());
}

#[test]
fn sizes_and_durations_are_read_exactly() {
    for (text, expected) in [
        ("0", Some(0)),
        ("17", Some(17)),
        ("17B", Some(17)),
        (" 64 MiB ", Some(64 << 20)),
        ("1KiB", Some(1024)),
        ("17179869183GiB", Some(17_179_869_183 << 30)),
        ("17179869184GiB", None),
        ("18446744073709551616", None),
        ("", None),
        ("MiB", None),
        ("1MB", None),
        ("1mib", None),
        ("1.5MiB", None),
        ("-1", None),
        ("+1", None),
        ("1 2MiB", None),
        ("\u{0661}MiB", None),
    ] {
        assert_eq!(ByteSize::parse(text).map(ByteSize::as_u64), expected, "{text:?}");
    }
    for (text, expected) in [
        ("0s", Some(0)),
        ("50ms", Some(50)),
        ("25s", Some(25_000)),
        ("1m 30s", Some(90_000)),
        ("1m30s", Some(90_000)),
        ("24h", Some(86_400_000)),
        ("PT5S", Some(5000)),
        ("1d", None),
        ("-1s", None),
        ("5s ago", None),
        ("5", None),
        ("", None),
        ("99999999999999999999h", None),
    ] {
        assert_eq!(parse_duration(text), expected.map(Duration::from_millis), "{text:?}");
    }
}

proptest! {
    #[test]
    fn sizes_and_durations_read_back_as_shown(count in any::<u64>(), shift in 0u32..40) {
        let size = ByteSize::bytes(count >> shift << shift);
        prop_assert_eq!(ByteSize::parse(&size.to_string()), Some(size));
        let duration = Duration::from_micros((count >> 16) / 1000 * 1000);
        prop_assert_eq!(parse_duration(&show_duration(duration)), Some(duration));
    }

    #[test]
    fn no_text_makes_a_layer_panic(name in "[A-Z_]{0,30}", value in ".{0,40}", file in ".{0,60}") {
        let variable = (format!("ROOKERY__{name}").into(), value.clone().into());
        let _ = load(&Sources { environment: vec![variable], overrides: vec![Override::data_dir(value)], file: None });
        let _ = with_file(&file);
    }
}
