//! The weights of the ranking, all of them; what each gives on which judged set is in docs/relevance.md.
//!
//! | weight | value | what it does |
//! |---|---|---|
//! | [`Weights::thread`] | 0.6 | share of its thread's opening that a reply is credited with |
//! | [`Weights::sharpness`] | 2.75 | how much more the documents with the best scores count |
//! | [`Weights::rank_half`] | 300 | rank at which a document counts half of what its score says |
//! | [`Weights::decay`] | 0.4 | how fast a person's further documents count less |
//! | [`Weights::edited`] | 0.4 | what editing or reviewing counts beside writing |
//! | [`Weights::alike`] | 2 | how fast documents of a person that match alike count less |
//! | [`Weights::coverage`] | 0.75 | how much it counts to cover all of a query |

use crate::domain::Role;

/// What each part of the evidence counts. Bare numbers: shares, and powers of shares. A negative one would turn the order round.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// The share, from 0, of the score of what opened its thread by which a reply is scored higher, where that matches and may be
    /// seen; 0 judges a reply by its own words.
    pub thread: f64,
    /// The power, from 0, of a document's score over the best one's, which concentrates a person's score on the best documents; 1
    /// takes scores as they are, 0 counts documents.
    pub sharpness: f64,
    /// The number of better documents, above 0, behind which one counts half (as in Macdonald and Ounis' voting by reciprocal ranks,
    /// damped); the larger, the less ranks matter.
    pub rank_half: f64,
    /// The power, from 0, of the place among a person's own documents by which each counts less than the one before; 0 sums them.
    pub decay: f64,
    /// What contributors and reviewers count, from 0, where an author counts 1.
    pub edited: f64,
    /// The power, from 0, of the place among a person's documents that match alike by which each counts less than the one before;
    /// 0 takes copies for news.
    pub alike: f64,
    /// The power, from 0, of the share of a query's weight that a person's documents cover together; 0 is content with a part.
    pub coverage: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { thread: 0.6, sharpness: 2.75, rank_half: 300.0, decay: 0.4, edited: 0.4, alike: 2.0, coverage: 0.75 }
    }
}

impl Weights {
    /// What a document counts by its score, as a share of the best document's.
    pub(super) fn of_score(&self, share_of_best: f64) -> f64 {
        share_of_best.powf(self.sharpness)
    }

    /// What a document counts by how many are better.
    #[expect(clippy::cast_precision_loss, reason = "at most some thousands of documents vote")]
    pub(super) fn of_rank(&self, better: usize) -> f64 {
        self.rank_half / (self.rank_half + better as f64)
    }

    /// What a document counts by its place, from 0, among those that speak for a person.
    #[expect(clippy::cast_precision_loss, reason = "at most some thousands of documents vote")]
    pub(super) fn of_place(&self, place: usize) -> f64 {
        (place as f64 + 1.0).powf(-self.decay)
    }

    /// What a person's documents count by the share of the query that they cover together, 0 to 1.
    pub(super) fn of_coverage(&self, share: f64) -> f64 {
        share.powf(self.coverage)
    }

    /// What a document counts after so many of the same person that match alike.
    #[expect(clippy::cast_precision_loss, reason = "at most some thousands of documents vote")]
    pub(super) fn of_alike(&self, known: usize) -> f64 {
        (known as f64 + 1.0).powf(-self.alike)
    }

    /// What a role in a document counts.
    pub(super) fn of_role(&self, role: Role) -> f64 {
        match role {
            Role::Contributor | Role::Reviewer => self.edited,
            Role::Answerer | Role::Author | Role::Asker | Role::Mentioned => 1.0,
        }
    }
}
