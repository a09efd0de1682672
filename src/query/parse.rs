//! From lexemes to a tree. NOT binds before AND, written or implied, and AND before OR.
//!
//! Brackets are paired and their depth is checked before anything descends, so that no text makes this deep. Read leniently,
//! every text within its limits is a query: a search box must never fail. Read strictly, whatever would be noted is an error; read
//! plainly, nothing but words is read.

use std::ops::Range;

use super::lex::{Lexed, Lexeme, lex};
use super::limits::{Note, Problem, QueryError, QueryLimits};
use super::normal::normal;
use super::terms;
use super::tree::{Node, Phrase, Test, Text, Tree};

/// Most notes of a text that was read leniently; what is wrong beyond that is read in the same way, without a word.
const MOST_NOTES: usize = 32;

/// What is done with text that cannot be read as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// It becomes plain text or nothing, and is noted.
    #[default]
    Lenient,
    /// It is an error.
    Strict,
    /// There is none: all of it is words, whatever signs stand in it. For texts that nobody wrote as a query, such as a whole question.
    Plain,
}

/// What somebody typed, once read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The tree.
    pub tree: Tree,
    /// What was read otherwise than it stands there, in order; at most 32.
    pub notes: Vec<Note>,
    /// Its words, labels and people as they were typed, without operators and what is not to be there, for searches by name.
    pub free: String,
    /// Whether something was typed of which nothing can be searched.
    pub unsearchable: bool,
}

/// Reads a text.
///
/// # Errors
/// Every [`QueryError`] that can be told: limits in both modes; read strictly also everything that cannot be read.
pub fn parse(typed: &str, mode: Mode, limits: &QueryLimits) -> Result<Typed, Vec<QueryError>> {
    if typed.len() > limits.bytes {
        return Err(vec![QueryError::TooLong { limit: limits.bytes, actual: typed.len() }]);
    }
    if mode == Mode::Plain {
        return plain(typed, limits);
    }
    let lexed = lex(typed);
    let depth = depth(&lexed);
    if depth > limits.depth {
        return Err(vec![QueryError::TooDeep { limit: limits.depth, actual: depth }]);
    }
    let Lexed { lexemes, faults } = paired(lexed);
    let mut parser = Parser { lexemes, at: 0, faults, negated: false, free: Vec::new() };
    let tree = Tree(parser.any().and_then(normal));
    let Parser { mut faults, free, .. } = parser;
    faults.sort_by_key(|(_, range)| (range.start, range.end));
    let mut errors = limits.passed(&tree);
    let mut notes = notes(typed, faults);
    match mode {
        Mode::Strict => errors.extend(notes.drain(..).map(QueryError::Syntax)),
        Mode::Lenient => {
            // Plain text has colons; only what looks like a slip of the finger is worth a word.
            notes.retain(|note| !matches!(note.problem, Problem::UnknownOperator { meant: None, .. }));
            notes.truncate(MOST_NOTES);
        }
        Mode::Plain => {}
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let unsearchable = tree.0.is_none() && !typed.trim().is_empty();
    Ok(Typed { tree, notes, free: free.join(" "), unsearchable })
}

/// A text as its words.
fn plain(typed: &str, limits: &QueryLimits) -> Result<Typed, Vec<QueryError>> {
    let tree = Tree(normal(Node::All(terms::plain(typed))));
    let errors = limits.passed(&tree);
    if !errors.is_empty() {
        return Err(errors);
    }
    let unsearchable = tree.0.is_none() && !typed.trim().is_empty();
    Ok(Typed { tree, notes: Vec::new(), free: typed.trim().to_owned(), unsearchable })
}

impl QueryLimits {
    /// The limits that a tree passes.
    fn passed(&self, tree: &Tree) -> Vec<QueryError> {
        let (mut words, mut clauses) = (0, 0);
        tree.each_leaf(&mut |leaf| {
            words += leaf_words(leaf);
            clauses += 1;
        });
        let mut passed = Vec::new();
        if words > self.words {
            passed.push(QueryError::TooManyWords { limit: self.words, actual: words });
        }
        if clauses > self.clauses {
            passed.push(QueryError::TooManyClauses { limit: self.clauses, actual: clauses });
        }
        passed
    }
}

fn leaf_words(leaf: &Node) -> usize {
    match leaf {
        Node::Text(text) | Node::Must(text) | Node::Test(Test::Title(text)) => match text {
            Text::Word(_) | Text::Prefix(_) => 1,
            Text::Phrase(Phrase { words, .. }) => words.len(),
        },
        Node::Test(test) => match test {
            Test::From(name) | Test::Involves(name) | Test::In(name) => name.split_whitespace().count(),
            Test::Tag(tag) => terms::words(&tag.to_string()).len().max(1),
            Test::Url(parts) => parts.len(),
            _ => 0,
        },
        Node::All(_) | Node::Any(_) | Node::Not(_) => 0,
    }
}

/// How deep brackets are open at once, whether or not they are closed.
fn depth(lexed: &Lexed<'_>) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for (lexeme, _) in &lexed.lexemes {
        match lexeme {
            Lexeme::Open => open += 1,
            Lexeme::Close => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

/// The lexemes without brackets that have no other half, which are faults.
fn paired(lexed: Lexed<'_>) -> Lexed<'_> {
    let Lexed { lexemes, mut faults } = lexed;
    let (mut open, mut alone) = (Vec::new(), Vec::new());
    for (at, (lexeme, _)) in lexemes.iter().enumerate() {
        match lexeme {
            Lexeme::Open => open.push(at),
            Lexeme::Close if open.pop().is_none() => alone.push((at, Problem::SurplusBracket)),
            _ => {}
        }
    }
    alone.extend(open.into_iter().map(|at| (at, Problem::UnclosedBracket)));
    alone.sort_by_key(|(at, _)| *at);
    let mut alone = alone.into_iter().peekable();
    let mut kept = Vec::with_capacity(lexemes.len());
    for (at, (lexeme, range)) in lexemes.into_iter().enumerate() {
        match alone.next_if(|(bracket, _)| *bracket == at) {
            Some((_, problem)) => faults.push((problem, range)),
            None => kept.push((lexeme, range)),
        }
    }
    Lexed { lexemes: kept, faults }
}

/// The faults with their places in characters. They are in order.
fn notes(typed: &str, faults: Vec<(Problem, Range<usize>)>) -> Vec<Note> {
    let (mut bytes, mut chars) = (0, 0);
    let mut place = |at: usize| {
        chars += typed[bytes..at].chars().count();
        bytes = at;
        chars
    };
    let note = |(problem, range): (Problem, Range<usize>)| {
        let start = place(range.start);
        Note { range: start..start + typed[range].chars().count(), problem }
    };
    faults.into_iter().map(note).collect()
}

struct Parser<'a> {
    lexemes: Vec<(Lexeme<'a>, Range<usize>)>,
    at: usize,
    faults: Vec<(Problem, Range<usize>)>,
    /// Whether what is read stands below a negation.
    negated: bool,
    /// The words as they were typed, but for what is negated.
    free: Vec<&'a str>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&Lexeme<'a>> {
        self.lexemes.get(self.at).map(|(lexeme, _)| lexeme)
    }

    /// Whether something begins here that can be joined and negated.
    fn begins(&self) -> bool {
        !matches!(self.peek(), None | Some(Lexeme::Close | Lexeme::Or | Lexeme::And))
    }

    fn dangling(&mut self, joiner: &'static str, at: usize) {
        let range = self.lexemes[at].1.clone();
        self.faults.push((Problem::Dangling(joiner), range));
    }

    /// Up to the end, or to the bracket that closes.
    fn any(&mut self) -> Option<Node> {
        let mut any = Vec::new();
        let mut left = false;
        loop {
            if self.begins() || matches!(self.peek(), Some(Lexeme::And)) {
                any.extend(self.all());
                left = true;
            }
            if !matches!(self.peek(), Some(Lexeme::Or)) {
                return if any.len() > 1 { Some(Node::Any(any)) } else { any.pop() };
            }
            self.at += 1;
            let right = self.begins() || matches!(self.peek(), Some(Lexeme::And));
            if !(left && right) {
                self.dangling("OR", self.at - 1);
            }
        }
    }

    fn all(&mut self) -> Option<Node> {
        let mut all: Vec<Node> = Vec::new();
        // Whether something stands before; whether an AND joins it to what comes.
        let (mut left, mut joined) = (false, false);
        loop {
            if self.begins() {
                let node = self.factor();
                all.extend(node.map(|node| if joined { must(node) } else { node }));
                (left, joined) = (true, false);
            } else if matches!(self.peek(), Some(Lexeme::And)) {
                self.at += 1;
                joined = left && self.begins();
                if joined {
                    let last = all.pop();
                    all.extend(last.map(must));
                } else {
                    self.dangling("AND", self.at - 1);
                }
            } else {
                return if all.len() > 1 { Some(Node::All(all)) } else { all.pop() };
            }
        }
    }

    /// One thing with the negations and signs before it.
    fn factor(&mut self) -> Option<Node> {
        let first = self.at;
        let (mut negations, mut required, mut sign) = (0_usize, false, "NOT");
        loop {
            match self.peek() {
                Some(Lexeme::Not(written)) => (negations, sign) = (negations + 1, *written),
                Some(Lexeme::Plus) => (required, sign) = (true, "+"),
                _ => break,
            }
            self.at += 1;
        }
        if !self.begins() {
            self.dangling(sign, first);
            return None;
        }
        let negated = negations % 2 == 1;
        let outside = self.negated;
        self.negated |= negated;
        let node = self.atom(negated);
        self.negated = outside;
        let node = if required { must(node?) } else { node? };
        Some(if negated { Node::Not(Box::new(node)) } else { node })
    }

    fn atom(&mut self, negated: bool) -> Option<Node> {
        let (lexeme, range) = self.lexemes.get(self.at).cloned()?;
        self.at += 1;
        match lexeme {
            Lexeme::Open => {
                let inner = self.any();
                // Brackets are paired, so that the one that closes is at hand.
                self.at += 1;
                inner
            }
            Lexeme::Phrase(quoted) => {
                self.take_free(quoted.text);
                terms::phrase(quoted).map(Node::Text)
            }
            Lexeme::Mention(name) => {
                self.take_free(name);
                terms::name(name).map(|name| Node::Test(Test::Involves(name)))
            }
            Lexeme::Operator(operator, values) => {
                operator.node(&values, &mut |problem, range| self.faults.push((problem, range)))
            }
            Lexeme::Run(typed) => {
                let (nodes, stray_star) = terms::run(typed);
                if stray_star {
                    self.faults.push((Problem::Star, range));
                }
                self.take_free(typed.trim_end_matches('*'));
                run(typed, nodes, negated)
            }
            Lexeme::Close | Lexeme::And | Lexeme::Or | Lexeme::Not(_) | Lexeme::Plus => None,
        }
    }

    fn take_free(&mut self, typed: &'a str) {
        if !self.negated {
            self.free.push(typed);
        }
    }
}

/// A run as one thing: several words that are not to be there are not to be there in a row.
fn run(typed: &str, mut nodes: Vec<Node>, negated: bool) -> Option<Node> {
    let words = |nodes: &[Node]| nodes.iter().all(|node| matches!(node, Node::Text(Text::Word(_))));
    match nodes.len() {
        0 | 1 => nodes.pop(),
        _ if negated && words(&nodes) => terms::phrase(super::lex::Quoted { text: typed, slop: 0 }).map(Node::Text),
        _ => Some(Node::All(nodes)),
    }
}

/// What must not be left out.
fn must(node: Node) -> Node {
    match node {
        Node::Text(text) => Node::Must(text),
        Node::All(nodes) => Node::All(nodes.into_iter().map(must).collect()),
        other => other,
    }
}
