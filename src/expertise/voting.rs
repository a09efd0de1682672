//! Votes of documents for people.
//!
//! Proved below: 1. contributions sum to the score; 2. asking and being mentioned is not knowing, and editing counts where it is asked for; 3. the order of votes that are
//! equal in score does not matter beyond names; 4. relevance stays within 0..1; 5. scores of any size stay finite.

use std::collections::BTreeMap;

use crate::domain::{DocumentName, Kind, Moment, Participation, PersonName, Role};

/// A visible document that matches the query.
#[derive(Clone, Debug)]
pub struct Vote {
    /// The document.
    pub document: DocumentName,
    /// Its score for the query.
    pub score: f64,
    /// One share of the score per query word.
    pub shares: Vec<f64>,
    /// What it is.
    pub kind: Kind,
    /// People and their roles.
    pub people: Vec<Participation>,
    /// When it was last changed.
    pub updated: Moment,
}

/// A document in a role that speaks for a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The document.
    pub document: DocumentName,
    /// What it is.
    pub kind: Kind,
    /// The person's strongest role in it.
    pub role: Role,
    /// When it was last changed.
    pub updated: Moment,
    /// Its share of the person's score; all shares of a person sum to the score.
    pub contribution: f64,
}

/// How sure the answer is that somebody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Little evidence.
    Low,
    /// Good evidence.
    Medium,
    /// Strong evidence.
    High,
}

/// Somebody for whom documents voted.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Who.
    pub person: PersonName,
    /// The score; comparable within one answer only.
    pub score: f64,
    /// How likely it is that they know, 0 to 1.
    pub relevance: f64,
    /// The same in three steps.
    pub level: Level,
    /// Every document that voted, largest contribution first, then by name.
    pub evidence: Vec<Evidence>,
    /// The newest `updated` among the evidence.
    pub last_evidence: Moment,
}

/// What counts, and how the answer is worded.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Roles in which a document speaks for a person, the strongest first.
    pub roles: Vec<Role>,
    /// Relevance from which a person is called HIGH.
    pub high_from: f64,
    /// Relevance from which a person is called MEDIUM.
    pub medium_from: f64,
}

impl Default for Settings {
    /// Documents vote for who wrote them, as published: whoever edited or reviewed them speaks where a caller asks for it.
    fn default() -> Self {
        Self { roles: vec![Role::Answerer, Role::Author], high_from: 0.7, medium_from: 0.45 }
    }
}

/// How many documents cover the same words before more of them stop mattering much to relevance.
const SUPPORT_HALF: f64 = 1.0;

/// Ranks everybody for whom a document votes: by score, then by name. `idf` weighs the query's words; a vote's shares follow them.
#[must_use]
pub fn rank(votes: &[Vote], idf: &[f64], settings: &Settings) -> Vec<Candidate> {
    // The exponential of a long query's score overflows; dividing every vote by the best one's changes no order.
    let best = votes.iter().map(|vote| vote.score).fold(0.0_f64, f64::max);
    let mut ballots: BTreeMap<&PersonName, Vec<(&Vote, Role)>> = BTreeMap::new();
    for vote in votes {
        for (person, role) in speakers(vote, settings) {
            ballots.entry(person).or_default().push((vote, role));
        }
    }
    let mut candidates: Vec<Candidate> =
        ballots.into_iter().map(|(person, ballot)| candidate(person, &ballot, best, idf, settings)).collect();
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.person.cmp(&b.person)));
    candidates
}

/// The people for whom a document speaks, each once, in the strongest role.
fn speakers<'a>(vote: &'a Vote, settings: &Settings) -> BTreeMap<&'a PersonName, Role> {
    let mut strongest = BTreeMap::new();
    for role in settings.roles.iter().rev() {
        for participation in vote.people.iter().filter(|participation| participation.role == *role) {
            strongest.insert(&participation.person, *role);
        }
    }
    strongest
}

fn candidate(person: &PersonName, ballot: &[(&Vote, Role)], best: f64, idf: &[f64], settings: &Settings) -> Candidate {
    #[expect(clippy::cast_precision_loss, reason = "at most a thousand documents vote")]
    let count = ballot.len() as f64;
    let mut evidence: Vec<Evidence> = ballot
        .iter()
        .map(|(vote, role)| Evidence {
            document: vote.document.clone(),
            kind: vote.kind,
            role: *role,
            updated: vote.updated,
            contribution: count * (vote.score - best).exp(),
        })
        .collect();
    evidence.sort_by(|a, b| b.contribution.total_cmp(&a.contribution).then_with(|| a.document.cmp(&b.document)));
    let relevance = relevance(ballot, idf, count);
    Candidate {
        person: person.clone(),
        score: evidence.iter().map(|item| item.contribution).sum(),
        relevance,
        level: level(relevance, settings),
        last_evidence: evidence.iter().map(|item| item.updated).max().unwrap_or(Moment::MIN),
        evidence,
    }
}

/// How much of the query the person's documents cover, word by weighted word, held down where few documents speak.
fn relevance(ballot: &[(&Vote, Role)], idf: &[f64], count: f64) -> f64 {
    let total: f64 = idf.iter().sum();
    if total <= 0.0 {
        return 0.0;
    }
    let best_cover = ballot
        .iter()
        .map(|(vote, _)| idf.iter().zip(&vote.shares).filter(|(_, share)| **share > 0.0).map(|(weight, _)| weight).sum::<f64>())
        .fold(0.0_f64, f64::max);
    (best_cover / total * (count / (count + SUPPORT_HALF))).clamp(0.0, 1.0)
}

fn level(relevance: f64, settings: &Settings) -> Level {
    if relevance >= settings.high_from {
        Level::High
    } else if relevance >= settings.medium_from {
        Level::Medium
    } else {
        Level::Low
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ResourceName;

    fn vote(id: usize, score: f64, people: &[(&str, Role)]) -> Vote {
        let person = |id: &str| PersonName::from_id(id).unwrap();
        Vote {
            document: DocumentName::from_id(&format!("d{id}")).unwrap(),
            score,
            shares: vec![score],
            kind: Kind::Page,
            people: people.iter().map(|(id, role)| Participation { person: person(id), role: *role }).collect(),
            updated: Moment::from_unix_seconds(1_000).unwrap(),
        }
    }

    #[test]
    fn asking_and_being_mentioned_is_not_knowing() {
        let votes = [
            vote(1, 9.0, &[("ada", Role::Asker), ("bo", Role::Mentioned), ("cy", Role::Answerer)]),
            vote(2, 1.0, &[("ada", Role::Author)]),
        ];
        let ranked = rank(&votes, &[1.0], &Settings::default());
        let names: Vec<_> = ranked.iter().map(|candidate| candidate.person.id()).collect();
        assert_eq!(names, ["cy", "ada"]);
    }

    #[test]
    fn two_good_documents_beat_one_and_equal_scores_order_by_name() {
        let votes = [
            vote(1, 5.0, &[("zoe", Role::Author), ("bo", Role::Author)]),
            vote(2, 5.0, &[("zoe", Role::Answerer)]),
            vote(3, 5.0, &[("al", Role::Author)]),
        ];
        let ranked = rank(&votes, &[1.0], &Settings::default());
        let names: Vec<_> = ranked.iter().map(|candidate| candidate.person.id()).collect();
        assert_eq!(names, ["zoe", "al", "bo"]);
        assert!((ranked[0].score - 4.0).abs() < 1e-12);
    }

    #[test]
    fn who_edited_speaks_only_where_that_is_asked_for() {
        let votes = [vote(1, 5.0, &[("ada", Role::Author), ("bo", Role::Contributor), ("cy", Role::Reviewer)])];
        let names = |settings: &Settings| -> Vec<String> {
            rank(&votes, &[1.0], settings).iter().map(|candidate| candidate.person.id().to_owned()).collect()
        };
        assert_eq!(names(&Settings::default()), ["ada"]);
        assert_eq!(names(&Settings { roles: vec![Role::Contributor], ..Settings::default() }), ["bo"]);
    }

    #[test]
    fn a_person_counts_once_a_document_in_the_strongest_role() {
        let ranked = rank(&[vote(1, 1.0, &[("ada", Role::Author), ("ada", Role::Answerer)])], &[1.0], &Settings::default());
        assert_eq!(ranked[0].evidence.len(), 1);
        assert_eq!(ranked[0].evidence[0].role, Role::Answerer);
    }

    proptest! {
        #[test]
        fn contributions_sum_to_a_finite_score(scores in proptest::collection::vec(0.0_f64..5_000.0, 1..40)) {
            let people = ["ada", "bo", "cy"];
            let votes: Vec<Vote> = scores.iter().enumerate().map(|(i, s)| vote(i, *s, &[(people[i % 3], Role::Author)])).collect();
            for candidate in rank(&votes, &[1.0], &Settings::default()) {
                let sum: f64 = candidate.evidence.iter().map(|item| item.contribution).sum();
                prop_assert!(candidate.score.is_finite());
                prop_assert!((sum - candidate.score).abs() <= 1e-9 * candidate.score.max(1.0));
                prop_assert!((0.0..=1.0).contains(&candidate.relevance));
            }
        }
    }
}
