//! The fields of the index, and a document as their values.
//!
//! Text arrives here as the tokens of `text::tokens` and is handed to the engine already cut: joined by a separator that no
//! token holds. The engine's own analysis takes no part, so that documents and queries cannot disagree.

use ::tantivy::schema::{
    FAST, Field, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TantivyDocument, TextFieldIndexing, TextOptions,
};
use ::tantivy::tokenizer::{MAX_TOKEN_LEN, TextAnalyzer, Token, TokenStream, Tokenizer};
use ::tantivy::{Index, Term};

use super::card::Card;
use super::thread::{Place, Thread};
use crate::access::{AccessToken, gate_tokens};
use crate::domain::{Document, Hashtag, Judgement, Kind, Language, Moment, ResourceName, Role};
use crate::ranking::APPRECIATED as APPRECIATED_FROM;
use crate::text::{self, Sketch, Stretches, TokenShape};

/// The form of what is written; part of every commit. Raise it whenever the fields, the tokens or the cards change.
pub(super) const VERSION: u32 = 8;

/// How often a word of a headline counts: a weighted frequency before it saturates, as BM25F has it (Robertson, Zaragoza and
/// Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004). See docs/relevance.md.
pub(super) const TITLE_WEIGHT: usize = 3;

/// Separates tokens in what is handed to the engine.
const SEPARATOR: char = '\u{1f}';
/// Stands for a token where one text ends and another begins, which no phrase crosses.
const BREAK: &str = "\u{1e}";
/// How many places lie between two such texts; more than the slop that a phrase may have.
const BREAK_PLACES: usize = 64;
/// Begins a stem among the words of headlines, which hold both.
const STEM_MARK: char = '\u{1d}';
/// The name of the analyzer that cuts at the separator.
const CUT: &str = "cut";

/// The fields that hold text, in the order in which statistics list them.
pub(super) const TEXT_FIELDS: usize = 2;

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Folded forms as they were written: of a compound the whole.
    pub(super) exact: Field,
    /// Stems, each with its language, and the folded form of what has none: of a compound the parts. So neither field counts a
    /// compound twice, which would make a text with many of them look longer than it is.
    pub(super) stem: Field,
    /// Folded forms and stems of the headline.
    pub(super) title: Field,
    /// The document's id.
    pub(super) name: Field,
    /// What filters look for.
    pub(super) filter: Field,
    /// Tokens that grant: those of the first clause.
    pub(super) grant: Field,
    /// Tokens that deny.
    pub(super) deny: Field,
    /// Further clauses, of which a reader must pass each: the number of each as a marker, and its tokens behind the number.
    /// Nearly no document has any, so this field is nearly empty.
    pub(super) also: Field,
    name_head: Field,
    created: Field,
    updated: Field,
    reactions: Field,
    kind: Field,
    judgement: Field,
    stands_until: Field,
    thread: [Field; 2],
    place: Field,
    card: Field,
}

/// The column of ids.
pub(super) const NAME: &str = "name";
/// The column of the first bytes of ids, which order most of them.
pub(super) const NAME_HEAD: &str = "name_head";
/// The column of moments of creation.
pub(super) const CREATED: &str = "created";
/// The column of moments of the last change.
pub(super) const UPDATED: &str = "updated";
/// The column of numbers of reactions of all kinds.
pub(super) const REACTIONS: &str = "reactions";
/// The column of kinds, each by its place in [`Kind::ALL`].
pub(super) const KIND: &str = "kind";
/// The column of what caretakers say: [`NO_JUDGEMENT`], or a judgement as [`judgement_number`] has it.
pub(super) const JUDGEMENT: &str = "judgement";
/// The column of moments from which on that says nothing any more: [`Moment::MAX`] where it does not lapse, or nothing is said.
pub(super) const STANDS_UNTIL: &str = "stands_until";
/// The columns of threads, of which each holds one half.
pub(super) const THREAD: [&str; 2] = ["thread_high", "thread_low"];
/// The column of places in threads.
pub(super) const PLACE: &str = "place";
/// The column of cards.
pub(super) const CARD: &str = "card";

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut schema = SchemaBuilder::new();
    let words = |norms: bool, option: IndexRecordOption| {
        TextOptions::default()
            .set_indexing_options(TextFieldIndexing::default().set_tokenizer(CUT).set_fieldnorms(norms).set_index_option(option))
    };
    let whole = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default().set_tokenizer("raw").set_fieldnorms(false).set_index_option(IndexRecordOption::Basic),
    );
    let fields = Fields {
        exact: schema.add_text_field("exact", words(true, IndexRecordOption::WithFreqsAndPositions)),
        stem: schema.add_text_field("stem", words(true, IndexRecordOption::WithFreqs)),
        title: schema.add_text_field("title", words(false, IndexRecordOption::WithFreqsAndPositions)),
        name: schema.add_text_field(NAME, whole.clone().set_fast("raw")),
        filter: schema.add_text_field("filter", whole.clone()),
        grant: schema.add_text_field("grant", whole.clone()),
        deny: schema.add_text_field("deny", whole.clone()),
        also: schema.add_text_field("also", whole),
        name_head: schema.add_u64_field(NAME_HEAD, NumericOptions::default().set_fast()),
        created: schema.add_i64_field(CREATED, NumericOptions::default().set_fast()),
        updated: schema.add_i64_field(UPDATED, NumericOptions::default().set_fast()),
        reactions: schema.add_u64_field(REACTIONS, NumericOptions::default().set_fast()),
        kind: schema.add_u64_field(KIND, NumericOptions::default().set_fast()),
        judgement: schema.add_u64_field(JUDGEMENT, NumericOptions::default().set_fast()),
        stands_until: schema.add_i64_field(STANDS_UNTIL, NumericOptions::default().set_fast()),
        thread: THREAD.map(|half| schema.add_u64_field(half, NumericOptions::default().set_fast())),
        place: schema.add_u64_field(PLACE, NumericOptions::default().set_fast()),
        card: schema.add_bytes_field(CARD, FAST),
    };
    (schema.build(), fields)
}

/// Teaches an opened index how its text is cut.
pub(super) fn register(index: &Index) {
    index.tokenizers().register(CUT, TextAnalyzer::from(Cut::default()));
}

impl Fields {
    /// The fields that hold text.
    pub(super) fn text(&self) -> [Field; TEXT_FIELDS] {
        [self.exact, self.stem]
    }

    /// What finds a document by its name.
    pub(super) fn name_term(&self, id: &str) -> Term {
        Term::from_field_text(self.name, id)
    }

    /// What finds documents by a label.
    pub(super) fn label_term(&self, label: &str) -> Term {
        Term::from_field_text(self.filter, label)
    }

    /// A document as it is indexed.
    pub(super) fn document(&self, document: &Document) -> TantivyDocument {
        let mut row = TantivyDocument::default();
        row.add_text(self.title, title(document));
        let words = Words::of(document);
        row.add_text(self.exact, words.exact);
        row.add_text(self.stem, words.stem);
        row.add_text(self.name, document.name.id());
        for label in labels(document).into_iter().chain(words.languages.into_iter().map(stemmed_label)) {
            row.add_text(self.filter, label);
        }
        let tokens = gate_tokens(&document.gates());
        for (clause, tokens) in tokens.grants.iter().enumerate() {
            if clause > 0 {
                row.add_text(self.also, clause_marker(clause));
            }
            for token in tokens {
                match clause {
                    0 => row.add_text(self.grant, token),
                    _ => row.add_text(self.also, clause_token(clause, token)),
                }
            }
        }
        for token in tokens.denies {
            row.add_text(self.deny, token);
        }
        row.add_u64(self.name_head, name_head(document.name.id()));
        row.add_i64(self.created, document.created.unix_seconds());
        row.add_i64(self.updated, document.updated.unix_seconds());
        row.add_u64(self.reactions, u64::from(document.reaction_total()));
        row.add_u64(self.kind, kind_number(document.kind));
        let review = document.review.as_deref();
        row.add_u64(self.judgement, review.map_or(NO_JUDGEMENT, |review| judgement_number(review.judgement)));
        let until = review.and_then(|review| review.until).unwrap_or(Moment::MAX);
        row.add_i64(self.stands_until, until.unix_seconds());
        for (half, value) in self.thread.into_iter().zip(Thread::opened_by(document.thread_root()).halves()) {
            row.add_u64(half, value);
        }
        row.add_u64(self.place, Place::of(document).number());
        row.add_bytes(self.card, Card::of(document, words.sketch).to_bytes().as_slice());
        row
    }
}

/// What the column of judgements holds where caretakers say nothing.
pub(super) const NO_JUDGEMENT: u64 = 0;

/// A judgement as its column holds it.
pub(super) fn judgement_number(judgement: Judgement) -> u64 {
    match judgement {
        Judgement::Verified => 1,
        Judgement::Deprecated => 2,
    }
}

/// A kind as its column holds it.
pub(super) fn kind_number(kind: Kind) -> u64 {
    Kind::ALL.iter().zip(0..).find(|(known, _)| **known == kind).map_or(0, |(_, number)| number)
}

/// The first bytes of an id as a number, ordered as ids are: where two differ, their numbers decide.
pub(super) fn name_head(id: &str) -> u64 {
    let mut head = [0; 8];
    head.iter_mut().zip(id.bytes()).for_each(|(head, byte)| *head = byte);
    u64::from_be_bytes(head)
}

/// What is made of the tokens of a document: the text of both fields, and a sketch.
#[derive(Default)]
struct Words {
    exact: String,
    stem: String,
    /// The languages of the stems, each once.
    languages: Vec<Language>,
    /// The sketch of title and body.
    sketch: Option<Sketch>,
}

impl Words {
    /// Title as often as it counts, body, and the labels with their parts. The body may be in several languages.
    fn of(document: &Document) -> Self {
        let mut words = Self::default();
        let body = text::plain_text(&document.body, document.format);
        let title = text::tokens(&document.title);
        let whole = Stretches::whole(document.language);
        for _ in 0..TITLE_WEIGHT {
            words.add_tokens(&title, &whole);
            add(&mut words.exact, BREAK);
        }
        let tokens = text::tokens(&body);
        words.add_tokens(&tokens, &Stretches::of(&body, document.language));
        words.sketch = Sketch::of(&title, &tokens);
        for hashtag in &document.given.hashtags {
            // A label is one token whatever it holds, and so is a query that begins with `#`.
            let written = hashtag.to_string();
            add(&mut words.exact, BREAK);
            add(&mut words.exact, &written);
            let mut parts = text::tokens(&written);
            parts.retain(|token| token.text != written);
            for token in &parts {
                words.add_stem(token, document.language);
            }
        }
        words
    }

    /// Adds tokens to the fields in which they are looked for. A compound comes before its parts, inside whose span they lie.
    fn add_tokens(&mut self, tokens: &[text::Token], stretches: &Stretches) {
        let mut languages = stretches.reader();
        let mut covered = 0;
        for (at, token) in tokens.iter().enumerate() {
            // Pairs of scripts without spaces overlap, and are no parts of each other.
            let is_part = token.end <= covered;
            let has_parts = tokens.get(at + 1).is_some_and(|next| next.end <= token.end);
            if !is_part {
                add(&mut self.exact, &token.text);
                covered = token.end;
            }
            if is_part || !has_parts {
                self.add_stem(token, languages.at(token.start));
            }
        }
    }

    fn add_stem(&mut self, token: &text::Token, language: Language) {
        let stem = (token.shape == TokenShape::Word).then(|| text::stem(&token.text, language)).flatten();
        let Some(stem) = stem else { return add(&mut self.stem, &token.text) };
        add(&mut self.stem, &stem.to_string());
        if !self.languages.contains(&stem.language) {
            self.languages.push(stem.language);
        }
    }
}

/// The words of the headline as they are written, and behind them their stems.
fn title(document: &Document) -> String {
    let mut words = Words::default();
    words.add_tokens(&text::tokens(&document.title), &Stretches::whole(document.language));
    add(&mut words.exact, BREAK);
    for stem in words.stem.split(SEPARATOR) {
        add(&mut words.exact, &title_stem(stem));
    }
    words.exact
}

/// What a stem stands as among the words of a headline.
pub(super) fn title_stem(stem: &str) -> String {
    format!("{STEM_MARK}{stem}")
}

// No query can hold a token that the engine is too small for, so such a token finds nothing and is left out knowingly.
fn add(tokens: &mut String, token: &str) {
    if token.is_empty() || token.len() > MAX_TOKEN_LEN || token.contains(SEPARATOR) {
        return;
    }
    if !tokens.is_empty() {
        tokens.push(SEPARATOR);
    }
    tokens.push_str(token);
}

/// What filters find a document by.
fn labels(document: &Document) -> Vec<String> {
    let mut labels = vec![kind_label(document.kind), language_label(document.language)];
    labels.extend(document.people.iter().filter(|p| p.role != Role::Mentioned).map(|p| person_label(p.person.id())));
    labels.extend(document.community.iter().map(|community| community_label(community.id())));
    labels.extend(document.people.iter().filter(|p| p.role == Role::Mentioned).map(|p| mentioned_label(p.person.id())));
    labels.extend(document.people.iter().filter(|p| wrote(p.role)).map(|p| writer_label(p.person.id())));
    labels.extend(document.hashtags.iter().map(hashtag_label));
    labels.extend(text::address_parts(&document.url).iter().map(|part| address_label(part)));
    labels.push(year_label(document.created.year_and_month().0));
    let place = Place::of(document);
    if place.replies() {
        labels.push(Thread::opened_by(document.thread_root()).label());
        labels.push(REPLY.to_owned());
    }
    labels.extend((place == Place::Answer).then(|| ANSWER.to_owned()));
    labels.extend((place.replies() && document.reaction_total() >= APPRECIATED_FROM).then(|| APPRECIATED.to_owned()));
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// Whether somebody in a role wrote what is there.
fn wrote(role: Role) -> bool {
    matches!(role, Role::Author | Role::Contributor | Role::Answerer | Role::Asker)
}

/// What finds replies.
pub(super) const REPLY: &str = "r:";

/// Begins what finds documents by kind.
pub(super) const KIND_LABEL: &str = "k:";

/// Begins what finds documents by language.
pub(super) const LANGUAGE: &str = "l:";

/// Begins what finds documents by person.
pub(super) const PERSON: &str = "p:";

/// What finds replies that have enough reactions.
pub(super) const APPRECIATED: &str = "g:";

/// What finds accepted replies.
pub(super) const ANSWER: &str = "a:";

/// What marks a document that has a further clause. No token of one has no space, so none is taken for a marker.
pub(super) fn clause_marker(clause: usize) -> AccessToken {
    clause.to_string()
}

/// What passes a further clause.
pub(super) fn clause_token(clause: usize, token: &str) -> AccessToken {
    format!("{clause} {token}")
}

/// What a filter by kind looks for.
pub(super) fn kind_label(kind: Kind) -> String {
    format!("{KIND_LABEL}{}", kind.as_str())
}

/// What a filter by language looks for.
pub(super) fn language_label(language: Language) -> String {
    format!("{LANGUAGE}{language}")
}

/// What finds documents with a stem of a language, whatever language they are in as a whole.
pub(super) fn stemmed_label(language: Language) -> String {
    format!("s:{language}")
}

/// What a filter by person looks for.
pub(super) fn person_label(id: &str) -> String {
    format!("{PERSON}{id}")
}

/// What finds documents in which a person is mentioned.
pub(super) fn mentioned_label(id: &str) -> String {
    format!("m:{id}")
}

/// What finds documents that a person wrote.
pub(super) fn writer_label(id: &str) -> String {
    format!("w:{id}")
}

/// What finds documents by a part of their address. A longer one than the engine takes finds nothing.
pub(super) fn address_label(part: &str) -> String {
    format!("u:{part}")
}

/// Begins what finds documents by community.
pub(super) const COMMUNITY: &str = "c:";

/// Begins what finds documents by year.
pub(super) const YEAR: &str = "y:";

/// What finds documents by the year in which they were created.
pub(super) fn year_label(year: i16) -> String {
    format!("{YEAR}{year:04}")
}

/// What a filter by community looks for.
pub(super) fn community_label(id: &str) -> String {
    format!("{COMMUNITY}{id}")
}

/// Begins what a filter by hashtag looks for.
pub(super) const HASHTAG: &str = "h:";

/// What a filter by hashtag looks for.
pub(super) fn hashtag_label(hashtag: &Hashtag) -> String {
    format!("{HASHTAG}{}", hashtag.as_str())
}

/// Cuts at the separator and does nothing else.
#[derive(Clone, Default)]
struct Cut {
    token: Token,
}

struct CutStream<'a> {
    rest: Option<&'a str>,
    token: &'a mut Token,
}

impl Tokenizer for Cut {
    type TokenStream<'a> = CutStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CutStream<'a> {
        self.token.reset();
        CutStream { rest: (!text.is_empty()).then_some(text), token: &mut self.token }
    }
}

impl TokenStream for CutStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let Some(rest) = self.rest else { return false };
            let (token, after) = rest.split_once(SEPARATOR).map_or((rest, None), |(token, after)| (token, Some(after)));
            self.rest = after;
            if token == BREAK {
                self.token.position = self.token.position.wrapping_add(BREAK_PLACES);
                continue;
            }
            self.token.position = self.token.position.wrapping_add(1);
            self.token.text.clear();
            self.token.text.push_str(token);
            return true;
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    //! Heads of names are ordered as names are, or tie.
    use super::*;

    #[test]
    fn heads_of_names_are_ordered_as_names_are() {
        let mut names = ["a", "a-b", "ab", "abcdefgh", "abcdefgha", "abcdefghb", "b", "d10", "d9", "\u{e9}t\u{e9}"];
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| name_head(pair[0]) <= name_head(pair[1])));
        assert!(name_head("a") < name_head("a-b") && name_head("d10") < name_head("d9"));
        assert_eq!(name_head("abcdefgha"), name_head("abcdefghb"));
    }
}
