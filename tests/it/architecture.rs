//! The rooms and their doors: what each room of `src` may import, and where each library may be spoken.
//!
//! Proved: 1. no room imports another outside the list; 2. no library is used outside its fence; 3. the pure rooms and the
//! doors stay as ARCHITECTURE.md draws them; 4. files stay readable; 5. nothing provisional is left behind; 6. the scanner
//! itself finds what it must find. Change a list only together with an ADR.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use walkdir::WalkDir;

/// Each room with the rooms that it may import. `cli`, `server` and `selftest` may import anything.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("access", &["domain"]),
    ("text", &["domain"]),
    ("query", &["domain", "text"]),
    ("directory", &["text"]),
    ("ranking", &["domain"]),
    ("expertise", &["domain", "ranking"]),
    ("storage", &["domain", "directory"]),
    ("index", &["domain", "access", "text", "query", "ranking"]),
    ("connectors", &["domain"]),
    ("app", &["domain", "access", "text", "query", "directory", "ranking", "expertise", "storage", "index"]),
    ("config", &[]),
    ("ops", &[]),
    ("grpc", &["app", "access", "domain", "ops"]),
];

/// Rooms that put everything together.
const FREE: &[&str] = &["cli", "server", "selftest"];

/// Libraries that may be spoken only below these paths.
const FENCES: &[(&str, &[&str])] = &[
    ("tonic", &["grpc", "server", "cli", "selftest"]),
    ("tonic_health", &["grpc", "server", "cli", "selftest"]),
    ("tonic_reflection", &["grpc", "server", "selftest"]),
    ("tonic_types", &["grpc", "cli"]),
    ("tonic_web", &["grpc", "server"]),
    ("prost", &["grpc", "server", "cli", "selftest"]),
    ("prost_types", &["grpc", "server", "cli", "selftest"]),
    ("tantivy", &["index/tantivy"]),
    ("redb", &["storage/ledger"]),
    ("sled", &["storage/profiles"]),
    ("figment", &["config/load.rs"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("governor", &["grpc"]),
    ("tower", &["grpc", "server"]),
    ("tower_http", &["grpc", "server"]),
    ("http", &["grpc", "server", "selftest"]),
    ("http_body", &["grpc"]),
    ("hyper", &["server"]),
    ("hyper_util", &["server", "cli"]),
];

/// Where the environment may be read.
const ENVIRONMENT: &str = "config/load.rs";

/// Longest file, in lines.
const MAX_LINES: usize = 500;

/// Names that say nothing.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "helper", "manager", "misc"];

struct Source {
    /// Below `src`, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// The module path: `["app", "projection", "index"]`.
    fn module(&self) -> Vec<String> {
        let bare = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        bare.split('/').map(str::to_owned).collect()
    }

    fn room(&self) -> String {
        self.module().swap_remove(0)
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let files = WalkDir::new(&src).sort_by_file_name().into_iter().map(Result::unwrap);
    files
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "rs"))
        .map(|file| Source {
            path: file.path().strip_prefix(&src).unwrap().to_string_lossy().into_owned(),
            text: std::fs::read_to_string(file.path()).unwrap(),
        })
        .collect()
}

/// Every path that a file speaks, as far as its first two segments, with `super` resolved against the file's module.
fn spoken(module: &[String], text: &str) -> BTreeSet<(String, String)> {
    let tokens: TokenStream = text.parse().expect("a source file is Rust");
    let mut found = BTreeSet::new();
    walk(tokens, &mut module.to_vec(), &mut found);
    found
}

fn walk(tokens: TokenStream, module: &mut Vec<String>, found: &mut BTreeSet<(String, String)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let ident = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    };
    let colons = |at: usize| {
        let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        colon(at) && colon(at + 1)
    };
    for at in 0..tokens.len() {
        if let TokenTree::Group(group) = &tokens[at] {
            let inner =
                (at >= 2).then(|| (ident(at - 2), ident(at - 1))).filter(|(keyword, _)| keyword.as_deref() == Some("mod"));
            let pushed = inner.and_then(|(_, name)| name).filter(|_| group.delimiter() == Delimiter::Brace);
            let depth = module.len();
            module.extend(pushed);
            walk(group.stream(), module, found);
            module.truncate(depth);
            continue;
        }
        let (Some(first), true) = (ident(at), colons(at + 1)) else { continue };
        if at >= 2 && colons(at - 2) {
            continue;
        }
        let (mut next, mut base) = (at + 3, (first != "super").then_some(first.clone()));
        let mut ups = usize::from(first == "super");
        while ups > 0 && ident(next).as_deref() == Some("super") && colons(next + 1) {
            ups += 1;
            next += 3;
        }
        if ups > 0 {
            let kept = &module[..module.len().saturating_sub(ups)];
            base = Some(if kept.is_empty() { "crate".to_owned() } else { format!("crate::{}", kept[0]) });
        }
        let base = base.unwrap_or_default();
        for second in seconds(tokens.get(next)) {
            match base.strip_prefix("crate::") {
                Some(room) => found.insert(("crate".to_owned(), room.to_owned())),
                None => found.insert((base.clone(), second)),
            };
        }
    }
}

/// The names that may follow a `::`: one, or each of a group's.
fn seconds(token: Option<&TokenTree>) -> Vec<String> {
    match token {
        Some(TokenTree::Ident(ident)) => vec![ident.to_string()],
        Some(TokenTree::Group(group)) => {
            let mut expect = true;
            let mut names = Vec::new();
            for token in group.stream() {
                match token {
                    TokenTree::Ident(ident) if expect => {
                        names.push(ident.to_string());
                        expect = false;
                    }
                    TokenTree::Punct(punct) if punct.as_char() == ',' => expect = true,
                    _ => {}
                }
            }
            names
        }
        _ => vec![String::new()],
    }
}

fn rooms() -> BTreeSet<&'static str> {
    ROOMS.iter().map(|(room, _)| *room).chain(FREE.iter().copied()).collect()
}

#[test]
fn rooms_import_only_what_the_list_allows() {
    let rooms = rooms();
    for source in sources() {
        let room = source.room();
        if FREE.contains(&room.as_str()) || room == "lib" || room == "main" {
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            panic!("src/{} is in no known room", source.path);
        };
        for (base, second) in spoken(&source.module(), &source.text) {
            let foreign = base == "crate" && rooms.contains(second.as_str()) && second != room;
            assert!(!foreign || allowed.contains(&second.as_str()), "src/{} imports the room {second}", source.path);
        }
    }
}

#[test]
fn libraries_stay_behind_their_fences() {
    for source in sources() {
        for (base, second) in spoken(&source.module(), &source.text) {
            if let Some((library, inside)) = FENCES.iter().find(|(library, _)| *library == base) {
                let module_of_that_name = inside.iter().any(|path| source.path.starts_with(path));
                assert!(module_of_that_name, "src/{} speaks {library}::{second}", source.path);
            }
            let environment = base == "std" && second == "env" || base == "env" && second.starts_with("var");
            assert!(!environment || source.path == ENVIRONMENT, "src/{} reads the environment", source.path);
        }
    }
}

#[test]
fn files_stay_readable() {
    let tests = WalkDir::new(root().join("tests")).into_iter().map(Result::unwrap);
    let tests =
        tests.filter(|file| file.path().extension().is_some_and(|ending| ending == "rs")).map(|file| file.path().to_owned());
    let src = sources().into_iter().map(|source| root().join("src").join(source.path));
    for path in src.chain(tests) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.lines().count() <= MAX_LINES,
            "{} has more than {MAX_LINES} lines: split it by what it knows",
            path.display()
        );
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap();
        assert!(!EMPTY_NAMES.contains(&stem), "{} has a name that says nothing", path.display());
        let generated = text.contains("tonic::include_proto!");
        assert!(generated || text.starts_with("//!"), "{} opens without saying what it is for", path.display());
    }
}

#[test]
fn nothing_provisional_is_left_behind() {
    for source in sources() {
        for mark in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unim", "plemented!("), "dbg!("] {
            assert!(!source.text.contains(mark), "src/{} holds {mark}", source.path);
        }
    }
}

#[test]
fn the_front_page_names_every_room() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let drawn = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for room in rooms() {
        if Path::new(&root()).join("src").join(room).is_dir() {
            assert!(lib.contains(&format!("pub mod {room};")), "lib.rs lacks the room {room}");
            assert!(drawn.contains(&format!("`src/{room}`")), "ARCHITECTURE.md lacks the room {room}");
        }
    }
}

#[test]
fn the_scanner_sees_groups_macros_and_ways_up() {
    let module: Vec<String> = ["storage", "ledger", "redb"].map(str::to_owned).to_vec();
    let text = r#"
        use crate::{access, domain::Kind};
        use super::super::profiles::Profiles;
        fn f() { x!(sled::open("p")); let _ = ::std::env::var("A"); }
        mod tests { use super::super::super::super::app::App; }
    "#;
    let found = spoken(&module, text);
    for (base, second) in [("crate", "access"), ("crate", "domain"), ("crate", "storage"), ("sled", "open"), ("crate", "app")] {
        assert!(found.contains(&(base.to_owned(), second.to_owned())), "{base}::{second} in {found:?}");
    }
}
