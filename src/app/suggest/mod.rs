//! What completes the text in a search box: one question for each sort of thing, all at once.
//!
//! What stands at the caret says what can complete it (`query::Caret`), and how it is written there (`query::Completion`). `names`
//! has people and communities, `texts` what documents are made of, `operators` the language itself; `highlight` says what was typed
//! of each. Every answer comes from what the asker may see: the rooms below count and find nothing else.

mod highlight;
mod names;
mod operators;
mod texts;

use std::ops::Range;

use futures::future::try_join4;

use super::{App, AppError, Call};
use crate::access::Sight;
use crate::domain::{Person, Revision};
use crate::query::{Caret, Completion, Filter, Mode, Query, QueryLimits, Takes, Typing, parse};

/// From how many characters on a word is completed.
const SHORTEST_WORD: usize = 2;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Suggest {
    /// What stands in the box.
    pub query: String,
    /// Where the caret stands, in bytes, on a border of characters.
    pub caret: usize,
    /// What is wanted; empty: everything.
    pub sorts: Vec<SuggestionSort>,
    /// Most of each sort; at least 1.
    pub limit: usize,
}

/// What a suggestion is, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuggestionSort {
    /// An operator, or one of its values.
    Operator,
    /// A word of documents.
    Term,
    /// A person.
    Person,
    /// A community.
    Community,
    /// A topic label.
    Hashtag,
    /// A headline.
    Title,
}

/// Something that completes what is being typed.
#[derive(Clone, Debug, PartialEq)]
pub struct SuggestionFound {
    /// What it is.
    pub sort: SuggestionSort,
    /// What is shown.
    pub text: String,
    /// The whole text of the box with it put in.
    pub completion: String,
    /// The bytes of the box that it takes the place of.
    pub replaced: Range<usize>,
    /// The name of the resource that it is; empty where it is none.
    pub name: String,
    /// The person that it is.
    pub person: Option<Person>,
    /// How many documents have it, where that is counted.
    pub documents: u64,
    /// The bytes of its text that are what was typed, in order.
    pub highlights: Vec<Range<usize>>,
    /// Whether what was typed is taken for misspelt.
    pub corrected: bool,
}

/// What completes what is being typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SuggestionsFound {
    /// By sort, best first within each.
    pub suggestions: Vec<SuggestionFound>,
    /// A revision that all of them show, or a later one.
    pub revision: Revision,
}

impl App {
    /// Finds what completes what is being typed where a caret stands.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`], [`AppError::Overloaded`].
    pub async fn suggest(&self, call: &Call, wanted: Suggest) -> Result<SuggestionsFound, AppError> {
        self.freshen(call).await?;
        let revision = (*self.backends.index.applied().borrow()).min(*self.backends.profiles.applied().borrow());
        let Some(caret) = Caret::at(&wanted.query, wanted.caret) else {
            return Ok(SuggestionsFound { suggestions: Vec::new(), revision });
        };
        let asked = Asked {
            app: self,
            call,
            sight: self.sight(call),
            caret,
            sorts: &wanted.sorts,
            limit: wanted.limit.max(1),
            limits: self.settings.limits.query(),
        };
        let mut suggestions = asked.operators();
        let found = try_join4(asked.of_documents(), asked.people(), asked.communities(), asked.titles()).await?;
        let (of_documents, people, communities, titles) = found;
        for found in [of_documents, people, communities, titles] {
            suggestions.extend(found);
        }
        if suggestions.iter().all(|suggestion| suggestion.corrected) {
            suggestions.extend(asked.near_terms().await?);
        }
        // Within a sort they are in order.
        suggestions.sort_by_key(|suggestion| suggestion.sort);
        Ok(SuggestionsFound { suggestions, revision })
    }
}

/// One question.
struct Asked<'a> {
    app: &'a App,
    call: &'a Call,
    sight: Sight,
    caret: Caret<'a>,
    sorts: &'a [SuggestionSort],
    limit: usize,
    limits: QueryLimits,
}

impl<'a> Asked<'a> {
    /// Whether suggestions of a sort are wanted and can stand at the caret.
    fn wants(&self, sort: SuggestionSort) -> bool {
        let typed = self.caret.typed.trim().chars().count();
        let fits = match self.caret.typing {
            Typing::Word => typed >= SHORTEST_WORD && (self.caret.alone || sort == SuggestionSort::Term),
            Typing::Phrase => typed >= SHORTEST_WORD && sort == SuggestionSort::Term,
            Typing::Label => typed > 0 && sort == SuggestionSort::Hashtag,
            Typing::Mention => typed > 0 && sort == SuggestionSort::Person,
            Typing::Value(operator) => match operator.takes_what() {
                Takes::Listed => sort == SuggestionSort::Operator,
                Takes::People => typed > 0 && sort == SuggestionSort::Person,
                Takes::Communities => typed > 0 && sort == SuggestionSort::Community,
                Takes::Labels => typed > 0 && sort == SuggestionSort::Hashtag,
                Takes::Headlines => typed > 0 && sort == SuggestionSort::Title,
                Takes::Other => false,
            },
        };
        fits && (self.sorts.is_empty() || self.sorts.contains(&sort))
    }

    /// What may be meant as one name, and where that begins: all words in a row, or else the last.
    fn readings(&self) -> Vec<(&'a str, usize)> {
        let last = (self.caret.typed, self.caret.replaced.start);
        match self.caret.typing {
            Typing::Word if self.caret.row < last.1 => vec![(self.caret.row_typed(), self.caret.row), last],
            _ => vec![last],
        }
    }

    /// A suggestion that takes the place of everything from a byte on; nothing where that would not be read as what it is.
    fn suggestion(&self, sort: SuggestionSort, with: Completion<'_>, from: usize) -> Option<SuggestionFound> {
        let completion = self.caret.completed(with, from, &self.limits)?;
        Some(SuggestionFound {
            sort,
            text: String::new(),
            completion,
            replaced: from..self.caret.replaced.end,
            name: String::new(),
            person: None,
            documents: 0,
            highlights: Vec::new(),
            corrected: false,
        })
    }

    /// What the query that stands before a byte asks for; nothing where it says nothing that holds of what is being typed, too.
    async fn context(&self, from: usize) -> Result<Option<Query>, AppError> {
        let before = self.caret.before(from);
        // What stands on the other side of an OR says nothing.
        if before.split_whitespace().any(|word| word == "OR") {
            return Ok(None);
        }
        let Ok(typed) = parse(before, Mode::Lenient, &self.limits) else { return Ok(None) };
        if typed.tree.0.is_none() {
            return Ok(None);
        }
        let query = self.app.understand(self.call, &self.sight, &typed, &Filter::default()).await?.query;
        // Nearly every document has words that tell little.
        if typed.tree.is_plain() && query.words.iter().all(|word| word.minor) {
            return Ok(None);
        }
        Ok(Some(query.strictly()))
    }
}
