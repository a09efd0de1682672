//! Whose interests are close to somebody's, as how much of the person's interest each other one shares.
//!
//! A topic is a share of the person's interest by its rarity among visible documents and by the logarithm of the person's own documents
//! about it, as terms are weighed in Salton and Buckley, "Term-weighting approaches in automatic text retrieval", IPM 1988. How far
//! somebody covers a topic grows with their documents about it and saturates as in BM25 (Robertson and Zaragoza, "The Probabilistic
//! Relevance Framework", FTIR 2009). The measure has two sides, unlike a cosine: it needs no norm of the other one's interests, which
//! are not looked up, and its parts sum to it.
//!
//! Proved below: 1. weights sum to 1, rarer and busier topics weigh more; 2. similarities lie between 0 and 1, their parts sum to them,
//! largest first; 3. neither the order of people nor that of topics matters, ties go by name; 4. reasons count and name.

use super::reasons::plural;
use crate::domain::{Hashtag, PersonName};

/// With so many documents somebody covers half of a topic; BM25's `k1`.
const HALF: f64 = 2.0;
/// How many shared topics are put in words.
const TOLD: usize = 3;

/// What weighs a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicFigures {
    /// How many visible documents have it.
    pub documents: u64,
    /// In how many of them the person has a part; one more where they declare it as a skill.
    pub own: u64,
}

/// Somebody who shares interests.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer {
    /// Who.
    pub person: PersonName,
    /// How much of the person's interest they share: the sum of the contributions, 0 to 1.
    pub similarity: f64,
    /// The topics that they share, largest contribution first, equal ones in the topics' order; never empty.
    pub shared: Vec<SharedTopic>,
}

/// A topic that a peer shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedTopic {
    /// Its place among the topics.
    pub topic: usize,
    /// In how many visible documents about it the peer has a part; never zero.
    pub documents: u32,
    /// Its share of the similarity.
    pub contribution: f64,
}

/// The shares that topics have of somebody's interest, in the topics' order, where so many documents are visible. They sum to 1, unless
/// the person has a part in none of them: then all are 0.
#[must_use]
pub fn interest_shares(documents: u64, topics: &[TopicFigures]) -> Vec<f64> {
    let weights: Vec<f64> = topics.iter().map(|topic| idf(topic.documents, documents) * damped(topic.own)).collect();
    let mut sorted = weights.clone();
    sorted.sort_by(f64::total_cmp);
    let whole: f64 = sorted.iter().sum();
    weights.into_iter().map(|weight| if whole > 0.0 { weight / whole } else { 0.0 }).collect()
}

/// Those of some people who share any of the topics, who shares most first, equal ones ascending by name. Each comes with the number of
/// their documents about each topic.
#[must_use]
pub fn peers(shares: &[f64], people: impl IntoIterator<Item = (PersonName, Vec<u32>)>) -> Vec<Peer> {
    let mut peers: Vec<Peer> = people.into_iter().filter_map(|(person, counts)| peer(shares, person, &counts)).collect();
    peers.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then_with(|| a.person.cmp(&b.person)));
    peers
}

fn peer(shares: &[f64], person: PersonName, counts: &[u32]) -> Option<Peer> {
    let met = shares.iter().zip(counts).enumerate().filter(|(_, (share, documents))| **share > 0.0 && **documents > 0);
    let mut shared: Vec<SharedTopic> = met
        .map(|(topic, (share, documents))| SharedTopic {
            topic,
            documents: *documents,
            contribution: share * covered(*documents),
        })
        .collect();
    // Summed in this order, the same topics come to the same whatever the order in which they were asked for.
    shared.sort_by(|a, b| b.contribution.total_cmp(&a.contribution).then_with(|| a.topic.cmp(&b.topic)));
    let similarity = shared.iter().map(|topic| topic.contribution).sum();
    (!shared.is_empty()).then_some(Peer { person, similarity, shared })
}

/// Reasons, the strongest first: in how many documents about which shared topics a peer has a part, and how many of `all` topics they
/// share. `shared` comes in the order of the contributions.
#[must_use]
pub fn peer_reasons(shared: &[(&Hashtag, u32)], all: usize) -> Vec<String> {
    let told = shared.iter().take(TOLD);
    let mut reasons: Vec<String> = told
        .map(|(topic, documents)| format!("has a part in {} about {topic}", plural(*documents as usize, "document")))
        .collect();
    reasons.push(format!("shares {} of {}", shared.len(), plural(all, "topic")));
    reasons
}

/// The inverse document frequency as BM25 has it; above 0 for everything that not more than all documents have.
#[expect(clippy::cast_precision_loss, reason = "numbers of documents lie far below 2^52")]
fn idf(with_topic: u64, documents: u64) -> f64 {
    let (with_topic, documents) = (with_topic.min(documents) as f64, documents as f64);
    (1.0 + (documents - with_topic + 0.5) / (with_topic + 0.5)).ln()
}

/// A count of which the tenth tells less than the first.
#[expect(clippy::cast_precision_loss, reason = "numbers of documents lie far below 2^52")]
fn damped(own: u64) -> f64 {
    if own == 0 { 0.0 } else { 1.0 + (own as f64).ln() }
}

/// How far somebody with so many documents covers a topic; below 1.
fn covered(documents: u32) -> f64 {
    let documents = f64::from(documents);
    documents / (documents + HALF)
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::ResourceName;

    fn name(id: &str) -> PersonName {
        PersonName::from_id(id).unwrap()
    }

    fn figures(topics: &[(u64, u64)]) -> Vec<TopicFigures> {
        topics.iter().map(|(documents, own)| TopicFigures { documents: *documents, own: *own }).collect()
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6
    }

    #[test]
    fn rarer_and_busier_topics_weigh_more() {
        let shares = interest_shares(100, &figures(&[(50, 3), (5, 3), (5, 9), (5, 0)]));
        assert!(close(shares.iter().sum(), 1.0));
        assert!(shares[0] < shares[1] && shares[1] < shares[2] && shares[3] == 0.0, "{shares:?}");
        assert_eq!(interest_shares(100, &figures(&[(5, 0)])), [0.0]);
        assert_eq!(interest_shares(0, &[]), Vec::<f64>::new());
        assert_eq!(interest_shares(0, &figures(&[(7, 1)])), [1.0], "figures that cannot be are taken as they may be");
    }

    #[test]
    fn who_covers_more_comes_first_and_ties_go_by_name() {
        let shares = [0.5, 0.3, 0.2];
        let people = [
            (name("one"), vec![1, 0, 0]),
            (name("two"), vec![2, 0, 0]),
            (name("both"), vec![2, 1, 0]),
            (name("none"), vec![0, 0, 0]),
            (name("also"), vec![1, 0, 0]),
        ];
        let found = peers(&shares, people);
        let order: Vec<&str> = found.iter().map(|peer| peer.person.id()).collect();
        assert_eq!(order, ["both", "two", "also", "one"]);
        assert_eq!(found[1].shared, [SharedTopic { topic: 0, documents: 2, contribution: 0.25 }]);
        assert!(close(found[0].similarity, 0.35));
        assert!(peers(&[0.0], [(name("a"), vec![3])]).is_empty(), "what is no interest is not shared");
    }

    #[test]
    fn reasons_count_and_name() {
        let topics = ["tides", "docks", "cranes", "sails"].map(|label| Hashtag::parse(label).unwrap());
        let shared: Vec<(&Hashtag, u32)> = topics.iter().zip([12, 1, 3, 2]).collect();
        assert_eq!(
            peer_reasons(&shared, 7),
            [
                "has a part in 12 documents about #tides",
                "has a part in 1 document about #docks",
                "has a part in 3 documents about #cranes",
                "shares 4 of 7 topics"
            ]
        );
        assert_eq!(peer_reasons(&shared[1..2], 1), ["has a part in 1 document about #docks", "shares 1 of 1 topic"]);
    }

    prop_compose! {
        /// Topics, and people with their documents about each.
        fn world()(topics in prop::collection::vec((0_u64..2_000, 0_u64..50), 1..12))(
            people in prop::collection::vec(prop::collection::vec(0_u32..40, topics.len()), 0..20),
            documents in 0_u64..3_000,
            topics in Just(topics),
        ) -> (u64, Vec<TopicFigures>, Vec<Vec<u32>>) {
            (documents, figures(&topics), people)
        }
    }

    fn named(people: &[Vec<u32>]) -> Vec<(PersonName, Vec<u32>)> {
        people.iter().enumerate().map(|(at, counts)| (name(&format!("p{at}")), counts.clone())).collect()
    }

    proptest! {
        #[test]
        fn parts_sum_to_similarities_between_0_and_1((documents, topics, people) in world()) {
            let shares = interest_shares(documents, &topics);
            let whole: f64 = shares.iter().sum();
            prop_assert!(close(whole, 1.0) || (whole == 0.0 && topics.iter().all(|topic| topic.own == 0)));
            for peer in peers(&shares, named(&people)) {
                prop_assert!(peer.similarity > 0.0 && peer.similarity < 1.0);
                prop_assert!(close(peer.shared.iter().map(|topic| topic.contribution).sum(), peer.similarity));
                prop_assert!(peer.shared.iter().all(|topic| topic.contribution > 0.0 && topic.documents > 0));
                prop_assert!(peer.shared.is_sorted_by_key(|topic| Reverse(topic.contribution.to_bits())));
            }
        }

        #[test]
        fn the_order_of_people_and_topics_does_not_matter((documents, topics, people) in world()) {
            let plain = peers(&interest_shares(documents, &topics), named(&people));
            let mut turned = named(&people);
            turned.reverse();
            for (_, counts) in &mut turned {
                counts.reverse();
            }
            let topics: Vec<TopicFigures> = topics.into_iter().rev().collect();
            let turned = peers(&interest_shares(documents, &topics), turned);
            let told = |peers: &[Peer]| peers.iter().map(|peer| (peer.person.clone(), peer.similarity)).collect::<Vec<_>>();
            prop_assert_eq!(told(&plain), told(&turned));
        }
    }
}
