//! The weights of the ranking, all of them; what each gives on which judged set is in docs/relevance.md.
//!
//! | weight | value | what it does |
//! |---|---|---|
//! | [`THREAD`] | 0.6 | share of its thread's opening that a reply is credited with |
//! | [`SHARPNESS`] | 2.75 | how much more the documents with the best scores count |
//! | [`RANK_HALF`] | 300 | rank at which a document counts half of what its score says |
//! | [`DECAY`] | 0.4 | how fast a person's further documents count less |
//! | [`EDITED`] | 0.4 | what editing or reviewing counts beside writing |
//! | [`ALIKE`] | 2 | how fast documents of a person that match alike count less |
//! | [`COVERAGE`] | 0.75 | how much it counts to cover all of a query |

use crate::domain::Role;

/// A reply is scored with this share of the score of what opened its thread, where that matches and may be seen.
pub(super) const THREAD: f64 = 0.6;
/// The power of a document's score over the best one's, which concentrates a person's score on the best documents.
const SHARPNESS: f64 = 2.75;
/// Half-value of the reciprocal rank (as in Macdonald and Ounis' voting by reciprocal ranks, damped).
const RANK_HALF: f64 = 300.0;
/// The power of the place among a person's own documents by which each counts less than the one before.
const DECAY: f64 = 0.4;
/// Contributors and reviewers, where an author counts 1.
const EDITED: f64 = 0.4;

/// The power of the place among a person's documents that match alike by which each counts less than the one before.
const ALIKE: f64 = 2.0;
/// The power of the share of a query's weight that a person's documents cover together.
const COVERAGE: f64 = 0.75;

/// What a document counts by its score, as a share of the best document's.
pub(super) fn of_score(share_of_best: f64) -> f64 {
    share_of_best.powf(SHARPNESS)
}

/// What a document counts by how many are better.
#[expect(clippy::cast_precision_loss, reason = "at most some thousands of documents vote")]
pub(super) fn of_rank(better: usize) -> f64 {
    RANK_HALF / (RANK_HALF + better as f64)
}

/// What a document counts by its place, from 0, among those that speak for a person.
#[expect(clippy::cast_precision_loss, reason = "at most some thousands of documents vote")]
pub(super) fn of_place(place: usize) -> f64 {
    (place as f64 + 1.0).powf(-DECAY)
}

/// What a person's documents count by the share of the query that they cover together, 0 to 1.
pub(super) fn of_coverage(share: f64) -> f64 {
    share.powf(COVERAGE)
}

/// What a document counts after so many of the same person that match alike.
#[expect(clippy::cast_precision_loss, reason = "at most some thousands of documents vote")]
pub(super) fn of_alike(known: usize) -> f64 {
    (known as f64 + 1.0).powf(-ALIKE)
}

/// What a role in a document counts.
pub(super) fn of_role(role: Role) -> f64 {
    match role {
        Role::Contributor | Role::Reviewer => EDITED,
        Role::Answerer | Role::Author | Role::Asker | Role::Mentioned => 1.0,
    }
}
