//! How likely it is that somebody knows, learnt from judged answers.
//!
//! A person's score is comparable within one answer only: it says nothing of whether the best of them knows anything. Four things
//! that an answer shows tell more: how much speaks for the person, how well the best document fits the query, how near the person
//! comes to the best of all, and how much else involves the person. Their weights are those of a logistic regression over the
//! judged sets, in which people found by questions of another set count as wrong; the last step makes of its log-odds the share of
//! people with the same log-odds who were judged right. docs/relevance.md has the table of how often that is so.
//!
//! Proved below: 1. relevance lies within 0..1; 2. it rises with the score, with the fit and with nearness to the best, and falls
//! with what else somebody does; 3. nothing that speaks gives none.

/// The log-odds of somebody of whom one document alone speaks, who is the best, and whose document fits as well as one can.
const BASE: f64 = -1.29;
/// What the logarithm of the score adds.
const SCORE: f64 = 0.72;
/// What the logarithm of the fit adds.
const FIT: f64 = 0.52;
/// What the logarithm of the share of the best person's score adds.
const NEARNESS: f64 = 0.38;
/// What the logarithm of the number of documents that involve somebody takes away.
const INVOLVED: f64 = 0.06;

/// Log-odds, and the share of people there who were judged right; straight between two of them. The judged sets hold next to
/// nobody beyond the last, and no regression can know of questions that nobody thought of: nothing is certain.
const RIGHT: [(f64, f64); 11] = [
    (-10.0, 0.0),
    (-4.0, 0.04),
    (-3.0, 0.08),
    (-2.0, 0.12),
    (-1.5, 0.20),
    (-1.0, 0.29),
    (-0.7, 0.40),
    (-0.45, 0.65),
    (-0.25, 0.80),
    (0.0, 0.88),
    (1.0, 0.97),
];

/// How sure the answer is that somebody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Less than one in four of such people were judged right.
    Low,
    /// Between that and [`Level::High`].
    Medium,
    /// At least four in five of such people were judged right, all of them together.
    High,
}

impl Level {
    /// Relevance from which somebody is called HIGH: beyond it four in five were right, though at it fewer.
    const HIGH_FROM: f64 = 0.65;
    /// Relevance from which somebody is called MEDIUM.
    const MEDIUM_FROM: f64 = 0.25;

    /// The level of a relevance.
    #[must_use]
    pub fn of(relevance: f64) -> Self {
        if relevance >= Self::HIGH_FROM {
            Self::High
        } else if relevance >= Self::MEDIUM_FROM {
            Self::Medium
        } else {
            Self::Low
        }
    }
}

/// What everybody in one answer is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Yardstick {
    /// The best document's score as a share of what no document can exceed, 0 to 1.
    pub fit: f64,
    /// The best person's score.
    pub best: f64,
}

impl Yardstick {
    /// How likely it is that somebody knows, 0 to 1: somebody with this score, whom so many documents involve that the asker may see,
    /// those that speak here included.
    #[must_use]
    pub fn relevance(&self, score: f64, involved: u64) -> f64 {
        if score <= 0.0 || self.fit <= 0.0 {
            return 0.0;
        }
        let nearness = (score / self.best.max(f64::MIN_POSITIVE)).min(1.0);
        let log_odds = BASE + SCORE * score.ln() + FIT * self.fit.min(1.0).ln() + NEARNESS * nearness.ln()
            - INVOLVED * many(involved.max(1)).ln();
        right(log_odds)
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of documents lie far below 2^52")]
fn many(documents: u64) -> f64 {
    documents as f64
}

/// The share of people at these log-odds who were judged right.
fn right(log_odds: f64) -> f64 {
    let [first, .., last] = RIGHT;
    let between = RIGHT.windows(2).find_map(|pair| match pair {
        [(from, low), (to, high)] if (*from..*to).contains(&log_odds) => {
            Some(low + (high - low) * (log_odds - from) / (to - from))
        }
        _ => None,
    });
    between.unwrap_or(if log_odds < first.0 { first.1 } else { last.1 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn much_that_fits_makes_sure_and_little_does_not() {
        let good = Yardstick { fit: 0.95, best: 6.0 };
        assert_eq!(Level::of(good.relevance(6.0, 25)), Level::High);
        assert_eq!(Level::of(good.relevance(2.5, 25)), Level::Medium);
        assert_eq!(Level::of(good.relevance(0.5, 25)), Level::Low);
        let poor = Yardstick { fit: 0.1, best: 6.0 };
        assert!(Level::of(poor.relevance(6.0, 25)) < Level::High, "nothing fits what was asked");
        assert!(Level::of(Yardstick { fit: 1.0, best: 1.0 }.relevance(1.0, 1)) < Level::Medium, "one document tells little");
    }

    #[test]
    fn nothing_that_speaks_gives_no_relevance() {
        for (fit, best, score) in [(0.0, 0.0, 0.0), (0.5, 0.0, 0.0), (0.0, 1.0, 1.0)] {
            assert!(Yardstick { fit, best }.relevance(score, 0).abs() < f64::EPSILON);
        }
    }

    proptest! {
        #[test]
        fn relevance_rises_and_falls_as_it_should(
            score in 1e-6_f64..50.0, best in 1e-6_f64..50.0, fit in 1e-6_f64..1.0, involved in 0_u64..100_000, more in 1.0_f64..3.0,
        ) {
            let at = |fit: f64, best: f64| Yardstick { fit, best };
            let relevance = at(fit, best).relevance(score, involved);
            prop_assert!((0.0..1.0).contains(&relevance));
            prop_assert!(at(fit, best).relevance(score * more, involved) >= relevance);
            prop_assert!(at(fit * more, best).relevance(score, involved) >= relevance);
            prop_assert!(at(fit, best * more).relevance(score, involved) <= relevance);
            prop_assert!(at(fit, best).relevance(score, involved + 10) <= relevance);
        }
    }
}
