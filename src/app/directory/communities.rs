//! Finding communities by name and topic.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use crate::access::Sight;
use crate::app::communities::{sees, shown};
use crate::app::writes::off_thread;
use crate::app::{App, AppError, Call, Shown};
use crate::directory::{Ask, Directory, Entry, Field, Fields, Hit, Match, folded, words};
use crate::domain::{Community, CommunityName, Record, RecordKey, ResourceName};
use crate::storage::ledger::{CommitObserver, Committed};

/// Every community by its words, in memory. Filled at start from the ledger's communities and kept current by its commits, so that
/// whoever may see one no more does not find it from the acknowledgement on.
pub(in crate::app) struct CommunityDirectory {
    held: RwLock<Held>,
    /// The words of a description that are held.
    description_words: usize,
}

#[derive(Default)]
struct Held {
    directory: Directory<CommunityName>,
    outlines: HashMap<CommunityName, Community>,
}

/// A community that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct CommunityFound {
    /// The community, as far as the asker may see it.
    pub community: Shown<Community>,
    /// The score.
    pub score: u32,
    /// What each word met.
    pub matches: Vec<Match>,
}

/// Communities that were found, best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommunitiesFound {
    /// In order.
    pub communities: Vec<CommunityFound>,
}

impl CommunityDirectory {
    pub(in crate::app) fn new(description_words: usize) -> Self {
        Self { held: RwLock::default(), description_words }
    }

    /// Takes a community as it is now.
    pub(in crate::app) fn put(&self, community: &Community) {
        let outline = self.outline(community);
        // Nothing below panics half-way, so a poisoned lock still guards whole contents.
        let known = self.held.read().unwrap_or_else(PoisonError::into_inner).outlines.get(&community.name).cloned();
        let same_words = |known: &Community| {
            (&known.display_name, &known.description, &known.hashtags)
                == (&outline.display_name, &outline.description, &outline.hashtags)
        };
        let entry = (!known.as_ref().is_some_and(same_words)).then(|| entry(&outline));
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entry {
            held.directory.put(outline.name.clone(), &entry);
        }
        held.outlines.insert(outline.name.clone(), outline);
    }

    fn remove(&self, name: &CommunityName) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.directory.remove(name);
        held.outlines.remove(name);
    }

    /// What of a community is looked at: all but its people, with so much of its description as is held.
    fn outline(&self, community: &Community) -> Community {
        let described: Vec<&str> = community.description.split_whitespace().take(self.description_words).collect();
        Community {
            display_name: community.display_name.clone(),
            description: described.join(" "),
            hashtags: community.hashtags.clone(),
            listed: community.listed,
            ..Community::new(community.name.clone(), community.audience.clone(), community.created)
        }
    }

    /// The best of those that a sight may learn of; nothing where nobody waits any more.
    fn find(&self, sight: &Sight, typed: &str, limit: usize, is_over: &dyn Fn() -> bool) -> Option<Vec<Hit<CommunityName>>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let visible = |name: &CommunityName| held.outlines.get(name).is_some_and(|outline| sees(outline, sight));
        let words = words(typed);
        let ask = Ask {
            words: &words,
            fields: Fields::ALL,
            found_as: &|name| visible(name).then_some(Cow::Borrowed(name)),
            after: None,
            limit,
            is_over,
        };
        held.directory.find(&ask).map(|found| found.hits)
    }

    /// Those that are called so, but for case and accents, and that a sight may learn of, by name; looked for among the best of so many
    /// that its words find. Nothing where nobody waits any more.
    pub(in crate::app) fn called(
        &self,
        sight: &Sight,
        name: &str,
        among: usize,
        is_over: &dyn Fn() -> bool,
    ) -> Option<Vec<CommunityName>> {
        let hits = self.find(sight, name, among, is_over)?;
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let name = folded(name);
        let is_called = |key: &CommunityName| held.outlines.get(key).is_some_and(|outline| folded(&outline.display_name) == name);
        let mut called: Vec<CommunityName> = hits.into_iter().map(|hit| hit.key).filter(is_called).collect();
        called.sort_unstable();
        Some(called)
    }
}

fn entry(outline: &Community) -> Entry {
    let single = [
        (Field::Name, outline.display_name.as_str()),
        (Field::Id, outline.name.id()),
        (Field::Description, &outline.description),
    ];
    Entry::of(single.into_iter().chain(outline.hashtags.iter().map(|hashtag| (Field::Hashtag, hashtag.as_str()))))
}

impl CommitObserver for CommunityDirectory {
    fn committed(&self, changes: &[Committed<'_>]) {
        for change in changes {
            match (change.before, change.now) {
                (_, Some(Record::Community(community))) => self.put(community),
                (Some(Record::Community(community)), None) => self.remove(&community.name),
                _ => {}
            }
        }
    }
}

impl App {
    /// Finds communities of which the asker may learn, by name, topic labels and description.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`].
    pub(in crate::app) async fn find_communities(
        &self,
        call: &Call,
        query: &str,
        limit: usize,
    ) -> Result<CommunitiesFound, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let (directory, typed) = (Arc::clone(&self.communities), query.to_owned());
        let (of, patience) = (sight.clone(), call.patience.clone());
        let found = off_thread(move || directory.find(&of, &typed, limit, &|| patience.is_over())).await?;
        let hits = found.ok_or(AppError::DeadlineExceeded)?;
        let keys: Vec<RecordKey> = hits.iter().map(|hit| RecordKey::Community(hit.key.clone())).collect();
        let records = self.backends.ledger.get_many(&keys).await?;
        // One that is gone or hidden by now is left out.
        let communities = hits.into_iter().zip(records).filter_map(|(hit, stored)| {
            let community = stored?.record.into_community().and_then(|community| shown(community, &sight))?;
            let Shown { value, etag } = Shown::of(community);
            let value = Community { members: BTreeSet::new(), caretakers: BTreeSet::new(), ..value };
            Some(CommunityFound { community: Shown { value, etag }, score: hit.score, matches: hit.matches })
        });
        Ok(CommunitiesFound { communities: communities.collect() })
    }
}

#[cfg(test)]
mod tests {
    //! 1. a community is found by what it is called and what it is about, as far as its words are held, by whom may learn of it;
    //! 2. by its whole name it is found by whom may learn of it, and so is each of its namesakes; 3. what changes works at once.
    use super::*;
    use crate::access::{Asker, Memberships};
    use crate::domain::{Audience, Hashtag, Moment, PersonName, Revision};

    fn community(id: &str, audience: Audience) -> Community {
        Community {
            display_name: "Deadlines & Co".to_owned(),
            description: "Where waiting is talked about.".to_owned(),
            hashtags: vec![Hashtag::parse("#gRPC").unwrap()],
            ..Community::new(CommunityName::from_id(id).unwrap(), audience, Moment::default())
        }
    }

    fn found(directory: &CommunityDirectory, asker: Option<&str>, typed: &str) -> Vec<String> {
        let asker = asker.map_or_else(Asker::anonymous, |id| {
            Asker::person(PersonName::from_id(id).unwrap(), BTreeSet::new(), BTreeSet::new())
        });
        let sight = Sight::of(&asker, &Memberships::default());
        let hits = directory.find(&sight, typed, 10, &|| false).unwrap();
        hits.into_iter().map(|hit| hit.key.id().to_owned()).collect()
    }

    #[test]
    fn a_community_is_found_by_its_words_and_by_whom_may_learn_of_it() {
        let directory = CommunityDirectory::new(4);
        directory.put(&community("open", Audience::world()));
        directory.put(&Community { listed: true, ..community("listed", Audience::restricted([])) });
        directory.put(&community("shut", Audience::restricted([])));
        for typed in ["#grpc", "GRPC", "deadlines", "deadlnies", "waiting", "grpc waiting"] {
            assert_eq!(found(&directory, Some("ada"), typed), ["listed", "open"], "{typed}");
            assert_eq!(found(&directory, None, typed), ["open"], "{typed}");
        }
        assert_eq!(found(&directory, Some("ada"), "open"), ["open"]);
        assert_eq!(found(&directory, Some("ada"), "about"), [""; 0], "the fifth word of a description is not held");
    }

    #[test]
    fn a_name_means_every_community_that_is_called_so() {
        let directory = CommunityDirectory::new(4);
        let sight = Sight::of(&Asker::anonymous(), &Memberships::default());
        directory.put(&community("one", Audience::world()));
        directory.put(&community("shut", Audience::restricted([])));
        let called = |name: &str| -> Vec<String> {
            let called = directory.called(&sight, name, 10, &|| false).unwrap();
            called.into_iter().map(|name| name.id().to_owned()).collect()
        };
        for (name, expected) in [
            ("Deadlines & Co", &["one"][..]),
            ("D\u{c9}ADLINES & co", &["one"]),
            ("deadlines", &[]),
            ("Deadlines & Co KG", &[]),
            ("grpc", &[]),
            ("", &[]),
        ] {
            assert_eq!(called(name), expected, "{name}");
        }
        directory.put(&community("another", Audience::world()));
        assert_eq!(called("deadlines & co"), ["another", "one"]);
    }

    #[test]
    fn what_changes_works_at_once() {
        let directory = CommunityDirectory::new(10);
        let (open, shut) = (community("a", Audience::world()), community("a", Audience::restricted([])));
        let [open, shut] = [open, shut].map(Record::Community);
        let commit = |before: Option<&Record>, now: Option<&Record>| {
            directory.committed(&[Committed { before, now, revision: Revision(1) }]);
            found(&directory, None, "grpc")
        };
        assert_eq!(commit(None, Some(&open)), ["a"]);
        assert_eq!(commit(Some(&open), Some(&shut)), [""; 0]);
        assert_eq!(commit(Some(&shut), Some(&open)), ["a"]);
        assert_eq!(commit(Some(&open), None), [""; 0]);
    }
}
