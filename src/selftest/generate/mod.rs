//! Pairs of worlds: one shared part in one order, and for each world a part of its own that one asker may not see.
//!
//! The shared part need not be visible to the asker; what a world has alone is hidden from the asker by construction, and the
//! model confirms it before anything is asked. `shared.rs` makes the common steps, `hidden.rs` the stories of one world,
//! `texts.rs` what is written.
//!
//! Proved below: 1. differences are hidden from the asker for whom they were made, nearly all by construction; 2. the same seed and number make the same
//! pair, others make others; 3. the shared steps happen at the same moments in both worlds, before they are settled; 4. things
//! happen to one world after that, so that revocations wait there; 5. people endorse skills that queries name, some of whom are gone
//! in the end; 6. both worlds pin and bury documents that only one of them has.

mod hidden;
mod shared;
mod texts;

use std::collections::BTreeSet;

use super::cast::{Asker, CAST, COMMUNITIES, PEOPLE};
use super::model::Model;
use super::random::Random;
use super::script::{Script, Step, Timed};
use hidden::Story;
use texts::Author;

pub(super) use texts::{HASHTAGS, LANGUAGES, MOMENTS, WORDS, moment};

/// When the worlds begin, in seconds since 1970.
pub(super) const BEGIN: i64 = 1_700_000_000;
/// Seconds between two shared steps.
const PACE: i64 = 1_000;

/// Two worlds that differ only in what some askers may not see.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// The scripts of both.
    pub(super) scripts: [Script; 2],
    /// From whom the whole difference is hidden, the asker for whom it was made first.
    pub(super) blind: Vec<Asker>,
    /// The other askers.
    pub(super) others: Vec<Asker>,
    /// What questions are made of.
    pub(super) names: Names,
    /// When questions are asked.
    pub(super) now: i64,
}

/// Every name that occurs in either world, and some that never do.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) documents: Vec<String>,
    pub(super) people: Vec<String>,
    pub(super) communities: Vec<String>,
}

/// How often a pair is made anew whose difference its asker may see after all.
const ATTEMPTS: u64 = 50;

/// The generator makes no difference that is hidden: a fault of the harness.
#[derive(Debug, thiserror::Error)]
#[error("no difference that is hidden was made in {ATTEMPTS} attempts")]
pub(super) struct NotHidden;

/// The pair of a seed and a number. Where the stories of a world together show the asker something, as when a shared document
/// names a hidden community whose members a caretaker may ask for, others are told.
pub(super) fn pair(seed: u64, number: u64) -> Result<Pair, NotHidden> {
    (0..ATTEMPTS).find_map(|attempt| attempted([seed, number, attempt])).ok_or(NotHidden)
}

fn attempted([seed, number, attempt]: [u64; 3]) -> Option<Pair> {
    let mut random = Random::of(&[seed, number, attempt]);
    // Anonymous askers see least, so that the most can differ: they are asked for most often.
    let asker = if random.percent(35) { CAST[0].clone() } else { random.one(&CAST) };
    let mut author = Author::new(asker.clone(), random);
    let shared = shared::steps(&mut author);
    let scripts = [0_u64, 1].map(|world| {
        author.random = Random::of(&[seed, number, attempt, 1 + world]);
        // A world without anything of its own differs most clearly from one that has.
        let stories = if author.random.percent(25) { Vec::new() } else { hidden::stories(&mut author, &shared) };
        woven(&shared, stories, &mut author.random)
    });
    let models = [Model::of(&scripts[0]), Model::of(&scripts[1])];
    let (mut blind, mut others) = (Vec::new(), Vec::new());
    for candidate in CAST {
        let hidden = models[0].view(&candidate) == models[1].view(&candidate);
        if hidden { blind.push(candidate) } else { others.push(candidate) }
    }
    let place = blind.iter().position(|candidate| *candidate == asker)?;
    blind.swap(0, place);
    let now = BEGIN + PACE * (seconds(shared.len()) + 10);
    Some(Pair { names: names(&scripts), scripts, blind, others, now })
}

/// Weaves the stories of one world into the shared steps. Shared steps happen at the same moments in both worlds, and at the end
/// of them everything is settled; what stories have left comes after that.
fn woven(shared: &[Step], stories: Vec<Story>, random: &mut Random) -> Script {
    let end = shared.len();
    let mut placed: Vec<(usize, Step)> = Vec::new();
    for story in stories {
        let mut places: Vec<usize> = story.steps.iter().map(|_| random.between(story.from, story.until.min(end + 1))).collect();
        places.sort_unstable();
        placed.extend(places.into_iter().zip(story.steps));
    }
    for _ in 0..random.below(4) {
        placed.push((random.below(end + 1), Step::Settle));
    }
    placed.sort_by_key(|(place, _)| *place);
    let mut placed = placed.into_iter().peekable();
    let mut script = Script::default();
    for place in 0..=end + 1 {
        let at = BEGIN + PACE * seconds(place);
        let mut own = 0;
        while let Some((_, step)) = placed.next_if(|(of, _)| *of == place) {
            own += 1;
            script.0.push(Timed { at: at - PACE + (own * 7).min(PACE - 1), step });
        }
        match shared.get(place) {
            Some(step) => script.0.push(Timed { at, step: step.clone() }),
            None if place == end => script.0.push(Timed { at, step: Step::Settle }),
            None => {}
        }
    }
    script
}

/// A small number as a number of seconds.
fn seconds(number: usize) -> i64 {
    i64::try_from(number).unwrap_or_default()
}

fn names(scripts: &[Script; 2]) -> Names {
    let [mut documents, mut people, mut communities] = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
    people.extend(PEOPLE.map(str::to_owned));
    communities.extend(COMMUNITIES.map(str::to_owned));
    for timed in scripts.iter().flat_map(|script| &script.0) {
        match &timed.step {
            Step::PutPerson(person) => drop(people.insert(person.name.clone())),
            Step::PutCommunity(community) | Step::SetMembers(community) => drop(communities.insert(community.name.clone())),
            Step::PutDocument(document) => {
                documents.insert(document.name.clone());
                documents.extend(document.thread.iter().map(|thread| thread.root.clone()));
                people.extend(document.people.iter().map(|participation| participation.person.clone()));
            }
            _ => {}
        }
    }
    documents.insert("documents/never".to_owned());
    people.insert("people/never".to_owned());
    communities.insert("communities/never".to_owned());
    let listed = |names: BTreeSet<String>| names.into_iter().collect();
    Names { documents: listed(documents), people: listed(people), communities: listed(communities) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: u64 = 400;

    #[test]
    fn every_difference_is_hidden_and_there_are_many() {
        let (mut same, mut anonymous, mut alone) = (0, 0, 0);
        let first_attempts = (0..PAIRS).filter(|number| attempted([7, *number, 0]).is_some()).count();
        assert!(first_attempts > 360, "{first_attempts} of {PAIRS} differences are hidden by construction");
        for number in 0..PAIRS {
            let pair = pair(7, number).unwrap();
            same += u32::from(pair.scripts[0] == pair.scripts[1]);
            anonymous += u32::from(pair.blind[0].is_anonymous());
            alone += u32::from(pair.blind.len() == 1);
        }
        assert!(same < 60, "{same} pairs have no difference");
        assert!((100..300).contains(&anonymous), "{anonymous} pairs are for anonymous askers");
        assert!(alone > 40, "{alone} differences are hidden from one asker only");
    }

    #[test]
    fn people_endorse_skills_that_queries_name() {
        let (mut shared, mut gone) = (0, 0);
        for number in 0..PAIRS {
            for timed in pair(9, number).unwrap().scripts.iter().flat_map(|script| &script.0) {
                let Step::Endorse(endorser, request) = &timed.step else { continue };
                assert!(endorser.person != request.name && WORDS.contains(&request.skill.as_str()), "world {number}");
                if PEOPLE.contains(&endorser.person) { shared += 1 } else { gone += 1 }
            }
        }
        assert!(shared > 1_000 && gone > 50, "{shared} endorsements stay, {gone} are of people who are gone");
    }

    #[test]
    fn curations_name_what_is_hidden() {
        let mut named = 0;
        for number in 0..PAIRS {
            let pair = pair(9, number).unwrap();
            let models = pair.scripts.each_ref().map(Model::of);
            let curated = pair.scripts[0].0.iter().filter_map(|timed| match &timed.step {
                Step::Curate(curation) => Some(curation.pins.iter().chain(&curation.buries)),
                _ => None,
            });
            let alone = |name: &&String| models[0].has_document(name) != models[1].has_document(name);
            named += curated.flatten().filter(alone).count();
        }
        assert!(named > 100, "{named} pins and buries are of one world's own documents");
    }

    #[test]
    fn nothing_answers_itself() {
        let mut replies = 0;
        for number in 0..PAIRS {
            for timed in pair(1, number).unwrap().scripts.iter().flat_map(|script| &script.0) {
                let Step::PutDocument(document) = &timed.step else { continue };
                let Some(place) = &document.thread else { continue };
                replies += 1;
                assert!(place.root != document.name && place.parent != document.name, "world {number}: {}", document.name);
            }
        }
        assert!(replies > 1_000, "{replies} replies");
    }

    #[test]
    fn a_seed_and_a_number_make_one_pair() {
        let scripts = |seed, number| pair(seed, number).unwrap().scripts;
        assert_eq!(scripts(3, 5), scripts(3, 5));
        assert_ne!(scripts(3, 5), scripts(3, 6));
        assert_ne!(scripts(3, 5), scripts(4, 5));
    }

    #[test]
    fn shared_steps_are_shared_and_settled_before_the_end() {
        let mut late = 0;
        for number in 0..PAIRS {
            let pair = pair(8, number).unwrap();
            let shared = pair.scripts.each_ref().map(|script| {
                let settled = script.0.iter().rposition(|timed| timed.step == Step::Settle).unwrap();
                late += script.0.len() - settled - 1;
                assert!(script.0.is_sorted_by_key(|timed| timed.at), "time runs forwards");
                let of_both = |timed: &&Timed| (timed.at - BEGIN) % PACE == 0;
                assert!(!script.0[settled + 1..].iter().any(|timed| of_both(&timed)), "nothing shared comes late");
                script.0.iter().filter(of_both).cloned().collect::<Vec<_>>()
            });
            assert_eq!(shared[0], shared[1]);
        }
        assert!(late > 300, "{late} steps wait for a commit");
    }
}
