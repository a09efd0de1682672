//! Words that stand for each other: what is typed as one is also found where another is written.

use std::collections::HashMap;

use super::terms;
use super::word::{Synonym, stems};
use crate::domain::Language;

/// Terms that stand for each other. A term is one word or several in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SynonymGroup {
    /// The terms.
    pub terms: Vec<String>,
    /// Whether only the first of them also finds the others, and none of these finds another.
    pub one_way: bool,
}

/// Synonyms by the terms that are typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synonyms {
    /// By the first word of a term.
    terms: HashMap<String, Vec<Term>>,
}

/// A term that finds others.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    words: Vec<String>,
    /// What may stand in its place.
    others: Vec<Synonym>,
}

impl Synonyms {
    /// The synonyms of some groups, with stems in some languages. A term without words is none.
    #[must_use]
    pub fn of(groups: &[SynonymGroup], languages: &[Language]) -> Self {
        let mut synonyms = Self::default();
        for group in groups {
            let mut terms: Vec<Vec<String>> = Vec::new();
            for term in &group.terms {
                let words = terms::words(term);
                if !words.is_empty() && !terms.contains(&words) {
                    terms.push(words);
                }
            }
            let typed = if group.one_way { 1.min(terms.len()) } else { terms.len() };
            for term in &terms[..typed] {
                let others = terms.iter().filter(|other| *other != term);
                let others = others.map(|words| Synonym::of(words.clone(), languages)).collect();
                synonyms.terms.entry(term[0].clone()).or_default().push(Term { words: term.clone(), others });
            }
        }
        synonyms
    }

    /// What may stand in the place of each of some words that were typed in a row, sorted, without repeats: synonyms of the word,
    /// and of every term that it is a part of.
    pub(super) fn of_words(&self, typed: &[&str]) -> Vec<Vec<Synonym>> {
        let mut found = vec![Vec::new(); typed.len()];
        for (at, word) in typed.iter().enumerate() {
            for Term { words, others } in self.terms.get(*word).into_iter().flatten() {
                if typed[at..].len() >= words.len() && typed[at..].iter().zip(words).all(|(typed, word)| typed == word) {
                    found[at..at + words.len()].iter_mut().for_each(|found: &mut Vec<Synonym>| found.extend_from_slice(others));
                }
            }
        }
        for found in &mut found {
            found.sort_unstable();
            found.dedup();
        }
        found
    }
}

impl Synonym {
    fn of(words: Vec<String>, languages: &[Language]) -> Self {
        let stems = if let [word] = words.as_slice() { stems(word, languages) } else { Vec::new() };
        Self { words, stems }
    }
}

#[cfg(test)]
mod tests {
    //! 1. which typed words find what, each way; 2. terms of several words; 3. words of one have stems.
    use super::*;

    fn synonyms(groups: &[(&[&str], bool)]) -> Synonyms {
        let group = |(terms, one_way): &(&[&str], bool)| SynonymGroup {
            terms: terms.iter().map(|term| (*term).to_owned()).collect(),
            one_way: *one_way,
        };
        Synonyms::of(&groups.iter().map(group).collect::<Vec<_>>(), &[Language::ENGLISH])
    }

    fn check(groups: &[(&[&str], bool)], typed: &str, expected: &[&str]) {
        let words: Vec<&str> = typed.split(' ').collect();
        let found = synonyms(groups).of_words(&words);
        let joined = |found: &Vec<Synonym>| found.iter().map(|one| one.words.join(" ")).collect::<Vec<_>>().join(", ");
        assert_eq!(found.iter().map(joined).collect::<Vec<_>>(), expected, "{typed}");
    }

    #[test]
    fn each_term_finds_the_others_of_its_group() {
        let both: &[(&[&str], bool)] = &[(&["K8s", "Kubernetes"], false)];
        check(both, "k8s", &["kubernetes"]);
        check(both, "kubernetes", &["k8s"]);
        check(both, "kubernetes tides k8s", &["k8s", "", "kubernetes"]);
        let one: &[(&[&str], bool)] = &[(&["ship", "wigeon", "vessel"], true)];
        check(one, "ship", &["vessel, wigeon"]);
        check(one, "wigeon", &[""]);
        check(&[(&["a", "b"], false), (&["b", "c"], false)], "b", &["a, c"]);
        check(&[(&["a", "b"], false), (&["b", "c"], false)], "a", &["b"]);
        check(&[(&["", "!", "a"], false)], "a", &[""]);
        check(&[(&[], true)], "a", &[""]);
        check(&[(&["a", "A"], false)], "a", &[""]);
    }

    #[test]
    fn terms_of_several_words_are_met_in_a_row() {
        let groups: &[(&[&str], bool)] = &[(&["single sign-on", "SSO"], false)];
        check(groups, "single sign on", &["sso", "sso", "sso"]);
        check(groups, "the single sign on page", &["", "sso", "sso", "sso", ""]);
        check(groups, "single sign", &["", ""]);
        check(groups, "single the sign on", &["", "", "", ""]);
        check(groups, "sso", &["single sign on"]);
        check(&[(&["sign on", "login"], false), (&["sign", "mark"], false)], "sign on", &["login, mark", "login"]);
    }

    #[test]
    fn words_of_one_have_stems() {
        let found = synonyms(&[(&["fix", "running repairs", "repairs"], false)]).of_words(&["fix"]);
        let stems: Vec<Vec<&str>> =
            found[0].iter().map(|one| one.stems.iter().map(|stem| stem.text.as_str()).collect()).collect();
        assert_eq!(stems, [vec!["repair"], vec![]]);
    }
}
