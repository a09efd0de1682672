//! Votes of documents for people.
//!
//! Proved below: 1. contributions sum to the score; 2. asking and being mentioned is not knowing, and who edited counts less than
//! who wrote; 3. one good document counts more than many poor ones, each further document of a person less, and copies hardly, nor
//! do they push others back; of whom very many speak, near copies count hardly too; 4. who covers all of a query comes before who
//! covers a part, and a reply is judged with what it answers; 5. equal scores order by name, and the order of votes does not matter;
//! 6. scores of any size stay finite; 7. communities are counted, change nothing, and those that hold most come first, then by name.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::weights::Weights;
use crate::domain::{CommunityName, DocumentName, Kind, Moment, Participation, PersonName, Role};

/// A visible document that matches the query.
#[derive(Clone, Debug)]
pub struct Vote {
    /// The document.
    pub document: DocumentName,
    /// The document that opened its thread; itself where it is none's reply.
    pub root: DocumentName,
    /// Its score for the query.
    pub score: f64,
    /// One share of the score per query word.
    pub shares: Vec<f64>,
    /// What it is.
    pub kind: Kind,
    /// People and their roles.
    pub people: Vec<Participation>,
    /// The community that holds it.
    pub community: Option<CommunityName>,
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
    /// The community that holds it.
    pub community: Option<CommunityName>,
    /// When it was last changed.
    pub updated: Moment,
    /// Its share of the person's score; all shares of a person sum to the score.
    pub contribution: f64,
}

/// Somebody for whom documents voted.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Who.
    pub person: PersonName,
    /// The score; comparable within one answer only.
    pub score: f64,
    /// Every document that voted, largest contribution first, then by name.
    pub evidence: Vec<Evidence>,
    /// Which words of the query these documents cover together, in the query's order.
    pub covers: Vec<bool>,
    /// The newest `updated` among the evidence.
    pub last_evidence: Moment,
}

impl Candidate {
    /// The communities that hold most of the documents that voted, at most so many, each with how many it holds: most first, then by
    /// name.
    #[must_use]
    pub fn communities(&self, most: usize) -> Vec<(CommunityName, usize)> {
        let mut counts: BTreeMap<&CommunityName, usize> = BTreeMap::new();
        for community in self.evidence.iter().filter_map(|item| item.community.as_ref()) {
            *counts.entry(community).or_default() += 1;
        }
        let mut counts: Vec<(&CommunityName, usize)> = counts.into_iter().collect();
        // Communities come in their order, which a stable sort keeps among equals.
        counts.sort_by_key(|(_, count)| Reverse(*count));
        counts.into_iter().take(most).map(|(community, count)| (community.clone(), count)).collect()
    }
}

/// What counts, and how the answer is worded.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Roles in which a document speaks for a person, the strongest first.
    pub roles: Vec<Role>,
    /// What each part of the evidence counts.
    pub weights: Weights,
}

impl Default for Settings {
    /// Documents vote for who wrote and answered, and less for who edited and reviewed. Asking and being mentioned is not knowing.
    fn default() -> Self {
        let speaks = |role: &Role| !matches!(role, Role::Asker | Role::Mentioned);
        Self { roles: Role::STRONGEST_FIRST.into_iter().filter(speaks).collect(), weights: Weights::default() }
    }
}

/// Of whom more documents speak than this, they are compared roughly: whoever posts so much on one question may post copies to which
/// something was added.
const MANY: usize = 100;
/// The relative difference of the shares of a word by which two documents match in two ways where they are compared roughly.
const ROUGHLY: f64 = 0.05;

/// A vote for somebody.
struct Ballot<'a> {
    vote: &'a Vote,
    /// What opened its thread, where that is another document, matches and may be seen.
    root: Option<&'a Vote>,
    role: Role,
    /// How much it counts, the person's role included.
    weight: f64,
}

/// Ranks everybody for whom a document votes: by score, then by name. `idf` weighs the query's words; a vote's shares follow them.
#[must_use]
pub fn rank(votes: &[Vote], idf: &[f64], settings: &Settings) -> Vec<Candidate> {
    let weights = &settings.weights;
    let roots = roots(votes);
    let mut ballots: BTreeMap<&PersonName, Vec<Ballot<'_>>> = BTreeMap::new();
    for ((vote, root), strength) in votes.iter().zip(&roots).zip(strengths(votes, &roots, weights)) {
        for (person, role) in speakers(vote, settings) {
            ballots.entry(person).or_default().push(Ballot { vote, root: *root, role, weight: strength * weights.of_role(role) });
        }
    }
    let mut candidates: Vec<Candidate> =
        ballots.into_iter().map(|(person, ballots)| candidate(person, ballots, idf, settings)).collect();
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.person.cmp(&b.person)));
    candidates
}

/// What opened the thread of each document, where that is another one and votes, too.
fn roots(votes: &[Vote]) -> Vec<Option<&Vote>> {
    let known: HashMap<&DocumentName, &Vote> = votes.iter().map(|vote| (&vote.document, vote)).collect();
    votes.iter().map(|vote| known.get(&vote.root).copied().filter(|root| root.document != vote.document)).collect()
}

/// How much each document counts, whoever speaks in it: 1 for the best, and less the lower it scores and ranks.
fn strengths(votes: &[Vote], roots: &[Option<&Vote>], weights: &Weights) -> Vec<f64> {
    // A reply carries few words of its own; what it answers tells what it is about.
    let in_thread = |(vote, root): (&Vote, Option<&Vote>)| match root {
        Some(root) => vote.score + weights.thread * root.score,
        None => vote.score,
    };
    let scores: Vec<f64> = votes.iter().zip(roots.iter().copied()).map(in_thread).collect();
    let ranks = distinct(votes, &scores);
    let best = ranks.first().copied().unwrap_or_default().max(f64::MIN_POSITIVE);
    let better = |score: f64| ranks.partition_point(|other| *other > score);
    scores.iter().map(|score| weights.of_score(score / best) * weights.of_rank(better(*score))).collect()
}

/// The scores behind which others rank, best first: copies, which match alike and are by the same people, take one place together.
fn distinct(votes: &[Vote], scores: &[f64]) -> Vec<f64> {
    let mut best: HashMap<(Vec<u64>, &[Participation]), f64> = HashMap::new();
    for (vote, score) in votes.iter().zip(scores) {
        let known = best.entry((exactly(vote), &vote.people)).or_insert(*score);
        *known = known.max(*score);
    }
    let mut scores: Vec<f64> = best.into_values().collect();
    scores.sort_by(|a, b| b.total_cmp(a));
    scores
}

/// What documents have in common that match alike: the share of every word, to the bit.
fn exactly(vote: &Vote) -> Vec<u64> {
    vote.shares.iter().map(|share| share.to_bits()).collect()
}

/// What documents have in common that match nearly alike: the share of every word, in steps of [`ROUGHLY`].
fn roughly(vote: &Vote) -> Vec<u64> {
    // Zero is added since there are two of them, whose bits differ.
    vote.shares.iter().map(|share| ((share.ln() / ROUGHLY).round() + 0.0).to_bits()).collect()
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

fn candidate(person: &PersonName, mut ballots: Vec<Ballot<'_>>, idf: &[f64], settings: &Settings) -> Candidate {
    let weights = &settings.weights;
    sort(&mut ballots);
    lessen_alike(&mut ballots, weights);
    sort(&mut ballots);
    let covers = covered(&ballots, idf.len());
    let coverage = weights.of_coverage(share_of(idf, covers.iter().copied()).unwrap_or(1.0));
    let evidence: Vec<Evidence> = ballots
        .iter()
        .enumerate()
        .map(|(place, Ballot { vote, role, weight, .. })| Evidence {
            document: vote.document.clone(),
            kind: vote.kind,
            role: *role,
            community: vote.community.clone(),
            updated: vote.updated,
            contribution: weight * weights.of_place(place) * coverage,
        })
        .collect();
    Candidate {
        person: person.clone(),
        score: evidence.iter().map(|item| item.contribution).sum(),
        last_evidence: evidence.iter().map(|item| item.updated).max().unwrap_or(Moment::MIN),
        evidence,
        covers,
    }
}

/// The largest first, then by name.
fn sort(ballots: &mut [Ballot<'_>]) {
    ballots.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.vote.document.cmp(&b.vote.document)));
}

/// Lets documents of one person that match alike, in every word and by their lengths, count little after the first: copies of a
/// text tell nothing new. Where there are very many, nearly alike is alike.
fn lessen_alike(ballots: &mut [Ballot<'_>], weights: &Weights) {
    let way = if ballots.len() > MANY { roughly } else { exactly };
    let mut alike: HashMap<Vec<u64>, usize> = HashMap::new();
    for ballot in ballots {
        let known = alike.entry(way(ballot.vote)).or_default();
        ballot.weight *= weights.of_alike(*known);
        *known += 1;
    }
}

/// Which words of the query some documents cover together. Who answers knows what was asked: a reply covers what opened its thread
/// covers.
fn covered(ballots: &[Ballot<'_>], words: usize) -> Vec<bool> {
    let has = |vote: &Vote, word: usize| vote.shares.get(word).is_some_and(|share| *share > 0.0);
    let by = |ballot: &Ballot<'_>, word: usize| has(ballot.vote, word) || ballot.root.is_some_and(|root| has(root, word));
    (0..words).map(|word| ballots.iter().any(|ballot| by(ballot, word))).collect()
}

/// The share of a query's weight that some of its words have; nothing where no word weighs anything.
fn share_of(idf: &[f64], covered: impl Iterator<Item = bool>) -> Option<f64> {
    let total: f64 = idf.iter().sum();
    let some: f64 = idf.iter().zip(covered).filter(|(_, covered)| *covered).map(|(weight, _)| weight).sum();
    (total > 0.0).then(|| some / total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ResourceName;
    use crate::expertise::{Level, Yardstick};

    fn vote(id: usize, score: f64, people: &[(&str, Role)]) -> Vote {
        let person = |id: &str| PersonName::from_id(id).unwrap();
        let document = DocumentName::from_id(&format!("d{id}")).unwrap();
        Vote {
            root: document.clone(),
            document,
            score,
            // No two texts match alike, unless a test makes them.
            shares: vec![score, 1.0 / f64::from(u32::try_from(id).unwrap() + 1)],
            kind: Kind::Page,
            people: people.iter().map(|(id, role)| Participation { person: person(id), role: *role }).collect(),
            community: None,
            updated: Moment::from_unix_seconds(1_000).unwrap(),
        }
    }

    fn names(votes: &[Vote], settings: &Settings) -> Vec<String> {
        rank(votes, &[1.0], settings).iter().map(|candidate| candidate.person.id().to_owned()).collect()
    }

    #[test]
    fn asking_and_being_mentioned_is_not_knowing() {
        let votes = [
            vote(1, 9.0, &[("ada", Role::Asker), ("bo", Role::Mentioned), ("cy", Role::Answerer)]),
            vote(2, 1.0, &[("ada", Role::Author)]),
        ];
        assert_eq!(names(&votes, &Settings::default()), ["cy", "ada"]);
    }

    #[test]
    fn two_good_documents_beat_one_and_equal_scores_order_by_name() {
        let votes = [
            vote(1, 5.0, &[("zoe", Role::Author), ("bo", Role::Author)]),
            vote(2, 5.0, &[("zoe", Role::Answerer)]),
            vote(3, 5.0, &[("al", Role::Author)]),
        ];
        assert_eq!(names(&votes, &Settings::default()), ["zoe", "al", "bo"]);
        let ranked = rank(&votes, &[1.0], &Settings::default());
        assert!((ranked[1].score - 1.0).abs() < 1e-12, "the best document counts 1");
        assert!(ranked[0].score > 1.5 && ranked[0].score < 2.0, "a second one counts less");
    }

    #[test]
    fn one_good_document_beats_many_poor_ones() {
        let mut votes = vec![vote(0, 9.0, &[("ada", Role::Author)])];
        votes.extend((1..=9).map(|id| vote(id, 1.0, &[("bo", Role::Author)])));
        assert_eq!(names(&votes, &Settings::default()), ["ada", "bo"]);
        votes.extend((10..=12).map(|id| vote(id, 8.0, &[("bo", Role::Author)])));
        assert_eq!(names(&votes, &Settings::default()), ["bo", "ada"]);
    }

    #[test]
    fn copies_count_little_and_make_nobody_sure() {
        let copies = |n: usize| (0..n).map(|id| Vote { shares: vec![5.0, 1.0], ..vote(id, 5.0, &[("ada", Role::Author)]) });
        let others = (5_001..5_004).map(|id| vote(id, 5.0, &[("bo", Role::Author)]));
        let votes: Vec<Vote> = copies(5_000).chain(others).collect();
        let ranked = rank(&votes, &[1.0, 1.0], &Settings::default());
        assert_eq!(ranked[0].person.id(), "bo", "three texts tell more than a text five thousand times");
        assert_eq!(ranked[1].evidence.len(), 5_000);
        let alone = rank(&copies(5_000).collect::<Vec<_>>(), &[1.0, 1.0], &Settings::default());
        let level = Level::of(Yardstick { fit: 1.0, best: alone[0].score }.relevance(alone[0].score, 5_000));
        assert!(level < Level::High, "not even where there is nobody else");
    }

    #[test]
    fn copies_take_one_rank_together() {
        let copies = (0..900).map(|id| Vote { shares: vec![6.0, 1.0], ..vote(id, 6.0, &[("ada", Role::Author)]) });
        let votes: Vec<Vote> = copies.chain([vote(5_001, 5.0, &[("bo", Role::Author)])]).collect();
        let score = |votes: &[Vote]| {
            let ranked = rank(votes, &[1.0, 1.0], &Settings::default());
            ranked.iter().find(|candidate| candidate.person.id() == "bo").unwrap().score
        };
        assert_eq!(score(&votes).to_bits(), score(&votes[899..]).to_bits(), "one text, or the same nine hundred times");
        let by_many: Vec<Vote> =
            (0..).zip(&votes).map(|(n, vote)| Vote { shares: vec![vote.score, f64::from(n)], ..vote.clone() }).collect();
        assert!(score(&by_many) < 0.3 * score(&votes), "nine hundred better texts are another matter");
    }

    #[test]
    fn of_very_many_nearly_alike_is_alike() {
        let nearly = |n: usize| -> Vec<Vote> {
            let share = |id: usize| 5.0 - 0.001 * f64::from(u32::try_from(id).unwrap());
            (0..n).map(|id| Vote { shares: vec![share(id)], ..vote(id, share(id), &[("ada", Role::Author)]) }).collect()
        };
        let score = |n: usize| rank(&nearly(n), &[1.0], &Settings::default())[0].score;
        assert!(score(MANY) > 10.0, "a hundred texts differ, if by little");
        assert!(score(900) < 3.0, "nine hundred that differ so little are copies");
    }

    #[test]
    fn who_edited_counts_less_than_who_wrote() {
        let people = [("ada", Role::Contributor), ("bo", Role::Author), ("cy", Role::Reviewer), ("di", Role::Mentioned)];
        let votes = [vote(1, 5.0, &people)];
        assert_eq!(names(&votes, &Settings::default()), ["bo", "ada", "cy"]);
        assert_eq!(names(&votes, &Settings { roles: vec![Role::Reviewer], ..Settings::default() }), ["cy"]);
    }

    #[test]
    fn a_reply_is_judged_with_what_it_answers() {
        let mut reply = vote(2, 1.0, &[("bo", Role::Author)]);
        let other = vote(3, 1.5, &[("ada", Role::Author)]);
        let question = vote(1, 4.0, &[("cy", Role::Asker)]);
        assert_eq!(names(&[question.clone(), reply.clone(), other.clone()], &Settings::default()), ["ada", "bo"]);
        reply.root = question.document.clone();
        assert_eq!(names(&[question, reply.clone(), other.clone()], &Settings::default()), ["bo", "ada"]);
        assert_eq!(names(&[reply, other], &Settings::default()), ["ada", "bo"], "what nobody may see tells nothing");
    }

    #[test]
    fn who_answers_covers_what_was_asked() {
        let of = |id: usize, shares: [f64; 2], role: Role| Vote { shares: shares.to_vec(), ..vote(id, 4.0, &[("ada", role)]) };
        let question = of(1, [4.0, 0.0], Role::Asker);
        let reply = Vote { root: question.document.clone(), ..of(2, [0.0, 4.0], Role::Author) };
        let covers = |votes: &[Vote]| rank(votes, &[1.0, 1.0], &Settings::default())[0].covers.clone();
        assert_eq!(covers(&[question, reply.clone()]), [true, true]);
        assert_eq!(covers(&[reply]), [false, true], "what nobody may see tells nothing");
    }

    #[test]
    fn who_covers_all_comes_before_who_covers_a_part() {
        let of = |id: usize, shares: [f64; 2], person: &str| Vote {
            shares: shares.to_vec(),
            ..vote(id, 4.0, &[(person, Role::Author)])
        };
        let votes = [of(1, [4.0, 0.0], "ada"), of(2, [4.0, 0.0], "ada"), of(3, [4.0, 0.0], "bo"), of(4, [0.0, 4.0], "bo")];
        let ranked = rank(&votes, &[2.0, 2.0], &Settings::default());
        assert_eq!(ranked[0].person.id(), "bo");
        assert_eq!(
            (ranked[0].covers.as_slice(), ranked[1].covers.as_slice()),
            ([true, true].as_slice(), [true, false].as_slice())
        );
        assert!(ranked[0].score > 1.5 * ranked[1].score, "{} and {}", ranked[0].score, ranked[1].score);
    }

    #[test]
    fn a_person_counts_once_a_document_in_the_strongest_role() {
        let ranked = rank(&[vote(1, 1.0, &[("ada", Role::Author), ("ada", Role::Answerer)])], &[1.0], &Settings::default());
        assert_eq!(ranked[0].evidence.len(), 1);
        assert_eq!(ranked[0].evidence[0].role, Role::Answerer);
    }

    #[test]
    fn communities_are_counted_and_change_nothing() {
        let held = |id: usize, community: Option<&str>| Vote {
            community: community.map(|id| CommunityName::from_id(id).unwrap()),
            ..vote(id, 5.0, &[("ada", Role::Author)])
        };
        let votes: Vec<Vote> = [Some("tides"), None, Some("docks"), Some("sails"), Some("tides"), Some("docks"), Some("tides")]
            .into_iter()
            .enumerate()
            .map(|(id, community)| held(id, community))
            .collect();
        let ranked = rank(&votes, &[1.0], &Settings::default());
        let counted = |most: usize| -> Vec<(String, usize)> {
            ranked[0].communities(most).into_iter().map(|(name, count)| (name.id().to_owned(), count)).collect()
        };
        let all = [("tides", 3), ("docks", 2), ("sails", 1)].map(|(name, count)| (name.to_owned(), count));
        assert_eq!(counted(5), all);
        assert_eq!(counted(2), all[..2]);
        let sum: usize = counted(5).iter().map(|(_, count)| count).sum();
        assert_eq!(sum, ranked[0].evidence.len() - 1, "who holds none is counted nowhere");
        let equal: Vec<Vote> = ["sails", "docks"].into_iter().enumerate().map(|(id, name)| held(id, Some(name))).collect();
        let ranked_equal = rank(&equal, &[1.0], &Settings::default());
        assert_eq!(ranked_equal[0].communities(1)[0].0.id(), "docks", "equal ones go by name");
        let nowhere: Vec<Vote> = votes.iter().map(|vote| Vote { community: None, ..vote.clone() }).collect();
        assert_eq!(rank(&nowhere, &[1.0], &Settings::default())[0].score.to_bits(), ranked[0].score.to_bits());
    }

    #[test]
    fn documents_without_a_score_break_nothing() {
        let ranked = rank(&[vote(1, 0.0, &[("ada", Role::Author)])], &[0.0], &Settings::default());
        assert!(ranked[0].score.is_finite());
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
            }
            let turned: Vec<Vote> = votes.iter().rev().cloned().collect();
            prop_assert_eq!(rank(&votes, &[1.0], &Settings::default()), rank(&turned, &[1.0], &Settings::default()));
        }
    }
}
