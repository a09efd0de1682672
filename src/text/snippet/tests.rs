//! Proved here: 1. passages and marks keep clusters whole; 2. heavy words are shown before many; 3. forms of one word count once;
//! 4. phrases and synonyms of several words are found in a row; 5. passages begin with sentences where they can; 6. whatever the
//! text, passages are short enough, hold nothing but the text, and take time in proportion to it.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::text::{Token, fold};

/// Words with what they weigh; forms of one word are joined by `|`.
struct Query<'a> {
    words: &'a [(&'a str, f64)],
    /// A row, its slop, and the word in whose place it stands.
    rows: &'a [(&'a str, u32, Option<usize>)],
}

impl Query<'_> {
    fn ask<T>(&self, told: impl FnOnce(&Sought<'_>) -> T) -> T {
        let forms = |words: &str| words.split('|').map(fold).collect::<Vec<_>>();
        let words: Vec<Vec<String>> = self.words.iter().map(|(word, _)| forms(word)).collect();
        let numbers: Vec<&str> = self.rows.iter().flat_map(|(row, ..)| row.split(' ')).collect();
        let number = |word: &str| numbers.iter().position(|other| *other == word);
        let row = |(row, slop, stands_for): &(&str, u32, Option<usize>)| Row {
            words: row.split(' ').filter_map(number).collect(),
            slop: *slop,
            stands_for: *stands_for,
        };
        let rows: Vec<Row> = self.rows.iter().map(row).collect();
        let judge = |token: &Token, _: Language| Verdict {
            word: words.iter().position(|forms| forms.contains(&token.text)),
            in_rows: number(&token.text),
        };
        let weights: Vec<f64> = self.words.iter().map(|(_, weight)| *weight).collect();
        told(&Sought { judge: &judge, weights: &weights, rows: &rows })
    }

    fn shown(&self, text: &str, max_chars: usize) -> (String, Vec<String>) {
        let snippet = self.ask(|sought| snippet(text, Language::ENGLISH, sought, max_chars));
        let marked = snippet.ranges.iter().map(|range| snippet.text[range.clone()].to_owned()).collect();
        (snippet.text, marked)
    }
}

fn words<'a>(words: &'a [(&'a str, f64)]) -> Query<'a> {
    Query { words, rows: &[] }
}

const MOON: &[(&str, f64)] = &[("moon", 1.0), ("月亮", 1.0), ("ירח", 1.0), ("القمر", 1.0), ("चंद्रमा", 1.0)];

/// Clusters of several characters: family, flag, skin tone, keycap, letter with marks, decomposed Hangul, Devanagari and Tamil
/// clusters, a subdivision's flag, a mark behind a control character, an Arabic sign before its digit.
const CLUSTERS: [&str; 11] = [
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "👍🏽",
    "1\u{fe0f}\u{20e3}",
    "o\u{301}\u{323}",
    "\u{1112}\u{1161}\u{11ab}",
    "क्षि",
    "நி",
    "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "\u{200e}\u{301}",
    "\u{600}7",
];

/// What must hold of a passage of any text.
#[track_caller]
fn check(text: &str, found: &Snippet, max_chars: usize) {
    assert!(found.text.chars().count() <= max_chars, "{} in {max_chars}", found.text);
    let blank = |c: char| c.is_whitespace() || c.is_control();
    let line = text.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let whole: Vec<usize> = line.grapheme_indices(true).map(|(at, _)| at).chain([line.len()]).collect();
    let stands_whole = |passage: &str| {
        let is_whole = |at: usize| whole.contains(&at) && whole.contains(&(at + passage.len()));
        passage.is_empty() || line.match_indices(passage).any(|(at, _)| is_whole(at))
    };
    let borders: Vec<usize> = found.text.grapheme_indices(true).map(|(at, _)| at).chain([found.text.len()]).collect();
    let (edge, end) = (ELLIPSIS.len_utf8(), found.text.len());
    // The text may hold a … of its own; one that was put there is a cluster of its own.
    let begins = [0, edge].into_iter().filter(|begin| found.text.starts_with(ELLIPSIS) && borders.contains(begin) || *begin == 0);
    let passages = begins.flat_map(|begin| [(begin, end), (begin, end.saturating_sub(edge))]);
    let mut passages =
        passages.filter(|(begin, to)| begin <= to && (found.text.ends_with(ELLIPSIS) && borders.contains(to) || *to == end));
    assert!(passages.any(|(begin, to)| stands_whole(&found.text[begin..to])), "{:?} cuts a cluster of {line:?}", found.text);
    let mut before = None;
    for range in &found.ranges {
        assert!(range.start < range.end && before.is_none_or(|before| before < range.start), "{found:?}");
        assert!(borders.contains(&range.start) && borders.contains(&range.end), "{found:?} marks a part of a cluster");
        before = Some(range.end);
    }
}

#[test]
fn clusters_are_never_cut() {
    for cluster in CLUSTERS {
        for filler in ["", " ", "a", "海"] {
            let text = format!("{}moon{}", format!("{cluster}{filler}").repeat(60), format!("{filler}{cluster}").repeat(60));
            for max_chars in (0..90).chain(120..132) {
                check(&text, &words(MOON).ask(|sought| snippet(&text, Language::ENGLISH, sought, max_chars)), max_chars);
            }
        }
    }
}

#[test]
fn marks_take_whole_clusters() {
    let marked = |text: &str| words(&[("7", 1.0), ("moon", 1.0)]).shown(text, 100).1;
    assert_eq!(marked("No \u{600}7 moon\u{fe0f}"), ["\u{600}7", "moon\u{fe0f}"]);
    let title = "Moon, 7 🇩🇪 and\u{200d} moon";
    let ranges = words(MOON).ask(|sought| highlights(title, Language::ENGLISH, sought));
    assert_eq!(ranges.iter().map(|range| &title[range.clone()]).collect::<Vec<_>>(), ["Moon", "moon"]);
}

#[test]
fn one_rare_word_is_shown_before_many_frequent_ones() {
    let text = format!("tide chart {0} sextant {0} tide chart tide", "nothing much of all this here. ".repeat(9));
    assert_eq!(words(&[("tide", 1.0), ("chart", 1.2), ("sextant", 6.0)]).shown(&text, 60).1, ["sextant"]);
    assert_eq!(words(&[("tide", 1.0), ("chart", 1.2), ("sextant", 2.0)]).shown(&text, 60).1, ["tide", "chart", "tide"]);
}

#[test]
fn forms_of_one_word_count_once() {
    let text = format!("tide tides tidal {} the moon and a tide", "nothing much of all this here. ".repeat(9));
    assert_eq!(words(&[("tide|tides|tidal", 2.0), ("moon", 1.0)]).shown(&text, 60).1, ["moon", "tide"]);
}

#[test]
fn a_phrase_is_preferred_where_it_stands_in_a_row() {
    let filler = "nothing much of all this here. ".repeat(9);
    let text = format!("tide and spring, spring and tide and moon. {filler} the Spring-Tide of {filler}");
    let words = &[("spring", 1.0), ("tide", 1.0), ("moon", 5.0)][..];
    assert_eq!(Query { words, rows: &[("spring tide", 0, None)] }.shown(&text, 60).1, ["Spring-Tide"]);
    assert_eq!(
        Query { words, rows: &[("tide spring", 0, None)] }.shown(&text, 60).1,
        ["tide", "spring", "spring", "tide", "moon"]
    );
    let found = |row, slop, text| {
        Query { words, rows: &[(row, slop, None)] }
            .ask(|sought| found::matches(text, &Stretches::whole(Language::ENGLISH), sought).len())
    };
    for (row, slop, text, matches) in [
        ("spring tide", 1, "spring and tide", 3),
        ("spring tide", 1, "spring and the tide", 2),
        ("spring tide", 1, "spring spring and tide", 4),
        ("spring tide", 9, "tide and spring", 2),
        ("a a b", 0, "a a a b", 1),
        ("a a b", 0, "a b", 0),
        ("node.js is", 0, "Node.js is", 1),
        ("京都 都市", 0, "京都市", 1),
    ] {
        assert_eq!(found(row, slop, text), matches, "{row} within {slop} of {text}");
    }
}

#[test]
fn a_synonym_of_several_words_stands_for_its_word() {
    let query = Query { words: &[("k8s", 1.0), ("tide", 1.0)], rows: &[("container platform", 0, Some(0))] };
    let text = format!("k8s, k8s and k8s. {} A container platform, tide by tide.", "nothing much of all this. ".repeat(9));
    assert_eq!(query.shown(&text, 60).1, ["container platform", "tide", "tide"]);
}

#[test]
fn a_passage_begins_with_a_sentence_where_one_begins_near() {
    let begins = |text: &str, expected: &str| {
        let (passage, marked) = words(MOON).shown(text, 60);
        assert!(passage.trim_start_matches(ELLIPSIS).starts_with(expected), "{passage:?} of {text:?}");
        assert_eq!(marked.len(), 1, "{passage:?}");
    };
    let (before, behind) = ("Many words stand here, and on it goes. ".repeat(6), " and so on it goes for ever".repeat(6));
    begins(&format!("{before}All of it is the moon{behind}"), "All of it");
    begins(&format!("{before}\"Is it?\" (Yes!) The moon{behind}"), "The moon");
    begins(&format!("{before}See e.g. the moon{behind}"), "See e.g.");
    begins(&format!("{before}\n\nheadline of the moon{behind}"), "headline");
    begins(&format!("{}moon{behind}", "so it goes on and on with no end, ".repeat(9)), "on with no end");
    let behind = "海面隨著時間升起又落下，".repeat(20);
    begins(&format!("{}漁民說。「月亮」{behind}", "海面隨著時間升起又落下，".repeat(20)), "「月亮」");
    begins(&format!("{}漁民說！月亮{behind}", "海面隨著時間升起又落下，".repeat(20)), "月亮");
    begins(&format!("{}هل هذا صحيح؟ إنه القمر {0}", "كلام كثير هنا ".repeat(20)), "إنه");
    begins(&format!("{}זה טוב. הנה ירח {0}", "מילים רבות כאן ".repeat(20)), "הנה");
    begins(&format!("{}वह आया। यह चंद्रमा {0}", "यहाँ बहुत शब्द ".repeat(20)), "यह");
}

#[test]
fn scripts_without_spaces_fill_their_passage() {
    let text = format!("{0}月亮{0}", "海面隨著時間升起 又落下".repeat(30));
    let (passage, marked) = words(MOON).shown(&text, 60);
    assert_eq!(marked, ["月亮"]);
    assert!(passage.chars().count() >= 58, "{passage}");
}

#[test]
fn what_is_too_long_for_a_passage_is_left_out() {
    let marks = "\u{301}".repeat(500);
    assert_eq!(words(MOON).shown(&format!("a{marks}"), 60).0, "…");
    let (passage, marked) = words(MOON).shown(&format!("a{marks} the moon"), 60);
    assert_eq!((passage.as_str(), marked.len()), ("… the moon", 1));
}

#[test]
fn texts_of_one_mebibyte_take_time_in_proportion() {
    let query = Query { words: MOON, rows: &[("moon moon", 2, None), ("moon a moon", 1, None)] };
    for piece in [
        "a",
        "\u{301}",
        "👩\u{200d}",
        "\u{200d}",
        "🇩",
        "\u{600}",
        "क्",
        "海",
        "moon ",
        ". ",
        "。",
        "\u{200e}\u{301}",
        "moon\u{301}",
    ] {
        let text = format!("{0}moon{0}", piece.repeat((1 << 19) / piece.len()));
        let began = Instant::now();
        let found = query.ask(|sought| snippet(&text, Language::ENGLISH, sought, 240));
        assert!(began.elapsed() < Duration::from_secs(20), "{piece:?} took {:?}", began.elapsed());
        assert!(found.text.chars().count() <= 240);
    }
}

/// Texts of clusters, words and blanks.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(&CLUSTERS[..]).prop_map(str::to_owned),
        4 => proptest::sample::select(&["moon", "Moon", "月亮", "ירח", "القمر", "चंद्रमा", ". ", "。", " ", "\n\n", "…"][..])
            .prop_map(str::to_owned),
        1 => "[\\p{M}\\p{Cf}\\p{Cc}\\p{So}]{0,5}",
        1 => any::<String>(),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn passages_of_any_text_are_sound(text in any_text(), max_chars in 0_usize..90) {
        let query = Query { words: MOON, rows: &[("moon moon", 1, None), ("月亮 moon", 0, Some(1))] };
        check(&text, &query.ask(|sought| snippet(&text, Language::ENGLISH, sought, max_chars)), max_chars);
        let whole = Snippet { ranges: query.ask(|sought| highlights(&text, Language::ENGLISH, sought)), text: text.clone() };
        let mut before = None;
        for range in &whole.ranges {
            prop_assert!(range.start < range.end && before.is_none_or(|before| before < range.start));
            prop_assert!(borders::is_border(&text, range.start) && borders::is_border(&text, range.end));
            before = Some(range.end);
        }
    }

    #[test]
    fn borders_are_those_of_clusters(text in any_text()) {
        let borders: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
        for (at, _) in text.char_indices() {
            prop_assert_eq!(is_border(&text, at), borders.contains(&at));
            prop_assert_eq!(border_at_or_before(&text, at), *borders.iter().rev().find(|border| **border <= at).unwrap());
            prop_assert_eq!(border_at_or_after(&text, at), *borders.iter().find(|border| **border >= at).unwrap());
        }
    }
}
