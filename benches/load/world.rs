//! A generated organisation: real words as often as they are used, people of whom few write much, communities, threads, audiences.

use std::collections::HashMap;
use std::path::Path;

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;

use crate::numbers::Numbers;

/// Words of the vocabulary; what the text lacks is made of its own words.
const VOCABULARY: usize = 60_000;
const COMMUNITIES: usize = 200;
/// Beginnings of two letters in a query that holds as many as it may, and of how many frequent ones they are drawn.
const BEGINNINGS: usize = 32;
const FREQUENT_BEGINNINGS: usize = 64;
/// Groups that the regular with many holds.
const GROUPS: usize = 200;
/// Documents for each person.
const WRITTEN: usize = 40;
/// Of a hundred documents: topics, replies, posts, articles; the rest are pages.
const SHARES: [(usize, pb::DocumentKind); 4] =
    [(25, pb::DocumentKind::Topic), (80, pb::DocumentKind::Reply), (92, pb::DocumentKind::Post), (96, pb::DocumentKind::Article)];
/// Seconds between one document and the next.
const PACE: i64 = 60;
const FIRST_MOMENT: i64 = 1_600_000_000;

/// Draws by rank: the first is drawn most, the n-th an n-th as often (Zipf).
struct Ranked {
    cumulated: Vec<f64>,
}

impl Ranked {
    #[expect(clippy::cast_precision_loss, reason = "a rank is small")]
    fn new(count: usize) -> Self {
        let mut sum = 0.0;
        let cumulated = (1..=count.max(1)).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Self { cumulated: cumulated.collect() }
    }

    fn draw(&self, numbers: &mut Numbers) -> usize {
        let drawn = numbers.share() * self.cumulated.last().copied().unwrap_or(1.0);
        self.cumulated.partition_point(|sum| *sum < drawn).min(self.cumulated.len() - 1)
    }
}

/// Somebody who asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asker {
    /// The name of a person; nobody where it is empty.
    pub(crate) name: String,
    /// Groups that the person is said to be in, as a list with commas.
    pub(crate) groups: String,
}

/// What the organisation is made of.
pub(crate) struct World {
    words: Vec<String>,
    by_frequency: Ranked,
    authors: Ranked,
    communities: Ranked,
}

impl World {
    /// An organisation that will write so many documents, in the words of a folder of JSON lines.
    pub(crate) fn new(documents: usize, texts: &Path) -> Self {
        Self {
            words: vocabulary(texts),
            by_frequency: Ranked::new(VOCABULARY),
            authors: Ranked::new((documents / WRITTEN).max(50)),
            communities: Ranked::new(COMMUNITIES),
        }
    }

    /// How many people there are.
    pub(crate) fn people(&self) -> usize {
        self.authors.cumulated.len()
    }

    /// Anybody.
    pub(crate) fn asker(&self, numbers: &mut Numbers) -> Asker {
        Asker { name: person_name(numbers.below(self.people())), groups: String::new() }
    }

    /// Two who ask again and again: one in few communities, as everybody is, and one in all of them who holds many groups beside.
    pub(crate) fn regulars(&self) -> [(&'static str, Asker); 2] {
        let groups: Vec<_> = (0..GROUPS).map(|number| format!("g{number}")).collect();
        [
            ("few groups", Asker { name: person_name(self.people() - 2), groups: String::new() }),
            ("many groups", Asker { name: person_name(self.people() - 1), groups: groups.join(",") }),
        ]
    }

    /// The communities, each with its members: everybody is in some of them, the last in all, and few are in the small ones.
    pub(crate) fn communities(&self, numbers: &mut Numbers) -> Vec<pb::Community> {
        let mut members = vec![Vec::new(); COMMUNITIES];
        for person in 0..self.people() {
            let mut joined: Vec<usize> = (0..5).map(|_| self.communities.draw(numbers)).collect();
            joined.sort_unstable();
            joined.dedup();
            for community in joined {
                members[community].push(person_name(person));
            }
        }
        let community = |(number, members): (usize, Vec<String>)| pb::Community {
            name: community_name(number),
            display_name: format!("Community {number}"),
            members,
            audience: Some(audience(Grant::Organization, None)),
            ..Default::default()
        };
        let everywhere = person_name(self.people() - 1);
        members.iter_mut().filter(|members| !members.contains(&everywhere)).for_each(|members| members.push(everywhere.clone()));
        members.into_iter().enumerate().map(community).collect()
    }

    /// A profile.
    pub(crate) fn person(&self, number: usize, numbers: &mut Numbers) -> pb::Person {
        let word = |numbers: &mut Numbers| capital(&self.words[self.by_frequency.draw(numbers)]);
        pb::Person {
            name: person_name(number),
            display_name: format!("{} {}", word(numbers), word(numbers)),
            handles: vec![format!("p{number}")],
            unit: format!("Unit {}", number % 40),
            ..Default::default()
        }
    }

    /// A document; a reply answers one of the topics before it.
    pub(crate) fn document(&self, id: usize, topics: &mut Vec<usize>, numbers: &mut Numbers) -> pb::Document {
        let drawn = numbers.below(100);
        let kind = SHARES.iter().find(|(up_to, _)| drawn < *up_to).map_or(pb::DocumentKind::Page, |(_, kind)| *kind);
        let kind = if topics.is_empty() { pb::DocumentKind::Topic } else { kind };
        let thread = (kind == pb::DocumentKind::Reply).then(|| {
            // Most answers come soon.
            let recent = topics.len().min(1_000);
            let root = document_name(topics[topics.len() - 1 - numbers.below(recent)]);
            pb::ThreadPlace { parent: root.clone(), root }
        });
        if kind == pb::DocumentKind::Topic {
            topics.push(id);
        }
        let community = self.communities.draw(numbers);
        let role = if kind == pb::DocumentKind::Topic { pb::Role::Asker } else { pb::Role::Author };
        let moment = FIRST_MOMENT + PACE * i64::try_from(id).unwrap_or_default();
        let time = Some(prost_types::Timestamp { seconds: moment, nanos: 0 });
        let title = if kind == pb::DocumentKind::Reply { String::new() } else { capital(&self.text(6, numbers)) };
        let length = 20 + numbers.below(40) + numbers.below(120);
        pb::Document {
            name: document_name(id),
            kind: kind.into(),
            title,
            body: self.text(length, numbers),
            format: pb::MarkupFormat::Plain.into(),
            people: vec![pb::Participation { person: person_name(self.authors.draw(numbers)), role: role.into() }],
            community: community_name(community),
            audience: Some(match numbers.below(10) {
                0 | 1 => audience(Grant::World, None),
                2..=6 => audience(Grant::Organization, None),
                _ => audience(Grant::Restricted, Some(community)),
            }),
            thread,
            hashtags: vec![self.label(numbers).to_owned()],
            language: "en".to_owned(),
            create_time: time,
            update_time: time,
            ..Default::default()
        }
    }

    /// A question of so many words, neither of the most frequent nor of the rarest.
    pub(crate) fn question(&self, words: usize, numbers: &mut Numbers) -> String {
        let words = (0..words).map(|_| self.words[50 + numbers.below(3_000)].as_str());
        words.collect::<Vec<_>>().join(" ")
    }

    /// What somebody has typed so far of a word, a person, a label or a headline: two characters or more of the last word of it.
    pub(crate) fn beginning(&self, numbers: &mut Numbers) -> String {
        let whole = match numbers.below(4) {
            0 => self.text(1, numbers),
            1 => self.person(0, numbers).display_name,
            2 => format!("#{}", self.label(numbers)),
            _ => self.text(2, numbers),
        };
        let last = whole.rfind([' ', '#']).map_or(0, |at| at + 1);
        let typed = 2 + numbers.below(whole[last..].chars().count() - 1);
        whole[..last].chars().chain(whole[last..].chars().take(typed)).collect()
    }

    /// As many frequent beginnings of two letters as a query may hold, joined by OR.
    pub(crate) fn beginnings(&self, numbers: &mut Numbers) -> String {
        let mut frequent: Vec<String> = Vec::new();
        for word in &self.words {
            let beginning = word.chars().take(2).collect();
            if !frequent.contains(&beginning) {
                frequent.push(beginning);
            }
            if frequent.len() == FREQUENT_BEGINNINGS {
                break;
            }
        }
        let drawn = (0..BEGINNINGS).map(|_| format!("{}*", frequent.swap_remove(numbers.below(frequent.len()))));
        drawn.collect::<Vec<_>>().join(" OR ")
    }

    fn label(&self, numbers: &mut Numbers) -> &str {
        &self.words[200 + numbers.below(300)]
    }

    fn text(&self, words: usize, numbers: &mut Numbers) -> String {
        let mut text = String::new();
        for _ in 0..words {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&self.words[self.by_frequency.draw(numbers)]);
        }
        text
    }
}

/// The words of the texts, the most frequent first. A language has more rare words than a small text shows: the rest are made by
/// joining two of them.
fn vocabulary(texts: &Path) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let text = std::fs::read_to_string(texts).unwrap_or_else(|error| panic!("{}: {error}", texts.display()));
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        for field in ["title", "body"] {
            let written = record[field].as_str().unwrap_or_default().to_lowercase();
            let words = written.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1);
            words.for_each(|word| *counts.entry(word.to_owned()).or_default() += 1);
        }
    }
    let mut words: Vec<(String, usize)> = counts.into_iter().collect();
    words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut words: Vec<String> = words.into_iter().map(|(word, _)| word).collect();
    assert!(words.len() > 300, "{} has too few words", texts.display());
    let own = words.len();
    for number in 0..VOCABULARY.saturating_sub(own) {
        words.push(format!("{}{}", words[number % own], words[(number / own * 7 + number) % own]));
    }
    words.truncate(VOCABULARY);
    words
}

fn audience(grant: Grant, community: Option<usize>) -> pb::Audience {
    let allowed = community.map(community_name).into_iter().collect();
    pb::Audience { grant: grant.into(), allowed, denied: Vec::new() }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The name of a person.
pub(crate) fn person_name(number: usize) -> String {
    format!("people/p{number}")
}

/// The name of a document.
pub(crate) fn document_name(number: usize) -> String {
    format!("documents/d{number}")
}

fn community_name(number: usize) -> String {
    format!("communities/c{number}")
}
