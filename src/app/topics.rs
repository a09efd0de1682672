//! What the documents tell of somebody that the asker may read, topic by topic, with the newest of them as evidence.
//!
//! Topics are summed from tallies over the gates that the asker passes. Their evidence comes from the index, inside the same
//! gates, and is read again from the ledger, so that it is shown as it is now. Proved in `tests/it/expertise.rs`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{App, AppError, Call};
use crate::access::Sight;
use crate::domain::{Document, DocumentName, Hashtag, Kind, Moment, Participation, PersonName, Role};
use crate::expertise::{Settings, Standing, Tallied, standing};
use crate::storage::profiles::{Month, Tally};

/// Topics shown with evidence, from the first on; part of what the API promises, as the next two are, so no setting.
const TOPICS_WITH_EVIDENCE: usize = 10;
/// Documents shown as evidence of one topic.
const EVIDENCE_PER_TOPIC: usize = 3;
/// Documents about a topic, the newest written first, among which the evidence is.
const EVIDENCE_AMONG: usize = 32;

/// A topic about which somebody wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct InferredTopic {
    /// The topic.
    pub topic: Hashtag,
    /// How many documents speak, by the person's strongest role in each.
    pub documents: BTreeMap<Role, u32>,
    /// The month of the oldest of them.
    pub first: Month,
    /// The month of the newest of them.
    pub last: Month,
    /// What they say of the person.
    pub standing: Standing,
    /// Some of them, the last changed first.
    pub evidence: Vec<TopicEvidence>,
}

/// A document that speaks for somebody in a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicEvidence {
    /// The document.
    pub document: DocumentName,
    /// Its headline; empty where it has none.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// The person's strongest role in it.
    pub role: Role,
    /// When it was last changed.
    pub updated: Moment,
}

impl App {
    /// The topics of what a person wrote that the asker may read, the strongest first, then by topic.
    pub(super) async fn inferred(&self, call: &Call, sight: &Sight, person: &PersonName) -> Result<Vec<InferredTopic>, AppError> {
        let names: Vec<PersonName> = self.memberships.aliases().names_of(person).into_iter().collect();
        let tallies = self.visible_tallies(sight, &names).await?;
        let mut topics = topics(tallies, Month::of(self.clock.now()), &self.settings.experts);
        topics.truncate(self.settings.limits.topics_per_person);
        for topic in topics.iter_mut().take(TOPICS_WITH_EVIDENCE) {
            topic.evidence = self.evidence(call, sight, &names, &topic.topic).await?;
        }
        Ok(topics)
    }

    /// What is counted of the person of these names behind the gates that the asker passes.
    pub(super) async fn visible_tallies(&self, sight: &Sight, names: &[PersonName]) -> Result<Vec<Tally>, AppError> {
        let mut tallies = self.backends.profiles.tallies(names).await?;
        tallies.retain(|tally| sight.passes(&tally.gates));
        Ok(tallies)
    }

    /// The newest documents about a topic that speak for the person of these names.
    async fn evidence(
        &self,
        call: &Call,
        sight: &Sight,
        names: &[PersonName],
        topic: &Hashtag,
    ) -> Result<Vec<TopicEvidence>, AppError> {
        let mut ask = self.spoken_by(names.to_vec(), EVIDENCE_AMONG, call, sight);
        ask.filter.hashtags = vec![topic.clone()];
        let mut hits = self.backends.index.search(ask).await?.hits;
        hits.retain(|hit| self.strongest_role(&hit.people, names).is_some());
        hits.sort_by(|one, other| (Reverse(one.updated), &one.document).cmp(&(Reverse(other.updated), &other.document)));
        let newest: Vec<DocumentName> = hits.into_iter().take(EVIDENCE_PER_TOPIC).map(|hit| hit.document).collect();
        let shown = self.visible(sight, &newest, |document| self.spoken_in(document, names, topic)).await?;
        let mut evidence: Vec<TopicEvidence> = shown.into_values().flatten().collect();
        evidence.sort_by(|one, other| (Reverse(one.updated), &one.document).cmp(&(Reverse(other.updated), &other.document)));
        Ok(evidence)
    }

    /// A document as evidence, as it is now; nothing where it speaks for the person no more, or of something else.
    fn spoken_in(&self, document: &Document, names: &[PersonName], topic: &Hashtag) -> Option<TopicEvidence> {
        let role = self.strongest_role(&document.people, names).filter(|_| document.hashtags.contains(topic))?;
        let Document { name, title, kind, updated, .. } = document;
        Some(TopicEvidence { document: name.clone(), title: title.clone(), kind: *kind, role, updated: *updated })
    }

    /// The strongest role that speaks, of the person of these names.
    fn strongest_role(&self, people: &[Participation], names: &[PersonName]) -> Option<Role> {
        let has = |role: &Role| people.iter().any(|part| part.role == *role && names.contains(&part.person));
        self.settings.experts.roles.iter().copied().find(has)
    }
}

/// Tallies by topic, as far as they speak and have one, the strongest topic first, then by topic.
fn topics(tallies: Vec<Tally>, now: Month, settings: &Settings) -> Vec<InferredTopic> {
    let mut by_topic: BTreeMap<Hashtag, Vec<Tally>> = BTreeMap::new();
    for mut tally in tallies.into_iter().filter(|tally| settings.speaks(tally.role)) {
        if let Some(topic) = tally.topic.take() {
            by_topic.entry(topic).or_default().push(tally);
        }
    }
    let judged = by_topic.into_iter().filter_map(|(topic, tallies)| inferred_topic(topic, &tallies, now, settings));
    let mut topics: Vec<InferredTopic> = judged.collect();
    // Topics come in their order, which a stable sort keeps among equals.
    topics.sort_by(|one, other| other.standing.strength.total_cmp(&one.standing.strength));
    topics
}

/// A topic by its tallies; nothing where there is none.
fn inferred_topic(topic: Hashtag, tallies: &[Tally], now: Month, settings: &Settings) -> Option<InferredTopic> {
    let mut documents: BTreeMap<Role, u32> = BTreeMap::new();
    for tally in tallies {
        let count = documents.entry(tally.role).or_default();
        *count = count.saturating_add(tally.count);
    }
    let months = || tallies.iter().map(|tally| tally.month);
    let tallied: Vec<Tallied> = tallies
        .iter()
        .map(|Tally { role, month, count, .. }| Tallied {
            role: *role,
            months_ago: now.0.saturating_sub(month.0),
            documents: *count,
        })
        .collect();
    let standing = standing(&tallied, settings);
    Some(InferredTopic { topic, documents, first: months().min()?, last: months().max()?, standing, evidence: Vec::new() })
}
