//! The queries: generators of what passes a limit or costs much, and texts.

use super::texts::{broken, injections};

/// A limit of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Bytes,
    Words,
    Clauses,
    Depth,
}

impl Limit {
    /// How a refusal names it.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Bytes => "at most 1024",
            Self::Words => "words, at most 32",
            Self::Clauses => "clauses, at most 64",
            Self::Depth => "deep, at most 8",
        }
    }
}

/// A query and the limit that it passes; nothing where it passes none.
pub(super) struct Case {
    pub(super) query: String,
    pub(super) passes: Option<Limit>,
}

/// All of them.
pub(super) fn cases() -> Vec<Case> {
    let beyond = too_long().into_iter().map(|query| (query, Limit::Bytes));
    let beyond = beyond.chain(too_many_words().into_iter().map(|query| (query, Limit::Words)));
    let beyond = beyond.chain(too_many_clauses().into_iter().map(|query| (query, Limit::Clauses)));
    let beyond = beyond.chain([9, 40, 500].map(|depth| (nested("(", "tide", ")", depth), Limit::Depth)));
    let beyond = beyond.chain([("(".repeat(9), Limit::Depth), (nested("-(", "tide", ")", 9), Limit::Depth)]);
    let beyond = beyond.map(|(query, limit)| Case { query, passes: Some(limit) });
    let within = [injections(), costly(), broken(), marks(), times(), controls()].concat();
    beyond.chain(within.into_iter().map(|query| Case { query, passes: None })).collect()
}

fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
    format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
}

/// Made of numbered pieces.
fn each(count: usize, separator: &str, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().join(separator)
}

/// Two letters of the alphabet, another pair for each number.
fn pair(at: usize) -> String {
    let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap());
    [letter(at / 26), letter(at)].iter().collect()
}

fn too_long() -> Vec<String> {
    let million = 1 << 20;
    let pieces = [
        "(",
        ")",
        "a",
        " ",
        "\"",
        "-",
        "+",
        "*",
        "~",
        ":",
        "#",
        "@",
        ",",
        ".",
        "\u{0}",
        "\u{301}",
        "\u{202e}",
        "\u{1f600}",
        ".*a",
        "a OR ",
        "NOT ",
        "a* ",
        "kind:post,",
        "-(",
        "(a OR ",
        "\u{6771}\u{4eac}",
    ];
    let mut all: Vec<String> = pieces.iter().map(|piece| piece.repeat(million / piece.len())).collect();
    all.extend([
        nested("(", "tide", ")", 10_000),
        "(.*a){2000}".repeat(200),
        each(5_000, " ", |at| format!("w{at}")),
        each(5_000, " OR ", |at| format!("kind:post w{at}")),
        "a".repeat(1_025),
    ]);
    all
}

fn too_many_words() -> Vec<String> {
    vec![
        each(64, " ", |at| format!("{}*", pair(at))),
        each(33, " ", |at| format!("w{at}")),
        each(33, " OR ", |at| format!("w{at}")),
        each(33, " -", |at| format!("w{at}")),
        each(64, " ", |at| format!("w{at}~2")),
        format!("\"{}\"", each(33, " ", |at| format!("w{at}"))),
        format!("\"{}\"~20", each(100, " ", pair)),
        format!("title:\"{}\"", each(33, " ", |at| format!("w{at}"))),
        format!("from:\"{}\"", each(33, " ", |at| format!("w{at}"))),
        format!("in:\"{}\"", each(33, " ", |at| format!("w{at}"))),
        format!("@\"{}\"", each(33, " ", |at| format!("w{at}"))),
        format!("url:{}", each(40, "/", pair)),
        format!("tag:{}", each(40, ",", pair)),
        each(40, " ", |at| format!("#{}", pair(at))),
        each(40, " ", |at| format!("@{}", pair(at))),
        each(40, "-", pair),
        each(5, " ", |at| format!("\"{}\"", each(8, " ", |inner| format!("w{at}x{inner}")))),
        (0..40).filter_map(|at| char::from_u32(0x4e00 + at)).collect(),
    ]
}

fn too_many_clauses() -> Vec<String> {
    vec![
        format!("lang:{}", each(70, ",", pair)),
        each(70, " ", |at| format!("-lang:{}", pair(at))),
        each(70, " OR ", |at| format!("lang:{}", pair(at))),
        each(70, " ", |at| format!("before:{}", 1900 + at)),
        format!("during:{}", each(70, ",", |at| (1900 + at).to_string())),
        each(70, " OR ", |at| format!("active:{at}d")),
    ]
}

/// As much work as the limits allow.
fn costly() -> Vec<String> {
    let words = |count: usize| each(count, " ", |at| ["the", "tide", "and", "moon", "a", "b"][at % 6].to_owned());
    let pairs = |count: usize, separator: &str, sign: &str| each(count, separator, |at| format!("{sign}{}*", pair(at * 21)));
    vec![
        pairs(32, " ", ""),
        pairs(32, " OR ", ""),
        pairs(32, " AND ", ""),
        pairs(32, " ", "-"),
        pairs(32, " OR ", "-"),
        pairs(32, " ", "+"),
        format!("title:{}", pairs(32, ",", "")),
        format!("-title:{}", pairs(32, ",", "")),
        format!("-({})", pairs(32, " ", "")),
        format!("-({})", pairs(32, " OR ", "")),
        format!("\"{}\"~20", words(32)),
        format!("\"{}\"", words(32)),
        format!("-\"{}\"~20", words(32)),
        "\"a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a\"~20".to_owned(),
        "\"a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b\"~20".to_owned(),
        each(16, " ", |at| format!("\"the tide\"~{at}")),
        each(16, " OR ", |at| format!("\"a b\"~{at}")),
        each(16, " ", |at| format!("-\"a b\"~{at}")),
        format!("title:\"{}\"~20", words(32)),
        "-tide -moon -the -and -a -b -node.js -#tides".to_owned(),
        "-kind:post,article,page,topic,reply".to_owned(),
        "kind:post,article,page,topic,reply".to_owned(),
        "is:solved,unsolved,unanswered,accepted,verified,deprecated".to_owned(),
        "-is:solved,unsolved,unanswered,accepted,verified,deprecated".to_owned(),
        "is:solved is:unsolved -is:unanswered".to_owned(),
        nested("-(", "tide", ")", 8),
        nested("(", "tide", ")", 8),
        nested("(tide OR -(", "moon", "))", 4),
        nested("(a OR b) (", "moon", ")", 8),
        nested("-(a -(b ", "moon", "))", 4),
        format!("@{}", each(20, " @", |at| format!("author{at}"))),
        format!("from:{}", each(32, ",", |at| format!("author{at}"))),
        format!("-from:{}", each(32, ",", |at| format!("author{at}"))),
        format!("from:{}", each(32, ",", |at| format!("nobody{at}"))),
        format!("in:{}", each(32, ",", |at| format!("nowhere{at}"))),
        format!("lang:{}", each(64, ",", pair)),
        each(32, " ", |at| format!("#{}", pair(at))),
        format!("url:{}", each(32, "/", pair)),
        (0..32).filter_map(|at| char::from_u32(0x4e00 + at)).collect(),
        each(32, " ", pair),
        each(16, " OR ", |at| format!("(the {})", pair(at))),
        "the and a of to in is".to_owned(),
        "tide ".repeat(200),
        "(tide OR moon) ".repeat(60),
    ]
}

/// Characters that are seen badly or not at all.
fn marks() -> Vec<String> {
    let marks = [
        '\u{ad}',
        '\u{300}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{180e}',
        '\u{200b}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{2028}',
        '\u{2029}',
        '\u{202a}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{3164}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{fff9}',
        '\u{fffc}',
        '\u{fffd}',
        '\u{ffff}',
        '\u{1d165}',
        '\u{e0001}',
        '\u{e0041}',
        '\u{10ffff}',
    ];
    let mut all: Vec<String> =
        marks.map(|mark| format!("ti{mark}de {mark}moon{mark} \"a{mark} b\" -{mark}a title:{mark}")).to_vec();
    all.extend(marks.map(|mark| mark.to_string()));
    all.push(format!("a{}", "\u{301}".repeat(500)));
    all.push(format!("kind{}:post", "\u{334}".repeat(300)));
    all.push("t\u{334}\u{302}\u{33d}i\u{335}d\u{336}e".repeat(60));
    all.push("\u{202e}edit NOT noom".to_owned());
    all.push("\u{ff54}\u{ff49}\u{ff44}\u{ff45} \u{1d4fd}\u{1d4f2}\u{1d4ed}\u{1d4ee} \u{2160}\u{216f}".to_owned());
    all.push("\u{130}\u{131}\u{1e9e}\u{fb03}\u{3c2}\u{345}".to_owned());
    all
}

/// Days that are far, or never were.
fn times() -> Vec<String> {
    let days = [
        "0",
        "0000",
        "0001",
        "9999",
        "10000",
        "-1",
        "2025-00",
        "2025-13",
        "2025-02-29",
        "2025-02-30",
        "9999-12-31",
        "0001-01-01",
        "9999-12",
        "2025-1-1",
        "2025-01-01T00:00:00Z",
        "now",
        "tomorrow",
        "0h",
        "9999h",
        "9999d",
        "9999y",
        "99999y",
        "1s",
        "-7d",
        "7",
        "d",
        "\u{661}d",
        "253402300800",
        "1e9",
    ];
    let operators = ["before", "after", "during", "active"];
    days.iter().map(|day| each(4, " OR ", |at| format!("{}:{day}", operators[at]))).collect()
}

/// Each control character inside, before and behind words.
fn controls() -> Vec<String> {
    let controls = (0..0x20_u32).chain(0x7f..0xa0).filter_map(char::from_u32);
    controls.map(|c| format!("tide{c}moon {c}sea \"spring{c}tide\" kind:{c}post -{c}")).collect()
}
