//! What people say of themselves and of one another, beside what documents show. It counts in no score.
//!
//! Proved below: 1. the most endorsed skill comes first, equal ones by skill; 2. a skill that is declared and endorsed is one, however it
//! is written; 3. no more are told than fit.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::Skill;

/// How many skills are told of one person; part of what the API promises, so no setting.
const TOLD: usize = 5;

/// A skill that somebody declares, or that others endorse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkillSignal {
    /// The skill, as the person writes it, or normalised.
    pub skill: String,
    /// Whether the person declares it.
    pub declared: bool,
    /// How many others say that the person has it.
    pub endorsements: usize,
}

/// The skills of one person, of those that they declare and of those that others endorse, each with how many do: the most endorsed
/// first, then by skill; at most 5.
#[must_use]
pub fn skill_signals(
    declared: impl IntoIterator<Item = String>,
    endorsed: impl IntoIterator<Item = (String, usize)>,
) -> Vec<SkillSignal> {
    let mut signals: BTreeMap<Skill, SkillSignal> = BTreeMap::new();
    let declared = declared.into_iter().map(|skill| SkillSignal { skill, declared: true, endorsements: 0 });
    let endorsed = endorsed.into_iter().map(|(skill, endorsements)| SkillSignal { skill, declared: false, endorsements });
    for signal in declared.chain(endorsed) {
        // Of nothing but blanks nobody can say anything.
        let Ok(skill) = Skill::parse(&signal.skill) else { continue };
        let endorsements = signal.endorsements;
        signals.entry(skill).or_insert(signal).endorsements = endorsements;
    }
    let mut signals: Vec<SkillSignal> = signals.into_values().collect();
    // Skills come in their order, which a stable sort keeps among equals.
    signals.sort_by_key(|signal| Reverse(signal.endorsements));
    signals.truncate(TOLD);
    signals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(declared: &[&str], endorsed: &[(&str, usize)]) -> Vec<(String, bool, usize)> {
        let declared = declared.iter().map(ToString::to_string);
        let endorsed = endorsed.iter().map(|(skill, count)| ((*skill).to_owned(), *count));
        let signals = skill_signals(declared, endorsed).into_iter();
        signals.map(|signal| (signal.skill, signal.declared, signal.endorsements)).collect()
    }

    fn expected(signals: &[(&str, bool, usize)]) -> Vec<(String, bool, usize)> {
        signals.iter().map(|(skill, declared, count)| ((*skill).to_owned(), *declared, *count)).collect()
    }

    #[test]
    fn the_most_endorsed_comes_first_then_by_skill() {
        let signals = told(&["Zebra", "apples", "Locks"], &[("knots", 2), ("sails", 3), ("Locks", 2)]);
        let in_order = [("sails", false, 3), ("knots", false, 2), ("Locks", true, 2), ("apples", true, 0), ("Zebra", true, 0)];
        assert_eq!(signals, expected(&in_order));
        assert_eq!(told(&[], &[]), []);
    }

    #[test]
    fn a_skill_is_one_however_it_is_written() {
        assert_eq!(told(&["Tide  Tables", "tide tables"], &[("TIDE tables", 4)]), expected(&[("Tide  Tables", true, 4)]));
        assert_eq!(told(&[" ", "c++", "c"], &[]), expected(&[("c", true, 0), ("c++", true, 0)]));
    }

    #[test]
    fn no_more_are_told_than_fit() {
        let signals = told(&["a", "b", "c", "d", "e", "f"], &[("g", 1)]);
        let told: Vec<&str> = signals.iter().map(|(skill, ..)| skill.as_str()).collect();
        assert_eq!(told, ["g", "a", "b", "c", "d"]);
    }
}
