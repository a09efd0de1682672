//! Who of those who know may be named: by kind, state, filter and time, page by page.
//!
//! Proved in `tests/it/experts.rs`.

use std::collections::BTreeSet;

use super::experts::{ExpertsPosition, FindExperts};
use super::{App, AppError, Call};
use crate::access::{Memberships, Sight};
use crate::domain::{Moment, Person, PersonKind, PersonName, ResourceName};
use crate::expertise::Candidate;
use crate::storage::profiles::{PeopleFilter, PeopleRule, Seen};

/// Fewest profiles that are looked up in one go, and most.
const AT_ONCE: (usize, usize) = (32, 1_024);

/// Who may be named.
pub(super) struct Nameable {
    filter: PeopleFilter,
    active_since: Option<Moment>,
    except: Option<PersonName>,
    floor: Option<f64>,
}

/// A page of those who may be named.
pub(super) struct Named {
    pub(super) page: Vec<Candidate>,
    /// Whether more follow.
    pub(super) more: bool,
    /// Which words of the query are covered by anybody who may be named, on this page or later.
    pub(super) covered: Vec<bool>,
}

impl Nameable {
    /// What is wanted, where only people of `among` may be named.
    pub(super) fn of(wanted: &FindExperts, among: Option<BTreeSet<PersonName>>, call: &Call, memberships: &Memberships) -> Self {
        let mut filter = PeopleFilter { among, ..wanted.people.clone() };
        if filter.kinds.is_empty() {
            // Programs and shared accounts know nothing.
            filter.kinds = vec![PersonKind::Human];
        }
        let asker = call.asker.name().filter(|_| wanted.exclude_asker);
        Self {
            filter,
            active_since: wanted.active_since,
            except: asker.map(|name| memberships.aliases().person_of(name)),
            floor: wanted.min_relevance,
        }
    }

    /// What is known before a profile is looked up.
    fn may_be(&self, candidate: &Candidate, floor: f64) -> bool {
        candidate.relevance >= self.floor.unwrap_or(floor)
            && self.active_since.is_none_or(|since| candidate.last_evidence >= since)
            && self.except.as_ref() != Some(&candidate.person)
    }
}

impl App {
    /// The next page of candidates who may be named, and whether more follow.
    pub(super) async fn name_candidates(
        &self,
        wanted: &FindExperts,
        nameable: &Nameable,
        sight: &Sight,
        candidates: Vec<Candidate>,
    ) -> Result<Named, AppError> {
        let seen = if sight.signed_in() { Seen::Whole } else { Seen::Outline };
        let rule = PeopleRule::of(&nameable.filter, seen);
        let words = candidates.first().map_or(0, |candidate| candidate.covers.len());
        let mut named = Named { page: Vec::new(), more: false, covered: vec![false; words] };
        let floor = self.settings.abstain_below;
        let mut waiting = candidates
            .into_iter()
            .filter(|candidate| nameable.may_be(candidate, floor))
            .filter(|candidate| wanted.after.as_ref().is_none_or(|after| comes_after(candidate, after)));
        let mut at_once = (wanted.limit + 1).clamp(AT_ONCE.0, AT_ONCE.1);
        loop {
            // Behind the page only those matter who cover what nobody has covered yet.
            let next: Vec<Candidate> =
                waiting.by_ref().filter(|candidate| !named.more || named.gains_by(candidate)).take(at_once).collect();
            if next.is_empty() {
                return Ok(named);
            }
            let people: Vec<PersonName> = next.iter().map(|candidate| candidate.person.clone()).collect();
            let profiles = self.backends.profiles.people(&people).await?;
            for (candidate, profile) in next.into_iter().zip(profiles) {
                let stub = || Person::stub(candidate.person.clone(), candidate.person.id().to_owned(), Moment::default());
                if rule.admits(&profile.unwrap_or_else(stub)) {
                    named.take(candidate, wanted.limit);
                }
            }
            at_once = (at_once * 2).min(AT_ONCE.1);
        }
    }
}

impl Named {
    /// Whether somebody covers what nobody has covered yet.
    fn gains_by(&self, candidate: &Candidate) -> bool {
        candidate.covers.iter().zip(&self.covered).any(|(covers, known)| *covers && !known)
    }

    fn take(&mut self, candidate: Candidate, limit: usize) {
        for (covered, covers) in self.covered.iter_mut().zip(&candidate.covers) {
            *covered |= covers;
        }
        if self.page.len() < limit {
            self.page.push(candidate);
        } else {
            self.more = true;
        }
    }
}

fn comes_after(candidate: &Candidate, position: &ExpertsPosition) -> bool {
    position.score.total_cmp(&candidate.score).then_with(|| candidate.person.cmp(&position.person)).is_gt()
}
