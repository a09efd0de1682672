//! Finding people by name, whichever of their names that is: an account is the person whose it is.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::access::Sight;
use crate::app::communities::shows_people;
use crate::app::found::{EXACT_TOTAL, Warning};
use crate::app::{App, AppError, Call};
use crate::directory::{Match, Word, words};
use crate::domain::{CommunityName, Person, PersonName, Revision};
use crate::index::HitCount;
use crate::storage::profiles::{PeopleAfter, PeopleAsk, PeopleFilter, PeopleMet, Seen};

/// How many candidates are looked at first where each must speak in a visible document.
const CANDIDATES: usize = 64;
/// The most of them that are looked at in one go; until then each go takes twice as many as the one before.
const MOST_CANDIDATES: usize = 4_096;

/// Whom people are looked for.
#[derive(Clone, Debug, Default)]
pub struct FindPeople {
    /// What was typed. Empty: everybody whom the filter admits, by display name.
    pub query: String,
    /// What restricts it; whom communities admit is found out here.
    pub filter: PeopleFilter,
    /// Communities to one of which they belong; empty restricts nothing.
    pub communities: Vec<CommunityName>,
    /// Most people; at least 1.
    pub limit: usize,
    /// The position after which to start.
    pub after: Option<PeopleAfter>,
    /// Whether the number of people is wanted.
    pub count: bool,
}

/// Somebody who was found by name.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonFound {
    /// Who, as far as the asker may see.
    pub person: Person,
    /// The score; zero where everybody was asked for.
    pub score: u32,
    /// What each word met.
    pub matches: Vec<Match>,
}

/// People who were found by name.
#[derive(Clone, Debug, PartialEq)]
pub struct PeopleFound {
    /// In order.
    pub people: Vec<PersonFound>,
    /// The position after which the next page starts; nothing on the last page.
    pub next: Option<PeopleAfter>,
    /// The number of people, where it was wanted.
    pub total: Option<HitCount>,
    /// The query's words, as they were understood.
    pub words: Vec<String>,
    /// What the answer says about itself.
    pub warnings: Vec<Warning>,
    /// The revision that was searched.
    pub revision: Revision,
}

impl PeopleFound {
    /// Nobody, since nobody was asked for.
    pub(in crate::app) fn nobody(revision: Revision) -> Self {
        Self { people: Vec::new(), next: None, total: None, words: Vec::new(), warnings: Vec::new(), revision }
    }
}

impl App {
    /// Finds people by name. Whoever is not signed in finds those who speak in a visible document, and sees and finds of them no more
    /// than display name and ID.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`], [`AppError::Overloaded`].
    pub async fn find_people(&self, call: &Call, wanted: FindPeople) -> Result<PeopleFound, AppError> {
        let browsing = wanted.query.trim().is_empty();
        let words = words(&wanted.query);
        self.freshen(call).await?;
        // A profile that was deleted is found no more from the acknowledgement on.
        self.projection.profiles_caught_up(self.rights.people_changed(), &call.patience).await?;
        let sight = self.sight(call);
        let revision = *self.backends.profiles.applied().borrow();
        let (among, mut warnings) = self.people_of(&sight, "filter", &wanted.communities).await?;
        let met = if words.is_empty() && !browsing {
            warnings.push(Warning::NoSearchableWords);
            PeopleMet { people: Vec::new(), more: false, count: 0 }
        } else {
            let (patience, memberships) = (call.patience.clone(), Arc::clone(&self.memberships));
            let ask = PeopleAsk {
                words: (!browsing).then(|| words.clone()),
                seen: if sight.signed_in() { Seen::Whole } else { Seen::Outline },
                filter: PeopleFilter { among, ..wanted.filter },
                owner: Arc::new(move |name| memberships.aliases().owner_of(name)),
                after: wanted.after,
                limit: wanted.limit,
                is_over: Arc::new(move || patience.is_over()),
            };
            if sight.signed_in() { self.met(ask).await? } else { self.speakers_met(call, &sight, ask, wanted.count).await? }
        };
        let next = met.people.last().filter(|_| met.more).map(|last| last.place.clone());
        let total = wanted.count.then(|| total(met.count));
        let people = self.show_people(&sight, met).await?;
        let words = words.into_iter().map(|Word { shown, .. }| shown).collect();
        Ok(PeopleFound { people, next, total, words, warnings, revision })
    }

    /// Who belongs to any of some communities, which stand in a filter of this name, under whatever name, and a warning for each
    /// whose people the asker may not see: missing, hidden and shown without its people warn alike.
    pub(in crate::app) async fn people_of(
        &self,
        sight: &Sight,
        filter: &str,
        communities: &[CommunityName],
    ) -> Result<(Option<BTreeSet<PersonName>>, Vec<Warning>), AppError> {
        let (mut people, mut warnings) = (BTreeSet::new(), Vec::new());
        for (at, name) in communities.iter().enumerate() {
            match self.community(name).await?.filter(|community| shows_people(community, sight)) {
                Some(community) => {
                    let belong = community.members.iter().chain(&community.caretakers);
                    people.extend(belong.map(|name| self.person_of(name)));
                }
                None => warnings.push(Warning::UnknownFilterValue { field: format!("{filter}.communities[{at}]") }),
            }
        }
        Ok(((!communities.is_empty()).then_some(people), warnings))
    }

    async fn met(&self, ask: PeopleAsk) -> Result<PeopleMet, AppError> {
        self.backends.profiles.find(ask).await?.ok_or(AppError::DeadlineExceeded)
    }

    /// Those who are met and speak in a document that the asker may read. Goes on until the page is full, whoever else is met: how
    /// many there are of those who do not speak shows in nothing but the time that it takes.
    async fn speakers_met(&self, call: &Call, sight: &Sight, ask: PeopleAsk, count: bool) -> Result<PeopleMet, AppError> {
        let (limit, shown_before) = (ask.limit, ask.after.clone());
        let after = if count { None } else { ask.after.clone() };
        let mut next = PeopleAsk { limit: CANDIDATES, after, ..ask };
        let mut met = PeopleMet { people: Vec::new(), more: false, count: 0 };
        loop {
            let candidates = self.met(next.clone()).await?;
            let names: Vec<PersonName> = candidates.people.iter().map(|candidate| candidate.person.clone()).collect();
            let speaking = self.speakers(call, sight, &names).await?;
            next.after = candidates.people.last().map(|last| last.place.clone());
            for candidate in candidates.people.into_iter().filter(|candidate| speaking.contains(&candidate.person)) {
                met.count += 1;
                if shown_before.as_ref().is_some_and(|before| candidate.place.order(before) != Ordering::Greater) {
                    continue;
                }
                if met.people.len() == limit {
                    met.more = true;
                } else {
                    met.people.push(candidate);
                }
            }
            let enough = met.more && (!count || met.count > EXACT_TOTAL as usize);
            if enough || !candidates.more {
                return Ok(met);
            }
            next.limit = (next.limit * 2).min(MOST_CANDIDATES);
        }
    }

    async fn show_people(&self, sight: &Sight, met: PeopleMet) -> Result<Vec<PersonFound>, AppError> {
        let names: Vec<PersonName> = met.people.iter().map(|met| met.person.clone()).collect();
        let profiles = self.profiles_shown(&names, sight).await?;
        let shown = met.people.into_iter().zip(profiles);
        Ok(shown
            .filter_map(|(met, person)| Some(PersonFound { person: person?, score: met.score, matches: met.matches }))
            .collect())
    }
}

fn total(count: usize) -> HitCount {
    match u32::try_from(count) {
        Ok(count) if count <= EXACT_TOTAL => HitCount::Exact(count),
        _ => HitCount::AtLeast(EXACT_TOTAL),
    }
}
