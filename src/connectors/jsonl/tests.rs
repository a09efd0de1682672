//! Proved: 1. every sort of record is read; 2. a broken line names its place and reason, and the rest goes in; 3. unknown
//! fields are noted once; 4. replies become documents and their authors count once; 5. compressed files read alike.

use std::io::Write as _;

use super::*;
use crate::domain::{Grant, Kind, ResourceName, Role};

fn read(contents: Contents, text: &[u8]) -> (Vec<Item>, Vec<BrokenRecord>, BTreeSet<String>) {
    let mut reader =
        Reader::new("test.jsonl".into(), contents, Audience::organization(), Box::new(io::Cursor::new(text.to_vec())));
    let (mut items, mut broken) = (Vec::new(), Vec::new());
    while let Some(next) = reader.next_item().unwrap() {
        match next {
            Ok(record) => items.push(record.item),
            Err(record) => broken.push(record),
        }
    }
    (items, broken, reader.unknown_fields().clone())
}

fn documents(text: &str) -> Vec<SourceDocument> {
    let (items, broken, _) = read(Contents::Documents, text.as_bytes());
    assert_eq!(broken, []);
    items
        .into_iter()
        .map(|item| match item {
            Item::Document(document) => *document,
            other => panic!("not a document: {other:?}"),
        })
        .collect()
}

#[test]
fn a_discussion_becomes_a_topic_and_its_replies() {
    let text = r#"{"id":"t1","kind":"discussion","title":"How?","body":"b","authors":["ada"],"contributors":["bo","cy"],
        "created":"2024-01-02T03:04:05Z","updated":"2024-01-03T00:00:00Z","space":"tides","tags":["Tidal Power, C++"],
        "replies":[{"author":"bo","created":"2024-01-02T04:00:00Z","accepted":true,"votes":3,"body":"So."}]}"#
        .replace('\n', "");
    let read = documents(&text);
    let [topic, reply] = &read[..] else { panic!("{read:?}") };
    let people: Vec<_> = topic.document.people.iter().map(|p| (p.person.id(), p.role)).collect();
    assert_eq!(people, [("ada", Role::Asker), ("cy", Role::Contributor)]);
    assert_eq!(topic.document.hashtags.iter().map(crate::domain::Hashtag::as_str).collect::<Vec<_>>(), ["c++", "tidal-power"]);
    assert_eq!(topic.document.community.as_ref().unwrap().id(), "tides");
    assert_eq!((reply.document.name.id(), reply.document.kind), ("t1:r1", Kind::Reply));
    assert_eq!(reply.document.people[0].role, Role::Answerer);
    assert_eq!(reply.document.thread.as_ref().unwrap().root, topic.document.name);
    assert_eq!(reply.document.reactions["vote"], 3);
}

#[test]
fn a_broken_line_names_its_place_and_the_rest_goes_in() {
    let mut text = br#"{"id":"a","kind":"post","body":"x","authors":["ada"]}"#.to_vec();
    text.extend(b"\n{\"id\":\"b\"\n\n");
    text.extend(b"{\"id\":\"c\",\"kind\":\"song\",\"body\":\"\"}\n");
    text.extend(b"{\"id\":\"d\",\"kind\":\"post\",\"created\":\"yesterday\"}\n");
    text.extend(b"{\"id\":\"e\",\"kind\":\"post\",\"body\":\"\xff\"}\n");
    text.extend(b"{\"id\":\"a\",\"kind\":\"post\"}\n{\"id\":\"\",\"kind\":\"post\"}\n");
    text.extend(b"{\"id\":\"f\",\"kind\":\"post\",\"audience\":\"friends\"}\n");
    text.extend(b"{\"id\":\"g\",\"kind\":\"post\",\"created\":\"9999-12-31T23:59:59Z\"}");
    let (items, broken, _) = read(Contents::Documents, &text);
    assert_eq!(items.iter().map(Item::id).collect::<Vec<_>>(), ["a", "g"]);
    let told: Vec<_> = broken.iter().map(|record| (record.line, record.reason.split(':').next().unwrap_or_default())).collect();
    assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4, 5, 6, 7, 8, 9], "{broken:?}");
    assert_eq!(told[1].1, "kind");
    assert_eq!(told[2].1, "created");
    assert!(broken[3].reason.contains("UTF-8"));
    assert!(broken[4].reason.contains("repeats the id \"a\" of line 1"));
    assert_eq!(broken[0].to_string().split(": ").next(), Some("test.jsonl:2"));
}

#[test]
fn a_line_over_the_limit_is_skipped_and_told() {
    let mut text = vec![b'x'; lines::MAX_LINE + 10];
    text.extend(b"\n{\"id\":\"a\",\"kind\":\"post\"}\n");
    let (items, broken, _) = read(Contents::Documents, &text);
    assert_eq!((items.len(), broken.len(), broken[0].line), (1, 1, 1));
}

#[test]
fn unknown_fields_are_noted_once_and_line_separators_do_not_end_a_line() {
    let text =
        "{\"id\":\"a\",\"kind\":\"post\",\"body\":\"x\u{2028}y\",\"mood\":1}\n{\"id\":\"b\",\"kind\":\"post\",\"mood\":2}\n";
    let (items, broken, unknown) = read(Contents::Documents, text.as_bytes());
    assert_eq!((items.len(), broken.len()), (2, 0));
    assert_eq!(unknown, BTreeSet::from(["mood".to_owned()]));
}

#[test]
fn audiences_are_a_word_or_an_object() {
    let read = documents(concat!(
        r#"{"id":"a","kind":"post","audience":"world"}"#,
        "\n",
        r#"{"id":"b","kind":"post","audience":{"grant":{"communities":["tides"],"groups":["board"]},"deny":{"people":["bo"]}}}"#,
        "\n",
        r#"{"id":"c","kind":"post"}"#
    ));
    assert_eq!(read[0].document.audience, Audience::world());
    assert!(matches!(&read[1].document.audience.grant, Grant::Restricted(to) if to.len() == 2));
    assert_eq!(read[1].document.audience.denies.len(), 1);
    assert_eq!(read[2].document.audience, Audience::organization());
}

#[test]
fn people_and_communities_are_read() {
    let (items, broken, _) = read(Contents::People, br#"{"id":"name:x y","handles":["x"],"kind":"bot"}"#);
    assert_eq!(broken, []);
    let Item::Person(person) = &items[0] else { panic!() };
    assert!(person.name.id().starts_with("name:x~y~"));
    assert_eq!(person.source.as_ref().unwrap().id, "name:x y");
    let (items, broken, _) =
        read(Contents::Communities, br#"{"id":"tides","name":"Tides","members":["ada"],"audience":"world","policy":"closed"}"#);
    assert_eq!(broken, []);
    assert!(matches!(&items[0], Item::Community(community) if community.members.len() == 1));
}

#[test]
fn compressed_files_read_alike() {
    let folder = tempfile::tempdir().unwrap();
    let line = b"{\"id\":\"a\",\"kind\":\"post\"}\n";
    std::fs::write(folder.path().join("people.jsonl"), b"{\"id\":\"ada\"}\n").unwrap();
    std::fs::write(folder.path().join("documents.jsonl.zst"), zstd::encode_all(&line[..], 1).unwrap()).unwrap();
    let mut gz =
        flate2::write::GzEncoder::new(File::create(folder.path().join("more.jsonl.gz")).unwrap(), flate2::Compression::fast());
    gz.write_all(line).unwrap();
    gz.finish().unwrap();
    let found = files(folder.path()).unwrap();
    assert_eq!(found.iter().map(|file| file.contents).collect::<Vec<_>>(), [Contents::People, Contents::Documents]);
    for file in [found[1].clone(), files(&folder.path().join("more.jsonl.gz")).unwrap().remove(0)] {
        let mut reader = Reader::open(&file, Audience::world()).unwrap();
        assert_eq!(reader.next_item().unwrap().unwrap().unwrap().item.id(), "a");
        assert!(reader.next_item().unwrap().is_none());
    }
    assert!(matches!(files(&folder.path().join("none")), Err(SourceError::Io { .. })));
}
