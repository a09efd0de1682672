//! The directory as a whole.
//!
//! Proved: 1. spellings of a name meet; 2. what is typed so far, and misspelt, is found; 3. every word must meet something; 4. exact
//! comes before prefix before misspelt, the whole name first, ties by key; 5. fields that are not looked at have no part;
//! 6. matches say what was met and how; 7. entries are replaced and removed without a trace; 8. pages follow one another; 9. an
//! entry's score is the same whoever else is there; 10. a search stops when it is told to; 11. a hundred thousand people are searched; 12. entries that are
//! found as another are one hit, the best of them; 13. exact words meet themselves only, in every spelling.

use std::borrow::Cow;
use std::hash::Hash;
use std::time::Instant;

use proptest::prelude::*;

use super::{Ask, Directory, Entry, Field, Fields, Found, Hit, How, Match, exact_words, folded, words};

const NAME_AND_ID: [Field; 2] = [Field::Name, Field::Id];

fn directory(names: &[(&'static str, &str)]) -> Directory<&'static str> {
    let mut directory = Directory::default();
    for (key, name) in names {
        directory.put(*key, &Entry::of([(Field::Name, *name), (Field::Id, *key)]));
    }
    directory
}

fn ask<K: Clone>(words: &[super::Word]) -> Ask<'_, K> {
    Ask { words, fields: Fields::ALL, found_as: &|key| Some(Cow::Borrowed(key)), after: None, limit: 100, is_over: &|| false }
}

fn hits<K: Ord + Hash + Clone>(directory: &Directory<K>, typed: &str) -> Vec<Hit<K>> {
    directory.find(&ask(&words(typed))).unwrap().hits
}

fn found<K: Ord + Hash + Clone>(directory: &Directory<K>, typed: &str) -> Vec<K> {
    hits(directory, typed).into_iter().map(|hit| hit.key).collect()
}

#[test]
fn exact_words_meet_themselves_only() {
    let directory = directory(&[
        ("a", "Ann Müller"),
        ("b", "Anna Müller"),
        ("c", "Ann Muller"),
        ("d", "Ann Mueller-Ott"),
        ("e", "An Müller"),
    ]);
    let found = |typed: &str| {
        let found = directory.find(&ask(&exact_words(typed))).unwrap();
        assert!(found.hits.iter().flat_map(|hit| &hit.matches).all(|met| met.how == How::Exact), "{found:?}");
        found.hits.into_iter().map(|hit| hit.key).collect::<Vec<_>>()
    };
    assert_eq!(found("ann MÜLLER"), ["a", "c", "d"]);
    assert_eq!(found("Ann Mue"), [""; 0]);
    assert_eq!(found("an"), ["e"]);
    assert_eq!(found(""), [""; 0]);
}

#[test]
fn spellings_of_a_name_meet() {
    for (name, spellings) in [
        ("Jürgen Müller", &["jürgen müller", "JUERGEN MUELLER", "jurgen muller", "Ju\u{308}rgen"][..]),
        ("Juergen Mueller", &["Jürgen", "Müller"]),
        ("Søren Ørsted", &["soren", "soeren", "SØREN", "orsted", "oersted"]),
        ("Łukasz Groß", &["lukasz", "gross", "GROSS", "Groß"]),
        ("Åse Aagaard", &["ase", "aase", "Ågaard"]),
        ("Siobhán O'Neill", &["siobhan oneill", "o'neill", "O’Neill", "neill"]),
        ("José Ñandú", &["jose nandu"]),
        ("Ольга Ёлкина", &["ольга", "елкина"]),
        ("東京 太郎", &["東京", "東"]),
    ] {
        let directory = directory(&[("key", name)]);
        for typed in spellings {
            let hit = hits(&directory, typed).pop().unwrap_or_else(|| panic!("{typed} finds {name}"));
            assert!(hit.matches.iter().all(|met| met.how != How::Misspelt), "{typed} is a spelling of {name}: {hit:?}");
        }
    }
}

#[test]
fn what_is_typed_so_far_and_misspelt_is_found() {
    let directory = directory(&[("ada", "Ada Lovelace"), ("bo", "Bo Ström")]);
    for typed in ["a", "ad", "lov", "lovelac", "lovelcae", "lovelaec", "lovelavce", "loveace", "lovelase", "lvoelcae", "Sröm"] {
        assert_eq!(found(&directory, typed).len(), 1, "{typed}");
    }
    for typed in ["x", "lvlce", "adb", "bp", "!!!", ""] {
        assert!(found(&directory, typed).is_empty(), "{typed}");
    }
}

#[test]
fn every_word_must_meet_something_of_the_entry() {
    let mut directory = directory(&[("bo", "Ada Berg")]);
    directory.put("ada", &Entry::of([(Field::Name, "Ada Lovelace"), (Field::Title, "Harbour engineer"), (Field::Unit, "Docks")]));
    assert_eq!(found(&directory, "ada"), ["ada", "bo"]);
    assert_eq!(found(&directory, "engineer ada docks"), ["ada"]);
    assert!(found(&directory, "ada harbour kiel").is_empty());
}

#[test]
fn nearer_comes_first_and_the_whole_name_before_all() {
    let mut directory =
        directory(&[("p1", "Anna Berg"), ("p2", "Annabel"), ("p3", "Anne Berg"), ("p4", "Anna"), ("p0", "Annika Anna")]);
    directory.put("p5", &Entry::of([(Field::Title, "Anna")]));
    assert_eq!(found(&directory, "anna"), ["p4", "p0", "p1", "p2", "p3", "p5"]);
    assert_eq!(found(&directory, "berg anna"), ["p1", "p3"]);
    let scores: Vec<u32> = hits(&directory, "anna").iter().map(|hit| hit.score).collect();
    assert_eq!(scores, [20_000, 10_000, 10_000, 7_140, 5_000, 4_000]);
}

#[test]
fn labels_addresses_and_compounds_are_one_word() {
    let mut directory: Directory<&str> = Directory::default();
    let email = "ada.lovelace@example.org";
    directory.put(
        "ada",
        &Entry::of([(Field::Handle, "@ada-l"), (Field::Email, email), (Field::Skill, "C++"), (Field::Skill, "node.js")]),
    );
    directory.put("club", &Entry::of([(Field::Hashtag, "rules-of-conduct")]));
    for typed in ["@ada-l", "ada-l", "ada.lovelace", email, "ada.lovelace@exam", "lovelace", "c++", "node.js", "node"] {
        assert_eq!(found(&directory, typed), ["ada"], "{typed}");
    }
    for typed in ["example.org", "example", "org", "c#", "c"] {
        assert!(!found(&directory, typed).contains(&"ada") || typed == "c", "{typed}");
    }
    for typed in ["#rules-of-conduct", "rules of conduct", "conduct"] {
        assert_eq!(found(&directory, typed), ["club"], "{typed}");
    }
}

#[test]
fn fields_that_are_not_looked_at_have_no_part() {
    let mut directory = Directory::default();
    let public = [(Field::Name, "Ada Lovelace"), (Field::Id, "ada.l")];
    directory.put("open", &Entry::of(public));
    directory
        .put("rich", &Entry::of(public.into_iter().chain([(Field::Handle, "lovelace"), (Field::Skill, "lovelace sailing")])));
    let typed = words("lovelace");
    let both = directory.find(&Ask { fields: Fields::only(&NAME_AND_ID), ..ask(&typed) }).unwrap().hits;
    assert_eq!((both[0].score, &both[0].matches), (both[1].score, &both[1].matches));
    let typed = words("lovelace sailing");
    assert_eq!(directory.find(&Ask { fields: Fields::only(&NAME_AND_ID), ..ask(&typed) }).unwrap().count, 0);
    assert_eq!(directory.find(&ask(&typed)).unwrap().count, 1);
}

#[test]
fn matches_say_what_was_met_and_how() {
    let mut directory = Directory::default();
    directory.put("ada", &Entry::of([(Field::Name, "Ada Lovelace"), (Field::Skill, "Sailing"), (Field::Location, "Kiel")]));
    let told = hits(&directory, "Lovelcae sail Kiel").remove(0).matches;
    let met = |word: &str, field, met: &str, how| Match { word: word.to_owned(), field, met: met.to_owned(), how };
    let expected = [
        met("lovelcae", Field::Name, "lovelace", How::Misspelt),
        met("sail", Field::Skill, "sailing", How::Prefix),
        met("kiel", Field::Location, "kiel", How::Exact),
    ];
    assert_eq!(told, expected);
}

#[test]
fn entries_are_replaced_and_removed_without_a_trace() {
    let mut directory = directory(&[("ada", "Ada Lovelace"), ("bo", "Bo Lovelace")]);
    directory.put("ada", &Entry::of([(Field::Name, "Ada Byron")]));
    directory.put("ada", &Entry::of([(Field::Name, "Ada Byron")]));
    assert_eq!(found(&directory, "lovelace"), ["bo"]);
    assert_eq!(found(&directory, "ada byron"), ["ada"]);
    directory.remove(&"bo");
    directory.remove(&"bo");
    directory.remove(&"nobody");
    assert!(found(&directory, "lovelace").is_empty());
    directory.put("cy", &Entry::of([(Field::Name, "Cy Lovelace")]));
    assert_eq!(found(&directory, "lovelace"), ["cy"]);
    directory.remove(&"cy");
    directory.remove(&"ada");
    assert!(found(&directory, "a").is_empty());
}

#[test]
fn pages_follow_one_another_whoever_comes_and_goes() {
    let mut directory: Directory<u32> = Directory::default();
    for key in 0..50 {
        directory.put(key, &Entry::of([(Field::Name, if key % 3 == 0 { "Anna" } else { "Annabel" })]));
    }
    let typed = words("anna");
    let whole: Vec<u32> = found(&directory, "anna");
    let (mut paged, mut last): (Vec<u32>, Option<(u32, u32)>) = (Vec::new(), None);
    loop {
        let after = last.as_ref().map(|(score, key)| (*score, key));
        let Found { hits, more, count } = directory.find(&Ask { after, limit: 7, ..ask(&typed) }).unwrap();
        assert_eq!(count, 50 - usize::from(last.is_some()), "counted whatever the page");
        if last.is_none() {
            // Who was shown already goes; nobody else moves.
            directory.remove(&hits[0].key);
        }
        last = hits.last().map(|hit| (hit.score, hit.key));
        paged.extend(hits.iter().map(|hit| hit.key));
        if !more {
            break;
        }
    }
    assert_eq!(paged, whole);
}

#[test]
fn a_search_stops_when_it_is_told_to() {
    let mut directory: Directory<usize> = Directory::default();
    for key in 0..3_000 {
        directory.put(key, &Entry::of([(Field::Name, format!("anna{key:04}").as_str())]));
    }
    for typed in ["anna", "bernhard"] {
        let typed = words(typed);
        assert!(directory.find(&ask(&typed)).is_some());
        assert!(directory.find(&Ask { is_over: &|| true, ..ask(&typed) }).is_none(), "{typed:?}");
    }
}

#[test]
fn texts_compare_whole_without_case_accents_and_blanks() {
    assert_eq!(folded("  Häfen  &\tDocks "), "hafen & docks");
    assert_eq!(folded("STRASSE"), folded("straße"));
    assert_eq!(folded(""), "");
}

/// A name made of syllables: many names, of which many are near one another.
fn made_up(number: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["an", "ber", "cla", "den", "el", "fri", "ger", "han", "is", "jo", "kar", "lin", "mar", "nor", "ol", "per"];
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let syllable = |at: u32| SYLLABLES[usize::try_from((mixed >> (8 + 4 * at)) & 15).unwrap()];
    let first: String = (0..2).map(syllable).collect();
    let last: String = (2..6).map(syllable).collect();
    format!("{first} {last}")
}

#[test]
fn a_hundred_thousand_people_are_searched() {
    let mut directory: Directory<u64> = Directory::default();
    let began = Instant::now();
    for key in 0..100_000 {
        let (name, id) = (made_up(key), format!("p{key}"));
        directory.put(key, &Entry::of([(Field::Name, name.as_str()), (Field::Id, &id), (Field::Unit, "Docks")]));
    }
    println!("filling takes {:?}", began.elapsed());
    let name = made_up(77_777);
    let swapped: String = {
        let mut chars: Vec<char> = name.chars().collect();
        let end = chars.len();
        chars.swap(end - 2, end - 3);
        chars.into_iter().collect()
    };
    for typed in [name.as_str(), &swapped, &name[..2], "docks", &name[..name.len() - 2]] {
        let typed = words(typed);
        let began = Instant::now();
        let found = directory.find(&Ask { limit: 20, ..ask(&typed) }).unwrap();
        println!("{typed:?} finds {} in {:?}", found.count, began.elapsed());
        assert!(!found.hits.is_empty());
    }
    assert_eq!(made_up(hits(&directory, &name)[0].key), name);
    assert!(hits(&directory, &swapped).iter().any(|hit| hit.key == 77_777));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn a_score_is_the_same_whoever_else_is_there(
        names in prop::collection::vec("(ann|anna|berta|clara|bertha)( (ann|berg|lind|linde))?", 1..12),
        typed in "(ann|anna|brta|clar|bertha)( (ber|lidn|linde))?",
        gone in prop::collection::vec(any::<bool>(), 12),
    ) {
        let entry = |name: &String| Entry::of([(Field::Name, name.as_str())]);
        let (mut all, mut some) = (Directory::default(), Directory::default());
        for (key, name) in names.iter().enumerate() {
            all.put(key, &entry(name));
            if !gone[key] {
                some.put(key, &entry(name));
            }
        }
        let visible: Vec<Hit<usize>> = hits(&all, &typed).into_iter().filter(|hit| !gone[hit.key]).collect();
        prop_assert_eq!(&visible, &hits(&some, &typed));
        let words = words(&typed);
        let admitted = all.find(&Ask { found_as: &|key| (!gone[*key]).then_some(Cow::Borrowed(key)), ..ask(&words) }).unwrap();
        prop_assert_eq!(&visible, &admitted.hits);
        for (key, removed) in gone.iter().enumerate().take(names.len()) {
            if *removed {
                all.remove(&key);
            }
        }
        prop_assert_eq!(visible, hits(&all, &typed));
    }
}

#[test]
fn entries_that_are_found_as_another_are_one_hit() {
    let names =
        [("ada", "Ada Lovelace"), ("a1", "Countess Ada"), ("a2", "Ada"), ("bo", "Bo Ada"), ("gone", "Ada Gone"), ("g1", "Ada")];
    let directory = directory(&names);
    let found_as: &dyn for<'k> Fn(&'k &'static str) -> Option<Cow<'k, &'static str>> = &|key| match *key {
        "a1" | "a2" => Some(Cow::Owned("ada")),
        "gone" | "g1" => None,
        _ => Some(Cow::Borrowed(key)),
    };
    let find = |typed: &str, after: Option<(u32, &&'static str)>, limit| {
        directory.find(&Ask { found_as, after, limit, ..ask(&words(typed)) }).unwrap()
    };
    let both = find("ada", None, 1);
    assert_eq!((both.hits[0].key, both.hits[0].score, both.more, both.count), ("ada", 20_000, true, 2), "a2 is called just Ada");
    let rest = find("ada", Some((20_000, &"ada")), 1);
    assert_eq!((rest.hits[0].key, rest.more, rest.count), ("bo", false, 2), "nothing of ada comes again");
    let countess = find("countess", None, 9);
    assert_eq!((countess.hits[0].key, countess.hits[0].matches[0].met.as_str()), ("ada", "countess"));
    assert_eq!(find("a1", None, 9).hits[0].key, "ada");
    assert_eq!(find("countess lovelace", None, 9).count, 0, "every word must meet something of the same entry");
    assert_eq!(find("gone", None, 9).count, 0);
}
