//! Operators and their listed values, which are the same for everybody.

use super::{Asked, SuggestionFound, SuggestionSort};
use crate::query::{Completion, OPERATORS, Typing};

impl Asked<'_> {
    /// Operators whose names begin as was typed, or listed values of the one at the caret that do, in the order in which they are told.
    pub(super) fn operators(&self) -> Vec<SuggestionFound> {
        if !self.wants(SuggestionSort::Operator) {
            return Vec::new();
        }
        let typed = self.caret.typed.trim().to_ascii_lowercase();
        let begins = |name: &str, aliases: &[&str]| {
            std::iter::once(name).chain(aliases.iter().copied()).any(|name| name.starts_with(&typed))
        };
        let found: Vec<Option<SuggestionFound>> = if let Typing::Value(operator) = self.caret.typing {
            let values = operator.values.iter().filter(|value| begins(value.value, value.aliases));
            values
                .map(|value| {
                    let text = format!("{}:{}", operator.name, value.value);
                    self.operator(Completion::Value(value.value), text, operator.name.len() + 1, value.value, &typed)
                })
                .collect()
        } else {
            let operators = OPERATORS.iter().filter(|operator| begins(operator.name, operator.aliases));
            operators
                .map(|operator| {
                    self.operator(Completion::Operator(operator), format!("{}:", operator.name), 0, operator.name, &typed)
                })
                .collect()
        };
        found.into_iter().flatten().take(self.limit).collect()
    }

    /// One of them, whose name stands at a byte of what is shown.
    fn operator(&self, with: Completion<'_>, text: String, at: usize, name: &str, typed: &str) -> Option<SuggestionFound> {
        let suggestion = self.suggestion(SuggestionSort::Operator, with, self.caret.replaced.start)?;
        // An alias is not shown.
        let shown = !typed.is_empty() && name.starts_with(typed);
        let highlights = shown.then(|| at..at + typed.len()).into_iter().collect();
        Some(SuggestionFound { text, highlights, ..suggestion })
    }
}
