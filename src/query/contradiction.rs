//! What no document can have, so that an empty answer says why.

use std::collections::{BTreeSet, HashSet};

use super::condition::Condition;
use super::filter::{Filter, TimeRange};
use super::query::Query;
use super::tree::State;
use super::word::Word;
use crate::domain::{CommunityName, Kind, Language};

/// Whether no document can match, even where words are left out: it would have to be of two kinds, in two languages, in two
/// communities, written at two times, in two states, or have and not have the same. Only what is plain is seen.
#[must_use]
pub fn contradicts(query: &Query, filter: &Filter) -> bool {
    let alone = std::slice::from_ref(&query.relaxed);
    let all = if let Condition::All(all) = &query.relaxed { all.as_slice() } else { alone };
    let kinds = allowed(all, &filter.kinds, |condition| match condition {
        Condition::Kind(kind) => Some(vec![*kind]),
        _ => None,
    });
    let languages = allowed(all, &filter.languages, |condition| match condition {
        Condition::Language(language) => Some(vec![*language]),
        _ => None,
    });
    let communities = allowed(all, &filter.communities, |condition| match condition {
        Condition::In(names) => Some(names.clone()),
        _ => None,
    });
    let no_kind = kinds.as_ref().is_some_and(BTreeSet::is_empty) || excludes_every_kind(all, kinds.as_ref());
    let no_language = languages.as_ref().is_some_and(BTreeSet::<Language>::is_empty);
    let no_community = communities.as_ref().is_some_and(BTreeSet::<CommunityName>::is_empty);
    no_kind || no_language || no_community || no_time(all, filter) || no_state(all) || has_opposites(all, &query.words)
}

/// The values that every condition allows which says something of them; nothing where none does.
fn allowed<T: Clone + Ord>(
    all: &[Condition],
    filtered: &[T],
    values: impl Fn(&Condition) -> Option<Vec<T>>,
) -> Option<BTreeSet<T>> {
    let of = |condition: &Condition| -> Option<BTreeSet<T>> {
        match condition {
            Condition::Any(any) => any.iter().map(&values).collect::<Option<Vec<_>>>().map(|values| values.concat()),
            one => values(one),
        }
        .map(BTreeSet::from_iter)
    };
    let filtered = (!filtered.is_empty()).then(|| filtered.iter().cloned().collect());
    all.iter().filter_map(of).chain(filtered).reduce(|one, other| one.intersection(&other).cloned().collect())
}

fn excludes_every_kind(all: &[Condition], kinds: Option<&BTreeSet<Kind>>) -> bool {
    let excluded: HashSet<Kind> = negated(all)
        .flat_map(|condition| if let Condition::Any(any) = condition { any.as_slice() } else { std::slice::from_ref(condition) })
        .filter_map(|condition| if let Condition::Kind(kind) = condition { Some(*kind) } else { None })
        .collect();
    let left = |kind: &Kind| !excluded.contains(kind) && kinds.is_none_or(|kinds| kinds.contains(kind));
    !Kind::ALL.iter().any(left)
}

fn no_time(all: &[Condition], filter: &Filter) -> bool {
    let created = all.iter().filter_map(|condition| if let Condition::Created(range) = condition { Some(range) } else { None });
    let both = |one: TimeRange, other: &TimeRange| TimeRange {
        from: one.from.max(other.from),
        until: match (one.until, other.until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        },
    };
    let range = created.fold(filter.created, both);
    range.from.zip(range.until).is_some_and(|(from, until)| from >= until)
}

fn no_state(all: &[Condition]) -> bool {
    let is = |state| all.contains(&Condition::Is(state));
    let opposite = [(State::Solved, State::Unsolved), (State::Solved, State::Unanswered), (State::Verified, State::Deprecated)];
    opposite.iter().any(|(one, other)| is(*one) && is(*other))
}

fn has_opposites(all: &[Condition], words: &[Word]) -> bool {
    let here: HashSet<&Condition> = all.iter().collect();
    let quoted = |holds: &dyn Fn(&String) -> bool| {
        all.iter().any(|condition| matches!(condition, Condition::Phrase(phrase) if phrase.words.iter().any(holds)))
    };
    negated(all).any(|not| {
        let Condition::Word(other) = not else { return here.contains(not) };
        let is_slot = |(place, word): (usize, &Word)| {
            (&other.exact, other.prefix) == (&word.exact, word.prefix) && here.contains(&Condition::Slot(place))
        };
        let begins = |word: &String| word == &other.exact || (other.prefix && word.starts_with(&other.exact));
        words.iter().enumerate().any(is_slot) || quoted(&begins)
    })
}

fn negated(all: &[Condition]) -> impl Iterator<Item = &Condition> {
    all.iter().filter_map(|condition| if let Condition::Not(not) = condition { Some(not.as_ref()) } else { None })
}

#[cfg(test)]
mod tests {
    //! 1. what is plainly contradictory is seen, with the filter too; 2. what may have an answer is not.
    use super::super::tests::{LIMITS, NOW};
    use super::super::{Mode, Names, Synonyms, parse};
    use super::*;
    use crate::domain::{Moment, ResourceName};

    fn check(typed: &str, filter: &Filter) -> bool {
        let tree = parse(typed, Mode::Strict, &LIMITS).unwrap_or_else(|errors| panic!("{typed}: {errors:?}")).tree;
        let named = |id: &str| (id.to_owned(), vec![CommunityName::from_id(id).unwrap()]);
        let names = Names { communities: [named("one"), named("two")].into(), ..Names::default() };
        let now = Moment::parse(NOW).unwrap();
        contradicts(&tree.query(&names, now, &[Language::ENGLISH], &Synonyms::default()), filter)
    }

    #[test]
    fn what_no_document_can_have_is_seen() {
        for typed in [
            "kind:post kind:page",
            "kind:post,page kind:topic tides",
            "kind:post -kind:post",
            "kind:post,page -kind:post,page",
            "-kind:post,page,article -kind:topic,reply",
            "lang:de lang:en",
            "in:one in:two",
            "before:2024 after:2024",
            "during:2024 during:2025-03",
            "after:today before:yesterday",
            "is:solved is:unsolved",
            "is:verified is:deprecated tides",
            "is:solved -is:solved",
            "tides -tides",
            "+tides moon -tides",
            "\"spring tide\" -\"spring tide\"",
            "tid* -tid*",
            "#tides -#tides",
            "title:moon -title:moon",
            "\"tide\" -\"tide\"",
            "\"tide\" -tide",
            "\"spring tide\" -tide",
            "\"tide\" -tid*",
        ] {
            assert!(check(typed, &Filter::default()), "{typed}");
        }
        let filters = [
            ("kind:post", Filter { kinds: vec![Kind::Page, Kind::Topic], ..Filter::default() }),
            ("-kind:page", Filter { kinds: vec![Kind::Page], ..Filter::default() }),
            ("lang:de", Filter { languages: vec![Language::ENGLISH], ..Filter::default() }),
            ("in:one", Filter { communities: vec![CommunityName::from_id("two").unwrap()], ..Filter::default() }),
            (
                "before:2024",
                Filter { created: TimeRange { from: Moment::of_date(2024, 1, 1), until: None }, ..Filter::default() },
            ),
        ];
        for (typed, filter) in filters {
            assert!(check(typed, &filter), "{typed}");
        }
    }

    #[test]
    fn what_may_have_an_answer_is_not() {
        for typed in [
            "",
            "tides",
            "tides moon -tides",
            "tides -moon",
            "kind:post,page kind:page,topic",
            "kind:post OR kind:page lang:de",
            "kind:post -kind:page",
            "-kind:post,page",
            "before:2025 after:2023",
            "before:2024 during:2023-12",
            "active:1d before:2024",
            "is:unsolved is:unanswered",
            "in:nobody in:one",
            "in:one,two in:one",
            "tide -tides OR moon",
            "tid* -tide",
            "tide -\"tide\"",
            "+tide -\"tide\"",
            "\"tide\" -\"tides\"",
            "\"spring tide\" -\"tide spring\"",
            "(kind:post OR tides) kind:page",
            "(kind:post OR tides) -tides",
        ] {
            assert!(!check(typed, &Filter::default()), "{typed}");
        }
        assert!(!check("kind:post", &Filter { kinds: vec![Kind::Page, Kind::Post], ..Filter::default() }));
        let until_2024 = TimeRange { from: None, until: Moment::of_date(2024, 1, 1) };
        assert!(!check("during:2023", &Filter { created: until_2024, ..Filter::default() }));
    }
}
