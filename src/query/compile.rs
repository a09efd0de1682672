//! From a tree to a query: words in the order of their first appearance, and what a document must have.

use std::collections::HashMap;

use super::condition::Condition;
use super::filter::TimeRange;
use super::names::Names;
use super::query::Query;
use super::synonyms::Synonyms;
use super::terms;
use super::tree::{Node, Test, Text, Tree};
use super::word::{Synonym, Word};
use crate::domain::{Language, Moment};

impl Tree {
    /// The query of a tree for an index: names mean whom and what they were found to mean, times are those of a clock, words have
    /// their stems in some languages and their synonyms. Bounded as the text was that it was read from.
    #[must_use]
    pub fn query(&self, names: &Names, now: Moment, languages: &[Language], synonyms: &Synonyms) -> Query {
        let Some(root) = &self.0 else { return Query::default() };
        let mut words = Words { languages, synonyms, found: Vec::new(), places: HashMap::new() };
        words.collect(root);
        let compiler = Compiler { names, now, words: &words };
        let of = |pass| words.unless_implied(compiler.condition(root, pass));
        let (strict, relaxed) = (of(Pass::Strict), of(Pass::Relaxed));
        let together = compiler.together(root);
        Query { words: words.found.into_iter().map(|(word, _)| word).collect(), strict, relaxed, together }
    }
}

/// How a word stands in a tree, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// Only in a phrase, a headline or a label.
    Part,
    /// As it is.
    Soft,
    /// It must not be left out.
    Must,
}

/// The distinct words that are scored.
struct Words<'a> {
    languages: &'a [Language],
    synonyms: &'a Synonyms,
    found: Vec<(Word, Standing)>,
    /// Their places, by text and by whether it is the beginning of a word.
    places: HashMap<(String, bool), usize>,
}

impl Words<'_> {
    /// Words that are not to be there are not scored.
    fn collect(&mut self, node: &Node) {
        match node {
            Node::Text(text) => self.text(text, Standing::Soft),
            Node::Must(text) => self.text(text, Standing::Must),
            Node::Test(Test::Title(text)) => self.text(text, Standing::Part),
            Node::Test(Test::Tag(tag)) => {
                for word in terms::words(&tag.to_string()) {
                    self.word(&word, Standing::Part, &[]);
                }
            }
            Node::Test(_) | Node::Not(_) => {}
            Node::Any(nodes) => nodes.iter().for_each(|node| self.collect(node)),
            Node::All(nodes) => {
                let soft = |node: &Node| matches!(node, Node::Text(Text::Word(_)));
                for row in nodes.chunk_by(|one, next| soft(one) && soft(next)) {
                    match row {
                        [node] => self.collect(node),
                        _ => self.row(row),
                    }
                }
            }
        }
    }

    /// Soft words that were typed in a row.
    fn row(&mut self, nodes: &[Node]) {
        let word = |node: &'_ Node| if let Node::Text(Text::Word(word)) = node { Some(word.clone()) } else { None };
        let typed: Vec<String> = nodes.iter().filter_map(word).collect();
        let also = self.synonyms.of_words(&typed.iter().map(String::as_str).collect::<Vec<_>>());
        typed.iter().zip(also).for_each(|(word, also)| self.word(word, Standing::Soft, &also));
    }

    fn text(&mut self, text: &Text, standing: Standing) {
        match text {
            Text::Word(word) if standing == Standing::Soft => {
                let also = self.synonyms.of_words(&[word.as_str()]).concat();
                self.word(word, standing, &also);
            }
            Text::Word(word) => self.word(word, standing, &[]),
            Text::Prefix(beginning) => {
                let word = Word { exact: beginning.clone(), prefix: true, literal: true, ..Word::default() };
                self.note(word, standing, &[]);
            }
            Text::Phrase(phrase) => phrase.words.iter().for_each(|word| self.word(word, Standing::Part, &[])),
        }
    }

    fn word(&mut self, exact: &str, standing: Standing, also: &[Synonym]) {
        self.note(Word::of(exact.to_owned(), self.languages), standing, also);
    }

    fn note(&mut self, word: Word, standing: Standing, also: &[Synonym]) {
        let key = (word.exact.clone(), word.prefix);
        let place = *self.places.entry(key).or_insert(self.found.len());
        if place == self.found.len() {
            self.found.push((word, standing));
        }
        let (word, strongest) = &mut self.found[place];
        *strongest = standing.max(*strongest);
        // What stands in its place where it may be replaced says nothing where it may not.
        word.literal = word.prefix || *strongest != Standing::Soft;
        word.also.extend_from_slice(also);
        word.also.sort_unstable();
        word.also.dedup();
        if word.literal {
            word.also.clear();
        }
    }

    fn slot(&self, text: &str, prefix: bool) -> Condition {
        self.places.get(&(text.to_owned(), prefix)).map_or(Condition::Nothing, |place| Condition::Slot(*place))
    }

    fn is_minor(&self, node: &Node) -> bool {
        let Node::Text(Text::Word(word)) = node else { return false };
        let place = self.places.get(&(word.clone(), false));
        place.is_some_and(|place| self.found[*place].0.minor)
    }

    /// A condition, but for the one that says no more than what every query of words asks for: any of them.
    fn unless_implied(&self, condition: Condition) -> Condition {
        let slots = match &condition {
            Condition::Slot(_) => std::slice::from_ref(&condition),
            Condition::Any(any) => any.as_slice(),
            _ => return condition,
        };
        let is_slot = |condition: &Condition| matches!(condition, Condition::Slot(_));
        // Slots of a list are distinct.
        let implied = slots.len() == self.found.len() && slots.iter().all(is_slot);
        if implied { Condition::Everything } else { condition }
    }
}

/// How much a document must have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Strict,
    Relaxed,
    /// What it must not have: every word counts.
    Negated,
}

struct Compiler<'a> {
    names: &'a Names,
    now: Moment,
    words: &'a Words<'a>,
}

impl Compiler<'_> {
    fn condition(&self, node: &Node, pass: Pass) -> Condition {
        match node {
            Node::Text(text) | Node::Must(text) => self.text(text, pass),
            Node::Test(test) => self.test(test),
            Node::Any(nodes) => Condition::any(nodes.iter().map(|node| self.condition(node, pass))),
            Node::All(nodes) if pass == Pass::Negated => Condition::all(nodes.iter().map(|node| self.condition(node, pass))),
            Node::All(nodes) => self.all(nodes, pass),
            Node::Not(node) => Condition::none_of(self.condition(node, Pass::Negated)),
        }
    }

    /// All of a list: strictly without words that tell little beside others; relaxed without its soft words, one of which must be
    /// there where no other text must.
    fn all(&self, nodes: &[Node], pass: Pass) -> Condition {
        let (soft, hard): (Vec<&Node>, Vec<&Node>) = nodes.iter().partition(|node| is_soft(node));
        let soft: Vec<&Node> = match pass {
            Pass::Relaxed if hard.iter().any(|node| is_text(node)) => Vec::new(),
            Pass::Strict => self.telling(soft),
            _ => soft,
        };
        let any_soft = pass == Pass::Relaxed && !soft.is_empty();
        let soft = soft.into_iter().map(|node| self.condition(node, pass));
        let soft: Vec<Condition> = if any_soft { vec![Condition::any(soft)] } else { soft.collect() };
        Condition::all(soft.into_iter().chain(hard.into_iter().map(|node| self.condition(node, pass))))
    }

    /// Those of some soft words that tell something beside the others.
    fn telling<'n>(&self, soft: Vec<&'n Node>) -> Vec<&'n Node> {
        if soft.iter().all(|node| self.words.is_minor(node)) {
            return soft;
        }
        soft.into_iter().filter(|node| !self.words.is_minor(node)).collect()
    }

    /// What [`Query::together`] says.
    fn together(&self, root: &Node) -> Vec<usize> {
        let Node::All(nodes) = root else { return Vec::new() };
        let (soft, hard): (Vec<&Node>, Vec<&Node>) = nodes.iter().partition(|node| is_soft(node));
        let is_alike = |node: &&Node| self.condition(node, Pass::Strict) == self.condition(node, Pass::Relaxed);
        if !hard.iter().all(is_alike) {
            return Vec::new();
        }
        let place = |node: &Node| match self.condition(node, Pass::Strict) {
            Condition::Slot(place) => Some(place),
            _ => None,
        };
        let mut places: Vec<usize> = self.telling(soft).into_iter().filter_map(place).collect();
        places.sort_unstable();
        places.dedup();
        if places.len() < 2 { Vec::new() } else { places }
    }

    fn text(&self, text: &Text, pass: Pass) -> Condition {
        match text {
            Text::Phrase(phrase) => Condition::Phrase(phrase.clone()),
            Text::Word(_) | Text::Prefix(_) if pass == Pass::Negated => {
                self.word(text).map_or(Condition::Nothing, Condition::Word)
            }
            Text::Word(word) => self.words.slot(word, false),
            Text::Prefix(beginning) => self.words.slot(beginning, true),
        }
    }

    /// A word that is no part of the query's.
    fn word(&self, text: &Text) -> Option<Box<Word>> {
        let word = match text {
            Text::Word(word) => Word::of(word.clone(), self.words.languages),
            Text::Prefix(beginning) => Word { exact: beginning.clone(), prefix: true, ..Word::default() },
            Text::Phrase(_) => return None,
        };
        Some(Box::new(Word { literal: true, ..word }))
    }

    fn test(&self, test: &Test) -> Condition {
        match test {
            Test::Kind(kind) => Condition::Kind(*kind),
            Test::From(name) => named(self.names.people.get(name), Condition::From),
            Test::Involves(name) => named(self.names.people.get(name), Condition::Involves),
            Test::In(name) => named(self.names.communities.get(name), Condition::In),
            Test::Tag(tag) => Condition::Tag(tag.clone()),
            Test::Language(language) => Condition::Language(*language),
            Test::Title(Text::Phrase(phrase)) => Condition::TitlePhrase(phrase.clone()),
            Test::Title(text) => self.word(text).map_or(Condition::Nothing, Condition::Title),
            Test::Url(parts) => Condition::Url(parts.clone()),
            Test::Before(when) => created(None, when.range(self.now).from),
            Test::After(when) => when.range(self.now).until.map_or(Condition::Nothing, |from| created(Some(from), None)),
            Test::During(when) => Condition::Created(when.range(self.now)),
            Test::Active(ago) => Condition::Updated(ago.since(self.now)),
            Test::Is(state) => Condition::Is(*state),
        }
    }
}

fn created(from: Option<Moment>, until: Option<Moment>) -> Condition {
    Condition::Created(TimeRange { from, until })
}

/// Those whom a name means; nothing where it means nobody.
fn named<N: Clone + Ord>(found: Option<&Vec<N>>, of: impl Fn(Vec<N>) -> Condition) -> Condition {
    let mut found = found.cloned().unwrap_or_default();
    found.sort_unstable();
    found.dedup();
    if found.is_empty() { Condition::Nothing } else { of(found) }
}

/// Whether a part may be left out where too little has everything.
fn is_soft(node: &Node) -> bool {
    matches!(node, Node::Text(Text::Word(_) | Text::Prefix(_)))
}

/// Whether every document that has a part has text that was looked for.
fn is_text(node: &Node) -> bool {
    match node {
        Node::Text(_) | Node::Must(_) | Node::Test(Test::Title(_)) => true,
        Node::All(nodes) => nodes.iter().any(is_text),
        Node::Any(nodes) => nodes.iter().all(is_text),
        Node::Test(_) | Node::Not(_) => false,
    }
}
