//! How much a document counts beside what it says: less with age, down to a floor; more while caretakers vouch for it. Pure.
//!
//! Decay is exponential with a half-life by kind, as Elasticsearch's and Vespa's freshness features have it, but bounded: what is old
//! and the only one that tells is found all the same, and old documents keep the order that their words give them. Age is counted in
//! whole days, so that answers of one day agree. See docs/relevance.md for the numbers.

use crate::domain::{Judgement, Kind, Moment, ReviewState};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What a text counts that caretakers say is right.
const VERIFIED: f64 = 1.15;
/// What a text counts that is no longer to be relied on: below anything that says the same.
const DEPRECATED: f64 = 0.5;
/// What a text counts that nobody looked after since what was said of it lapsed.
const EXPIRED: f64 = 0.9;
/// What a discussion counts that has an accepted reply.
const SOLVED: f64 = 1.15;
/// What a discussion counts that has an appreciated reply, but no accepted one.
const ANSWERED: f64 = 1.08;

/// From how many reactions on a reply is appreciated.
pub const APPRECIATED: u32 = 3;

/// Why something counts more or less than its words say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It was last changed some time ago.
    Age,
    /// Caretakers say that it is right.
    Verified,
    /// Caretakers say that it is no longer to be relied on.
    Deprecated,
    /// What caretakers said of it has lapsed.
    Expired,
    /// A reply was accepted as the answer.
    Solved,
    /// No reply was accepted, but at least one has [`APPRECIATED`] reactions.
    Answered,
}

/// What something counts for a reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// The reason.
    pub reason: Reason,
    /// By what a score is multiplied; above 0, and not 1.
    pub factor: f64,
}

/// What tells how much a document may be relied on, and how fresh it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it is.
    pub kind: Kind,
    /// What caretakers say; nothing where they say nothing.
    pub judgement: Option<Judgement>,
    /// From when on that says nothing any more; nothing where it does not lapse.
    pub until: Option<Moment>,
    /// When it was last changed.
    pub updated: Moment,
}

impl Standing {
    /// The highest weight that any document has.
    pub const MOST: f64 = VERIFIED;

    /// How what caretakers say stands at a moment; nothing where they say nothing.
    #[must_use]
    pub fn review(&self, now: Moment) -> Option<ReviewState> {
        self.judgement.map(|judgement| ReviewState::of(judgement, self.until, now))
    }

    /// What it counts at a moment, and why.
    #[must_use]
    pub fn factors(&self, now: Moment) -> Vec<Factor> {
        let (age, review) = self.parts(now);
        let age = (age < 1.0).then_some(Factor { reason: Reason::Age, factor: age });
        age.into_iter().chain(review).collect()
    }

    /// The product of its factors at a moment: above 0, at most [`Standing::MOST`].
    #[must_use]
    pub fn weight(&self, now: Moment) -> f64 {
        let (age, review) = self.parts(now);
        age * review.map_or(1.0, |review| review.factor)
    }

    fn parts(&self, now: Moment) -> (f64, Option<Factor>) {
        let review = self.review(now);
        // Who says that a text is right says that it is of today.
        let age = if review == Some(ReviewState::Verified) { 1.0 } else { freshness(self.kind, days(self.updated, now)) };
        let review = review.map(|state| match state {
            ReviewState::Verified => Factor { reason: Reason::Verified, factor: VERIFIED },
            ReviewState::Deprecated => Factor { reason: Reason::Deprecated, factor: DEPRECATED },
            ReviewState::Expired => Factor { reason: Reason::Expired, factor: EXPIRED },
        });
        (age, review)
    }
}

/// What a discussion counts beside its messages, by what replies it has.
#[must_use]
pub fn discussion_factor(accepted: bool, appreciated: bool) -> Option<Factor> {
    match (accepted, appreciated) {
        (true, _) => Some(Factor { reason: Reason::Solved, factor: SOLVED }),
        (false, true) => Some(Factor { reason: Reason::Answered, factor: ANSWERED }),
        (false, false) => None,
    }
}

/// The highest factor of a discussion.
pub const MOST_OF_DISCUSSION: f64 = SOLVED;

/// Whole days between two moments; none where the first lies ahead.
fn days(then: Moment, now: Moment) -> i64 {
    (now.unix_seconds().div_euclid(DAY) - then.unix_seconds().div_euclid(DAY)).max(0)
}

/// What a document counts that was last changed so many days ago: 1 today, halfway to the floor after the half-life.
fn freshness(kind: Kind, days: i64) -> f64 {
    let (floor, half_life) = match kind {
        Kind::Post => (0.75, 60.0),
        Kind::Topic | Kind::Reply => (0.8, 180.0),
        Kind::Article => (0.8, 270.0),
        Kind::Page => (0.9, 730.0),
    };
    #[expect(clippy::cast_precision_loss, reason = "days of a calendar have few digits")]
    let days = days as f64;
    floor + (1.0 - floor) * (-days / half_life).exp2()
}

#[cfg(test)]
mod tests {
    //! 1. age takes half of what it may after the half-life, never more than down to the floor, and nothing from what lies ahead; posts
    //!    age faster than pages; 2. what caretakers say counts until it lapses; 3. weights are the products of their factors and within
    //!    bounds; 4. one day's answers agree; 5. solved discussions count more than answered ones, these more than others.
    use super::*;

    fn at(days: i64) -> Moment {
        Moment::from_unix_seconds(days * DAY).unwrap()
    }

    fn plain(kind: Kind) -> Standing {
        Standing { kind, judgement: None, until: None, updated: at(100) }
    }

    #[test]
    fn age_takes_half_of_what_it_may_after_the_half_life_and_stops_at_the_floor() {
        for kind in Kind::ALL {
            let weights: Vec<f64> = [0, 100, 130, 160, 1_000, 100_000].map(|now| plain(kind).weight(at(now))).into();
            assert!(weights[0].total_cmp(&1.0).is_eq() && weights[1].total_cmp(&1.0).is_eq());
            assert!(weights[1..].is_sorted_by(|a, b| a > b), "{kind:?} {weights:?}");
            assert!(weights[5] >= 0.75, "{kind:?} {weights:?}");
        }
        assert!((plain(Kind::Post).weight(at(160)) - 0.875).abs() < 1e-12);
        let falls = |kind: Kind| 1.0 - plain(kind).weight(at(465));
        assert!(falls(Kind::Post) > 2.0 * falls(Kind::Page));
        assert_eq!(plain(Kind::Post).factors(at(100)), []);
        let aged = plain(Kind::Post).factors(at(160));
        assert!(matches!(aged[..], [Factor { reason: Reason::Age, .. }]), "{aged:?}");
    }

    #[test]
    fn what_caretakers_say_counts_until_it_lapses() {
        let page = |judgement, until| Standing { judgement: Some(judgement), until, ..plain(Kind::Page) };
        let old = plain(Kind::Page).weight(at(2_000));
        let verified = page(Judgement::Verified, Some(at(1_000)));
        assert!(verified.weight(at(999)).total_cmp(&VERIFIED).is_eq(), "it is of today");
        assert!(verified.weight(at(2_000)) < old);
        assert_eq!(verified.factors(at(2_000))[1], Factor { reason: Reason::Expired, factor: EXPIRED });
        let deprecated = page(Judgement::Deprecated, None).weight(at(2_000));
        assert!(deprecated < verified.weight(at(2_000)) && (deprecated - old * DEPRECATED).abs() < 1e-12);
    }

    #[test]
    fn weights_are_products_of_factors_within_bounds() {
        for kind in Kind::ALL {
            for judgement in [None, Some(Judgement::Verified), Some(Judgement::Deprecated)] {
                for until in [None, Some(at(90)), Some(at(4_000))] {
                    for now in [0, 95, 100, 400, 5_000] {
                        let standing = Standing { judgement, until, ..plain(kind) };
                        let product: f64 = standing.factors(at(now)).iter().map(|factor| factor.factor).product();
                        let weight = standing.weight(at(now));
                        assert!((product - weight).abs() < 1e-12 && weight > 0.0 && weight <= Standing::MOST);
                        assert!(standing.factors(at(now)).iter().all(|factor| factor.factor.total_cmp(&1.0).is_ne()));
                    }
                }
            }
        }
    }

    #[test]
    fn answers_of_one_day_agree() {
        let at_second = |second| plain(Kind::Post).weight(Moment::from_unix_seconds(150 * DAY + second).unwrap());
        assert!(at_second(0).total_cmp(&at_second(DAY - 1)).is_eq());
        assert!(at_second(0) > at_second(DAY));
    }

    #[test]
    fn solved_discussions_count_most() {
        let factor = |accepted, appreciated| discussion_factor(accepted, appreciated).map_or(1.0, |factor| factor.factor);
        assert!(factor(true, false).total_cmp(&factor(true, true)).is_eq());
        assert!(factor(true, false) > factor(false, true) && factor(false, true) > factor(false, false));
        assert!(factor(true, true) <= MOST_OF_DISCUSSION);
    }
}
