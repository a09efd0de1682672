//! Finding documents, and the blended search of people, documents, discussions and communities.

use futures::future::{try_join, try_join5};

use super::behind::PersonBehind;
use super::copies::{Copies, PageWish};
use super::curated::{Arranged, position};
use super::directory::{CommunitiesFound, FindPeople, PeopleFound};
use super::discussions::{DiscussionsFound, FindDiscussions};
use super::experts::{ExpertsFound, FindExperts};
use super::facets::{FacetFound, FacetWanted};
use super::found::{DocumentFound, EXACT_TOTAL, Warning};
use super::naming::Naming;
use super::queries::Understood;
use super::snippets::{FoundBy, Shown, snippets};
use super::understood::{Interpreted, Outcome};
use super::writes::off_thread;
use super::{App, AppError, Call};
use crate::access::Sight;
use crate::domain::{Document, Person, PersonName, Record, RecordKey, Revision};
use crate::index::{After, Ask, Basis, CountHits, Hit, HitCount, Order};
use crate::query::{Filter, Typed};
use crate::ranking::{Sort, share_room};

/// What documents are looked for.
#[derive(Clone, Debug, Default)]
pub struct FindDocuments {
    /// What was typed. Nothing: every visible document that the filter admits, newest first; so are those that conditions without
    /// a word admit.
    pub query: Typed,
    /// Whether words are found as they were typed only, although no document has them.
    pub exact_spelling: bool,
    /// What restricts it.
    pub filter: Filter,
    /// The order.
    pub order: Order,
    /// Most documents; at least 1.
    pub limit: usize,
    /// The position after which to start, and what the first page's scores rested on.
    pub after: Option<(After, Basis)>,
    /// Whether the number of visible hits is wanted.
    pub count: bool,
    /// How many of the people behind the hits are wanted with the first page.
    pub people: usize,
    /// Whether copies are folded.
    pub copies: Copies,
    /// Facets of which all hits are counted with the first page, each once.
    pub facets: Vec<FacetWanted>,
}

/// Documents that were found.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentsFound {
    /// In order.
    pub documents: Vec<DocumentFound>,
    /// The position after which the next page starts, and what the first page's scores rested on; nothing on the last page.
    pub next: Option<(After, Basis)>,
    /// The number of visible hits, where it was wanted.
    pub total: Option<HitCount>,
    /// The people behind the hits, where they were wanted.
    pub people: Vec<PersonBehind>,
    /// How the hits spread, where that was wanted.
    pub facets: Vec<FacetFound>,
    /// The query as it was understood.
    pub interpreted: Interpreted,
    /// What the answer says about itself.
    pub warnings: Vec<Warning>,
    /// The revision that was searched.
    pub revision: Revision,
}

/// What a blended page should hold.
#[derive(Clone, Debug, Default)]
pub struct SearchEverything {
    /// What was typed; must hold something.
    pub query: Typed,
    /// Whether words are found as they were typed only, although no document has them.
    pub exact_spelling: bool,
    /// What restricts documents, messages of discussions and the evidence for people.
    pub filter: Filter,
    /// Wished room for people who know.
    pub experts: usize,
    /// Wished room for documents.
    pub documents: usize,
    /// Wished room for discussions.
    pub discussions: usize,
    /// Wished room for people by name.
    pub people: usize,
    /// Wished room for communities.
    pub communities: usize,
    /// Facets of which the documents that match are counted.
    pub facets: Vec<FacetWanted>,
}

/// A blended page.
#[derive(Clone, Debug, PartialEq)]
pub struct BlendedFound {
    /// People who know.
    pub experts: ExpertsFound,
    /// What is written.
    pub documents: DocumentsFound,
    /// Where it is being talked about.
    pub discussions: DiscussionsFound,
    /// People by name.
    pub people: PeopleFound,
    /// Communities by name and topic.
    pub communities: CommunitiesFound,
}

impl App {
    /// Finds documents that the asker may read, and counts a first page that holds nothing.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`], [`AppError::Overloaded`].
    pub async fn find_documents(&self, call: &Call, wanted: FindDocuments) -> Result<DocumentsFound, AppError> {
        // Of what has operators nothing is counted: they may name somebody.
        let typed = (wanted.after.is_none() && wanted.query.tree.is_plain()).then(|| wanted.query.free.clone());
        let found = Box::pin(self.documents_found(call, wanted)).await?;
        if let Some(typed) = typed {
            self.note_documents(call, &typed, &found);
        }
        Ok(found)
    }

    async fn documents_found(&self, call: &Call, wanted: FindDocuments) -> Result<DocumentsFound, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let mut warnings = self.filter_warnings(call, &sight, &wanted.filter).await?;
        let Understood { query, warnings: of_query } = self.understand(call, &sight, &wanted.query, &wanted.filter).await?;
        warnings.extend(of_query);
        if wanted.query.unsearchable {
            warnings.push(Warning::NoSearchableWords);
            let revision = *self.backends.index.applied().borrow();
            let facets = self.facets(&sight, &wanted.facets, &wanted.filter, None).await?;
            return Ok(DocumentsFound {
                documents: Vec::new(),
                next: None,
                total: wanted.count.then_some(HitCount::Exact(0)),
                people: Vec::new(),
                facets,
                interpreted: Interpreted::unsearched(&wanted.query),
                warnings,
                revision,
            });
        }
        let order = if query.words.is_empty() { wanted.order.without_words() } else { wanted.order };
        let (after, first_page) = wanted.after.unzip();
        let people = if first_page.is_none() { wanted.people } else { 0 };
        let facets = if first_page.is_none() { wanted.facets } else { Vec::new() };
        let ask = Ask {
            filter: self.under_every_name(wanted.filter.clone()),
            order,
            after,
            basis: first_page.clone(),
            limit: self.looked_at(wanted.limit, people),
            count: if wanted.count { CountHits::UpTo(EXACT_TOTAL) } else { CountHits::No },
            relax_below: self.relax_below(),
            misspelt: self.misspelt(wanted.exact_spelling),
            ..self.asked(call, &sight, query.clone())
        };
        let counted = (!facets.is_empty()).then(|| ask.clone());
        let wish = PageWish { limit: wanted.limit, copies: wanted.copies };
        let Arranged { mut page, pinned, touched } = self.search_arranged(&wanted.query, ask, wish).await?;
        warnings.extend(touched.then_some(Warning::Curated));
        let found = &mut page.found;
        // In the pass in which the hits were found.
        let counted = counted.map(|ask| Ask { basis: Some(found.basis.clone()), ..ask });
        let facets = Box::pin(self.facets(&sight, &facets, &wanted.filter, counted)).await?;
        if first_page.as_ref().is_some_and(|first| *first != found.basis) && order == Order::Relevance {
            warnings.push(Warning::IndexMoved);
        }
        found.hits.iter_mut().for_each(|hit| self.by_own_name(&mut hit.people));
        let counted: Vec<&Hit> = found.hits.iter().take(self.settings.limits.window.max(wanted.limit)).collect();
        let people = self.people_behind(&sight, &counted, people).await?;
        let scant = first_page.is_none() && !page.more && found.hits.len() < self.settings.limits.relax_below;
        let stretched = std::mem::take(&mut found.stretched);
        let outcome = Outcome { basis: &found.basis, stretched, scant, relaxes: true };
        let interpreted = self.interpreted(call, &sight, (&wanted.query, &query), outcome).await?;
        warnings.extend(interpreted.warnings());
        let found_by = FoundBy::new(query.clone(), &found.basis, interpreted.found_in_place());
        let first_page = first_page.unwrap_or_else(|| found.basis.clone());
        let (total, revision, more) = (found.count, found.revision, page.more);
        let (hits, copies) = page.into_documents();
        let next = hits.last().filter(|_| more).map(|hit| (position(hit, order, &pinned), first_page));
        let mut documents = self.show_documents(call, &sight, found_by, hits).await?;
        copies.tell(&mut documents);
        for shown in &mut documents {
            shown.pinned = pinned.contains(&shown.document.value.document.name);
        }
        Ok(DocumentsFound { documents, next, total, people, facets, interpreted, warnings, revision })
    }

    /// Finds people who know, documents that tell, discussions, people and communities by name, with limited room for each.
    ///
    /// # Errors
    /// As [`App::find_documents`], [`App::find_discussions`], [`App::find_experts`] and [`App::find_people`].
    pub async fn search(&self, call: &Call, wanted: SearchEverything) -> Result<BlendedFound, AppError> {
        let experts = FindExperts {
            query: wanted.query.clone(),
            filter: wanted.filter.clone(),
            naming: Naming { limit: most(wanted.experts), ..Naming::default() },
            ..FindExperts::default()
        };
        // Operators say nothing of names.
        let name = wanted.query.free.clone();
        let communities = self.find_communities(call, &name, most(wanted.communities));
        let people = self.find_people_named(call, name.clone(), most(wanted.people));
        let documents = FindDocuments {
            query: wanted.query.clone(),
            exact_spelling: wanted.exact_spelling,
            filter: wanted.filter.clone(),
            limit: most(wanted.documents),
            facets: wanted.facets,
            ..FindDocuments::default()
        };
        let discussions = FindDiscussions {
            query: wanted.query.clone(),
            exact_spelling: wanted.exact_spelling,
            filter: wanted.filter,
            limit: most(wanted.discussions),
            ..FindDiscussions::default()
        };
        let searches = try_join5(
            self.find_experts(call, experts),
            Box::pin(self.documents_found(call, documents)),
            self.find_discussions(call, discussions),
            people,
            communities,
        );
        let (experts, documents, discussions, people, communities) = searches.await?;
        let found = BlendedFound { experts, documents, discussions, people, communities };
        if wanted.query.tree.is_plain() {
            self.note_blended(call, &wanted.query.free, &found);
        }
        let BlendedFound { mut experts, mut documents, mut discussions, mut people, mut communities } = found;
        let [of_experts, of_documents, of_discussions, of_people, of_communities] = share_room([
            Sort { wished: wanted.experts, found: experts.experts.len() },
            Sort { wished: wanted.documents, found: documents.documents.len() },
            Sort { wished: wanted.discussions, found: discussions.discussions.len() },
            Sort { wished: wanted.people, found: people.people.len() },
            Sort { wished: wanted.communities, found: communities.communities.len() },
        ]);
        if !wanted.query.unsearchable {
            // Conditions without a word find no people, but everything else.
            experts.warnings.retain(|warning| *warning != Warning::NoSearchableWords);
        }
        experts.experts.truncate(of_experts);
        documents.documents.truncate(of_documents);
        discussions.discussions.truncate(of_discussions);
        people.people.truncate(of_people);
        communities.communities.truncate(of_communities);
        Ok(BlendedFound { experts, documents, discussions, people, communities })
    }

    /// How many of the best hits are looked at for a page, with or without the people behind them.
    pub(super) fn looked_at(&self, limit: usize, people: usize) -> usize {
        if people == 0 { limit } else { limit.max(self.settings.limits.window) }
    }

    /// For how many words near ones are found.
    pub(super) fn misspelt(&self, exact_spelling: bool) -> usize {
        if exact_spelling { 0 } else { self.settings.limits.misspelt_words }
    }

    /// Below how many hits with every word of a query others are found, too; 0: never.
    pub(super) fn relax_below(&self) -> Option<u32> {
        u32::try_from(self.settings.limits.relax_below).ok()
    }

    /// The people whom free words name; nobody where there are none.
    async fn find_people_named(&self, call: &Call, name: String, limit: usize) -> Result<PeopleFound, AppError> {
        if name.trim().is_empty() {
            return Ok(PeopleFound::nobody(*self.backends.profiles.applied().borrow()));
        }
        self.find_people(call, FindPeople { query: name, limit, ..FindPeople::default() }).await
    }

    /// A warning for each person or community of a filter that this asker cannot see; missing and hidden warn alike.
    pub(super) async fn filter_warnings(&self, call: &Call, sight: &Sight, filter: &Filter) -> Result<Vec<Warning>, AppError> {
        let mut warnings = Vec::new();
        for (at, person) in filter.people.iter().enumerate() {
            if !self.knows_person(call, sight, person).await? {
                warnings.push(Warning::UnknownFilterValue { field: format!("filter.people[{at}]") });
            }
        }
        for (at, community) in filter.communities.iter().enumerate() {
            if !self.sees_community(sight, community).await? {
                warnings.push(Warning::UnknownFilterValue { field: format!("filter.communities[{at}]") });
            }
        }
        Ok(warnings)
    }

    /// The hits with their records, snippets and people. A record that is gone or hidden by now is left out.
    pub(super) async fn show_documents(
        &self,
        call: &Call,
        sight: &Sight,
        found_by: FoundBy,
        found: Vec<Hit>,
    ) -> Result<Vec<DocumentFound>, AppError> {
        let keys: Vec<RecordKey> = found.iter().map(|hit| RecordKey::Document(hit.document.clone())).collect();
        let records = self.backends.ledger.get_many(&keys).await?;
        let (mut hits, mut documents) = (Vec::new(), Vec::new());
        for (hit, stored) in found.into_iter().zip(records) {
            match stored.map(|stored| stored.record) {
                Some(Record::Document(document)) if sight.may_read(&document) => {
                    hits.push(hit);
                    documents.push(document);
                }
                _ => {}
            }
        }
        let mut names: Vec<PersonName> =
            documents.iter().flat_map(|document: &Document| document.people.iter().map(|p| p.person.clone())).collect();
        names.sort_unstable();
        names.dedup();
        let (chars, patience) = (self.settings.limits.snippet_chars, call.patience.clone());
        // The texts go along and come back, so that none is copied.
        let cut = off_thread(move || {
            let shown = snippets(&documents, &found_by, chars, &patience);
            (documents, shown)
        });
        let (cards, (documents, shown)) = try_join(self.cards(&names, sight), cut).await?;
        let documents = self.seen(call, documents).await?;
        if call.patience.is_over() {
            return Err(AppError::DeadlineExceeded);
        }
        Ok(hits
            .into_iter()
            .zip(documents)
            .zip(shown)
            .map(|((hit, document), Shown { snippet, title })| {
                let mut people: Vec<Person> = Vec::new();
                for participation in &document.value.document.people {
                    match cards.get(&participation.person) {
                        Some(card) if !people.iter().any(|shown| shown.name == card.name) => people.push(card.clone()),
                        _ => {}
                    }
                }
                DocumentFound {
                    document,
                    score: hit.score,
                    contributions: hit.shares,
                    factors: hit.factors,
                    snippet,
                    title_highlights: title,
                    copy_count: 0,
                    copies: Vec::new(),
                    people,
                    pinned: false,
                }
            })
            .collect())
    }
}

/// The most that a section may get of a blended page.
fn most(wished: usize) -> usize {
    (wished * 2).max(1)
}
