//! From trees to queries.
//!
//! 1. words, and what a document must have, strictly and relaxed; 2. words are folded, distinct and in order, with stems and
//!    weights; 3. names, and nobody; 4. times; 5. synonyms, and where there are none; 6. a text is named by words that tell;
//!    7. words that discussions may have in different messages.
use super::super::query::MINOR_WEIGHT;
use super::super::{Condition, Names, Phrase, Query, SynonymGroup, Synonyms, TimeRange, Word};
use super::*;
use crate::domain::{CommunityName, Language, Moment, PersonName, ResourceName};

fn languages() -> Vec<Language> {
    ["en", "de"].into_iter().filter_map(Language::parse).collect()
}

fn names() -> Names {
    let person = |id: &str| PersonName::from_id(id).unwrap();
    Names {
        people: [("ada", vec![person("ada")]), ("both", vec![person("bo"), person("al"), person("bo")])]
            .map(|(typed, people)| (typed.to_owned(), people))
            .into(),
        communities: [("ops".to_owned(), vec![CommunityName::from_id("ops").unwrap()])].into(),
    }
}

fn query_with(typed: &str, synonyms: &Synonyms) -> Query {
    leniently(typed).tree.query(&names(), Moment::parse(NOW).unwrap(), &languages(), synonyms)
}

fn query(typed: &str) -> Query {
    query_with(typed, &Synonyms::default())
}

fn words(typed: &str) -> Vec<String> {
    query(typed).words.into_iter().map(|word| word.exact).collect()
}

/// A condition on one line.
fn show(condition: &Condition) -> String {
    let list = |list: &[Condition]| list.iter().map(show).collect::<Vec<_>>().join(" ");
    let word = |word: &Word| format!("{}{}", word.exact, if word.prefix { "*" } else { "" });
    let phrase = |Phrase { words, slop }: &Phrase| format!("{}~{slop}", words.join("_"));
    let time = |TimeRange { from, until }: &TimeRange| {
        let [from, until] = [from, until].map(|end| end.map(|end| end.to_string()).unwrap_or_default());
        format!("{from}..{until}")
    };
    match condition {
        Condition::Everything => "everything".to_owned(),
        Condition::Nothing => "nothing".to_owned(),
        Condition::Slot(place) => place.to_string(),
        Condition::Word(one) => format!("word:{}", word(one)),
        Condition::Phrase(row) => phrase(row),
        Condition::Title(one) => format!("title:{}", word(one)),
        Condition::TitlePhrase(row) => format!("title:{}", phrase(row)),
        Condition::Kind(kind) => kind.as_str().to_owned(),
        Condition::From(people) => format!("from:{people:?}"),
        Condition::Involves(people) => format!("involves:{}", people.len()),
        Condition::In(communities) => format!("in:{}", communities[0].id()),
        Condition::Tag(tag) => tag.to_string(),
        Condition::Language(language) => language.to_string(),
        Condition::Url(parts) => format!("url:{}", parts.join("_")),
        Condition::Created(range) => format!("created:{}", time(range)),
        Condition::Updated(range) => format!("updated:{}", time(range)),
        Condition::Is(state) => state.as_str().to_owned(),
        Condition::All(all) => format!("all({})", list(all)),
        Condition::Any(any) => format!("any({})", list(any)),
        Condition::Not(not) => format!("not({})", show(not)),
    }
}

#[test]
fn what_a_document_must_have() {
    for (typed, scored, strict, relaxed) in [
        ("", "", "everything", "everything"),
        ("tide", "tide", "everything", "everything"),
        ("the", "the", "everything", "everything"),
        ("tide moon", "tide moon", "all(0 1)", "everything"),
        ("who knows tides", "who knows tides", "2", "everything"),
        ("who is who", "who is", "all(0 1)", "everything"),
        ("tid*", "tid", "everything", "everything"),
        ("tid* moon", "tid moon", "all(0 1)", "everything"),
        ("tide OR moon", "tide moon", "everything", "everything"),
        ("tide OR moon sea", "tide moon sea", "any(0 all(1 2))", "everything"),
        ("the OR tide", "the tide", "everything", "everything"),
        ("+tide moon", "tide moon", "all(1 0)", "0"),
        ("+the tide", "the tide", "all(1 0)", "0"),
        ("tide AND moon", "tide moon", "all(0 1)", "all(0 1)"),
        ("tide moon -sea", "tide moon", "all(0 1 not(word:sea))", "all(any(0 1) not(word:sea))"),
        ("tide -sea", "tide", "all(0 not(word:sea))", "all(0 not(word:sea))"),
        ("-sea", "", "not(word:sea)", "not(word:sea)"),
        ("-(the sea)", "", "not(all(word:the word:sea))", "not(all(word:the word:sea))"),
        ("-(sea -kind:page)", "", "not(all(word:sea not(page)))", "not(all(word:sea not(page)))"),
        ("-se*", "", "not(word:se*)", "not(word:se*)"),
        ("\"spring tide\"", "spring tide", "spring_tide~0", "spring_tide~0"),
        ("\"spring tide\"~3 moon", "spring tide moon", "all(2 spring_tide~3)", "spring_tide~3"),
        ("\"tide\"", "tide", "tide~0", "tide~0"),
        ("\"the\" moon", "the moon", "all(1 the~0)", "the~0"),
        ("tide \"tide\"", "tide", "all(0 tide~0)", "tide~0"),
        ("-\"tide\" moon", "moon", "all(0 not(tide~0))", "all(0 not(tide~0))"),
        ("title:\"tide\"", "tide", "title:tide~0", "title:tide~0"),
        ("-\"spring tide\" moon", "moon", "all(0 not(spring_tide~0))", "all(0 not(spring_tide~0))"),
        ("title:tide moon", "tide moon", "all(1 title:tide)", "title:tide"),
        ("title:\"a b\" title:cd*", "a b cd", "all(title:a_b~0 title:cd*)", "all(title:a_b~0 title:cd*)"),
        ("tide kind:page", "tide", "all(0 page)", "all(0 page)"),
        ("tide moon kind:page", "tide moon", "all(0 1 page)", "all(any(0 1) page)"),
        ("the tide kind:page", "the tide", "all(1 page)", "all(any(0 1) page)"),
        ("the kind:page", "the", "all(0 page)", "all(0 page)"),
        ("kind:page,post", "", "any(page post)", "any(page post)"),
        ("tide OR kind:page", "tide", "any(0 page)", "any(0 page)"),
        ("moon (tide OR kind:page)", "moon tide", "all(0 any(1 page))", "all(0 any(1 page))"),
        ("moon (tide OR sea)", "moon tide sea", "all(0 any(1 2))", "any(1 2)"),
        ("moon (tide OR sea wind)", "moon tide sea wind", "all(0 any(1 all(2 3)))", "any(1 2 3)"),
        ("#tides moon", "#tides moon", "all(1 #tides)", "all(1 #tides)"),
        ("#tides", "#tides", "#tides", "#tides"),
        ("-#tides", "", "not(#tides)", "not(#tides)"),
        ("tide from:ada", "tide", "all(0 from:[PersonName(\"ada\")])", "all(0 from:[PersonName(\"ada\")])"),
        ("is:solved lang:de url:a/b", "", "all(solved de url:a_b)", "all(solved de url:a_b)"),
    ] {
        let query = query(typed);
        assert_eq!(words(typed).join(" "), scored, "{typed}");
        assert_eq!((show(&query.strict).as_str(), show(&query.relaxed).as_str()), (strict, relaxed), "{typed}");
    }
}

#[test]
fn words_are_folded_and_distinct_in_order() {
    assert_eq!(words("Tides, (the) TIDES \"K\u{e4}se\" the"), ["tides", "the", "kase"]);
    assert_eq!(query("The  Moon moo*").shown_words(), ["the", "moon", "moo*"]);
    assert_eq!(words("tide \"spring tide\" title:moon #moon spring*"), ["tide", "spring", "moon", "#moon", "spring"]);
    for typed in ["node.js", "c++", "c#", ".net", "ada@example.org", "snake_case", "v1.2.3", "don't"] {
        assert_eq!(words(typed), [typed]);
    }
    assert_eq!(words("node.js node"), ["node.js", "node"]);
}

#[test]
fn a_word_has_its_stems_in_every_language() {
    let query = query("Gezeiten running c++ run*");
    let has = |word: &Word, stem: &str| word.stems.iter().any(|own| own.text == stem);
    assert!(has(&query.words[0], "gezeit"));
    assert!(has(&query.words[1], "run"));
    assert_eq!((query.words[2].stems.len(), query.words[3].stems.len()), (0, 0));
    assert!(query.words.iter().all(|word| word.stems.is_sorted()));
    let Condition::Not(not) = self::query("-running").strict else { panic!("a negation") };
    let Condition::Word(word) = *not else { panic!("a word") };
    assert!(has(&word, "run") && word.literal);
}

#[test]
fn a_word_is_literal_unless_it_is_typed_as_it_is() {
    for (typed, literal) in [
        ("tide", false),
        ("+tide", true),
        ("tide +tide", true),
        ("+tide OR tide", true),
        ("\"tide\"", true),
        ("\"tide\" tide", false),
        ("\"tide moon\"", true),
        ("\"tide moon\" tide", false),
        ("title:tide", true),
        ("title:tide tide", false),
        ("ti*", true),
        ("#tide", true),
        ("(tide OR moon) AND sea", false),
    ] {
        assert_eq!(query(typed).words[0].literal, literal, "{typed}");
    }
}

#[test]
fn a_function_word_counts_less_beside_others_only() {
    let weights = |typed: &str| {
        let query = query(typed);
        query.words.iter().map(|word| query.weight(word)).collect::<Vec<_>>()
    };
    assert_eq!(weights("Who knows tides"), [MINOR_WEIGHT, MINOR_WEIGHT, 1.0]);
    assert_eq!(weights("who is who"), [1.0, 1.0]);
    assert_eq!(weights("#the tides"), [1.0, 1.0]);
}

#[test]
fn names_are_whom_they_were_found_to_mean() {
    let tree = leniently("from:ada @both -from:ada in:ops from:nobody (in:ops OR in:\"No Such\")").tree;
    assert_eq!((tree.people(), tree.communities()), (vec!["ada", "both", "nobody"], vec!["ops", "No Such"]));
    for (typed, strict) in [
        ("@both", "involves:2"),
        ("in:ops", "in:ops"),
        ("from:nobody", "nothing"),
        ("tide from:nobody", "nothing"),
        ("-from:nobody", "everything"),
        ("tide -from:nobody", "everything"),
        ("in:nowhere OR kind:page", "page"),
        ("from:nobody,ada", "from:[PersonName(\"ada\")]"),
    ] {
        let query = query(typed);
        assert_eq!(show(&query.strict), strict, "{typed}");
        assert_eq!(query.strict, query.relaxed, "{typed}");
    }
}

#[test]
fn times_are_those_of_the_clock() {
    for (typed, strict) in [
        ("before:2025", "created:..2025-01-01T00:00:00Z"),
        ("before:2025-03-14", "created:..2025-03-14T00:00:00Z"),
        ("after:2025", "created:2026-01-01T00:00:00Z.."),
        ("after:2024-02", "created:2024-03-01T00:00:00Z.."),
        ("after:2025-12-31", "created:2026-01-01T00:00:00Z.."),
        ("after:9999", "nothing"),
        ("during:2024-02", "created:2024-02-01T00:00:00Z..2024-03-01T00:00:00Z"),
        ("during:today", "created:2026-03-01T00:00:00Z..2026-03-02T00:00:00Z"),
        ("before:today", "created:..2026-03-01T00:00:00Z"),
        ("after:yesterday", "created:2026-03-01T00:00:00Z.."),
        ("after:7d", "created:2026-02-23T00:00:00Z.."),
        ("before:1w", "created:..2026-02-22T00:00:00Z"),
        ("active:30d", "updated:2026-01-30T00:00:00Z.."),
        ("active:2h", "updated:2026-02-28T22:00:00Z.."),
    ] {
        assert_eq!(show(&query(typed).strict), strict, "{typed}");
    }
}

#[test]
fn synonyms_stand_for_free_words_only() {
    let group = |terms: &[&str]| SynonymGroup { terms: terms.iter().map(|term| (*term).to_owned()).collect(), one_way: false };
    let synonyms = Synonyms::of(&[group(&["k8s", "kubernetes"]), group(&["single sign on", "sso"])], &languages());
    let also = |typed: &str| {
        let words = query_with(typed, &synonyms).words;
        let terms = |word: Word| word.also.iter().map(|one| one.words.join("_")).collect::<Vec<_>>().join(",");
        words.into_iter().map(terms).collect::<Vec<_>>().join(" ")
    };
    for (typed, expected) in [
        ("k8s", "kubernetes"),
        ("k8s tide", "kubernetes "),
        ("k8s OR tide", "kubernetes "),
        ("+k8s", ""),
        ("k8s AND tide", " "),
        ("\"k8s\"", ""),
        ("\"k8s\" k8s", "kubernetes"),
        ("\"k8s tide\"", " "),
        ("k8*", ""),
        ("title:k8s", ""),
        ("title:k8s k8s", "kubernetes"),
        ("+k8s OR k8s", ""),
        ("#k8s", ""),
        ("sso", "single_sign_on"),
        ("single sign-on page", "sso sso sso "),
        ("single kind:page sign on", "  "),
        ("single +sign on", "  "),
        ("(single OR sign) on", "  "),
    ] {
        assert_eq!(also(typed), expected, "{typed}");
    }
    assert_eq!(show(&query_with("-k8s", &synonyms).strict), "not(word:k8s)");
}

#[test]
fn a_text_is_named_by_words_that_tell() {
    let names = |typed: &str, text: &str| query(typed).names(text, &languages());
    let named = [
        ("who knows gRPC?", "grpc"),
        ("tide", "Tide tables"),
        ("measuring the tides", "Tidal waves and the tide"),
        ("Gezeiten", "gezeit"),
        ("kase", "K\u{e4}se"),
        ("c++", "C++ 20"),
        ("node", "node.js"),
        ("what is it", "IT"),
    ];
    for (typed, text) in named {
        assert!(names(typed, text), "{typed} names {text}");
    }
    let others = [
        ("", "grpc"),
        ("!", "!"),
        ("tide", ""),
        ("tide", "tidewater"),
        ("node.js", "node"),
        ("the internet of things", "the art of war"),
        ("c", "C++"),
        ("-tide", "tide"),
    ];
    for (typed, text) in others {
        assert!(!names(typed, text), "{typed} does not name {text}");
    }
}

#[test]
fn words_that_may_stand_in_different_messages() {
    for (typed, together) in [
        ("tide moon", &[0, 1][..]),
        ("tide moon -sea kind:page", &[0, 1]),
        ("+sea tide moon", &[1, 2]),
        ("who knows tide moon", &[2, 3]),
        ("tide \"spring flood\" moon", &[0, 3]),
        ("tide", &[]),
        ("tide tide", &[]),
        ("tide AND moon", &[]),
        ("tide OR moon sea", &[]),
        ("tide moon (sea ship OR dock)", &[]),
        ("-sea", &[]),
    ] {
        assert_eq!(query(typed).together, together, "{typed}");
        assert!(query(typed).strictly().together.is_empty(), "{typed}");
    }
}
