//! Finding people who share somebody's interests.
//!
//! Which topics somebody is interested in is read from tallies over the gates that the asker passes, as in `expertise.rs`; all counts
//! come from one snapshot of the index, the person's own ones included, so that they fit each other. Proved in `tests/it/peers.rs`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::found::Warning;
use super::naming::{MOST_AT_ONCE, Nameable, Naming};
use super::{App, AppError, Call};
use crate::access::Sight;
use crate::domain::{CommunityName, Hashtag, Person, PersonName, Revision, Role};
use crate::expertise::{self, Peer, TopicFigures};
use crate::index::{AskTopics, Basis, TopicsFound};
use crate::storage::profiles::PeopleFilter;

/// By how many topics people are compared at most; part of what the API promises, so no setting.
const TOPICS: usize = 32;

/// Whose peers are looked for.
#[derive(Clone, Debug, Default)]
pub struct FindPeers {
    /// Whose; the asker's where nobody is named.
    pub person: Option<PersonName>,
    /// Which people may be named; whom communities admit is found out here. Without kinds humans, without states those who are there.
    pub people: PeopleFilter,
    /// Communities to one of which they belong; empty restricts nothing.
    pub communities: Vec<CommunityName>,
    /// Most people; at least 1.
    pub limit: usize,
    /// The position after which to start.
    pub after: Option<PeersPosition>,
}

/// A position in the order of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct PeersPosition {
    /// The similarity of the last person shown.
    pub similarity: f64,
    /// The last person shown.
    pub person: PersonName,
    /// What weighed topics on the first page: the visible documents and, for each topic in ascending order, how many of them have it
    /// and how many count for the person.
    pub first_page: Basis,
}

/// A topic in which somebody is interested.
#[derive(Clone, Debug, PartialEq)]
pub struct InterestFound {
    /// The topic.
    pub topic: Hashtag,
    /// In how many visible documents about it the person has a part.
    pub documents: u32,
    /// Whether they declare it as a skill.
    pub declared: bool,
    /// Its share of the person's interest; those of one answer sum to 1.
    pub weight: f64,
}

/// Somebody who shares interests.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerFound {
    /// Who.
    pub person: Person,
    /// How much of the person's interest they share, 0 to 1.
    pub similarity: f64,
    /// Why, in words.
    pub reasons: Vec<String>,
    /// The topics that they share, largest contribution first.
    pub shared: Vec<SharedFound>,
    /// How many topics more they share.
    pub other_count: usize,
    /// The sum of those topics' contributions: with the topics shown it is the similarity.
    pub other_contribution: f64,
}

/// A topic that two people share.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedFound {
    /// The topic.
    pub topic: Hashtag,
    /// In how many visible documents about it the person has a part.
    pub documents: u32,
    /// In how many the peer has.
    pub peer_documents: u32,
    /// Its share of the similarity.
    pub contribution: f64,
}

/// People who share somebody's interests, or that nobody is named and why.
#[derive(Clone, Debug, PartialEq)]
pub struct PeersFound {
    /// In order.
    pub peers: Vec<PeerFound>,
    /// The position after which the next page starts; nothing on the last page.
    pub next: Option<PeersPosition>,
    /// The interests by which people were compared, the weightiest first, equal ones by topic.
    pub interests: Vec<InterestFound>,
    /// Nobody is named.
    pub abstained: bool,
    /// Whether anybody else has a part in a visible document about these topics.
    pub matched: bool,
    /// What the answer says about itself.
    pub warnings: Vec<Warning>,
    /// The revision that was searched.
    pub revision: Revision,
}

impl App {
    /// Finds people who have a part in visible documents about somebody's topics.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] where nobody is named and nobody asks; [`AppError::NotFound`] where the person is missing or hidden,
    /// in the same words; [`AppError::DeadlineExceeded`], [`AppError::Overloaded`].
    pub async fn find_peers(&self, call: &Call, wanted: FindPeers) -> Result<PeersFound, AppError> {
        let named = wanted.person.as_ref().or(call.asker.name()).ok_or(AppError::Unauthenticated)?;
        self.freshen(call).await?;
        self.projection.profiles_caught_up(self.rights.taken_away(), &call.patience).await?;
        self.ready_to_filter(call, &wanted.people).await?;
        let sight = self.sight(call);
        let person = self.person_of(named);
        let topics = self.topics_of(call, &sight, named, &person).await?;
        let mut found = self.backends.index.topics(self.ask_for_people(call, &sight, &topics)).await?;
        let own = found.people.iter().position(|one| one.person == person).map(|at| found.people.remove(at).counts);
        let after = wanted.after.as_ref();
        let interests = Interests::of(topics, own.unwrap_or_default(), &found, after.map(|after| &after.first_page));
        let mut warnings: Vec<Warning> = interests.moved().then_some(Warning::IndexMoved).into_iter().collect();
        let peers = expertise::peers(&interests.weights, found.people.into_iter().map(|one| (one.person, one.counts)));
        let matched = !peers.is_empty();
        let (among, unknown) = self.people_of(&sight, "people_filter", &wanted.communities).await?;
        warnings.extend(unknown);
        let naming = Naming { people: wanted.people, ..Naming::default() };
        let nameable = Nameable::of(&naming, among, call, &sight, &self.memberships);
        let (page, more) = self.name_peers(&nameable, peers, after, wanted.limit).await?;
        let abstained = page.is_empty() && after.is_none();
        let next = page.last().filter(|_| more).map(|last| interests.position(last));
        let peers = self.show_peers(&sight, &interests, page).await?;
        let interests = interests.shown();
        Ok(PeersFound { peers, next, interests, abstained, matched, warnings, revision: found.revision })
    }

    /// The strongest topics of a person, under whatever name they are asked for, as far as the asker may see them; ascending, each
    /// with whether the person declares it.
    async fn topics_of(
        &self,
        call: &Call,
        sight: &Sight,
        named: &PersonName,
        person: &PersonName,
    ) -> Result<Vec<(Hashtag, bool)>, AppError> {
        let profile = self.person_record(person).await?;
        let themselves = self.is_themselves(call, named);
        if !themselves && self.seen_person(call, sight, person, profile.clone()).await?.is_none() {
            return Err(AppError::not_found(named));
        }
        let mut strengths = self.inferred_topics(sight, person).await?;
        let skills = profile.filter(|_| sight.signed_in()).map(|profile| profile.skills).unwrap_or_default();
        let declared: BTreeSet<Hashtag> = skills.iter().filter_map(|skill| Hashtag::parse(skill).ok()).collect();
        for topic in &declared {
            *strengths.entry(topic.clone()).or_default() += 1;
        }
        let mut strongest: Vec<(Hashtag, u64)> = strengths.into_iter().collect();
        // Stable: equal ones stay by topic.
        strongest.sort_by_key(|(_, strength)| Reverse(*strength));
        strongest.truncate(TOPICS);
        let topics: BTreeSet<Hashtag> = strongest.into_iter().map(|(topic, _)| topic).collect();
        Ok(topics.into_iter().map(|topic| (topic.clone(), declared.contains(&topic))).collect())
    }

    /// The topics of documents in which a person has a part, under any name, each with how often.
    async fn inferred_topics(&self, sight: &Sight, person: &PersonName) -> Result<BTreeMap<Hashtag, u64>, AppError> {
        let mut strengths: BTreeMap<Hashtag, u64> = BTreeMap::new();
        let names: Vec<PersonName> = self.memberships.aliases().names_of(person).into_iter().collect();
        for tally in self.visible_tallies(sight, &names).await? {
            // Whoever asks is interested, too.
            if let Some(topic) = tally.topic.filter(|_| tally.role != Role::Mentioned) {
                *strengths.entry(topic).or_default() += u64::from(tally.count);
            }
        }
        Ok(strengths)
    }

    fn ask_for_people(&self, call: &Call, sight: &Sight, topics: &[(Hashtag, bool)]) -> AskTopics {
        let memberships = Arc::clone(&self.memberships);
        AskTopics {
            topics: topics.iter().map(|(topic, _)| topic.clone()).collect(),
            sight: sight.clone(),
            owner: Arc::new(move |name| memberships.aliases().person_of(name)),
            patience: call.patience.clone(),
        }
    }

    /// The next page of peers who may be named, and whether more follow; looks no further than the page demands.
    async fn name_peers(
        &self,
        nameable: &Nameable<'_>,
        peers: Vec<Peer>,
        after: Option<&PeersPosition>,
        limit: usize,
    ) -> Result<(Vec<Peer>, bool), AppError> {
        let mut waiting = peers.into_iter().filter(|peer| after.is_none_or(|after| comes_after(peer, after)));
        let mut at_once = (limit + 1).min(MOST_AT_ONCE);
        let mut page = Vec::new();
        loop {
            let some: Vec<Peer> = waiting.by_ref().take(at_once).collect();
            let names: Vec<PersonName> = some.iter().map(|peer| peer.person.clone()).collect();
            let admitted = self.admitted(nameable, &names).await?;
            page.extend(some.into_iter().zip(admitted).filter_map(|(peer, admitted)| admitted.map(|_| peer)));
            let more = page.len() > limit;
            if more || names.is_empty() {
                page.truncate(limit);
                return Ok((page, more));
            }
            at_once = (at_once * 2).min(MOST_AT_ONCE);
        }
    }

    async fn show_peers(&self, sight: &Sight, interests: &Interests, page: Vec<Peer>) -> Result<Vec<PeerFound>, AppError> {
        let names: Vec<PersonName> = page.iter().map(|peer| peer.person.clone()).collect();
        let mut cards = self.cards(&names, sight).await?;
        let shown = self.settings.limits.evidence_per_person;
        Ok(page
            .iter()
            .filter_map(|peer| cards.remove(&peer.person).map(|person| found(peer, person, interests, shown)))
            .collect())
    }
}

/// What somebody is interested in, with what weighs it.
struct Interests {
    /// Ascending.
    topics: Vec<Hashtag>,
    declared: Vec<bool>,
    /// In how many visible documents about each topic the person has a part.
    own: Vec<u32>,
    /// What would weigh topics now, as [`PeersPosition::first_page`] has it.
    now: Basis,
    /// What weighed them on the first page.
    first_page: Basis,
    /// Shares of the person's interest, by the first page's figures unless these are of other topics.
    weights: Vec<f64>,
}

impl Interests {
    fn of(topics: Vec<(Hashtag, bool)>, mut own: Vec<u32>, found: &TopicsFound, first_page: Option<&Basis>) -> Self {
        let (topics, declared): (Vec<Hashtag>, Vec<bool>) = topics.into_iter().unzip();
        own.resize(topics.len(), 0);
        let of_person = own.iter().zip(&declared).map(|(own, declared)| u64::from(*own) + u64::from(*declared));
        let frequencies: Vec<u64> = found.frequencies.iter().zip(of_person).flat_map(|(all, own)| [*all, own]).collect();
        let now = Basis { documents: found.documents, frequencies, ..Basis::default() };
        let first_page = first_page.unwrap_or(&now).clone();
        let fits = first_page.frequencies.len() == now.frequencies.len();
        let weights = weights(if fits { &first_page } else { &now });
        Self { topics, declared, own, now, first_page, weights }
    }

    /// Whether anything changed since the first page.
    fn moved(&self) -> bool {
        self.first_page != self.now
    }

    /// Where somebody stands in the order.
    fn position(&self, peer: &Peer) -> PeersPosition {
        PeersPosition { similarity: peer.similarity, person: peer.person.clone(), first_page: self.first_page.clone() }
    }

    /// How many topics people are compared by. What only tallies tell, which are of another moment than the index, has no weight.
    fn compared(&self) -> usize {
        self.weights.iter().filter(|weight| **weight > 0.0).count()
    }

    /// The interests, the weightiest first.
    fn shown(self) -> Vec<InterestFound> {
        let figures = self.own.into_iter().zip(self.declared).zip(self.weights);
        let interest = |(topic, ((documents, declared), weight))| InterestFound { topic, documents, declared, weight };
        let mut shown: Vec<InterestFound> = self.topics.into_iter().zip(figures).map(interest).collect();
        shown.retain(|interest| interest.weight > 0.0);
        // Stable: equal ones stay by topic.
        shown.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        shown
    }
}

fn weights(basis: &Basis) -> Vec<f64> {
    let (pairs, _) = basis.frequencies.as_chunks::<2>();
    let figures: Vec<TopicFigures> =
        pairs.iter().map(|[documents, own]| TopicFigures { documents: *documents, own: *own }).collect();
    expertise::interest_shares(basis.documents, &figures)
}

fn found(peer: &Peer, person: Person, interests: &Interests, shown: usize) -> PeerFound {
    let known = |at: usize| interests.topics.get(at).zip(interests.own.get(at));
    let told: Vec<(&Hashtag, u32)> =
        peer.shared.iter().filter_map(|shared| Some((known(shared.topic)?.0, shared.documents))).collect();
    let (listed, others) = peer.shared.split_at(shown.min(peer.shared.len()));
    let shared = listed.iter().filter_map(|shared| {
        let (topic, documents) = known(shared.topic)?;
        let (peer_documents, contribution) = (shared.documents, shared.contribution);
        Some(SharedFound { topic: topic.clone(), documents: *documents, peer_documents, contribution })
    });
    PeerFound {
        person,
        similarity: peer.similarity,
        reasons: expertise::peer_reasons(&told, interests.compared()),
        shared: shared.collect(),
        other_count: others.len(),
        other_contribution: others.iter().map(|shared| shared.contribution).sum(),
    }
}

fn comes_after(peer: &Peer, position: &PeersPosition) -> bool {
    let order = position.similarity.total_cmp(&peer.similarity).then_with(|| peer.person.cmp(&position.person));
    order.is_gt()
}
