//! The sample organisation as records that can be put in another order or renamed, and a house that it was imported into.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rookery::config::Config;
use rookery::domain::{FixedClock, Moment};
use rookery::server::Embedded;
use serde_json::Value;

use crate::support::{Client, run, sample};

/// When everything is asked, so that "last active 3 weeks ago" depends on no machine's clock.
const NOW: &str = "2026-11-20T12:00:00Z";

/// The records of the sample's files.
#[derive(Clone)]
pub(super) struct Organisation {
    people: Vec<Value>,
    communities: Vec<Value>,
    documents: Vec<Value>,
}

impl Organisation {
    pub(super) fn sample() -> Self {
        Self { people: records("people"), communities: records("communities"), documents: records("documents") }
    }

    /// The same records in another order; no reply before what it answers, which an import refuses.
    pub(super) fn shuffled(mut self, seed: u64) -> Self {
        let mut random = Random(seed);
        for records in [&mut self.people, &mut self.communities, &mut self.documents] {
            random.shuffle(records);
        }
        let parents: BTreeMap<String, String> = self
            .documents
            .iter()
            .filter_map(|record| Some((record["id"].as_str()?.to_owned(), record["thread"]["parent"].as_str()?.to_owned())))
            .collect();
        self.documents.sort_by_cached_key(|record| {
            std::iter::successors(record["id"].as_str(), |id| parents.get(*id).map(String::as_str)).count()
        });
        self
    }

    /// The IDs of everybody who is named, with a profile or without.
    pub(super) fn everybody(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        self.clone().each_person(&mut |id| {
            all.insert(id.clone());
        });
        all
    }

    /// The same where everybody has another ID and another display name. Handles stay, since texts mention people by them.
    pub(super) fn renamed(mut self, ids: &BTreeMap<String, String>) -> Self {
        self.each_person(&mut |id| id.clone_from(&ids[id]));
        for person in &mut self.people {
            person["name"] = format!("Somebody {}", person["id"].as_str().unwrap()).into();
        }
        self
    }

    /// Hands out every ID of a person, wherever it stands in a record.
    fn each_person(&mut self, change: &mut impl FnMut(&mut String)) {
        self.people.iter_mut().for_each(|person| each(&mut person["id"], change));
        for community in &mut self.communities {
            for place in ["/members", "/caretakers"] {
                community.pointer_mut(place).into_iter().for_each(|ids| each(ids, change));
            }
        }
        for document in &mut self.documents {
            for place in ["/authors", "/contributors", "/audience/grant/people", "/audience/deny/people"] {
                document.pointer_mut(place).into_iter().for_each(|ids| each(ids, change));
            }
            for (list, field) in [("roles", "person"), ("replies", "author")] {
                let items = document.get_mut(list).and_then(Value::as_array_mut);
                items.into_iter().flatten().for_each(|item| each(&mut item[field], change));
            }
        }
    }

    /// Imports it into a new data directory as an operator would, and opens that.
    pub(super) async fn open(&self) -> World {
        let folder = tempfile::tempdir().unwrap();
        let (files, data) = (folder.path().join("files"), folder.path().join("data"));
        fs::create_dir(&files).unwrap();
        for (name, records) in [("people", &self.people), ("communities", &self.communities), ("documents", &self.documents)] {
            let lines: Vec<String> = records.iter().map(Value::to_string).collect();
            fs::write(files.join(name).with_extension("jsonl"), lines.join("\n")).unwrap();
        }
        let imported = run(&["import", "jsonl", files.to_str().unwrap(), "--data-dir", data.to_str().unwrap()]);
        let told = String::from_utf8_lossy(&imported.stdout).into_owned();
        let count = self.people.len() + self.communities.len() + 409;
        assert!(told.contains(&format!("{count} created, 0 updated, 0 unchanged, 0 failed")), "{told} {imported:?}");
        let embedded = embedded(&data).await;
        World { embedded, folder }
    }
}

/// Changes one ID, or each of a list.
fn each(ids: &mut Value, change: &mut impl FnMut(&mut String)) {
    match ids {
        Value::String(id) => change(id),
        Value::Array(list) => list.iter_mut().for_each(|id| each(id, change)),
        other => panic!("{other} is no ID"),
    }
}

fn records(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(sample().join(file).with_extension("jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn embedded(data: &Path) -> Embedded {
    let mut config = Config::default();
    config.storage.data_dir = data.to_owned();
    Embedded::open(&config, Arc::new(FixedClock(Moment::parse(NOW).unwrap()))).await.expect("a data directory opens")
}

/// The real services over a data directory.
pub(super) struct World {
    embedded: Embedded,
    folder: tempfile::TempDir,
}

impl World {
    /// Clients that ask as somebody; nobody for an empty ID.
    pub(super) fn client(&self, id: &str) -> Client {
        let asker = (!id.is_empty()).then(|| format!("people/{id}"));
        Client { channel: self.embedded.channel(), asker, scopes: None }
    }

    /// Everything closed, changed by somebody meanwhile where wanted, and opened again.
    pub(super) async fn restarted(self, meanwhile: impl FnOnce(&Path)) -> Self {
        self.embedded.close().await;
        let data = self.folder.path().join("data");
        meanwhile(&data);
        Self { embedded: embedded(&data).await, folder: self.folder }
    }
}

/// Numbers that look random and are the same for the same seed (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        for shift in [13, -7, 17_i32] {
            self.0 ^= if shift > 0 { self.0 << shift } else { self.0 >> -shift };
        }
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn shuffle<T>(&mut self, of: &mut [T]) {
        for last in (1..of.len()).rev() {
            let other = self.below(last + 1);
            of.swap(last, other);
        }
    }
}
