//! How many visible documents involve people: the postings of their labels, counted by the bits of the visible set.

use std::collections::BTreeSet;

use ::tantivy::Term;

use super::pace::Pace;
use super::revocations::Revocations;
use super::schema;
use super::snapshot::Snapshot;
use super::visible::{VisibleSet, VisibleSets};
use crate::domain::{PersonName, ResourceName};
use crate::index::{AskInvolving, IndexError};

/// Answers from a snapshot.
pub(super) fn count(
    ask: &AskInvolving,
    snapshot: &Snapshot,
    revocations: &Revocations,
    sets: &VisibleSets,
) -> Result<Vec<u64>, IndexError> {
    let mut pace = Pace::new(&ask.patience);
    pace.look()?;
    let visible = sets.of(snapshot, revocations, &ask.sight, &ask.patience)?;
    ask.people.iter().map(|names| involving(names, snapshot, &visible, &mut pace)).collect()
}

fn involving(
    names: &BTreeSet<PersonName>,
    snapshot: &Snapshot,
    visible: &VisibleSet,
    pace: &mut Pace<'_>,
) -> Result<u64, IndexError> {
    let terms: Vec<Term> = names.iter().map(|name| snapshot.fields.label_term(&schema::person_label(name.id()))).collect();
    let mut documents = 0;
    for (segment, part) in snapshot.segments.iter().zip(&visible.parts) {
        if let [term] = terms.as_slice() {
            // Counted once for everybody who asks the same way.
            documents += part.seen(segment, term, pace)?.map_or(0, |seen| seen.documents);
            continue;
        }
        let mut several = BTreeSet::new();
        for term in &terms {
            if let Some(info) = segment.find(term)? {
                segment.walk(term.field(), &info, pace, |doc| {
                    if part.bits.contains(doc) {
                        several.insert(doc);
                    }
                })?;
            }
        }
        documents += several.len() as u64;
    }
    Ok(documents)
}
