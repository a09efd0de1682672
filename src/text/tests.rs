//! Tokens and snippets, by tables and for any text.
//!
//! Proved here: 1. plain words, identifiers, labels, addresses and scripts without spaces become the tokens they should;
//! 2. parts share the places of their compound; 3. offsets point to what was written; 4. no token is too long and nothing is
//! lost; 5. snippets are short enough, cut between words and mark exactly what was wanted; 6. no text breaks any of this.

use proptest::prelude::*;

use super::tokenize::MAX_TOKEN_BYTES;
use super::*;
use crate::domain::{Language, MarkupFormat};

fn texts(text: &str) -> Vec<String> {
    tokens(text).into_iter().map(|token| token.text).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(texts(text), expected, "{text}");
}

#[test]
fn words_are_folded_and_separated() {
    check("The Käse, well-known/liked (2026)!", &["the", "kase", "well", "known", "liked", "2026"]);
    check("Ends. Here… or—here? 😀 a\u{a0}b", &["ends", "here", "or", "here", "a", "b"]);
    check("camelCase HTTPServer", &["camelcase", "httpserver"]);
    check("हिन्दी العربية", &["हिन्दी", "العربية"]);
    check("- + # @ . .. ___ ' ’", &[]);
}

#[test]
fn languages_of_programs_survive() {
    check("C++ and C#, F#; g++ c", &["c++", "and", "c#", "f#", "g++", "c"]);
    check("C++17 C#8 C++, (C++).", &["c++17", "c++", "17", "c#8", "c#", "8", "c++", "c++"]);
    check(".NET and ASP.NET", &[".net", "net", "and", "asp.net", "asp", "net"]);
    check("Notepad++ a+b x++y html#top _++5", &["notepad++", "notepad", "a", "b", "x", "y", "html", "top", "5"]);
    check(".gitignore ../foo .. .5", &[".gitignore", "gitignore", "foo", "5"]);
}

#[test]
fn identifiers_survive_beside_their_parts() {
    check("node.js", &["node.js", "node", "js"]);
    check("snake_case __init__", &["snake_case", "snake", "case", "__init__", "init"]);
    check("com.example.Foo_bar.", &["com.example.foo_bar", "com", "example", "foo_bar", "foo", "bar"]);
    check("v1.2.3 and 1.5.", &["v1.2.3", "v1", "2", "3", "and", "1.5", "1", "5"]);
    check("react@18.2", &["react@18.2", "react", "18.2", "18", "2"]);
    check("end.Next", &["end.next", "end", "next"]);
}

#[test]
fn addresses_and_labels_survive_beside_their_parts() {
    check("ada@example.org.", &["ada@example.org", "ada", "example.org", "example", "org"]);
    check(
        "a-b+tag@my-site.org,",
        &["a-b+tag@my-site.org", "a-b+tag", "a", "b", "tag", "my-site.org", "my", "site.org", "site", "org"],
    );
    check("#GraphQL, #123 @ada.", &["#graphql", "graphql", "123", "@ada", "ada"]);
    check("#code-of-conduct", &["#code-of-conduct", "code-of-conduct", "code", "of", "conduct"]);
    check("#C++ #c#", &["#c++", "c++", "#c#", "c#"]);
    check("#東京タワー", &["#東京タワー", "東京", "京タ", "タワ", "ワー"]);
    check("https://example.org/#top", &["https", "example.org", "example", "org", "top"]);
}

#[test]
fn apostrophes_are_read_as_they_are_meant() {
    check("Ada's and it’s James'", &["ada", "and", "it", "james"]);
    check("l'eau d’Angelo qu'il dell'arte", &["eau", "angelo", "il", "arte"]);
    check("don't we’re", &["don't", "we're"]);
    check("O'Brien", &["o'brien", "o", "brien"]);
    check("u'abc' f'x' 'quoted'", &["u'abc", "u", "abc", "f'x", "f", "x", "quoted"]);
    check("node.js's a's++17", &["node.js", "node", "js", "a", "17"]);
}

#[test]
fn scripts_without_spaces_become_pairs() {
    check("東京都", &["東京", "京都"]);
    check("Rust言語、字", &["rust", "言語", "字"]);
    check("ﾃﾞｰﾀ", &["デー", "ータ"]);
    check("검색엔진 이", &["검색", "색엔", "엔진", "이"]);
    check("ภาษาไทย", &["ภา", "าษ", "ษา", "าไ", "ไท", "ทย"]);
}

#[test]
fn parts_share_the_places_of_their_compound() {
    let places: Vec<(String, u32)> =
        tokens("see a.b_c now #x-y z").into_iter().map(|token| (token.text, token.position)).collect();
    let expected = [
        ("see", 0),
        ("a.b_c", 1),
        ("a", 1),
        ("b_c", 2),
        ("b", 2),
        ("c", 3),
        ("now", 4),
        ("#x-y", 5),
        ("x-y", 5),
        ("x", 5),
        ("y", 6),
        ("z", 7),
    ];
    assert_eq!(places, expected.map(|(text, place)| (text.to_owned(), place)));
}

#[test]
fn offsets_point_to_what_was_written() {
    let text = "Die STRASSE, C++ für Ada’s Käse";
    let written: Vec<&str> = tokens(text).iter().map(|token| &text[token.start..token.end]).collect();
    assert_eq!(written, ["Die", "STRASSE", "C++", "für", "Ada", "Käse"]);
}

#[test]
fn only_words_of_letters_are_words() {
    for (text, shape) in [
        ("tides", TokenShape::Word),
        ("Käse", TokenShape::Word),
        ("हिन्दी", TokenShape::Word),
        ("v1", TokenShape::Symbol),
        ("2026", TokenShape::Symbol),
        ("c++", TokenShape::Symbol),
        ("don't", TokenShape::Symbol),
        ("東京", TokenShape::Symbol),
    ] {
        assert_eq!(tokens(text)[0].shape, shape, "{text}");
    }
}

#[test]
fn what_is_too_long_for_one_token_becomes_several() {
    let long = "x".repeat(600);
    assert_eq!(texts(&long).iter().map(String::len).collect::<Vec<_>>(), [255, 255, 90]);
    assert_eq!(texts(&"é".repeat(300)).concat(), "e".repeat(300));
    let compound = "abc.".repeat(100);
    assert_eq!(texts(&compound).len(), 100);
    assert_eq!(texts(&format!("{}@{}", "a".repeat(300), "b".repeat(300))).concat().len(), 600);
}

const WANTED: [&str; 5] = ["moon", "tides", "node.js", "東京", "京都"];

fn is_wanted(token: &Token) -> bool {
    WANTED.contains(&token.text.as_str())
}

/// The passage in which the wanted words are found, all of one weight.
fn passage(text: &str, max_chars: usize) -> Snippet {
    let judge = |token: &Token, _: Language| Verdict { word: WANTED.iter().position(|word| *word == token.text), in_rows: None };
    snippet(text, Language::ENGLISH, &Sought { judge: &judge, weights: &[1.0; WANTED.len()], rows: &[] }, max_chars)
}

fn shown(text: &str, max_chars: usize) -> (String, Vec<String>) {
    let snippet = passage(text, max_chars);
    let marked = snippet.ranges.iter().map(|range| snippet.text[range.clone()].to_owned()).collect();
    (snippet.text, marked)
}

#[test]
fn a_snippet_shows_where_most_was_found() {
    let text =
        format!("{} tides {} the Moon pulls\n\nthe tides here. {}", "far ".repeat(50), "away ".repeat(50), "on ".repeat(50));
    let (passage, marked) = shown(&text, 60);
    assert_eq!(marked, ["Moon", "tides"]);
    assert!(passage.starts_with('…') && passage.ends_with('…') && passage.contains("Moon pulls the tides here."), "{passage}");
    assert!(passage.chars().count() <= 60);
}

#[test]
fn a_short_text_is_shown_whole() {
    assert_eq!(shown(" The\n moon ", 100), ("The moon".to_owned(), vec!["moon".to_owned()]));
    assert_eq!(shown("", 100), (String::new(), vec![]));
    assert_eq!(shown("moon", 0), (String::new(), vec![]));
}

#[test]
fn a_text_without_anything_wanted_shows_its_beginning() {
    let (passage, marked) = shown(&"some words ".repeat(20), 27);
    assert_eq!((passage.as_str(), marked.len()), ("some words some words…", 0));
}

#[test]
fn marks_of_compounds_and_pairs_are_merged() {
    assert_eq!(shown("use node.js in 東京都.", 100).1, ["node.js", "東京都"]);
}

#[test]
fn a_find_at_the_end_fills_the_passage_backwards() {
    let (passage, marked) = shown(&format!("{}the moon", "many words ".repeat(30)), 40);
    assert!(passage.starts_with('…') && passage.ends_with("words the moon"), "{passage}");
    assert!(passage.chars().count() > 30);
    assert_eq!(marked, ["moon"]);
}

#[test]
fn long_texts_cost_no_more_than_their_length() {
    let text = "moon tides word 東京都 #a-b.c a.b.c ' @ ".repeat(3_000);
    assert!(passage(&text, 200).text.chars().count() <= 200);
    for one in ["@", "#", "#a", "a@", "a.", "'", "a'", "+", "a-", ".a", "_", "a_", "東", "a\u{301}", "://", "#://"] {
        let text = one.repeat(20_000);
        let _ = (tokens(&text).len(), hashtags(&text).len(), mentions(&text).len());
        let everything = |_: &Token, _: Language| Verdict { word: Some(0), in_rows: None };
        let _ = snippet(&text, Language::ENGLISH, &Sought { judge: &everything, weights: &[1.0], rows: &[] }, 100);
    }
}

/// Texts that are likely to meet the rules of this room.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => "[a-zA-Z0-9_.@#+'’\\- ]{0,12}",
        2 => "\\PC{0,6}",
        1 => "[\\p{Han}\\p{Hiragana}\\p{Thai}\\p{Hangul}]{0,6}",
        1 => "[a-zé]\\p{M}{0,3}",
        1 => Just("moon tides\n".to_owned()),
        1 => Just("x".repeat(300)),
        1 => Just("https://example.org/a#b".to_owned()),
    ];
    prop_oneof![any::<String>(), proptest::collection::vec(pieces, 0..20).prop_map(|pieces| pieces.concat())]
}

proptest! {
    #[test]
    fn tokens_of_any_text_are_sound(text in any_text()) {
        let found = tokens(&text);
        for token in &found {
            prop_assert!(token.start < token.end && text.get(token.start..token.end).is_some());
            prop_assert!(!token.text.is_empty() && token.text.len() <= MAX_TOKEN_BYTES);
            prop_assert!(!token.text.contains(char::is_whitespace));
            prop_assert_eq!(fold::fold(&token.text), token.text.clone());
            prop_assert_eq!(token.shape == TokenShape::Word, tokenize::is_word(&token.text) && !token.text.starts_with(cjk::is_unspaced));
        }
        for pair in found.windows(2) {
            prop_assert!(pair[0].start <= pair[1].start);
            prop_assert!(pair[0].position <= pair[1].position && pair[1].position <= pair[0].position + 1 || pair[1].position == pair[0].position);
        }
    }

    #[test]
    fn no_letter_or_digit_is_lost(text in "[a-z0-9.@#+ é東_-]{0,60}") {
        let found = tokens(&text);
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
            prop_assert!(found.iter().any(|token| token.start <= at && at < token.end), "{c} at {at}");
        }
    }

    #[test]
    fn snippets_of_any_text_are_sound(text in any_text(), max_chars in 0_usize..80) {
        let snippet = passage(&text, max_chars);
        prop_assert!(snippet.text.chars().count() <= max_chars);
        let mut before = 0;
        for range in &snippet.ranges {
            prop_assert!(range.start < range.end && before <= range.start);
            let marked = snippet.text.get(range.clone());
            prop_assert!(marked.is_some_and(|marked| !marked.contains('…')));
            before = range.end;
        }
        if max_chars > 40 && tokens(&text).iter().any(is_wanted) {
            prop_assert!(!snippet.ranges.is_empty());
        }
    }

    #[test]
    fn plain_text_of_any_body_is_plain(body in any_text(), markup in "[<>/a-c!\\-&;#*_`\\[\\]()|=\"' \n]{0,60}") {
        for body in [body, markup] {
            for format in [MarkupFormat::Plain, MarkupFormat::Markdown, MarkupFormat::Html] {
                let plain = plain_text(&body, format);
                prop_assert!(!plain.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
                let _ = (hashtags(&plain), mentions(&plain), detect_language(&plain, Language::ENGLISH));
            }
        }
    }
}
