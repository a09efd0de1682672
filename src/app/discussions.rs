//! Finding discussions: threads as far as the asker may see them, each found once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::behind::PersonBehind;
use super::found::{DocumentFound, EXACT_TOTAL, Warning};
use super::queries::Understood;
use super::snippets::FoundBy;
use super::understood::{Interpreted, Outcome};
use super::{App, AppError, Call, SeenDocument, Shown};
use crate::access::Sight;
use crate::domain::{Document, DocumentName, Moment, Person, PersonName, Revision};
use crate::index::{After, Ask, AskThreads, Basis, CountHits, Hit, HitCount, Order, ThreadHit, ThreadState};
use crate::query::{Filter, Typed};
use crate::ranking::Factor;

/// What discussions are looked for.
#[derive(Clone, Debug, Default)]
pub struct FindDiscussions {
    /// What was typed. Nothing: every discussion with a message that the filter admits, by last activity; so are those with a
    /// message that conditions without a word admit.
    pub query: Typed,
    /// Whether words are found as they were typed only, although no document has them.
    pub exact_spelling: bool,
    /// What restricts the messages that match.
    pub filter: Filter,
    /// The order; by time it is that of the newest matching message.
    pub order: Order,
    /// Which are wanted.
    pub state: ThreadState,
    /// Most discussions; at least 1.
    pub limit: usize,
    /// The position after which to start, and what the first page's scores rested on.
    pub after: Option<(After, Basis)>,
    /// Whether the number of discussions is wanted.
    pub count: bool,
    /// How many of the people behind the discussions are wanted with the first page.
    pub people: usize,
}

/// A discussion that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscussionFound {
    /// The document that opened it.
    pub name: DocumentName,
    /// The same, where it is there to be read.
    pub root: Option<Shown<SeenDocument>>,
    /// Its score; zero where the order is not by relevance.
    pub score: f64,
    /// Shares of the score, one per query word, each the best of its messages; they sum to it.
    pub contributions: Vec<f64>,
    /// What its replies multiplied each share by, and why.
    pub factor: Option<Factor>,
    /// The matching message that comes first in the order.
    pub best: DocumentFound,
    /// Further matching messages, in the same order.
    pub matches: Vec<DocumentFound>,
    /// How many messages match.
    pub matched: u64,
    /// How many messages there are.
    pub messages: u64,
    /// Who takes part, as cards.
    pub participants: Vec<Person>,
    /// How many take part.
    pub participant_count: usize,
    /// The accepted reply.
    pub answer: Option<DocumentName>,
    /// When the newest message was first written.
    pub last_activity: Moment,
}

/// Discussions that were found.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscussionsFound {
    /// In order.
    pub discussions: Vec<DiscussionFound>,
    /// The position after which the next page starts, and what the first page's scores rested on; nothing on the last page.
    pub next: Option<(After, Basis)>,
    /// The number of discussions, where it was wanted.
    pub total: Option<HitCount>,
    /// The people behind them, where they were wanted.
    pub people: Vec<PersonBehind>,
    /// The query as it was understood.
    pub interpreted: Interpreted,
    /// What the answer says about itself.
    pub warnings: Vec<Warning>,
    /// The revision that was searched.
    pub revision: Revision,
}

impl App {
    /// Finds discussions in messages that the asker may read.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`], [`AppError::Overloaded`].
    pub async fn find_discussions(&self, call: &Call, wanted: FindDiscussions) -> Result<DiscussionsFound, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let mut warnings = self.filter_warnings(call, &sight, &wanted.filter).await?;
        let Understood { query, warnings: of_query } = self.understand(call, &sight, &wanted.query, &wanted.filter).await?;
        warnings.extend(of_query);
        if wanted.query.unsearchable {
            warnings.push(Warning::NoSearchableWords);
            return Ok(self.no_discussions(&wanted, warnings));
        }
        let order = if query.words.is_empty() { wanted.order.without_words() } else { wanted.order };
        let (after, first_page) = wanted.after.unzip();
        let people = if first_page.is_none() { wanted.people } else { 0 };
        let limits = &self.settings.limits;
        let messages = Ask {
            filter: self.under_every_name(wanted.filter),
            order,
            after,
            basis: first_page.clone(),
            limit: self.looked_at(wanted.limit, people),
            count: if wanted.count { CountHits::UpTo(EXACT_TOTAL) } else { CountHits::No },
            relax_below: self.relax_below(),
            misspelt: self.misspelt(wanted.exact_spelling),
            ..self.asked(call, &sight, query.clone())
        };
        let ask = AskThreads {
            messages,
            state: wanted.state,
            detailed: wanted.limit,
            matches: limits.matches_per_discussion,
            window: limits.window,
        };
        let mut found = self.backends.index.threads(ask).await?;
        if first_page.as_ref().is_some_and(|first| *first != found.basis) && order == Order::Relevance {
            warnings.push(Warning::IndexMoved);
        }
        for thread in &mut found.threads {
            self.by_own_name(&mut thread.first.people);
            if let Some(details) = &mut thread.details {
                details.people = self.taking_part(std::mem::take(&mut details.people));
            }
        }
        let firsts: Vec<&Hit> = found.threads.iter().map(|thread| &thread.first).collect();
        let people = self.people_behind(&sight, &firsts, people).await?;
        let more = found.more || found.threads.len() > wanted.limit;
        found.threads.truncate(wanted.limit);
        let scant = first_page.is_none() && !more && found.threads.len() < limits.relax_below;
        let outcome = Outcome { basis: &found.basis, stretched: std::mem::take(&mut found.stretched), scant, relaxes: true };
        let interpreted = self.interpreted(call, &sight, (&wanted.query, &query), outcome).await?;
        warnings.extend(interpreted.warnings());
        let found_by = FoundBy::new(query.clone(), &found.basis, interpreted.found_in_place());
        let next = found.threads.last().filter(|_| more);
        let next = next.map(|thread| (After::thread(thread, order), first_page.unwrap_or(found.basis)));
        Ok(DiscussionsFound {
            discussions: self.show_discussions(call, &sight, found_by, found.threads).await?,
            next,
            total: found.count,
            people,
            interpreted,
            warnings,
            revision: found.revision,
        })
    }

    /// Who takes part, each once, whatever names they write under: the most messages first, then by name.
    fn taking_part(&self, under_any_name: Vec<(PersonName, u64)>) -> Vec<(PersonName, u64)> {
        let mut people: BTreeMap<PersonName, u64> = BTreeMap::new();
        for (name, messages) in under_any_name {
            *people.entry(self.person_of(&name)).or_default() += messages;
        }
        let mut people: Vec<_> = people.into_iter().collect();
        // Stable: equal numbers stay by name.
        people.sort_by_key(|(_, messages)| Reverse(*messages));
        people
    }

    fn no_discussions(&self, wanted: &FindDiscussions, warnings: Vec<Warning>) -> DiscussionsFound {
        DiscussionsFound {
            discussions: Vec::new(),
            next: None,
            total: wanted.count.then_some(HitCount::Exact(0)),
            people: Vec::new(),
            interpreted: Interpreted::unsearched(&wanted.query),
            warnings,
            revision: *self.backends.index.applied().borrow(),
        }
    }

    /// The discussions with their records, snippets and people. One whose best message is gone or hidden by now is left out.
    async fn show_discussions(
        &self,
        call: &Call,
        sight: &Sight,
        found_by: FoundBy,
        threads: Vec<ThreadHit>,
    ) -> Result<Vec<DiscussionFound>, AppError> {
        let roots: Vec<DocumentName> = threads.iter().map(|thread| thread.first.thread_root.clone()).collect();
        let roots = self.visible(sight, &roots, Document::clone).await?;
        let roots = self.seen(call, roots.into_values().collect()).await?;
        let mut roots: HashMap<DocumentName, Shown<SeenDocument>> =
            roots.into_iter().map(|root| (root.value.document.name.clone(), root)).collect();
        let matches = |thread: &ThreadHit| thread.details.iter().flat_map(|details| details.matches.clone()).collect::<Vec<_>>();
        let hits = threads.iter().flat_map(|thread| [thread.first.clone()].into_iter().chain(matches(thread))).collect();
        let shown = self.show_documents(call, sight, found_by, hits).await?;
        let mut shown: HashMap<DocumentName, DocumentFound> =
            shown.into_iter().map(|found| (found.document.value.document.name.clone(), found)).collect();
        let most = self.settings.limits.participants_per_discussion;
        let names: HashSet<&PersonName> =
            threads.iter().filter_map(taking_part).flat_map(|people| people.iter().take(most).map(|(name, _)| name)).collect();
        let names: Vec<PersonName> = names.into_iter().cloned().collect();
        let cards = self.cards(&names, sight).await?;
        let discussion = |ThreadHit { first, score, shares, factor, details }: ThreadHit| {
            let details = details?;
            Some(DiscussionFound {
                score,
                contributions: shares,
                factor,
                best: shown.remove(&first.document)?,
                root: roots.remove(&first.thread_root),
                name: first.thread_root,
                matches: details.matches.iter().filter_map(|found| shown.remove(&found.document)).collect(),
                matched: details.matched,
                messages: details.messages,
                participants: details.people.iter().take(most).filter_map(|(name, _)| cards.get(name).cloned()).collect(),
                participant_count: details.people.len(),
                answer: details.answer,
                last_activity: details.last_activity,
            })
        };
        Ok(threads.into_iter().filter_map(discussion).collect())
    }
}

/// Who takes part in a discussion, where that was wanted.
fn taking_part(thread: &ThreadHit) -> Option<&Vec<(PersonName, u64)>> {
    thread.details.as_ref().map(|details| &details.people)
}
