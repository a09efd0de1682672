//! Finding people who know.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::found::Warning;
use super::naming::{ExpertsPosition, Nameable, Named, Naming, Rated};
use super::queries::Understood;
use super::understood::{Interpreted, Outcome};
use super::votes::Votes;
use super::{App, AppError, Call};
use crate::access::Sight;
use crate::domain::{
    CommunityName, Document, DocumentName, Hashtag, Kind, Moment, Person, PersonName, Record, RecordKey, Revision, Role,
};
use crate::expertise::{self, Evidence, Level, SkillSignal, Spoken, Vote};
use crate::index::Basis;
use crate::query::{Condition, Filter, Query, Typed};

/// How many of the best documents are asked for neighbouring topics when nobody is named.
const NEIGHBOUR_DOCUMENTS: usize = 20;
/// How many neighbouring topics are offered.
const NEIGHBOURS: usize = 5;
/// How many communities are told of a person; part of what the API promises, so no setting.
const COMMUNITIES: usize = 5;

/// What people are looked for.
#[derive(Clone, Debug, Default)]
pub struct FindExperts {
    /// What they should know; must hold a word.
    pub query: Typed,
    /// What restricts the documents that speak for them.
    pub filter: Filter,
    /// Roles that count; empty for the usual ones.
    pub roles: Vec<Role>,
    /// Who may be named, and which page of them is wanted.
    pub naming: Naming,
}

/// A piece of evidence with what a reader needs to recognise it.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceShown {
    /// The evidence.
    pub evidence: Evidence,
    /// The document's headline; empty where it has none.
    pub title: String,
    /// The headline of what opened its thread; empty where it opened it itself.
    pub thread_title: String,
}

/// Documents with their headlines and those of what opened their threads.
type Headlines = HashMap<DocumentName, (String, String)>;

/// Somebody who knows.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpertFound {
    /// Who.
    pub person: Person,
    /// The score; comparable within this answer only.
    pub score: f64,
    /// How likely it is that they know, 0 to 1.
    pub relevance: f64,
    /// The same in three steps.
    pub level: Level,
    /// Why, in words.
    pub reasons: Vec<String>,
    /// The best evidence, largest contribution first.
    pub evidence: Vec<EvidenceShown>,
    /// How many documents more speak for them.
    pub other_count: usize,
    /// The sum of those documents' contributions: with the evidence shown it is the score.
    pub other_contribution: f64,
    /// How many documents speak for them, by kind and role.
    pub counts: BTreeMap<(Kind, Role), usize>,
    /// The communities that hold most of those documents, each with how many: most first, then by name. They are named as each of the
    /// documents names its own, whether or not the asker may see them.
    pub communities: Vec<(CommunityName, usize)>,
    /// Skills that they declare or others endorse, and that the query names: the most endorsed first, then by skill. Empty for anonymous
    /// askers.
    pub skills: Vec<SkillSignal>,
    /// How many documents that the asker may read involve them, whatever these are about.
    pub involved: u64,
    /// The newest evidence.
    pub last_evidence: Moment,
}

/// People who know, or that nobody is named and why.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpertsFound {
    /// In order.
    pub experts: Vec<ExpertFound>,
    /// The position after which the next page starts; nothing on the last page.
    pub next: Option<ExpertsPosition>,
    /// Nobody is named, because nobody is relevant enough.
    pub abstained: bool,
    /// Whether any document that the asker may read matches the query and the filter.
    pub matched: bool,
    /// When nobody is named: topics of the documents that came nearest.
    pub neighbours: Vec<Hashtag>,
    /// The query as it was understood.
    pub interpreted: Interpreted,
    /// On the first page: those of them that tell something, and of which nobody here knows.
    pub uncovered: Vec<String>,
    /// How well the best document fits the query, 0 to 1.
    pub fit: f64,
    /// What the answer says about itself.
    pub warnings: Vec<Warning>,
    /// The revision that was searched.
    pub revision: Revision,
}

impl App {
    /// Finds people for whom documents speak that the asker may read.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`], [`AppError::Overloaded`].
    pub async fn find_experts(&self, call: &Call, wanted: FindExperts) -> Result<ExpertsFound, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let mut warnings = self.filter_warnings(call, &sight, &wanted.filter).await?;
        let Understood { mut query, warnings: of_query } = self.understand(call, &sight, &wanted.query, &wanted.filter).await?;
        warnings.extend(of_query);
        if query.words.is_empty() {
            // Nobody knows about a kind or a day.
            (query.strict, query.relaxed) = (Condition::Nothing, Condition::Nothing);
            warnings.push(Warning::NoSearchableWords);
        }
        let found = self.collect_votes(call, &sight, &query, &wanted.filter, first_page(&wanted)).await?;
        let first_page = wanted.naming.after.as_ref().map_or(&found.basis, |after| &after.first_page).clone();
        if first_page != found.basis {
            warnings.push(Warning::IndexMoved);
        }
        let candidates = expertise::rank(&found.votes, &found.idf, &self.voting(&wanted.roles));
        let rating = self.rating(&wanted.naming, &candidates, found.fit, found.know(&query)).await?;
        // Whose word nobody wrote is told what it may have been, not answered about something else.
        let scant = wanted.naming.after.is_none() && found.basis.frequencies.contains(&0);
        let outcome = Outcome { basis: &found.basis, stretched: found.stretched.clone(), scant, relaxes: false };
        let interpreted = self.interpreted(call, &sight, (&wanted.query, &query), outcome).await?;
        warnings.extend(interpreted.warnings());
        let Votes { votes, fit, revision, .. } = found;
        self.ready_to_filter(call, &wanted.naming.people).await?;
        let (among, unknown) = self.people_of(&sight, "people_filter", &wanted.naming.communities).await?;
        warnings.extend(unknown);
        let nameable = Nameable::of(&wanted.naming, among, call, &sight, &self.memberships);
        let named = self.name_candidates(&nameable, call, candidates, query.words.len(), &rating).await?;
        let abstained = named.page.is_empty() && wanted.naming.after.is_none();
        let neighbours = if abstained { self.neighbours(&sight, &votes).await? } else { Vec::new() };
        let Named { page, more, covered } = named;
        let next = page.last().filter(|_| more).map(|(turn, last)| ExpertsPosition {
            turn: *turn,
            score: last.candidate.score,
            person: last.candidate.person.clone(),
            first_page,
        });
        let experts = self.show_experts(&sight, &query, page.into_iter().map(|(_, rated)| rated).collect()).await?;
        let uncovered = uncovered(&query, &covered);
        let matched = !votes.is_empty();
        Ok(ExpertsFound { experts, next, abstained, matched, neighbours, interpreted, uncovered, fit, warnings, revision })
    }

    /// What [`App::find_experts`] ranks people by, so that other weights can be tried on it.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`], [`AppError::Overloaded`].
    pub async fn votes(&self, call: &Call, wanted: &FindExperts) -> Result<Votes, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let Understood { query, .. } = self.understand(call, &sight, &wanted.query, &wanted.filter).await?;
        self.collect_votes(call, &sight, &query, &wanted.filter, first_page(wanted)).await
    }

    fn voting(&self, roles: &[Role]) -> expertise::Settings {
        let mut settings = self.settings.experts.clone();
        if !roles.is_empty() {
            settings.roles = Role::STRONGEST_FIRST.into_iter().filter(|role| roles.contains(role)).collect();
        }
        settings
    }

    async fn show_experts(&self, sight: &Sight, query: &Query, named: Vec<Rated>) -> Result<Vec<ExpertFound>, AppError> {
        let shown = self.settings.limits.evidence_per_person;
        let documents: Vec<DocumentName> = named
            .iter()
            .flat_map(|Rated { candidate, .. }| candidate.evidence.iter().take(shown).map(|item| item.document.clone()))
            .collect();
        let headlines = self.headlines(sight, &documents).await?;
        let people: Vec<PersonName> = named.iter().map(|rated| rated.candidate.person.clone()).collect();
        let mut cards = self.cards(&people, sight).await?;
        let mut skills = self.skills_named(sight, query, &people).await?;
        let now = self.clock.now();
        let show = |rated: Rated| {
            let person = cards.remove(&rated.candidate.person)?;
            let skills = skills.remove(&rated.candidate.person).unwrap_or_default();
            Some(expert(&rated, person, skills, &headlines, shown, now))
        };
        Ok(named.into_iter().filter_map(show).collect())
    }

    /// The headlines of documents that the asker may read now, and of what opened their threads.
    async fn headlines(&self, sight: &Sight, documents: &[DocumentName]) -> Result<Headlines, AppError> {
        let of = |document: &Document| (document.title.clone(), document.thread_root().clone());
        let own = self.visible(sight, documents, of).await?;
        let roots: BTreeSet<&DocumentName> =
            own.iter().filter(|(name, (_, root))| *name != root).map(|(_, (_, root))| root).collect();
        let roots: Vec<DocumentName> = roots.into_iter().cloned().collect();
        let roots = self.visible(sight, &roots, |document| document.title.clone()).await?;
        let both = |(name, (title, root)): (DocumentName, (String, DocumentName))| {
            let thread_title = if root == name { String::new() } else { roots.get(&root).cloned().unwrap_or_default() };
            (name, (title, thread_title))
        };
        Ok(own.into_iter().map(both).collect())
    }

    /// Topics of the documents that came nearest, the most frequent first.
    async fn neighbours(&self, sight: &Sight, votes: &[Vote]) -> Result<Vec<Hashtag>, AppError> {
        let nearest: Vec<DocumentName> = votes.iter().take(NEIGHBOUR_DOCUMENTS).map(|vote| vote.document.clone()).collect();
        let mut counts: BTreeMap<Hashtag, usize> = BTreeMap::new();
        for hashtag in self.visible(sight, &nearest, |document| document.hashtags.clone()).await?.into_values().flatten() {
            *counts.entry(hashtag).or_default() += 1;
        }
        let mut topics: Vec<(Hashtag, usize)> = counts.into_iter().collect();
        topics.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(topics.into_iter().take(NEIGHBOURS).map(|(hashtag, _)| hashtag).collect())
    }

    /// Something of each document that the asker may read now.
    pub(super) async fn visible<T>(
        &self,
        sight: &Sight,
        names: &[DocumentName],
        of: impl Fn(&Document) -> T,
    ) -> Result<HashMap<DocumentName, T>, AppError> {
        let keys: Vec<RecordKey> = names.iter().cloned().map(RecordKey::Document).collect();
        let records = self.backends.ledger.get_many(&keys).await?;
        Ok(records
            .into_iter()
            .filter_map(|stored| match stored?.record {
                Record::Document(document) if sight.may_read(&document) => Some((document.name.clone(), of(&document))),
                _ => None,
            })
            .collect())
    }
}

/// What the first page's scores rested on, where this is a later one.
fn first_page(wanted: &FindExperts) -> Option<Basis> {
    wanted.naming.after.as_ref().map(|after| after.first_page.clone())
}

/// The words of a query that tell something, and of which nobody knows.
fn uncovered(query: &Query, covered: &[bool]) -> Vec<String> {
    let unknown = query.words.iter().zip(covered).filter(|(word, covered)| !**covered && query.tells(word));
    unknown.map(|(word, _)| word.shown()).collect()
}

fn expert(
    Rated { candidate, involved, relevance }: &Rated,
    person: Person,
    skills: Vec<SkillSignal>,
    headlines: &Headlines,
    shown: usize,
    now: Moment,
) -> ExpertFound {
    let of = |item: &Evidence| headlines.get(&item.document).cloned().unwrap_or_default();
    let spoken: Vec<Spoken> =
        candidate.evidence.iter().map(|item| Spoken { kind: item.kind, role: item.role, title: of(item).0 }).collect();
    let show = |item: &Evidence| {
        let (title, thread_title) = of(item);
        EvidenceShown { evidence: item.clone(), title, thread_title }
    };
    let mut counts = BTreeMap::new();
    for item in &candidate.evidence {
        *counts.entry((item.kind, item.role)).or_default() += 1;
    }
    let (listed, others) = candidate.evidence.split_at(shown.min(candidate.evidence.len()));
    ExpertFound {
        person,
        score: candidate.score,
        relevance: *relevance,
        level: Level::of(*relevance),
        involved: *involved,
        reasons: expertise::reasons(&spoken, &skills, candidate.last_evidence, now),
        evidence: listed.iter().map(show).collect(),
        other_count: others.len(),
        other_contribution: others.iter().map(|item| item.contribution).sum(),
        counts,
        communities: candidate.communities(COMMUNITIES),
        skills,
        last_evidence: candidate.last_evidence,
    }
}
