//! What holds of every tree and every text.
//!
//! 1. every tree in its normal form reads back, printed, as itself; 2. whatever is typed gives a tree that does, and notes that
//!    lie inside the text; 3. both modes agree; 4. it can always be made a query.
use proptest::prelude::*;

use super::super::normal::normal;
use super::super::{Ago, Condition, Names, Node, Phrase, State, Synonyms, Test, Text, Tree, Unit, When};
use super::*;
use crate::domain::{Hashtag, Kind, Language, Moment};

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        "[a-z0-9_]{0,3}[a-z]",
        prop::sample::select(vec![
            "c++",
            "node.js",
            "c#",
            ".net",
            "don't",
            "ada@example.org",
            "\u{6771}\u{4eac}",
            "1.5",
            "and",
            "or",
            "not",
            "kind",
            "o'neill",
        ])
        .prop_map(str::to_owned),
    ]
}

fn phrase() -> impl Strategy<Value = Phrase> {
    (prop::collection::vec(prop_oneof!["[a-z]{1,6}", Just("c++".to_owned())], 1..5), 0_u32..=20)
        .prop_map(|(words, slop)| Phrase { slop: if words.len() > 1 { slop } else { 0 }, words })
}

fn text() -> impl Strategy<Value = Text> {
    prop_oneof![word().prop_map(Text::Word), "[a-z]{2,5}".prop_map(Text::Prefix), phrase().prop_map(Text::Phrase)]
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "ada",
        "me",
        "Ada Lovelace",
        "people/ada",
        "a,b",
        "ada@example.org",
        "x (y)",
        "\u{c9}va",
        "a:b",
        "a.",
        "-a",
    ])
    .prop_map(str::to_owned)
}

fn ago() -> impl Strategy<Value = Ago> {
    let unit = prop::sample::select(vec![Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year]);
    (0_u16..10_000, unit).prop_map(|(count, unit)| Ago { count, unit })
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        (1_i16..=9999).prop_map(When::Year),
        (1_i16..=9999, 1_i8..=12).prop_map(|(year, month)| When::Month(year, month)),
        (1_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| When::Day(year, month, day)),
        ago().prop_map(When::Ago),
    ]
}

fn test() -> impl Strategy<Value = Test> {
    let tag = prop::sample::select(vec![
        "tides",
        "c++",
        "c#",
        ".net",
        "a/b",
        "a:b",
        "code-of-conduct",
        "k\u{e4}se",
        "1",
        "-a",
        "a.",
        "a+b",
    ]);
    prop_oneof![
        prop::sample::select(Kind::ALL.to_vec()).prop_map(Test::Kind),
        name().prop_map(Test::From),
        name().prop_map(Test::Involves),
        name().prop_map(Test::In),
        tag.prop_map(|tag| Test::Tag(Hashtag::parse(tag).unwrap())),
        "[a-z]{2}".prop_map(|code| Test::Language(Language::parse(&code).unwrap())),
        text().prop_map(Test::Title),
        prop::collection::btree_set("[a-z]{1,5}", 1..4).prop_map(|parts| Test::Url(parts.into_iter().collect())),
        when().prop_map(Test::Before),
        when().prop_map(Test::After),
        when().prop_map(Test::During),
        ago().prop_map(Test::Active),
        prop::sample::select(State::ALL.to_vec()).prop_map(Test::Is),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![text().prop_map(Node::Text), text().prop_map(Node::Must), test().prop_map(Node::Test)];
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Node::All),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Node::Any),
            inner.prop_map(|node| Node::Not(Box::new(node))),
        ]
    })
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "tide",
        "C++",
        "node.js",
        "\u{6771}\u{4eac}\u{90fd}",
        "\u{bd}",
        "\u{149}x",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "\"",
        "\u{201c}",
        "\u{bb}",
        "~2",
        "~99",
        "+",
        "-",
        "*",
        "#",
        "@",
        "#tides",
        "@ada",
        "@types/node",
        "kind:",
        "kind:post",
        "from:",
        "from:\"A B\"",
        "title:",
        "tag:",
        "url:",
        "before:",
        "2025-03",
        "active:7d",
        "is:solved",
        "form:",
        "foo:",
        ":",
        ",",
        "/",
        ".",
        "'",
        "'s",
        "_",
        " ",
        " ",
        " ",
        "\u{e9}",
        "\u{301}",
        "\u{200d}",
        "\u{2474}",
        "\u{feff}",
        "\t",
        "ada@example.org",
        "https://",
        "\u{ff9e}",
        "\u{1f600}",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), pieces(), pieces(), pieces()]
}

fn reads_back(tree: &Tree) -> Result<(), TestCaseError> {
    let printed = tree.to_string();
    match strictly(&printed) {
        Ok(again) => prop_assert_eq!(&again.tree, tree, "printed {:?}", printed),
        Err(errors) => prop_assert!(false, "printed {:?}: {:?}", printed, errors),
    }
    Ok(())
}

fn simple(condition: &Condition, inside: bool) -> bool {
    match condition {
        Condition::Everything | Condition::Nothing => !inside,
        Condition::All(list) => list.len() > 1 && list.iter().all(|one| simple(one, true) && !matches!(one, Condition::All(_))),
        Condition::Any(list) => list.len() > 1 && list.iter().all(|one| simple(one, true) && !matches!(one, Condition::Any(_))),
        Condition::Not(one) => simple(one, true) && !matches!(**one, Condition::Not(_)),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_tree_reads_back_as_itself(node in node()) {
        reads_back(&Tree(normal(node)))?;
    }

    #[test]
    fn whatever_is_typed_is_a_tree_that_reads_back(typed in typed()) {
        let lenient = leniently(&typed);
        reads_back(&lenient.tree)?;
        let length = typed.chars().count();
        for note in &lenient.notes {
            prop_assert!(note.range.start < note.range.end && note.range.end <= length, "{:?} of {:?}", note, typed);
        }
        match strictly(&typed) {
            Ok(strict) => prop_assert_eq!(strict, lenient),
            Err(errors) => prop_assert!(errors.len() >= lenient.notes.len()),
        }
    }

    #[test]
    fn whatever_is_typed_is_a_query(typed in typed()) {
        let now = Moment::parse(NOW).unwrap();
        let tree = leniently(&typed).tree;
        let query = tree.query(&Names::default(), now, &[Language::ENGLISH], &Synonyms::default());
        prop_assert!(simple(&query.strict, false) && simple(&query.relaxed, false), "{:?}", query);
        let mut distinct: Vec<(&str, bool)> = query.words.iter().map(|word| (word.exact.as_str(), word.prefix)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), query.words.len());
        let words = QueryLimits { words: query.words.len().saturating_sub(1), ..LIMITS };
        prop_assert!(query.words.is_empty() || parse(&typed, Mode::Lenient, &words).is_err(), "limits bound its words");
    }
}
