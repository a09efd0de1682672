//! The generated organisation: words as often as in a language, communities, groups, and documents by chance that is the same in
//! every run.

use std::collections::BTreeSet;

use rookery::access::{Asker, Memberships, Sight};
use rookery::domain::{
    Audience, Community, CommunityName, Document, DocumentName, GroupId, Kind, MarkupFormat, Moment, Participation, PersonName,
    Principal, ResourceName, Role,
};

use crate::numbers::Numbers;

const VOCABULARY: usize = 50_000;
pub(super) const COMMUNITIES: usize = 200;
pub(super) const KEYS: usize = 20_000;
pub(super) const DENIABLE: usize = 60;
const DENIES: usize = 3;

/// Words, their frequencies and the communities.
pub(super) struct World {
    /// The sum of the frequencies up to each word, by rank.
    cumulated: Vec<f64>,
    communities: Vec<CommunityName>,
}

impl World {
    pub(super) fn new() -> Self {
        let mut sum = 0.0;
        let cumulated = (1..=VOCABULARY).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        let communities = (0..COMMUNITIES).map(|n| CommunityName::from_id(&format!("community-{n}")).expect("an id"));
        Self { cumulated: cumulated.collect(), communities: communities.collect() }
    }

    fn word(&self, numbers: &mut Numbers) -> usize {
        let drawn = numbers.share() * self.cumulated.last().copied().unwrap_or(1.0);
        self.cumulated.partition_point(|sum| *sum < drawn)
    }

    pub(super) fn middle(words: usize, numbers: &mut Numbers) -> String {
        (0..words).map(|_| spelled(200 + numbers.below(4_800))).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn rare(numbers: &mut Numbers) -> String {
        spelled(VOCABULARY / 2 + numbers.below(VOCABULARY / 2))
    }

    pub(super) fn common(numbers: &mut Numbers) -> String {
        spelled(numbers.below(10))
    }

    pub(super) fn most_common() -> String {
        spelled(0)
    }

    /// The first two letters of all words.
    pub(super) fn beginnings() -> impl Iterator<Item = String> {
        (0..64).map(|rank| spelled(rank).chars().take(2).collect())
    }

    pub(super) fn document(&self, id: usize, numbers: &mut Numbers) -> Document {
        let mut body = String::new();
        for _ in 0..64 + numbers.below(129) {
            body.push_str(&spelled(self.word(numbers)));
            body.push_str(if numbers.below(4) == 0 { "s " } else { " " });
        }
        let community = self.communities[numbers.below(COMMUNITIES)].clone();
        let to = [Principal::Community(community.clone()), Principal::Group(key(numbers.below(KEYS)))];
        let denies: Vec<Principal> = (0..DENIES).map(|_| Principal::Group(denied(numbers.below(DENIABLE)))).collect();
        let author = PersonName::from_id(&format!("person-{}", numbers.below(5_000))).expect("an id");
        let moment = Moment::from_unix_seconds(1_700_000_000 + id as i64).expect("a moment");
        Document {
            body,
            format: MarkupFormat::Plain,
            people: vec![Participation { person: author, role: Role::Author }],
            community: Some(community),
            ..Document::new(
                DocumentName::from_id(&format!("d{id}")).expect("an id"),
                Kind::Post,
                Audience::restricted(to).denying(denies),
                moment,
            )
        }
    }

    pub(super) fn asker(&self, id: &str, groups: &[GroupId], communities: &[usize]) -> Sight {
        let person = PersonName::from_id(id).expect("an id");
        let memberships = Memberships::default();
        for community in communities {
            memberships.put(&Community {
                members: BTreeSet::from([person.clone()]),
                ..Community::new(self.communities[*community].clone(), Audience::world(), Moment::default())
            });
        }
        let groups = groups.iter().cloned().collect();
        Sight::of(&Asker::person(person, groups, BTreeSet::new()), &memberships)
    }
}

pub(super) fn key(number: usize) -> GroupId {
    GroupId::parse(&format!("key-{number}")).expect("an id")
}

pub(super) fn denied(number: usize) -> GroupId {
    GroupId::parse(&format!("denied-{number}")).expect("an id")
}

/// So many different numbers below another.
pub(super) fn some(numbers: &mut Numbers, count: usize, below: usize) -> Vec<usize> {
    let mut found = BTreeSet::new();
    while found.len() < count {
        found.insert(numbers.below(below));
    }
    found.into_iter().collect()
}

/// The word of a rank: syllables without an ending that stemming takes.
fn spelled(rank: usize) -> String {
    const CONSONANTS: &[u8] = b"bcdfghjklmnprtvz";
    const VOWELS: &[u8] = b"aiou";
    let mut word = String::new();
    let mut rest = rank + 64;
    while rest > 0 {
        word.push(CONSONANTS[rest % 16] as char);
        word.push(VOWELS[rest / 16 % 4] as char);
        rest /= 64;
    }
    word
}
