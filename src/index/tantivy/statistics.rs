//! The words of a query as terms, with statistics of exactly the documents that the asker may see.

use std::collections::HashMap;

use ::tantivy::Term;

use super::bm25::{Bm25, Lengths};
use super::expansion::Expander;
use super::pace::Pace;
use super::schema::{self, Fields};
use super::seen::{SeenTerm, Source};
use super::snapshot::Snapshot;
use super::visible::VisibleSet;
use super::weigh::Weigh;
use crate::domain::Language;
use crate::index::{Ask, Basis, IndexError, Pass, Stretch, Stretched};
use crate::query::Word;
use crate::text::Stem;

/// A query against one visible set.
pub(super) struct Terms {
    /// Distinct terms that visible documents have.
    pub(super) distinct: Vec<SeenTerm>,
    /// The forms of each word; a word counts as its best.
    pub(super) words: Vec<Vec<Form>>,
    /// The inverse document frequency of each word, less where the word tells little.
    pub(super) idf: Vec<f64>,
    /// The statistics of what is visible, whatever the weights rest on, and the clock.
    pub(super) basis: Basis,
    /// What documents count beside the words.
    pub(super) weigh: Weigh,
    /// What stands for the words beside their own forms.
    pub(super) stretched: Vec<Stretched>,
}

/// One form of a word.
pub(super) struct Form {
    /// Its term's position in `distinct`.
    pub(super) place: usize,
    /// Its weight. All forms of a word are as rare as the most frequent of them: a form that few happen to write tells no more
    /// than the word does.
    pub(super) weight: Bm25,
}

impl Terms {
    /// Looks the words of a question up among what is visible.
    pub(super) fn of(ask: &Ask, snapshot: &Snapshot, visible: &VisibleSet, pace: &mut Pace<'_>) -> Result<Self, IndexError> {
        let query = &ask.query;
        let first_page = ask.basis.as_ref().filter(|basis| basis.fits(query));
        let (documents, lengths) =
            first_page.map_or((visible.documents, visible.lengths), |basis| (basis.documents, basis.lengths));
        // Without documents or text there would be nothing to divide by.
        let documents = documents.max(1);
        let lengths = lengths.map(|length| Lengths::around(average(length.max(1), documents)));
        let now = first_page.map_or(ask.now, |basis| basis.now);
        let mut terms = Self {
            distinct: Vec::new(),
            words: Vec::new(),
            idf: Vec::new(),
            basis: Basis::default(),
            weigh: Weigh::new(ask, now),
            stretched: Vec::new(),
        };
        let mut places: HashMap<Term, usize> = HashMap::new();
        let mut frequencies = Vec::with_capacity(query.words.len());
        let mut spoken = Spoken { snapshot, visible, known: HashMap::new() };
        let mut expander =
            Expander { snapshot, visible, expansions: ask.expansions, misspelt: ask.misspelt, stretched: Vec::new() };
        for (at, word) in query.words.iter().enumerate() {
            pace.look()?;
            let mut visible_forms = Vec::new();
            if !word.prefix {
                visible_forms.extend(spoken.visible(&word.exact, &word.stems, pace)?);
                for synonym in word.also.iter().filter(|synonym| synonym.words.len() == 1) {
                    let forms = spoken.visible(synonym.words.first().map_or("", String::as_str), &synonym.stems, pace)?;
                    if !forms.is_empty() {
                        expander.tell((at, Stretch::Synonym), synonym.words.clone(), false);
                    }
                    visible_forms.extend(forms);
                }
            }
            visible_forms.extend(expander.form((at, word), !visible_forms.is_empty(), pace)?);
            let most = visible_forms.iter().map(SeenTerm::visible).max().unwrap_or(0);
            frequencies.push(most);
            let most = first_page.and_then(|basis| basis.frequencies.get(at)).copied().unwrap_or(most).min(documents);
            // The forms of a word differ in their weights by field alone.
            let idf = idf(most, documents) * query.weight(word);
            let weights = lengths.clone().map(|lengths| Bm25::new(narrow(idf), lengths));
            let mut of_word = Vec::with_capacity(visible_forms.len());
            for seen in visible_forms {
                let Some(weight) = weights.get(seen.field).cloned() else { continue };
                let place = match &seen.source {
                    Source::Kept(term, _) => *places.entry(term.clone()).or_insert(terms.distinct.len()),
                    Source::Made(_) => terms.distinct.len(),
                };
                if place == terms.distinct.len() {
                    terms.distinct.push(seen);
                }
                of_word.push(Form { place, weight });
            }
            terms.words.push(of_word);
            terms.idf.push(idf);
        }
        terms.stretched = expander.stretched;
        let VisibleSet { documents, lengths, .. } = *visible;
        terms.basis = Basis { documents, lengths, frequencies, pass: Pass::default(), now };
        Ok(terms)
    }
}

#[expect(clippy::cast_precision_loss, reason = "the engine computes it in the same way")]
fn average(length: u64, documents: u64) -> f32 {
    length as f32 / documents as f32
}

/// Looks a term up in every segment.
fn seen(term: Term, snapshot: &Snapshot, visible: &VisibleSet, pace: &mut Pace<'_>) -> Result<SeenTerm, IndexError> {
    let parts = snapshot.segments.iter().zip(&visible.parts);
    let segments = parts.map(|(segment, part)| part.seen(segment, &term, pace)).collect::<Result<_, _>>()?;
    let field = snapshot.fields.text().iter().position(|field| *field == term.field()).unwrap_or_default();
    Ok(SeenTerm { field, source: Source::Kept(term, segments) })
}

/// The terms that a word, which is no beginning of one, may stand as.
pub(super) fn forms(word: &Word, fields: Fields) -> Vec<Term> {
    let exact = [Term::from_field_text(fields.exact, &word.exact), Term::from_field_text(fields.stem, &word.exact)];
    let stems = word.stems.iter().map(|stem| Term::from_field_text(fields.stem, &stem.to_string()));
    exact.into_iter().chain(stems).collect()
}

/// The languages of which visible documents have stems. Words bring stems of every language, most of which need not be looked for.
struct Spoken<'a> {
    snapshot: &'a Snapshot,
    visible: &'a VisibleSet,
    known: HashMap<Language, bool>,
}

impl Spoken<'_> {
    /// The terms that a word may stand as and visible documents have.
    fn visible(&mut self, exact: &str, stems: &[Stem], pace: &mut Pace<'_>) -> Result<Vec<SeenTerm>, IndexError> {
        let fields = self.snapshot.fields;
        let mut terms = vec![Term::from_field_text(fields.exact, exact), Term::from_field_text(fields.stem, exact)];
        for stem in stems {
            if self.has(stem.language, pace)? {
                terms.push(Term::from_field_text(fields.stem, &stem.to_string()));
            }
        }
        let mut visible = Vec::with_capacity(terms.len());
        for term in terms {
            visible.push(seen(term, self.snapshot, self.visible, pace)?);
        }
        visible.retain(|form| form.visible() > 0);
        Ok(visible)
    }

    fn has(&mut self, language: Language, pace: &mut Pace<'_>) -> Result<bool, IndexError> {
        if let Some(known) = self.known.get(&language) {
            return Ok(*known);
        }
        let label = self.snapshot.fields.label_term(&schema::stemmed_label(language));
        let known = seen(label, self.snapshot, self.visible, pace)?.visible() > 0;
        self.known.insert(language, known);
        Ok(known)
    }
}

/// The inverse document frequency as BM25 has it.
#[expect(clippy::cast_precision_loss, reason = "numbers of documents lie far below 2^52")]
fn idf(frequency: u64, documents: u64) -> f64 {
    let (frequency, documents) = (frequency as f64, documents as f64);
    (1.0 + (documents - frequency + 0.5) / (frequency + 0.5)).ln()
}

/// A weight as scores have it.
#[expect(clippy::cast_possible_truncation, reason = "shares are kept with the engine's precision")]
fn narrow(weight: f64) -> f32 {
    weight as f32
}
