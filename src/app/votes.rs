//! Which documents vote for people: the best that the asker may see, and where few people fill these, the best of all others.
//!
//! Proved below: 1. who takes part in more than a share of the documents crowds, mentions aside; 2. a question is known of more than
//! half of whose telling words stand anywhere. Proved in `tests/it/ranking`: five
//! thousand copies push nobody out of an answer.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{App, AppError, Call};
use crate::access::Sight;
use crate::domain::{DocumentName, Participation, PersonName, Revision, Role};
use crate::expertise::Vote;
use crate::index::{Ask, Basis, Found, Hit, Stretched};
use crate::query::{Filter, Query};

/// Whoever takes part in more than one of so many documents of a window that does not hold all crowds it.
const CROWD: usize = 4;

/// Visible documents that match, as votes for people, before anybody is ranked by them.
#[derive(Clone, Debug)]
pub struct Votes {
    /// The votes; at most the configured window, or two of them where few people fill the first.
    pub votes: Vec<Vote>,
    /// What each word of the query weighs, in the query's order.
    pub idf: Vec<f64>,
    /// How well the best of these documents fits the query: its score as a share of what no document can exceed, 0 to 1.
    pub fit: f64,
    /// What stood for words of the query beside their own forms.
    pub(super) stretched: Vec<Stretched>,
    /// What the scores would rest on if they were given now.
    pub(super) basis: Basis,
    /// The revision that was searched.
    pub(super) revision: Revision,
}

impl Votes {
    /// Whether more than half of the words that tell something stand in any document that the asker may see.
    pub(super) fn know(&self, query: &Query) -> bool {
        let telling = query.words.iter().zip(&self.basis.frequencies).filter(|(word, _)| query.tells(word));
        let (known, unknown): (Vec<_>, Vec<_>) = telling.partition(|(_, frequency)| **frequency > 0);
        known.len() > unknown.len()
    }
}

impl App {
    /// The votes on a question, of documents that a filter admits; scored by these statistics, or by those of now.
    pub(super) async fn collect_votes(
        &self,
        call: &Call,
        sight: &Sight,
        query: &Query,
        filter: &Filter,
        basis: Option<Basis>,
    ) -> Result<Votes, AppError> {
        let ask = Ask {
            filter: self.under_every_name(filter.clone()),
            basis,
            // What somebody wrote speaks for them whatever became of it; how old it is counts with the people.
            by_standing: false,
            // Any word: whoever knows one thing of several is wanted, too.
            ..self.asked(call, sight, query.clone())
        };
        let found = self.backends.index.search(ask.clone()).await?;
        let best = found.hits.iter().map(|hit| hit.score).fold(0.0, f64::max);
        let fit = if found.ceiling > 0.0 { best / found.ceiling } else { 0.0 };
        let Found { idf, basis, revision, more, hits, stretched, .. } = found;
        let mut votes: Vec<Vote> = hits.into_iter().map(|hit| self.vote(hit)).collect();
        if more {
            let others = self.votes_of_others(ask, &votes, &basis).await?;
            votes.extend(others);
        }
        Ok(Votes { votes, idf, fit, stretched, basis, revision })
    }

    /// The best documents in which nobody takes part who crowds a window; nothing where nobody does. Who posts a text a thousand
    /// times would otherwise be the only one whom any document speaks for.
    async fn votes_of_others(&self, ask: Ask, votes: &[Vote], basis: &Basis) -> Result<Vec<Vote>, AppError> {
        let crowding = crowding(votes.iter().map(|vote| vote.people.as_slice()), ask.limit / CROWD);
        if crowding.is_empty() {
            return Ok(Vec::new());
        }
        let names = crowding.iter().flat_map(|person| self.memberships.aliases().names_of(person));
        let filter = Filter { without_people: names.collect(), ..ask.filter };
        // A commit between the two searches must not score the documents of others by other statistics.
        let basis = ask.basis.or_else(|| Some(basis.clone()));
        let others = self.backends.index.search(Ask { filter, basis, ..ask }).await?;
        let known: HashSet<&DocumentName> = votes.iter().map(|vote| &vote.document).collect();
        let others = others.hits.into_iter().filter(|hit| !known.contains(&hit.document));
        Ok(others.map(|hit| self.vote(hit)).collect())
    }

    /// A hit as a vote for people, whichever of their names stands in the document.
    fn vote(&self, hit: Hit) -> Vote {
        let Hit { document, thread_root: root, score, shares, kind, mut people, community, updated, .. } = hit;
        self.by_own_name(&mut people);
        Vote { document, root, score, shares, kind, people, community, updated }
    }
}

/// The people who take part in more than `most` of some documents, as a filter of people understands it: in any role but mentioned.
fn crowding<'a>(documents: impl Iterator<Item = &'a [Participation]>, most: usize) -> Vec<PersonName> {
    let mut counts: BTreeMap<&PersonName, usize> = BTreeMap::new();
    for people in documents {
        let parts = people.iter().filter(|participation| participation.role != Role::Mentioned);
        for person in parts.map(|participation| &participation.person).collect::<BTreeSet<_>>() {
            *counts.entry(person).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| *count > most).map(|(person, _)| person.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Language, ResourceName};
    use crate::query::Word;

    #[test]
    fn who_takes_part_in_too_much_crowds_mentions_aside() {
        let document = |parts: &[(&str, Role)]| -> Vec<Participation> {
            let part = |&(id, role): &(&str, Role)| Participation { person: PersonName::from_id(id).unwrap(), role };
            parts.iter().map(part).collect()
        };
        let documents = [
            document(&[("ada", Role::Author), ("ada", Role::Answerer), ("cy", Role::Mentioned)]),
            document(&[("bo", Role::Asker), ("cy", Role::Mentioned)]),
            document(&[("bo", Role::Reviewer), ("cy", Role::Author)]),
        ];
        let crowding = |most: usize| -> Vec<String> {
            crowding(documents.iter().map(Vec::as_slice), most).iter().map(|person| person.id().to_owned()).collect()
        };
        assert_eq!(crowding(0), ["ada", "bo", "cy"]);
        assert_eq!(crowding(1), ["bo"]);
        assert_eq!(crowding(2), Vec::<String>::new());
    }

    #[test]
    fn a_question_is_known_by_most_of_its_telling_words() {
        let knows = |typed: &str, frequencies: &[u64]| {
            let basis = Basis { frequencies: frequencies.to_vec(), ..Basis::default() };
            let votes =
                Votes { votes: Vec::new(), idf: Vec::new(), fit: 0.0, stretched: Vec::new(), basis, revision: Revision(1) };
            let word = |word: &str| Word::of(word.to_owned(), &[Language::ENGLISH]);
            votes.know(&Query::any_of(typed.split_whitespace().map(word).collect()))
        };
        assert!(knows("tide tables", &[3, 1]));
        assert!(!knows("quantum tables", &[0, 9]), "half of it may be about anything");
        assert!(knows("quantum tide tables", &[0, 1, 1]));
        assert!(!knows("what is the tax", &[9, 9, 9, 0]), "words that tell nothing are no help");
        assert!(!knows("", &[]));
    }
}
