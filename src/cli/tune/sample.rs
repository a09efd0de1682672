//! Which weights are tried: those in force, and others drawn at random from ranges around them.

use crate::expertise::Weights;
use crate::selftest::Random;

/// A weight, and where it is tried.
pub(super) struct Tried {
    /// What it is called.
    pub(super) name: &'static str,
    /// The least.
    low: f64,
    /// The most.
    high: f64,
    /// How it is spread between them.
    spread: Spread,
    /// To what it is rounded, so that what is printed is what was tried.
    step: f64,
    /// Where it is kept.
    of: fn(&mut Weights) -> &mut f64,
}

#[derive(Clone, Copy, PartialEq)]
enum Spread {
    /// Every value as likely as any other.
    Uniform,
    /// Every proportion as likely as any other.
    Logarithmic,
}

/// About half to twice of what is in force, and never the end of what makes sense.
pub(super) const TRIED: [Tried; 7] = [
    Tried { name: "thread", low: 0.2, high: 1.0, spread: Spread::Uniform, step: 0.01, of: |weights| &mut weights.thread },
    Tried {
        name: "sharpness",
        low: 1.5,
        high: 4.5,
        spread: Spread::Logarithmic,
        step: 0.01,
        of: |weights| &mut weights.sharpness,
    },
    Tried {
        name: "rank_half",
        low: 75.0,
        high: 1_200.0,
        spread: Spread::Logarithmic,
        step: 5.0,
        of: |weights| &mut weights.rank_half,
    },
    Tried { name: "decay", low: 0.15, high: 0.75, spread: Spread::Uniform, step: 0.01, of: |weights| &mut weights.decay },
    Tried { name: "edited", low: 0.15, high: 0.75, spread: Spread::Uniform, step: 0.01, of: |weights| &mut weights.edited },
    Tried { name: "alike", low: 0.5, high: 3.5, spread: Spread::Uniform, step: 0.01, of: |weights| &mut weights.alike },
    Tried { name: "coverage", low: 0.25, high: 1.5, spread: Spread::Uniform, step: 0.01, of: |weights| &mut weights.coverage },
];

impl Tried {
    /// The weight's value among some.
    pub(super) fn value(&self, weights: &Weights) -> f64 {
        *(self.of)(&mut weights.clone())
    }

    /// Where it is tried, in words.
    pub(super) fn range(&self) -> String {
        format!("{} to {}", self.low, self.high)
    }

    fn draw(&self, random: &mut Random) -> f64 {
        let part = random.fraction();
        let drawn = match self.spread {
            Spread::Uniform => self.low + part * (self.high - self.low),
            Spread::Logarithmic => self.low * (self.high / self.low).powf(part),
        };
        (drawn / self.step).round() * self.step
    }
}

/// The weights in force, then as many others as wanted: the same for the same seed, and more of them begin like fewer.
pub(super) fn configurations(samples: u32, seed: u64) -> Vec<Weights> {
    let drawn = (0..u64::from(samples)).map(|number| {
        let mut random = Random::of(&[seed, number]);
        let mut weights = Weights::default();
        for tried in &TRIED {
            *(tried.of)(&mut weights) = tried.draw(&mut random);
        }
        weights
    });
    std::iter::once(Weights::default()).chain(drawn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_and_another_draws_others() {
        let drawn = configurations(20, 1);
        assert_eq!(drawn.len(), 21);
        assert_eq!(drawn[0], Weights::default());
        assert_eq!(drawn, configurations(20, 1));
        assert_eq!(drawn[..6], configurations(5, 1));
        let other = configurations(20, 2);
        assert!(drawn[1..].iter().all(|weights| !other.contains(weights)));
    }

    #[test]
    fn every_weight_is_tried_within_its_range_and_on_both_sides_of_what_is_in_force() {
        let drawn = configurations(200, 1);
        for tried in &TRIED {
            let values: Vec<f64> = drawn.iter().map(|weights| tried.value(weights)).collect();
            let within = tried.low - tried.step..=tried.high + tried.step;
            assert!(values.iter().all(|value| within.contains(value)), "{}: {values:?}", tried.name);
            let below = values[1..].iter().filter(|value| **value < values[0]).count();
            assert!((40..=160).contains(&below), "{}: {below} of 200 lie below what is in force", tried.name);
        }
    }
}
