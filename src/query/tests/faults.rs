//! What is wrong with a text: noted in one mode, an error in the other.
//!
//! 1. every fault has its place and sentence, alike in both modes, and what is read all the same; 2. several at once, in order;
//!    3. only so many notes; 4. limits, exactly at their edge, in both modes; 5. 10,000 brackets are refused at once.
use super::*;
use crate::query::{Note, Problem};

/// The text that a fault is about, and its sentence.
type Said = (&'static str, &'static str);

/// A text with what is left of it, and each fault.
fn check_faults(typed: &str, left: &str, faults: &[(&str, &str)]) {
    let chars: Vec<char> = typed.chars().collect();
    let told = |note: &Note| (chars[note.range.clone()].iter().collect::<String>(), note.to_string());
    let lenient = leniently(typed);
    let notes: Vec<(String, String)> = lenient.notes.iter().map(told).collect();
    let expected: Vec<(String, String)> = faults.iter().map(|(at, said)| ((*at).to_owned(), (*said).to_owned())).collect();
    assert_eq!(notes, expected, "{typed:?}");
    assert_eq!(lenient.tree.to_string(), left, "{typed:?}");
    let errors = strictly(typed).expect_err(typed);
    assert_eq!(errors, lenient.notes.into_iter().map(QueryError::Syntax).collect::<Vec<_>>(), "{typed:?}");
}

const STAR: &str = "a star may only end a word, behind two characters or more";
const AND: &str = "AND joins what stands on both sides of it, and something is missing";
const OR: &str = "OR joins what stands on both sides of it, and something is missing";
const NOT: &str = "NOT bears on what stands behind it, and nothing does";
const UNCLOSED: &str = "the bracket is not closed";
const SURPLUS: &str = "the bracket was not opened";
const QUOTE: &str = "the quote is not closed";
const SLOP: &str = "the distance of a phrase is 0 to 20";
const KIND: &str = "kind: takes post, article, page, topic or reply";

#[test]
fn each_fault_has_its_place_and_its_sentence() {
    let table: &[(&str, &str, &[Said])] = &[
        ("\"tide moon", "tide moon", &[("\"tide moon", QUOTE)]),
        ("a \u{201c}b c\u{201d} \"", "a \"b c\"", &[("\"", QUOTE)]),
        ("5\" pipe", "5 pipe", &[("\" pipe", QUOTE)]),
        ("(tide", "tide", &[("(", UNCLOSED)]),
        ("tide) moon", "tide moon", &[(")", SURPLUS)]),
        (":)", "", &[(")", SURPLUS)]),
        ("(a OR (b)", "a OR b", &[("(", UNCLOSED)]),
        ("a)) (b", "a b", &[(")", SURPLUS), (")", SURPLUS), ("(", UNCLOSED)]),
        ("OR", "", &[("OR", OR)]),
        ("tide OR", "tide", &[("OR", OR)]),
        ("OR tide", "tide", &[("OR", OR)]),
        ("a OR OR b", "a OR b", &[("OR", OR)]),
        ("(a OR) b", "a b", &[("OR", OR)]),
        ("AND tide", "tide", &[("AND", AND)]),
        ("tide AND", "tide", &[("AND", AND)]),
        ("a AND AND b", "+a +b", &[("AND", AND)]),
        ("a OR AND b", "a OR b", &[("AND", AND)]),
        ("a AND OR b", "a OR b", &[("AND", AND)]),
        ("NOT", "", &[("NOT", NOT)]),
        ("tide NOT", "tide", &[("NOT", NOT)]),
        ("(NOT) tide", "tide", &[("NOT", NOT)]),
        ("NOT OR a", "a", &[("NOT", NOT)]),
        ("a -(", "a", &[("-", "- bears on what stands behind it, and nothing does"), ("(", UNCLOSED)]),
        ("*a", "a", &[("*a", STAR)]),
        ("a*", "a", &[("a*", STAR)]),
        ("a*b", "a b", &[("a*b", STAR)]),
        ("tid** x", "tid x", &[("tid**", STAR)]),
        ("**bold**", "bold", &[("**bold**", STAR)]),
        ("a * b", "a b", &[("*", STAR)]),
        ("#tid*", "#tid", &[("#tid*", STAR)]),
        ("\u{6771}*", "\u{6771}", &[("\u{6771}*", STAR)]),
        ("title:t*", "title:t", &[("t*", STAR)]),
        ("\"a b\"~21", "\"a b\"", &[("~21", SLOP)]),
        ("\"a b\"~99999999999999", "\"a b\"", &[("~99999999999999", SLOP)]),
        ("kind:foo tide", "tide", &[("foo", KIND)]),
        ("kind:post,foo", "kind:post", &[("foo", KIND)]),
        ("kind:\"\"", "", &[("\"\"", KIND)]),
        ("-kind:foo tide", "tide", &[("foo", KIND)]),
        ("kind: page", "kind page", &[("kind:", "kind: needs a value right behind its colon")]),
        ("from:(ada)", "from ada", &[("from:", "from: needs a value right behind its colon")]),
        ("from:@", "", &[("@", "from: takes an ID, a handle, an e-mail address, a display name, or me")]),
        ("from:\":", "", &[("\":", QUOTE), ("\":", "from: takes an ID, a handle, an e-mail address, a display name, or me")]),
        ("from:\"Ada Love", "from:Ada love", &[("\"Ada Love", QUOTE)]),
        ("lang:german", "", &[("german", "lang: takes a language tag that begins with two letters, such as en or de-AT")]),
        ("tag:!", "", &[("!", "tag: takes a topic label")]),
        ("title:!", "", &[("!", "title: takes a word, a beginning such as tid*, or a phrase in quotes")]),
        ("url:///", "", &[("///", "url: takes an address or a part of one")]),
        ("active:today", "", &[("today", "active: takes a length of time such as 12h, 7d, 2w, 3m or 1y")]),
        ("is:open", "", &[("open", "is: takes solved, unsolved, unanswered, accepted, verified or deprecated")]),
        ("has:tags", "", &[("tags", "has: takes accepted")]),
        ("form:ada", "form ada", &[("form:ada", "form: is no operator; did you mean from:?")]),
        ("befor:2024 x", "befor 2024 x", &[("befor:2024", "befor: is no operator; did you mean before:?")]),
        ("\u{1f600} (\u{e9}", "e", &[("(", UNCLOSED)]),
    ];
    for (typed, left, faults) in table {
        check_faults(typed, left, faults);
    }
    for typed in ["before:tomorrow", "after:2025-02-30", "during:14.3.2025", "before:7x"] {
        let lenient = leniently(typed);
        assert!(matches!(lenient.notes[0].problem, Problem::BadValue { .. }), "{typed}");
        assert!(lenient.unsearchable && lenient.tree.0.is_none());
    }
}

#[test]
fn errors_say_which_characters_they_are_about() {
    let errors = strictly("\u{e4} kind:foo OR").unwrap_err();
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(told, [format!("characters 8 to 10: {KIND}"), format!("characters 12 to 13: {OR}")]);
    assert_eq!(strictly("a )").unwrap_err()[0].to_string(), format!("character 3: {SURPLUS}"));
    assert_eq!(
        strictly("foo:bar").unwrap_err()[0].to_string(),
        "characters 1 to 7: foo: is no operator; text with a colon stands in quotes"
    );
}

#[test]
fn only_so_many_notes_are_kept() {
    let typed = ") ".repeat(100) + "tide";
    let lenient = leniently(&typed);
    assert_eq!((lenient.notes.len(), lenient.tree.to_string().as_str()), (32, "tide"));
    assert_eq!(strictly(&typed).unwrap_err().len(), 100);
}

#[test]
fn limits_are_errors_at_their_edge_in_both_modes() {
    let small = QueryLimits { bytes: 40, words: 3, clauses: 4, depth: 2 };
    let within = [
        "a b c",
        "a a a a b c",
        "\"a b\" c",
        "from:\"A B\" c",
        "kind:post,page,topic,reply",
        "url:a/b/c",
        "#a kind:post title:\"b c\"",
        "((a)) ((b))",
        "() () ()",
    ];
    let words = |actual| QueryError::TooManyWords { limit: 3, actual };
    let clauses = |actual| QueryError::TooManyClauses { limit: 4, actual };
    let deep = |actual| QueryError::TooDeep { limit: 2, actual };
    let beyond: &[(&str, &[QueryError])] = &[
        ("a b c d", &[words(4)]),
        ("\"a b\" \"c d\"", &[words(4)]),
        ("\"a a a a\"", &[words(4)]),
        ("from:\"A B\" c d", &[words(4)]),
        ("title:\"a b\" -(c d)", &[words(4)]),
        ("url:a/b/c/d", &[words(4)]),
        ("@a @b @c #d", &[words(4)]),
        ("kind:post,page,topic,reply,article", &[clauses(5)]),
        ("a b c d e", &[words(5), clauses(5)]),
        ("(((a)))", &[deep(3)]),
        ("(((", &[deep(3)]),
        ("a OR (b OR (c OR (d)))", &[deep(3)]),
        ("01234567890123456789012345678901234567890", &[QueryError::TooLong { limit: 40, actual: 41 }]),
    ];
    for mode in [Mode::Lenient, Mode::Strict] {
        for typed in within {
            assert!(parse(typed, mode, &small).is_ok(), "{typed}");
        }
        for (typed, errors) in beyond {
            assert_eq!(parse(typed, mode, &small).unwrap_err(), *errors, "{typed}");
        }
    }
    assert_eq!(small.check_plain("a b c b a"), Ok(()));
    assert_eq!(small.check_plain("a b c d"), Err(words(4)));
    assert_eq!(small.check_plain(&" ".repeat(41)), Err(QueryError::TooLong { limit: 40, actual: 41 }));
}

#[test]
fn thousands_of_words_or_brackets_are_no_trouble() {
    let brackets =
        ["(".repeat(10_000), format!("{}core{}", "(".repeat(10_000), ")".repeat(10_000)), format!("{}core", "-(".repeat(10_000))];
    for typed in brackets {
        for mode in [Mode::Lenient, Mode::Strict] {
            assert_eq!(parse(&typed, mode, &LIMITS).unwrap_err(), [QueryError::TooDeep { limit: 32, actual: 10_000 }]);
        }
    }
    assert_eq!(leniently(&")".repeat(10_000)).notes.len(), 32);
    assert_eq!(leniently(&"() ".repeat(10_000)).tree.to_string(), "");
    assert_eq!(leniently(&"NOT ".repeat(10_000)).tree.to_string(), "");
    assert_eq!(leniently(&format!("{}a", "NOT ".repeat(10_001))).tree.to_string(), "-a");
    assert_eq!(leniently(&"OR ".repeat(10_000)).tree.to_string(), "");
    let words = (0..10_000).map(|nth| format!("t{nth} ")).collect::<Vec<_>>().concat();
    assert_eq!(leniently(&words).tree.to_string(), words.trim_end());
    assert_eq!(leniently(&"a.".repeat(10_000)).tree.to_string(), "a");
    assert_eq!(leniently(&"\"a".repeat(10_001)).tree.to_string(), "\"a\" a");
}
