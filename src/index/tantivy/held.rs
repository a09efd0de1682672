//! The tokens of an asker that the index holds; no other can make a difference.

use ::tantivy::Term;
use ::tantivy::postings::TermInfo;
use ::tantivy::schema::Field;

use super::schema::{Fields, clause_marker, clause_token};
use super::snapshot::Snapshot;
use crate::access::{AccessToken, Sight};
use crate::index::IndexError;

/// What an asker holds of a snapshot's tokens, by segment.
pub(super) struct Held {
    /// Equal for askers to whom the snapshot shows the same.
    pub(super) key: HeldKey,
    /// In the snapshot's order of segments.
    pub(super) here: Vec<HeldHere>,
}

/// The tokens held: those that grant, those that deny, and those that pass further clauses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct HeldKey {
    grants: Vec<AccessToken>,
    denies: Vec<AccessToken>,
    further: Vec<AccessToken>,
}

/// Where one segment keeps the documents of the tokens held.
#[derive(Clone, Debug, Default)]
pub(super) struct HeldHere {
    pub(super) grants: Vec<TermInfo>,
    pub(super) denies: Vec<TermInfo>,
    /// The further clauses that documents of this segment have.
    pub(super) further: Vec<ClauseHere>,
}

/// One further clause in a segment.
#[derive(Clone, Debug)]
pub(super) struct ClauseHere {
    /// The documents that have the clause.
    pub(super) marker: TermInfo,
    /// Those whose clause the asker passes.
    pub(super) grants: Vec<TermInfo>,
}

impl Held {
    /// Looks the tokens of a sight up.
    pub(super) fn of(snapshot: &Snapshot, sight: &Sight) -> Result<Self, IndexError> {
        let mut held = Self { key: HeldKey::default(), here: vec![HeldHere::default(); snapshot.segments.len()] };
        let Fields { grant, deny, also, .. } = snapshot.fields;
        let granting = sight.granting_tokens();
        held.key.grants =
            look_up(snapshot, &mut held.here, grant, granting.iter().cloned(), |here, info| here.grants.push(info))?;
        let denying = sight.denying_tokens().into_iter();
        held.key.denies = look_up(snapshot, &mut held.here, deny, denying, |here, info| here.denies.push(info))?;
        for clause in 1.. {
            let open = |here: &mut HeldHere, marker| here.further.push(ClauseHere { marker, grants: Vec::new() });
            // Clauses are numbered without gaps, and nearly no document has a further one.
            if look_up(snapshot, &mut held.here, also, [clause_marker(clause)], open)?.is_empty() {
                break;
            }
            let tokens = granting.iter().map(|token| clause_token(clause, token));
            let pass = |here: &mut HeldHere, info| {
                if let Some(clause) = here.further.last_mut() {
                    clause.grants.push(info);
                }
            };
            held.key.further.extend(look_up(snapshot, &mut held.here, also, tokens, pass)?);
        }
        Ok(held)
    }
}

/// The tokens that any segment knows; `take` gets their places in each.
fn look_up(
    snapshot: &Snapshot,
    here: &mut [HeldHere],
    field: Field,
    tokens: impl IntoIterator<Item = AccessToken>,
    mut take: impl FnMut(&mut HeldHere, TermInfo),
) -> Result<Vec<AccessToken>, IndexError> {
    let mut known = Vec::new();
    for token in tokens {
        let term = Term::from_field_text(field, &token);
        let mut is_known = false;
        for (segment, here) in snapshot.segments.iter().zip(here.iter_mut()) {
            if let Some(info) = segment.find(&term)? {
                take(here, info);
                is_known = true;
            }
        }
        if is_known {
            known.push(token);
        }
    }
    Ok(known)
}
