//! What each configuration reaches on each topic, and what follows: which one is best where, and how that holds elsewhere.
//!
//! Proved below: 1. folds are stable, and every topic is in one; 2. what is measured had no part in the choice; 3. sets count alike,
//! however many topics they have; 4. intervals are the same at every call, and hold what they must.

use crate::selftest::Random;

/// Into how many parts topics fall.
pub(super) const FOLDS: u32 = 5;
/// How often differences are drawn anew for an interval.
const RESAMPLES: usize = 10_000;
/// From what they are drawn.
const SEED: u64 = 1;

/// What the configurations reach on the topics of one set.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    /// The set.
    pub(super) name: String,
    /// Average precision of the best published method there.
    pub(super) published: Option<f64>,
    /// Its topics.
    pub(super) topics: Vec<Topic>,
}

/// What the configurations reach on one topic.
#[derive(Clone, Debug)]
pub(super) struct Topic {
    /// The part into which it falls.
    pub(super) fold: u32,
    /// Average precision of each configuration, the weights in force first.
    pub(super) reached: Vec<f64>,
}

/// A choice of topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of them.
    All,
    /// Those of one fold.
    Fold(u32),
    /// Those of all folds but one.
    Without(u32),
}

/// The part into which each topic falls, in the order in which they are given: they are dealt out by a hash of their ids, so that
/// parts are of one size, and neither neighbours nor the order of a file decide anything.
pub(super) fn folds_of(topics: &[&str]) -> Vec<u32> {
    let mut dealt: Vec<usize> = (0..topics.len()).collect();
    dealt.sort_by_key(|at| (crc32fast::hash(topics[*at].as_bytes()), topics[*at]));
    let mut folds = vec![0; topics.len()];
    for (at, fold) in dealt.into_iter().zip((0..FOLDS).cycle()) {
        folds[at] = fold;
    }
    folds
}

impl Part {
    fn holds(self, topic: &Topic) -> bool {
        match self {
            Self::All => true,
            Self::Fold(fold) => topic.fold == fold,
            Self::Without(fold) => topic.fold != fold,
        }
    }
}

impl Figures {
    /// Mean average precision of a configuration; nothing where no topic is in the part.
    pub(super) fn mean(&self, configuration: usize, part: Part) -> Option<f64> {
        let topics = self.topics.iter().filter(|topic| part.holds(topic));
        mean(&topics.map(|topic| topic.reached[configuration]).collect::<Vec<_>>())
    }

    /// The average precision that counts as 1: the best published method's, or that of the weights in force.
    fn unit(&self) -> f64 {
        let unit = self.published.or_else(|| self.mean(0, Part::All)).unwrap_or_default();
        if unit > 0.0 { unit } else { 1.0 }
    }

    /// What the configurations that were chosen without a fold reach on it, for each topic.
    pub(super) fn reached_by(&self, chosen: &[usize]) -> Vec<(u32, f64)> {
        let by = |topic: &Topic| topic.reached[chosen[topic.fold as usize]];
        self.topics.iter().map(|topic| (topic.fold, by(topic))).collect()
    }
}

/// What a configuration is worth: the mean over sets of its average precision, in units of each set's.
pub(super) fn worth(sets: &[&Figures], configuration: usize, part: Part) -> f64 {
    let shares = sets.iter().filter_map(|set| Some(set.mean(configuration, part)? / set.unit()));
    mean(&shares.collect::<Vec<_>>()).unwrap_or_default()
}

/// The configuration that is worth most, the first among equals, and what it is worth.
pub(super) fn best(sets: &[&Figures], part: Part) -> (usize, f64) {
    let count = sets.iter().flat_map(|set| &set.topics).map(|topic| topic.reached.len()).min().unwrap_or_default();
    let worth_of = (0..count).map(|configuration| (configuration, worth(sets, configuration, part)));
    worth_of.reduce(|best, other| if other.1 > best.1 { other } else { best }).unwrap_or_default()
}

/// For each fold the configuration that is worth most without it.
pub(super) fn chosen_without_each_fold(sets: &[&Figures]) -> Vec<usize> {
    (0..FOLDS).map(|fold| best(sets, Part::Without(fold)).0).collect()
}

/// Mean and sample standard deviation over the folds of the mean within each.
pub(super) fn over_folds(values: &[(u32, f64)]) -> Option<(f64, f64)> {
    let within = |fold: u32| mean(&values.iter().filter(|(of, _)| *of == fold).map(|(_, value)| *value).collect::<Vec<_>>());
    spread(&(0..FOLDS).filter_map(within).collect::<Vec<_>>())
}

/// Mean and sample standard deviation; nothing where there are fewer than two values.
#[expect(clippy::cast_precision_loss, reason = "some hundreds of topics")]
pub(super) fn spread(values: &[f64]) -> Option<(f64, f64)> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((mean, (squares / (values.len() as f64 - 1.0)).sqrt()))
}

/// The 95 % interval of the mean of differences, by bootstrap: topics are drawn anew, with repetitions.
pub(super) fn interval(differences: &[f64]) -> Option<(f64, f64)> {
    let mut random = Random::of(&[SEED]);
    let mut drawn = || -> Option<f64> {
        mean(&(0..differences.len()).map(|_| differences[random.below(differences.len())]).collect::<Vec<_>>())
    };
    let mut means = (0..RESAMPLES).map(|_| drawn()).collect::<Option<Vec<_>>>()?;
    means.sort_by(f64::total_cmp);
    Some((means[RESAMPLES / 40], means[RESAMPLES - 1 - RESAMPLES / 40]))
}

#[expect(clippy::cast_precision_loss, reason = "some hundreds of topics")]
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(published: Option<f64>, topics: &[(u32, &[f64])]) -> Figures {
        let topics = topics.iter().map(|(fold, reached)| Topic { fold: *fold, reached: reached.to_vec() }).collect();
        Figures { name: "set".to_owned(), published, topics }
    }

    fn near(value: f64, expected: f64) -> bool {
        (value - expected).abs() < 1e-12
    }

    #[test]
    fn folds_are_stable_and_every_topic_is_in_one() {
        assert_eq!(folds_of(&["a", "b", "c", "d", "e", "f", "g"]), [0, 2, 1, 4, 1, 3, 0]);
        assert_eq!(folds_of(&["g", "f", "e", "d", "c", "b", "a"]), [0, 3, 1, 4, 1, 2, 0]);
        let ids: Vec<String> = (0..203).map(|at| format!("topic {at}")).collect();
        let folds = folds_of(&ids.iter().map(String::as_str).collect::<Vec<_>>());
        let topics: Vec<Topic> = folds.into_iter().map(|fold| Topic { fold, reached: Vec::new() }).collect();
        let within = |part: Part| topics.iter().filter(|topic| part.holds(topic)).count();
        assert_eq!((0..FOLDS).map(|fold| within(Part::Fold(fold))).collect::<Vec<_>>(), [41, 41, 41, 40, 40]);
        for fold in 0..FOLDS {
            assert_eq!(within(Part::Fold(fold)) + within(Part::Without(fold)), within(Part::All));
            assert!(!topics.iter().any(|topic| Part::Fold(fold).holds(topic) && Part::Without(fold).holds(topic)));
        }
    }

    #[test]
    fn what_is_measured_had_no_part_in_the_choice() {
        // The second configuration is best on the first fold alone, the first everywhere else.
        let figures = set(None, &[(0, &[0.0, 1.0]), (1, &[0.5, 0.2]), (2, &[0.5, 0.2])]);
        let chosen = chosen_without_each_fold(&[&figures]);
        assert_eq!(chosen, [0, 1, 1, 1, 1], "without the first fold the first wins, without others the second");
        assert_eq!(figures.reached_by(&chosen), [(0, 0.0), (1, 0.2), (2, 0.2)]);
    }

    #[test]
    fn sets_count_alike_in_units_of_what_was_published() {
        let small = set(Some(0.5), &[(0, &[0.25, 0.5])]);
        let large = set(None, &[(0, &[0.4, 0.2]), (1, &[0.4, 0.2]), (2, &[0.4, 0.2])]);
        assert!(near(worth(&[&small, &large], 0, Part::All), f64::midpoint(0.5, 1.0)));
        assert!(near(worth(&[&small, &large], 1, Part::All), f64::midpoint(1.0, 0.5)));
        assert_eq!(best(&[&small, &large], Part::All).0, 0, "the first among equals");
        assert_eq!(best(&[&small], Part::All).0, 1);
        assert!(near(worth(&[&small, &large], 1, Part::Fold(2)), 0.5), "a set without topics in a fold has no part in it");
        let nothing = set(None, &[(0, &[0.0, 0.3])]);
        assert!(near(worth(&[&nothing], 1, Part::All), 0.3));
    }

    #[test]
    fn spreads_are_as_worked_out_by_hand() {
        let (mean, deviation) = over_folds(&[(0, 0.1), (0, 0.3), (1, 0.4), (3, 0.6)]).unwrap();
        assert!(near(mean, 0.4) && near(deviation, 0.2), "{mean} {deviation}");
        assert_eq!(over_folds(&[(0, 0.1), (0, 0.3)]), None);
        assert_eq!(spread(&[]), None);
    }

    #[test]
    fn intervals_hold_the_mean_and_are_the_same_at_every_call() {
        let differences: Vec<f64> = (0..50).map(|at| f64::from(at) / 100.0).collect();
        let (low, high) = interval(&differences).unwrap();
        assert!(low < 0.245 && 0.245 < high && low > 0.19 && high < 0.30, "{low} {high}");
        assert_eq!(interval(&differences), Some((low, high)));
        assert_eq!(interval(&[0.5]), Some((0.5, 0.5)));
        assert_eq!(interval(&[]), None);
    }
}
