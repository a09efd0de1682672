//! What is written: few distinct words, so that every document moves the statistics, and equal texts, so that scores tie.

use prost_types::Timestamp;

use super::{BEGIN, seconds};
use crate::grpc::pb;
use crate::selftest::cast::{Asker, COMMUNITIES, PEOPLE, owned};
use crate::selftest::random::Random;

/// Words of texts.
pub(in crate::selftest) const WORDS: [&str; 18] = [
    "tide",
    "tides",
    "dock",
    "docks",
    "crane",
    "ship",
    "ships",
    "sail",
    "mast",
    "Hafen",
    "Häfen",
    "C++",
    "node.js",
    "潮汐",
    "прилив",
    "harbour",
    "sailing",
    "İstanbul",
];
/// Topic labels.
pub(in crate::selftest) const HASHTAGS: [&str; 5] = ["tides", "Dock", "c++", "潮汐", "quiet-harbour"];
/// Languages.
pub(in crate::selftest) const LANGUAGES: [&str; 4] = ["en", "de", "ru", "zh"];
/// Handles of the people of both worlds, in the order of their names.
const HANDLES: [&str; 6] = ["ada", "bo", "cy", "dee", "zed", "eve"];
/// Distinct moments at which documents were made.
pub(in crate::selftest) const MOMENTS: usize = 5;

/// Documents that a reply may answer although they are hidden or do not exist.
const HIDDEN_PARENTS: [&str; 3] = ["documents/h0", "documents/g1", "documents/rh2"];

/// Writes documents, people and communities.
pub(super) struct Author {
    pub(super) asker: Asker,
    pub(super) random: Random,
    /// Titles and bodies so far.
    texts: Vec<(String, String)>,
}

/// Whether the document of a name is a reply.
pub(super) fn is_reply(name: &str) -> bool {
    name.starts_with("documents/r")
}

pub(in crate::selftest) fn moment(number: usize) -> Timestamp {
    Timestamp { seconds: BEGIN - 86_400 * seconds(number), nanos: 0 }
}

impl Author {
    pub(super) fn new(asker: Asker, random: Random) -> Self {
        Self { asker, random, texts: Vec::new() }
    }

    /// A new text, or one that was written before.
    fn text(&mut self) -> (String, String) {
        if self.random.percent(40) && !self.texts.is_empty() {
            return self.random.one(&self.texts);
        }
        let title = self.random.some(&WORDS, 0, 3).join(" ");
        let mut body = self.random.some(&WORDS, 0, 9);
        if self.random.percent(20) {
            body.push(self.random.one(&["#tides", "#dock and", "\n\n", "> said"]));
            body.push(self.random.one(&WORDS));
        }
        if self.random.percent(15) {
            body.push(self.random.one(&["@ada", "@bo", "@zed", "@eve", "@nobody"]));
        }
        let text = (title, body.join(" "));
        self.texts.push(text.clone());
        text
    }

    /// A document; where its name says that it is a reply, it continues the thread of one of `roots`.
    pub(super) fn document(&mut self, name: &str, audience: pb::Audience, roots: &[String], people: &[&str]) -> pb::Document {
        let (title, body) = self.text();
        let random = &mut self.random;
        // Whether a document is a reply stands in its name, so that no thread is opened by one.
        let kind = if is_reply(name) { 5 } else { random.between(1, 4) };
        let thread = (kind == 5).then(|| {
            let root = random.one(roots);
            let parent = if random.percent(60) {
                root.clone()
            } else {
                let others = HIDDEN_PARENTS.into_iter().chain(["documents/never"]).filter(|parent| *parent != name);
                random.one(&others.collect::<Vec<_>>()).to_owned()
            };
            pb::ThreadPlace { root, parent }
        });
        let mut participations: Vec<pb::Participation> = Vec::new();
        for _ in 0..random.between(0, 3) {
            let role = if random.percent(60) { 1 } else { i32::try_from(random.between(1, 6)).unwrap_or(1) };
            let participation = pb::Participation { person: random.one(people).to_owned(), role };
            if !participations.contains(&participation) {
                participations.push(participation);
            }
        }
        let reactions = if random.percent(20) {
            [("like".to_owned(), 3), ("thanks".to_owned(), 1)].into()
        } else {
            std::collections::BTreeMap::new()
        };
        let explicit = random.percent(85);
        pb::Document {
            name: name.to_owned(),
            kind: i32::try_from(kind).unwrap_or(1),
            title,
            body,
            format: i32::try_from(random.between(0, 3)).unwrap_or_default(),
            people: participations,
            community: if random.percent(40) {
                random.one(&[&COMMUNITIES[..], &["communities/h0"]].concat()).to_owned()
            } else {
                String::new()
            },
            audience: Some(audience),
            accepted: kind == 5 && random.percent(40),
            thread,
            hashtags: if random.percent(40) { owned(&random.some(&HASHTAGS, 1, 2)) } else { Vec::new() },
            language: if random.percent(60) { random.one(&LANGUAGES).to_owned() } else { String::new() },
            reactions,
            url: if random.percent(10) { format!("https://example.org/{}", name.len()) } else { String::new() },
            source: random.percent(15).then(|| pb::Source { system: "jsonl".to_owned(), id: name.to_owned() }),
            create_time: explicit.then(|| moment(random.below(MOMENTS))),
            update_time: (explicit && random.percent(85)).then(|| moment(random.below(MOMENTS))),
            ..Default::default()
        }
    }

    /// A profile of one of the people of both worlds.
    pub(super) fn person(&mut self, name: &str) -> pb::Person {
        let random = &mut self.random;
        let place = PEOPLE.iter().position(|known| *known == name);
        pb::Person {
            name: name.to_owned(),
            display_name: random.one(&["Ada", "Bo Ström", "潮", ""]).to_owned(),
            handles: place.and_then(|place| HANDLES.get(place)).map(|handle| vec![(*handle).to_owned()]).unwrap_or_default(),
            kind: if random.percent(80) { 0 } else { i32::try_from(random.between(1, 3)).unwrap_or_default() },
            state: if random.percent(85) { 0 } else { i32::try_from(random.between(1, 2)).unwrap_or_default() },
            ..self.private()
        }
    }

    /// What of a profile anonymous askers never see.
    pub(super) fn private(&mut self) -> pb::Person {
        let random = &mut self.random;
        pb::Person {
            title: random.one(&["Harbour engineer", "Sail maker", ""]).to_owned(),
            unit: random.one(&["Docks", ""]).to_owned(),
            location: random.one(&["Kiel", ""]).to_owned(),
            bio: random.some(&WORDS, 0, 4).join(" "),
            skills: owned(&random.some(&WORDS, 0, 2)),
            languages: owned(&random.some(&["en", "de"], 0, 1)),
            emails: owned(&random.some(&["a@example.org", "b@example.org"], 0, 1)),
            ..Default::default()
        }
    }

    /// A community with an audience; `members` may belong to it.
    pub(super) fn community(&mut self, name: &str, audience: pb::Audience, members: &[&str]) -> pb::Community {
        let random = &mut self.random;
        pb::Community {
            name: name.to_owned(),
            display_name: random.one(&["Tides", "Docks", ""]).to_owned(),
            description: random.some(&WORDS, 0, 4).join(" "),
            members: distinct(random.some(members, 0, 3)),
            caretakers: distinct(random.some(members, 0, 1)),
            hashtags: owned(&random.some(&HASHTAGS, 0, 2)),
            audience: Some(audience),
            policy: i32::try_from(random.below(3)).unwrap_or_default(),
            listed: random.percent(40),
            source: random.percent(15).then(|| pb::Source { system: "jsonl".to_owned(), id: name.to_owned() }),
            ..Default::default()
        }
    }
}

pub(super) fn distinct(mut names: Vec<&str>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    owned(&names)
}
