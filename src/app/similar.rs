//! Finding what is like a document, or like a text that somebody is writing.
//!
//! The words that tell what it is about are weighed by how many visible documents have them, and whatever shares some of them is
//! found, once for each thread. All that is counted comes from visible documents, and what is shown is read again from the
//! ledger. Proved in `tests/it/similar.rs`.

use std::collections::HashSet;

use super::found::{DocumentFound, Warning};
use super::snippets::FoundBy;
use super::writes::off_thread;
use super::{App, AppError, Call};
use crate::access::Sight;
use crate::domain::{Document, DocumentName, MarkupFormat, Revision};
use crate::index::{Ask, Hit};
use crate::query::{Condition, Filter, Query, TextWord, Word, telling_words, text_words};
use crate::text;

/// Words of a text with which one in common is enough; part of what the API promises, so no setting.
const FEW: usize = 3;

/// What others are to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Like {
    /// A document.
    Document(DocumentName),
    /// A text that is no document yet.
    Text {
        /// Its headline; may be empty.
        title: String,
        /// Markdown.
        body: String,
    },
}

/// What similar documents are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindSimilar {
    /// What they are to be like.
    pub like: Like,
    /// What restricts them.
    pub filter: Filter,
    /// Most documents; at least 1.
    pub limit: usize,
}

/// Similar documents.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarFound {
    /// The best first, one of each thread.
    pub documents: Vec<DocumentFound>,
    /// The words by which they were judged, the most telling first.
    pub words: Vec<String>,
    /// What the answer says about itself.
    pub warnings: Vec<Warning>,
    /// The revision that was searched.
    pub revision: Revision,
}

impl App {
    /// Finds documents that the asker may read and that are like another one, or like a text.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the document is missing or hidden, in the same words; [`AppError::DeadlineExceeded`],
    /// [`AppError::Overloaded`].
    pub async fn find_similar(&self, call: &Call, wanted: FindSimilar) -> Result<SimilarFound, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let (given, title, body, format) = match wanted.like {
            Like::Document(name) => {
                let document = self.document(&name).await?.filter(|document| sight.may_read(document));
                let document = document.ok_or_else(|| AppError::not_found(&name))?;
                let root = document.thread_root().clone();
                let Document { title, body, format, .. } = document;
                (Some((name, root)), title, body, format)
            }
            Like::Text { title, body } => (None, title, body, MarkupFormat::default()),
        };
        let mut warnings = self.filter_warnings(call, &sight, &wanted.filter).await?;
        let languages = self.settings.query_languages.clone();
        let words = off_thread(move || text_words(&title, &text::plain_text(&body, format), &languages)).await?;
        if words.is_empty() {
            warnings.push(Warning::NoSearchableWords);
        }
        let enough = if words.len() > FEW { 2 } else { 1 };
        // The document itself has its words, too.
        let least = if given.is_some() { 2 } else { 1 };
        let telling = self.telling(call, &sight, words, least).await?;
        if telling.is_empty() {
            let revision = *self.backends.index.applied().borrow();
            return Ok(SimilarFound { documents: Vec::new(), words: Vec::new(), warnings, revision });
        }
        let query = Query::any_of(telling);
        let mut filter = self.under_every_name(wanted.filter);
        let (own, thread) = given.unzip();
        filter.without_documents.extend(own);
        let found = self.backends.index.search(Ask { filter, ..self.asked(call, &sight, query.clone()) }).await?;
        let hits = best_of_threads(found.hits, enough, thread, wanted.limit);
        let words = query.shown_words();
        let found_by = FoundBy::new(query, &found.basis, Vec::new());
        let documents = self.show_documents(call, &sight, found_by, hits).await?;
        Ok(SimilarFound { documents, words, warnings, revision: found.revision })
    }

    /// The words of a text that tell what it is about, among what the asker may read.
    async fn telling(&self, call: &Call, sight: &Sight, words: Vec<TextWord>, least: u64) -> Result<Vec<Word>, AppError> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        // Only the statistics are wanted, so nothing needs to be scored.
        let counted = Query {
            words: words.iter().map(|found| found.word.clone()).collect(),
            strict: Condition::Nothing,
            relaxed: Condition::Nothing,
            ..Query::default()
        };
        let basis = self.backends.index.search(self.asked(call, sight, counted)).await?.basis;
        Ok(telling_words(words, &basis.frequencies, basis.documents, least))
    }
}

/// The best hit of each thread but one's own, as far as it has enough of the words.
fn best_of_threads(mut hits: Vec<Hit>, enough: usize, own: Option<DocumentName>, limit: usize) -> Vec<Hit> {
    let mut threads: HashSet<DocumentName> = own.into_iter().collect();
    let shares = |hit: &Hit| hit.shares.iter().filter(|share| **share > 0.0).count();
    hits.retain(|hit| shares(hit) >= enough && threads.insert(hit.thread_root.clone()));
    hits.truncate(limit);
    hits
}
