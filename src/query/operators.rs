//! The operators, each `name:value`: one table by which they are read, told to clients and printed.

use std::ops::Range;

use super::lex::{Quoted, Value};
use super::limits::Problem;
use super::terms;
use super::tree::{Ago, Node, State, Test, When};
use crate::domain::{Hashtag, Kind, Language};

/// An operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Its name, before the colon.
    pub name: &'static str,
    /// Other names of it.
    pub aliases: &'static [&'static str],
    /// What it does, as a sentence.
    pub meaning: &'static str,
    /// What it takes, as it ends the sentence "it takes".
    pub takes: &'static str,
    /// Its values, where these are all there are; empty where others may be given.
    pub values: &'static [OperatorValue],
    /// Whether several values, any of which will do, may be given with commas between them.
    pub lists: bool,
    /// Queries that show it.
    pub examples: &'static [&'static str],
    reads: Reads,
}

/// A value of an operator that has no others than those listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperatorValue {
    /// The value.
    pub value: &'static str,
    /// Other ways to write it.
    pub aliases: &'static [&'static str],
    /// What it stands for.
    pub meaning: &'static str,
}

/// What the values of an operator stand for, as far as somebody can be helped to type them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// People.
    People,
    /// Communities.
    Communities,
    /// Topic labels.
    Labels,
    /// Text of headlines.
    Headlines,
    /// Those that are listed, and no others.
    Listed,
    /// Something else.
    Other,
}

/// How the values of an operator are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    Kind,
    From,
    In,
    Tag,
    Language,
    Title,
    Url,
    Before,
    After,
    During,
    Active,
    Is,
}

/// Every operator, in the order in which they are told.
pub const OPERATORS: [Operator; 13] = [
    Operator {
        name: "kind",
        aliases: &[],
        meaning: "Documents of a kind.",
        takes: "post, article, page, topic or reply",
        values: &[
            OperatorValue { value: "post", aliases: &[], meaning: "A short message to the stream." },
            OperatorValue { value: "article", aliases: &["blog"], meaning: "A blog article." },
            OperatorValue { value: "page", aliases: &["wiki"], meaning: "A wiki page." },
            OperatorValue {
                value: "topic",
                aliases: &["question", "discussion"],
                meaning: "What opens a discussion or asks a question.",
            },
            OperatorValue { value: "reply", aliases: &["answer"], meaning: "An answer or comment." },
        ],
        lists: true,
        examples: &["kind:page storm surge", "deadlines kind:topic,reply"],
        reads: Reads::Kind,
    },
    Operator {
        name: "from",
        aliases: &[],
        meaning: "Documents that a person wrote, as author, contributor, answerer or asker; of namesakes, any of them.",
        takes: "an ID, a handle, an e-mail address, a display name, or me",
        values: &[],
        lists: true,
        examples: &["from:tomasz deadlines", "from:me", "from:mei,henrik tides"],
        reads: Reads::From,
    },
    Operator {
        name: "in",
        aliases: &[],
        meaning: "Documents that a community holds.",
        takes: "an ID or a display name of a community",
        values: &[],
        lists: true,
        examples: &["in:incident-room probes"],
        reads: Reads::In,
    },
    Operator {
        name: "tag",
        aliases: &[],
        meaning: "Documents with a topic label; #label says the same.",
        takes: "a topic label",
        values: &[],
        lists: true,
        examples: &["tag:tides", "#grpc deadlines", "tag:tides,surge -tag:draft"],
        reads: Reads::Tag,
    },
    Operator {
        name: "lang",
        aliases: &[],
        meaning: "Documents in a language.",
        takes: "a language tag that begins with two letters, such as en or de-AT",
        values: &[],
        lists: true,
        examples: &["lang:de Datenschutz"],
        reads: Reads::Language,
    },
    Operator {
        name: "title",
        aliases: &[],
        meaning: "Documents with a word, the beginning of a word or a phrase in their headline.",
        takes: "a word, a beginning such as tid*, or a phrase in quotes",
        values: &[],
        lists: true,
        examples: &["title:harmonic", "title:\"harmonic analysis\"", "title:calibrat*"],
        reads: Reads::Title,
    },
    Operator {
        name: "url",
        aliases: &[],
        meaning: "Documents in whose address all parts of this one stand.",
        takes: "an address or a part of one",
        values: &[],
        lists: false,
        examples: &["url:wiki.marram.example/tides"],
        reads: Reads::Url,
    },
    Operator {
        name: "before",
        aliases: &[],
        meaning: "Documents first written before a day, month or year began, in UTC.",
        takes: DATES,
        values: &[],
        lists: true,
        examples: &["before:2025", "surge before:2025-03-14"],
        reads: Reads::Before,
    },
    Operator {
        name: "after",
        aliases: &[],
        meaning: "Documents first written after a day, month or year ended, in UTC.",
        takes: DATES,
        values: &[],
        lists: true,
        examples: &["after:2024-12", "after:7d kubernetes"],
        reads: Reads::After,
    },
    Operator {
        name: "during",
        aliases: &[],
        meaning: "Documents first written within a day, month or year, in UTC.",
        takes: DATES,
        values: &[],
        lists: true,
        examples: &["during:2025-03", "during:yesterday kind:post"],
        reads: Reads::During,
    },
    Operator {
        name: "active",
        aliases: &[],
        meaning: "Documents changed within so long, from the beginning of that day or, for hours, of that hour in UTC.",
        takes: "a length of time such as 12h, 7d, 2w, 3m or 1y",
        values: &[],
        lists: true,
        examples: &["active:30d probes"],
        reads: Reads::Active,
    },
    Operator {
        name: "is",
        aliases: &[],
        meaning: "Documents that, or whose discussions, stand so.",
        takes: "solved, unsolved, unanswered, accepted, verified or deprecated",
        values: &[
            OperatorValue {
                value: "solved",
                aliases: &[],
                meaning: "In a discussion with a reply that was accepted as the answer.",
            },
            OperatorValue { value: "unsolved", aliases: &[], meaning: "In a discussion of a topic without an accepted reply." },
            OperatorValue { value: "unanswered", aliases: &[], meaning: "In a discussion of a topic to which nobody replied." },
            OperatorValue { value: "accepted", aliases: &[], meaning: "A reply that was accepted as the answer." },
            OperatorValue { value: "verified", aliases: &[], meaning: "Said to be right by caretakers of its community." },
            OperatorValue { value: "deprecated", aliases: &[], meaning: "Said to be outdated by caretakers of its community." },
        ],
        lists: true,
        examples: &["is:unanswered kind:topic", "runbook -is:deprecated"],
        reads: Reads::Is,
    },
    Operator {
        name: "has",
        aliases: &[],
        meaning: "Documents whose discussions have something.",
        takes: "accepted",
        values: &[OperatorValue {
            value: "accepted",
            aliases: &[],
            meaning: "A reply that was accepted as the answer, as is:solved.",
        }],
        lists: true,
        examples: &["grpc has:accepted"],
        reads: Reads::Is,
    },
];

const DATES: &str =
    "a day, month or year such as 2025-03-14, 2025-03 or 2025, today, yesterday, or the day so long ago, such as 7d or 2w";

/// The operator of a name, in any case.
pub(super) fn named(name: &str) -> Option<&'static Operator> {
    OPERATORS.iter().find(|operator| operator.names().any(|known| known.eq_ignore_ascii_case(name)))
}

/// The operator whose name is one letter away from a name.
pub(super) fn nearly(name: &str) -> Option<&'static str> {
    let written: Vec<char> = name.to_lowercase().chars().collect();
    let near = |operator: &&Operator| operator.names().any(|known| is_one_edit(&written, &known.chars().collect::<Vec<_>>()));
    OPERATORS.iter().find(near).map(|operator| operator.name)
}

/// Whether a letter left out, put in, or written for another, or two in each other's place, make one word of another.
fn is_one_edit(one: &[char], other: &[char]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same..], &long[same..]);
    match long.len() - short.len() {
        0 => {
            let swapped = short.len() >= 2 && short[0] == long[1] && short[1] == long[0] && short[2..] == long[2..];
            !short.is_empty() && (short[1..] == long[1..] || swapped)
        }
        1 => short == &long[1..],
        _ => false,
    }
}

impl Operator {
    /// What its values stand for.
    #[must_use]
    pub fn takes_what(&self) -> Takes {
        match self.reads {
            Reads::From => Takes::People,
            Reads::In => Takes::Communities,
            Reads::Tag => Takes::Labels,
            Reads::Title => Takes::Headlines,
            Reads::Kind | Reads::Is => Takes::Listed,
            Reads::Language | Reads::Url | Reads::Before | Reads::After | Reads::During | Reads::Active => Takes::Other,
        }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// What it says with some values, of which any will do; those that it does not take are faults, and left out.
    pub(super) fn node(
        &'static self,
        values: &[(Value<'_>, Range<usize>)],
        fault: &mut dyn FnMut(Problem, Range<usize>),
    ) -> Option<Node> {
        let mut any = Vec::new();
        for (value, range) in values {
            let (test, stray_star) = self.test(*value);
            if stray_star {
                fault(Problem::Star, range.clone());
            }
            match test {
                Some(test) => any.push(Node::Test(test)),
                None => fault(Problem::BadValue { operator: self.name, takes: self.takes }, range.clone()),
            }
        }
        if any.len() > 1 { Some(Node::Any(any)) } else { any.pop() }
    }

    /// What it says with a value, and whether a star in that stands in the wrong place.
    fn test(&self, value: Value<'_>) -> (Option<Test>, bool) {
        let (Value::Bare(typed) | Value::Quoted(Quoted { text: typed, .. })) = value;
        let test = match self.reads {
            Reads::Title => {
                let (text, stray_star) = terms::of_title(value);
                return (text.map(Test::Title), stray_star);
            }
            Reads::Kind => self.listed(typed).and_then(kind).map(Test::Kind),
            Reads::Is => self.listed(typed).and_then(state).map(Test::Is),
            Reads::From => terms::name(typed).map(Test::From),
            Reads::In => terms::name(typed).map(Test::In),
            Reads::Tag => Hashtag::parse(typed).ok().map(Test::Tag),
            Reads::Language => Language::parse(typed.trim()).map(Test::Language),
            Reads::Url => url(typed).map(Test::Url),
            Reads::Before => When::parse(typed).map(Test::Before),
            Reads::After => When::parse(typed).map(Test::After),
            Reads::During => When::parse(typed).map(Test::During),
            Reads::Active => Ago::parse(typed).map(Test::Active),
        };
        (test, false)
    }

    /// The value of the list that is written so.
    fn listed(&self, typed: &str) -> Option<&'static str> {
        let is = |known: &&str| known.eq_ignore_ascii_case(typed.trim());
        let value = self.values.iter().find(|listed| std::iter::once(&listed.value).chain(listed.aliases).any(&is))?;
        // What a reply has that was accepted, a discussion has that is solved.
        Some(if self.name == "has" { "solved" } else { value.value })
    }
}

fn kind(value: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.as_str() == value)
}

fn state(value: &str) -> Option<State> {
    State::ALL.into_iter().find(|state| state.as_str() == value)
}

/// The parts of an address, each once.
fn url(typed: &str) -> Option<Vec<String>> {
    let typed = typed.trim();
    let address = typed.split_once("://").map_or(typed, |(_, address)| address);
    let parts = terms::address_parts(address);
    (!parts.is_empty()).then_some(parts)
}

#[cfg(test)]
mod tests {
    //! 1. every value of a list is read by every name; 2. what is one letter away is known; 3. every example reads strictly.
    use super::super::{Mode, parse, tests::LIMITS};
    use super::*;

    #[test]
    fn every_listed_value_is_read_by_every_name() {
        for operator in &OPERATORS {
            for listed in operator.values {
                let first = operator.test(Value::Bare(listed.value));
                assert!(first.0.is_some(), "{}:{}", operator.name, listed.value);
                for alias in listed.aliases {
                    assert_eq!(operator.test(Value::Bare(&alias.to_uppercase())), first, "{alias}");
                }
                assert!(operator.takes.contains(listed.value), "{} takes {}", operator.name, listed.value);
            }
        }
    }

    #[test]
    fn what_is_one_letter_away_is_known() {
        let near =
            [("form", "from"), ("kid", "kind"), ("knid", "kind"), ("tags", "tag"), ("befor", "before"), ("tittle", "title")];
        for (written, meant) in near {
            assert_eq!(nearly(written), Some(meant), "{written}");
        }
        for written in ["re", "http", "foo", "", "kinder", "unit"] {
            assert_eq!(nearly(written).filter(|_| written != "re"), None, "{written}");
        }
        assert!(!is_one_edit(&['a'], &['a']), "the same is no edit");
    }

    #[test]
    fn every_example_reads_strictly() {
        for operator in &OPERATORS {
            assert!(!operator.examples.is_empty());
            for example in operator.examples {
                let read = parse(example, Mode::Strict, &LIMITS);
                assert!(read.is_ok_and(|typed| typed.tree.0.is_some()), "{example}");
            }
        }
    }
}
