//! Who of those who know may be named: by kind, state, filter, time and how likely it is that they know, page by page.
//!
//! Proved in `tests/it/experts.rs`.

use std::collections::{BTreeSet, HashMap};

use super::{App, AppError, Call};
use crate::access::{Memberships, Sight};
use crate::directory::folded;
use crate::domain::{CommunityName, Moment, Person, PersonKind, PersonName, ResourceName};
use crate::expertise::{Candidate, Yardstick};
use crate::index::{AskInvolving, Basis, Patience};
use crate::storage::profiles::{PeopleFilter, PeopleRule, Seen};

/// Most profiles that are looked up in one go.
pub(super) const MOST_AT_ONCE: usize = 1_024;
/// How many of the best are looked up at a time to find the best person.
const BEST_AT_ONCE: usize = 8;

/// A floor that nobody's relevance reaches.
const NOBODY: f64 = 1.0;

/// Who of those who know may be named, and which page of them is wanted.
#[derive(Clone, Debug, Default)]
pub struct Naming {
    /// Which people may be named; whom communities admit is found out here. Without kinds humans, without states those who are
    /// there.
    pub people: PeopleFilter,
    /// Communities to one of which they belong; empty restricts nothing.
    pub communities: Vec<CommunityName>,
    /// Only people for whom a document speaks that was changed since then.
    pub active_since: Option<Moment>,
    /// Whether the asker is left out.
    pub exclude_asker: bool,
    /// Whether units take turns.
    pub by_unit: bool,
    /// Relevance below which nobody is named; the configured floor where absent.
    pub min_relevance: Option<f64>,
    /// Most people; at least 1.
    pub limit: usize,
    /// The position after which to start.
    pub after: Option<ExpertsPosition>,
}

/// A position in the order of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpertsPosition {
    /// The turn in which the last person shown came; 0 where nobody takes turns.
    pub turn: u32,
    /// The score of the last person shown.
    pub score: f64,
    /// The last person shown.
    pub person: PersonName,
    /// What the first page's scores rested on.
    pub first_page: Basis,
}

/// Who may be named.
pub(super) struct Nameable<'a> {
    wanted: &'a Naming,
    filter: PeopleFilter,
    sight: &'a Sight,
    seen: Seen,
    except: Option<PersonName>,
    patience: Patience,
}

/// Somebody for whom documents voted, and how likely it is that they know.
pub(super) struct Rated {
    /// Who, and why.
    pub(super) candidate: Candidate,
    /// How many documents that the asker may see involve them, whatever these are about.
    pub(super) involved: u64,
    /// How likely it is that they know, 0 to 1.
    pub(super) relevance: f64,
}

/// A page of those who may be named.
pub(super) struct Named {
    /// Each with the turn in which they come.
    pub(super) page: Vec<(u32, Rated)>,
    /// Whether more follow.
    pub(super) more: bool,
    /// Which words of the query are covered by anybody who may be named. Asked for on the first page only: later all count as covered.
    pub(super) covered: Vec<bool>,
}

impl<'a> Nameable<'a> {
    /// What is wanted, where only people of `among` may be named.
    pub(super) fn of(
        wanted: &'a Naming,
        among: Option<BTreeSet<PersonName>>,
        call: &Call,
        sight: &'a Sight,
        memberships: &Memberships,
    ) -> Self {
        let mut filter = PeopleFilter { among, ..wanted.people.clone() };
        if filter.kinds.is_empty() {
            // Programs and shared accounts know nothing.
            filter.kinds = vec![PersonKind::Human];
        }
        let asker = call.asker.name().filter(|_| wanted.exclude_asker);
        let seen = if sight.signed_in() { Seen::Whole } else { Seen::Outline };
        let except = asker.map(|name| memberships.aliases().person_of(name));
        Self { wanted, filter, sight, seen, except, patience: call.patience.clone() }
    }

    /// What is known before anything is looked up.
    fn may_be(&self, candidate: &Candidate) -> bool {
        self.wanted.active_since.is_none_or(|since| candidate.last_evidence >= since)
            && self.except.as_ref() != Some(&candidate.person)
    }
}

impl App {
    /// The next page of candidates who may be named, and whether more follow. `words` is the number of the query's words.
    pub(super) async fn name_candidates(
        &self,
        nameable: &Nameable<'_>,
        call: &Call,
        candidates: Vec<Candidate>,
        words: usize,
        rating: &Rating,
    ) -> Result<Named, AppError> {
        let wanted = nameable.wanted;
        let waiting = candidates.into_iter().filter(|candidate| nameable.may_be(candidate) && rating.may_reach(candidate));
        let named = Named { page: Vec::new(), more: false, covered: vec![wanted.after.is_some(); words] };
        if wanted.by_unit && nameable.seen == Seen::Whole {
            self.name_in_turns(nameable, call, rating, waiting.collect(), named).await
        } else {
            self.name_in_order(nameable, rating, waiting, named).await
        }
    }

    /// Waits until people can be filtered: a profile that was deleted is filtered by no more from the acknowledgement on.
    pub(super) async fn ready_to_filter(&self, call: &Call, filter: &PeopleFilter) -> Result<(), AppError> {
        if *filter == PeopleFilter::default() {
            return Ok(());
        }
        self.projection.profiles_caught_up(self.rights.people_changed(), &call.patience).await
    }

    /// How the candidates for a question are rated, which the best document fits so well. A question of which nobody wrote is none to
    /// name somebody for, unless it says how relevant people must be.
    pub(super) async fn rating(
        &self,
        wanted: &Naming,
        candidates: &[Candidate],
        fit: f64,
        known: bool,
    ) -> Result<Rating, AppError> {
        let own = if known { self.settings.abstain_below } else { NOBODY };
        let yardstick = Yardstick { fit, best: self.best_score(candidates).await? };
        Ok(Rating { yardstick, floor: wanted.min_relevance.unwrap_or(own) })
    }

    /// The score of the best person, whom any answer to the question would name first, whatever else restricts it: relevance depends
    /// on no filter and no page. A program that posts much is no measure of people.
    async fn best_score(&self, candidates: &[Candidate]) -> Result<f64, AppError> {
        for some in candidates.chunks(BEST_AT_ONCE) {
            let names: Vec<PersonName> = some.iter().map(|candidate| candidate.person.clone()).collect();
            let profiles = self.backends.profiles.people(&names).await?;
            let human = |person: &Option<Person>| person.as_ref().is_none_or(|person| person.kind == PersonKind::Human);
            if let Some((best, _)) = some.iter().zip(&profiles).find(|(_, profile)| human(profile)) {
                return Ok(best.score);
            }
        }
        Ok(0.0)
    }

    /// By score alone; looks no further than the page and what is covered demand.
    async fn name_in_order(
        &self,
        nameable: &Nameable<'_>,
        rating: &Rating,
        waiting: impl Iterator<Item = Candidate>,
        mut named: Named,
    ) -> Result<Named, AppError> {
        let wanted = nameable.wanted;
        let after = wanted.after.as_ref();
        let mut waiting = waiting.filter(|candidate| after.is_none_or(|after| comes_after(0, candidate, after)));
        let mut at_once = (wanted.limit + 1).min(MOST_AT_ONCE);
        loop {
            // Behind the page only those matter who cover what nobody has covered yet.
            let next: Vec<Candidate> =
                waiting.by_ref().filter(|candidate| !named.more || named.gains_by(candidate)).take(at_once).collect();
            if next.is_empty() {
                return Ok(named);
            }
            for (rated, _) in self.may_be_named(nameable, rating, next).await? {
                named.take(0, rated, wanted.limit);
            }
            at_once = (at_once * 2).min(MOST_AT_ONCE);
        }
    }

    /// The best of each unit, then the second best of each, and so on.
    async fn name_in_turns(
        &self,
        nameable: &Nameable<'_>,
        call: &Call,
        rating: &Rating,
        waiting: Vec<Candidate>,
        mut named: Named,
    ) -> Result<Named, AppError> {
        let wanted = nameable.wanted;
        let mut turns: HashMap<String, u32> = HashMap::new();
        if let Some(asker) = call.asker.name() {
            let own = self.backends.profiles.people(&[self.person_of(asker)]).await?;
            turns.extend(own.into_iter().flatten().map(|asker| (folded(&asker.unit), 1)));
        }
        let mut in_turn = Vec::new();
        for (rated, unit) in self.may_be_named(nameable, rating, waiting).await? {
            let unit = folded(&unit);
            let turn = if unit.is_empty() { 0 } else { take_turn(&mut turns, unit) };
            in_turn.push((turn, rated));
        }
        in_turn.sort_by_key(|(turn, _)| *turn);
        for (turn, rated) in in_turn {
            if wanted.after.as_ref().is_none_or(|after| comes_after(turn, &rated.candidate, after)) {
                named.take(turn, rated, wanted.limit);
            }
        }
        Ok(named)
    }

    /// Those of some candidates whom their profiles allow to be named and who are likely enough to know, each with their unit.
    async fn may_be_named(
        &self,
        nameable: &Nameable<'_>,
        rating: &Rating,
        some: Vec<Candidate>,
    ) -> Result<Vec<(Rated, String)>, AppError> {
        let people: Vec<PersonName> = some.iter().map(|candidate| candidate.person.clone()).collect();
        let admitted = self.admitted(nameable, &people).await?;
        let named: Vec<(Candidate, String)> =
            some.into_iter().zip(admitted).filter_map(|(candidate, person)| Some((candidate, person?.unit))).collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let people = named.iter().map(|(candidate, _)| self.memberships.aliases().names_of(&candidate.person)).collect();
        let ask = AskInvolving { people, sight: nameable.sight.clone(), patience: nameable.patience.clone() };
        let involved = self.backends.index.involving(ask).await?;
        let rated = named.into_iter().zip(involved).map(|((candidate, unit), involved)| (rating.rate(candidate, involved), unit));
        Ok(rated.filter(|(rated, _)| rated.relevance >= rating.floor).collect())
    }

    /// The profiles of some people, in their order, a stub's where there is none; nothing for whom theirs does not allow to be named.
    pub(super) async fn admitted(&self, nameable: &Nameable<'_>, people: &[PersonName]) -> Result<Vec<Option<Person>>, AppError> {
        let profiles = self.backends.profiles.people(people).await?;
        let rule = PeopleRule::of(&nameable.filter, nameable.seen);
        let stub = |name: &PersonName| Person::stub(name.clone(), name.id().to_owned(), Moment::default());
        let known = people.iter().zip(profiles).map(|(name, profile)| profile.unwrap_or_else(|| stub(name)));
        Ok(known.map(|person| rule.admits(&person).then_some(person)).collect())
    }
}

/// How candidates are rated, and who is rated too low to be named.
pub(super) struct Rating {
    yardstick: Yardstick,
    floor: f64,
}

impl Rating {
    /// Whether somebody may be likely enough to know, before it is known what else they do.
    fn may_reach(&self, candidate: &Candidate) -> bool {
        self.yardstick.relevance(candidate.score, candidate.evidence.len() as u64) >= self.floor
    }

    fn rate(&self, candidate: Candidate, involved: u64) -> Rated {
        // What speaks was read a moment before, and may be more than there is by now.
        let involved = involved.max(candidate.evidence.len() as u64);
        Rated { relevance: self.yardstick.relevance(candidate.score, involved), candidate, involved }
    }
}

/// Whose turn it is of a unit.
fn take_turn(turns: &mut HashMap<String, u32>, unit: String) -> u32 {
    let next = turns.entry(unit).or_default();
    let turn = *next;
    *next = next.saturating_add(1);
    turn
}

impl Named {
    /// Whether somebody covers what nobody has covered yet.
    fn gains_by(&self, candidate: &Candidate) -> bool {
        candidate.covers.iter().zip(&self.covered).any(|(covers, known)| *covers && !known)
    }

    fn take(&mut self, turn: u32, rated: Rated, limit: usize) {
        for (covered, covers) in self.covered.iter_mut().zip(&rated.candidate.covers) {
            *covered |= covers;
        }
        if self.page.len() < limit {
            self.page.push((turn, rated));
        } else {
            self.more = true;
        }
    }
}

fn comes_after(turn: u32, candidate: &Candidate, position: &ExpertsPosition) -> bool {
    turn.cmp(&position.turn)
        .then_with(|| position.score.total_cmp(&candidate.score))
        .then_with(|| candidate.person.cmp(&position.person))
        .is_gt()
}
