//! What visible documents are made of: their words, their topic labels and their headlines.
//!
//! Words and labels are counted among the documents that the rest of the query finds, so that after `harbour` comes `gauges` rather
//! than `game`.

use std::collections::HashSet;

use super::highlight::beginnings;
use super::{Asked, SuggestionFound, SuggestionSort};
use crate::app::AppError;
use crate::directory::{folded, words};
use crate::domain::{DocumentName, Hashtag};
use crate::index::{Ask, AskTerms, Order, TermFound, TermPattern};
use crate::query::{Completion, Condition, Query, Word};
use crate::text::{Speller, fold};

/// How many times as many are looked at as are wanted, since some cannot be shown: numbers among words, headlines that repeat.
const SPARE: usize = 4;
/// How many more, where few cannot be: each is counted over all documents that have it.
const FEW_SPARE: usize = 2;

/// A word that more documents have tells little of what else stands in them, and counting among them takes longer than somebody who
/// types waits.
const BROAD: u64 = 1 << 16;

impl Asked<'_> {
    /// Words and labels, the most frequent first.
    pub(super) async fn of_documents(&self) -> Result<Vec<SuggestionFound>, AppError> {
        let mut patterns = Vec::new();
        if self.wants(SuggestionSort::Term) {
            patterns.push(TermPattern::Beginning(fold(self.caret.typed)));
        }
        if self.wants(SuggestionSort::Hashtag) {
            patterns.push(TermPattern::Hashtag(self.caret.typed.trim().to_lowercase()));
        }
        if patterns.is_empty() {
            return Ok(Vec::new());
        }
        let context = self.context(self.caret.replaced.start).await?;
        let mut found = self.terms_found(patterns.clone(), context.as_ref()).await?;
        if context.is_some() && found.iter().all(Vec::is_empty) {
            found = self.terms_found(patterns.clone(), None).await?;
        }
        let shown = patterns.iter().zip(found).flat_map(|(pattern, found)| {
            let shown = found.into_iter().filter_map(|found| match pattern {
                TermPattern::Hashtag(_) => self.label(&found),
                TermPattern::Beginning(_) | TermPattern::Near(_) => self.term(found),
            });
            shown.take(self.limit).collect::<Vec<_>>()
        });
        Ok(shown.collect())
    }

    /// Words that what was typed may have been meant to be, the nearest first.
    pub(super) async fn near_terms(&self) -> Result<Vec<SuggestionFound>, AppError> {
        let typed = fold(self.caret.typed);
        if !self.wants(SuggestionSort::Term) || Speller::of(&typed).is_none() {
            return Ok(Vec::new());
        }
        let found = self.terms_found(vec![TermPattern::Near(typed)], None).await?;
        let shown = found.into_iter().flatten().filter_map(|found| self.term(found)).take(self.limit);
        Ok(shown.map(|found| SuggestionFound { highlights: Vec::new(), corrected: true, ..found }).collect())
    }

    /// For each pattern what is found, among the documents of a query or all.
    async fn terms_found(&self, patterns: Vec<TermPattern>, context: Option<&Query>) -> Result<Vec<Vec<TermFound>>, AppError> {
        let among = context.map(|query| Box::new(self.search(query.clone(), 1)));
        let lettered = self.caret.typed.contains(char::is_alphabetic);
        let limit = if lettered { self.limit + FEW_SPARE } else { self.limit * SPARE };
        let ask =
            AskTerms { patterns, among, broad: BROAD, sight: self.sight.clone(), limit, patience: self.call.patience.clone() };
        Ok(self.app.backends.index.terms(ask).await?.terms)
    }

    /// A search for the newest documents of a query.
    fn search(&self, query: Query, limit: usize) -> Ask {
        Ask { order: Order::Newest, limit, ..self.app.asked(self.call, &self.sight, query) }
    }

    fn term(&self, found: TermFound) -> Option<SuggestionFound> {
        if !found.text.contains(char::is_alphabetic) {
            return None;
        }
        let suggestion = self.suggestion(SuggestionSort::Term, Completion::Word(&found.text), self.caret.replaced.start)?;
        let highlights = beginnings(&found.text, self.caret.typed);
        Some(SuggestionFound { highlights, text: found.text, documents: found.documents, ..suggestion })
    }

    fn label(&self, found: &TermFound) -> Option<SuggestionFound> {
        let label = Hashtag::parse(&found.text).ok()?;
        let suggestion = self.suggestion(SuggestionSort::Hashtag, Completion::Label(&label), self.caret.replaced.start)?;
        let typed = 1..1 + self.caret.typed.trim().to_lowercase().len();
        Some(SuggestionFound {
            highlights: vec![typed],
            text: format!("#{}", found.text),
            documents: found.documents,
            ..suggestion
        })
    }

    /// Headlines with all words in a row, or else with the last, the newest first.
    pub(super) async fn titles(&self) -> Result<Vec<SuggestionFound>, AppError> {
        if !self.wants(SuggestionSort::Title) {
            return Ok(Vec::new());
        }
        for (typed, from) in self.readings() {
            let titles = self.titles_with(typed, from).await?;
            if !titles.is_empty() {
                return Ok(titles);
            }
        }
        Ok(Vec::new())
    }

    async fn titles_with(&self, typed: &str, from: usize) -> Result<Vec<SuggestionFound>, AppError> {
        let Some(headline) = self.headline(typed) else { return Ok(Vec::new()) };
        let mut query = self.context(from).await?.unwrap_or_default();
        query.strict = Condition::All(std::iter::once(query.strict).chain(headline).collect());
        let found = self.app.backends.index.search(self.search(query.strictly(), self.limit * SPARE)).await?;
        let names: Vec<DocumentName> = found.hits.into_iter().map(|hit| hit.document).collect();
        let mut titles = self.app.visible(&self.sight, &names, |document| document.title.clone()).await?;
        let mut seen = HashSet::new();
        let shown = names.iter().filter_map(|name| {
            let text = titles.remove(name).filter(|title| seen.insert(folded(title)))?;
            let suggestion = self.suggestion(SuggestionSort::Title, Completion::Headline(&text), from)?;
            Some(SuggestionFound { highlights: beginnings(&text, typed), text, name: name.to_string(), ..suggestion })
        });
        Ok(shown.take(self.limit).collect())
    }

    /// What a headline must have: every word that was typed, and one that begins as the last; nothing where no word was.
    fn headline(&self, typed: &str) -> Option<Vec<Condition>> {
        let mut typed: Vec<String> = words(typed).into_iter().map(|word| word.shown).collect();
        let last = typed.pop()?;
        let languages = &self.app.settings.query_languages;
        let whole = typed.into_iter().map(|word| Word::of(word, languages));
        let begun = Word { exact: last, prefix: true, literal: true, ..Word::default() };
        Some(whole.chain([begun]).map(|word| Condition::Title(Box::new(word))).collect())
    }
}
