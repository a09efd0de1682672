//! How much speaks for somebody in one topic, and whether it grows: judged from counts of documents by role and month.
//!
//! Proved below: 1. strength stays within 0..1, and grows with each document and with how lately it was changed; 2. what is old
//! counts less, never nothing, and what was edited or reviewed a part; 3. the order of what was counted does not matter; 4. a
//! trend needs more than one document's difference, and who was silent for a year is dormant.

use std::collections::BTreeMap;

use super::{Settings, Weights};
use crate::domain::Role;

/// Months after which what a document counts beyond [`FLOOR`] has halved: an exponential prior of recency, as in Li and Croft,
/// "Time-based language models", CIKM 2003.
const HALF_LIFE_MONTHS: f64 = 24.0;
/// What a document counts however old it is, where one of the present month counts 1: knowledge fades, and does not vanish.
const FLOOR: f64 = 0.2;
/// What must speak for somebody, in documents of the present month as an author, for half of the highest strength. Each further
/// one adds less than the one before, as term frequency does in BM25.
const HALF: f64 = 4.0;

/// Months of which each is told by itself, the present one included.
pub const RECENT_MONTHS: usize = 12;
/// Months that a trend holds against as many before.
const TREND_MONTHS: usize = RECENT_MONTHS / 2;
/// The least difference in documents that is a trend.
const LEAST_DIFFERENCE: u64 = 2;

/// Documents about a topic in which somebody has the same strongest role, changed in the same month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tallied {
    /// The role.
    pub role: Role,
    /// How many months ago they were changed; 0 for the present month, and for what lies ahead of the clock.
    pub months_ago: u32,
    /// How many documents.
    pub documents: u32,
}

/// Whether more is written of late than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trend {
    /// More in the last six months than in the six before, by at least two documents and by half.
    Rising,
    /// Neither rising nor falling.
    Steady,
    /// Fewer in the last six months than in the six before, likewise.
    Falling,
    /// Nothing in the last twelve months.
    Dormant,
}

/// What documents about a topic say of somebody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// How much speaks for them, 0 to 1; comparable between people and topics.
    pub strength: f64,
    /// Whether that grows.
    pub trend: Trend,
    /// How many documents speak of each of the last months, the present one last.
    pub recent: [u64; RECENT_MONTHS],
}

impl Settings {
    /// Whether a document speaks for somebody who has this role in it.
    #[must_use]
    pub fn speaks(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// Judges what was counted of one person in one topic; what does not speak for them has no part in it.
#[must_use]
pub fn standing(tallied: &[Tallied], settings: &Settings) -> Standing {
    let mut recent = [0_u64; RECENT_MONTHS];
    // Sums are made in the order of months and roles, so that they come out the same whatever was counted first.
    let mut counts: BTreeMap<(u32, Role), u64> = BTreeMap::new();
    for Tallied { role, months_ago, documents } in tallied.iter().filter(|tallied| settings.speaks(tallied.role)) {
        *counts.entry((*months_ago, *role)).or_default() += u64::from(*documents);
        let month = usize::try_from(*months_ago).ok().and_then(|ago| recent.iter_mut().rev().nth(ago));
        if let Some(count) = month {
            *count += u64::from(*documents);
        }
    }
    Standing { strength: strength(&counts, &settings.weights), trend: trend(&recent), recent }
}

fn strength(counts: &BTreeMap<(u32, Role), u64>, weights: &Weights) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "nobody wrote so many documents that one of them shows")]
    let weight = |documents: u64| documents as f64;
    let speaks: f64 = counts
        .iter()
        .map(|((months_ago, role), documents)| weight(*documents) * weights.of_role(*role) * of_age(*months_ago))
        .sum();
    speaks / (speaks + HALF)
}

/// What a document counts that was changed so many months ago, [`FLOOR`] to 1.
fn of_age(months_ago: u32) -> f64 {
    FLOOR + (1.0 - FLOOR) * (-f64::from(months_ago) / HALF_LIFE_MONTHS).exp2()
}

fn trend(recent: &[u64; RECENT_MONTHS]) -> Trend {
    let (before, last) = recent.split_at(TREND_MONTHS);
    let (before, last): (u64, u64) = (before.iter().sum(), last.iter().sum());
    let clearly_more = |more: u64, fewer: u64| more >= fewer + LEAST_DIFFERENCE && 2 * more >= 3 * fewer;
    match (before, last) {
        (0, 0) => Trend::Dormant,
        _ if clearly_more(last, before) => Trend::Rising,
        _ if clearly_more(before, last) => Trend::Falling,
        _ => Trend::Steady,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn judged(tallied: &[(Role, u32, u32)]) -> Standing {
        let tallied: Vec<Tallied> =
            tallied.iter().map(|(role, months_ago, documents)| tallied_of(*role, *months_ago, *documents)).collect();
        standing(&tallied, &Settings::default())
    }

    fn tallied_of(role: Role, months_ago: u32, documents: u32) -> Tallied {
        Tallied { role, months_ago, documents }
    }

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    #[test]
    fn the_roles_that_speak_are_the_strongest() {
        assert!(Role::STRONGEST_FIRST.starts_with(&Settings::default().roles));
    }

    #[test]
    fn documents_count_by_role_and_age_and_saturate() {
        assert!(near(judged(&[(Role::Author, 0, 4)]).strength, 0.5), "half at four documents of the present month");
        assert!(near(judged(&[(Role::Answerer, 0, 1)]).strength, 0.2));
        assert!(near(judged(&[(Role::Author, 24, 1)]).strength, 0.6 / 4.6), "what is above the floor halves in two years");
        assert!(near(judged(&[(Role::Author, u32::MAX, 1)]).strength, 0.2 / 4.2), "what is old does not vanish");
        let edited = judged(&[(Role::Contributor, 0, 1)]);
        assert_eq!(edited, judged(&[(Role::Reviewer, 0, 1)]));
        assert!(edited.strength > 0.0 && edited.strength < judged(&[(Role::Author, 0, 1)]).strength);
        assert!(judged(&[(Role::Author, 0, u32::MAX)]).strength <= 1.0);
    }

    #[test]
    fn what_does_not_speak_has_no_part() {
        let silent = judged(&[(Role::Asker, 0, 9), (Role::Mentioned, 3, 9)]);
        assert_eq!(silent, Standing { strength: 0.0, trend: Trend::Dormant, recent: [0; RECENT_MONTHS] });
        assert_eq!(judged(&[]), silent);
    }

    #[test]
    fn months_are_told_from_the_oldest_to_the_present() {
        let standing = judged(&[(Role::Author, 0, 1), (Role::Reviewer, 0, 2), (Role::Author, 11, 5), (Role::Author, 12, 7)]);
        assert_eq!(standing.recent, [5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
    }

    #[test]
    fn a_trend_holds_six_months_against_six() {
        let of = |before: u32, last: u32| judged(&[(Role::Author, 6, before), (Role::Author, 5, last)]).trend;
        for (before, last, expected) in [
            (0, 1, Trend::Steady),
            (0, 2, Trend::Rising),
            (1, 0, Trend::Steady),
            (2, 0, Trend::Falling),
            (4, 5, Trend::Steady),
            (4, 6, Trend::Rising),
            (6, 4, Trend::Falling),
            (10, 14, Trend::Steady),
            (10, 15, Trend::Rising),
            (14, 10, Trend::Steady),
            (3, 3, Trend::Steady),
            (0, 0, Trend::Dormant),
        ] {
            assert_eq!(of(before, last), expected, "{before}, then {last}");
        }
        assert_eq!(judged(&[(Role::Author, 12, 40)]).trend, Trend::Dormant);
        assert_eq!(judged(&[(Role::Author, 11, 1)]).trend, Trend::Steady);
    }

    fn any_tallied() -> impl Strategy<Value = Vec<Tallied>> {
        let role = prop::sample::select(Role::ALL.to_vec());
        prop::collection::vec((role, 0_u32..200, 0_u32..1_000), 0..12).prop_map(|all| {
            all.into_iter().map(|(role, months_ago, documents)| tallied_of(role, months_ago, documents)).collect()
        })
    }

    proptest! {
        #[test]
        fn strength_grows_with_documents_and_recency(
            mut tallied in any_tallied(), role in prop::sample::select(Settings::default().roles), ago in 1_u32..200
        ) {
            let judge = |tallied: &[Tallied]| standing(tallied, &Settings::default());
            let before = judge(&tallied);
            prop_assert!((0.0..=1.0).contains(&before.strength));
            tallied.push(tallied_of(role, ago, 1));
            let more = judge(&tallied);
            prop_assert!(more.strength > before.strength);
            tallied.pop();
            tallied.push(tallied_of(role, ago - 1, 1));
            let later = judge(&tallied);
            prop_assert!(later.strength > more.strength);
            prop_assert!(later.recent.iter().sum::<u64>() >= more.recent.iter().sum());
            tallied.reverse();
            prop_assert_eq!(judge(&tallied), later);
        }
    }
}
