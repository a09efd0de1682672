//! The people behind topics, counted in one walk over the visible documents that have any of them.
//!
//! People stand in cards, which are read in the order in which a segment keeps them: reading them topic by topic would unpack the same
//! blocks again for each.

use std::collections::HashMap;

use ::tantivy::{DocId, Term};

use super::admission::Admission;
use super::pace::Pace;
use super::revocations::Revocations;
use super::schema::hashtag_label;
use super::snapshot::Snapshot;
use super::visible::VisibleSets;
use crate::domain::{Participation, PersonName, Role};
use crate::index::{AskTopics, IndexError, NameOwner, PersonOfTopics, TopicsFound};
use crate::query::Filter;

/// Answers a question for the people behind topics from a snapshot.
pub(super) fn count(
    ask: &AskTopics,
    snapshot: &Snapshot,
    revocations: &Revocations,
    sets: &VisibleSets,
) -> Result<TopicsFound, IndexError> {
    let mut pace = Pace::new(&ask.patience);
    pace.look()?;
    let visible = sets.of(snapshot, revocations, &ask.sight, &ask.patience)?;
    let labels: Vec<Term> = ask.topics.iter().map(|topic| snapshot.fields.label_term(&hashtag_label(topic))).collect();
    let mut frequencies = vec![0; labels.len()];
    let mut crowd = Crowd::new(&ask.owner, labels.len());
    let everything = Filter::default();
    for (segment, part) in snapshot.segments.iter().enumerate().zip(&visible.parts) {
        pace.look()?;
        let segment = Admission::new(segment, (part, None), &everything, snapshot.fields, &mut pace)?;
        let mut labelled: Vec<(DocId, usize)> = Vec::new();
        for ((topic, label), frequency) in labels.iter().enumerate().zip(&mut frequencies) {
            let with_topic = segment.with_term(label, &mut pace)?;
            *frequency += with_topic.len() as u64;
            labelled.extend(with_topic.into_iter().map(|doc| (doc, topic)));
        }
        labelled.sort_unstable();
        let of_doc: Vec<&[(DocId, usize)]> = labelled.chunk_by(|(one, _), (other, _)| one == other).collect();
        let docs: Vec<DocId> = of_doc.iter().filter_map(|topics| topics.first()).map(|(doc, _)| *doc).collect();
        segment.segment.cards(&docs, &mut pace, |place, card| {
            crowd.add(&card.people, of_doc.get(place).copied().unwrap_or_default());
        })?;
    }
    pace.look()?;
    Ok(TopicsFound { documents: visible.documents, frequencies, people: crowd.into_sorted(), revision: snapshot.revision })
}

/// People as they are met.
struct Crowd<'a> {
    owner: &'a NameOwner,
    topics: usize,
    people: Vec<PersonOfTopics>,
    /// Where whoever has a name stands there.
    places: HashMap<PersonName, usize>,
    /// The places of the people of one document.
    here: Vec<usize>,
}

impl<'a> Crowd<'a> {
    fn new(owner: &'a NameOwner, topics: usize) -> Self {
        Self { owner, topics, people: Vec::new(), places: HashMap::new(), here: Vec::new() }
    }

    /// Counts the people of a document that has these topics.
    fn add(&mut self, people: &[Participation], labelled: &[(DocId, usize)]) {
        self.here.clear();
        for participation in people.iter().filter(|participation| participation.role != Role::Mentioned) {
            let place = self.place(&participation.person);
            self.here.push(place);
        }
        self.here.sort_unstable();
        self.here.dedup();
        for place in &self.here {
            let Some(person) = self.people.get_mut(*place) else { continue };
            for (_, topic) in labelled {
                if let Some(count) = person.counts.get_mut(*topic) {
                    *count = count.saturating_add(1);
                }
            }
        }
    }

    /// Where whoever has a name stands. Its owner is asked for once.
    fn place(&mut self, name: &PersonName) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let person = (self.owner)(name);
        let place = self.places.get(&person).copied().unwrap_or_else(|| {
            self.places.insert(person.clone(), self.people.len());
            self.people.push(PersonOfTopics { person, counts: vec![0; self.topics] });
            self.people.len() - 1
        });
        self.places.insert(name.clone(), place);
        place
    }

    /// The people, ascending by name.
    fn into_sorted(mut self) -> Vec<PersonOfTopics> {
        self.people.sort_unstable_by(|one, other| one.person.cmp(&other.person));
        self.people
    }
}
